"""Writes down what changed in who is due what; stops one consultation, which sending does too, or asks anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Exists, Table, and_, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from config import Authority
from webapp.messaging.letter import TO_PRINT
from webapp.review.timetable import end_of_day
from webapp.services.access import revoke_links
from webapp.services.auditing import note
from webapp.store import Consultation, Link, MailingCheck, Message

ACTIVE = ("due", "asked", "unreachable")
LETTER_TO_PRINT = "letter_to_print"
"""Why somebody whose letter is made is still due: nobody has printed it."""
AFRESH: dict[str, Any] = {"state": "due", "reason": None, "asked_at": None, "reminders": 0}
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
    outdated: list[str] = field(default_factory=list)
    """Reviews whose set of people is another than the one that the social worker said may be asked."""

    def __bool__(self) -> bool:
        return bool(self.added or self.moved or self.stopped or self.revived or self.outdated)


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
        if "closes_on" not in values:
            continue
        expires = end_of_day(last_day(authority, values["closes_on"], today))
        session.execute(
            update(Link)
            .where(Link.consultation_id == own, Link.revoked_at.is_(None), Link.expires_at > now)
            .values(expires_at=expires)
        )
    for own, (reason, child_id) in changes.stopped.items():
        stop(session, own, child_id, reason, now)
    _revive(session, changes, now)
    outdate(session, changes.outdated, now)
    return added


def _revive(session: Session, changes: Changes, now: dt.datetime) -> None:
    dead = and_(Consultation.state == "asked", ~live_link(now))  # another run may have asked meanwhile
    revived: list[str] = []
    for own, (due_on, closes_on) in changes.revived.items():
        revived += session.scalars(
            update(Consultation)
            .where(Consultation.id == own, or_(Consultation.state.in_(("stopped", "unreachable")), dead))
            .values(**AFRESH, due_on=due_on, closes_on=closes_on)
            .returning(Consultation.id)
            .execution_options(synchronize_session=False)
        )
    drop_messages(session, revived, "asked_again")


def outdate(session: Session, review_ids: Iterable[str], now: dt.datetime) -> None:
    """The checks of these reviews hold no more."""
    session.execute(
        update(MailingCheck)
        .where(MailingCheck.review_id.in_(list(review_ids)), MailingCheck.superseded_at.is_(None))
        .values(superseded_at=now)
    )


def live_link(now: dt.datetime) -> Exists:
    """Whether a consultation has a link that still opens."""
    return kept_link().where(Link.expires_at > now)


def kept_link() -> Exists:
    """Whether a consultation has a link that nobody revoked."""
    return exists().where(Link.consultation_id == Consultation.id, Link.revoked_at.is_(None))


def ask_again(session: Session, consultation_ids: Sequence[str], now: dt.datetime, today: dt.date) -> None:
    """What they were sent opens nothing any more, and they are due once more if there is time: it went to a mailbox
    or a house that may be somebody else's.
    """
    for own in consultation_ids:
        revoke_links(session, own, now)
    drop_messages(session, consultation_ids, "asked_again")
    rows = session.execute(
        update(Consultation)
        .where(Consultation.id.in_(consultation_ids), Consultation.state.in_(ACTIVE))
        .where(Consultation.closes_on >= today)
        .values(**AFRESH)
        .returning(Consultation.id, Consultation.child_id)
    ).all()
    for own, child_id in rows:
        note(session, now, "system", "asked_again", f"consultation:{own}", child_id)


def drop_messages(session: Session, consultation_ids: Sequence[str], reason: str) -> None:
    """Invitations, reminders and new links that are not out yet, letters to print among them, don't go."""
    if not consultation_ids:
        return
    unprinted = and_(Message.state == "sent", Message.way == "letter", Message.provider_id == TO_PRINT)
    session.execute(
        update(Message)
        .where(
            Message.consultation_id.in_(consultation_ids), Message.template.in_(("invite", "remind", "reset"))
        )
        .where(or_(Message.state.in_(("waiting", "sending")), unprinted))
        .values(state="stopped", reason=reason)
        .execution_options(synchronize_session=False)
    )


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
    drop_messages(session, [consultation_id], reason)
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
