"""What the database already holds of the rows in hand, looked up for many rows together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.review.incoming import IncomingReview
from webapp.store import Child, Involvement, Key, LastDecision, Person, Review, Staff, Vault

CHILDREN_AT_MOST = 2_000  # each with about ten people; some 30 MB

PersonRole = tuple[str, str]
"""A person's external id and a role."""


@dataclass
class KnownReview:
    """A stored review: our id, its child's external id, the digest of its row, its decisions' ids."""

    id: str
    child: str
    digest: str | None
    decisions: dict[str, str] = field(default_factory=dict)


@dataclass
class Owner:
    """A stored child or person: our id, the opened key, and what this run last wrote of them."""

    id: str
    key: Key
    written: object = None
    reach: bytes | None = None
    """A child's, as it is sealed."""


@dataclass
class KnownCase:
    """A child's involvements: our id by person and role, which have ended, what this run last wrote."""

    involvements: dict[PersonRole, str] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    written: object = None
    reach: dict[str, bytes | None] = field(default_factory=dict)
    """By involvement, as it is sealed."""


class Known:
    """The stored state of the rows looked up; planning a row keeps it in step with what will be written."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        self.reviews: dict[str, KnownReview] = {}
        self.children: dict[str, Owner] = {}
        self.people: dict[str, Owner] = {}
        self.cases: dict[str, KnownCase] = {}
        self.staff: dict[str, str] = {}

    def look_up(self, session: Session, rows: Iterable[IncomingReview]) -> None:
        """Look up what these rows name and isn't known yet: six queries, however many rows."""
        rows = list(rows)
        self._look_up_staff(session)
        self._look_up_reviews(session, {row.review.id for row in rows} - self.reviews.keys())
        self._look_up_children(session, {row.child.id for row in rows} - self.children.keys())
        people = {person.id for row in rows for person in row.people} | {
            row.review.social_worker.id for row in rows
        }
        self._look_up_people(session, people - self.people.keys())

    def forget(self, row: IncomingReview) -> None:
        """Know nothing of what this row names: somebody else wrote at the same time."""
        self.reviews.pop(row.review.id, None)
        self.children.pop(row.child.id, None)
        self.cases.pop(row.child.id, None)
        for person in (*(person.id for person in row.people), row.review.social_worker.id):
            self.people.pop(person, None)

    def stay_small(self) -> None:
        """Forget everything once it is much: it can be looked up again."""
        if len(self.children) > CHILDREN_AT_MOST:
            self.reviews, self.children, self.people, self.cases = {}, {}, {}, {}

    def _look_up_staff(self, session: Session) -> None:
        found = session.execute(select(Staff.external_id, Staff.id).where(Staff.external_id.is_not(None)))
        self.staff = {external: own for external, own in found if external}

    def _look_up_reviews(self, session: Session, wanted: set[str]) -> None:
        query = (
            select(Review.external_id, Review.id, Child.external_id, Review.import_digest)
            .join(Child, Child.id == Review.child_id)
            .where(Review.external_id.in_(wanted))
        )
        for external, own, child, digest in session.execute(query):
            self.reviews[external] = KnownReview(own, child, digest)
        decisions = (
            select(Review.external_id, LastDecision.external_id, LastDecision.id)
            .join(Review, Review.id == LastDecision.review_id)
            .where(Review.external_id.in_(wanted))
        )
        for review, external, own in session.execute(decisions):
            self.reviews[review].decisions[external] = own

    def _look_up_children(self, session: Session, wanted: set[str]) -> None:
        query = select(Child.external_id, Child.id, Child.key, Child.reach)
        for external, own, key, reach in session.execute(query.where(Child.external_id.in_(wanted))):
            self.children[external] = Owner(own, self.vault.key(key, f"child:{own}"), reach=reach)
            self.cases[external] = KnownCase()
        involvements = (
            select(
                Child.external_id,
                Person.external_id,
                Involvement.role,
                Involvement.id,
                Involvement.ended_at,
                Involvement.reach,
            )
            .join(Child, Child.id == Involvement.child_id)
            .join(Person, Person.id == Involvement.person_id)
            .where(Child.external_id.in_(wanted))
        )
        for child, person, role, own, ended_at, reach in session.execute(involvements):
            case = self.cases[child]
            case.reach[own] = reach
            case.involvements[person, role] = own
            if ended_at is not None:
                case.ended.add(own)

    def _look_up_people(self, session: Session, wanted: set[str]) -> None:
        query = select(Person.external_id, Person.id, Person.key).where(Person.external_id.in_(wanted))
        for external, own, key in session.execute(query):
            self.people[external] = Owner(own, self.vault.key(key, f"person:{own}"))
