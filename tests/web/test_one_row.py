"""Two choices at a time, where a question has rows: people, places, days and topics come one by one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures.cases import Case
from tests.web.inside import MENU, answer, enter, post, said
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.store import Consultation


@pytest.fixture
def inside(pages: Pages, house: House, case: Case) -> Pages:
    """A child in their booklets, who takes two choices at a time."""
    with house.db.writing() as s:
        s.get_one(Consultation, case.child.consultation_id).booklets = "my_review_my_choice my_life"
    enter(pages, house, case.child)
    post(pages, "/look", {"choices": "two"})
    return pages


def rows(page: Page) -> int:
    return len(page.root.first("form", id="f").all("fieldset", **{"class": "card"}))


@pytest.mark.parametrize(
    ("address", "way"),
    [("who", "Not sure"), ("where", "Not there"), ("when", "Bad"), ("not_in_front", "")],
)
def test_one_row_stands_on_a_page_and_a_press_saves_it_and_shows_the_next(
    inside: Pages, house: House, case: Case, address: str, way: str
) -> None:
    page = inside.get(f"{MENU}/q/{address}")
    of = int(page.root.first("form", id="f").first("p", **{"class": "where"}).text.split()[-1])
    assert of > 2
    for n in range(of):
        assert page.url.startswith(f"{MENU}/q/{address}")
        assert (rows(page), f"{n + 1} of {of}" in page.text) == (1, True)
        pair = page.root.first("div", **{"class": "pair"}).all("button")
        assert 2 <= len(pair) <= 3
        page = inside.press(page, way or pair[0].text)
    assert f"/q/{address}" not in page.url, "after the last comes the next question"
    kept = said(house, case.child)[address].answer.value
    told = kept.get("people") or kept.get("not_where") or kept.get("bad") or kept
    assert len(told) == (of - 1 if address == "who" else of), "nobody was added"


def test_what_the_page_does_not_show_stays_as_it_was(inside: Pages, house: House, case: Case) -> None:
    post(inside, "/look", {"choices": "all"})
    page = inside.get(f"{MENU}/q/who")
    first = page.root.first("input", type="radio", value="no").attrs["name"].removesuffix("-come")
    told: dict[str, Any] = {
        f"{first}-come": "no",
        f"{first}-why": "shouts",
        f"{first}-part": "on",
        "a0-name": "Nan",
    }
    answer(inside, "who", **told)
    answer(inside, "where", not_words="my old school", words="by the sea")
    before = {name: kept.answer for name, kept in said(house, case.child).items()}
    post(inside, "/look", {"choices": "two"})
    for name in ("who", "where"):
        page = inside.get(f"{MENU}/q/{name}")
        while f"/q/{name}" in page.url:
            onward = "Show the next one" if "Show the next one" in page.text else "Save and go on"
            page = inside.press(page, onward)
    assert {name: kept.answer for name, kept in said(house, case.child).items()} == before


def test_another_person_is_added_on_the_last_of_the_pages(inside: Pages, house: House, case: Case) -> None:
    page = inside.get(f"{MENU}/q/who?step=99")
    nan: dict[str, Any] = {"a0-name": "Nan"}
    joe: dict[str, Any] = {"a1-name": "Uncle Joe"}
    page = inside.press(page, "Save, and add another person", **nan)
    assert "Anyone else?" in page.text
    inside.press(page, "Yes", **joe)
    added = said(house, case.child)["who"].answer.value["added"]
    assert [(row["name"], row["come"]) for row in added] == [("Nan", "yes"), ("Uncle Joe", "yes")]
