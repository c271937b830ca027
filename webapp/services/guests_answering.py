"""A guest's own page: found by their link, shown after the one thing they know, and only as far as it holds now.

Whoever has no known fact (a teacher, a nurse) comes in by a press; nobody else's name stands before it.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Authority
from webapp.documents import guest_words
from webapp.documents.guest_words import Told
from webapp.review import guests as rules
from webapp.services import guests, guests_facts, limits, to_read
from webapp.services.access import Closed, TooOften, Unclear, Wrong, same_fact
from webapp.services.auditing import note
from webapp.services.guests import Opened
from webapp.services.guests_facts import Card, Somebody
from webapp.services.guests_sending import uid
from webapp.services.guests_told import Notice, notices
from webapp.store import Child, Consultation, Guest, Involvement, Person, Review, Staff, Vault

DAY = dt.timedelta(days=1)
WORDS_AT_MOST = 1_000
WHO = "parent"
"""The polite way, where a language has two; the words are plain enough for a child (documents/guest_words.py)."""
GUEST = "guest"
"""Who raised a worry, where they were asked nothing else."""


@dataclass(frozen=True, slots=True)
class Found:
    """The guest of a link, before anything is shown."""

    id: str
    asks: str
    """The kind of the one thing they are asked; empty where there is none."""
    language: str
    who: str = WHO


@dataclass(frozen=True, slots=True)
class Shown:
    """What a guest's page shows."""

    guest: Opened
    person: Somebody
    known_as: str
    """What the child is called: a first name, and nothing more of theirs."""
    card: Card | None
    at: dt.datetime
    place: str
    theirs: str
    """The place in their language; empty where nobody translated it."""
    off: bool
    """Their invitation is taken back."""
    open: bool
    """They may answer."""
    iro: str


def find(session: Session, vault: Vault, token: str) -> Found:
    """The guest of this link. Raises Closed for wrong and replaced links alike."""
    hashed = vault.lookup("guest", token)
    row = session.execute(
        select(Guest.id, Person.language, Person.id.label("person_id"), Person.key, Involvement.known_fact,
               Involvement.id.label("own"))
        .outerjoin(Involvement, Involvement.id == Guest.involvement_id)
        .outerjoin(Person, Person.id == Involvement.person_id)
        .where(Guest.token_hash == hashed)
    ).first()  # fmt: skip
    if row is None:
        raise Closed
    kind = ""
    if row.known_fact is not None:
        key = vault.key(row.key, f"person:{row.person_id}")
        kind = json.loads(key.open(row.known_fact, f"involvement.known_fact:{row.own}"))["kind"]
    return Found(row.id, kind, row.language or "en")


def say_fact(session: Session, vault: Vault, guest_id: str, said: str, now: dt.datetime) -> None:
    """The one thing they know is right. Raises TooOften, Unclear or Wrong (then the try is counted: commit it)."""
    row = session.execute(
        select(Guest.child_id, Involvement.id, Involvement.known_fact, Person.id.label("person_id"), Person.key)
        .join(Involvement, Involvement.id == Guest.involvement_id)
        .join(Person, Person.id == Involvement.person_id)
        .where(Guest.id == guest_id)
        .with_for_update(of=Guest)
    ).one()  # fmt: skip
    who = vault.lookup("limit", f"guest:{guest_id}")
    if wait := limits.try_again_in(session, now, "fact", who):
        raise TooOften(wait)
    key = vault.key(row.key, f"person:{row.person_id}")
    fact = json.loads(key.open(row.known_fact, f"involvement.known_fact:{row.id}"))
    given = same_fact(fact["kind"], said)
    if not given:
        raise Unclear
    if not hmac.compare_digest(given.encode(), same_fact(fact["kind"], fact["value"]).encode()):
        limits.failed(session, now, "fact", who)
        raise Wrong
    limits.passed(session, now, "fact", who)
    note(session, now, f"guest:{guest_id}", "recognised", f"guest:{guest_id}", row.child_id)


def shown(session: Session, vault: Vault, guest_id: str, now: dt.datetime) -> Shown:
    """The page of a guest. Raises Closed where they were told nothing yet, or may be told nothing now.

    Whom a child said no to since they were told finds it as it was, until the officer takes the invitation back: a page
    that shuts in that moment would tell them of it (threats.md A5, A6).
    """
    row = session.get(Guest, guest_id)
    found = guests_facts.facts(session, vault, row.review_id, now.date()) if row else None
    if row is None or found is None:
        raise Closed
    guest = guests.open_guest(found.key, row)
    person = found.people.get(guest.key) or guests.gone(guest)
    told = notices(session, found.key, [row.id]).get(row.id, [])
    last = next((one for one in reversed(told) if _reached(one)), None)
    quiet = person.bar in rules.NOT_TO_BE_SEEN
    if last is None or not (quiet or person.bar in (None, "review_over")):
        raise Closed
    off = last.row.what == "cancellation" or row.state == "withdrawn" or found.review.status == "cancelled"
    at = found.standing
    when, place = (last.at, last.place_for(person)) if off or quiet or at is None else (
        at.at, rules.place_for(at.place, at.place_for_others, knows_address=person.knows_address)
    )  # fmt: skip
    if now > when + DAY:
        raise Closed
    iro = session.scalar(select(Staff.name).where(Staff.id == found.review.iro_id)) or ""
    may = not off and at is not None and rules.may_answer(row.state, when, now)
    theirs = guests_facts.place_in_theirs(session, vault, found, person, place)
    return Shown(guest, person, found.known_as, guest.card, when, place, theirs, off, may, iro)


def _reached(notice: Notice) -> bool:
    """It went out, or lies printed or to be printed."""
    return notice.message.state in ("sent", "sending") or notice.may_have_arrived


def entry(shown: Shown, authority: Authority, public_url: str, link: str, now: dt.datetime) -> str:
    """Their entry for a calendar, to save."""
    what: guest_words.What = "cancellation" if shown.off else "invitation"
    told = Told(what, shown.at, shown.place, link, shown.person.language)
    row = shown.guest.row
    return guest_words.entry(
        told, authority, uid=uid(public_url, row.id), sequence=row.sequence, stamp=now, publish=True
    )


def answer(
    session: Session, vault: Vault, takers: guests.Takers, guest_id: str, said: str, part: str, words: str,
    now: dt.datetime,
) -> bool:  # fmt: skip
    """What a guest answers; it replaces what they answered before. False where it is too late, or they aren't invited.

    Raises ValueError for an answer that there isn't.
    """
    if said not in rules.ANSWERS:
        raise ValueError(said)
    guest = session.get_one(Guest, guest_id, with_for_update=True)
    review, child = session.get_one(Review, guest.review_id), session.get_one(Child, guest.child_id)
    if not rules.may_answer(guest.state, review.held_at, now) or review.status in ("held", "cancelled"):
        return False
    key = vault.key(child.key, f"child:{child.id}")
    before = guests.open_guest(key, guest)
    body = {"part": _typed(part) if said == "part" else "", "words": _typed(words), "name": before.name}
    guest.state, guest.answered_at = said, now
    guest.answer = key.seal(json.dumps(body, ensure_ascii=False), guests.answer_place(guest.id))
    if (body["part"] or body["words"]) and (before.part, before.words) != (body["part"], body["words"]):
        _to_be_read(session, guest, guest.answer, now)
    session.flush()
    note(session, now, f"guest:{guest.id}", f"guest_{said}", f"guest:{guest.id}", guest.child_id)
    guests.announce(session, vault, takers, review, child, key, now)
    return True


def _to_be_read(session: Session, guest: Guest, sealed: bytes, now: dt.datetime) -> None:
    """For worries: as what they themselves were asked about the review, where they were; else as a guest's words."""
    asked = session.scalars(
        select(Consultation.id)
        .where(Consultation.review_id == guest.review_id, Consultation.involvement_id == guest.involvement_id)
        .order_by(Consultation.stage.desc())
    ).first() if guest.involvement_id else None  # fmt: skip
    speaks = session.scalar(
        select(Person.language)
        .join(Involvement, Involvement.person_id == Person.id)
        .where(Involvement.id == guest.involvement_id)
    )
    to_read.put(
        session, now, source=guests.answer_place(guest.id), sealed=sealed, language=speaks or "en",
        review_id=guest.review_id, consultation_id=asked, who=None if asked else GUEST,
    )  # fmt: skip


def _typed(words: str) -> str:
    """As the page counts it: a browser sends two letters for each end of a line."""
    return words.replace("\r\n", "\n").strip()[:WORDS_AT_MOST]
