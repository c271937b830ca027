"""What a child said in the talk with their social worker about who comes and where, as the worker typed it.

It stands beside the child's own answers and never in their place: where both say something, the child's own words win.
It is read for worries as a child's words are (`screening`).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.clock import london
from webapp.services import to_read
from webapp.services.auditing import note
from webapp.services.checking import OwnReview
from webapp.services.whose import OVER
from webapp.store import Key, Staff, StatutoryTalk, new_id

COMES = ("yes", "not_sure", "no")
WORDS = ("others", "where", "not_where", "when", "more")
"""What may be typed beside the people; each in the child's own words."""
WORDS_AT_MOST = 2_000
TYPED_IN = "en"
"""Staff type in English."""
OLDEST = dt.timedelta(days=183)
"""A talk of before the last review is no talk about this one."""


class NotKeptError(Exception):
    """It can't be kept; `code` says why: day, nothing, too_long, or over."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of one person in the case."""

    person: str
    """The involvement's id."""
    name: str
    come: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a child said in one talk."""

    people: tuple[Said, ...] = ()
    others: str = ""
    """People who are not in the case, in words: nobody contacts them before a check."""
    where: str = ""
    not_where: str = ""
    when: str = ""
    more: str = ""

    @property
    def anything(self) -> bool:
        """True where something was said."""
        return bool(self.people or any(getattr(self, name) for name in WORDS))


@dataclass(frozen=True, slots=True)
class Talk:
    """One talk as it is kept."""

    id: str
    held_on: dt.date
    told: Told
    by: str
    by_id: str
    at: dt.datetime


def keep(
    session: Session, now: dt.datetime, worker_id: str, own: OwnReview, held_on: dt.date | None, told: Told
) -> None:
    """Keep one talk. `own` is locked. Raises NotKeptError."""
    today = london(now).date()
    if own.review.status in OVER:
        raise NotKeptError("over")
    if held_on is None or not today - OLDEST <= held_on <= today:
        raise NotKeptError("day")
    if not told.anything:
        raise NotKeptError("nothing")
    if max(len(getattr(told, name)) for name in WORDS) > WORDS_AT_MOST:
        raise NotKeptError("too_long")
    made = new_id()
    sealed = own.key.seal(json.dumps(asdict(told), ensure_ascii=False), place(made))
    session.add(
        StatutoryTalk(
            id=made, review_id=own.review.id, held_on=held_on, typed_by=worker_id, typed_at=now, sealed=sealed
        )
    )  # fmt: skip
    if any(getattr(told, name) for name in WORDS):
        to_read.put(
            session,
            now,
            source=place(made),
            sealed=sealed,
            language=TYPED_IN,
            review_id=own.review.id,
            who="child",
        )
    session.flush()
    note(session, now, f"staff:{worker_id}", "typed_talk", f"statutory_talk:{made}", own.child.id)


def take_back(session: Session, now: dt.datetime, worker_id: str, own: OwnReview, talk_id: str) -> bool:
    """It was typed wrongly: nobody is shown it any more; False where it isn't this worker's or is taken back."""
    done = session.execute(
        update(StatutoryTalk)
        .where(
            StatutoryTalk.id == talk_id, StatutoryTalk.review_id == own.review.id,
            StatutoryTalk.typed_by == worker_id, StatutoryTalk.superseded_at.is_(None),
        )
        .values(superseded_at=now)
        .returning(StatutoryTalk.id)
    ).first()  # fmt: skip
    if done is None:
        return False
    note(session, now, f"staff:{worker_id}", "took_talk_back", f"statutory_talk:{talk_id}", own.child.id)
    return True


def talks(session: Session, key: Key, review_id: str, held: Collection[str] = ()) -> tuple[Talk, ...]:
    """Every talk about one review, the latest first. One query. `key` is the child's.

    Of those whose place is `held` only what was said of people in the case stands there.
    """
    rows = session.execute(
        select(StatutoryTalk, Staff.name)
        .join(Staff, Staff.id == StatutoryTalk.typed_by)
        .where(StatutoryTalk.review_id == review_id, StatutoryTalk.superseded_at.is_(None))
        .order_by(StatutoryTalk.held_on.desc(), StatutoryTalk.typed_at.desc())
    )
    found = []
    for row, by in rows:
        told = _told(key.open(row.sealed, place(row.id)))
        told = Told(told.people) if place(row.id) in held else told
        found.append(Talk(row.id, row.held_on, told, by, row.typed_by, row.typed_at))
    return tuple(found)


def _told(text: str) -> Told:
    kept = json.loads(text)
    people: Sequence[dict[str, str]] = kept.pop("people")
    return Told(people=tuple(Said(**one) for one in people), **kept)


def place(row_id: str) -> str:
    """Where a talk is sealed for."""
    return f"statutory_talk.sealed:{row_id}"
