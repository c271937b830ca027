"""What tests of deliveries do all the time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import select

from tests.services.outgoing import VAULT, add_review, send
from webapp.casesystem import CaseSystem, Event, TryAgain
from webapp.casesystem.simulator import Failing
from webapp.services import delivering
from webapp.store import Database, Delivery


def fill(db: Database, reviews: int, each: int = 1) -> list[list[str]]:
    """Reviews with records on their way; gives the events' keys by review."""
    keys = []
    with db.writing() as session:
        for number in range(reviews):
            add_review(session, number)
            keys.append([send(session, number, n + 1) for n in range(each)])
    return keys


def run(db: Database, adapter: CaseSystem, clock: Callable[[], dt.datetime], worker: str = "w1") -> int:
    return delivering.deliver_once(db, VAULT, {"files": adapter}, clock, worker)


def drain(db: Database, adapter: CaseSystem, clock: Callable[[], dt.datetime], worker: str = "w1") -> int:
    taken = 0
    while found := run(db, adapter, clock, worker):
        taken += found
    return taken


def rows(db: Database) -> list[Delivery]:
    with db.reading() as session:
        found = list(session.scalars(select(Delivery).order_by(Delivery.review_id, Delivery.sequence)))
        session.expunge_all()
    return found


def failing(code: str, kind: type[Exception] = TryAgain, only: set[str] | None = None) -> Failing:
    def fail(event: Event) -> None:
        if only is None or event.key in only:
            raise kind(code)

    return Failing(fail)
