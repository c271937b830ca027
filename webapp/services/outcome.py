"""What parents who were not at a review are told of it: chosen line by line by its officer, never a child's words.

It begins with nothing but the day. A decision stands in it in staff's own words, and only where the officer ticked it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.documents.words import day_in_words
from webapp.review.asking import place_stopped
from webapp.services import deciding_desk as desks
from webapp.services import iro_letter, telling
from webapp.services.auditing import note
from webapp.services.held import Held, Somebody
from webapp.services.visits import Standing
from webapp.store import Consultation, Involvement, Key, Outcome, Vault, new_id

UNSHARED = ("who", "people_words", "not_in_front", "not_where")
"""Wishes whose decision would tell whom or what a child refused."""
WORDS_AT_MOST, LINE_AT_MOST, LINES_AT_MOST = 3000, 300, 12


@dataclass(frozen=True, slots=True)
class Shared:
    """What a parent reads."""

    held_on: dt.date
    lines: tuple[str, ...]
    words: str

    @property
    def texts(self) -> tuple[str, ...]:
        """Each text of the officer's own."""
        return tuple(text for text in (*self.lines, self.words) if text)

    @property
    def too_long(self) -> bool:
        """More than fits."""
        long = len(self.words) > WORDS_AT_MOST or len(self.lines) > LINES_AT_MOST
        return long or any(len(line) > LINE_AT_MOST for line in self.lines)


@dataclass(frozen=True, slots=True)
class Parent:
    """Somebody with parental responsibility, and whether this may go to them."""

    involvement_id: str
    consultation_id: str
    """Empty where they were not asked, and so have no page."""
    name: str
    came: bool
    stopped: str
    """Why nothing may go to them, as a code; empty where it may."""
    language: str = "en"
    """That they are written to in, as they or the case system said."""

    @property
    def may(self) -> bool:
        """They were not there, and there is a way."""
        return bool(self.consultation_id) and not self.came and not self.stopped


class TooLong(Exception):
    """More than fits; nothing was kept."""


def parents(session: Session, found: Held) -> list[Parent]:
    """Everybody in the case with parental responsibility."""
    came = set(found.attendance.involvements.split()) if found.attendance else set()
    places = {one.id: one for one in session.scalars(
        select(Involvement).where(Involvement.id.in_([one.id for one in found.people if one.responsible]))
    )}  # fmt: skip
    asked: dict[str | None, Consultation] = {}
    for own in session.scalars(
        select(Consultation)
        .where(Consultation.review_id == found.review.id, Consultation.state != "stopped")
        .where(Consultation.involvement_id.in_(list(places)), Consultation.who == "parent")
        .order_by(Consultation.stage.desc())
    ):
        asked.setdefault(own.involvement_id, own)
    return [
        _parent(one, one.id in came, places[one.id], asked.get(one.id))
        for one in found.people
        if one.id in places
    ]


def _parent(one: Somebody, came: bool, place: Involvement, asked: Consultation | None) -> Parent:
    stopped = place_stopped(place) or ""
    if asked is None:
        return Parent(one.id, "", one.name, came, stopped)
    return Parent(one.id, asked.id, one.name, came, stopped, asked.language)


def send(
    session: Session, found: Held, shared: Shared, to: Collection[str], staff_id: str, now: dt.datetime
) -> int:
    """Let these parents read it, by their involvement, and tell them so; gives how many. `found` is locked.

    For each it takes the place of what they read before; what others read stays. Raises TooLong.
    """
    if shared.too_long:
        raise TooLong
    standing = standing_for(session, found.review.id)
    going = [
        one.consultation_id
        for one in parents(session, found)
        if one.may and one.involvement_id in to
        and not (
            one.consultation_id in standing and opened(found.key, standing[one.consultation_id]) == shared
        )
    ]  # fmt: skip
    body = {"held_on": shared.held_on.isoformat(), "lines": shared.lines, "words": shared.words}
    for own in going:
        if own in standing:
            _end(standing[own], own, now)
        made = new_id()
        session.add(
            Outcome(
                id=made, review_id=found.review.id, recipients=own, sent_by=staff_id, sent_at=now,
                sealed=found.key.seal(json.dumps(body, ensure_ascii=False), place(made)),
            )
        )  # fmt: skip
        session.flush()
        asked = session.get_one(Consultation, own)
        telling.put(session, asked, telling.OUTCOME, f"{telling.OUTCOME}:{made}:{own}", now)
        note(session, now, f"staff:{staff_id}", "outcome_sent", f"outcome:{made}", found.review.child_id)
    return len(going)


def withdraw(session: Session, found: Held, involvement_id: str, staff_id: str, now: dt.datetime) -> bool:
    """This parent reads it no more, and isn't told of it where that didn't go out yet; the others do. False where there
    is nothing that they read. `found` is locked.
    """
    standing = standing_for(session, found.review.id)
    own = next((p.consultation_id for p in parents(session, found) if p.involvement_id == involvement_id), "")
    if own not in standing:
        return False
    row = standing[own]
    _end(row, own, now)
    note(session, now, f"staff:{staff_id}", "outcome_withdrawn", f"outcome:{row.id}", found.review.child_id)
    return True


def _end(row: Outcome, own: str, now: dt.datetime) -> None:
    """One of whoever reads this reads it no more."""
    others = [other for other in row.recipients.split() if other != own]
    if others:
        row.recipients = " ".join(others)
    else:
        row.superseded_at = now


def offered(session: Session, found: Held) -> list[str]:
    """Lines that the officer may tick: what the letter says happens next, and what was decided in place of a wish, all
    in the officer's own words. Never what the child asked, nor anything about who comes (threats.md A5).
    """
    row = iro_letter.newest(session, found.review.id)
    letter = iro_letter.opened(found.key, row) if row else None
    lines = [
        " · ".join(part for part in (one.what, one.who, _by(one.by)) if part)
        for one in (letter.next if letter else ())
    ]
    decided = desks.decisions(session, found.key, found.review.id)
    lines += [one.instead for one in decided if one.instead and not one.key.startswith(UNSHARED)]
    return [line for line in dict.fromkeys(lines) if len(line) <= LINE_AT_MOST and "\n" not in line]


def _by(day: str) -> str:
    return f"by {day_in_words(dt.date.fromisoformat(day), 'en')}" if day else ""


def standing_for(session: Session, review_id: str) -> dict[str, Outcome]:
    """What each parent reads of a review now, by their consultation."""
    rows = session.scalars(
        select(Outcome)
        .where(Outcome.review_id == review_id, Outcome.superseded_at.is_(None))
        .order_by(Outcome.sent_at)
    )
    return {own: row for row in rows for own in row.recipients.split()}


def opened(key: Key, row: Outcome) -> Shared:
    """What it holds. `key` is the child's."""
    body = json.loads(key.open(row.sealed, place(row.id)))
    return Shared(dt.date.fromisoformat(body["held_on"]), tuple(body["lines"]), body["words"])


def place(row_id: str) -> str:
    """Where an outcome is sealed for."""
    return f"outcome.sealed:{row_id}"


def for_visit(session: Session, vault: Vault, standing: Standing) -> Shared | None:
    """What the parent of this visit may read; None for everybody else."""
    row = standing.row
    if not standing.own or row.who != "parent" or row.paper_id is not None:
        return None
    found = standing_for(session, row.review_id).get(row.consultation_id)
    if found is None:
        return None
    return opened(vault.key(row.child_key, f"child:{row.child_id}"), found)
