"""The Review Unit's day: how much of each kind waits, and the first of each. Never a word of an answer."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Select, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.clock import london
from webapp.services import looking
from webapp.services.deciding_desk import decision_place
from webapp.services.inviting import LOOK_AHEAD
from webapp.services.inviting_changes import LETTER_TO_PRINT
from webapp.services.looking_unit import unprinted
from webapp.services.mailing import NOT_CHECKED
from webapp.services.whose import OVER
from webapp.store import (
    Child,
    Consultation,
    Decision,
    Delivery,
    Involvement,
    Key,
    MailingCheck,
    Message,
    PaperBooklet,
    Response,
    Review,
    Staff,
    Vault,
)

Kind = Literal[
    "arrange", "due", "unchecked", "silent", "unreachable", "wrong_number", "opted_out", "letters", "paper",
    "deliveries",
]  # fmt: skip
KINDS: tuple[Kind, ...] = (
    "arrange", "due", "unchecked", "silent", "unreachable", "wrong_number", "opted_out", "letters", "paper",
    "deliveries",
)  # fmt: skip
FIRST = 8
"""How many of each kind stand on the page of the day."""
PER_PAGE = 50
COUNTED = 500
"""Nothing is counted further than this, so that a bad day costs the page no more than a good one."""
WRONG_NUMBER = ("wrong_number", "wrong_person")
Query = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do, for whom and until when."""

    id: str
    """Of the consultation, letter, paper booklet or delivery."""
    review_id: str
    consultation_id: str
    child_external_id: str
    name: str
    """The child's."""
    who: str
    what: str
    """A message's template, a paper booklet's id, a case system's adapter, or before/after."""
    state: str
    reason: str
    at: dt.datetime | None
    on: dt.date | None
    sealed: str = ""
    """Of paper: what became of the sealed pages."""
    told: str = ""
    """What is to be arranged, in staff's words; or the social worker who has not checked."""


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of work: the first of it, and how much there is in all (COUNTED + 1 means more than is counted)."""

    kind: Kind
    rows: tuple[Waiting, ...]
    count: int
    page: int = 1

    @property
    def more(self) -> bool:
        """True where there is more than was counted."""
        return self.count > COUNTED

    @property
    def pages(self) -> int:
        """How many pages the whole list has, as far as it is counted."""
        return max(1, -(-min(self.count, COUNTED) // PER_PAGE))


def day(session: Session, vault: Vault, now: dt.datetime) -> tuple[Part, ...]:
    """All kinds of work, in order. Eleven queries, however much there is."""
    counts = _counts(session, london(now).date())
    return tuple(Part(kind, _rows(session, vault, now, kind, FIRST, 0), counts[kind]) for kind in KINDS)


def part(session: Session, vault: Vault, now: dt.datetime, kind: Kind, page: int) -> Part:
    """One kind of work, page by page; a page past the end is the last."""
    count = _counts(session, london(now).date())[kind]
    page = min(max(1, page), Part(kind, (), count).pages)
    return Part(kind, _rows(session, vault, now, kind, PER_PAGE, (page - 1) * PER_PAGE), count, page)


def _counts(session: Session, today: dt.date) -> dict[str, int]:
    def counted(kind: Kind) -> Any:
        few = wanted(kind, today).with_only_columns(literal(1)).order_by(None).limit(COUNTED + 1).subquery()
        return select(func.count()).select_from(few).scalar_subquery().label(kind)

    return dict(session.execute(select(*(counted(kind) for kind in KINDS))).one()._mapping)


def _rows(
    session: Session, vault: Vault, now: dt.datetime, kind: Kind, limit: int, offset: int
) -> tuple[Waiting, ...]:
    rows = session.execute(_told(kind, london(now).date()).limit(limit).offset(offset))
    return tuple(_waiting(vault, row) for row in rows)


def _waiting(vault: Vault, row: Any) -> Waiting:
    key = looking.child_key(vault, row.child_id, row.key)
    names = [key.open(getattr(row, n), f"child.{n}:{row.child_id}") for n in ("known_as", "family_name")]
    return Waiting(
        row.id, row.review_id or "", row.consultation_id or "", row.external_id, " ".join(names), row.who or "",
        row.what, row.state, row.reason or "", row.at, row.on, row.sealed or "", _told_of(key, row),
    )  # fmt: skip


def _told_of(key: Key, row: Any) -> str:
    """What a decision asked for, opened with the child's key; else the words that stand there."""
    if not isinstance(row.told, bytes):
        return row.told or ""
    body = json.loads(key.open(row.told, decision_place(row.id)))
    return str(body["asked"])


def wanted(kind: Kind, today: dt.date) -> Query:
    """What is work of this kind, in order, from its own table alone: counting joins nothing."""
    asked = Consultation
    if kind == "due":
        printed = or_(asked.reason.is_(None), asked.reason != LETTER_TO_PRINT)
        query = select(asked).where(asked.state == "due", asked.due_on <= today, printed)
        return query.order_by(asked.due_on)
    if kind == "silent":
        sent = exists().where(Response.consultation_id == asked.id, Response.revision > 0)
        query = select(asked).where(asked.state == "asked", asked.closes_on >= today, ~sent)
        return query.order_by(asked.closes_on)
    if kind == "letters":
        return select(Message).where(*unprinted()).order_by(Message.due_at)
    if kind == "paper":
        return select(PaperBooklet).where(PaperBooklet.open.is_(True)).order_by(PaperBooklet.arrived_at)
    if kind == "arrange":
        waits = Decision.passed_to == "unit", Decision.arranged == "", Decision.superseded_at.is_(None)
        coming = select(Decision).join(Review, Review.id == Decision.review_id).where(*waits)
        return coming.where(Review.status.not_in(OVER)).order_by(Review.window_end, Decision.decided_at)
    if kind == "unchecked":
        return _unchecked(today)
    if kind == "deliveries":
        left = Delivery.state.in_(("parked", "waiting"))
        return select(Delivery).where(left).order_by(Delivery.state, Delivery.due_at)
    return select(asked).where(asked.state == "unreachable", _reason(kind)).order_by(asked.due_on)


def _unchecked(today: dt.date) -> Query:
    """Reviews whose adults are due while no press of the social worker holds: of each the first who is asked. Where
    no social worker has an account here nobody could press: only who really waits is told.
    """
    asked, other = Consultation, aliased(Consultation)
    held = exists().where(MailingCheck.review_id == asked.review_id, MailingCheck.superseded_at.is_(None))
    earlier = exists().where(
        other.review_id == asked.review_id, other.state == "due", other.involvement_id.is_not(None), other.id < asked.id
    )  # fmt: skip
    of = aliased(Review)
    known = exists().where(of.id == asked.review_id, of.social_worker_id.is_not(None))
    soon = asked.due_on <= today + LOOK_AHEAD
    due = (
        soon,
        asked.state == "due",
        asked.involvement_id.is_not(None),
        or_(known, asked.reason == NOT_CHECKED),
    )
    return select(asked).where(*due, ~held, ~earlier).order_by(asked.due_on)


def _reason(kind: Kind) -> Any:
    reason = func.coalesce(Consultation.reason, "")
    if kind == "wrong_number":
        return reason.in_(WRONG_NUMBER)
    return reason == "opted_out" if kind == "opted_out" else reason.not_in((*WRONG_NUMBER, "opted_out"))


def _told(kind: Kind, today: dt.date) -> Query:
    """The same with whom it is for."""
    query, none = wanted(kind, today), literal(None)
    columns: dict[str, Any]
    if kind == "deliveries":
        columns = {
            "id": Delivery.id, "review_id": Delivery.review_id, "consultation_id": none, "what": Delivery.adapter,
            "state": Delivery.state, "reason": Delivery.reason, "at": Delivery.made_at, "on": none, "who": none,
            "sealed": none,
        }  # fmt: skip
        query = query.join(Review, Review.id == Delivery.review_id)
        return _named(query.join(Child, Child.id == Review.child_id), columns)
    if kind == "arrange":
        columns = {
            "id": Decision.id, "review_id": Decision.review_id, "consultation_id": none, "what": Decision.outcome,
            "state": Decision.arranged, "reason": none, "at": Review.held_at, "on": Review.window_end, "who": none,
            "sealed": none, "told": Decision.sealed,
        }  # fmt: skip
        return _named(query.join(Child, Child.id == Review.child_id), columns)
    role = func.coalesce(Involvement.role, Consultation.who)
    asked = {
        "review_id": Consultation.review_id,
        "consultation_id": Consultation.id,
        "who": role,
        "sealed": none,
    }
    if kind == "letters":
        query = query.join(Consultation, Consultation.id == Message.consultation_id)
        columns = asked | {
            "id": Message.id, "what": Message.template, "state": Message.state, "reason": Message.reason,
            "at": Message.due_at, "on": none,
        }  # fmt: skip
    elif kind == "paper":
        query = query.join(Consultation, Consultation.id == PaperBooklet.consultation_id)
        columns = asked | {
            "id": PaperBooklet.id, "what": PaperBooklet.booklet_id, "state": PaperBooklet.state, "reason": none,
            "at": PaperBooklet.arrived_at, "on": none, "sealed": PaperBooklet.sealed_pages,
        }  # fmt: skip
    else:
        on = Consultation.due_on if kind in ("due", "unchecked") else Consultation.closes_on
        columns = asked | {
            "id": Consultation.id, "what": Consultation.stage, "state": Consultation.state,
            "reason": Consultation.reason, "at": Consultation.asked_at, "on": on,
        }  # fmt: skip
    if kind == "unchecked":
        query = query.join(Review, Review.id == Consultation.review_id)
        query = query.outerjoin(Staff, Staff.id == Review.social_worker_id)
        columns |= {"who": none, "told": Staff.name}
    query = query.outerjoin(Involvement, Involvement.id == Consultation.involvement_id)
    return _named(query.join(Child, Child.id == Consultation.child_id), columns)


def _named(query: Query, columns: dict[str, Any]) -> Query:
    child = (Child.id.label("child_id"), Child.external_id, Child.key, Child.known_as, Child.family_name)
    columns = {"told": literal(None), **columns}
    return query.with_only_columns(*(column.label(name) for name, column in columns.items()), *child)
