"""Reads the free text of answers and requests for worries, in the worker: never while somebody waits.

A row is read outside the write lock; what was found, the worry and its messages are then one transaction, which only
counts where the row still waits. A worker that dies in between leaves it waiting, and two workers raise nothing twice.
What is read is the answer as it was given at that moment, also where it was changed or taken back since. Nothing that
the person sees depends on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, select, update
from sqlalchemy.orm import Session

from config import Authority
from webapp import logs, safety
from webapp.booklet.answers import free_texts
from webapp.clock import Clock
from webapp.services import asking_for, visits, worries
from webapp.services.access import open_response_key
from webapp.store import (
    AnswerHistory,
    Child,
    Consultation,
    Database,
    Involvement,
    Person,
    Request,
    Response,
    Review,
    Screening,
    SealBroken,
    Staff,
    Vault,
)  # fmt: skip

BATCH = 50
CARING = ("carer_foster", "carer_connected", "carer_residential", "adopter")
"""Roles whose names count as a carer's."""

_log = logs.get("screening")


@dataclass(frozen=True, slots=True)
class _Read:
    """One row, read: its new state, and for a worry what it is."""

    id: int
    state: str
    found: safety.Found
    text: str
    booklet_id: str | None
    question_id: str
    """Empty where it is no answer's."""
    consultation_id: str


def screen_once(db: Database, vault: Vault, authority: Authority, clock: Clock) -> int:
    """Read what waits, the oldest first; gives how many rows it settled. One that can't be read stops no other."""
    with db.reading() as session:
        rows = session.execute(_waiting()).all()
    read = [_read(vault, row) for row in rows]
    settled = 0
    for one in read:
        if one.state == "worried":
            settled += _raise(db, vault, authority, one, clock())
    quiet = [one for one in read if one.state != "worried"]
    if quiet:
        now = clock()
        with db.writing() as session:
            settled += sum(_settle(session, one, now) for one in quiet)
    return settled


def _waiting() -> Select[*tuple[Any, ...]]:
    """The oldest rows that wait, each with the answer or the request that it is about."""
    return (
        select(
            Screening.id, Screening.response_id, Screening.question_id, Screening.language, Response.booklet_id,
            func.coalesce(Response.consultation_id, Request.consultation_id).label("consultation_id"), Response.key,
            AnswerHistory.sealed, Screening.request_id, Request.sealed.label("asked"), Child.id.label("child_id"),
            Child.key.label("child_key"),
            func.coalesce(Consultation.who, Request.who).label("who"),
        )
        .outerjoin(Response, Response.id == Screening.response_id)
        .outerjoin(Consultation, Consultation.id == Response.consultation_id)
        .outerjoin(Request, Request.id == Screening.request_id)
        .outerjoin(Child, Child.id == Request.child_id)
        .outerjoin(
            AnswerHistory,
            and_(
                AnswerHistory.response_id == Screening.response_id,
                AnswerHistory.question_id == Screening.question_id,
                AnswerHistory.version == Screening.version,
            ),
        )
        .where(Screening.state == "waiting")
        .order_by(Screening.id)
        .limit(BATCH)
    )  # fmt: skip


def _read(vault: Vault, row: Any) -> _Read:
    text, found, state = "", safety.Found(), "gone"
    if row.sealed is not None or row.asked is not None:
        try:
            text = "\n".join(_words(vault, row))
            found = safety.read(text, row.language, child=row.who == "child")
            state = "worried" if found.flag else "clear" if found.screened else "not_screened"
        except SealBroken:
            _log.error("screening_failed", screening=row.id, code="seal_broken")
            state = "not_screened"
        except Exception as error:  # a mistake of ours: a person has to read it, and the others go on
            _log.error("screening_failed", screening=row.id, **logs.trouble(error))
            state = "not_screened"
    return _Read(row.id, state, found, text, row.booklet_id, row.question_id, row.consultation_id)


def _words(vault: Vault, row: Any) -> Iterable[str]:
    """Whatever was typed there."""
    if row.request_id is not None:
        key = vault.key(row.child_key, f"child:{row.child_id}")
        return asking_for.said(key, row.request_id, row.asked).values()
    key = open_response_key(vault, row.response_id, row.key)
    said = visits.read(key.open(row.sealed, visits.place(row.response_id, row.question_id)))
    return free_texts(said.value, said.words)


def _raise(db: Database, vault: Vault, authority: Authority, one: _Read, now: dt.datetime) -> int:
    """The worry with its messages and the row's new state, all or nothing."""
    try:
        with db.writing() as session:
            if not _settle(session, one, now):
                return 0  # another worker was quicker
            about = safety.mentions(one.text, names_of(session, vault, one.consultation_id))
            worry = worries.raise_worry(
                session, vault, authority, consultation_id=one.consultation_id, now=now,
                source=worries.SCREENING, booklet_id=one.booklet_id, question_id=one.question_id or None,
                urgent=one.found.urgent, about=about,
            )  # fmt: skip
            session.execute(update(Screening).where(Screening.id == one.id).values(worry_id=worry.id))
            worry_id = worry.id
    except Exception as error:  # it stays waiting and is tried again; those behind it are not held up
        _log.error("screening_not_raised", screening=one.id, **logs.trouble(error))
        return 0
    _log.warning("screening_raised", worry=worry_id, screening=one.id)
    return 1


def _settle(session: Session, one: _Read, now: dt.datetime) -> int:
    done = session.execute(
        update(Screening)
        .where(Screening.id == one.id, Screening.state == "waiting")
        .values(state=one.state, kind=one.found.kind, urgent=one.found.urgent, read_at=now)
        .execution_options(synchronize_session=False)
        .returning(Screening.id)
    ).first()
    return int(done is not None)


def names_of(session: Session, vault: Vault, consultation_id: str) -> Mapping[str, list[str]]:
    """The names of those who work with this child, by what they are."""
    asked = session.get_one(Consultation, consultation_id)
    review = session.get_one(Review, asked.review_id)
    found: dict[str, list[str]] = {}
    for role, staff_id in (("iro", review.iro_id), ("social_worker", review.social_worker_id)):
        if staff_id:
            found.setdefault(role, []).append(session.get_one(Staff, staff_id).name)
    rows = session.execute(
        select(Involvement.role, Person.id, Person.key, Person.name)
        .join(Person, Person.id == Involvement.person_id)
        .where(
            Involvement.child_id == asked.child_id, Involvement.ended_at.is_(None),
            Involvement.role.in_((*CARING, "social_worker")),
        )
    )  # fmt: skip
    for role, person_id, wrapped, sealed in rows:
        name = vault.key(wrapped, f"person:{person_id}").open(sealed, f"person.name:{person_id}")
        found.setdefault("carer" if role in CARING else role, []).append(name)
    return found
