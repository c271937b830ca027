"""Clearing a forgotten secret opens nothing to whoever clears it; a child and a worker open what they began alone."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select

from tests.fixtures.cases import Case, invite
from tests.fixtures.clocks import SettableClock
from tests.fixtures.staff import Signed, Worker
from tests.web import people
from tests.web.inside import answer
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.store import Consultation, Link, Message, Response, Visit

DRAFT = "what I really think"
CLEAR = "Clear a forgotten secret"


def begun(pages: Pages, case: Case) -> None:
    people.child_comes_in(pages, case.child)
    answer(pages, "attend", v="all", words=DRAFT)


def cleared(unit: Pages, case: Case) -> Page:
    return unit.press(unit.get(f"/staff/unit/reviews/{case.review_id}"), CLEAR)


def together(pages: Pages, case: Case) -> Page:
    return pages.press(pages.get(f"/staff/together/{case.child.consultation_id}"), "Sign me out and begin")


def test_clearing_a_secret_ends_every_link_and_visit_and_sends_a_new_link_to_the_person(
    house: House, case: Case, pages: Pages, unit_worker: Worker, signed: Signed
) -> None:
    begun(pages, case)
    page = cleared(signed(unit_worker), case)
    assert "A new link goes to the person" in page.text
    assert people.open_link(pages, case.child).status == 404
    assert DRAFT not in pages.get("/b/my_review_my_choice/copy").body
    with house.db.reading() as s:
        links = s.scalars(select(Link).where(Link.consultation_id == case.child.consultation_id)).all()
        assert all(link.revoked_at for link in links)
        assert all(visit.ended_at for visit in s.scalars(select(Visit)))
        message = s.scalars(select(Message).where(Message.purpose.startswith("reset:"))).one()
        assert (message.consultation_id, message.state) == (case.child.consultation_id, "waiting")
        assert message.template == "reset", "it says what happened: it is no invitation"


def test_after_a_reset_the_old_answers_open_through_a_new_link_and_a_new_secret(
    app: Flask, house: House, case: Case, pages: Pages, unit_worker: Worker, signed: Signed
) -> None:
    begun(pages, case)
    cleared(signed(unit_worker), case)
    own = Pages(app)
    fresh = invite(house, case.child.consultation_id)
    page = people.say_birthday(own, people.open_link(own, fresh))
    assert "took away your old pictures" in page.text
    own.press(own.press(page, "OK, go on"), "These three", picture=["moon", "key", "cup"])
    assert DRAFT in own.get("/b/my_review_my_choice/copy").text


def test_after_a_reset_a_visit_through_an_older_link_sets_no_secret(
    house: House, case: Case, pages: Pages, unit_worker: Worker, signed: Signed
) -> None:
    begun(pages, case)
    cleared(signed(unit_worker), case)
    fresh = invite(house, case.child.consultation_id)
    page = people.say_birthday(pages, people.open_link(pages, fresh))
    with house.db.writing() as s:
        link = s.scalars(
            select(Link).where(Link.revoked_at.is_(None), Link.consultation_id == case.child.consultation_id)
        ).one()
        link.made_at -= dt.timedelta(hours=1)
    page = pages.press(pages.press(page, "OK, go on"), "These three", picture=["moon", "key", "cup"])
    assert page.status == 403
    assert DRAFT not in pages.get("/b/my_review_my_choice/copy").body


def test_after_a_reset_no_code_is_shown_to_staff_while_answers_wait(
    house: House, case: Case, pages: Pages, unit_worker: Worker, signed: Signed
) -> None:
    begun(pages, case)
    unit = signed(unit_worker)
    page = unit.press(unit.click(cleared(unit, case), "New code (Maya)"), "Make a new code")
    assert "goes to the person themselves" in page.text
    with house.db.reading() as s:
        assert not s.scalars(
            select(Link.id).where(
                Link.revoked_at.is_(None), Link.consultation_id == case.child.consultation_id
            )
        ).all()


def test_after_a_reset_nobody_begins_side_by_side_while_answers_wait(
    case: Case, pages: Pages, unit_worker: Worker, iro: Worker, signed: Signed
) -> None:
    officer = signed(iro)
    page = officer.get(f"/staff/together/{case.child.consultation_id}")
    begun(pages, case)
    cleared(signed(unit_worker), case)
    refused = officer.press(page, "Sign me out and begin")
    assert refused.status == 409
    assert "They wait for the child alone" in refused.text
    assert "Sign out" in refused.text


def test_the_review_unit_does_not_sit_down_with_a_child(
    case: Case, unit_worker: Worker, signed: Signed
) -> None:
    unit = signed(unit_worker)
    assert unit.get(f"/staff/together/{case.child.consultation_id}").status == 404
    assert "side by side" not in unit.get(f"/staff/unit/reviews/{case.review_id}").text


@pytest.fixture
def begun_together(case: Case, social_worker: Worker, signed: Signed) -> Pages:
    pages = signed(social_worker)
    page = pages.press(together(pages, case), "OK, go on")
    pages.press(page, "Go on without pictures. Femi Adeyemi can open it with you again")
    answer(pages, "attend", v="all", words=DRAFT)
    pages.press(pages.get("/b/my_review_my_choice/"), "Stop for now")
    return pages


def test_only_the_worker_who_began_it_with_a_child_opens_it_again_and_by_a_press(
    house: House, case: Case, begun_together: Pages, social_worker: Worker, signed: Signed
) -> None:
    with house.db.reading() as s:
        kept = s.get_one(Consultation, case.child.consultation_id)
    assert (kept.secret_kind, kept.secret_hash) == ("worker", f"staff:{social_worker.id}")
    pages = signed(social_worker)
    page = together(pages, case)
    assert page.url == "/secret"
    pages.get("/secret")
    with house.db.reading() as s:
        assert s.scalars(select(Visit.stage).order_by(Visit.opened_at.desc())).first() == "known"
    assert DRAFT not in pages.get("/b/my_review_my_choice/copy").body
    pages.press(page, "Open my answers")
    assert DRAFT in pages.get("/b/my_review_my_choice/copy").text


def test_another_worker_of_the_child_does_not_open_what_was_begun_with_a_colleague(
    house: House, case: Case, begun_together: Pages, iro: Worker, signed: Signed
) -> None:
    pages = signed(iro)
    page = pages.get(f"/staff/together/{case.child.consultation_id}")
    assert "with a colleague of yours" in page.text
    assert "Sign me out" not in page.text


def test_a_booklet_begun_with_a_worker_stays_shut_to_its_link_alone(
    app: Flask, case: Case, begun_together: Pages
) -> None:
    pages = Pages(app)
    page = people.say_birthday(pages, people.open_link(pages, case.child))
    assert "You began this together with a worker" in page.text
    assert DRAFT not in pages.get("/b/my_review_my_choice/copy").body


def test_staff_mode_is_not_for_a_visit_without_a_worker(
    house: House, case: Case, pages: Pages, clock: SettableClock
) -> None:
    page = people.say_birthday(pages, people.open_link(pages, case.child))
    page = pages.press(page, "OK, go on")
    token = page.root.first("input", name="csrf_token").attrs["value"]
    pages.post("/secret?kind=worker", {"csrf_token": token})
    with house.db.reading() as s:
        assert s.scalars(select(Response)).all() == []
