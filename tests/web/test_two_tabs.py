"""Two tabs, double presses, and lost time: nothing typed is lost, nothing is doubled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.web import people
from tests.web.inside import answer, enter, post, said, token
from tests.web.pages import Pages
from webapp.house import House
from webapp.services import answering
from webapp.store import AnswerHistory, AnswerRow, Delivery, Record, Review, Visit


def count(house: House, table: type) -> int:
    with house.db.reading() as s:
        return s.scalar(select(func.count()).select_from(table)) or 0


def at_once(times: int, work: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=work, args=(n,)) for n in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_later_of_two_tabs_is_in_force_and_the_other_is_in_the_history(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    one, other = (
        pages.get("/b/my_review_my_choice/q/anything"),
        pages.get("/b/my_review_my_choice/q/anything"),
    )
    pages.press(one, "Save and go on", words="from the first tab")
    pages.press(other, "Save and go on", words="from the second tab")
    assert said(house, case.child)["anything"].answer.words == "from the second tab"
    assert (count(house, AnswerRow), count(house, AnswerHistory)) == (1, 2)


def test_a_double_press_of_save_keeps_one_answer_and_one_line_of_history(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    page = pages.get("/b/my_review_my_choice/q/attend")
    for _ in range(3):
        assert pages.press(page, "Save and go on", v="all", words="once", follow=False).status == 303
    assert (count(house, AnswerRow), count(house, AnswerHistory)) == (1, 1)


def test_the_same_form_from_four_threads_leaves_one_whole_answer(
    app: Flask, pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    form = {"csrf_token": token(pages), "v": "all"}
    with pages.client.session_transaction() as session:
        held = dict(session)
    statuses: list[int] = []

    def press(n: int) -> None:
        client = app.test_client()
        with client.session_transaction() as session:
            session.update(held)
        sent = client.post("/b/my_review_my_choice/q/attend", data={**form, "words": f"{n} " * 500})
        statuses.append(sent.status_code)

    at_once(4, press)
    assert statuses == [303] * 4
    words = said(house, case.child)["attend"].answer.words.split()
    assert (len(words), len(set(words))) == (500, 1)
    assert (count(house, AnswerRow), count(house, AnswerHistory)) == (1, 4)


def test_pressing_send_twice_and_from_four_threads_sends_once(
    app: Flask, pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    answer(pages, "attend", v="all")
    good = token(pages)
    with pages.client.session_transaction() as session:
        held = dict(session)
    statuses: list[int] = []

    def press(_: int) -> None:
        client = app.test_client()
        with client.session_transaction() as session:
            session.update(held)
        statuses.append(client.post("/b/my_review_my_choice/send", data={"csrf_token": good}).status_code)

    at_once(4, press)
    assert post(pages, "/b/my_review_my_choice/send").url == "/b/my_review_my_choice/sent"
    assert statuses == [303] * 4
    assert (count(house, Record), count(house, Delivery)) == (1, 1)


def test_words_typed_to_a_question_that_another_tab_took_away_are_kept(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    answer(pages, "attend", v="part")
    follow_up = pages.get("/b/my_review_my_choice/q/attend_part")
    answer(pages, "attend", v="all")
    page = pages.press(follow_up, "Save and go on", words="only the start")
    assert page.url == "/b/my_review_my_choice/"
    assert said(house, case.child)["attend_part"].answer.words == "only the start"
    answer(pages, "attend", v="part")
    assert "only the start" in pages.get("/b/my_review_my_choice/q/attend_part").body


def test_a_question_that_is_not_for_this_person_keeps_nothing(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)
    for question in ("not_in_front_little", "nothing", "how_child"):
        post(pages, f"/b/my_review_my_choice/q/{question}", {"words": "not mine", "v": "yes"})
    assert said(house, case.child) == {}


def test_a_page_that_rested_saves_its_words_and_shows_nothing(
    pages: Pages, house: House, case: Case, clock: SettableClock
) -> None:
    people.child_comes_in(pages, case.child)
    answer(pages, "questions", words="canary-earlier")
    one, other = pages.get("/b/my_review_my_choice/q/anything"), pages.get("/b/my_review_my_choice/q/attend")
    clock.move(minutes=45)
    assert pages.get("/b/my_review_my_choice/copy").url == "/rest"
    page = pages.press(one, "Save and go on", words="canary-typed")
    assert (page.url, "saved" in page.text, "canary" in page.body) == ("/rest", True, False)
    pages.press(other, "Save and go on", words="typed in another tab")
    for address in (
        "/b/",
        "/b/my_review_my_choice/check",
        "/b/my_review_my_choice/copy",
        "/b/my_review_my_choice/q/anything",
        "/b/my_review_my_choice/sent",
        "/secret",
        "/know",
    ):
        page = pages.get(address)
        assert (page.url, "canary" in page.body) == ("/rest", False), address
    kept = said(house, case.child)
    assert kept["anything"].answer.words == "canary-typed"
    assert kept["attend"].answer.words == "typed in another tab"
    post(pages, "/b/my_review_my_choice/send")
    assert count(house, Record) == 0


def test_after_a_day_a_rested_page_saves_nothing_more(
    pages: Pages, house: House, case: Case, clock: SettableClock
) -> None:
    people.child_comes_in(pages, case.child)
    page = pages.get("/b/my_review_my_choice/q/anything")
    clock.move(hours=24)
    assert pages.press(page, "Save and go on", words="too late").status == 409
    assert said(house, case.child) == {}


def test_who_comes_in_again_in_the_same_browser_can_still_save_the_old_tab(
    pages: Pages, house: House, case: Case, clock: SettableClock
) -> None:
    people.child_comes_in(pages, case.child)
    old = pages.get("/b/my_review_my_choice/q/anything")
    clock.move(hours=2)
    people.child_comes_back(pages, case.child)
    pages.press(old, "Save and go on", words="typed two hours ago")
    assert said(house, case.child)["anything"].answer.words == "typed two hours ago"
    with house.db.reading() as s:
        assert len(s.scalars(select(Visit.id).where(Visit.ended_at.is_(None))).all()) == 1


def test_an_old_tab_of_one_child_cannot_write_into_the_booklet_of_the_next(
    pages: Pages, house: House, case: Case
) -> None:
    people.child_comes_in(pages, case.child)
    old = pages.get("/b/my_review_my_choice/q/anything")
    people.adult_comes_in(pages, case.carer, "harbour")
    page = pages.press(old, "Save and go on", words="canary-of-the-child")
    assert page.status == 400
    page = pages.press(page, "Try again")
    assert (page.status, page.h1) == (409, "We could not save this")
    assert said(house, case.carer) == {}
    assert said(house, case.child) == {}
    assert pages.get("/b/").status == 200


def test_a_visit_that_was_left_saves_nothing(app: Flask, pages: Pages, house: House, case: Case) -> None:
    people.child_comes_in(pages, case.child)
    page = pages.get("/b/my_review_my_choice/q/anything")
    with pages.client.session_transaction() as session:
        held = dict(session)
    pages.get("/exit", follow=False)
    assert pages.press(page, "Save and go on", words="after leaving").status == 400
    replay = Pages(app)
    with replay.client.session_transaction() as session:
        session.update(held)
    assert replay.press(page, "Save and go on", words="after leaving").status == 409
    assert said(house, case.child) == {}


def test_leaving_between_the_check_and_the_save_saves_nothing(
    pages: Pages, house: House, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = enter(pages, house, case.child)
    page = pages.get("/b/my_review_my_choice/q/anything")
    real = answering.saying

    def left_meanwhile(*given: Any) -> Any:
        with house.db.writing() as s:
            s.execute(update(Visit).where(Visit.id == visit).values(ended_at=house.clock()))
        return real(*given)

    monkeypatch.setattr(answering, "saying", left_meanwhile)
    assert pages.press(page, "Save and go on", words="too late").status == 409
    assert said(house, case.child) == {}


def test_when_the_review_is_over_answers_can_be_read_and_not_changed(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    answer(pages, "anything", words="said in time")
    page = pages.get("/b/my_review_my_choice/q/anything")
    with house.db.writing() as s:
        s.execute(update(Review).values(status="held"))
    assert pages.press(page, "Save and go on", words="said too late").status == 409
    post(pages, "/b/my_review_my_choice/send")
    assert said(house, case.child)["anything"].answer.words == "said in time"
    assert count(house, Record) == 0
