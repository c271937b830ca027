"""The course of one review, for the Review Unit: each day of its timetable, and what those invited were told."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Timetable
from webapp.clock import london
from webapp.messaging.letter import TO_PRINT
from webapp.review.timetable import dates_after, dates_of, day_of, record_due
from webapp.services import looking
from webapp.services.guests import guest_place
from webapp.services.looking_unit import AskedPerson, UnitReview
from webapp.store import Child, Guest, GuestNotice, IroLetter, Message, Review, Settled, Vault

What = Literal[
    "window", "invite", "remind", "settle", "closes", "review", "after", "record", "after_closes", "window_end"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the timetable."""

    what: What
    on: dt.date
    past: bool
    count: int = 0
    """How many people were asked, reminded, or have sent something."""
    of: int = 0
    at: dt.datetime | None = None
    """When it was done."""


@dataclass(frozen=True, slots=True)
class Told:
    """One message to somebody who is invited to the meeting."""

    name: str
    what: str
    """invitation, change or cancellation."""
    state: str
    reason: str
    way: str
    at: dt.datetime
    to_print: bool


@dataclass(frozen=True, slots=True)
class Course:
    """The whole course."""

    days: tuple[Day, ...]
    told: tuple[Told, ...]
    no_date: bool
    """Counted from the last day that the law allows, as there is no date yet."""


def course(
    session: Session, vault: Vault, rules: Timetable, now: dt.datetime, found: UnitReview
) -> Course:  # fmt: skip
    """Every day that follows from the review's day, in order; two queries."""
    today = london(now).date()
    row = session.execute(
        select(Review.window_start, Settled.settled_at, Settled.record_due_on, IroLetter.sent_at)
        .outerjoin(Settled, (Settled.review_id == Review.id) & Settled.superseded_at.is_(None))
        .outerjoin(IroLetter, (IroLetter.review_id == Review.id) & IroLetter.sent_at.is_not(None))
        .where(Review.id == found.id)
        .order_by(IroLetter.version.desc())
        .limit(1)
    ).one()
    on = day_of(found.held_at, found.window_end, today, postponed=found.status == "postponed")
    dates, (after, after_closes) = dates_of(on, rules), dates_after(on, rules)
    before = [one for one in found.people if one.asked.stage != "after"]
    later = [one for one in found.people if one.asked.stage == "after"]

    def day(what: What, on: dt.date, count: int = 0, of: int = 0, at: dt.datetime | None = None) -> Day:
        return Day(what, on, on < today, count, of, at)

    days = (
        day("window", row.window_start),
        day("invite", dates.invite_on, _asked(before), len(before)),
        *(day("remind", on, _reminded(before, n), len(before)) for n, on in enumerate(dates.reminders, start=1)),
        day("settle", dates.settle_by, at=row.settled_at),
        day("closes", dates.closes_on, _sent(before), len(before)),
        day("review", on),
        day("after", after, _asked(later), len(later)),
        day("record", row.record_due_on or record_due(on, rules), at=row.sent_at),
        day("after_closes", after_closes, _sent(later), len(later)),
        day("window_end", found.window_end),
    )  # fmt: skip
    in_order = sorted(days, key=lambda one: one.on)  # of one day, as they stand above
    return Course(tuple(in_order), _told(session, vault, found), found.held_at is None)


def _asked(people: list[AskedPerson]) -> int:
    return sum(one.asked.asked_at is not None for one in people)


def _reminded(people: list[AskedPerson], number: int) -> int:
    return sum(one.asked.reminders >= number for one in people)


def _sent(people: list[AskedPerson]) -> int:
    return sum(any(each.sent_at for each in one.booklets) for one in people)


def _told(session: Session, vault: Vault, found: UnitReview) -> tuple[Told, ...]:
    rows = session.execute(
        select(Guest.id, Guest.sealed, GuestNotice.what, GuestNotice.made_at, Child.id.label("child_id"), Child.key,
               Message.state, Message.reason, Message.way, Message.sent_at, Message.provider_id)
        .join(Guest, Guest.id == GuestNotice.guest_id)
        .join(Message, Message.id == GuestNotice.message_id)
        .join(Child, Child.id == Guest.child_id)
        .where(Guest.review_id == found.id)
        .order_by(GuestNotice.made_at, GuestNotice.id)
    )  # fmt: skip
    told = []
    for row in rows:
        key = looking.child_key(vault, row.child_id, row.key)
        name = json.loads(key.open(row.sealed, guest_place(row.id)))["name"]
        to_print = row.way == "letter" and row.provider_id == TO_PRINT
        at = row.sent_at or row.made_at
        told.append(Told(name, row.what, row.state, row.reason or "", row.way, at, to_print))
    return tuple(told)
