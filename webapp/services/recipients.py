"""Somebody who is asked, with all that sending to them needs: opened from the store for a moment, for few at
a time.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Exists, exists, select
from sqlalchemy import case as by_case
from sqlalchemy.orm import Session

from webapp import logs
from webapp.review.asking import (
    Case,
    Reach,
    Reason,
    Stage,
    Unreachable,
    age_on,
    may_send,
    old_enough_for_whatsapp,
    on_paper,
    way_to,
)
from webapp.review.timetable import day_of
from webapp.services.phones import shut
from webapp.store import (
    Child,
    Consultation,
    Involvement,
    Key,
    Person,
    PersonCheck,
    Phone,
    Review,
    SealBroken,
    Vault,
)

log = logs.get("sending")


@dataclass(frozen=True, slots=True)
class Recipient:
    """One consultation with its person: the child where there is no involvement."""

    consultation: Consultation
    review_status: str
    case: Case
    child: Child
    involvement: Involvement | None
    person: Person | None
    key: Key
    reach: Mapping[str, Any]
    phone: Phone | None = None
    """What is known of their number."""
    of_age: bool = False
    """Old enough for WhatsApp."""
    said_no: bool = False
    """The social worker says that this person may not be asked about this review."""

    def refused(self, today: dt.date) -> Reason | None:
        """Why nothing may be sent to them now; None where it may."""
        if self.said_no:
            return "worker_said_no"
        asked = self.consultation
        stage: Stage = "after" if asked.stage == "after" else "before"
        return may_send(self.case, self.involvement, self.review_status, asked.closes_on, today, stage)

    def way(self, ways: Collection[str]) -> tuple[str, Unreachable | None]:
        """How they are reached, or why they can't be."""
        known = self.phone
        reach = Reach(
            self.reach.get("way", "none"),
            bool(self.reach.get("email")),
            bool(self.reach.get("address")),
            phone=bool(self.reach.get("phone")),
            shut=shut(known),
            whatsapp=self.of_age and known is not None and known.whatsapp_opt_in_at is not None,
        )
        return way_to(reach, ways, on_paper(self.case) if self.involvement is None else False)

    def names(self) -> tuple[str, str]:
        """The whole name, for the envelope's window, and what to call them."""
        if self.person is not None:
            name = self.key.open(self.person.name, f"person.name:{self.person.id}")
            return name, name
        child = self.child
        called = self.key.open(child.known_as, f"child.known_as:{child.id}")
        return f"{called} {self.key.open(child.family_name, f'child.family_name:{child.id}')}", called


_NUMBER = by_case((Consultation.involvement_id.is_(None), Child.phone_hash), else_=Involvement.phone_hash)


def worker_said_no() -> Exists:
    """True of a consultation whose person the child's social worker says may not be asked about its review."""
    return exists().where(
        PersonCheck.review_id == Consultation.review_id, PersonCheck.involvement_id == Consultation.involvement_id,
        PersonCheck.wish.is_(None), PersonCheck.outcome == "may_not", PersonCheck.superseded_at.is_(None),
    )  # fmt: skip


def said_no(session: Session, review_ids: Collection[str]) -> set[tuple[str, str]]:
    """Reviews and involvements: whom a social worker keeps from being asked. One query."""
    rows = session.execute(
        select(PersonCheck.review_id, PersonCheck.involvement_id).where(
            PersonCheck.review_id.in_(review_ids), PersonCheck.wish.is_(None), PersonCheck.outcome == "may_not",
            PersonCheck.superseded_at.is_(None),
        )
    )  # fmt: skip
    return {(review_id, own) for review_id, own in rows if own}


def recipients(
    session: Session, vault: Vault, consultation_ids: Sequence[str], today: dt.date
) -> dict[str, Recipient]:
    """These consultations with their people, by id; one query. Left out: what no key of ours opens any
    more.
    """
    if not consultation_ids:
        return {}
    rows = session.execute(
        select(Consultation, Review, Child, Involvement, Person, Phone, worker_said_no())
        .join(Review, Review.id == Consultation.review_id)
        .join(Child, Child.id == Consultation.child_id)
        .outerjoin(Involvement, Involvement.id == Consultation.involvement_id)
        .outerjoin(Person, Person.id == Involvement.person_id)
        .outerjoin(Phone, Phone.number_hash == _NUMBER)
        .where(Consultation.id.in_(consultation_ids))
    ).all()
    found = {}
    for row in rows:
        try:
            found[row[0].id] = _recipient(vault, today, *row)
        except SealBroken:
            log.error("unreadable", code="consultation")
    return found


def _recipient(
    vault: Vault, today: dt.date, consultation: Consultation, review: Review, child: Child,
    involvement: Involvement | None, person: Person | None, phone: Phone | None, said_no: bool,
) -> Recipient:  # fmt: skip
    childs_key = vault.key(child.key, f"child:{child.id}")
    if involvement is None or person is None:
        key, sealed, where = childs_key, child.reach, f"child.reach:{child.id}"
    else:
        key = vault.key(person.key, f"person:{person.id}")
        sealed, where = involvement.reach, f"involvement.reach:{involvement.id}"
    reach = key.open_some(sealed, where)
    return Recipient(
        consultation=consultation,
        review_status=review.status,
        case=case_of(childs_key, child, review, today),
        child=child,
        involvement=involvement,
        person=person,
        key=key,
        reach=json.loads(reach) if reach else {},
        phone=phone,
        of_age=involvement is not None or _of_age(childs_key, child, today),
        said_no=said_no,
    )


def _of_age(key: Key, child: Child, today: dt.date) -> bool:
    born = key.open_some(child.birth_date, f"child.birth_date:{child.id}")
    return old_enough_for_whatsapp(today, dt.date.fromisoformat(born) if born else None, child.birth_year)


def case_of(
    key: Key, child: Any, review: Any, today: dt.date, *, adopters: bool = False, has_decisions: bool = False
) -> Case:
    """The rules' view of a child and a review, from rows that carry the store's names. `key` is the
    child's.
    """
    born = key.open_some(child.birth_date, f"child.birth_date:{child.id}")
    day = day_of(review.held_at, review.window_end, today, postponed=review.status == "postponed")
    age = age_on(max(day, today), dt.date.fromisoformat(born) if born else None, child.birth_year)
    return case_at(age, child, review, adopters=adopters, has_decisions=has_decisions)


def case_at(age: int, child: Any, review: Any, *, adopters: bool, has_decisions: bool) -> Case:
    """The same where the age is known, or doesn't matter: nothing is opened."""
    return Case(
        child_id=child.id,
        age=age,
        review_kind=review.kind,
        legal_status=child.legal_status,
        placement=child.placement,
        hold=child.hold,
        adopters=adopters,
        unaccompanied=child.unaccompanied,
        out_of_area=child.out_of_area,
        needs_interpreter=child.needs_interpreter,
        no_words=child.no_words,
        has_decisions=has_decisions,
    )
