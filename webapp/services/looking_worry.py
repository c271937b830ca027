"""What a person needs to act on one worry: shown only after a reason was given, each look in the audit trail."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from webapp.booklet.answers import free_texts
from webapp.booklet.definition import Booklet
from webapp.booklet.wording import BLANK, labels
from webapp.clock import london
from webapp.services import looking, looking_screening, visits, worries
from webapp.services.access import open_response_key
from webapp.services.looking_screening import FlaggedAnswer, Seen
from webapp.store import (
    AnswerRow,
    Child,
    Consultation,
    Involvement,
    Key,
    Person,
    Response,
    Review,
    Staff,
    Vault,
    Worry,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reach:
    """How to reach somebody. `way` is how they are written to as a rule."""

    way: str = ""
    email: str = ""
    phone: str = ""
    address: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Other:
    """Someone who looks after the child or works with them."""

    role: str
    name: str
    phone: str
    email: str


CLOSE = ("carer_foster", "carer_connected", "carer_residential", "adopter", "social_worker")
"""Roles of those whom whoever acts on a worry may have to ring, by the case system, in this order."""


@dataclass(frozen=True, slots=True)
class WorryDetails:
    """One worry with names, how to reach people, and the words."""

    child_id: str
    review_id: str
    known_as: str
    full_name: str
    age: int
    placement: str
    out_of_area: bool
    language: str
    speaks: str
    needs_interpreter: bool
    communication: str
    hold: str
    reach: Reach
    adult: str
    adult_role: str
    adult_reach: Reach
    adult_kept_away: bool
    """Whoever raised it may not learn where the child lives, or who with."""
    words: str
    asked: str
    answer: tuple[str, ...]
    """The one answer that raised it, or that stood on the page where the button was pressed."""
    flagged: tuple[FlaggedAnswer, ...]
    """What screening found, each answer as it was said then."""
    held: bool
    """These words are not on the officer's pages while this worry is open: they may be about the officer."""
    outcome: str
    others: tuple[Other, ...]
    """Carers, social worker and reviewing officer; whoever raised it stands apart."""


def details(
    session: Session, vault: Vault, now: dt.datetime, booklets: Mapping[str, Booklet], worry_id: str, *,
    duty: bool = True,
) -> WorryDetails:  # fmt: skip
    """Open one worry. The caller has checked who looks and that they gave a reason. Whoever isn't on `duty` is an
    officer: an answer that may be about them stays shut, also where the button was pressed beside it.
    """
    worker, officer = aliased(Staff), aliased(Staff)
    row = session.execute(
        select(Worry, Child, Involvement, Person, Review.id.label("review_id"), worker, officer)
        .join(Child, Child.id == Worry.child_id)
        .join(Review, Review.id == Worry.review_id)
        .outerjoin(Consultation, Consultation.id == Worry.consultation_id)
        .outerjoin(Involvement, Involvement.id == Consultation.involvement_id)
        .outerjoin(Person, Person.id == Involvement.person_id)
        .outerjoin(worker, worker.id == Review.social_worker_id)
        .outerjoin(officer, officer.id == Review.iro_id)
        .where(Worry.id == worry_id)
    ).one()
    worry, child, involvement, person, review_id, its_worker, its_officer = row
    key = looking.child_key(vault, child.id, child.key)

    def own(name: str) -> str:
        return key.open_some(getattr(child, name), f"child.{name}:{child.id}")

    adult, adult_reach = _adult(vault, involvement, person)
    screening = worry.source == worries.SCREENING
    asked, answer = _flagged(session, vault, booklets, worry, own("known_as"), duty)
    flagged = (
        looking_screening.flagged(session, vault, booklets, worry.id, own("known_as")) if screening else ()
    )
    return WorryDetails(
        child_id=child.id, review_id=review_id, known_as=own("known_as"),
        full_name=f"{own('given_name')} {own('family_name')}".strip(),
        age=looking.age(key, child.id, child.birth_date, child.birth_year, london(now).date()),
        placement=child.placement, out_of_area=child.out_of_area, language=child.language, speaks=own("speaks"),
        needs_interpreter=child.needs_interpreter, communication=own("communication"), hold=child.hold,
        reach=_reach(key, child.reach, f"child.reach:{child.id}"), adult=adult,
        adult_role=involvement.role if involvement else "", adult_reach=adult_reach,
        adult_kept_away=_kept_away(child, involvement),
        words=key.open_some(worry.words, f"worry.words:{worry.id}"), asked=asked, answer=answer,
        flagged=flagged, held="iro" in worry.about.split() and worry.closed_at is None,
        outcome=key.open_some(worry.outcome, f"worry.outcome:{worry.id}"),
        others=_others(
            session, vault, child.id, involvement.id if involvement else "", its_worker, its_officer
        ),
    )  # fmt: skip


def _reach(key: Key, sealed: bytes | None, where: str) -> Reach:
    raw: dict[str, Any] = json.loads(key.open_some(sealed, where) or "{}")
    return Reach(
        raw.get("way") or "", raw.get("email") or "", raw.get("phone") or "", tuple(raw.get("address") or ())
    )


def _adult(vault: Vault, involvement: Involvement | None, person: Person | None) -> tuple[str, Reach]:
    if involvement is None or person is None:
        return "", Reach()
    key = vault.key(person.key, f"person:{person.id}")
    return (
        key.open(person.name, f"person.name:{person.id}"),
        _reach(key, involvement.reach, f"involvement.reach:{involvement.id}"),
    )


def _kept_away(child: Child, raised_by: Involvement | None) -> bool:
    """True of an adult who may not know the address, and of whoever doesn't care for a child placed for adoption."""
    if raised_by is None or raised_by.role in CLOSE:
        return False
    return not raised_by.may_know_address or child.placement == "adoption"


def _others(
    session: Session, vault: Vault, child_id: str, raised_by: str, worker: Staff | None, officer: Staff | None
) -> tuple[Other, ...]:
    """Those who look after the child now, then the social worker and the officer; each person once. One query.

    What an account says of somebody (their desk's phone) fills what the case doesn't.
    """
    rows = session.execute(
        select(Involvement, Person)
        .join(Person, Person.id == Involvement.person_id)
        .where(
            Involvement.child_id == child_id, Involvement.role.in_(CLOSE), Involvement.ended_at.is_(None),
            Involvement.id != raised_by,
        )
    ).all()  # fmt: skip
    accounts = {one.external_id: one for one in (worker, officer) if one is not None}
    found = []
    for role, person in sorted(rows, key=lambda row: (CLOSE.index(row[0].role), row[1].external_id)):
        name, reach = _adult(vault, role, person)
        known = accounts.pop(person.external_id, None)
        phone, email = (known.phone or "", known.email or "") if known else ("", "")
        found.append(Other(role.role, name, reach.phone or phone, reach.email or email))
    found += [
        Other("iro" if one is officer else "social_worker", one.name, one.phone or "", one.email or "")
        for one in accounts.values()
    ]
    return tuple(found)


def _held(session: Session, response_id: str, question_id: str) -> bool:
    return looking_screening.seen(session, [response_id]).get(response_id, {}).get(question_id, Seen()).held


def _flagged(
    session: Session, vault: Vault, booklets: Mapping[str, Booklet], worry: Worry, known_as: str, duty: bool
) -> tuple[str, tuple[str, ...]]:  # fmt: skip
    """The one question and answer: the words that raised the worry, or the page on which help was called for.

    A press keeps what stood on that page, so the call for help may be in it. No other answer is opened.
    """
    if not worry.question_id or worry.source == worries.SCREENING:
        return "", ()
    booklet = booklets.get(worry.booklet_id or "")
    question = next((q for q in booklet.questions if q.id == worry.question_id), None) if booklet else None
    asked = (
        BLANK.sub(lambda b: known_as if b[1] == "child" else "…", question.text)
        if question
        else worry.question_id
    )
    row = session.execute(
        select(AnswerRow.sealed, Response.id, Response.key)
        .join(Response, Response.id == AnswerRow.response_id)
        .where(Response.consultation_id == worry.consultation_id, Response.booklet_id == worry.booklet_id)
        .where(AnswerRow.question_id == worry.question_id)
    ).first()
    if row is None or (not duty and _held(session, row.id, worry.question_id)):
        return asked, ()
    key = open_response_key(vault, row.id, row.key)
    said = visits.read(key.open(row.sealed, visits.place(row.id, worry.question_id)))
    chosen = (
        [said.value] if isinstance(said.value, str) else said.value if isinstance(said.value, list) else []
    )
    words = labels(question) if question else {}
    return asked, tuple(words.get(one, one) for one in chosen) + tuple(free_texts(said.value, said.words))
