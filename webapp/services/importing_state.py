"""What stands in the database of the reviews in a file, and what a row of the file would make of it.

Both sides are told in the same plain values, so that a difference is a difference of values and nothing else. Rows
earlier in the file count as taken in: a child may come twice.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.review import incoming
from webapp.services.loading_plan import everybody
from webapp.store import Child, Involvement, Key, LastDecision, Person, Review, Staff, Vault

Told = dict[str, Any]
"""One thing's columns as plain values."""
InCase = str
"""A person's external id and a role, with a blank between: neither holds one."""
KEPT_WORDS = 200
"""Longer words are cut in a preview."""
_REVIEW = (
    "kind",
    "status",
    "held_at",
    "window_start",
    "window_end",
    "place",
    "meeting_id",
    "iro",
    "social_worker",
)
_CHILD_PLAIN = (
    "birth_year", "birth_date_assigned", "unaccompanied", "sex", "legal_status", "placement", "out_of_area",
    "came_into_care", "language", "needs_interpreter", "format", "no_words", "hold",
)  # fmt: skip
_CHILD_SEALED = ("given_name", "family_name", "known_as", "birth_date", "speaks", "communication", "plan")
_PART = (
    "parental_responsibility", "consulted", "consult_authorised_by", "may_attend", "must_attend", "no_contact",
    "may_know_address", "may_know_school", "may_be_named", "hold",
)  # fmt: skip
_PERSON = ("language", "format", "needs_interpreter")


@dataclass(frozen=True, slots=True)
class Effect:
    """What one row would do."""

    was: str
    """new, changed, same, or other_child: the review is another child's already."""
    base: str
    """What it was worked out from, to be compared once it is done."""
    shown: Told = field(default_factory=dict)
    """For the preview: the child, what changes, who joins, who has left."""


class State:
    """The stored state of the rows looked up, and of those that were taken since."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        self.reviews: dict[str, tuple[str, str, str]] = {}
        """By external id: the child's, the digest of the row, the values."""
        self.children: dict[str, str] = {}
        self.parts: dict[str, dict[InCase, str]] = {}
        """Who is in each child's case, by person and role."""
        self.people: dict[str, str] = {}
        self.officers: set[str] = set()

    def look_up(self, session: Session, rows: Iterable[incoming.IncomingReview]) -> None:
        """Open what these rows name and isn't known yet: six queries, however many rows."""
        rows = list(rows)
        self._reviews(session, {row.review.id for row in rows} - self.reviews.keys())
        self._children(session, {row.child.id for row in rows} - self.children.keys())
        named = {person.id for row in rows for person in everybody(row)}
        self._people(session, named - self.people.keys())
        self.officers = set(session.scalars(select(Staff.external_id).where(Staff.external_id.is_not(None))))

    def effect(self, row: incoming.IncomingReview, digest: str) -> Effect:
        """What this row would do now."""
        before, after = self._before(row), told(row)
        known = self.reviews.get(row.review.id)
        told_all = json.dumps([before, after, known and known[:2]], sort_keys=True, ensure_ascii=False)
        base = self.vault.lookup("import-base", told_all)
        if known and known[0] != row.child.id:
            return Effect("other_child", base)
        if known and known[1] == digest:
            return Effect("same", base)
        shown = _shown(row, before, after)
        shown["officer"] = row.review.iro in self.officers
        if known is None:
            return Effect("new", base, shown)
        differs = shown["changes"] or shown["joined"] or shown["left"]
        return Effect("changed" if differs else "same", base, shown)

    def take(self, row: incoming.IncomingReview, digest: str) -> None:
        """From here on it counts as taken in."""
        after = told(row)
        self.reviews[row.review.id] = row.child.id, digest, _text(after["review"])
        self.children[row.child.id] = _text(after["child"])
        self.parts[row.child.id] = {key: _text(one["part"]) for key, one in after["people"].items()}
        for key, one in after["people"].items():
            self.people[_person_of(key)] = _text(one["person"])

    def _before(self, row: incoming.IncomingReview) -> Told:
        known = self.reviews.get(row.review.id)
        child = self.children.get(row.child.id)
        return {
            "review": json.loads(known[2]) if known else None,
            "child": json.loads(child) if child else None,
            "people": {
                key: {"part": json.loads(part), "person": json.loads(self.people[_person_of(key)])}
                for key, part in self.parts.get(row.child.id, {}).items()
            },
        }

    def _reviews(self, session: Session, wanted: set[str]) -> None:
        decisions: dict[str, list[tuple[str, str, bytes]]] = {}
        for review_id, own, external, text in session.execute(
            select(LastDecision.review_id, LastDecision.id, LastDecision.external_id, LastDecision.text)
            .join(Review, Review.id == LastDecision.review_id)
            .where(Review.external_id.in_(wanted))
            .order_by(LastDecision.position)
        ):
            decisions.setdefault(review_id, []).append((own, external, text))
        for review, child in session.execute(
            select(Review, Child).join(Child, Child.id == Review.child_id).where(Review.external_id.in_(wanted))
        ):  # fmt: skip
            key = self.vault.key(child.key, f"child:{child.id}")
            values = {
                "kind": review.kind, "status": review.status, "held_at": _utc(review.held_at),
                "window_start": str(review.window_start), "window_end": str(review.window_end),
                "place": key.open_some(review.place, f"review.place:{review.id}"),
                "meeting_id": review.meeting_external_id, "iro": review.iro_external_id,
                "social_worker": review.social_worker_external_id,
                "last_decisions": {
                    external: key.open(text, f"last_decision.text:{own}")
                    for own, external, text in decisions.get(review.id, ())
                },
            }  # fmt: skip
            self.reviews[review.external_id] = (
                child.external_id,
                review.import_digest or "",
                _text(_plain(values)),
            )

    def _children(self, session: Session, wanted: set[str]) -> None:
        for child in session.scalars(select(Child).where(Child.external_id.in_(wanted))):
            key = self.vault.key(child.key, f"child:{child.id}")
            values: Told = {name: _value(getattr(child, name)) for name in _CHILD_PLAIN}
            for name in _CHILD_SEALED:
                values[name] = key.open_some(getattr(child, name), f"child.{name}:{child.id}")
            near = json.loads(key.open_some(child.near, f"child.near:{child.id}") or "{}")
            values |= {"near_advocate": near.get("advocate"), "near_duty": near.get("duty")}
            values |= _reached(key, child.reach, child.known_fact, "child", child.id)
            self.children[child.external_id] = _text(_plain(values))
            self.parts.setdefault(child.external_id, {})
        rows = session.execute(
            select(Involvement, Person, Child.external_id)
            .join(Person, Person.id == Involvement.person_id)
            .join(Child, Child.id == Involvement.child_id)
            .where(Child.external_id.in_(wanted), Involvement.ended_at.is_(None))
        )
        for part, person, child_id in rows:
            key = self.vault.key(person.key, f"person:{person.id}")
            self.parts[child_id][f"{person.external_id} {part.role}"] = _text(_part(key, part))
            self.people.setdefault(person.external_id, _text(_person(key, person)))

    def _people(self, session: Session, wanted: set[str]) -> None:
        for person in session.scalars(select(Person).where(Person.external_id.in_(wanted))):
            key = self.vault.key(person.key, f"person:{person.id}")
            self.people.setdefault(person.external_id, _text(_person(key, person)))


def told(row: incoming.IncomingReview) -> Told:
    """The row as the database will hold it."""
    review, child = row.review, row.child
    values = {name: _value(getattr(review, name)) for name in _REVIEW if name != "social_worker"}
    values |= {
        "held_at": _utc(review.held_at), "social_worker": review.social_worker.id,
        "last_decisions": {one.id: one.text for one in review.last_decisions},
    }  # fmt: skip
    own: Told = {name: _value(getattr(child, name)) for name in (*_CHILD_PLAIN, *_CHILD_SEALED)}
    own["known_as"] = child.known_as or child.given_name
    if child.birth_date:
        own["birth_year"] = child.birth_date.year
    for name in ("near_advocate", "near_duty"):
        near = getattr(child, name)
        own[name] = near.model_dump(exclude_none=True) if near else None
    own |= _given(child.reach, child.known_fact)
    people: dict[InCase, Told] = {}
    for one in everybody(row):
        part = {name: getattr(one, name) for name in (*_PART, "called", "relation")}
        part |= _given(one.reach, one.known_fact)
        person = {"name": one.name, **{name: getattr(one, name) for name in _PERSON}}
        people[f"{one.id} {one.role}"] = {"part": _plain(part), "person": _plain(person)}
    return {"review": _plain(values), "child": _plain(own), "people": people}


def _part(key: Key, part: Involvement) -> Told:
    values: Told = {name: getattr(part, name) for name in _PART}
    for name in ("called", "relation"):
        values[name] = key.open_some(getattr(part, name), f"involvement.{name}:{part.id}")
    return _plain(values | _reached(key, part.reach, part.known_fact, "involvement", part.id))


def _person(key: Key, person: Person) -> Told:
    values: Told = {name: getattr(person, name) for name in _PERSON}
    return _plain({"name": key.open(person.name, f"person.name:{person.id}"), **values})


def _reached(key: Key, reach: bytes | None, fact: bytes | None, table: str, own: str) -> Told:
    found = json.loads(key.open_some(reach, f"{table}.reach:{own}") or "{}")
    known = json.loads(key.open_some(fact, f"{table}.known_fact:{own}") or "null")
    return _contact(found, known)


def _given(reach: incoming.Reach, fact: incoming.KnownFact | None) -> Told:
    return _contact(reach.model_dump(mode="json"), fact.model_dump(mode="json") if fact else None)


def _contact(reach: Mapping[str, Any], fact: Mapping[str, Any] | None) -> Told:
    found = {name: reach.get(name) for name in ("email", "phone")}
    address = ", ".join(reach.get("address") or ())
    return {**found, "way": reach.get("way", "none"), "address": address, "known_fact": fact}


def _shown(row: incoming.IncomingReview, before: Told, after: Told) -> Told:
    """What the preview says of a row: names and changed values. What opens a door is never among them."""
    old, new = before["people"], after["people"]
    changes = _changes("", before["review"], after["review"]) + _changes("", before["child"], after["child"])
    for key in sorted(old.keys() & new.keys()):
        name = new[key]["person"]["name"]
        changes += _changes(name, old[key]["person"], new[key]["person"])
        changes += _changes(name, old[key]["part"], new[key]["part"])
    return {
        "name": f"{after['child']['known_as']} {after['child']['family_name']}", "child": row.child.id,
        "new_child": before["child"] is None, "held_at": after["review"].get("held_at"),
        "window_end": after["review"]["window_end"], "changes": changes,
        "joined": [[new[key]["person"]["name"], _role(key)] for key in sorted(new.keys() - old.keys())],
        "left": [[old[key]["person"]["name"], _role(key)] for key in sorted(old.keys() - new.keys())],
    }  # fmt: skip


def _changes(whom: str, before: Told | None, after: Told) -> list[list[Any]]:
    """Each value that differs: of whom, what, and from what to what."""
    if before is None:
        return []
    found = []
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if name == "known_fact":  # never shown: it is what opens the door
            old, new = old and old["kind"], new and new["kind"]
        found.append([whom, name, _short(old), _short(new)])
    return found


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        value = "; ".join(str(one) for one in value.values())
    return f"{value[:KEPT_WORDS]}…" if isinstance(value, str) and len(value) > KEPT_WORDS else value


def _plain(values: Told) -> Told:
    """Without what is not there: nothing, no and an empty text are one."""
    return {name: value for name, value in values.items() if value not in (None, "", False, {})}


def _text(values: Told) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def _value(value: Any) -> Any:
    return str(value) if hasattr(value, "isoformat") else value


def _utc(moment: dt.datetime | None) -> str | None:
    return moment.astimezone(dt.UTC).isoformat() if moment else None


def _person_of(key: InCase) -> str:
    return key.partition(" ")[0]


def _role(key: InCase) -> str:
    return key.partition(" ")[2]
