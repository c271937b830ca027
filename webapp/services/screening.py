"""Reads free text for worries, in the worker: never while somebody waits.

Every piece that somebody sends is a row from the moment in which it is accepted, in the same transaction: an answer in
a booklet by the history of answers, anything else as a copy of its sealed bytes (`to_read`). So it is read as it was
given, also where it was changed or taken back since. A row is read outside the write lock; what was found, the worry
and its messages are then one transaction, which only counts where the row still waits. A worker that dies in between
leaves it waiting, and two workers raise nothing twice. Nothing that the person sees depends on it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, select, update
from sqlalchemy.orm import Session

from config import Authority
from webapp import logs, safety
from webapp.booklet.answers import free_texts
from webapp.clock import Clock
from webapp.services import visits, worries
from webapp.services.access import open_response_key
from webapp.services.whose import officers
from webapp.store import (
    AnswerHistory,
    Child,
    Consultation,
    Database,
    Involvement,
    Person,
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
NOT_SAID = ("by", "name")
"""What stands beside the words: who typed or said them."""

_log = logs.get("screening")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the lists say of some words; `state` as in the table."""

    text: str
    found: safety.Found
    state: str


def reading(words: Callable[[], str], language: str, *, child: bool, **which: object) -> Reading:
    """Read what `words` gives. Never raises: what can't be opened or read is for a person, and the others go on."""
    try:
        text = words()
        found = safety.read(text, language, child=child)
        return Reading(
            text, found, "worried" if found.flag else "clear" if found.screened else "not_screened"
        )
    except SealBroken:
        _log.error("screening_failed", **which, code="seal_broken")
    except Exception as error:
        _log.error("screening_failed", **which, **logs.trouble(error))
    return Reading("", safety.Found(), "not_screened")


def texts(body: Mapping[str, Any]) -> list[str]:
    """The words in the JSON of what was put to be read."""
    return [text for name, text in body.items() if isinstance(text, str) and text and name not in NOT_SAID]


@dataclass(frozen=True, slots=True)
class _Read:
    """One row, read."""

    row: Any
    got: Reading


def screen_once(db: Database, vault: Vault, authority: Authority, clock: Clock) -> int:
    """Read what waits, the oldest first; gives how many rows it settled. One that can't be read stops no other."""
    with db.reading() as session:
        rows = session.execute(_waiting()).all()
    read = [_read(vault, row) for row in rows]
    settled = 0
    for one in read:
        if one.got.state == "worried":
            settled += _raise(db, vault, authority, one, clock())
    quiet = [one for one in read if one.got.state != "worried"]
    if quiet:
        now = clock()
        with db.writing() as session:
            settled += sum(_settle(session, one, now) for one in quiet)
    return settled


def _waiting() -> Select[*tuple[Any, ...]]:
    """The oldest rows that wait, each with its words, who said them and about which review."""
    asked = func.coalesce(Screening.consultation_id, Response.consultation_id)
    return (
        select(
            Screening.id, Screening.response_id, Screening.question_id, Screening.language, Screening.source,
            Screening.sealed, Screening.who, Consultation.id.label("consultation_id"),
            Consultation.who.label("asked"), Review.id.label("review_id"), Response.booklet_id, Response.key,
            AnswerHistory.sealed.label("answer"), Child.id.label("child_id"), Child.key.label("child_key"),
        )
        .outerjoin(Response, Response.id == Screening.response_id)
        .outerjoin(Consultation, Consultation.id == asked)
        .outerjoin(Review, Review.id == func.coalesce(Screening.review_id, Consultation.review_id))
        .outerjoin(Child, Child.id == Review.child_id)
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
    if row.answer is None and row.sealed is None:
        return _Read(row, Reading("", safety.Found(), "gone"))
    child = (row.who or row.asked) == "child"
    got = reading(lambda: _words(vault, row), row.language, child=child, screening=row.id)
    if got.state == "not_screened" and worries.of_words(row.source):
        got = Reading(
            got.text, got.found, "clear"
        )  # a person looks at what was pressed, whatever was typed with it
    return _Read(row, got)


def _words(vault: Vault, row: Any) -> str:
    """Whatever was typed there."""
    if row.sealed is None:
        key = open_response_key(vault, row.response_id, row.key)
        said = visits.read(key.open(row.answer, visits.place(row.response_id, row.question_id)))
        return "\n".join(free_texts(said.value, said.words))
    text = vault.key(row.child_key, f"child:{row.child_id}").open(row.sealed, row.source)
    return text if worries.of_words(row.source) else "\n\n".join(texts(json.loads(text)))


def _raise(db: Database, vault: Vault, authority: Authority, one: _Read, now: dt.datetime) -> int:
    """The worry with its messages and the row's new state, all or nothing."""
    row, got = one.row, one.got
    try:
        with db.writing() as session:
            if not _settle(session, one, now):
                return 0  # another worker was quicker
            about = safety.mentions(got.text, names_of(session, vault, row.review_id, now))
            if worry_id := worries.of_words(row.source):
                worries.goes_round(session, vault, authority, worry_id, about, now)
            else:
                worry_id = worries.raise_worry(
                    session, vault, authority, consultation_id=row.consultation_id, review_id=row.review_id, now=now,
                    source=worries.SCREENING, booklet_id=row.booklet_id, question_id=row.question_id or None,
                    urgent=got.found.urgent, about=about, raised_by=row.who or "",
                ).id  # fmt: skip
            session.execute(update(Screening).where(Screening.id == row.id).values(worry_id=worry_id))
    except Exception as error:  # it stays waiting and is tried again; those behind it are not held up
        _log.error("screening_not_raised", screening=row.id, **logs.trouble(error))
        return 0
    _log.warning("screening_raised", worry=worry_id, screening=row.id)
    return 1


def _settle(session: Session, one: _Read, now: dt.datetime) -> int:
    """The row's new state; of words in which nothing was found no copy stays."""
    got = one.got
    kept = {"sealed": None} if got.state == "clear" else {}
    done = session.execute(
        update(Screening)
        .where(Screening.id == one.row.id, Screening.state == "waiting")
        .values(state=got.state, kind=got.found.kind, urgent=got.found.urgent, read_at=now, **kept)
        .execution_options(synchronize_session=False)
        .returning(Screening.id)
    ).first()
    return int(done is not None)


def names_of(session: Session, vault: Vault, review_id: str, now: dt.datetime) -> Mapping[str, list[str]]:
    """The names of those who work with the child of a review, by what they are."""
    review = session.get_one(Review, review_id)
    found: dict[str, list[str]] = {"iro": [one.name for one in officers(session, review, now)]}
    if review.social_worker_id:
        found["social_worker"] = [session.get_one(Staff, review.social_worker_id).name]
    rows = session.execute(
        select(Involvement.role, Person.id, Person.key, Person.name)
        .join(Person, Person.id == Involvement.person_id)
        .where(
            Involvement.child_id == review.child_id, Involvement.ended_at.is_(None),
            Involvement.role.in_((*CARING, "social_worker")),
        )
    )  # fmt: skip
    for role, person_id, wrapped, sealed in rows:
        name = vault.key(wrapped, f"person:{person_id}").open(sealed, f"person.name:{person_id}")
        found.setdefault("carer" if role in CARING else role, []).append(name)
    return found
