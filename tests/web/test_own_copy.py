"""The check page and the own copy: who may see each answer, what was sent, and what changed since."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from tests.fixtures.cases import Case
from tests.web.inside import MENU, answer, enter, post
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.store import Review


@pytest.fixture(autouse=True)
def _inside(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)


def under(page: Page, question: str) -> str:
    """What stands under one question, up to the next."""
    rest = page.body.split(f'<dt id="{question}">')[1]
    return rest.split("<dt id=")[0].split("</dl>")[0]


def test_each_answer_says_who_may_see_it(pages: Pages) -> None:
    answer(pages, "anything", words="the first", see="iro")
    answer(pages, "attend", v="all", see="review")
    for address in ("check", "copy"):
        page = pages.get(f"{MENU}/{address}")
        assert "Who may see it: My IRO<" in under(page, "anything")
        assert "Who may see it: The people at my review<" in under(page, "attend")
        assert "Who may see" not in under(page, "where")


def test_what_was_sent_and_what_was_changed_since_stand_apart(pages: Pages) -> None:
    answer(pages, "anything", words="the first", see="iro")
    answer(pages, "attend", v="all")
    post(pages, f"{MENU}/send")
    assert "What you sent:" not in pages.get(f"{MENU}/copy").text
    answer(pages, "anything", words="the second", see="review")
    answer(pages, "my_words", v="say")
    page = pages.get(f"{MENU}/copy")
    now, sent = under(page, "anything").split("What you sent:")
    assert "the second" in now
    assert "Not sent yet" in now
    assert "The people at my review" in now
    assert "the first" in sent
    assert "Who may see it: My IRO<" in sent
    assert "Not sent yet" in under(page, "my_words")
    assert "What you sent" not in under(page, "my_words")
    assert "Not sent yet" not in under(page, "attend")
    assert "Not sent yet" in under(pages.get(f"{MENU}/check"), "anything")


def test_an_answer_that_was_taken_away_is_not_told_as_a_refusal(pages: Pages) -> None:
    answer(pages, "anything", words="the first")
    post(pages, f"{MENU}/send")
    pages.press(pages.get(f"{MENU}/q/anything"), "Take my answer away")
    page = pages.get(f"{MENU}/copy")
    now, sent = under(page, "anything").split("What you sent:")
    assert "I left this out" in now
    assert "the first" not in now
    assert "the first" in sent


def test_a_place_where_it_must_not_be_reads_clearly_without_any_other(pages: Pages) -> None:
    answer(pages, "where", not_words="my old school")
    told = under(pages.get(f"{MENU}/check"), "where")
    assert told.index("It should not be here") < told.index("my old school")
    assert "Good places" not in told


def test_once_the_review_is_over_only_what_was_begun_is_offered_to_be_read(
    pages: Pages, house: House, case: Case
) -> None:
    page = pages.get(f"{MENU}/q/anything")
    with house.db.writing() as s:
        s.execute(update(Review).values(status="held"))
    for address in ("/b/", f"{MENU}/", f"{MENU}/copy"):
        shown = pages.get(address)
        assert "can’t start this any more" in shown.text
        assert "copy" not in shown.text.lower()
    late = pages.press(page, "Save and go on", words="too late")
    assert "too late" in late.text
    assert "Read my copy" not in late.text
    with house.db.writing() as s:
        s.execute(update(Review).values(status="planned"))
    answer(pages, "anything", words="in time")
    with house.db.writing() as s:
        s.execute(update(Review).values(status="held"))
    assert "in time" in pages.click(pages.get(f"{MENU}/"), "Read my copy").text
    assert pages.get("/b/").text.count("Read my copy") == 1
