"""A case system that takes nothing for four hours while something waits for it: people are told once (threats.md F3).

Since when it is silent is kept in `note`: from the moment at which something first waited and nothing had been taken
since. What waits only behind something that is parked does not count: that stands on the staff page, and no silence of
the case system's is the reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from config import Authority
from webapp import logs
from webapp.clock import Clock
from webapp.services.receipts import LATE
from webapp.store import Database, Delivery, Message, Note, new_id

PREFIX, TOLD, TEMPLATE = "quiet:", "told", "silence"

_log = logs.get("silence")


def watch_once(db: Database, authority: Authority, clock: Clock) -> int:
    """Look at each case system; gives for how many the messages were written now. They are sent by `alerting`."""
    now = clock()
    with db.reading() as session:
        waits = _waits(session)
        known = set(session.scalars(select(Note.name).where(Note.name.startswith(PREFIX))))
    over = {name.removeprefix(PREFIX) for name in known} - waits
    told = 0
    for adapter in sorted(waits | over):
        with db.writing() as session:
            told += _watch(session, authority, adapter, adapter in waits, now)
    return told


def _watch(session: Session, authority: Authority, adapter: str, waits: bool, now: dt.datetime) -> int:
    note = session.get(Note, PREFIX + adapter, with_for_update=True)
    if note is None:
        try:
            with session.begin_nested():
                session.add(Note(name=PREFIX + adapter, value="", at=now))
        except IntegrityError:
            pass  # another worker looked at the same moment
    elif not waits:
        session.delete(note)
    elif session.scalar(select(exists().where(Delivery.adapter == adapter, Delivery.sent_at > note.at))):
        note.at, note.value = now, ""
    elif note.value != TOLD and now - note.at >= LATE:
        note.value = TOLD
        _tell(session, authority.delivery_emails or (authority.unit_email,), adapter, note.at, now)
        _log.error("case_system_silent", adapter=adapter)
        return 1
    return 0


def _waits(session: Session) -> set[str]:
    """The case systems for which something waits that nothing parked holds up."""
    parked = aliased(Delivery)
    held_up = exists().where(
        parked.adapter == Delivery.adapter, parked.review_id == Delivery.review_id, parked.lane == Delivery.lane,
        parked.sequence < Delivery.sequence, parked.state == "parked",
    )  # fmt: skip
    return set(
        session.scalars(select(Delivery.adapter).where(Delivery.state == "waiting", ~held_up).distinct())
    )


def _tell(
    session: Session, mailboxes: Collection[str], adapter: str, since: dt.datetime, now: dt.datetime
) -> None:
    """One message a mailbox. These are work addresses out of the authority's file: nothing to seal."""
    for mailbox in sorted({one.strip() for one in mailboxes}):
        session.add(
            Message(
                id=new_id(), purpose=purpose(adapter, since, mailbox), way="email", template=TEMPLATE, language="en",
                made_at=now, due_at=now,
            )
        )  # fmt: skip


def purpose(adapter: str, since: dt.datetime, mailbox: str) -> str:
    """What such a message is for: this silence of this case system, to this mailbox."""
    return f"{TEMPLATE}:{adapter}:{int(since.timestamp())}:{mailbox}"


def of_purpose(text: str) -> tuple[str, dt.datetime, str]:
    """Which case system, since when, and the mailbox."""
    _, adapter, since, mailbox = text.split(":", 3)
    return adapter, dt.datetime.fromtimestamp(int(since), dt.UTC), mailbox
