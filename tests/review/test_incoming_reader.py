"""Reading files of reviews: every good row is read, and every bad one has its line and its reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.review.incoming_rows import row, write_lines
from webapp.review.incoming import IncomingReview
from webapp.review.incoming_reader import LINE_LIMIT, read_reviews

Found = list[tuple[int, str | list[tuple[int, str]]]]


def read(path: Path) -> Found:
    """Each row as its review's id, or its problems as line and field."""
    return [
        (
            line,
            found.review.id
            if isinstance(found, IncomingReview)
            else [(each.line, each.field) for each in found],
        )
        for line, found in read_reviews(path)
    ]


def raw(path: Path, *lines: bytes) -> Path:
    path.write_bytes(b"\n".join(lines))
    return path


GOOD = json.dumps(row()).encode()


def test_good_rows_go_on_after_a_bad_one(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "in.jsonl", row(review__id="R-1"), row(review__id="!"), row(review__id="R-3")
    )
    assert read(path) == [(1, "R-1"), (2, [(2, "review.id")]), (3, "R-3")]


def test_a_byte_order_mark_and_empty_lines_are_passed_over(tmp_path: Path) -> None:
    assert read(raw(tmp_path / "in.jsonl", b"\xef\xbb\xbf" + GOOD, b"", b"  ")) == [(1, "R-1")]


def test_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = raw(tmp_path / "in.jsonl", GOOD + b"\r", b"{}\r")
    assert read(path) == [(1, "R-1"), (2, [(2, "review"), (2, "child"), (2, "people")])]


@pytest.mark.parametrize(
    ("line", "field", "reason"),
    [
        (b'{"review": "\xff\xfe"}', "line", "is not UTF-8 text"),
        (b'{"review": "\xc0\xaf"}', "line", "is not UTF-8 text"),
        (b"{oops", "line", "is not JSON"),
        (b'{"a": "\x00"}', "line", "is not JSON"),
        (b"\x00\x00", "line", "is not JSON"),
        (b"[]", "line", "must be a JSON object with review, child and people"),
        (b"null", "line", "must be a JSON object with review, child and people"),
        (b"[" * 200_000, "line", "is nested too deeply"),
        (b'{"a":' * 100_000, "line", "is nested too deeply"),
        (b'{"review": {"id": "R", "id": "S"}}', "id", "is given twice in one object"),
        (b'{"a": 1e400}', "line", "is a number that no field holds"),
        (b'{"a": NaN}', "line", "is a number that no field holds"),
        (b'{"a": ' + b"9" * 5000 + b"}", "line", "is a number that no field holds"),
        (b'"' + b"x" * 10_000_000 + b'"', "line", "the line is longer than 1,000,000 bytes"),
    ],
    ids=lambda value: None if isinstance(value, str) else value[:12].decode("latin-1"),
)
def test_a_line_that_is_no_row_is_refused_with_its_reason(
    tmp_path: Path, line: bytes, field: str, reason: str
) -> None:
    (number, problems), (next_number, good) = read_reviews(raw(tmp_path / "in.jsonl", line, GOOD))
    assert not isinstance(problems, IncomingReview)
    assert (number, [(each.field, each.reason) for each in problems]) == (1, [(field, reason)])
    assert next_number == 2
    assert isinstance(good, IncomingReview)


def test_a_line_of_just_the_limit_is_read(tmp_path: Path) -> None:
    assert read(raw(tmp_path / "in.jsonl", GOOD.ljust(LINE_LIMIT), GOOD.ljust(LINE_LIMIT + 1))) == [
        (1, "R-1"),
        (2, [(2, "line")]),
    ]


def test_a_key_of_strange_characters_is_named_printably(tmp_path: Path) -> None:
    data = row()
    data["child"]["\u202e\x1b[31m"] = 1
    (problem,) = next(
        found for _, found in read_reviews(raw(tmp_path / "in.jsonl", json.dumps(data).encode()))
    )
    assert str(problem) == "in.jsonl:1: child.??[31m: is not a field of the format"


def test_a_review_that_comes_twice_is_refused_the_second_time(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "in.jsonl", row(), row(people=[]), row(review__id="R-2"))
    assert read(path) == [(1, "R-1"), (2, [(2, "review.id")]), (3, "R-2")]


def test_a_file_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        next(read_reviews(tmp_path / "none.jsonl"))


@given(st.binary(max_size=200))
def test_no_bytes_at_all_crash_the_reader(tmp_path_factory: pytest.TempPathFactory, junk: bytes) -> None:
    for name in ("junk.jsonl", "junk.csv"):
        path = tmp_path_factory.getbasetemp() / name
        path.write_bytes(junk)
        assert not any(isinstance(found, IncomingReview) for _, found in read_reviews(path))
