"""Finding a child: by name or number, in capitals or not, and never with a name in an address."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.fixtures.caseloads import many_reviews
from tests.fixtures.cases import Case, load_rows, make_case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.counting import statements
from tests.fixtures.staff import Signed, Worker
from tests.review.incoming_rows import row
from tests.web.pages import Page, Pages
from webapp.house import House


def found(page: Page) -> list[str]:
    return [th.all("a")[0].text for th in page.root.all("th", scope="row")]


def find(pages: Pages, where: str, sought: str) -> Page:
    return pages.press(pages.get(where), "Find", sought=sought)


@pytest.fixture
def three(house: House, iro: Worker, tmp_path: Path) -> Case:
    """Maya and Zoë are this officer's, Ola is another's."""
    case = make_case(house, tmp_path)
    zoe = row(review__id="R-2", child__id="C-2", child__given_name="Zoë", child__family_name="D'Arcy-Obi")
    ola = row(review__id="R-3", review__iro="S-2", child__id="C-3", child__given_name="Ola")
    load_rows(house, tmp_path, [zoe, ola])
    return case


@pytest.mark.parametrize(
    "sought,who",
    [
        ("C-1", ["Maya Okafor"]), ("c-1", ["Maya Okafor"]), (" R-1 ", ["Maya Okafor"]), ("maya", ["Maya Okafor"]),
        ("MAYA oka", ["Maya Okafor"]), ("zoe", ["Zoë D'Arcy-Obi"]), ("d’arcy", ["Zoë D'Arcy-Obi"]),
        ("okafor", ["Maya Okafor", "Ola Okafor"]),
    ],
)  # fmt: skip
def test_the_unit_finds_by_name_or_number_in_capitals_or_not(
    three: Case, unit_worker: Worker, signed: Signed, sought: str, who: list[str]
) -> None:
    assert sorted(found(find(signed(unit_worker), "/staff/unit", sought))) == who


@pytest.mark.parametrize(
    "sought", ["", "C-77", "C", "aya", "Maya Smith", "\0", "%", "_", "'", "<b>", "\u202e", "x" * 90]
)
def test_what_fits_nobody_finds_nobody(three: Case, unit_worker: Worker, signed: Signed, sought: str) -> None:
    page = find(signed(unit_worker), "/staff/unit", sought)
    assert found(page) == []
    assert "Nobody was found." in page.text


def test_an_officer_finds_their_own_children_and_no_others(
    house: House, three: Case, iro: Worker, other_iro: Worker, signed: Signed
) -> None:
    pages = signed(iro)
    page = find(pages, "/staff/reviews", "OKAFOR")
    assert found(page) == ["Maya Okafor"], "Ola is another officer's"
    theirs = find(signed(other_iro), "/staff/reviews", "ola")
    assert found(theirs) == ["Ola Okafor"]
    assert found(pages.get(theirs.url)) == [], "and their address opens nothing here"


def test_what_was_typed_stands_in_no_address(three: Case, iro: Worker, signed: Signed) -> None:
    page = find(signed(iro), "/staff/reviews", "Maya Okafor")
    assert "maya" not in page.url.lower()
    assert "okafor" not in page.url.lower()


def test_the_list_tells_children_apart_by_family_name_and_case_number(
    three: Case, iro: Worker, signed: Signed
) -> None:
    text = signed(iro).get("/staff/reviews").text
    assert "Maya Okafor age 10 · later review · C-1" in text


def test_finding_takes_the_same_queries_for_few_children_and_for_many(
    app: Flask, house: House, three: Case, iro: Worker, signed: Signed, clock: SettableClock
) -> None:
    pages, counts = signed(iro), []
    for n in (1, 300):
        many_reviews(house, iro.id, n, clock(), clock() - clock())
        with statements(app.extensions["house"].db) as seen:
            find(pages, "/staff/reviews", "maya")
        counts.append(len(seen))
    assert counts[0] == counts[1], seen
