"""The CSV form: one line per review and person, and the same rows as JSON Lines gives."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from config import ROOT
from tests.review.incoming_rows import row, write_lines
from tests.review.test_incoming_reader import read
from webapp.review.incoming_csv import COLUMNS, SEPARATOR
from webapp.review.incoming_reader import read_reviews


def flat(prefix: str, data: dict[str, Any]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for key, value in data.items():
        path = f"{prefix}.{key}"
        if isinstance(value, dict):
            cells |= flat(path, value)
        elif isinstance(value, bool):
            cells[path] = "yes" if value else "no"
        elif isinstance(value, list):
            parts = [f"{part['id']}={part['text']}" if isinstance(part, dict) else part for part in value]
            cells[path] = SEPARATOR.join(parts)
        elif value is not None:
            cells[path] = str(value)
    return cells


def cells_of(data: dict[str, Any]) -> list[dict[str, str]]:
    own = flat("review", data["review"]) | flat("child", data["child"])
    people = [flat("person", person) for person in data["people"]] or [{}]
    rest: dict[str, str] = {"review.id": data["review"]["id"]}
    return [(own if index == 0 else rest) | person for index, person in enumerate(people)]


def write_csv(path: Path, records: list[dict[str, str]], header: list[str] | None = None) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header or list(COLUMNS))
        writer.writeheader()
        writer.writerows(records)
    return path


def test_csv_gives_the_same_rows_as_json_lines(tmp_path: Path) -> None:
    rows = [
        row(),
        row(
            review__id="R-2", child__birth_date=None, child__birth_year=2016, people=[], review__kind="first"
        ),
    ]
    rows[1]["child"]["known_fact"] = {"kind": "word", "value": "otter"}
    records = [cells for data in rows for cells in cells_of(data)]
    from_csv = [found for _, found in read_reviews(write_csv(tmp_path / "in.csv", records))]
    from_json = [found for _, found in read_reviews(write_lines(tmp_path / "in.jsonl", *rows))]
    assert from_csv == from_json


def test_a_byte_order_mark_before_the_header_is_passed_over(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "in.csv", cells_of(row()))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read(path) == [(2, "R-1")]


def test_decisions_without_ids_are_numbered(tmp_path: Path) -> None:
    records = cells_of(row())
    records[0]["review.last_decisions"] = "Visit: every week | New coat"
    ((_, found),) = read_reviews(write_csv(tmp_path / "in.csv", records))
    assert [(each.id, each.text) for each in found.review.last_decisions] == [  # type: ignore[union-attr]
        ("1", "Visit: every week"),
        ("2", "New coat"),
    ]


def test_a_fault_in_a_person_names_that_persons_line(tmp_path: Path) -> None:
    records = cells_of(row())
    records[1]["person.role"] = "mum"
    assert read(write_csv(tmp_path / "in.csv", records)) == [(2, [(3, "person.role")])]


def test_a_yes_or_no_is_neither_guessed_nor_dropped(tmp_path: Path) -> None:
    records = cells_of(row())
    records[0]["child.out_of_area"] = "maybe"
    assert read(write_csv(tmp_path / "in.csv", records)) == [(2, [(2, "child.out_of_area")])]


def test_a_later_line_may_repeat_the_review_but_not_contradict_it(tmp_path: Path) -> None:
    records = cells_of(row())
    records[1]["child.given_name"] = "Maya"
    records[2]["child.given_name"] = "Moya"
    assert read(write_csv(tmp_path / "in.csv", records)) == [(2, [(4, "child.given_name")])]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ([*COLUMNS, "child.shoe_size"], "child.shoe_size"),
        ([*COLUMNS, "child.sex"], "child.sex"),
        ([column for column in COLUMNS if column != "person.id"], "person.id"),
    ],
)
def test_a_header_that_is_not_the_formats_refuses_the_file(
    tmp_path: Path, header: list[str], field: str
) -> None:
    path = tmp_path / "in.csv"
    path.write_text(",".join(header) + "\n" + "x," * len(header), "utf-8")
    assert read(path) == [(1, [(1, field)])]


def test_an_empty_file_is_refused_by_name_of_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes(b"")
    assert read(tmp_path / "in.csv") == [(1, [(1, "review.id"), (1, "child.id"), (1, "person.id")])]


@pytest.mark.parametrize(
    "broken", ['R-1,"x" y', "R-1" + "," * 80, "R-1," + "x" * 1_100_000], ids=["quotes", "cells", "length"]
)
def test_a_broken_line_refuses_the_reviews_beside_it_and_no_other(tmp_path: Path, broken: str) -> None:
    path = write_csv(
        tmp_path / "in.csv", [c for number in (1, 2, 3) for c in cells_of(row(review__id=f"R-{number}"))]
    )
    lines = path.read_text("utf-8").splitlines()
    lines.insert(4, broken)
    path.write_text("\n".join(lines), "utf-8")
    assert read(path) == [(2, [(5, "line")]), (6, [(5, "line")]), (9, "R-3")]


def test_bytes_that_are_not_utf_8_are_refused_with_their_field(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "in.csv", cells_of(row()))
    path.write_bytes(path.read_bytes().replace(b"Maya", b"Ma\xffya"))
    assert read(path) == [(2, [(2, "child.given_name")])]


def test_the_documented_header_is_every_column_in_order() -> None:
    assert ",".join(COLUMNS) in (ROOT / "docs/reviews-in.md").read_text("utf-8")
