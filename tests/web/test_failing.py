"""The database is locked, or we made a mistake: the typed words come back, and one press saves them once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.staff import Signed, Worker, sign_in
from tests.web.inside import answer, enter, said, sent, token
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.services import answering, asked_desk, outbox, visits
from webapp.services import staff as accounts
from webapp.store import AnswerHistory, Record, StandIn
from webapp.web import staff_problems


def count(house: House, table: type) -> int:
    with house.db.reading() as s:
        return s.scalar(select(func.count()).select_from(table)) or 0


def token_of(page: Page) -> str:
    """The mark of a page's forms against forgery."""
    return page.root.first("input", name="csrf_token").attrs["value"]


@contextlib.contextmanager
def broken(monkeypatch: pytest.MonkeyPatch, place: Any, name: str) -> Iterator[None]:
    """This function meets a locked database."""

    def fails(*_: object, **__: object) -> None:
        raise OperationalError("insert", {}, Exception("database is locked"))

    with monkeypatch.context() as patch:
        patch.setattr(place, name, fails)
        yield


@pytest.mark.parametrize("question, form", [
    ("anything", {"words": "two\r\nlines & <marks> \"quoted\""}),
    ("my_words", {"v": ["say", "drawn"], "words": "and this"}),
    ("who", {"a0-name": "Zoë", "a0-come": "no", "a0-why": "because", "do": "add"}),
])  # fmt: skip
def test_a_locked_database_gives_the_words_back_and_a_press_saves_them_once(
    pages: Pages,
    house: House,
    case: Case,
    monkeypatch: pytest.MonkeyPatch,
    question: str,
    form: dict[str, Any],
) -> None:
    enter(pages, house, case.child)
    good = token(pages)
    with broken(monkeypatch, answering, "record"):
        page = pages.post(
            f"/b/my_review_my_choice/q/{question}", {"csrf_token": good, "see": "iro", **form}, may_fail=True
        )
    assert (page.status, page.h1) == (503, "We couldn’t save that just now")
    assert said(house, case.child) == {}
    assert pages.press(page, "Try again").status == 200
    kept = said(house, case.child)[question]
    assert kept.audience == "iro"
    text = repr(kept.answer)
    assert all(one in text for one in ("two\\nlines & <marks>", "quoted") if question == "anything")
    assert all(one in text for one in ("say", "drawn", "and this") if question == "my_words")
    assert all(one in text for one in ("Zoë", "because", "'no'") if question == "who")
    assert count(house, AnswerHistory) == 1


def test_a_failure_of_ours_gives_the_words_back_too(
    pages: Pages, house: House, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(pages, house, case.child)
    good = token(pages)
    with monkeypatch.context() as patch:
        patch.setattr(answering, "record", lambda *_, **__: 1 // 0)
        page = pages.post(
            "/b/my_review_my_choice/q/anything", {"csrf_token": good, "words": "typed"}, may_fail=True
        )
    assert (page.status, page.h1) == (500, "Sorry, that is our mistake")
    pages.press(page, "Try again")
    assert said(house, case.child)["anything"].answer.words == "typed"


def test_a_send_that_failed_can_be_pressed_again_and_sends_once(
    pages: Pages, house: House, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(pages, house, case.child)
    answer(pages, "anything", words="hello")
    good = token(pages)
    with broken(monkeypatch, outbox, "put"):
        page = pages.post("/b/my_review_my_choice/send", {"csrf_token": good}, may_fail=True)
    assert (page.status, count(house, Record)) == (503, 0)
    assert pages.press(page, "Try again").url == "/b/my_review_my_choice/sent"
    assert len(sent(house, case.child)) == 1


@pytest.mark.parametrize("stage, address, form", [
    ("known", "/secret?kind=pin", {"pin": "4821"}), ("opened", "/know", {"day": "4", "month": "5"}),
    ("opened", "/code", {"code": "BBBBB22222"}),
])  # fmt: skip
def test_a_secret_is_not_written_into_the_page_of_a_failure(
    pages: Pages, house: House, case: Case, monkeypatch: pytest.MonkeyPatch, stage: str, address: str,
    form: dict[str, str],
) -> None:  # fmt: skip
    enter(pages, house, case.child, stage)
    good = token(pages)
    with broken(monkeypatch, type(house.db), "writing"), broken(monkeypatch, type(house.db), "keeping"):
        page = pages.post(address, {"csrf_token": good, **form}, may_fail=True)
    assert (page.status, page.h1) == (503, "We are busy just now")
    assert not any(f'value="{value}"' in page.body for value in form.values())


def test_a_page_that_cannot_be_read_says_so_without_a_button_to_save(
    pages: Pages, house: House, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(pages, house, case.child)
    with broken(monkeypatch, visits, "find"):
        page = pages.get("/b/", may_fail=True)
    assert (page.status, page.h1) == (503, "We are busy just now")
    assert "999" in page.text


def test_the_driver_s_own_error_is_told_like_any_other(
    pages: Pages, house: House, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(pages, house, case.child)
    good = token(pages)
    driver: Any = house.db.engine.dialect

    def locked(*_: object, **__: object) -> None:
        raise driver.loaded_dbapi.OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(answering, "record", locked)
        page = pages.post(
            "/b/my_review_my_choice/q/anything", {"csrf_token": good, "words": "typed"}, may_fail=True
        )
    assert page.status == 503
    pages.press(page, "Try again")
    assert said(house, case.child)["anything"].answer.words == "typed"


def test_staff_read_of_a_failure_on_a_page_of_theirs_with_what_to_quote_and_a_press_to_try_again(
    house: House, case: Case, iro: Worker, other_iro: Worker, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = signed(other_iro)
    form = desk.get("/staff/stand-in")
    typed = {"number": case.row["child"]["id"], "reason": "Nadia is ill & away this week"}
    with broken(monkeypatch, type(house.db), "writing"), broken(monkeypatch, asked_desk, "waiting"):
        page = desk.post("/staff/stand-in", {**typed, "csrf_token": token_of(form)}, may_fail=True)
    assert (page.status, page.h1) == (503, "That couldn’t be written down just now")
    assert "Whatever was accepted before is still there." in page.text
    assert "staff.begin_stand_in 20" in page.text
    assert "for staff" in page.title
    assert count(house, StandIn) == 0
    assert "You stand in for Nadia Rahman" in desk.press(page, "Try again").text
    with monkeypatch.context() as patch:
        patch.setattr(asked_desk, "of_officer", lambda *_, **__: 1 // 0)
        page = desk.get("/staff/requests", may_fail=True)
    assert (page.status, page.h1) == (500, "Sorry, that is our mistake")
    assert "staff.requests 20" in page.text
    assert "Try again" not in page.text
    with broken(monkeypatch, accounts, "visiting"):
        page = desk.get("/staff/requests", may_fail=True)
    assert (page.status, page.h1) == (503, "This page can’t be shown just now")


def test_staffs_refusals_have_a_page_of_theirs_whatever_was_wrong(iro: Worker, signed: Signed) -> None:
    desk = signed(iro)
    given = token_of(desk.get("/staff/stand-in"))
    for address, form, status, title in (
        ("/staff/requests", {}, 405, "There is no such page for you"),
        ("/staff/stand-in", {"reason": "x" * 70_000}, 413, "That is too much at once"),
        ("/staff/stand-in", {"csrf_token": "no"}, 400, "Please press once more"),
    ):
        page = desk.post(address, {"csrf_token": given, **form})
        assert (page.status, page.h1) == (status, title)
        assert "for staff" in page.title
        assert "link" not in page.root.first("main").text
    with desk.app.test_request_context("/staff/requests"):
        for status, title in (
            (403, "There is no such page for you"),
            (429, "Too many tries"),
            (415, "That didn’t"),
        ):
            assert title in staff_problems.refused(status)


def test_a_password_is_not_written_into_the_staffs_page_of_a_failure(
    pages: Pages, house: House, iro: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = {"username": "nadia", "password": "CANARY-PASS", "code": "123456"}
    given = token_of(pages.get("/staff/sign-in"))
    with broken(monkeypatch, type(house.db), "writing"):
        page = pages.post("/staff/sign-in", {**typed, "csrf_token": given}, may_fail=True)
    assert (page.status, page.h1) == (503, "This page can’t be shown just now")
    assert "CANARY" not in page.body


OURS = {"Origin": "http://localhost"}


def test_words_typed_until_the_sign_in_was_over_come_back_to_be_sent_once_more(
    iro: Worker, clock: SettableClock, signed: Signed
) -> None:
    """A letter takes longer than half an hour, and the browser keeps no page of ours."""
    pages = signed(iro)
    typed = {"number": "R-9", "reason": "CANARY on leave <b>"}
    token = token_of(pages.get("/staff/stand-in"))
    clock.move(minutes=31)
    kept = pages.post("/staff/stand-in", {"csrf_token": token, **typed}, headers=OURS)
    assert (kept.status, kept.h1) == (401, "Your sign-in has ended")
    assert kept.root.first("textarea", id="typed").text.strip() == "CANARY on leave <b>"
    sign_in(pages, iro, clock)
    again = pages.post("/staff/stand-in", {"csrf_token": token_of(kept), **typed}, headers=OURS)
    assert (again.status, again.h1) == (400, "Please press once more"), "its token was of the sign-in before"
    last = pages.press(again, "Try again")
    assert "CANARY on leave <b>" in last.root.first("textarea", name="reason").text


def test_what_another_site_sent_or_a_secret_is_never_given_back(
    iro: Worker, clock: SettableClock, signed: Signed
) -> None:
    pages = signed(iro)
    for headers in ({}, {"Origin": "https://evil.example"}):
        page = pages.post("/staff/stand-in", {"csrf_token": "no", "reason": "CANARY words"}, headers=headers)
        assert (page.status, "CANARY" in page.body) == (400, False)
    page = pages.post(
        "/staff/stand-in", {"csrf_token": "no", "password": "CANARY", "reason": "x y"}, headers=OURS
    )
    assert (page.status, "CANARY" in page.body) == (400, False)
    token = token_of(pages.get("/staff/stand-in"))
    clock.move(minutes=31)
    page = pages.post("/staff/stand-in", {"csrf_token": token, "reason": "CANARY words"})
    assert (page.status, page.h1) == (200, "Sign in"), "nothing says that a page of ours sent it"
