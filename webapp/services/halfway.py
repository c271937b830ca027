"""Half-way to the next review: the child is asked once whether what was agreed has happened; their officer reads it.

What was agreed is what the officer's letter says happens next. The message holds none of it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from config import Authority
from webapp import logs
from webapp.clock import Clock, london
from webapp.review.letter import Next
from webapp.review.timetable import dates_of
from webapp.services import iro_letter, telling, to_read
from webapp.services.auditing import note
from webapp.services.looking_screening import held_back
from webapp.services.visits import Standing
from webapp.services.whose import handed_on, open_to
from webapp.store import Child, Database, Halfway, IroLetter, Key, Message, Review, SealBroken, Vault, new_id

SAID = ("yes", "not_yet", "dont_know")
WORDS_AT_MOST, SAID_AT_MOST = 5000, 12
APART = dt.timedelta(days=28)
"""Neither within four weeks of the review nor of the invitation to the next."""
LATE = dt.timedelta(days=14)
"""For so long after its day it may still be asked."""
HALF_A_YEAR = dt.timedelta(days=182)
"""Where the next review has no date yet: reviews are at most six months apart (Care Planning, Placement and Case
Review (England) Regulations 2010, regulation 33)."""

_log = logs.get("halfway")


class TooLong(Exception):
    """More than WORDS_AT_MOST letters."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was agreed, and what the child says of it."""

    what: str
    who: str
    by: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What the child said, for their officer and for themselves."""

    rows: tuple[Row, ...]
    words: str
    language: str
    said_at: dt.datetime | None


def day_of(held_on: dt.date, next_on: dt.date, authority: Authority) -> dt.date | None:
    """The day half-way to the next review; None where that is too near to it, or to its invitation."""
    half = held_on + (next_on - held_on) // 2
    invited = dates_of(next_on, authority.timetable).invite_on
    return half if held_on + APART <= half <= invited - APART else None


def plan(db: Database, vault: Vault, authority: Authority, clock: Clock) -> None:
    """Record the messages whose day it is, one for each review."""
    now = clock()
    today = london(now).date()
    with db.reading() as session:
        due = [row for row in _held(session, now) if _is_due(row, today, authority)]
        ready = [row.id for row in due if _agreed(session, vault, row)]
    for review_id in ready:
        with db.writing() as session:
            if asked := telling.childs(session, review_id):
                telling.put(session, asked, telling.HALFWAY, purpose(review_id), now)


def purpose(review_id: str) -> str:
    """What the one message about a review is for."""
    return f"{telling.HALFWAY}:{review_id}"


@dataclass(frozen=True, slots=True)
class _Review:
    id: str
    held_on: dt.date
    next_on: dt.date
    child_id: str
    child_key: bytes


def _held(session: Session, now: dt.datetime) -> list[_Review]:
    """The reviews of the last half year with a letter, of which nobody was asked; each with its child's next."""
    later = aliased(Review)
    wanted = (
        select(Review.id, Review.held_at, Child.id.label("child_id"), Child.key)
        .join(Child, Child.id == Review.child_id)
        .where(
            Review.status == "held", Review.held_at > now - HALF_A_YEAR, Review.held_at < now - APART,
            exists().where(IroLetter.review_id == Review.id, IroLetter.sent_at.is_not(None)),
            ~exists().where(Message.purpose == telling.HALFWAY + ":" + Review.id),
        )
    )  # fmt: skip
    rows = session.execute(wanted).all()
    coming: dict[str, list[dt.date]] = {}
    query = select(later.child_id, later.held_at, later.window_end).where(
        later.child_id.in_([row.child_id for row in rows]), later.status.in_(("planned", "postponed", "held"))
    )
    for child_id, held_at, window_end in session.execute(query):
        coming.setdefault(child_id, []).append(london(held_at).date() if held_at else window_end)
    return [_next(row, coming.get(row.child_id, ())) for row in rows]


def _next(row: Any, days: Sequence[dt.date]) -> _Review:
    held_on = london(row.held_at).date()
    after = sorted(day for day in days if day > held_on)
    next_on = after[0] if after else held_on + HALF_A_YEAR
    return _Review(row.id, held_on, next_on, row.child_id, row.key)


def _is_due(row: _Review, today: dt.date, authority: Authority) -> bool:
    day = day_of(row.held_on, row.next_on, authority)
    if day is None or not day <= today <= day + LATE:
        return False
    return today <= dates_of(row.next_on, authority.timetable).invite_on - APART


def _agreed(session: Session, vault: Vault, row: _Review) -> bool:
    try:
        return bool(agreed(session, vault.key(row.child_key, f"child:{row.child_id}"), row.id)[1])
    except SealBroken:
        _log.error("unreadable", review=row.id)
        return False


def agreed(session: Session, key: Key, review_id: str, letter_id: str = "") -> tuple[str, tuple[Next, ...]]:
    """The letter (the newest that was sent, or this very one), and what it says happens next."""
    row = iro_letter.newest(session, review_id, sent=True)
    if letter_id and (row is None or row.id != letter_id):
        named = session.get(IroLetter, letter_id)
        row = named if named and named.review_id == review_id and named.sent_at else None
    return ("", ()) if row is None else (row.id, iro_letter.opened(key, row).next)


def is_open(session: Session, review_id: str) -> bool:
    """True once the child was asked."""
    return bool(session.scalar(select(exists().where(Message.purpose == purpose(review_id)))))


def told(session: Session, key: Key, review_id: str) -> Told | None:
    """What the child last said; None where nothing."""
    row = session.scalars(
        select(Halfway).where(Halfway.review_id == review_id, Halfway.superseded_at.is_(None))
    ).first()
    return None if row is None else _told(key, row)


def _told(key: Key, row: Halfway) -> Told:
    body = json.loads(key.open(row.sealed, place(row.id)))
    return Told(tuple(Row(**one) for one in body["rows"]), body["words"], row.language, row.said_at)


def before(session: Session, vault: Vault, iro_id: str, review_id: str) -> Told | None:
    """What the child last said half-way to this review, or after it; for its own officer. Three queries."""
    this, asked = Review, aliased(Review)
    row = session.execute(
        select(Halfway, Child)
        .join(asked, asked.id == Halfway.review_id)
        .join(Child, Child.id == asked.child_id)
        .join(this, this.child_id == Child.id)
        .where(this.id == review_id, open_to(iro_id), Halfway.superseded_at.is_(None))
        .where(or_(asked.id == this.id, asked.held_at < func.coalesce(this.held_at, Halfway.said_at)))
        .order_by(Halfway.said_at.desc())
        .limit(1)
    ).first()
    if row is None or handed_on(session, session.get_one(Review, review_id)):
        return None
    found = _told(vault.key(row.Child.key, f"child:{row.Child.id}"), row.Halfway)
    held = held_back(session, [row.Halfway.review_id]).sources
    return replace(found, words="") if place(row.Halfway.id) in held else found


def place(row_id: str) -> str:
    """Where what the child said is sealed for."""
    return f"halfway.sealed:{row_id}"


def keep(
    session: Session, vault: Vault, standing: Standing, letter_id: str, said: Mapping[int, str], words: str,
    language: str, now: dt.datetime,
) -> bool:  # fmt: skip
    """Keep what the child says of each thing that this letter told; False where there is no such letter.

    What they said before stays, as an earlier row. Raises TooLong.
    """
    if len(words) > WORDS_AT_MOST:
        raise TooLong
    row = standing.row
    key = vault.key(row.child_key, f"child:{row.child_id}")
    session.execute(select(Review.id).where(Review.id == row.review_id).with_for_update()).one()
    found, rows = agreed(session, key, row.review_id, letter_id)
    if not found or not is_open(session, row.review_id):
        return False
    answers = [
        Row(one.what, one.who, one.by, said[n] if said.get(n) in SAID else "") for n, one in enumerate(rows)
    ]
    before = told(session, key, row.review_id)
    if before and (before.rows, before.words) == (tuple(answers), words.strip()):
        return True
    session.execute(
        update(Halfway)
        .where(Halfway.review_id == row.review_id, Halfway.superseded_at.is_(None))
        .values(superseded_at=now)
    )
    made = new_id()
    body = {
        "rows": [{"what": a.what, "who": a.who, "by": a.by, "said": a.said} for a in answers],
        "words": words.strip(),
    }
    sealed = key.seal(json.dumps(body, ensure_ascii=False), place(made))
    session.add(
        Halfway(
            id=made, review_id=row.review_id, consultation_id=row.consultation_id, language=language, said_at=now,
            sealed=sealed,
        )
    )  # fmt: skip
    if words.strip():
        to_read.put(
            session, now, source=place(made), sealed=sealed, language=language, review_id=row.review_id,
            consultation_id=row.consultation_id,
        )  # fmt: skip
    session.flush()
    note(session, now, f"visit:{row.visit_id}", "said_halfway", f"halfway:{made}", row.child_id)
    return True
