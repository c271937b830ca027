"""Somebody who is locked out at the one thing they know: the Review Unit sees it, and can let them try again."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from tests.fixtures.cases import Case
from tests.fixtures.staff import Signed, Worker
from tests.web import people
from tests.web.pages import Pages
from webapp.house import House
from webapp.store import Audit


def tries(app: Flask, case: Case, times: int) -> None:
    """A parent types a wrong postcode so often."""
    pages = Pages(app)
    for _ in range(times):
        pages.press(people.open_link(pages, case.parent), "Go on", fact="XX9 9XX")


@pytest.fixture
def address(case: Case) -> str:
    return f"/staff/unit/reviews/{case.review_id}"


def test_the_unit_sees_who_is_locked_out_until_when_and_what_to_do(
    app: Flask, case: Case, address: str, unit_worker: Worker, signed: Signed
) -> None:
    tries(app, case, 5)
    pages = signed(unit_worker)
    text = pages.get(address).text
    assert "Tried 5 times with a wrong postcode, and locked until today, 10:15." in text
    assert "Ring them, make sure who it is" in text
    assert "locked until today, 10:15" in pages.get("/staff/unit").text, "in the list too"


def test_a_few_wrong_tries_are_told_and_lock_nothing(
    app: Flask, case: Case, address: str, unit_worker: Worker, signed: Signed
) -> None:
    tries(app, case, 2)
    page = signed(unit_worker).get(address)
    assert "Tried 2 times with a wrong postcode today." in page.text
    assert "locked" not in page.text


def test_whoever_is_let_try_again_comes_in_at_once(
    app: Flask, house: House, case: Case, address: str, unit_worker: Worker, signed: Signed
) -> None:
    tries(app, case, 5)
    pages, parent = signed(unit_worker), Pages(app)
    refused = parent.press(people.open_link(parent, case.parent), "Go on", fact="SX2 3BB")
    assert refused.status == 429
    page = pages.press(pages.get(address), "Let them try again now (Grace Okafor)")
    assert "They may try again now." in page.text
    assert "locked" not in page.text
    assert parent.press(people.open_link(parent, case.parent), "Go on", fact="SX2 3BB").status == 200
    with house.db.reading() as s:
        found = s.scalars(select(Audit).where(Audit.action == "let_try_again")).one()
        assert (found.actor, found.child_id) == (f"staff:{unit_worker.id}", case.child_id)


def test_the_officer_sees_that_somebody_is_locked_out(
    app: Flask, case: Case, iro: Worker, signed: Signed
) -> None:
    tries(app, case, 5)
    page = signed(iro).get(f"/staff/reviews/{case.review_id}")
    assert "5 wrong tries, locked until today, 10:15" in page.text


def test_the_units_front_page_counts_who_is_locked_out_and_leads_to_them(
    app: Flask, case: Case, address: str, unit_worker: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)
    assert "0 People who are locked out" in pages.get("/staff/unit").text
    tries(app, case, 5)
    page = pages.get("/staff/unit")
    assert "1 People who are locked out" in page.text
    listed = pages.get("/staff/unit/stuck/locked")
    assert "Parent" in listed.text
    assert "locked until today, 10:15" in listed.text
    assert listed.root.first("a", href=address)
