"""The Review Unit's page of deliveries: what waits, where, why and since when; and never an answer."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.fixtures.cases import Case
from tests.fixtures.counting import statements
from tests.fixtures.speaking import say_and_send
from tests.fixtures.staff import Signed, Worker
from tests.services.outgoing import add_review, send
from webapp.house import House
from webapp.services import breaker
from webapp.store import Audit, Delivery

PAGE = "/staff/unit/deliveries"


@pytest.fixture
def waiting(house: House, case: Case) -> str:
    """One delivery of Maya's review menu that waits; gives its id."""
    say_and_send(house, case.child.consultation_id, {"chair": ("me", "CANARY")})
    with house.db.reading() as s:
        return s.scalars(select(Delivery.id)).one()


def states(house: House) -> list[str]:
    with house.db.reading() as s:
        return list(s.scalars(select(Delivery.state)))


def test_what_waits_is_shown_with_where_and_why_and_never_an_answer(
    house: House, waiting: str, unit_worker: Worker, signed: Signed
) -> None:
    with house.db.writing() as s:
        s.execute(update(Delivery).values(attempts=3, reason="http 422 /people/0"))
        breaker.trip(s, "files", house.clock(), dt.timedelta())
    page = signed(unit_worker).click(signed(unit_worker).get("/staff/unit"), "Deliveries to the case system")
    for words in (
        "C-1",
        "a review menu",
        "to “files”",
        "the case system answered “http 422 /people/0”",
        "3 tries",
    ):
        assert words in page.text
    assert "! away" in page.text
    assert "CANARY" not in page.body
    assert "Maya" not in page.text


def test_one_is_stopped_with_a_reason_and_sent_on_its_way_again(
    house: House, waiting: str, unit_worker: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)
    page = pages.press(pages.get(PAGE), "Stop (C-1)", reason="Sent to the wrong team")
    assert "It is stopped, with your reason." in page.text
    assert "Sent to the wrong team" in page.text
    assert states(house) == ["parked"]
    with house.db.reading() as s:
        line = s.scalars(select(Audit).where(Audit.action == "delivery_parked")).one()
    assert (line.actor, b"wrong team" in (line.reason or b"")) == (f"staff:{unit_worker.id}", False)
    assert "1 Deliveries that stopped" in pages.get("/staff/unit").text
    page = pages.press(pages.get(f"{PAGE}?show=parked"), "Try again (C-1)")
    assert "It is tried again now." in page.text
    assert states(house) == ["waiting"]


def test_without_a_reason_nothing_is_stopped(
    house: House, waiting: str, unit_worker: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)
    assert "please say why" in pages.press(pages.get(PAGE), "Stop (C-1)", reason="  ").text
    assert states(house) == ["waiting"]


def test_everything_of_a_case_system_is_tried_again(
    house: House, waiting: str, unit_worker: Worker, signed: Signed
) -> None:
    with house.db.writing() as s:
        s.execute(update(Delivery).values(state="parked", reason="refused"))
    pages = signed(unit_worker)
    assert "It is tried again now." in pages.press(pages.get(PAGE), "Try all now (files)").text
    assert states(house) == ["waiting"]


def test_the_last_days_say_what_is_missing(
    house: House, waiting: str, unit_worker: Worker, signed: Signed
) -> None:
    page = signed(unit_worker).get(PAGE)
    rows = [[cell.text for cell in row.all("td")] for row in page.root.all("tr") if row.all("th")]
    assert ["files", "1", "0", "0", "! 1"] in rows


def test_the_page_takes_as_many_queries_for_much_as_for_little(
    app: Flask, house: House, waiting: str, unit_worker: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)

    def queries() -> int:
        with statements(app.extensions["house"].db) as seen:
            assert pages.get(PAGE).status == 200
        return len(seen)

    before = queries()
    with house.db.writing() as s:
        for number in range(1, 61):
            add_review(s, number, house.vault)
            send(s, number, 1, vault=house.vault, now=house.clock() - dt.timedelta(days=number % 12))
        s.execute(update(Delivery).values(state="parked", reason="by_hand"))
    page = pages.get(PAGE)
    assert "Page 1 of 2" in page.text
    assert len(pages.click(page, "Further in the list").root.all("tr")) > 11
    assert queries() == before <= 13


@pytest.mark.parametrize("query", ["show=nonsense", "page=0", "page=99999", "page=x", "show=parked&page=7"])
def test_odd_addresses_show_what_there_is(
    waiting: str, unit_worker: Worker, signed: Signed, query: str
) -> None:
    assert signed(unit_worker).get(f"{PAGE}?{query}").status == 200


@pytest.mark.parametrize("other", ["iro", "duty_worker", "social_worker"])
def test_it_is_the_units_page_alone(
    house: House, waiting: str, signed: Signed, request: pytest.FixtureRequest, other: str
) -> None:
    pages = signed(request.getfixturevalue(other))
    assert pages.get(PAGE).status == 404
    token = pages.get("/staff/").root.first("input", name="csrf_token").attrs["value"]
    for path in (f"{PAGE}/{waiting}/park", f"{PAGE}/{waiting}/again", f"{PAGE}/again"):
        assert pages.post(path, {"csrf_token": token, "reason": "x", "system": "files"}).status == 404
    assert states(house) == ["waiting"]
