"""What the page of help says is so: who hears of it, when the office opens, and numbers from the settings."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from config import Signpost
from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.staff import Signed, Worker
from tests.web.inside import enter
from tests.web.pages import Pages
from webapp.house import House
from webapp.services import access, working
from webapp.store import Message, Worry
from webapp.web import dial

PRESS = "I’m not safe"


def test_the_iro_is_spoken_of_only_where_an_officer_is_told(house: House, case: Case, pages: Pages) -> None:
    enter(pages, house, case.child)
    page = pages.press(pages.get("/help"), PRESS)
    assert "A message is on its way to them." in page.text
    assert "to the IRO" not in page.text


def test_where_an_officer_has_a_mailbox_the_page_says_that_they_are_told(
    house: House, case: Case, pages: Pages, iro: Worker
) -> None:
    enter(pages, house, case.child)
    page = pages.press(pages.get("/help"), PRESS)
    assert "A message is on its way to them, and to the IRO." in page.text
    assert "Children's duty team, 01632 960010" in page.text
    with house.db.reading() as s:
        assert len(s.scalars(select(Message).where(Message.template == "worry")).all()) == 3


def test_out_of_hours_the_page_says_when_the_office_opens_and_whom_to_ring(
    house: House, case: Case, pages: Pages, clock: SettableClock
) -> None:
    clock.set(dt.datetime(2027, 2, 6, 2, 0, tzinfo=dt.UTC))
    enter(pages, house, case.child)
    page = pages.press(pages.get("/help"), PRESS)
    assert "It opens on Monday at 9:00." in page.text
    assert "Emergency duty team, 01632 960020" in page.text


def test_a_press_on_the_links_own_page_raises_a_worry_and_looks_like_a_strangers(
    app: Flask, house: House, case: Case
) -> None:
    stranger, child = Pages(app), Pages(app)
    theirs = stranger.press(stranger.get("/o/nothing"), PRESS)
    page = child.press(child.get(f"/o/{case.child.token}"), PRESS)
    assert (page.url, page.text) == (theirs.url, theirs.text)
    assert "don’t wait for us" in page.text
    with house.db.reading() as s:
        worry = s.scalars(select(Worry)).one()
    assert (worry.consultation_id, worry.recognised) == (case.child.consultation_id, False)


def test_a_press_on_the_page_of_a_dead_link_raises_nothing(house: House, case: Case, pages: Pages) -> None:
    with house.db.writing() as s:
        access.revoke_links(s, case.child.consultation_id, house.clock())
    assert pages.press(pages.get(f"/o/{case.child.token}"), PRESS).status == 200
    with house.db.reading() as s:
        assert s.scalars(select(Worry.id)).all() == []


@pytest.mark.parametrize("who, officers", [("child", 0), ("parent", 1), ("carer", 1)])
def test_what_an_adult_raises_goes_to_the_designated_officers_too(
    house: House, case: Case, pages: Pages, who: str, officers: int
) -> None:
    enter(pages, house, getattr(case, who))
    pages.press(pages.get("/help"), PRESS)
    with house.db.reading() as s:
        sent = s.scalars(select(Message).where(Message.template == "worry")).all()
    assert len(sent) == len(house.authority.duty.emails) + officers


def test_every_page_shows_the_authoritys_own_numbers(app: Flask, pages: Pages) -> None:
    own = app.extensions["house"].authority.model_copy(
        update={
            "emergency": Signpost(name="112", phone="112", when="any time"),
            "childline": Signpost(name="Helpline", phone="+44 (0)808 157 0000", when="any time"),
        }
    )
    app.jinja_env.globals["authority"] = own
    app.extensions["house"] = replace(app.extensions["house"], authority=own)
    for address in ("/", "/help", "/not-safe"):
        page = pages.get(address)
        assert "999" not in page.body
        assert 'href="tel:112"' in page.body
        assert 'href="tel:+4408081570000"' in page.body


def test_a_number_is_dialled_by_its_digits() -> None:
    assert [dial(one) for one in ("0800 1111", "01632-960 001", "+44 1632 960001")] == [
        "08001111", "01632960001", "+441632960001",
    ]  # fmt: skip


def test_a_worker_that_stopped_is_seen_by_staff_and_by_what_watches(
    house: House, pages: Pages, duty_worker: Worker, unit_worker: Worker, signed: Signed, clock: SettableClock
) -> None:
    assert pages.client.get("/healthz/worker").status_code == 503
    working.heartbeat(house.db, "w1", clock)
    assert pages.client.get("/healthz/worker").status_code == 200
    duty, unit = signed(duty_worker), signed(unit_worker)
    silent = "alerts are not going out"
    assert silent not in duty.get("/staff/worries").text
    clock.move(minutes=3)
    assert silent in duty.get("/staff/worries").text
    assert silent in unit.get("/staff/unit").text
    assert pages.client.get("/healthz/worker").status_code == 200
    clock.move(minutes=3)
    assert pages.client.get("/healthz/worker").status_code == 503
