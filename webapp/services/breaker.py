"""When a case system is away: one try a minute, and everything at once when it is back.

Without it, a day's silence would leave each event waiting out a half hour of its own. Kept in `note`, so that
every worker knows: the value says since when, the time says when the next try may be.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.store import Delivery, Note

PROBE_EVERY = dt.timedelta(seconds=60)
PREFIX = "away:"


def away(session: Session, adapter: str, *, lock: bool = False) -> Note | None:
    """The note that this case system is away; None where it is there as far as anybody knows."""
    return session.get(Note, _name(adapter), with_for_update=lock or None)


def trip(session: Session, adapter: str, now: dt.datetime, asked: dt.timedelta = dt.timedelta()) -> None:
    """It is away: write down since when, and when to look again: not before it `asked` us to."""
    again = now + max(PROBE_EVERY, asked)
    found = away(session, adapter, lock=True)
    if found is None:
        try:
            with session.begin_nested():
                session.add(Note(name=_name(adapter), value=now.isoformat(), at=again))
        except IntegrityError:
            pass  # another worker saw it at the same moment
    else:
        found.at = again


def mend(session: Session, adapter: str, now: dt.datetime) -> None:
    """It is back: everything that waits for a later try is due now."""
    found = away(session, adapter, lock=True)
    if found is not None:
        session.delete(found)
    session.execute(
        update(Delivery)
        .where(Delivery.adapter == adapter, Delivery.state == "waiting", Delivery.due_at > now)
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )


def look_now(session: Session, adapter: str, now: dt.datetime) -> None:
    """A person asks: the next try whether it is back is due now."""
    found = away(session, adapter, lock=True)
    if found is not None:
        found.at = now


def _name(adapter: str) -> str:
    return PREFIX + adapter
