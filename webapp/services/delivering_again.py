"""Sending again what went out before, or what stopped, of a whole case system at once.

A receiver that lost what it had (a restored backup) gets everything since a moment once more, under the same keys and
in the order of each review: whoever still has an event passes it over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Sequence

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from webapp.clock import Clock
from webapp.services import breaker
from webapp.services.auditing import note
from webapp.store import Database, Delivery

AT_ONCE = 100
"""Reviews in one transaction. A review goes whole, so that its order holds whenever this is stopped."""
WENT_OUT = ("sent", "received")


def count(db: Database, since: dt.datetime, adapter: str = "") -> int:
    """How many events a replay would send again."""
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(Delivery).where(*_out(since, adapter))) or 0


def replay(db: Database, since: dt.datetime, clock: Clock, actor: str, adapter: str = "") -> Generator[int]:
    """Put everything that went out since then on its way once more; yields how many so far, batch by batch.

    May be stopped at any time and started anew. What never went out is left as it is, and so is what is parked.
    """
    with db.writing() as session:
        note(
            session,
            clock(),
            actor,
            "deliveries_replayed",
            f"deliveries:{adapter or 'all'}:{since.isoformat()}",
        )
    done, after = 0, ""
    while True:
        with db.writing() as session:
            reviews = _reviews(session, since, adapter, after)
            if not reviews:
                return
            done += len(
                session.scalars(
                    update(Delivery)
                    .where(*_out(since, adapter), Delivery.review_id.in_(reviews))
                    .values(
                        state="waiting", attempts=0, due_at=clock(), lease_until=None, lease_by=None, sent_at=None,
                        received_at=None, receipt=None, reason="replayed",
                    )
                    .returning(Delivery.id)
                    .execution_options(synchronize_session=False)
                ).all()
            )  # fmt: skip
        after = reviews[-1]
        yield done


def retry_all(session: Session, adapter: str, now: dt.datetime, actor: str) -> int:
    """Try everything of one case system now, what is parked too; gives how many. A case system that is away is looked
    for at once.
    """
    found = session.scalars(
        update(Delivery)
        .where(Delivery.adapter == adapter, Delivery.state.in_(("waiting", "parked")))
        .values(state="waiting", due_at=now, attempts=0, lease_until=None, lease_by=None)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    ).all()
    breaker.look_now(session, adapter, now)
    if found:
        note(session, now, actor, "deliveries_retried", f"deliveries:{adapter}")
    return len(found)


def _reviews(session: Session, since: dt.datetime, adapter: str, after: str) -> Sequence[str]:
    return session.scalars(
        select(Delivery.review_id)
        .where(*_out(since, adapter), Delivery.review_id > after)
        .distinct()
        .order_by(Delivery.review_id)
        .limit(AT_ONCE)
    ).all()


def _out(since: dt.datetime, adapter: str) -> list[ColumnElement[bool]]:
    where = [Delivery.made_at >= since, Delivery.state.in_(WENT_OUT)]
    return [*where, Delivery.adapter == adapter] if adapter else where
