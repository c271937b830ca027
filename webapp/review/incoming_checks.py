"""What must agree between the fields of one incoming row.

A contradiction whose safe reading is plain (someone marked `no_contact` and still `consulted`) isn't refused:
the services read the safer flag first, and refusing would leave the older, less safe row in force.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from webapp.review.asking import WHATSAPP_AGE
from webapp.review.incoming import Child, IncomingReview, KnownFact, Person, Reach, Review

Place = tuple[str | int, ...]
Fault = tuple[Place, str]

_POSTCODE = re.compile(r"(GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})", re.IGNORECASE)
_BIRTHDAY = re.compile(r"(\d{2})-(\d{2})")


def faults(row: IncomingReview) -> Iterator[Fault]:
    """Each disagreement in the row: the field that has to change, and the reason's code."""
    yield from _review(row.review)
    yield from _child(row.child, row.review)
    seen: set[str] = set()
    for index, person in enumerate(row.people):
        place: Place = ("people", index)
        if person.id in seen:
            yield (*place, "id"), "person_twice"
        if person.id == row.child.id:
            yield (*place, "id"), "person_is_child"
        seen.add(person.id)
        yield from _person(place, person)
        if person.role == "parent":
            yield from _parent(place, person, row)


def _review(review: Review) -> Iterator[Fault]:
    if review.window_end < review.window_start:
        yield ("review", "window_end"), "window_backwards"
    if review.status == "held" and review.held_at is None:
        yield ("review", "held_at"), "held_without_date"
    ids = [decision.id for decision in review.last_decisions]
    if len(ids) != len(set(ids)):
        yield ("review", "last_decisions"), "decision_twice"


def _child(child: Child, review: Review) -> Iterator[Fault]:
    if child.birth_date is None and child.birth_year is None:
        yield ("child", "birth_year"), "birth_unknown"
    if child.birth_date and child.birth_year and child.birth_date.year != child.birth_year:
        yield ("child", "birth_year"), "birth_disagrees"
    if child.birth_date and child.came_into_care and child.came_into_care < child.birth_date:
        yield ("child", "came_into_care"), "care_before_birth"
    if child.birth_date and review.window_end < child.birth_date:
        yield ("review", "window_end"), "review_before_birth"
    yield from _reach(("child", "reach"), child.reach)
    yield from _fact(("child", "known_fact"), child.known_fact)
    if child.reach.way != "none" and child.known_fact is None:
        yield ("child", "known_fact"), "fact_needed"
    if child.reach.way == "whatsapp" and _surely_under(WHATSAPP_AGE, child, review.window_start):
        yield ("child", "reach", "way"), "whatsapp_too_young"
    fact = child.known_fact
    if child.birth_date and not child.birth_date_assigned and fact and fact.kind == "birthday":
        birthday = child.birth_date.strftime("%d-%m")
        yield from [(("child", "known_fact", "value"), "fact_not_birthday")] if fact.value != birthday else []


def _surely_under(age: int, child: Child, on: date) -> bool:
    if child.birth_date is None:
        return child.birth_year is not None and on.year - child.birth_year <= age
    had_birthday = (on.month, on.day) >= (child.birth_date.month, child.birth_date.day)
    return on.year - child.birth_date.year - (0 if had_birthday else 1) < age


def _person(place: Place, person: Person) -> Iterator[Fault]:
    yield from _reach((*place, "reach"), person.reach)
    yield from _fact((*place, "known_fact"), person.known_fact)
    if person.consulted and person.reach.way != "none" and person.known_fact is None:
        yield (*place, "known_fact"), "fact_needed"
    if person.must_attend and not person.may_attend:
        yield (*place, "must_attend"), "must_but_may_not"
    if person.must_attend and person.no_contact:
        yield (*place, "must_attend"), "must_but_no_contact"
    if person.parental_responsibility and not person.consulted and not person.consult_authorised_by:
        yield (*place, "consult_authorised_by"), "authority_needed"


def _parent(place: Place, person: Person, row: IncomingReview) -> Iterator[Fault]:
    """Adopters are a separate world: a birth parent is never told where they live, nor which school it is."""
    adoption = row.child.placement == "adoption" or any(other.role == "adopter" for other in row.people)
    if adoption and person.may_know_address:
        yield (*place, "may_know_address"), "parent_and_adopters"
    if adoption and person.may_know_school:
        yield (*place, "may_know_school"), "parent_and_adopters"
    if row.review.kind == "adoption" and (person.may_attend or person.must_attend):
        yield (*place, "may_attend"), "parent_at_adoption_review"


def _reach(place: Place, reach: Reach) -> Iterator[Fault]:
    if reach.way == "email" and not reach.email:
        yield (*place, "email"), "email_needed"
    if reach.way in ("sms", "whatsapp") and not reach.phone:
        yield (*place, "phone"), "phone_needed"
    if reach.way == "letter" and not reach.address:
        yield (*place, "address"), "address_needed"


def _fact(place: Place, fact: KnownFact | None) -> Iterator[Fault]:
    if fact is None:
        return
    if fact.kind == "birthday" and not _is_birthday(fact.value):
        yield (*place, "value"), "fact_birthday_form"
    if fact.kind == "postcode" and not _POSTCODE.fullmatch(fact.value):
        yield (*place, "value"), "fact_postcode_form"


def _is_birthday(value: str) -> bool:
    match = _BIRTHDAY.fullmatch(value)
    if not match:
        return False
    try:
        date(2024, int(match[2]), int(match[1]))  # a leap year, so that 29-02 is a birthday
    except ValueError:
        return False
    return value.isascii()
