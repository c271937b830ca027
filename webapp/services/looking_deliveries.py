"""What staff see of deliveries: what waits, where, why and since when; and by day what was sent, received and missing.

Never an answer. Worries that wait are counted and not listed: whose they are is not the Review Unit's to know.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from webapp.clock import LONDON, london
from webapp.services import breaker
from webapp.services.auditing import reason_of
from webapp.services.outbox import RECORDS
from webapp.services.receipts import BY_HAND, LATE, PARKED
from webapp.store import Announcement, Audit, Child, Delivery, Note, Record, Review, SealBroken, Vault

AT_ONCE = 50
STATES = {"parked": ("parked",), "waiting": ("waiting",), "all": ("waiting", "parked")}
UNDELIVERED = STATES["all"]


@dataclass(frozen=True, slots=True)
class Waits:
    """One delivery that isn't out."""

    id: str
    review_id: str
    child_external_id: str
    adapter: str
    kind: str
    """views/1, invite-choices/1, withdrawal, ..."""
    state: str
    reason: str
    attempts: int
    since: dt.datetime
    next_try: dt.datetime
    behind: bool
    """It waits for an earlier one of its review."""
    why: str = ""
    """What somebody gave as the reason when they stopped it by hand."""


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list."""

    lines: tuple[Waits, ...]
    count: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class System:
    """How one case system is."""

    name: str
    waiting: int
    parked: int
    worries: int
    """How many of those are worries."""
    since: dt.datetime | None
    """Since when the oldest waits."""
    last: dt.datetime | None
    """When it last took something, in the last fourteen days."""
    away: dt.datetime | None
    """When the next look is whether it is back; none where it is there."""
    late: bool


@dataclass(frozen=True, slots=True)
class Day:
    """What became of one day's events for one case system."""

    day: dt.date
    adapter: str
    made: int = 0
    out: int = 0
    """Handed over: sent, or received."""
    received: int = 0
    """With a receipt."""
    waiting: int = 0
    parked: int = 0
    withheld: int = 0
    """This case system may not have it."""
    never: int = 0
    """Records that were never put on their way to it: it was switched on later."""

    @property
    def missing(self) -> int:
        """What the case system should have and hasn't."""
        return self.waiting + self.parked + self.never


def systems(session: Session, names: Collection[str], now: dt.datetime) -> list[System]:
    """How each case system is, those that are switched off but have something waiting too. Three queries."""
    waits, parked = Delivery.state == "waiting", Delivery.state == "parked"
    counted = {
        row.adapter: row
        for row in session.execute(
            select(
                Delivery.adapter, _count(waits).label("waiting"), _count(parked).label("parked"),
                _count(Delivery.lane != RECORDS).label("worries"),
                func.min(case((waits, Delivery.made_at))).label("since"),
            )
            .where(Delivery.state.in_(UNDELIVERED))
            .group_by(Delivery.adapter)
        )
    }  # fmt: skip
    last = dict(
        session.execute(
            select(Delivery.adapter, func.max(Delivery.sent_at))
            .where(Delivery.made_at > now - dt.timedelta(days=14))
            .group_by(Delivery.adapter)
        ).all()
    )
    away = dict(session.execute(select(Note.name, Note.at).where(Note.name.startswith(breaker.PREFIX))).all())
    found = []
    for name in sorted({*names, *counted}):
        row: Any = counted.get(name)
        since = row.since if row else None
        found.append(
            System(
                name, row.waiting if row else 0, row.parked if row else 0, row.worries if row else 0, since,
                last.get(name), away.get(breaker.PREFIX + name), bool(since and since < now - LATE),
            )
        )  # fmt: skip
    return found


def waiting(session: Session, vault: Vault, show: str, page: int) -> Page:
    """What isn't out, the oldest first, worries aside. Three queries, however much there is."""
    listed = (Delivery.state.in_(STATES.get(show, UNDELIVERED)), Delivery.lane == RECORDS)
    count = session.scalar(select(func.count()).select_from(Delivery).where(*listed)) or 0
    pages = max(1, -(-count // AT_ONCE))
    page = min(max(1, page), pages)
    rows = _lines(session, *listed, limit=AT_ONCE, offset=(page - 1) * AT_ONCE)
    why = _given(session, vault, [row for row in rows if row.reason == BY_HAND])
    return Page(tuple(_waits(row, why.get(row.id, "")) for row in rows), count, page, pages)


def one(session: Session, vault: Vault, delivery_id: str) -> tuple[Waits, Delivery] | None:
    """One delivery with all that is known of it, whatever its state; None where there is no such."""
    rows = _lines(session, Delivery.id == delivery_id, limit=1)
    if not rows:
        return None
    return _waits(rows[0], _given(session, vault, rows).get(delivery_id, "")), session.get_one(
        Delivery, delivery_id
    )


def days(
    session: Session, takers: Mapping[str, Sequence[str]], now: dt.datetime, back: int = 14
) -> list[Day]:
    """What became of the events of the last so many days, London's, the newest first. One query, and one for each
    case system, however many events there are.
    """
    today = london(now).date()
    starts = [_midnight(today - dt.timedelta(days=n)) for n in range(back)]
    found: dict[tuple[int, str], dict[str, int]] = {}
    when = _which_day(Delivery.made_at, starts)
    rows = session.execute(
        select(
            when, Delivery.adapter, Delivery.state, func.count(),
        )
        .where(Delivery.made_at >= starts[-1])
        .group_by(when, Delivery.adapter, Delivery.state)
    )  # fmt: skip
    for number, adapter, state, count in rows:
        here = found.setdefault((number, adapter), {})
        here["made"] = here.get("made", 0) + count
        name = "out" if state in ("sent", "received") else state
        here[name] = here.get(name, 0) + count
        if state == "received":
            here["received"] = count
    for number, adapter, count in _never(session, takers, starts):
        found.setdefault((number, adapter), {})["never"] = count
    return [
        Day(today - dt.timedelta(days=number), adapter, **counts)
        for (number, adapter), counts in sorted(found.items())
    ]


def _never(
    session: Session, takers: Mapping[str, Sequence[str]], starts: Sequence[dt.datetime]
) -> list[tuple[int, str, int]]:
    """Records of kinds that a case system takes, and no delivery of them to it."""
    when, found = _which_day(Record.made_at, starts), []
    for adapter in sorted({name for names in takers.values() for name in names}):
        kinds = [kind.replace("_", "-") + "/1" for kind, names in takers.items() if adapter in names]
        put = exists().where(Delivery.record_id == Record.id, Delivery.adapter == adapter)
        rows = session.execute(
            select(when, func.count())
            .where(Record.made_at >= starts[-1], Record.kind.in_(kinds), ~put)
            .group_by(when)
        )
        found += [(number, adapter, count) for number, count in rows]
    return found


def _which_day(moment: Any, starts: Sequence[dt.datetime]) -> Any:
    """How many days ago it was: 0 is today."""
    return case(*((moment >= start, number) for number, start in enumerate(starts)), else_=len(starts))


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), LONDON).astimezone(dt.UTC)


def _count(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _lines(session: Session, *where: ColumnElement[bool], limit: int, offset: int = 0) -> Sequence[Any]:
    earlier = aliased(Delivery)
    behind = exists().where(
        earlier.adapter == Delivery.adapter, earlier.review_id == Delivery.review_id, earlier.lane == Delivery.lane,
        earlier.sequence < Delivery.sequence, earlier.state.in_(UNDELIVERED),
    )  # fmt: skip
    return session.execute(
        select(
            Delivery.id, Delivery.review_id, Child.external_id.label("child"), Child.id.label("child_id"),
            Child.key.label("child_key"), Delivery.adapter, func.coalesce(Record.kind, Announcement.kind).label("kind"),
            Delivery.state, Delivery.reason, Delivery.attempts, Delivery.made_at, Delivery.due_at,
            behind.label("behind"),
        )
        .join(Review, Review.id == Delivery.review_id)
        .join(Child, Child.id == Review.child_id)
        .outerjoin(Record, Record.id == Delivery.record_id)
        .outerjoin(Announcement, Announcement.id == Delivery.announcement_id)
        .where(*where)
        .order_by(Delivery.made_at, Delivery.review_id, Delivery.sequence)
        .limit(limit)
        .offset(offset)
    ).all()  # fmt: skip


def _waits(row: Any, why: str) -> Waits:
    return Waits(
        row.id, row.review_id, row.child, row.adapter, row.kind or "", row.state, row.reason or "", row.attempts,
        row.made_at, row.due_at, row.behind, why,
    )  # fmt: skip


def _given(session: Session, vault: Vault, rows: Sequence[Any]) -> dict[str, str]:
    """What people gave as their reasons, by delivery; the newest of each."""
    keys = {f"delivery:{row.id}": (row.id, row.child_id, row.child_key) for row in rows}
    found: dict[str, str] = {}
    lines = select(Audit).where(Audit.action == PARKED, Audit.subject.in_(keys)).order_by(Audit.id)
    for line in session.scalars(lines):
        delivery_id, child_id, child_key = keys[line.subject]
        try:
            found[delivery_id] = reason_of(line, vault.key(child_key, f"child:{child_id}"))
        except SealBroken:
            found[delivery_id] = ""
    return found
