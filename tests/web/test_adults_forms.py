"""Forms of parents and carers: promises that the form keeps, and words that aren't theirs."""

from __future__ import annotations

import pytest

from tests.fixtures.cases import Case
from tests.web.inside import enter, said
from tests.web.pages import Pages
from webapp.booklet.definition import Booklet
from webapp.booklet.loader import load_all
from webapp.house import House

ADULTS = [booklet for booklet in load_all().values() if booklet.who != "child"]


@pytest.mark.parametrize("booklet", ADULTS, ids=lambda one: one.id)
def test_no_most_private_question_of_an_adult_is_for_everyone_at_first(booklet: Booklet) -> None:
    assert [q.id for q in booklet.questions if q.private and q.audience == "review"] == []


def test_what_is_promised_not_to_be_told_can_not_be_shown_to_those_it_is_about(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.parent)
    page = pages.get("/b/parent/q/safe_together")
    assert "We will not tell them what you answer." in page.text
    assert [i.attrs["value"] for i in page.root.all("input", name="see")] == ["iro", "iro_and_social_worker"]
    pages.press(page, "Save and go on", v="no", see="review")
    assert said(house, case.parent)["safe_together"].audience == "iro"
    usual = pages.get("/b/parent/q/ring")
    assert "review" in [i.attrs["value"] for i in usual.root.all("input", name="see")]


def test_decisions_that_were_worded_for_the_child_are_told_as_such(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.carer)
    page = pages.get("/b/carer/q/last_decisions")
    assert "Swimming on Tuesdays" in page.text
    assert 'These are the words that Maya reads, so "you" in them means Maya.' in page.text


def test_the_way_past_a_question_says_what_becomes_of_typed_words(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.parent)
    page = pages.get("/b/parent/q/ring")
    skip = next(b for b in page.root.all("button") if b.attrs.get("value") == "skip")
    told = next(e for e in page.root.walk() if e.attrs.get("id") == skip.attrs["aria-describedby"])
    assert told.text == "Then nothing on this page is kept."
