"""Somebody who opens the pages of very many children in an hour is told of (threats.md A18)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from config import Authority
from webapp.services import auditing
from webapp.store import Audit, Message, Staff, new_id

WINDOW = dt.timedelta(hours=1)
LISTED = dt.timedelta(days=30)
LISTED_AT_MOST = 50
ACTION, TEMPLATE = "many_children", "many_looks"


@dataclass(frozen=True, slots=True)
class Alarm:
    """Somebody opened more children than is usual."""

    at: dt.datetime
    who: str


def watch(session: Session, authority: Authority, now: dt.datetime, staff_id: str) -> None:
    """Tell of this person where they opened more children within an hour than the authority allows for; once an hour.

    Nothing is shut: on a bad day somebody has to open them all, and whoever reads of it can ask.
    """
    actor, since = f"staff:{staff_id}", now - WINDOW
    children = session.scalar(
        select(func.count(distinct(Audit.child_id))).where(Audit.actor == actor, Audit.at > since)
    )
    if not children or children <= authority.staff.children_an_hour:
        return
    told = select(Audit.id).where(
        Audit.actor == "system", Audit.action == ACTION, Audit.subject == actor, Audit.at > since
    )
    if session.scalar(told.limit(1)) is None:
        auditing.note(session, now, "system", ACTION, actor)
        _tell(session, now, staff_id)


def _tell(session: Session, now: dt.datetime, staff_id: str) -> None:
    """One message for each service manager with an address, else for each administrator: never for whom it is about."""
    for role in ("manager", "administrator"):
        rows = session.execute(
            select(Staff.email, Staff.roles).where(
                Staff.active, Staff.email.is_not(None), Staff.id != staff_id
            )
        )
        mailboxes = {row.email.strip() for row in rows if role in row.roles.split()}
        for mailbox in sorted(mailboxes):
            session.add(
                Message(
                    id=new_id(), purpose=f"{TEMPLATE}:{staff_id}:{now.timestamp()}:{mailbox}", way="email",
                    template=TEMPLATE, language="en", made_at=now, due_at=now,
                )
            )  # fmt: skip
        if mailboxes:
            return


def mailbox_of(purpose: str) -> str:
    """Whom such a message goes to."""
    return purpose.split(":", 3)[3]


def alarms(session: Session, now: dt.datetime) -> list[Alarm]:
    """Of the last 30 days, the newest first."""
    rows = session.execute(
        select(Audit.at, Staff.name)
        .join(Staff, Audit.subject == "staff:" + Staff.id)
        .where(Audit.actor == "system", Audit.action == ACTION, Audit.at > now - LISTED)
        .order_by(Audit.at.desc())
        .limit(LISTED_AT_MOST)
    )
    return [Alarm(row.at, row.name) for row in rows]
