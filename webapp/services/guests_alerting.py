"""Tells an officer that something changed about people who are invited already: a child who turned a yes into a no, or
another day in the case system. By email, without a name and without a word of what changed; their page says it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import and_, exists, literal, select
from sqlalchemy.orm import Session

from webapp.clock import Clock, london
from webapp.review.guests import CHANGES_BY_HAND, TOLD
from webapp.services import guests, guests_facts
from webapp.services.auditing import note
from webapp.services.deciding_desk import MENU
from webapp.services.guests_facts import Facts
from webapp.store import Database, Guest, Message, Record, Review, SealBroken, Settled, Staff, Vault, new_id

TEMPLATE = "officer"
PURPOSE = "guests_changed"


def look_once(db: Database, vault: Vault, clock: Clock) -> int:
    """Look through what children sent since, and at what the case system says; gives how many officers are told. The
    messages are sent by `alerting`.
    """
    now = clock()
    with db.reading() as session:
        ids = _changed(session, now)
    told = 0
    for review_id in ids:
        with db.writing() as session:
            told += _look(session, vault, review_id, now)
    return told


def _changed(session: Session, now: dt.datetime) -> list[str]:
    sent = exists().where(
        Record.review_id == Guest.review_id, Record.kind == MENU, Record.made_at > Guest.looked_at
    )
    moved = exists().where(
        Settled.review_id == Review.id, Settled.superseded_at.is_(None), Settled.at > now,
        Review.held_at.is_distinct_from(Settled.at), ~_told_of(Settled.id),
    )  # fmt: skip
    still = and_(Guest.state.in_(TOLD), Review.status.in_(("planned", "postponed")))
    coming = select(Guest.review_id).join(Review, Review.id == Guest.review_id).where(still)
    return sorted({*session.scalars(coming.where(sent)), *session.scalars(coming.where(moved))})


def _told_of(subject: Any) -> Any:
    """An officer was told of this already."""
    return exists().where(Message.purpose == literal(f"{PURPOSE}:") + subject)


def _look(session: Session, vault: Vault, review_id: str, now: dt.datetime) -> int:
    try:
        found = guests_facts.facts(session, vault, review_id, london(now).date(), lock=True)
    except SealBroken:
        return 0
    if found is None:
        return 0
    opened = [one for one in guests.opened(session, found.key, review_id) if one.state in TOLD]
    stopped = []
    for one in opened:
        person = found.people.get(one.key)
        if person is not None and person.bar == "words_wait":
            continue  # the officer hears of it once somebody else has looked at those words
        if person is None or person.bar in CHANGES_BY_HAND or person.bar == "words_undecided":
            stopped.append(one.row.id)
        one.row.looked_at = now
    for own in stopped:
        note(session, now, "system", "guest_in_doubt", f"guest:{own}", found.review.child_id)
    if stopped:
        return _tell(session, found, new_id(), now)
    at = found.settled
    if at is None or found.standing is not None or session.scalar(select(_told_of(at.id))):
        return 0
    return _tell(session, found, at.id, now)


def _tell(session: Session, found: Facts, subject: str, now: dt.datetime) -> int:
    officer = session.get(Staff, found.review.iro_id) if found.review.iro_id else None
    if officer is None or not officer.email:
        return 0
    made = new_id()
    session.add(
        Message(
            id=made, purpose=f"{PURPOSE}:{subject}", child_id=found.review.child_id,
            way="email", template=TEMPLATE, language="en", made_at=now, due_at=now,
            to_sealed=found.key.seal(officer.email, f"message.to_sealed:{made}"),
        )
    )  # fmt: skip
    return 1
