"""Reads what guests write for worries, in the worker: never while somebody waits.

The worry stands with what that guest was asked themselves, or else with what the child was; it holds who wrote it. The
guest is told nothing, and their page is the same whatever was found.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Authority
from webapp import logs, safety
from webapp.clock import Clock
from webapp.services import guests, screening, worries
from webapp.store import Child, Consultation, Database, Guest, Involvement, Person, Vault

AT_ONCE = 50
GUEST = "guest"
"""Who raised it, where they were asked nothing else."""

_log = logs.get("screening")


@dataclass(frozen=True, slots=True)
class _Read:
    """One guest's answer as it was read."""

    guest_id: str
    sealed: bytes | None
    name: str
    text: str
    found: safety.Found | None
    """None where it could not be read."""


def screen_once(db: Database, vault: Vault, authority: Authority, clock: Clock) -> int:
    """Read what waits, the oldest first; gives how many were settled. One that fails stops no other."""
    with db.reading() as session:
        rows = session.execute(
            select(Guest, Child, Person.language)
            .join(Child, Child.id == Guest.child_id)
            .outerjoin(Involvement, Involvement.id == Guest.involvement_id)
            .outerjoin(Person, Person.id == Involvement.person_id)
            .where(Guest.screened == "waiting")
            .order_by(Guest.answered_at)
            .limit(AT_ONCE)
        ).all()
        read = [_read(vault, row, child, language or "en") for row, child, language in rows]
    done = 0
    for one in read:
        try:
            with db.writing() as session:
                done += _settle(session, vault, authority, one, clock)
        except Exception as error:  # it stays waiting and is tried again; those behind it are not held up
            _log.error("screening_not_raised", code="guest", **logs.trouble(error))
    return done


def _read(vault: Vault, row: Guest, child: Child, language: str) -> _Read:
    try:
        one = guests.open_guest(vault.key(child.key, f"child:{child.id}"), row)
        text = "\n\n".join(words for words in (one.unread, one.part, one.words) if words)
        return _Read(row.id, row.answer, one.name, text, safety.read(text, language))
    except Exception as error:  # a person has to read it, and the others go on
        _log.error("screening_failed", code="guest", **logs.trouble(error))
        return _Read(row.id, row.answer, "", "", None)


def _settle(session: Session, vault: Vault, authority: Authority, one: _Read, clock: Clock) -> int:
    row = session.get(Guest, one.guest_id, with_for_update=True, populate_existing=True)
    if row is None or row.screened != "waiting" or row.answer != one.sealed:
        return 0  # another worker was quicker, or they wrote something else: that waits for its own turn
    found = one.found
    row.screened = "clear" if found is not None and found.screened else "not_screened"
    asked = _asked(session, row) if found is not None and found.flag else None
    if found is None or asked is None:
        return 1
    about = safety.mentions(one.text, screening.names_of(session, vault, asked.id))
    worry = worries.raise_worry(
        session, vault, authority, consultation_id=asked.id, now=clock(), source=worries.SCREENING,
        raised_by="" if _their_own(row, asked) else GUEST, urgent=found.urgent, about=about,
        words=f"{one.name}: {one.text}",
    )  # fmt: skip
    row.screened, row.worry_id = "worried", worry.id
    return 1


def _asked(session: Session, row: Guest) -> Consultation | None:
    """What this guest was asked about the review, else what the child was, else what anybody was."""
    several = session.scalars(select(Consultation).where(Consultation.review_id == row.review_id)).all()

    def order(one: Consultation) -> tuple[bool, bool, bool, str]:
        return not _their_own(row, one), one.who != "child", one.stage != "before", one.id

    return min(several, key=order, default=None)


def _their_own(row: Guest, asked: Consultation) -> bool:
    return row.involvement_id is not None and asked.involvement_id == row.involvement_id
