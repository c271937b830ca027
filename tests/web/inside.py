"""Shortcuts for tests that attack a booklet: into it, at it, and at what is kept of it."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.fixtures.cases import Invited
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.services import own_secret, visits
from webapp.store import AnswerRow, Base, Consultation, Record, Response, Visit, new_id

PIN = "4821"
MENU = "/b/my_review_my_choice"
"""Where the child's review menu is: each booklet has its own address."""


def everything(house: House) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with house.db.reading() as s:
        return {
            name: sorted((tuple(row) for row in s.execute(select(table))), key=repr)
            for name, table in Base.metadata.tables.items()
        }


def enter(pages: Pages, house: House, who: Invited, stage: str = "own", helper: str | None = None) -> str:
    """A visit at this stage in this browser, without the pages before it; gives the visit's id."""
    now, token, visit_id = house.clock(), new_id(), new_id()
    with house.db.writing() as s:
        s.add(
            Visit(
                id=visit_id, token_hash=house.vault.lookup("visit", token), consultation_id=who.consultation_id,
                stage=stage, helper_staff_id=helper, opened_at=now, seen_at=now,
            )
        )  # fmt: skip
        s.flush()
        if stage == "own" and s.get_one(Consultation, who.consultation_id).secret_of is None:
            own_secret.set_secret(
                s, house.vault, house.booklets, visit_id, who.consultation_id, "pin", PIN, now
            )
    with pages.client.session_transaction() as session:
        session.clear()
        session["v"] = token
    return visit_id


def token(pages: Pages, address: str = "/help") -> str:
    """A good token against forgery for this browser."""
    return pages.get(address).root.first("input", name="csrf_token").attrs["value"]


def post(pages: Pages, address: str, data: dict[str, Any] | None = None, **options: Any) -> Page:
    """A form with a good token, sent to any address."""
    return pages.post(address, {"csrf_token": token(pages), **(data or {})}, **options)


def answer(pages: Pages, question_id: str, /, follow: bool = False, **fields: Any) -> Page:
    """Opens a question, fills in its form and presses the button that saves."""
    address = f"{MENU}/q/{question_id}"
    page = pages.get(address)
    assert page.url.startswith(address), f"{question_id} leads to {page.url}"
    return pages.press(page, "Save and go on", follow=follow, **fields)


def response_of(s: Session, who: Invited, booklet_id: str = "") -> Response | None:
    """Their response to a booklet; to their first where none is named."""
    first = s.get_one(Consultation, who.consultation_id).booklets.split()[0]
    return s.scalars(
        select(Response).where(
            Response.consultation_id == who.consultation_id, Response.booklet_id == (booklet_id or first)
        )
    ).first()


def said(house: House, who: Invited, booklet_id: str = "") -> dict[str, visits.Said]:
    """The answers in force."""
    with house.db.reading() as s:
        response = response_of(s, who, booklet_id)
        if response is None:
            return {}
        key = house.vault.key(response.key, f"response:{response.id}")
        return {
            row.question_id: visits.Said(
                visits.read(key.open(row.sealed, visits.place(response.id, row.question_id))),
                row.audience,
                row.version,
                row.typed_by,
            )
            for row in s.scalars(select(AnswerRow).where(AnswerRow.response_id == response.id))
        }


def sent(house: House, who: Invited, booklet_id: str = "") -> list[dict[str, Any]]:
    """The frozen records, oldest first."""
    with house.db.reading() as s:
        response = response_of(s, who, booklet_id)
        assert response is not None
        key = house.vault.key(response.key, f"response:{response.id}")
        rows = s.scalars(
            select(Record).where(Record.response_id == response.id).order_by(Record.revision)
        ).all()
        return [json.loads(key.open(row.sealed, f"record.sealed:{row.id}")) for row in rows]
