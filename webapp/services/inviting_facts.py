"""The facts of whoever is asked follow the case at once: a placement order takes the birth parents off the child's menu
with the import that brings it, and doesn't wait for the next plan.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from webapp.review.asking import Case, childs_facts, persons_facts, with_fixed_age
from webapp.services.inviting_changes import ACTIVE
from webapp.services.recipients import case_at
from webapp.store import Child, Consultation, Involvement, LastDecision, Person, Review


def follow(session: Session, child_id: str) -> None:
    """Bring the facts of everybody asked about this child into step; age stays as it was. Nothing is opened."""
    asked = session.execute(_asked(child_id)).all()
    if not asked:
        return
    places = session.execute(_places(child_id)).all()
    adopters = any(place.role == "adopter" and place.ended_at is None for place in places)
    for row in asked:
        case = case_at(0, row.Child, row.Review, adopters=adopters, has_decisions=row.has_decisions)
        facts = _facts(case, row.Consultation, places)
        if facts != row.Consultation.facts:
            row.Consultation.facts = facts


def _facts(case: Case, consultation: Consultation, places: Any) -> str:
    if consultation.involvement_id is None:
        return with_fixed_age(consultation.facts, childs_facts(case, places))
    place = next(place for place in places if place.id == consultation.involvement_id)
    return with_fixed_age(consultation.facts, persons_facts(case, place, place.needs_interpreter))


def _asked(child_id: str) -> Any:
    decided = exists().where(LastDecision.review_id == Review.id).label("has_decisions")
    return (
        select(Consultation, Review, Child, decided)
        .join(Review, Review.id == Consultation.review_id)
        .join(Child, Child.id == Consultation.child_id)
        .where(Consultation.child_id == child_id, Consultation.state.in_(ACTIVE))
        .execution_options(populate_existing=True)
    )


def _places(child_id: str) -> Any:
    return (
        select(
            Involvement.id, Involvement.role, Involvement.parental_responsibility, Involvement.consulted,
            Involvement.may_attend, Involvement.no_contact, Involvement.may_be_named, Involvement.hold,
            Involvement.ended_at, Person.needs_interpreter,
        )
        .join(Person, Person.id == Involvement.person_id)
        .where(Involvement.child_id == child_id)
    )  # fmt: skip
