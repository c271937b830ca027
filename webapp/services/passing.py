"""Work that a decision passed on: what the Review Unit or a social worker arranges, by when, and what became of it.

A private reason is no part of it: a decision never holds one, and what was meant for the officer alone is never passed.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config import Timetable
from webapp.review.timetable import dates_of, day_of
from webapp.services import deciding, deciding_desk, mailing
from webapp.services.auditing import note
from webapp.services.deciding_desk import Decided
from webapp.services.mailing import Standing
from webapp.services.staff import SignedIn
from webapp.services.whose import OVER, workers_own
from webapp.store import Child, Decision, Key, PassedWork, Review, Staff, Vault, new_id

STATES = ("done", "cannot", "")
"""Empty takes a mistaken press back."""
NOTE_AT_MOST = 2_000


class NotArrangedError(Exception):
    """It can't be kept; `code` says why: state, note (a "can't" needs one) or too_long."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Became:
    """What became of one piece of work, and who says so."""

    state: str
    note: str
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Work:
    """One thing to arrange, in words for whoever arranges it."""

    id: str
    """Of the decision."""
    kind: str
    asked: str
    """What the child chose, in staff's words, or a person's name; nothing that anybody typed."""
    outcome: str
    refused: bool
    """The child said no to this person."""
    instead: str
    note: str
    """The officer's, for staff."""
    due_on: dt.date
    stale: bool
    """The child asks for something else now: nothing is to be arranged before the officer decides anew."""
    became: Became | None

    @property
    def open(self) -> bool:
        """True where somebody still has to do it."""
        return self.became is None and not self.stale


def work(
    session: Session, vault: Vault, timetable: Timetable, review: Review, key: Key, to: str, today: dt.date
) -> tuple[Work, ...]:
    """What was passed to `to` in one review, the oldest first. Four queries at most. `key` is the child's."""
    found = [one for one in deciding_desk.decisions(session, key, review.id) if one.passed_to == to]
    if not found:
        return ()
    now = {wish.key: wish for wish in deciding_desk.wishes_of(session, vault, key, review.id)}
    became, due = became_of(session, key, found), due_on(review, timetable, today)
    return tuple(
        Work(
            one.id, one.key.partition(":")[0], one.asked, one.outcome, one.key in now and now[one.key].refused,
            one.instead, one.note, due, one.key not in now or now[one.key].digest != one.digest, became.get(one.id),
        )
        for one in found
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Passed:
    """What the Review Unit has to do with the social worker and the officer about one review."""

    work: tuple[Work, ...]
    standing: Standing
    """Whether the social worker has said that these people may be asked."""


def units(session: Session, vault: Vault, timetable: Timetable, review_id: str, today: dt.date) -> Passed:
    """What the officer passed to the Review Unit, and how the check before a mailing stands. Six queries at most."""
    wanted = select(Review, Child).join(Child, Child.id == Review.child_id).where(Review.id == review_id)
    review, child = session.execute(wanted).one()
    key = vault.key(child.key, f"child:{child.id}")
    return Passed(
        work(session, vault, timetable, review, key, "unit", today),
        mailing.standing(session, key, review_id, child.id),
    )


def due_on(review: Review, timetable: Timetable, today: dt.date) -> dt.date:
    """By when it has to be arranged: the day for settling things with the child; after that, the review itself."""
    day = day_of(review.held_at, review.window_end, today, postponed=review.status == "postponed")
    settle_by = dates_of(day, timetable).settle_by
    return settle_by if settle_by >= today else day


def became_of(session: Session, key: Key, found: Iterable[Decided]) -> dict[str, Became]:
    """By decision: what became of it, as far as anybody said. One query where anything was passed on."""
    ids = [one.id for one in found if one.passed_to and one.arranged]
    if not ids:
        return {}
    rows = session.execute(
        select(PassedWork, Staff.name)
        .join(Staff, Staff.id == PassedWork.by)
        .where(PassedWork.decision_id.in_(ids), PassedWork.superseded_at.is_(None))
    )
    return {
        row.decision_id: Became(
            row.state, json.loads(key.open(row.sealed, _place(row.id)))["note"], name, row.at
        )
        for row, name in rows
    }


def passed_decision(session: Session, signed: SignedIn, decision_id: str) -> tuple[Decision, Review] | None:
    """A decision in force that was passed to this person, with its review; None for anybody else's work."""
    row = session.execute(
        select(Decision, Review, workers_own(signed.id).label("workers"))
        .join(Review, Review.id == Decision.review_id)
        .where(Decision.id == decision_id, Decision.superseded_at.is_(None), Decision.passed_to != "")
    ).first()
    if row is None:
        return None
    theirs = (
        signed.has("unit")
        if row.Decision.passed_to == "unit"
        else signed.has("social_worker") and row.workers
    )
    return (row.Decision, row.Review) if theirs else None


def arrange(
    session: Session, vault: Vault, takers: Mapping[str, Sequence[str]], now: dt.datetime, signed: SignedIn,
    decision_id: str, state: str, words: str,
) -> bool:  # fmt: skip
    """Keep that it is done, can't be done, or is open again; False where nothing changes or it isn't theirs.

    The officer sees it beside the decision, and each case system that wants decisions hears of it. Raises
    NotArrangedError.
    """
    words = words.strip()
    if state not in STATES:
        raise NotArrangedError("state")
    if state == "cannot" and not words:
        raise NotArrangedError("note")
    if len(words) > NOTE_AT_MOST:
        raise NotArrangedError("too_long")
    found = passed_decision(session, signed, decision_id)
    if found is None:
        return False
    review = session.get_one(Review, found[1].id, with_for_update=True, populate_existing=True)
    decision = session.get_one(Decision, decision_id, populate_existing=True)
    if decision.superseded_at is not None or (decision.arranged == state and state != "cannot"):
        return False
    child = session.get_one(Child, review.child_id)
    _keep(session, vault.key(child.key, f"child:{child.id}"), now, signed, decision, state, words)
    note(
        session, now, f"staff:{signed.id}", f"arranged_{state or 'open'}", f"decision:{decision_id}", child.id
    )
    if review.iro_id and review.status not in OVER:
        desk = deciding_desk.desk(session, vault, review.iro_id, review.id)
        if desk is not None:
            deciding.announce(session, vault, takers, desk, now)
    return True


def _keep(
    session: Session, key: Key, now: dt.datetime, signed: SignedIn, decision: Decision, state: str, words: str
) -> None:
    session.execute(
        update(PassedWork)
        .where(PassedWork.decision_id == decision.id, PassedWork.superseded_at.is_(None))
        .values(superseded_at=now)
    )
    decision.arranged = state
    made = new_id()
    session.add(
        PassedWork(
            id=made, decision_id=decision.id, state=state or "open", by=signed.id, at=now,
            sealed=key.seal(json.dumps({"note": words}, ensure_ascii=False), _place(made)),
        )
    )  # fmt: skip
    session.flush()


def _place(row_id: str) -> str:
    return f"passed_work.sealed:{row_id}"
