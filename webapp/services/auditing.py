"""Write down who looked at what and who changed what. Ids only; a reason is sealed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session

from webapp.store import Audit, Child, Key, Prepared, Query, Staff, table_of

_NOTE = Prepared(
    insert(table_of(Audit)).inline(), columns=("at", "actor", "action", "subject", "child_id", "reason")
)


def note(
    query: Query,
    now: dt.datetime,
    actor: str,
    action: str,
    subject: str,
    child_id: str | None = None,
    reason: str | None = None,
    key: Key | None = None,
) -> None:
    """One line of the audit trail. `actor` is staff:ID, visit:ID or system; `subject` is table:ID.

    A reason needs the child's key to be sealed with, and opens only in the line it was given for. Raises ValueError
    where a reason comes without one.
    """
    if reason and key is None:
        raise ValueError("a reason is sealed with the child's key")
    sealed = key.seal(reason, _place(actor, subject, now)) if reason and key else None
    _NOTE.run(query, at=now, actor=actor, action=action, subject=subject, child_id=child_id, reason=sealed)


def _place(actor: str, subject: str, at: dt.datetime) -> str:
    """Where a reason is sealed for: this person's, at this moment, so that no two reasons can be swapped."""
    return f"audit.reason:{subject}:{actor}:{at.astimezone(dt.UTC).isoformat()}"


def reason_of(line: Audit, key: Key) -> str:
    """The reason of one line, opened. Raises SealBroken where it isn't the one that was given there."""
    return key.open_some(line.reason, _place(line.actor, line.subject, line.at))


def trail_of_child(session: Session, external_id: str, limit: int) -> tuple[Child, list[Audit]] | None:
    """Who looked at or changed what of this child, the newest first; None where there is no such child."""
    child = session.scalar(select(Child).where(Child.external_id == external_id))
    return (child, _newest(session, Audit.child_id == child.id, limit)) if child else None


def trail_of_staff(session: Session, username: str, limit: int) -> tuple[Staff, list[Audit]] | None:
    """What this member of staff looked at or changed, the newest first; None where there is no such account."""
    staff = session.scalar(select(Staff).where(Staff.username == username.strip().casefold()))
    return (staff, _newest(session, Audit.actor == f"staff:{staff.id}", limit)) if staff else None


def _newest(session: Session, whose: ColumnElement[bool], limit: int) -> list[Audit]:
    return list(
        session.scalars(select(Audit).where(whose).order_by(Audit.at.desc(), Audit.id.desc()).limit(limit))
    )
