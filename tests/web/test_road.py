"""A person's whole road through a booklet on the web."""

from __future__ import annotations

from sqlalchemy import func, select

from tests.fixtures.cases import Case
from tests.web import people
from tests.web.pages import Pages
from webapp.house import House
from webapp.store import Delivery, Record, Screening


def count(house: House, table: type) -> int:
    with house.db.reading() as s:
        return s.scalar(select(func.count()).select_from(table)) or 0


def test_a_child_goes_from_the_link_to_sent_and_back_to_the_copy(
    pages: Pages, house: House, case: Case
) -> None:
    page = people.child_comes_in(pages, case.child)
    assert page.url == "/b/my_review_my_choice/q/welcome"
    page = people.skip_through(pages, page)
    page = pages.press(page, "Send it")
    assert "Sent" in page.h1
    page = pages.click(page, "Read my copy")
    assert "You sent this on" in page.text
    assert (count(house, Record), count(house, Delivery)) == (1, 1)


def test_what_was_said_is_saved_at_once_and_survives_the_visit(
    pages: Pages, house: House, case: Case
) -> None:
    people.child_comes_in(pages, case.child)
    page = pages.get("/b/my_review_my_choice/")
    page = pages.click(page, "Start")
    while not any(e.attrs.get("name") == "words" for e in page.root.all("textarea")):
        page = (
            pages.press(page, "I don’t want to say, skip this")
            if page.root.all("form", id="f") and any("skip this" in b.text for b in page.root.all("button"))
            else pages.click(page, "Go on")
        )
    here = page.url
    pages.press(page, "Save and go on", words="I <3 maths & O'Neil 👩‍👩‍👧")
    assert count(house, Screening) == 1
    pages.client.get("/exit")
    other = Pages(pages.app)
    people.child_comes_back(other, case.child)
    assert "I <3 maths & O'Neil 👩‍👩‍👧" in other.get(here).root.first("textarea", id="words").text
