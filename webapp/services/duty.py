"""Worries on the staff's side: who may see them, opening one with a reason, taking it, saying what was done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session, aliased

from webapp.clock import london
from webapp.documents.words import day_in_words
from webapp.services import auditing, looking
from webapp.services.staff import SignedIn
from webapp.services.whose import sees_on_duty, sees_worry
from webapp.services.worries import SCREENING
from webapp.store import Audit, Child, Review, Staff, Vault, Worry

OPEN_AT_MOST, CLOSED_AT_MOST = 200, 25
REASON = "worry_reason"
REASON_AT_LEAST = 8
WORDS_AT_MOST = 4000


class NotNow(ValueError):
    """It can't be done as the worry stands; `code` says why: closed, not_taken, too_short, too_long."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class WorryLine:
    """One worry in the list: enough to see whose turn it is, nothing that was said and no name of a child."""

    id: str
    child_external_id: str
    raised_by: str
    recognised: bool
    source: str
    raised_at: dt.datetime
    mistake: bool
    taken_by: str
    taken_by_id: str
    taken_at: dt.datetime | None
    escalated_at: dt.datetime | None
    closed_at: dt.datetime | None
    has_words: bool
    urgent: bool = False
    held: bool = False
    """The child's officer can't read these words before it is closed: they may be about the officer."""
    review_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class WorryList:
    """Open worries, what is urgent first, then the oldest; then the last few that are closed."""

    open: tuple[WorryLine, ...]
    closed: tuple[WorryLine, ...]
    open_count: int


def _visible(signed: SignedIn) -> ColumnElement[bool]:
    """Duty sees every worry but what may be about themselves; an officer those of the children who are theirs now
    (`whose`).
    """
    if signed.has("duty"):
        return sees_on_duty(signed.id)
    if not signed.has("iro"):
        return ~true()
    return sees_worry(signed.id)


def count_open(session: Session, signed: SignedIn) -> int:
    """How many worries wait that this person may see."""
    found = session.scalar(
        select(func.count()).select_from(Worry).where(Worry.closed_at.is_(None), _visible(signed))
    )
    return found or 0


def worries(session: Session, signed: SignedIn) -> WorryList:
    """The list of worries that this person may see. Three queries."""
    waiting = session.execute(
        _line()
        .where(Worry.closed_at.is_(None), _visible(signed))
        .order_by(Worry.urgent.desc(), Worry.raised_at)
        .limit(OPEN_AT_MOST)
    ).all()
    done = session.execute(
        _line()
        .where(Worry.closed_at.is_not(None), _visible(signed))
        .order_by(Worry.closed_at.desc())
        .limit(CLOSED_AT_MOST)
    ).all()
    return WorryList(_lines(waiting), _lines(done), count_open(session, signed))


def one(session: Session, signed: SignedIn, worry_id: str) -> WorryLine | None:
    """One worry as the list has it, where this person may see it."""
    row = session.execute(_line().where(Worry.id == worry_id, _visible(signed))).first()
    return _lines([row])[0] if row else None


def _line() -> Select[*tuple[Any, ...]]:
    taker = aliased(Staff)
    return (
        select(Worry, Child.external_id, taker.name.label("taker"), Review.held_at.label("review_at"))
        .join(Child, Child.id == Worry.child_id)
        .join(Review, Review.id == Worry.review_id)
        .outerjoin(taker, taker.id == Worry.taken_by)
    )


def _lines(rows: Sequence[Any]) -> tuple[WorryLine, ...]:
    return tuple(
        WorryLine(
            id=row.Worry.id,
            child_external_id=row.external_id,
            raised_by=row.Worry.raised_by,
            recognised=row.Worry.recognised,
            source=row.Worry.source,
            raised_at=row.Worry.raised_at,
            mistake=row.Worry.mistake_at is not None,
            taken_by=row.taker or "",
            taken_by_id=row.Worry.taken_by or "",
            taken_at=row.Worry.taken_at,
            escalated_at=row.Worry.escalated_at,
            closed_at=row.Worry.closed_at,
            has_words=row.Worry.words is not None,
            urgent=row.Worry.urgent,
            held=holds_back(row.Worry),
            review_at=row.review_at,
        )
        for row in rows
    )


def holds_back(worry: Worry) -> bool:
    """True where closing this is what lets the child's officer read the words behind it."""
    return worry.source == SCREENING and "iro" in worry.about.split() and worry.closed_at is None


def gave_reason(session: Session, signed: SignedIn, worry_id: str) -> bool:
    """True where this person gave a reason for opening this worry since they signed in."""
    return bool(
        session.scalar(
            select(Audit.id)
            .where(
                Audit.actor == f"staff:{signed.id}",
                Audit.at >= signed.opened_at,
                Audit.action == REASON,
                Audit.subject == f"worry:{worry_id}",
            )
            .limit(1)
        )
    )


def give_reason(
    session: Session, vault: Vault, now: dt.datetime, signed: SignedIn, worry_id: str, reason: str
) -> None:
    """Write down why this worry is opened; from then on, until they sign out, it shows all that is needed to act.

    Raises NotNow where the reason is too short or too long.
    """
    words = _fair(reason, REASON_AT_LEAST)
    child = session.execute(
        select(Child).join(Worry, Worry.child_id == Child.id).where(Worry.id == worry_id)
    ).scalar_one()
    key = looking.child_key(vault, child.id, child.key)
    auditing.note(session, now, f"staff:{signed.id}", REASON, f"worry:{worry_id}", child.id, words, key)


def _fair(text: str, at_least: int) -> str:
    words = "".join(c for c in text if c != "\0").replace("\r\n", "\n").strip()
    if len(words) < at_least:
        raise NotNow("too_short")
    if len(words) > WORDS_AT_MOST:
        raise NotNow("too_long")
    return words


def take(session: Session, now: dt.datetime, signed: SignedIn, worry_id: str) -> None:
    """This person acts on it from now on; also where a colleague had it before. Raises NotNow where it is closed."""
    worry = _locked(session, worry_id)
    if worry.closed_at is not None:
        raise NotNow("closed")
    if worry.taken_by == signed.id:
        return
    worry.taken_by, worry.taken_at = signed.id, now
    auditing.note(session, now, f"staff:{signed.id}", "worry_taken", f"worry:{worry_id}", worry.child_id)


def add_outcome(
    session: Session, vault: Vault, now: dt.datetime, signed: SignedIn, worry_id: str, words: str, close: bool
) -> None:
    """Add what was done, below what was added before; closing needs it too.

    Raises NotNow where somebody else acts on it, it is closed already, or nothing is said.
    """
    worry = _locked(session, worry_id)
    if worry.closed_at is not None:
        raise NotNow("closed")
    if worry.taken_by != signed.id:
        raise NotNow("not_taken")
    said = _fair(words, 3)
    child = session.get_one(Child, worry.child_id)
    key, where = looking.child_key(vault, child.id, child.key), f"worry.outcome:{worry_id}"
    here = london(now)
    entry = f"{day_in_words(here.date(), 'en')}, {here:%H:%M}, {signed.name}\n{said}"
    before = key.open_some(worry.outcome, where)
    worry.outcome = key.seal(f"{before}\n\n{entry}" if before else entry, where)
    if close:
        worry.closed_at = now
    action = "worry_closed" if close else "worry_outcome"
    auditing.note(session, now, f"staff:{signed.id}", action, f"worry:{worry_id}", worry.child_id)


def _locked(session: Session, worry_id: str) -> Worry:
    return session.scalars(select(Worry).where(Worry.id == worry_id).with_for_update()).one()
