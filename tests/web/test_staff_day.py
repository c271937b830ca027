"""The Review Unit's day on one page: how much of each kind, then the first of each; never an answer."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from tests.fixtures.caseloads import many_reviews
from tests.fixtures.cases import Case
from tests.fixtures.counting import statements
from tests.fixtures.speaking import say_and_send
from tests.fixtures.staff import Signed, Worker
from tests.web.pages import Page
from webapp.clock import london
from webapp.house import House
from webapp.messaging.letter import TO_PRINT
from webapp.services import looking_day
from webapp.store import Audit, Consultation, Message, PaperBooklet, new_id


def part(page: Page, words: str) -> str:
    """The words under one heading."""
    return next(s.text for s in page.root.all("section") if s.all("h2")[0].text.startswith(words))


def put(house: House, consultation_id: str, **values: object) -> None:
    with house.db.writing() as s:
        s.execute(update(Consultation).where(Consultation.id == consultation_id).values(**values))


def letter(house: House, case: Case) -> None:
    now = house.clock()
    with house.db.writing() as s:
        s.add(
            Message(
                purpose="test:letter", consultation_id=case.carer.consultation_id, child_id=case.child_id,
                way="letter", template="invite", language="en", state="sent", provider_id=TO_PRINT, made_at=now,
                due_at=now,
            )
        )  # fmt: skip


def test_each_kind_of_work_stands_under_its_own_name(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    today = london(house.clock()).date()
    put(house, case.child.consultation_id, state="asked", asked_at=house.clock())
    put(house, case.parent.consultation_id, state="unreachable", reason="opted_out")
    put(house, case.carer.consultation_id, state="unreachable", reason="wrong_person")
    letter(house, case)
    page = signed(unit_worker).get("/staff/unit/today")
    assert "Maya" in part(page, "No answer yet 1")
    assert "use another way" in part(page, "Wrote STOP: use another way 1")
    assert "someone else has this phone" in part(page, "Wrong number 1")
    assert "Print the letter" in part(page, "Letters to print 1")
    for empty in ("Due to be asked 0", "Can’t be reached 0", "Paper to key in or hand over 0"):
        assert "Nothing here. Good." in part(page, empty)
    put(house, case.parent.consultation_id, state="unreachable", reason="no_email")
    put(house, case.carer.consultation_id, state="due", reason=None, due_on=today)
    page = signed(unit_worker).get("/staff/unit/today")
    assert "no email address" in part(page, "Can’t be reached 1")
    assert "to be asked from" in part(page, "Due to be asked 1")


def test_whoever_sent_something_or_is_asked_later_is_no_work(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    tomorrow = london(house.clock()).date() + dt.timedelta(days=1)
    say_and_send(house, case.child.consultation_id, {"questions": "CANARY-SENT"})
    put(house, case.child.consultation_id, state="asked")
    put(house, case.parent.consultation_id, state="due", due_on=tomorrow)
    put(house, case.carer.consultation_id, state="due", reason="letter_to_print", due_on=tomorrow)
    page = signed(unit_worker).get("/staff/unit/today")
    assert "Nothing here" in part(page, "No answer yet 0")
    assert "Nothing here" in part(page, "Due to be asked 0")
    assert "CANARY" not in page.body


def test_the_page_takes_as_many_queries_for_three_hundred_children_as_for_one(
    app: Flask, house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)
    with statements(app.extensions["house"].db) as few:
        pages.get("/staff/unit/today")
    many_reviews(house, unit_worker.id, 300, house.clock(), dt.timedelta(0))
    letter(house, case)
    with statements(app.extensions["house"].db) as many:
        page = pages.get("/staff/unit/today")
    assert "Due to be asked 30" in page.text
    assert len(few) == len(many) <= 19, many


def test_a_long_list_goes_on_page_by_page_and_is_counted_only_so_far(
    house: House, unit_worker: Worker, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking_day, "COUNTED", 120)
    many_reviews(house, unit_worker.id, 130, house.clock(), dt.timedelta(0))
    pages = signed(unit_worker)
    page = pages.click(pages.get("/staff/unit/today"), "The whole list (over 500) Due to be asked")
    seen = {a.attrs["href"] for a in page.root.all("a") if "/unit/reviews/" in a.attrs["href"]}
    assert len(seen) == 50
    assert "Page 1 of 3" in page.text
    last = pages.get("/staff/unit/today/due?page=99")
    assert "Page 3 of 3" in last.text
    assert "Only the first" in last.text
    assert pages.get("/staff/unit/today/nothing").status == 404


def test_paper_stands_there_until_nothing_is_left_to_do_with_it(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    with house.db.writing() as s:
        s.execute(
            insert(PaperBooklet).values(
                id=new_id(), consultation_id=case.child.consultation_id, booklet_id="my_review_my_choice",
                arrived_at=house.clock(), arrived_by=unit_worker.id, state="keyed", sealed_pages="to_hand", open=True,
            )
        )  # fmt: skip
    pages = signed(unit_worker)
    told = part(pages.get("/staff/unit/today"), "Paper to key in or hand over 1")
    assert "hand them to the IRO unopened" in told
    assert "to be keyed in" not in told
    with house.db.writing() as s:
        s.execute(update(PaperBooklet).values(open=False))
    assert "Nothing here" in part(pages.get("/staff/unit/today"), "Paper to key in or hand over 0")


def test_looking_at_the_day_is_written_down_and_only_the_unit_may(
    house: House, case: Case, unit_worker: Worker, iro: Worker, signed: Signed
) -> None:
    signed(unit_worker).get("/staff/unit/today")
    assert signed(iro).get("/staff/unit/today").status == 404
    with house.db.reading() as s:
        actions = s.scalars(select(Audit.action).where(Audit.actor == f"staff:{unit_worker.id}")).all()
    assert "list_unit_today" in actions
