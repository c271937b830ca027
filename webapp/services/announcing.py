"""Telling case systems what is no record: a worry's reference, a suggestion for the participation code, a withdrawal.

Worries and suggestions are found by the worker, and not told by whoever raises or loads them: a press of "I'm not safe"
must not wait for anything. Each is told once, whoever finds it. A worry that may be about the child's officer, who
reads case systems too, is told once it is closed.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp import logs
from webapp.clock import Clock, london
from webapp.services import outbox
from webapp.services.auditing import note
from webapp.services.whose import ABOUT_THE_OFFICER
from webapp.store import (
    Announcement,
    Child,
    Consultation,
    Database,
    Involvement,
    Person,
    Record,
    Response,
    Review,
    SealBroken,
    Vault,
    Worry,
)

LOOK_BACK = dt.timedelta(days=60)
"""How old a review may be, or a worry, when a case system is switched on: what is older it isn't told any more."""
AT_ONCE = 50
PAGE = "/staff/worries/{id}"
WHY = (
    "The child sent a booklet before the review, on {day}. That is evidence for PN6 alone, and only where the child "
    "did not attend. It is not the IRO's own talk with the child."
)

_log = logs.get("announcing")

Takers = Mapping[str, Sequence[str]]


def announce_once(db: Database, vault: Vault, takers: Takers, public_url: str, clock: Clock) -> int:
    """Tell the worries and suggestions that were not told yet; gives how many."""
    found = 0
    if names := takers.get("worry", ()):
        found += _tell(db, vault, "worry", names, _worries(clock()), clock, public_url)
    if names := takers.get("participation", ()):
        found += _tell(db, vault, "participation", names, _held(clock()), clock, public_url)
    return found


def withdraw(
    session: Session, vault: Vault, takers: Takers, record_id: str, now: dt.datetime, actor: str
) -> bool:
    """Tell every case system that the records of one booklet, of which this is one, are taken back.

    What is kept here stays; a worry that was raised stands. False where there is no such record, or it was taken back
    already. Raises nothing where nobody takes withdrawals: that is written down all the same.
    """
    row = session.execute(
        select(Record.response_id, Record.review_id, Review.external_id, Child.id, Child.key,
               Child.external_id, Consultation.who, Involvement.role, Person.external_id)
        .join(Review, Review.id == Record.review_id)
        .join(Child, Child.id == Review.child_id)
        .join(Response, Response.id == Record.response_id)
        .join(Consultation, Consultation.id == Response.consultation_id)
        .outerjoin(Involvement, Involvement.id == Consultation.involvement_id)
        .outerjoin(Person, Person.id == Involvement.person_id)
        .where(Record.id == record_id)
        .with_for_update(of=Review)  # whatever is about to go joins what is taken back
    ).first()  # fmt: skip
    if row is None:
        return False
    response_id, review_id, review, child_id, child_key, child, who, role, person = row
    ids = session.scalars(
        select(Record.id).where(Record.response_id == response_id).order_by(Record.revision)
    ).all()
    told_before = exists().where(Announcement.kind == "withdrawal", Announcement.subject == ids[-1])
    if session.scalar(select(told_before)):
        return False
    told = {
        "schema": "withdrawal/1", "kind": "withdrawal", "review_id": review, "child_id": child,
        "respondent": {"id": person or child, "role": role or "child", "who": who},
        "withdraws": [str(uuid.UUID(one)) for one in ids], "withdrawn_at": now.isoformat(),
    }  # fmt: skip
    outbox.announce(
        session, vault, vault.key(child_key, f"child:{child_id}"), "withdrawal", ids[-1], review_id, child_id, told,
        now, takers.get("withdrawal", ()), record_id=ids[-1],
    )  # fmt: skip
    note(session, now, actor, "withdrawn", f"record:{ids[-1]}", child_id)
    return True


def _tell(
    db: Database, vault: Vault, kind: str, names: Sequence[str], query: Select[*tuple[Any, ...]], clock: Clock,
    public_url: str,
) -> int:  # fmt: skip
    with db.reading() as session:
        rows = session.execute(query.limit(AT_ONCE)).all()
    told = 0
    for row in rows:
        try:
            key = vault.key(row.child_key, f"child:{row.child_id}")
            with db.writing() as session:
                body = _worry(row, public_url) if kind == "worry" else _participation(session, row)
                outbox.announce(
                    session, vault, key, kind, row.subject, row.review_id, row.child_id,
                    {"schema": f"{kind}/1", "kind": kind, "review_id": row.review, "child_id": row.child, **body},
                    clock(), names,
                )  # fmt: skip
        except IntegrityError:
            continue  # another worker was quicker
        except SealBroken:  # this child's key is gone or broken: the others must be told all the same
            _log.error("not_announced", review=row.review_id, code="seal_broken")
            continue
        told += 1
    return told


def _worry(row: Any, public_url: str) -> dict[str, Any]:
    return {"raised_at": row.at.isoformat(), "page": public_url + PAGE.format(id=row.subject)}


def _participation(session: Session, row: Any) -> dict[str, Any]:
    found = session.execute(
        _sent_before(row.review_id, row.at).order_by(Record.made_at, Record.revision)
    ).all()
    return {
        "suggested": "PN6", "why": WHY.format(day=f"{london(found[-1].made_at):%-d %B %Y}"),
        "records": [str(uuid.UUID(one.id)) for one in found], "sent_at": found[-1].made_at.isoformat(),
        "status": "suggested",
    }  # fmt: skip


def _worries(now: dt.datetime) -> Select[*tuple[Any, ...]]:
    known = exists().where(Announcement.kind == "worry", Announcement.subject == Worry.id)
    return (
        select(
            Worry.id.label("subject"), Worry.raised_at.label("at"), Review.id.label("review_id"),
            Review.external_id.label("review"), Child.id.label("child_id"), Child.key.label("child_key"),
            Child.external_id.label("child"),
        )
        .join(Review, Review.id == Worry.review_id)
        .join(Child, Child.id == Worry.child_id)
        .where(
            Worry.raised_at > now - LOOK_BACK, ~known, or_(~ABOUT_THE_OFFICER, Worry.closed_at.is_not(None)),
        )
        .order_by(Worry.raised_at)
    )  # fmt: skip


def _held(now: dt.datetime) -> Select[*tuple[Any, ...]]:
    """Reviews that were held, before which the child sent something."""
    known = exists().where(Announcement.kind == "participation", Announcement.subject == Review.id)
    return (
        select(
            Review.id.label("subject"), Review.held_at.label("at"), Review.id.label("review_id"),
            Review.external_id.label("review"), Child.id.label("child_id"), Child.key.label("child_key"),
            Child.external_id.label("child"),
        )
        .join(Child, Child.id == Review.child_id)
        .where(
            Review.status == "held", Review.held_at > now - LOOK_BACK, Review.held_at < now, ~known,
            _sent_before(Review.id, Review.held_at).correlate(Review).exists(),
        )
        .order_by(Review.held_at)
    )  # fmt: skip


def _sent_before(review_id: Any, held_at: Any) -> Select[*tuple[Any, ...]]:
    """The child's own records of a review from before it was held. Under four there is no booklet of their own."""
    return (
        select(Record.id, Record.made_at)
        .join(Response, Response.id == Record.response_id)
        .join(Consultation, Consultation.id == Response.consultation_id)
        .where(
            Record.review_id == review_id, Consultation.who == "child", Consultation.stage == "before",
            Record.made_at < held_at,
        )
    )  # fmt: skip
