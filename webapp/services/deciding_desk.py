"""What an officer has before them when they decide: the wishes as they stand, what was decided, who may come."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.booklet.wishes import InviteChoicesRecord
from webapp.review import deciding as rules
from webapp.review.deciding import Why, Wish
from webapp.review.holding import without_words
from webapp.services.access import open_response_key
from webapp.services.checking import Checked, checks, passed
from webapp.services.looking_screening import held_back, holds_back
from webapp.services.statutory_talk import Talk
from webapp.services.talk_wishes import with_talks
from webapp.services.whose import OVER, open_to
from webapp.store import (
    Child,
    Consultation,
    Decision,
    Involvement,
    Key,
    Person,
    Record,
    Response,
    Review,
    Settled,
    Vault,
)

MENU = "invite-choices/1"


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that nobody has taken back or replaced."""

    id: str
    key: str
    digest: str
    """Of the wish as it was when this was decided."""
    asked: str
    outcome: str
    instead: str
    reason: str
    note: str
    passed_to: str
    arranged: str
    """Of what was passed on: done, cannot, or empty."""
    record_id: str | None
    revision: int
    decided_at: dt.datetime
    told_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class WhenAndWhere:
    """What was settled of the meeting."""

    id: str
    at: dt.datetime
    place: str
    place_for_others: str
    """In words for whoever may not know where the child lives or learns."""
    record_due_on: dt.date
    told_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Desk:
    """One review on the desk of its own officer."""

    review: Review
    child_external_id: str
    key: Key
    """The child's."""
    wishes: tuple[Wish, ...]
    decided: dict[str, Decided]
    settled: WhenAndWhere | None
    may_not_come: frozenset[str]
    refused_by_others: frozenset[str]
    checks: tuple[Checked, ...] = ()
    """What the social worker said of people: those whom the child added, and those in the case."""

    @property
    def checked(self) -> frozenset[str]:
        """Keys of people whom the child added and who may be contacted."""
        return passed(self.checks)

    @property
    def reopened(self) -> frozenset[str]:
        """Keys of decisions whose wish is gone or asks for something else now."""
        return rules.reopened(self.wishes, {key: one.digest for key, one in self.decided.items()})

    @property
    def in_force(self) -> dict[str, Decided]:
        """The decisions that hold for what is asked now."""
        again = self.reopened
        return {key: one for key, one in self.decided.items() if key not in again}

    @property
    def open(self) -> tuple[Wish, ...]:
        """The wishes that nobody has decided as they are now."""
        held = self.in_force
        return tuple(wish for wish in self.wishes if wish.key not in held)

    @property
    def leaves(self) -> dict[str, Why]:
        """The open wishes that need a decision of their own, with why."""
        return rules.leaves(
            self.wishes, self.in_force, self.may_not_come, self.refused_by_others, self.checked
        )

    def rest(self, beside: Iterable[str] = ()) -> tuple[Wish, ...]:
        """What one press for the rest takes, when these keys are decided beside it."""
        held = {*self.in_force, *beside}
        return rules.rest(self.wishes, held, self.may_not_come, self.refused_by_others, self.checked)

    @property
    def untold(self) -> list[Decided]:
        """What is decided and the child may not read yet."""
        return [one for one in self.in_force.values() if one.told_at is None]


def desk(
    session: Session, vault: Vault, iro_id: str, review_id: str, *, lock: bool = False,
    told: Sequence[Talk] | None = None,
) -> Desk | None:  # fmt: skip
    """The desk of a review, where it is this officer's and not over; None for any other. Nine queries at most.

    `lock` holds the review until the commit: two presses at once then decide one after the other. `told`: the talks,
    where they are read already.
    """
    wanted = (
        select(Review, Child)
        .join(Child, Child.id == Review.child_id)
        .where(Review.id == review_id, open_to(iro_id), Review.status.not_in(OVER))
    )
    row = session.execute(wanted.with_for_update(of=Review) if lock else wanted).first()
    if row is None:
        return None
    review: Review = row.Review
    key = vault.key(row.Child.key, f"child:{row.Child.id}")
    together = _together(session, review)
    menus = menus_of(session, vault, [review.id, *together], officers=True)
    own = with_talks(session, key, review.id, [record for of, record in menus if of == review.id], told)
    others = [wish for of, record in menus if of != review.id for wish in rules.wishes(record)]
    return Desk(
        review=review,
        child_external_id=row.Child.external_id,
        key=key,
        wishes=own,
        decided={one.key: one for one in decisions(session, key, review.id)},
        settled=settled(session, key, review.id),
        may_not_come=_may_not_come(session, review.child_id, {wish.person for wish in own if wish.person}),
        refused_by_others=frozenset(wish.person for wish in others if wish.refused and wish.person),
        checks=tuple(checks(session, key, review.id)),
    )


def menus_of(
    session: Session, vault: Vault, review_ids: Collection[str], *, officers: bool = False
) -> list[tuple[str, InviteChoicesRecord]]:
    """What each child last sent of the review menu, by review; as the officer's page has it without the words that are
    held back from them. One query, and one more where any are.
    """
    rows = session.execute(
        select(
            Record.id, Record.review_id, Record.sealed, Response.id.label("response_id"), Response.key,
            holds_back(Record.review_id).label("holds"),
        )
        .join(Response, Response.id == Record.response_id)
        .join(Consultation, Consultation.id == Response.consultation_id)
        .where(
            Record.review_id.in_(review_ids), Record.kind == MENU, Record.revision == Response.revision,
            Consultation.who == "child", Consultation.involvement_id.is_(None),
        )
        .order_by(Record.made_at)
    ).all()  # fmt: skip
    held = held_back(session, review_ids).answers if officers and any(row.holds for row in rows) else ()
    return [
        (row.review_id, _opened(vault, row, [asked for of, asked in held if of == row.response_id]))
        for row in rows
    ]


def wishes_of(
    session: Session, vault: Vault, key: Key, review_id: str, told: Sequence[Talk] | None = None
) -> tuple[Wish, ...]:  # fmt: skip
    """What this child wishes as it stands: in the menu, and in talks with the social worker. `key` is the child's.
    Three queries at most.
    """
    menus = [record for _, record in menus_of(session, vault, [review_id])]
    return with_talks(session, key, review_id, menus, told)


def _opened(vault: Vault, row: Any, held: Collection[str]) -> InviteChoicesRecord:
    text = open_response_key(vault, row.response_id, row.key).open(row.sealed, f"record.sealed:{row.id}")
    if not held:
        return InviteChoicesRecord.model_validate_json(text)
    return InviteChoicesRecord.model_validate(without_words(json.loads(text), held))


def _together(session: Session, review: Review) -> Sequence[str]:
    """Other reviews of the same meeting, where they are the same officer's."""
    if not review.meeting_external_id:
        return ()
    return session.scalars(
        select(Review.id).where(
            Review.meeting_external_id == review.meeting_external_id, Review.id != review.id,
            Review.iro_id == review.iro_id, Review.status != "cancelled",
        )
    ).all()  # fmt: skip


def _may_not_come(session: Session, child_id: str, asked: Collection[str]) -> frozenset[str]:
    """Of these people, by the case system's id, those whom the case system keeps away at the moment."""
    rows = session.execute(
        select(
            Person.external_id, Involvement.no_contact, Involvement.may_attend, Involvement.hold, Involvement.ended_at
        )
        .join(Person, Person.id == Involvement.person_id)
        .where(Involvement.child_id == child_id)
    ).all()  # fmt: skip
    in_it = {row.external_id for row in rows if row.ended_at is None}
    kept = {row.external_id for row in rows if row.no_contact or not row.may_attend or row.hold != "none"}
    return frozenset(person for person in asked if person not in in_it or person in kept)


def decisions(session: Session, key: Key, review_id: str, *, told: bool = False) -> list[Decided]:
    """The decisions in force of one review, opened; with `told` only those that the child may read. One query."""
    wanted = select(Decision).where(Decision.review_id == review_id, Decision.superseded_at.is_(None))
    if told:
        wanted = wanted.where(Decision.told_at.is_not(None))
    return [_decided(key, row) for row in session.scalars(wanted.order_by(Decision.decided_at, Decision.id))]


def _decided(key: Key, row: Decision) -> Decided:
    body = json.loads(key.open(row.sealed, decision_place(row.id)))
    return Decided(
        id=row.id, key=body["key"], digest=body["digest"], asked=body["asked"], outcome=row.outcome,
        instead=body["instead"], reason=body["reason"], note=body["note"], passed_to=row.passed_to,
        arranged=row.arranged, record_id=row.record_id, revision=row.revision, decided_at=row.decided_at,
        told_at=row.told_at,
    )  # fmt: skip


def settled(session: Session, key: Key, review_id: str, *, told: bool = False) -> WhenAndWhere | None:
    """When and where, as far as it is settled; with `told` only where the child may read it. One query."""
    wanted = select(Settled).where(Settled.review_id == review_id, Settled.superseded_at.is_(None))
    row = session.scalar(wanted.where(Settled.told_at.is_not(None)) if told else wanted)
    if row is None:
        return None
    body = json.loads(key.open(row.sealed, settled_place(row.id)))
    return WhenAndWhere(
        row.id, row.at, body["place"], body["place_for_others"], row.record_due_on, row.told_at
    )


def decision_place(row_id: str) -> str:
    """Where a decision is sealed for."""
    return f"decision.sealed:{row_id}"


def settled_place(row_id: str) -> str:
    """Where what was settled is sealed for."""
    return f"settled.sealed:{row_id}"
