"""Made-up people who have answered already: through the same services as everybody, from link to sent."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.booklet import journey
from webapp.booklet.answers import Answer, Context
from webapp.booklet.definition import Booklet, Question
from webapp.demo.answers import give
from webapp.house import House
from webapp.services import access, answering, own_secret, submitting, visits
from webapp.services.surroundings import complete
from webapp.store import Child, Consultation, Involvement, Link, Person, Review, Vault

PIN = "4826"
UNFINISHED = 0.12  # how many stop before sending
CARES_FOR = 0.2  # how many of the extra sections somebody looks into
ONE_IS_ENOUGH = 0.3  # how many of those with a further booklet leave it


@dataclass(frozen=True)
class Asked:
    """One consultation that is open, and whose it is."""

    id: str
    review: str
    child: str
    person: str
    iro: str
    booklets: tuple[str, ...]
    who: str
    closes_on: dt.date


def everyone_asked(session: Session) -> list[Asked]:
    """Every open consultation with the case system's ids, in an order that doesn't change."""
    rows = session.execute(
        select(
            Consultation.id, Review.external_id, Child.external_id, Person.external_id, Review.iro_external_id,
            Consultation.booklets, Consultation.who, Consultation.closes_on,
        )
        .join(Review, Review.id == Consultation.review_id)
        .join(Child, Child.id == Consultation.child_id)
        .outerjoin(Involvement, Involvement.id == Consultation.involvement_id)
        .outerjoin(Person, Person.id == Involvement.person_id)
        .where(Consultation.state == "asked")
    )  # fmt: skip
    found = [
        Asked(own, review, child, person or "", iro, tuple(booklets.split()), who, closes_on)
        for own, review, child, person, iro, booklets, who, closes_on in rows
    ]
    return sorted(found, key=lambda one: (one.review, one.child, one.person))


def known(session: Session, vault: Vault, consultation_id: str, what: Literal["known_fact", "reach"]) -> Any:
    """What is kept about whoever is asked: the one thing that they know, or how they are reached."""
    consultation = session.get_one(Consultation, consultation_id)
    if consultation.involvement_id is None:
        child = session.get_one(Child, consultation.child_id)
        key, sealed = vault.key(child.key, f"child:{child.id}"), getattr(child, what)
        where = f"child.{what}:{child.id}"
    else:
        part = session.get_one(Involvement, consultation.involvement_id)
        person = session.get_one(Person, part.person_id)
        key, sealed = vault.key(person.key, f"person:{person.id}"), getattr(part, what)
        where = f"involvement.{what}:{part.id}"
    return json.loads(key.open(sealed or b"", where))


def play(house: House, asked: Asked, rng: random.Random, adds: Mapping[str, Any] | None = None) -> None:
    """One person opens their link, answers and, most of them, sends. Of those with several booklets some do one.

    `adds`: somebody whom this child adds to the people; then all of it is sent.
    """
    token = _come_in(house, asked)
    for number, name in enumerate(asked.booklets):
        if number and rng.random() < ONE_IS_ENOUGH:
            break
        standing, context = _standing(house, token, name)
        _play(house, asked.who, house.booklets[name], standing, context, rng, adds)
    with house.db.writing() as session:
        access.end(session, standing.row.visit_id, house.clock())


def _play(
    house: House, who: str, booklet: Booklet, standing: visits.Standing, context: Context, rng: random.Random,
    adds: Mapping[str, Any] | None,
) -> None:  # fmt: skip
    key = visits.response_key(house.vault, standing)
    unfinished = rng.random() < UNFINISHED and adds is None
    said = _answers(booklet, context, rng, who)
    if adds is not None:
        said = [(q, _with(answer, adds) if q.kind == "people" else answer) for q, answer in said]
    if unfinished:
        said = said[: max(1, len(said) // 2)]
    with house.db.writing() as session:
        for question, answer in said:
            saying = answering.saying(key, standing.row.response_id, question.id, answer, question.audience)
            answering.record(session, standing, saying, now=house.clock())
    if not unfinished:
        submitting.send(
            house.db, house.vault, house.booklets, house.authority.timetable, house.takers, standing,
            house.clock(),
        )  # fmt: skip


def _with(answer: Answer, added: Mapping[str, Any]) -> Answer:
    people = answer.value["people"] if isinstance(answer.value, dict) else {}
    return replace(answer, value={"people": people, "added": [added]})


def _come_in(house: House, asked: Asked) -> str:
    now = house.clock()
    with house.db.writing() as session:
        fact = known(session, house.vault, asked.id, "known_fact")
        token, _ = access.make_link(session, house.vault, asked.id, now, now + dt.timedelta(hours=1))
        link = access.find_link(session, house.vault, now, token=token)
        opened = access.begin(session, house.vault, link, now)
        access.say_fact(session, house.vault, opened.visit_id, asked.id, fact["value"], now)
        own_secret.set_secret(
            session, house.vault, house.booklets, opened.visit_id, asked.id, "pin", PIN, now
        )
        session.get_one(Link, link.id).revoked_at = now
    return opened.token


def _standing(house: House, token: str, booklet_id: str) -> tuple[visits.Standing, Context]:
    idle = dt.timedelta(minutes=house.authority.idle_minutes)
    with house.db.reading() as session:
        standing = visits.find(session, house.vault, token, house.clock(), idle, booklet_id)
        assert standing is not None
        context = visits.bare_context(house.vault, standing)
        for kind in ("times", "grid"):
            context = complete(
                session, house.vault, house.authority.timetable, standing, context, kind, house.clock()
            )
    return standing, context


def _answers(
    booklet: Booklet, context: Context, rng: random.Random, who: str
) -> list[tuple[Question, Answer]]:
    """In the order of the path, which every answer may change; of the extra sections, those that they care for."""
    extras = [section for section in booklet.sections if section.extra]
    dull = {q.id for section in extras if rng.random() > CARES_FOR for q in section.questions}
    said: dict[str, Answer] = {}
    found: list[tuple[Question, Answer]] = []
    while True:
        path = journey.path(booklet, said, context)
        question = next(
            (one for one in path if one.id not in dull and one.id not in said and one.kind != "information"),
            None,
        )
        if question is None:
            return found
        said[question.id] = give(question, context, rng, who)
        found.append((question, said[question.id]))


def choose(
    asked: Sequence[Asked], rng: random.Random, free: Collection[str], first: Collection[str]
) -> list[Asked]:
    """Who has answered: over half of what the IROs in `first` wait for, few of the others'; nobody in `free`."""
    return [one for one in asked if rng.random() < (0.55 if one.iro in first else 0.1) and one.id not in free]
