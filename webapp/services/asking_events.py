"""How a request stands, told to the case systems: each time as one whole event without a word of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.services import outbox
from webapp.store import Child, Consultation, Involvement, Key, Person, Request, Review, Vault, new_id

Takers = Mapping[str, Sequence[str]]


def announce(
    session: Session, vault: Vault, takers: Takers, key: Key, one: Request, now: dt.datetime
) -> None:
    """Put this request as it is now on its way to every case system that wants requests. `key` is the child's."""
    review, child, role, person = session.execute(
        select(Review.external_id, Child.external_id, Involvement.role, Person.external_id)
        .select_from(Consultation)
        .join(Review, Review.id == Consultation.review_id)
        .join(Child, Child.id == Consultation.child_id)
        .outerjoin(Involvement, Involvement.id == Consultation.involvement_id)
        .outerjoin(Person, Person.id == Involvement.person_id)
        .where(Consultation.id == one.consultation_id)
    ).one()
    body = {
        "schema": "request/1", "kind": "request", "review_id": review, "child_id": child,
        "request": str(uuid.UUID(one.id)),
        "respondent": {"id": person or child, "role": role or "child", "who": one.who},
        "asked_for": one.kind, "asked_at": one.made_at.isoformat(), "as_of": now.isoformat(), "state": one.state,
        "answered_at": _moment(one.answered_at), "closed_at": _moment(one.closed_at),
        "arranged_at": _moment(one.arranged_at),
    }  # fmt: skip
    outbox.announce(
        session, vault, key, "request", new_id(), one.review_id, one.child_id, body, now, takers.get("request", ())
    )  # fmt: skip


def _moment(at: dt.datetime | None) -> str | None:
    return at.isoformat() if at else None
