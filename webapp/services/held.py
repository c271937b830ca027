"""Once a review was held: its own officer writes down who came and how the child took part."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Exists, exists, select, update
from sqlalchemy.orm import Session

from webapp.clock import london
from webapp.review import taking_part
from webapp.review.taking_part import Known
from webapp.services import looking, outbox
from webapp.services.auditing import note
from webapp.services.whose import open_to
from webapp.store import (
    Attendance,
    Child,
    Consultation,
    Involvement,
    Key,
    Person,
    Record,
    Response,
    Review,
    Vault,
    new_id,
)  # fmt: skip

Takers = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Somebody:
    """One person in the child's case, who may have come."""

    id: str
    """Of the involvement."""
    name: str
    role: str
    responsible: bool
    """Holds parental responsibility."""


@dataclass(frozen=True, slots=True)
class Held:
    """A review that has begun, for its own officer."""

    review: Review
    child: Child
    key: Key
    """The child's."""
    known_as: str
    age: int
    """On the day of the review."""
    people: tuple[Somebody, ...]
    attendance: Attendance | None
    sent: bool
    """The child sent something before it."""

    @property
    def held_on(self) -> dt.date:
        """The day that it was held, as written down or as it was planned."""
        if self.attendance:
            return self.attendance.held_on
        return london(self.review.held_at).date() if self.review.held_at else self.review.window_end

    def known(self, came: bool, people: Collection[str]) -> Known:
        """What is known of how the child took part, where these came."""
        advocate = any(one.role == "advocate" and one.id in people for one in self.people)
        return Known(self.age, came, advocate, self.child.no_words, self.sent)


@dataclass(frozen=True, slots=True)
class Came:
    """What the officer writes down."""

    held_on: dt.date | None
    child: bool
    code: str
    people: frozenset[str]
    adjourned: bool = False


def held(
    session: Session, vault: Vault, iro_id: str, review_id: str, now: dt.datetime, *, lock: bool = False
) -> Held | None:
    """A review of this officer's that has begun and was not cancelled; None for any other. Four queries."""
    wanted = (
        select(Review, Child)
        .join(Child, Child.id == Review.child_id)
        .where(Review.id == review_id, open_to(iro_id), Review.status != "cancelled")
    )
    row = session.execute(wanted.with_for_update(of=Review) if lock else wanted).first()
    if row is None:
        return None
    review, child = row.Review, row.Child
    if review.status != "held" and (review.held_at is None or review.held_at > now):
        return None
    key = vault.key(child.key, f"child:{child.id}")
    day = london(review.held_at).date() if review.held_at else review.window_end
    return Held(
        review, child, key,
        known_as=key.open(child.known_as, f"child.known_as:{child.id}"),
        age=looking.age(key, child.id, child.birth_date, child.birth_year, day),
        people=_people(session, vault, child.id), attendance=attendance(session, review_id),
        sent=bool(session.scalar(select(_sent_before(review_id)))),
    )  # fmt: skip


def _sent_before(review_id: str) -> Exists:
    childs = (
        select(Response.id)
        .join(Consultation, Consultation.id == Response.consultation_id)
        .where(
            Consultation.review_id == review_id, Consultation.who == "child", Consultation.stage == "before"
        )
    )
    return exists().where(Record.review_id == review_id, Record.response_id.in_(childs))


def _people(session: Session, vault: Vault, child_id: str) -> tuple[Somebody, ...]:
    rows = session.execute(
        select(Involvement.id, Involvement.role, Involvement.parental_responsibility, Person.id.label("person"),
               Person.key, Person.name)
        .join(Person, Person.id == Involvement.person_id)
        .where(Involvement.child_id == child_id, Involvement.ended_at.is_(None))
        .order_by(Involvement.role, Involvement.id)
    )  # fmt: skip
    return tuple(
        Somebody(
            row.id,
            vault.key(row.key, f"person:{row.person}").open(row.name, f"person.name:{row.person}"),
            row.role, row.parental_responsibility,
        )
        for row in rows
    )  # fmt: skip


def attendance(session: Session, review_id: str) -> Attendance | None:
    """Who came, as it is written down now; None while nobody has."""
    return session.scalar(
        select(Attendance).where(Attendance.review_id == review_id, Attendance.superseded_at.is_(None))
    )


def problems(found: Held, came: Came, today: dt.date) -> dict[str, str]:
    """What is wrong with what was written down, by field."""
    wrong: dict[str, str] = {}
    if came.held_on is None or came.held_on > today:
        wrong["held_on"] = "no_such_day"
    if not came.code:
        wrong["code"] = "choose"
    elif not taking_part.fits(came.code, found.known(came.child, came.people)):
        wrong["code"] = "does_not_fit"
    return wrong


def record(
    session: Session, takers: Takers, vault: Vault, found: Held, came: Came, staff_id: str, now: dt.datetime
) -> bool:
    """Keep who came and tell the case system; False where that stood so already. `found` is locked; there are no
    `problems`.
    """
    assert came.held_on is not None
    known = {one.id: one.role for one in found.people}
    people = sorted(came.people & known.keys())
    roles = " ".join(sorted({known[one] for one in people}))
    values: dict[str, Any] = {
        "child_attended": came.child, "participation_code": came.code, "attended": roles,
        "involvements": " ".join(people), "adjourned": came.adjourned, "held_on": came.held_on,
    }  # fmt: skip
    before = found.attendance
    if before and all(getattr(before, name) == value for name, value in values.items()):
        return False
    session.execute(
        update(Attendance)
        .where(Attendance.review_id == found.review.id, Attendance.superseded_at.is_(None))
        .values(superseded_at=now)
    )
    made, review = new_id(), found.review
    suggested, _ = taking_part.suggested(found.known(came.child, came.people))
    session.add(
        Attendance(
            id=made, review_id=review.id, suggested=suggested, recorded_by=staff_id, recorded_at=now, **values
        )
    )
    session.flush()
    note(session, now, f"staff:{staff_id}", "attendance", f"attendance:{made}", review.child_id)
    told = {
        "schema": "attendance/1", "kind": "attendance", "review_id": review.external_id,
        "child_id": found.child.external_id, "held_on": came.held_on.isoformat(), "child_attended": came.child,
        "participation_code": came.code, "suggested": suggested, "attended": roles.split(),
        "adjourned": came.adjourned, "recorded_at": now.isoformat(), "recorded_by": review.iro_external_id,
        "replaces": str(uuid.UUID(before.id)) if before else None, "attendance": str(uuid.UUID(made)),
    }  # fmt: skip
    outbox.announce(
        session, vault, found.key, "attendance", made, review.id, review.child_id, told, now,
        takers.get("attendance", ()),
    )  # fmt: skip
    return True
