"""You asked, this happened: what a child reads of the decisions, once they were told and as long as they hold."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Exists, bindparam, exists, select
from sqlalchemy.orm import Session

from webapp.clock import london
from webapp.review.deciding import Wish
from webapp.review.letter import Letter
from webapp.services import deciding_desk as desks
from webapp.services import iro_letter, telling
from webapp.services.deciding_desk import WhenAndWhere
from webapp.services.visits import Standing
from webapp.store import IroLetter, Message, Prepared, Query, Settled, Vault, table_of

_letter, _message = table_of(IroLetter).c, table_of(Message).c


def _told_by(template: str) -> Any:
    return exists().where(
        _message.consultation_id == bindparam("own"), _message.template == template
    ).label(template)  # fmt: skip


_READY = Prepared(
    select(
        exists().where(_letter.review_id == bindparam("review"), _letter.sent_at.is_not(None)).label("letter"),
        _told_by(telling.HALFWAY), _told_by(telling.OUTCOME),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One wish of the child's own, and what became of it."""

    wish: Wish
    outcome: str
    instead: str
    reason: str
    again: bool
    """They asked for something else since: it is looked at again."""


@dataclass(frozen=True, slots=True)
class Happened:
    """Everything that the child was told."""

    lines: tuple[Line, ...]
    settled: WhenAndWhere | None
    """Where it still holds."""
    moved: bool
    """They were told when and where, and it is not so any more."""
    told_on: dt.datetime | None
    """When they were last told something of these lines."""
    open: bool
    """Something that they asked for was not told yet."""


def happened(session: Session, vault: Vault, standing: Standing) -> Happened | None:
    """What the child of this visit was told; None for everybody else. Their own wishes, and nobody else's words.

    Behind the secret that they set before the review alone: whoever opens "How was it?" sets a new one. And only until
    the next review was held.
    """
    row = standing.row
    if not is_the_child(standing) or row.when != "before" or telling.was_over(session, row.review_id):
        return None
    key = vault.key(row.child_key, f"child:{row.child_id}")
    told = {one.key: one for one in desks.decisions(session, key, row.review_id, told=True)}
    wishes = desks.wishes_of(session, vault, key, row.review_id)
    lines, told_on = [], None
    for wish in wishes:
        if one := told.get(wish.key):
            again = one.digest != wish.digest
            lines.append(Line(wish, one.outcome, one.instead, one.reason, again))
            told_on = max(one.told_at, told_on) if told_on and one.told_at else one.told_at
    when = desks.settled(session, key, row.review_id, told=True)
    if (
        when is not None
        and row.review_status != "held"
        and not _holds(when.at, row.held_at, row.review_status)
    ):
        when = None
    moved = when is None and bool(session.scalar(select(_was_told(row.review_id))))
    return Happened(tuple(lines), when, moved, told_on, len(lines) < len(wishes))


def _holds(told: dt.datetime, held_at: dt.datetime | None, status: str) -> bool:
    """Whether the time that was told may still stand: another hour in the case system alone is for the officer."""
    if status == "postponed" or held_at is None:
        return held_at == told
    return london(held_at).date() == london(told).date()


def _was_told(review_id: str) -> Exists:
    """Whether the child was ever told when and where."""
    return exists().where(Settled.review_id == review_id, Settled.told_at.is_not(None))


def is_the_child(standing: Standing) -> bool:
    """True for the child behind their own secret; not for whoever types a child's paper."""
    row = standing.row
    return row.who == "child" and row.involvement_id is None and row.paper_id is None and standing.own


def letter(session: Session, vault: Vault, standing: Standing) -> tuple[IroLetter, Letter] | None:
    """The officer's letter to the child of this visit, as it was sent last; None for everybody else.

    As `happened`, but where the child was asked nothing before the review, what they set after it opens it.
    """
    row = standing.row
    if not is_the_child(standing):
        return None
    if row.when != "before" and telling.childs(session, row.review_id) is not None:
        return None
    found = iro_letter.newest(session, row.review_id, sent=True)
    if found is None:
        return None
    return found, iro_letter.opened(vault.key(row.child_key, f"child:{row.child_id}"), found)


def to_read(query: Query, standing: Standing, now: dt.datetime) -> frozenset[str]:
    """What stands ready for the person of this visit once the review began: letter, halfway, outcome. One query."""
    row = standing.row
    begun = row.review_status == "held" or (row.held_at is not None and row.held_at <= now)
    if row.paper_id is not None or not begun or row.who not in ("child", "parent"):
        return frozenset()
    found = _READY.first(query, review=row.review_id, own=row.consultation_id)
    if row.who == "parent":
        return frozenset(["outcome"] if found.outcome else [])
    first = row.when == "before"
    return frozenset(
        name for name, there in (("letter", found.letter), ("halfway", found.halfway and first)) if there
    )
