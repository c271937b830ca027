"""The officer's own words to adults who read Welsh: in English at once, in Welsh once somebody translated them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.counting import statements
from tests.fixtures.deciding import ask, decide
from tests.fixtures.guests import ELSEWHERE, HOME, Post, invite, ready, settle, told_first
from tests.fixtures.staff import Signed, Worker
from tests.web.inside import enter
from tests.web.pages import Page, Pages
from tests.web.test_officers_words import AFTER, ENGLISH, THEIRS, cards, marked
from tests.web.test_said_to_adults import TI
from tests.web.test_staff_prepared import REVIEW_QUERIES
from tests.web.test_staff_translations import address, put
from webapp.house import House
from webapp.i18n import translate
from webapp.services import officers_words
from webapp.store import Child, Consultation, Involvement, Message, Person, Review, Translation

LINE, WELSH = "Swimming on Tuesdays", "Nofio ar ddydd Mawrth"
WORDS, WORDS_WELSH = "Ring me any time.\nNot on Fridays.", "Ffoniwch fi unrhyw bryd.\nNid ar ddydd Gwener."
NOTE = translate("This is in English. You can ask for it in your language.", "cy", adult=True)
AS_TYPED = translate("What the IRO wrote, in English", "cy")
BY = "Elin, translator"


@pytest.fixture(autouse=True)
def in_welsh(app: Flask, house: House, case: Case) -> None:
    """Welsh is switched on, and Maya's mum reads it."""
    app.config["LANGUAGES"] = ("en", "cy")
    welsh = house.authority.model_copy(update={"languages": ("en", "cy")})
    for one in (house, app.extensions["house"]):
        object.__setattr__(one, "authority", welsh)
    reads(house, case.parent.consultation_id)


def reads(house: House, consultation_id: str) -> None:
    """Whoever was asked so reads Welsh."""
    with house.db.writing() as s:
        s.get_one(Consultation, consultation_id).language = "cy"


def held(house: House, case: Case, iro: Worker, clock: SettableClock) -> None:
    """The review was held yesterday."""
    ask(house, case)
    decide(house, iro, case, rest=True)
    clock.set(AFTER)
    with house.db.writing() as s:
        s.execute(update(Review).where(Review.id == case.review_id).values(status="held"))


def readers(page: Page) -> list[str]:
    """For whom the officer's words are to be translated."""
    return [one.text for one in page.root.all("h2") if one.text.startswith("Your own words")]


def comes_in(pages: Pages, house: House, case: Case) -> None:
    """Mum's browser, in Welsh."""
    enter(pages, house, case.parent)
    pages.press(pages.get("/language"), "Cymraeg")


def send(desk: Pages, page: Page, typed: dict[str, Any]) -> Page:
    """The officer lets a parent read this."""
    return desk.press(page, "Send it", **typed)


def to_mum(page: Page) -> str:
    return next(one.attrs["value"] for one in page.root.all("input") if one.attrs.get("name") == "to")


def test_what_parents_are_told_goes_at_once_and_stands_in_welsh_once_it_is_translated(
    house: House, case: Case, iro: Worker, clock: SettableClock, signed: Signed, pages: Pages
) -> None:
    held(house, case, iro, clock)
    desk = signed(iro)
    page = desk.get(f"/staff/reviews/{case.review_id}/outcome")
    assert "reads Welsh: it goes now in English" in page.text
    send(desk, page, {"to": to_mum(page), "line-0": LINE, "words": WORDS})
    comes_in(pages, house, case)
    shown = pages.get("/b/outcome")
    assert (marked(shown, LINE), shown.root.first("html").attrs["lang"]) == ([ENGLISH], "cy")
    assert NOTE in shown.text
    assert AS_TYPED not in shown.text
    review = desk.get(f"/staff/reviews/{case.review_id}")
    assert (
        "2 texts of yours wait for a translation into Welsh. Nobody was asked for 2 of them." in review.text
    )
    page = desk.click(review, "Translations")
    assert readers(page) == ["Your own words, for Grace Okafor, in Welsh"]
    assert cards(page) == [
        "What was decided, for parents who were not there",
        "More for parents who were not there",
    ]
    page = desk.press(page, "I have asked for a translation", of_whom=BY)
    assert f"asked of {BY} by Nadia Rahman" in page.text
    put(desk, page, LINE, text=WELSH, by=BY)
    shown = pages.get("/b/outcome")
    assert (marked(shown, WELSH), marked(shown, LINE)) == ([THEIRS], [ENGLISH])
    assert NOTE in shown.text, "the rest is in English still"
    put(desk, page, "Not on Fridays.", text=WORDS_WELSH, by=BY)
    shown = pages.get("/b/outcome")
    assert [marked(shown, one) for one in WORDS_WELSH.splitlines()] == [[THEIRS], [THEIRS]]
    assert shown.root.first("details").text == f"{AS_TYPED} {LINE} Ring me any time. Not on Fridays."
    assert (NOTE in shown.text, TI.findall(shown.text)) == (False, [])
    with house.db.reading() as s:
        told = [one.template for one in s.scalars(select(Message)) if one.template == "outcome"]
        child = s.get_one(Child, case.child_id)
        key = house.vault.key(child.key, f"child:{child.id}")
        childs = officers_words.theirs(s, house.vault, key, child.id, "cy", [LINE])
    assert childs(LINE) == "", "what was said to an adult is no word for a child"
    assert told == ["outcome"], "no message more for a translation"


def test_the_review_costs_the_same_however_many_adults_read_another_language(
    house: House, case: Case, iro: Worker, clock: SettableClock, signed: Signed
) -> None:
    held(house, case, iro, clock)
    desk = signed(iro)
    page = desk.get(f"/staff/reviews/{case.review_id}/outcome")
    send(desk, page, {"to": to_mum(page), "line-0": LINE, "words": WORDS})
    with statements(house.db) as few:
        desk.get(f"/staff/reviews/{case.review_id}")
    with house.db.writing() as s:
        place = s.scalars(select(Involvement).where(Involvement.role == "carer_foster")).one()
        place.parental_responsibility, lin = True, place.id
        s.get_one(Consultation, case.carer.consultation_id).who = "parent"
    reads(house, case.carer.consultation_id)
    send(desk, page, {"to": lin, "line-0": LINE, "line-1": "More"})
    with statements(house.db) as many:
        review = desk.get(f"/staff/reviews/{case.review_id}")
    assert len(many) == len(few) <= REVIEW_QUERIES + 3
    assert readers(desk.click(review, "Translations")) == [
        "Your own words, for Grace Okafor, Lin Carter, in Welsh", "Your own words, for Grace Okafor, in Welsh",
        "Your own words, for Lin Carter, in Welsh",
    ]  # fmt: skip


def test_an_answer_to_a_parent_waits_in_the_same_list_and_no_former_officer_finds_it(
    house: House, case: Case, iro: Worker, signed: Signed, pages: Pages
) -> None:
    comes_in(pages, house, case)
    ours = translate("Ask for a review sooner", "cy")
    pages.press(pages.get("/b/ask/sooner"), ours, words="Plîs")
    desk = signed(iro)
    listed = desk.get("/staff/requests")
    links = [a.attrs.get("href", "") for a in listed.root.all("a")]
    asked = next(link for link in links if "/staff/requests/" in link)
    assert "They read Welsh: it goes now in English" in desk.get(asked).text
    page = desk.press(desk.get(asked), "Answer", answer="I will ring you.")
    assert "waits for a translation into Welsh" in page.text
    shown = pages.get("/b/asked")
    assert (marked(shown, "I will ring you."), NOTE in shown.text) == ([ENGLISH], True)
    page = desk.get(address(case))
    assert cards(page) == ["Your answer: wants a review sooner"]
    put(desk, page, "I will ring you.", text="Byddaf yn eich ffonio.", by=BY)
    assert "It is translated into Welsh." in desk.get(asked).text
    shown = pages.get("/b/asked")
    assert (marked(shown, "Byddaf yn eich ffonio."), TI.findall(shown.text)) == ([THEIRS], [])
    assert shown.root.first("details").text == f"{AS_TYPED} I will ring you."
    with house.db.writing() as s:
        old = s.get_one(Review, case.review_id)
        old.status = "held"
        s.add(
            Review(
                external_id="R-2", child_id=case.child_id, kind="later", status="planned", iro_external_id="S-2",
                window_start=AFTER.date(), window_end=AFTER.date(),
            )
        )  # fmt: skip
    page = desk.get(address(case))
    assert page.status == 200
    assert not [words for words in ("ring you", "Plîs") if words in page.body]


def test_a_guest_reads_the_place_in_welsh_and_nobody_is_asked_for_an_address_that_no_guest_reads(
    house: House, case: Case, iro: Worker, signed: Signed, pages: Pages
) -> None:
    with house.db.writing() as s:
        mum = select(Involvement.person_id).where(Involvement.role == "parent").scalar_subquery()
        s.execute(update(Person).where(Person.id == mum).values(language="cy"))
    ready(house, iro, case)
    told_first(house, iro, case)
    post, desk = Post(house), signed(iro)
    invite(house, iro, case, "Mum")
    post.send()
    assert f"Ble: {ELSEWHERE}" in post.email.taken[-1].body
    page = desk.get(address(case))
    assert (readers(page), cards(page)) == (
        ["Your own words, for Grace Okafor, in Welsh"], ["The place, for guests"]
    )  # fmt: skip
    assert HOME not in page.body
    put(desk, page, ELSEWHERE, text="Caffi'r Harbwr", by=BY)
    link = next(line for line in post.email.taken[-1].body.splitlines() if "/g/" in line)
    page = pages.get(link.removeprefix("http://localhost"))
    page = pages.press(page, translate("Open the invitation", "cy"))
    page = pages.press(page, translate("Go on", "cy"), fact="sx2 3bb")
    assert (marked(page, "Caffi'r Harbwr"), marked(page, ELSEWHERE)) == ([THEIRS], [ENGLISH])
    sent = len(post.email.taken)
    post.send()
    assert len(post.email.taken) == sent, "a translation is no change"
    settle(house, iro, case, place="Somewhere else", others=ELSEWHERE, at=AFTER)
    post.send()
    assert f"Ble: Caffi'r Harbwr\n{ELSEWHERE}" in post.email.taken[-1].body
    assert f"LOCATION:{ELSEWHERE}" in post.email.taken[-1].calendar
    with house.db.reading() as s:
        assert s.scalars(select(Translation.language)).all() == ["cy"]
