"""Adults who read what an officer typed, in another language than English: what of it, and in which.

Only what they read is named here: an address that none of them may have is nothing to be translated for them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from webapp.i18n import spoken
from webapp.review.guests import place_for
from webapp.review.letter import STAFFS, Own
from webapp.services import deciding_desk, outcome
from webapp.services.asking_for import answer_place
from webapp.services.looking_review import ReviewPage
from webapp.services.officers_words import paragraphs
from webapp.store import Guest, Involvement, Key, Person, Request, Vault

GUEST = "parent"
"""Guests are spoken to as parents are."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody for whom an officer's words are translated."""

    language: str
    name: str = ""
    """Of an adult; empty for the child."""
    adult: bool = False


Read = Iterator[tuple[Reader, Own]]


def asked(page: ReviewPage, languages: Collection[str]) -> dict[str, Reader]:
    """The adults who were asked about a review and read another language, by their consultation."""
    found = {}
    for voice in page.voices:
        for one in voice.asked:
            language = spoken(one.language, one.who, languages)
            if one.involvement_id and one.state != "stopped" and language != STAFFS:
                found[one.consultation_id] = Reader(language, voice.name, adult=True)
    return found


def guests_may_read(page: ReviewPage, languages: Collection[str]) -> bool:
    """Somebody in the case reads another language, and the meeting is still to come."""
    over = page.head.status in ("held", "cancelled")
    return not over and any(spoken(one, GUEST, languages) != STAFFS for one in page.languages)


def of_adults(
    session: Session, vault: Vault, key: Key, page: ReviewPage, languages: Collection[str],
    readers: Mapping[str, Reader],
) -> Read:  # fmt: skip
    """Every text of the officer's own that an adult reads in another language. Two queries where there are `readers`,
    and two more where guests may read one.
    """
    if readers:
        yield from _outcomes(session, key, page.head.id, readers)
        if not page.head.former:
            yield from _answers(session, key, page.head.id, readers)
    if guests_may_read(page, languages):
        yield from _guests(session, vault, key, page.head.id, languages)


def _outcomes(session: Session, key: Key, review_id: str, readers: Mapping[str, Reader]) -> Read:
    """What parents who were not there are told."""
    for own, row in outcome.standing_for(session, review_id).items():
        if own in readers:
            shared = outcome.opened(key, row)
            yield from ((readers[own], Own("outcome", line)) for line in shared.lines)
            if shared.words:
                yield readers[own], Own("outcome_words", shared.words)


def _answers(session: Session, key: Key, review_id: str, readers: Mapping[str, Reader]) -> Read:
    """What was answered to what they asked for."""
    rows = session.scalars(
        select(Request)
        .where(Request.review_id == review_id, Request.consultation_id.in_(list(readers)))
        .where(Request.answer.is_not(None))
        .order_by(Request.made_at, Request.id)
    )
    for one in rows:
        for piece in paragraphs(key.open_some(one.answer, answer_place(one.id))):
            yield readers[one.consultation_id], Own("answer", piece, one.kind)


def _guests(session: Session, vault: Vault, key: Key, review_id: str, languages: Collection[str]) -> Read:
    """Where it is, in the words that each guest is told."""
    settled = deciding_desk.settled(session, key, review_id)
    if settled is None:
        return
    invited = aliased(Involvement)
    rows = session.execute(
        select(Person, Involvement.may_know_address, Involvement.may_know_school)
        .join(invited, invited.person_id == Person.id)
        .join(Guest, Guest.involvement_id == invited.id)
        .join(
            Involvement,
            and_(
                Involvement.person_id == Person.id, Involvement.child_id == Guest.child_id,
                Involvement.ended_at.is_(None),
            ),
        )
        .where(Guest.review_id == review_id, Guest.state != "withdrawn")
        .order_by(Guest.asked_at, Guest.id)
    )  # fmt: skip
    knows: dict[str, bool] = {}
    people: dict[str, Person] = {}
    for person, address, school in rows:
        people[person.id] = person
        knows[person.id] = knows.get(person.id, True) and address and school
    for own, person in people.items():
        language = spoken(person.language, GUEST, languages)
        place = place_for(settled.place, settled.place_for_others, knows_address=knows[own])
        if place and language != STAFFS:
            name = vault.key(person.key, f"person:{own}").open(person.name, f"person.name:{own}")
            yield Reader(language, name, adult=True), Own("guests_place", place)
