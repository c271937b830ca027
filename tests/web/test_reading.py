"""Every page that a child may meet is read by a nine-year-old; in easy words, by a seven-year-old.

The age is the Flesch-Kincaid grade and five, over the sentences of the page: labels of up to three words would make any
page look easy, so they don't count. The domain's own words, and names and numbers of people and places, count as one
short word: a child learns them, and there is a page that says what each is. No page needs an exception.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import update
from textstat import textstat

from tests.fixtures.cases import Case
from tests.web.dom import Element
from tests.web.inside import enter
from tests.web.pages import Page, Pages
from tests.web.people import open_link, say_birthday
from webapp.house import House
from webapp.store import Consultation
from webapp.web import information

AGE_OF_GRADE_0 = 5
READING_AGE, EASY, LONGEST = 9.0, 7.0, 25
OWN_WORDS = (
    "Independent Reviewing Officer", "independent visitor", "social worker", "Review team", "My Review, My Choice",
    "advocate", "IRO", "review", "council", "booklet",
)  # fmt: skip
"""The domain's own words: they have pages of their own, and no shorter word says the same."""
BLOCKS = frozenset(
    ["p", "li", "h1", "h2", "h3", "dt", "dd", "button", "label", "legend", "div", "summary", "form", "ul", "ol", "dl",
     "fieldset", "details"]
)  # fmt: skip
"""They end a sentence."""


def lines(element: Element) -> Iterator[str]:
    """The words of each block, in order."""
    said = ""
    for child in element.children:
        if isinstance(child, str):
            said += child
        elif child.tag in BLOCKS and "hidden" not in child.attrs:
            yield said
            said = ""
            yield from lines(child)
        elif child.tag not in ("textarea", "select") and "hidden" not in child.attrs:
            said += " " + " ".join(lines(child)) + " "
    yield said


def words(page: Page, names: list[str]) -> list[str]:
    """The sentences and labels of a page, names and own words put short."""
    longest_first = sorted((*OWN_WORDS, *names), key=len, reverse=True)
    short = re.compile("|".join(rf"\b{re.escape(word)}(?:s|’s|\b)" for word in longest_first), re.IGNORECASE)
    found = []
    for line in lines(page.root.first("main")):
        text = re.sub(r"\s+", " ", line).strip()
        text = re.sub(r"[\w.]+@[\w.]+|\+?\d[\d ]{3,}\d", "Kim", short.sub("Kim", text))
        if text and (text[-1] in ".?!:" or len(text.split()) > 3):
            found.append(text if text[-1] in ".?!" else f"{text}.")
    return found


def age(page: Page, names: list[str]) -> float:
    """The reading age of a page."""
    return float(textstat.flesch_kincaid_grade(" ".join(words(page, names)))) + AGE_OF_GRADE_0


def long_sentences(page: Page, names: list[str]) -> list[str]:
    """Sentences of 25 words and more."""
    sentences = [s for line in words(page, names) for s in re.split(r"(?<=[.?!:]) ", line)]
    return [s for s in sentences if len(s.split()) >= LONGEST]


def names_of(house: House) -> list[str]:
    """What the authority's settings say: its own words."""
    a = house.authority
    posts = (a.duty.day, a.duty.night, a.advocate, a.childline, a.emergency)
    return [a.name, a.unit_name, *(w for post in posts for w in (post.name, post.phone))]


def open_pages(pages: Pages) -> Iterator[tuple[str, Page]]:
    """What anyone may open."""
    for name in (
        "/",
        "/help",
        "/code",
        "/lost-link",
        "/not-safe",
        "/look",
        "/language",
        "/good-to-know",
        "/nothing",
    ):
        yield name, pages.get(name)
    for name in information.ours("children"):
        yield name, pages.get(f"/good-to-know/{name}")


def a_childs_way(pages: Pages, case: Case) -> Iterator[tuple[str, Page]]:
    """From the link to the copy, and what can happen on the way."""
    yield "link", pages.get(f"/o/{case.child.token}")
    yield "old link", pages.get("/o/" + "x" * 26)
    know = open_link(pages, case.child)
    yield "know", know
    yield "know, wrong", pages.press(know, "Go on", day=1, month=1)
    before = say_birthday(pages, know)
    yield "before you start", before
    secret = pages.press(before, "OK, go on")
    yield "secret", secret
    yield "secret, a number", pages.click(secret, "Use a number instead")
    home = pages.press(secret, "These three", picture=["sun", "kite", "fish"])
    yield "shelf", home
    yield "home", pages.get("/b/my_review_my_choice/")
    yield "check, nothing said", pages.get("/b/my_review_my_choice/check")
    yield "people", pages.get("/b/my_review_my_choice/q/who")
    question = pages.get("/b/my_review_my_choice/q/attend")
    yield "question", question
    pages.press(question, "Save and go on", v="all")
    yield "shelf, begun", pages.get("/b/")
    yield "home, begun", pages.get("/b/my_review_my_choice/")
    check = pages.get("/b/my_review_my_choice/check")
    yield "check", check
    sent = pages.press(check, "Send it")
    yield "sent", sent
    yield "copy", pages.click(sent, "Read my copy")
    yield "not safe", pages.press(pages.get("/b/"), "I’m not safe")
    yield "stop", pages.press(pages.get("/b/"), "Stop for now")
    yield "secret again", say_birthday(pages, open_link(pages, case.child))


@pytest.mark.parametrize(("look", "most"), [("", READING_AGE), ("easy", EASY)])
def test_every_page_a_child_meets_can_be_read_by_one(
    app: Flask, house: House, case: Case, look: str, most: float
) -> None:
    pages, names = Pages(app), names_of(house)
    pages.client.set_cookie("look", look)
    found = {
        name: (round(age(page, names), 1), long_sentences(page, names))
        for name, page in (*open_pages(pages), *a_childs_way(pages, case))
    }
    print(sorted(((n, name) for name, (n, _) in found.items()), reverse=True)[:5])
    assert len(found) > 30
    assert {name: n for name, (n, _) in found.items() if n > most} == {}
    assert {name: long for name, (_, long) in found.items() if long} == {}


@pytest.mark.parametrize(("look", "most"), [("", READING_AGE), ("easy", EASY)])
def test_a_page_to_draw_on_and_a_page_that_could_not_be_saved_can_be_read_too(
    pages: Pages, house: House, case: Case, look: str, most: float
) -> None:
    with house.db.writing() as s:
        s.execute(update(Consultation).values(booklets="my_life"))
    pages.client.set_cookie("look", look)
    enter(pages, house, case.child)
    drawn = next(
        page
        for q in house.booklets["my_life"].questions
        if {"drawing", "photo"} <= set(q.may_add)
        if (page := pages.get(f"/b/my_life/q/{q.id}")).url.endswith(q.id)
    )
    with pages.client.session_transaction() as session:
        session.clear()
    again = pages.press(drawn, "Save and go on", words="I like my room.")
    lost = pages.press(again, "Try again")
    assert (again.h1, lost.h1) == ("Please press once more", "We could not save this")
    assert [page.h1 for page in (drawn, again, lost) if age(page, names_of(house)) > most] == []
    assert [long for page in (drawn, again, lost) for long in long_sentences(page, [])] == []


@pytest.mark.parametrize("name", information.ours("adults"))
def test_what_adults_can_read_in_easy_words_is_no_harder_than_what_children_read(
    pages: Pages, house: House, name: str
) -> None:
    assert age(pages.get(f"/good-to-know/{name}?easy=1"), names_of(house)) <= READING_AGE


def test_a_hard_page_would_be_found(pages: Pages, house: House) -> None:
    page = pages.get("/good-to-know/review")
    paragraph = page.root.first("main").all("p")[-1]
    paragraph.children[:] = [
        "Notwithstanding statutory obligations, participation in consultative procedures remains discretionary "
        "throughout the duration of accommodation arrangements made available under the applicable provisions. "
    ] * 9
    assert age(page, names_of(house)) > READING_AGE
    assert long_sentences(page, names_of(house)) == []
