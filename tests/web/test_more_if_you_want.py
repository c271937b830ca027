"""Extra sections: offered after the core by their titles, never in the way, never counted against anybody."""

from __future__ import annotations

import re

import pytest

from tests.fixtures.cases import Case
from tests.web.inside import enter
from tests.web.pages import Pages
from tests.web.people import skip_through
from webapp.booklet.definition import Booklet
from webapp.house import House

MENU = "my_review_my_choice"
EXTRA = {"about", "help"}


@pytest.fixture(autouse=True)
def with_extras(house: House, monkeypatch: pytest.MonkeyPatch) -> Booklet:
    """The review menu, its last two sections as more for those who want it."""
    menu = house.booklets[MENU]
    sections = [s.model_copy(update={"extra": s.id in EXTRA}) for s in menu.sections]
    changed = Booklet.model_validate({**menu.model_dump(), "sections": [s.model_dump() for s in sections]})
    monkeypatch.setitem(house.booklets, MENU, changed)
    return changed


def test_after_the_last_core_question_comes_the_check_page_and_not_the_extras(
    pages: Pages, house: House, case: Case, with_extras: Booklet
) -> None:
    enter(pages, house, case.child)
    page = skip_through(pages, pages.get("/b/my_review_my_choice/"))
    assert page.url.startswith("/b/my_review_my_choice/check")
    assert "Do you want to be at your review?" in page.text
    assert "Who or what would help you?" not in page.text
    assert {"What you talk about", "Help for you"} <= {a.text for a in page.root.all("a")}
    page = pages.get("/b/my_review_my_choice/")
    assert "You have been through all of it." in page.text
    assert "Help for you" in {a.text for a in page.root.all("a")}


def test_an_extra_section_counts_its_own_questions_and_leads_back_to_the_check_page(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    page = pages.click(pages.get("/b/my_review_my_choice/check"), "Help for you")
    assert page.url == "/b/my_review_my_choice/q/help"
    assert "Help for you: question 1 of about 4" in page.text
    assert "Back one question" not in page.text
    page = pages.press(page, "Save and go on", v=["friend"])
    assert page.url == "/b/my_review_my_choice/q/outcome"
    page = skip_through(pages, page)
    assert page.url.startswith("/b/my_review_my_choice/check")
    assert "Who or what would help you?" in page.text
    assert "A friend" in page.text
    assert "Help for you (done)" in {a.text for a in page.root.all("a")}
    assert "What you talk about" in {a.text for a in page.root.all("a")}


def test_the_core_counts_itself_alone(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)
    page = pages.get("/b/my_review_my_choice/q/helping")
    told = re.search(r"Question 1 of about (\d+)", page.text)
    walked = 0
    while not page.url.startswith("/b/my_review_my_choice/check"):
        walked += 1
        page = pages.press(page, "I don’t want to say, skip this")
    assert told
    assert int(told[1]) == walked
