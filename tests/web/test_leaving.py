"""Leaving quickly, stopping, and the next person on the same phone (A11, A12)."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests.fixtures.cases import Case
from tests.fixtures.staff import Signed, Worker
from tests.web import people
from tests.web.inside import answer, enter, everything, post
from tests.web.pages import Pages
from webapp.house import House
from webapp.store import Visit

INSIDE = [
    "/b/",
    "/b/my_review_my_choice/q/anything",
    "/b/my_review_my_choice/q/who",
    "/b/my_review_my_choice/check",
    "/b/my_review_my_choice/copy",
    "/b/my_review_my_choice/sent",
    "/secret",
    "/know",
    "/rest",
]
TITLES = ["Maya", "Okafor", "review of", "child", "care", "social", "council", "safe", "abuse", "IRO"]


def test_leaving_ends_the_visit_on_the_server_and_empties_the_browser(
    app: Flask, pages: Pages, house: House, case: Case
) -> None:
    people.child_comes_in(pages, case.child)
    answer(pages, "anything", words="canary-words")
    with pages.client.session_transaction() as session:
        held = dict(session)
    left = pages.get("/exit", follow=False)
    assert (left.status, left.headers["Location"]) == (303, house.authority.exit_to)
    assert "no-store" in left.headers["Cache-Control"]
    assert any("s=;" in cookie for cookie in left.headers.getlist("Set-Cookie"))
    with house.db.reading() as s:
        assert s.scalars(select(Visit.ended_at)).one() is not None
    thief = Pages(app)
    for browser in (pages, thief):
        if browser is thief:
            with thief.client.session_transaction() as session:
                session.update(held)
        for address in INSIDE:
            page = browser.get(address)
            assert page.url in ("/", "/rest"), address
            assert "canary" not in page.body


def test_leaving_works_where_nobody_is_in(pages: Pages, house: House) -> None:
    before = everything(house)
    assert pages.get("/exit", follow=False).headers["Location"] == house.authority.exit_to
    assert everything(house) == before


def test_leaving_works_when_the_database_does_not(
    pages: Pages, house: House, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.child_comes_in(pages, case.child)

    def locked(*_: object) -> None:
        raise OperationalError("update", {}, Exception("database is locked"))

    with monkeypatch.context() as patch:
        patch.setattr(type(house.db), "writing", locked)
        left = pages.get("/exit", follow=False)
    assert (left.status, left.headers["Location"]) == (303, house.authority.exit_to)
    assert pages.get("/b/my_review_my_choice/copy").url == "/"


def test_every_page_has_the_way_out_and_the_call_for_help_in_the_same_place(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    answer(pages, "anything", words="something")
    post(pages, "/b/my_review_my_choice/send")
    for address in (
        *INSIDE[:6],
        "/",
        "/help",
        "/who-sees",
        "/lost-link",
        "/language",
        "/code",
        "/not-safe",
        "/x",
    ):
        foot = pages.get(address).root.first("footer")
        (way_out,) = [a for a in foot.all("a") if "data-exit" in a.attrs]
        assert way_out.attrs["href"] == "/exit", address
        assert [b.text for b in foot.all("button")] == ["I’m not safe"], address


def test_titles_and_addresses_say_where_you_are_and_nothing_about_anyone(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    answer(pages, "anything", words="something")
    post(pages, "/b/my_review_my_choice/send")
    addresses = [f"/b/my_review_my_choice/q/{q.id}" for q in house.booklets["my_review_my_choice"].questions]
    for address in (*INSIDE, *addresses, "/help", "/code", f"/o/{case.child.token}"):
        page = pages.get(address)
        assert not any(word.lower() in page.title.lower() for word in TITLES), (address, page.title)


def test_stopping_ends_the_visit_and_says_so_only_where_something_was_kept(
    pages: Pages, house: House, case: Case
) -> None:
    people.child_comes_in(pages, case.child)
    answer(pages, "anything", words="canary-words")
    page = pages.press(pages.get("/b/my_review_my_choice/check"), "Stop for now")
    assert "Your words are saved" in page.text
    assert "canary" not in page.body
    assert pages.get("/b/my_review_my_choice/copy").url == "/"
    assert "saved" not in post(pages, "/b/stop").text


def test_every_form_tells_the_browser_to_remember_nothing(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)
    for booklet_page in (
        f"/b/my_review_my_choice/q/{q.id}" for q in house.booklets["my_review_my_choice"].questions
    ):
        for form in pages.get(booklet_page).root.all("form"):
            typed = form.all("textarea") + [
                e for e in form.all("input") if e.attrs.get("type", "text") == "text"
            ]
            assert not typed or form.attrs.get("autocomplete") == "off", booklet_page
    for stage, address in (
        ("opened", "/know"),
        ("known", "/secret?kind=pin"),
        ("known", "/secret?kind=pictures"),
    ):
        enter(pages, house, case.parent, stage)
        for form in pages.get(address).root.all("form"):
            typed = [e for e in form.all("input") if e.attrs.get("type", "text") != "hidden"]
            assert not typed or form.attrs.get("autocomplete") == "off", address


def test_every_page_about_anyone_is_kept_by_no_cache(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)
    answer(pages, "anything", words="canary-words")
    addresses = [
        *INSIDE,
        "/not-safe",
        "/help",
        "/",
        f"/o/{case.child.token}",
        "/nothing",
        "/static/nothing",
        "/exit",
    ]
    for address in addresses:
        assert pages.get(address, follow=False).headers["Cache-Control"] == "no-store", address


def test_the_next_child_on_the_same_phone_sees_nothing_of_the_first(
    pages: Pages, house: House, case: Case
) -> None:
    people.child_comes_in(pages, case.child)
    for question in ("anything", "questions", "attend"):
        answer(pages, question, words=f"canary-{question}")
    people.adult_comes_in(pages, case.carer, "harbour")
    for theirs in house.booklets["carer"].questions:
        assert "canary" not in pages.get(f"/b/my_review_my_choice/q/{theirs.id}").body
    for address in INSIDE:
        assert "canary" not in pages.get(address).body
    with house.db.reading() as s:
        live = s.scalars(select(Visit.consultation_id).where(Visit.ended_at.is_(None))).all()
    assert live == [case.carer.consultation_id]


def test_after_side_by_side_neither_the_child_s_words_nor_the_worker_s_sign_in_is_left(
    house: House, case: Case, social_worker: Worker, signed: Signed
) -> None:
    desk = signed(social_worker)
    page = desk.get(f"/staff/together/{case.child.consultation_id}")
    form = page.root.first("main").first("form")
    page = desk.press(page, form.first("button").text)
    page = desk.press(page, "OK, go on") if page.url.startswith("/secret") else page
    page = desk.press(page, "Go on without")
    assert page.url.startswith("/b/")
    answer(desk, "anything", words="canary-words")
    assert desk.get("/staff/children").url == "/staff/sign-in"
    page = desk.press(desk.get("/b/my_review_my_choice/check"), "Stop for now")
    assert "give the device back" in page.text
    for address in (*INSIDE, "/staff/children"):
        assert "canary" not in desk.get(address).body
    with desk.client.session_transaction() as session:
        assert not {"v", "staff"} & set(session)
