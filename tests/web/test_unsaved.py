"""What can't be saved comes back as it was typed, and nothing else is shown; a press saves it once it can be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import itsdangerous.timed
import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.fixtures.cases import Case, load_rows
from tests.fixtures.clocks import SettableClock
from tests.review.incoming_rows import row
from tests.web import people
from tests.web.inside import answer, enter, post, said, sent
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.services import answering
from webapp.store import Child, Consultation, Involvement, Review, Visit

TYPED = "first line\nsecond <line>"
UNSAVED = "We could not save this"


def kept(page: Page) -> str:
    """The words given back, as a browser reads them."""
    box = page.root.first("textarea", id="typed")
    assert "readonly" in box.attrs
    return "".join(str(c) for c in box.children).removeprefix("\n").replace("\r\n", "\n")


def involvement(house: House, role: str) -> str:
    with house.db.reading() as s:
        return s.scalars(select(Involvement.id).where(Involvement.role == role)).one()


def about(ref: str, box: str, said_of_them: str) -> dict[str, Any]:
    """The field of the people page that says this of this person."""
    return {f"p-{ref}-{box}": said_of_them}


@pytest.mark.parametrize("stage", ["opened", "known"])
def test_a_link_tapped_again_in_another_tab_gives_the_words_back_and_a_press_saves_them(
    pages: Pages, house: House, case: Case, stage: str
) -> None:
    people.child_comes_in(pages, case.child)
    old = pages.get("/b/my_review_my_choice/q/attend")
    page = people.open_link(pages, case.child)
    if stage == "known":
        people.say_birthday(pages, page)
    unsaved = pages.press(old, "Save and go on", v="all", words=TYPED)
    assert (unsaved.status, unsaved.h1, kept(unsaved)) == (409, UNSAVED, TYPED)
    assert said(house, case.child) == {}
    assert pages.press(unsaved, "Try again").status == 409
    people.child_comes_back(pages, case.child)
    pages.press(unsaved, "Try again")
    answered = said(house, case.child)["attend"].answer
    assert (answered.value, answered.words) == ("all", TYPED)


def test_a_browser_that_lost_its_cookie_gives_the_words_back_and_two_presses_save_them(
    pages: Pages, house: House, case: Case
) -> None:
    people.child_comes_in(pages, case.child)
    old = pages.get("/b/my_review_my_choice/q/anything")
    with pages.client.session_transaction() as session:
        session.clear()
    unsaved = pages.press(old, "Save and go on", words=TYPED)
    assert (unsaved.status, kept(unsaved)) == (400, TYPED)
    people.child_comes_back(pages, case.child)
    pages.press(pages.press(unsaved, "Try again"), "Try again")
    assert said(house, case.child)["anything"].answer.words == TYPED


def test_words_typed_the_evening_before_are_saved(
    pages: Pages, house: House, case: Case, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.child_comes_in(pages, case.child)
    passed = {"seconds": 0}
    real = itsdangerous.timed.TimestampSigner.get_timestamp
    monkeypatch.setattr(
        itsdangerous.timed.TimestampSigner, "get_timestamp", lambda self: real(self) + passed["seconds"]
    )

    def hours(number: float) -> None:
        clock.move(minutes=int(number * 60))
        passed["seconds"] += int(number * 3600)

    for _ in range(10):  # an afternoon with the booklet
        hours(0.4)
        page = pages.get("/b/my_review_my_choice/q/anything")
    hours(23.5)
    assert pages.press(page, "Save and go on", words=TYPED).url == "/rest"
    assert said(house, case.child)["anything"].answer.words == TYPED


def hold(s: Session) -> None:
    s.execute(update(Child).values(hold="moved"))


def held(s: Session) -> None:
    s.execute(update(Review).values(status="held"))


def cancelled(s: Session) -> None:
    s.execute(update(Review).values(status="cancelled"))


def stopped(s: Session) -> None:
    s.execute(update(Consultation).values(state="stopped"))


@pytest.mark.parametrize("change, words", [
    (hold, "This is closed now"), (stopped, "This is closed now"), (held, "This review is over now"),
    (cancelled, "This review is over now"),
])  # fmt: skip
@pytest.mark.parametrize("late", [False, True])
def test_a_hold_or_the_end_of_the_review_gives_the_words_back(
    pages: Pages, house: House, case: Case, monkeypatch: pytest.MonkeyPatch, change: Callable[[Session], None],
    words: str, late: bool,
) -> None:  # fmt: skip
    enter(pages, house, case.child)
    answer(pages, "questions", words="canary-earlier")
    page = pages.get("/b/my_review_my_choice/q/attend")
    real = answering.saying

    def meanwhile(*given: Any) -> Any:
        with house.db.writing() as s:
            change(s)
        return real(*given)

    if late:  # between the look at the visit and the write
        monkeypatch.setattr(answering, "saying", meanwhile)
    else:
        with house.db.writing() as s:
            change(s)
    unsaved = pages.press(page, "Save and go on", v="all", words=TYPED)
    assert (unsaved.status, unsaved.h1, kept(unsaved)) == (409, UNSAVED, TYPED)
    assert words in unsaved.text
    assert "canary-earlier" not in unsaved.body
    assert not [b for b in unsaved.root.all("button") if b.text == "Try again"]
    assert "attend" not in said(house, case.child)


def test_a_form_of_another_booklet_saves_nothing_even_with_a_good_token(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    whose = pages.get("/b/my_review_my_choice/q/anything").root.first("input", name="whose").attrs["value"]
    enter(pages, house, case.carer)
    question = pages.get("/b/?go=1").url.split("?")[0]
    page = post(pages, question, {"words": "the child's", "v": "yes", "whose": whose})
    assert page.status == 409
    assert said(house, case.carer) == {}


def test_another_site_s_words_are_not_shown_and_not_offered_to_be_sent(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    foreign = {"headers": {"Origin": "https://evil.example"}}
    page = pages.post("/b/my_review_my_choice/q/anything", {"words": "forged", "whose": "x"}, **foreign)
    assert (page.status, "forged" in page.body) == (400, False)
    page = pages.post("/b/my_review_my_choice/q/anything", {"words": "forged"})
    assert not [b for b in page.root.all("button") if b.text == "Try again"]


def test_a_page_that_rested_shows_only_what_was_typed_where_that_is_not_a_fair_answer(
    pages: Pages, house: House, case: Case, clock: SettableClock
) -> None:
    people.child_comes_in(pages, case.child)
    page, mum = pages.get("/b/my_review_my_choice/q/who"), involvement(house, "parent")
    assert "Mum" in page.text
    clock.move(minutes=45)
    unsaved = pages.press(page, "Save and go on", **about(mum, "why", "y" * 5001))
    assert (unsaved.status, unsaved.h1, kept(unsaved)) == (409, UNSAVED, "y" * 5001)
    assert not [name for name in ("Mum", "Lin Carter", "Femi") if name in unsaved.text]


@pytest.mark.parametrize("change", [{"consulted": False}, {"role": "carer_foster"}, {"no_contact": True}])
def test_an_adult_who_is_not_asked_in_this_role_any_more_is_out_at_once(
    app: Flask, pages: Pages, house: House, case: Case, change: dict[str, Any]
) -> None:
    people.adult_comes_in(pages, case.parent, "SX2 3BB")
    page = pages.get("/b/?go=1")
    with house.db.writing() as s:
        s.execute(update(Involvement).where(Involvement.role == "parent").values(**change))
    assert pages.get("/b/").url == "/"
    assert pages.post(page.url.split("?")[0], {"csrf_token": page.root.first("input", name="csrf_token").attrs["value"],
                                               "words": TYPED}).status == 409  # fmt: skip
    assert said(house, case.parent) == {}


def test_a_send_after_the_review_was_held_or_the_visit_was_left_freezes_nothing(
    pages: Pages, house: House, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    from webapp.services import submitting

    visit = enter(pages, house, case.child)
    answer(pages, "anything", words="hello")
    real = submitting.freeze

    def meanwhile(*given: Any) -> Any:
        frozen = real(*given)
        with house.db.writing() as s:
            s.execute(update(Visit).where(Visit.id == visit).values(ended_at=house.clock()))
        return frozen

    monkeypatch.setattr(submitting, "freeze", meanwhile)
    assert post(pages, "/b/my_review_my_choice/send").url == "/"
    assert sent(house, case.child) == []


def test_a_no_to_somebody_who_is_off_the_list_for_a_while_still_stands(
    pages: Pages, house: House, case: Case, tmp_path: Path
) -> None:
    people.child_comes_in(pages, case.child)
    mum = involvement(house, "parent")
    page = pages.get("/b/my_review_my_choice/q/who")
    pages.press(page, "Save and go on", **about(mum, "come", "no"))
    load_rows(house, tmp_path, [row(people__0__may_attend=False)])
    later = pages.get("/b/my_review_my_choice/q/who")
    assert mum not in later.body
    pages.press(later, "Save and go on", words="hello")
    assert said(house, case.child)["who"].answer.value["people"][mum]["come"] == "no"
    check = pages.get("/b/my_review_my_choice/check")
    assert "Someone who isn’t on the list now" in check.text
    assert mum not in check.body
    pages.press(check, "Send it")
    (record,) = sent(house, case.child)
    assert [(one["name"], one["come"]["id"] if isinstance(one["come"], dict) else one["come"])
            for one in record["wishes"]["people"]] == [("Mum", "no")]  # fmt: skip


def test_a_no_to_somebody_who_left_the_list_while_the_page_was_open_is_kept(
    pages: Pages, house: House, case: Case, tmp_path: Path
) -> None:
    people.child_comes_in(pages, case.child)
    mum, page = involvement(house, "parent"), pages.get("/b/my_review_my_choice/q/who")
    load_rows(house, tmp_path, [row(people__0__may_attend=False)])
    pages.press(page, "Save and go on", **about(mum, "come", "no"))
    assert said(house, case.child)["who"].answer.value["people"][mum]["come"] == "no"
    post(pages, "/b/my_review_my_choice/q/who", {"p-" + "0" * 32 + "-come": "yes", "words": "x"})
    assert list(said(house, case.child)["who"].answer.value["people"]) == [mum]
