"""Side by side: the worker is out before the child is in, and the record says who was there."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.staff import Signed, Worker
from tests.web.pages import Pages
from webapp.house import House
from webapp.store import Audit, Child, Consultation, Review, StaffVisit, Visit


def test_the_page_says_what_is_about_to_happen_and_nothing_has(
    house: House, case: Case, social_worker: Worker, signed: Signed
) -> None:
    pages = signed(social_worker)
    page = pages.click(pages.get("/staff/children"), "Sit down together")
    for words in ("You will be signed out here", "Give the device to the child", "Press “Finish” at the end"):
        assert words in page.text
    with house.db.reading() as s:
        assert s.scalars(select(Visit.id)).all() == []


@pytest.mark.parametrize("who", ["social_worker", "iro"])
def test_the_press_ends_the_workers_sign_in_and_begins_the_childs_visit(
    app: Flask, house: House, case: Case, signed: Signed, request: pytest.FixtureRequest, who: str
) -> None:
    worker: Worker = request.getfixturevalue(who)
    pages = signed(worker)
    cookie = pages.client.get_cookie("s")
    assert cookie is not None
    page = pages.get(f"/staff/together/{case.child.consultation_id}")
    page = pages.press(page, "Sign me out and begin")
    assert page.url == "/secret", "their own secret comes first"
    assert "Sign out" not in page.text
    assert pages.get("/staff/").h1 == "Sign in"
    thief = Pages(app)
    thief.client.set_cookie("s", cookie.value)
    assert thief.get("/staff/").h1 == "Sign in", "the sign-in is dead on the server, not only in this browser"
    with house.db.reading() as s:
        visit = s.scalars(select(Visit)).one()
        assert (visit.helper_staff_id, visit.consultation_id) == (worker.id, case.child.consultation_id)
        assert s.scalars(select(StaffVisit.ended_at)).one() is not None
        done = s.execute(select(Audit.actor, Audit.child_id).where(Audit.action == "side_by_side")).all()
    assert [tuple(row) for row in done] == [(f"staff:{worker.id}", case.child_id)]


@pytest.mark.parametrize("other", ["other_iro", "duty_worker", "unit_worker"])
def test_nobody_sits_down_with_a_child_who_is_not_theirs(
    house: House, case: Case, signed: Signed, request: pytest.FixtureRequest, other: str
) -> None:
    pages = signed(request.getfixturevalue(other))
    assert pages.get(f"/staff/together/{case.child.consultation_id}").status == 404
    token = pages.get("/staff/").root.first("input", name="csrf_token").attrs["value"]
    assert pages.post(f"/staff/together/{case.child.consultation_id}", {"csrf_token": token}).status == 404
    with house.db.reading() as s:
        assert s.scalars(select(Visit.id)).all() == []


def test_a_social_worker_of_another_child_neither(
    house: House, case: Case, social_worker: Worker, signed: Signed
) -> None:
    with house.db.writing() as s:
        s.execute(update(Review).values(social_worker_id=None))
    pages = signed(social_worker)
    assert "Maya" not in pages.get("/staff/children").text
    assert pages.get(f"/staff/together/{case.child.consultation_id}").status == 404


def test_an_adults_form_is_not_opened_side_by_side(case: Case, iro: Worker, signed: Signed) -> None:
    assert signed(iro).get(f"/staff/together/{case.parent.consultation_id}").status == 404


@pytest.mark.parametrize(
    "table,values,words",
    [(Child, {"hold": "bereaved"}, "The child is on hold"), (Review, {"status": "held"}, "This review is over"),
     (Consultation, {"state": "stopped"}, "This booklet is stopped")],
)  # fmt: skip
def test_it_does_not_begin_where_nothing_is_asked(
    house: House, case: Case, iro: Worker, signed: Signed, table: type, values: dict[str, str], words: str
) -> None:
    pages = signed(iro)
    page = pages.get(f"/staff/together/{case.child.consultation_id}")
    with house.db.writing() as s:
        s.execute(update(table).values(**values))
    page = pages.press(page, "Sign me out and begin")
    assert page.status == 409
    assert words in page.text
    assert "Sign out" in page.text, "still signed in"


def test_a_social_worker_sees_how_far_people_are_but_no_answers_and_no_worries(
    house: House, case: Case, social_worker: Worker, signed: Signed, clock: SettableClock
) -> None:
    from tests.fixtures.speaking import say_and_send
    from webapp.services import worries

    say_and_send(house, case.child.consultation_id, {"questions": "CANARY"})
    with house.db.writing() as s:
        worries.raise_worry(
            s, house.vault, house.authority, consultation_id=case.child.consultation_id, now=clock()
        )
    page = signed(social_worker).get("/staff/children")
    assert "Child, My Review, My Choice: sent today" in page.text
    assert "CANARY" not in page.body
    assert "worry" not in page.text
