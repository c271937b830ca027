"""The service manager's figures: shares and targets, small numbers hidden, a file that can't run, nobody's name."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select

from tests.fixtures.cases import Case
from tests.fixtures.counting import statements
from tests.fixtures.staff import Signed, Worker, make_worker
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.services import counting, participation
from webapp.store import Audit, HeardCount, Note, ReviewCount, YearFigure

ADDRESS = "/staff/participation"
MONTHS = tuple(dt.date(2026, m, 1) for m in (4, 8, 11))


@pytest.fixture
def manager(house: House) -> Worker:
    """Somebody who leads the service."""
    return make_worker(house, "meera", "manager", "Meera Joshi")


def counts(n: int, **values: int) -> dict[str, int]:
    """A row of counts for so many reviews."""
    usual = {
        "reviews": n, "invited": n, "opened": n * 3 // 4, "answered": n // 2, "in_time": n * 2 // 5,
        "decided": n // 3, "wishes": 2 * n, "agreed": n, "recorded": n, "attended": n * 4 // 5,
    }  # fmt: skip
    return usual | values


def put(house: House, parts: dict[tuple[str, str], int]) -> None:
    """The same counts in each of three quarters."""
    rows: list[dict[str, Any]] = [
        {"month": month, "part": part, "value": value, **counts(n)}
        for month in MONTHS
        for (part, value), n in parts.items()
    ]
    with house.db.writing() as s:
        s.execute(insert(ReviewCount), rows)
        s.add(Note(name=counting.NOTE, value="1", at=house.clock()))


@pytest.fixture
def counted(house: House, iro: Worker) -> None:
    """Two hundred reviews a quarter; three of them of children in a secure unit."""
    put(
        house,
        {("all", "all"): 200, ("placement", "foster"): 150, ("placement", "residential"): 47,
         ("placement", "secure"): 3, ("iro", iro.id): 200, ("age", "age_8_11"): 200,
         ("code", "PN1"): 160, ("code", "PN7"): 40,
         ("came", "social_worker"): 190, ("under_4", "under_4"): 30},
    )  # fmt: skip


def test_every_month_is_in_its_quarter_of_its_own_year(house: House) -> None:
    rows: list[dict[str, Any]] = [
        {"month": dt.date(y, m, 1), "part": "all", "value": "all", **counts(10 ** ((m - 4) % 12 // 3) * y)}
        for y in (2025, 2026)
        for m in range(1, 13)
    ]
    with house.db.writing() as s:
        s.execute(insert(ReviewCount), rows)
    with house.db.reading() as s:
        found = participation.of_year(s, 2025, parts=())
    reviews = [found.tables["all"].n(("all", quarter, "reviews")) for quarter in participation.QUARTERS]
    assert reviews == [3 * 2025, 30 * 2025, 300 * 2025, 3000 * 2026]


def row(page: Page, heading: str, first: str) -> list[str]:
    """The cells of one row of the table under a heading."""
    section = next(s for s in page.root.all("section") if s.all("h2")[0].text.startswith(heading))
    found = next(r for r in section.all("tr") if r.all("th") and r.all("th")[0].text == first)
    return [cell.text for cell in found.all("td")]


def test_the_page_tells_shares_beside_targets_and_names_officers_alone(
    house: House, counted: None, manager: Worker, signed: Signed, case: Case
) -> None:
    heard = {"month": MONTHS[0], "part": "all", "value": "all", "told": 40, "heard": 30}
    with house.db.writing() as s:
        s.execute(insert(HeardCount), [heard])
    page = signed(manager).get(ADDRESS)
    assert "75 % Felt listened to" in page.text
    assert "50 % Answered" in page.text
    assert "target 95 %" in page.text
    assert row(page, "By reviewing officer", "Nadia Rahman")[:2] == ["600", "100 % 600 of 600"]
    for name in ("Maya", case.row["child"]["family_name"], case.row["child"]["id"]):
        assert name not in page.body


def test_small_numbers_are_hidden_with_one_beside_them_and_the_file_tells_no_more_and_no_names(
    house: House, counted: None, manager: Worker, signed: Signed
) -> None:
    pages = signed(manager)
    quarter = pages.get(f"{ADDRESS}?year=2026&quarter=1")
    assert row(quarter, "By placement", "in a secure unit")[0] == "fewer than 5"
    assert row(quarter, "By placement", "in a residential home")[0] == "not shown"
    assert row(quarter, "By placement", "with foster carers")[0] == "150"
    assert row(quarter, "By placement", "All")[0] == "200"
    page = pages.press(quarter, "Save as CSV")
    assert page.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in page.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(page.body.removeprefix("\ufeff"))))
    told = {(r["part"], r["value"], r["measure"]): r["number"] for r in rows}
    assert told["placement", "secure", "reviews"] == "fewer than 5"
    assert told["placement", "residential", "reviews"] == "not shown"
    assert told["iro", "S-1", "answered"] == "100"
    assert "Nadia" not in page.body
    with house.db.reading() as s:
        taken = s.scalars(select(Audit.subject).where(Audit.actor == f"staff:{manager.id}")).all()
    assert "year:2026:1" in taken


def test_the_figures_are_taken_so_often_a_day_and_then_again_tomorrow(
    house: House, counted: None, manager: Worker, signed: Signed, clock: Any
) -> None:
    pages = signed(manager)
    for _ in range(house.authority.participation.exports_a_day):
        page = pages.get(ADDRESS)
        pages.press(page, "Save as CSV")
    assert "Nothing was saved" in pages.press(page, "Save as CSV").text
    assert "They can be had again tomorrow" in pages.get(ADDRESS).text
    clock.move(hours=23)
    assert "Save as CSV" in signed(manager).get(ADDRESS).text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n@x"])
def test_no_cell_of_the_file_is_a_formula(text: str) -> None:
    assert participation.inert(text) == f"'{text}"
    assert participation.inert("PN1") == "PN1"


def test_a_year_without_figures_says_so(manager: Worker, signed: Signed) -> None:
    pages = signed(manager)
    assert "No review of this year is counted yet" in pages.get(ADDRESS).text
    assert "not known here" in pages.get(f"{ADDRESS}/year").text
    assert pages.get(f"{ADDRESS}?year=20x6&quarter=9").status == 200


def test_the_annual_report_has_what_is_counted_and_what_the_manager_types_with_its_source(
    house: House, counted: None, manager: Worker, signed: Signed
) -> None:
    pages = signed(manager)
    page = pages.get(f"{ADDRESS}/year?year=2026")
    assert row(page, "Measures", "Took part in their review (PN1 to PN6)")[:3] == ["480", "600", "80 %"]
    assert row(page, "Measures", "Social worker came")[:4] == ["570", "600", "95 %", "target 98 %"]
    assert row(page, "Measures", "Mother came")[0] == "not known here"
    typed: dict[str, Any] = {
        "measure": "mother",
        "count": "507",
        "out_of": "1,362",
        "source": "Case system, report of 1 April",
    }
    page = pages.press(page, "Keep this figure", **typed)
    assert row(page, "Measures", "Mother came")[:3] == ["507", "1362", "37 %"]
    assert "typed by Meera Joshi" in page.text
    page = pages.press(page, "Keep this figure", **(typed | {"count": "510"}))
    assert row(page, "Measures", "Mother came")[0] == "510"
    with house.db.reading() as s:
        assert len(s.scalars(select(YearFigure.id)).all()) == 2
        assert (
            s.scalars(select(Audit.action).where(Audit.action == "year_figure")).all() == ["year_figure"] * 2
        )


def test_a_figure_that_can_not_be_is_not_kept_and_stays_in_the_form(manager: Worker, signed: Signed) -> None:
    pages = signed(manager)
    form = pages.get(f"{ADDRESS}/year")
    for wrong, says in (
        ({"measure": ""}, "Choose which figure"),
        ({"count": "-1"}, "whole number, 0 or more"),
        ({"out_of": "3"}, "not less than the number"),
        ({"source": " "}, "Say where the figure comes from"),
    ):
        typed: dict[str, Any] = {
            "measure": "pep",
            "count": "50",
            "out_of": "60",
            "source": "Report of 1 April",
        }
        typed |= wrong
        page = pages.press(form, "Keep this figure", **typed)
        assert page.status == 422
        assert says in page.errors[0]
        assert page.root.first("input", name="count").attrs["value"] == typed["count"]


def test_the_pages_take_as_many_queries_for_many_rows_as_for_few(
    app: Flask, house: House, counted: None, manager: Worker, signed: Signed
) -> None:
    pages: Pages = signed(manager)
    with statements(app.extensions["house"].db) as few:
        pages.get(ADDRESS)
    put_many = {("language", f"x{i}"): 50 for i in range(90)}
    with house.db.writing() as s:
        s.query(Note).filter_by(name=counting.NOTE).delete()
    put(house, put_many)
    with statements(app.extensions["house"].db) as many:
        page = pages.get(ADDRESS)
    assert row(page, "By language", "All others")
    assert len(few) == len(many) <= 16
