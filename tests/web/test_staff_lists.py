"""Lists for staff: who is meant where two of one role are asked, and the order of what was searched for."""

from __future__ import annotations

import copy
from pathlib import Path

from tests.fixtures.cases import Case, load_rows, make_case
from tests.fixtures.staff import Signed, Worker
from tests.review.incoming_rows import ROW
from webapp.house import House


def test_two_parents_are_told_apart_by_their_initials_and_one_needs_none(
    house: House, tmp_path: Path, unit_worker: Worker, signed: Signed
) -> None:
    people = copy.deepcopy(ROW["people"])
    people.append({**people[0], "id": "P-77", "name": "Samuel Obi Okafor", "called": "Dad"})
    make_case(house, tmp_path, {"people": people})
    text = signed(unit_worker).get("/staff/unit").text
    assert "Parent G O: not asked yet" in text
    assert "Parent S O O: not asked yet" in text
    assert "Foster carer: not asked yet" in text


def test_what_is_searched_for_stands_with_what_comes_next_first(
    house: House, case: Case, tmp_path: Path, unit_worker: Worker, signed: Signed
) -> None:
    days = ("2026-03-02", "2027-09-02", None, "2027-04-02", "2026-09-02")
    others = []
    for n, day in enumerate(days):
        row = copy.deepcopy(ROW)
        row["review"] |= {"id": f"R-2{n}", "held_at": f"{day}T16:00" if day else None}
        row["review"] |= {"window_start": "2026-01-01", "window_end": "2027-12-30"}
        others.append(row)
    load_rows(house, tmp_path, others)
    pages = signed(unit_worker)
    page = pages.press(pages.get("/staff/unit"), "Find", sought="Maya")
    firsts = [row.all("td")[0].text for row in page.root.first("tbody").all("tr")]
    months = [next(m for m in ("March", "April", "September", "No date") if m in text) for text in firsts]
    assert months == ["March", "April", "September", "No date", "September", "March"]


def test_an_area_that_is_not_theirs_gets_the_kind_page(case: Case, iro: Worker, signed: Signed) -> None:
    page = signed(iro).get("/staff/unit")
    assert page.status == 404
    assert "There is no such page for you" in page.text
    page = signed(iro).get("/staff/nothing/here")
    assert (page.status, "There is no such page for you" in page.text) == (404, True)
