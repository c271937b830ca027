"""Writes down what changed in who is due what; and stops one consultation, which sending does too."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Table, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from config import Authority
from webapp.review.timetable import end_of_day
from webapp.services.access import revoke_links
from webapp.services.auditing import note
from webapp.store import Consultation, Link, Message

ACTIVE = ("due", "asked", "unreachable")
AFTER_THE_END = frozenset({"closed", "review_held"})
"""Reasons why nothing more is sent to somebody who may still look at their own copy: their links end by
themselves.
"""

OnDates = tuple[dt.date, dt.date]
"""Due on, closes on."""


@dataclass
class Changes:
    """What one batch of reviews needs; by consultation id."""

    added: list[dict[str, Any]] = field(default_factory=list)
    moved: dict[str, dict[str, Any]] = field(default_factory=dict)
    stopped: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Reason and child."""
    revived: dict[str, OnDates] = field(default_factory=dict)
    unreachable: dict[str, OnDates] = field(default_factory=dict)
    """To be looked at: revived where they can be reached now."""

    def __bool__(self) -> bool:
        return bool(self.added or self.moved or self.stopped or self.revived)


def write(session: Session, changes: Changes, authority: Authority, now: dt.datetime, today: dt.date) -> int:
    """Write one batch; how many consultations are new. One that another run made meanwhile stays as it is."""
    added = 0
    if changes.added:
        insert = postgres_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
        before = _count(session, changes)
        table = cast(Table, Consultation.__table__)  # by the class, the ORM would insert row by row
        session.execute(insert(table).on_conflict_do_nothing(), changes.added)
        added = _count(session, changes) - before
    for own, values in changes.moved.items():
        session.execute(update(Consultation).where(Consultation.id == own).values(**values))
        expires = end_of_day(last_day(authority, values["closes_on"], today))
        session.execute(
            update(Link)
            .where(Link.consultation_id == own, Link.revoked_at.is_(None), Link.expires_at > now)
            .values(expires_at=expires)
        )
    for own, (reason, child_id) in changes.stopped.items():
        stop(session, own, child_id, reason, now)
    for own, (due_on, closes_on) in changes.revived.items():
        session.execute(
            update(Consultation)
            .where(Consultation.id == own, Consultation.state.in_(("stopped", "unreachable")))
            .values(state="due", reason=None, due_on=due_on, closes_on=closes_on)
        )
    return added


def _count(session: Session, changes: Changes) -> int:
    reviews = {row["review_id"] for row in changes.added}
    query = select(func.count()).select_from(Consultation).where(Consultation.review_id.in_(reviews))
    return session.scalar(query) or 0


def last_day(authority: Authority, closes_on: dt.date, today: dt.date) -> dt.date:
    """The last day of a link that is made or renewed today."""
    return min(closes_on, today + dt.timedelta(days=authority.link_days))


def stop(session: Session, consultation_id: str, child_id: str, reason: str, now: dt.datetime) -> None:
    """Nothing more goes to this person about this review: links, visits and waiting messages end; it is
    written down.

    Where the review is simply over, only the messages end: the person's own copy stays theirs to read.
    """
    session.execute(
        update(Message)
        .where(Message.consultation_id == consultation_id, Message.state.in_(("waiting", "sending")))
        .where(Message.template.in_(("invite", "remind")))
        .values(state="stopped", reason=reason)
    )
    over = reason in AFTER_THE_END
    states = ("due",) if over else ACTIVE
    session.execute(
        update(Consultation)
        .where(Consultation.id == consultation_id, Consultation.state.in_(states))
        .values(state="stopped", reason=reason)
    )
    if not over:
        revoke_links(session, consultation_id, now)
        note(session, now, "system", "stopped", f"consultation:{consultation_id}", child_id)
