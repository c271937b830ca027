"""From one incoming row to the database rows that it needs, sealed here, before the writer's turn."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

from webapp.review import incoming
from webapp.services.loading_known import Known, KnownCase, KnownReview, Owner
from webapp.store import Key, SealBroken, Vault, new_id

Row = dict[str, Any]
SENT_BY = ("way", "email", "address", "phone")
"""What of a reach says where a link goes."""


class OtherChildError(Exception):
    """The row gives a stored review to another child."""


@dataclass
class Plan:
    """What one row changes: rows by table name, in an order that foreign keys allow."""

    new: bool
    child_id: str = ""
    inserts: dict[str, list[Row]] = field(default_factory=dict)
    updates: dict[str, list[Row]] = field(default_factory=dict)
    gone_decisions: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    """Involvements that the row no longer has."""
    silent: list[str] = field(default_factory=list)
    """Involvements that nothing may be sent to: their links die."""
    elsewhere: dict[str, frozenset[str]] = field(default_factory=dict)
    """Ids of the child or of involvements whose email, address, phone or way is another now: which of these."""
    silent_child: str | None = None
    """The child's id, where a hold stops every message about the child."""

    def put(self, table: str, row: Row, new: bool) -> None:
        """Add one row to insert, or to update by its id."""
        (self.inserts if new else self.updates).setdefault(table, []).append(row)


def plan_row(known: Known, row: incoming.IncomingReview, digest: str) -> Plan | None:
    """What this row changes; None where it is as it was when last loaded. Raises OtherChildError."""
    review = known.reviews.get(row.review.id)
    if review is not None and review.child != row.child.id:
        raise OtherChildError
    if review is not None and review.digest == digest:
        return None
    plan = Plan(new=review is None)
    child = _child(known, row.child, plan)
    plan.child_id = child.id
    _case(known, row, child, plan)
    _review(known, row, child, digest, plan)
    return plan


def _child(known: Known, child: incoming.Child, plan: Plan) -> Owner:
    owner = known.children.get(child.id)
    new = owner is None
    extra: Row = {}
    if owner is None:
        own = new_id()
        key, wrapped = known.vault.new_key(f"child:{own}")
        owner = known.children[child.id] = Owner(own, key)
        known.cases[child.id] = KnownCase()
        extra = {"external_id": child.id, "key": wrapped}
    if child.hold != "none" and not new:
        plan.silent_child = owner.id
    if owner.written != child:
        if not new:
            _elsewhere(plan, owner.key, "child", owner.id, owner.reach, child.reach)
        columns = _child_columns(known.vault, owner, child)
        owner.reach = columns["reach"]
        plan.put("child", {"id": owner.id, **extra, **columns}, new)
        owner.written = child
    return owner


def _child_columns(vault: Vault, owner: Owner, child: incoming.Child) -> Row:
    def seal(column: str, text: str | None) -> bytes | None:
        return owner.key.seal_some(text, f"child.{column}:{owner.id}")

    born = child.birth_date
    return {
        "given_name": seal("given_name", child.given_name),
        "family_name": seal("family_name", child.family_name),
        "known_as": seal("known_as", child.known_as or child.given_name),
        "birth_date": seal("birth_date", born.isoformat() if born else None),
        "birth_year": born.year if born else child.birth_year,
        "birth_date_assigned": child.birth_date_assigned,
        "sex": child.sex,
        "legal_status": child.legal_status,
        "placement": child.placement,
        "out_of_area": child.out_of_area,
        "unaccompanied": child.unaccompanied,
        "came_into_care": child.came_into_care,
        "language": child.language,
        "speaks": seal("speaks", child.speaks),
        "needs_interpreter": child.needs_interpreter,
        "format": child.format,
        "communication": seal("communication", child.communication),
        "no_words": child.no_words,
        "plan": seal("plan", child.plan),
        "hold": child.hold,
        "near": seal("near", _near(child)),
        **_contact(vault, owner.key, "child", owner.id, child.reach, child.known_fact),
    }


def _near(child: incoming.Child) -> str | None:
    told = {"advocate": child.near_advocate, "duty": child.near_duty}
    given = {name: one.model_dump(exclude_none=True) for name, one in told.items() if one}
    return json.dumps(given, ensure_ascii=False) if given else None


def _contact(
    vault: Vault, key: Key, table: str, own: str, reach: incoming.Reach, fact: incoming.KnownFact | None
) -> Row:
    return {
        "reach": key.seal(reach.model_dump_json(exclude_none=True), f"{table}.reach:{own}"),
        "known_fact": key.seal(fact.model_dump_json(), f"{table}.known_fact:{own}") if fact else None,
        "phone_hash": vault.lookup("phone", reach.phone) if reach.phone else None,
    }


def _elsewhere(
    plan: Plan, key: Key, table: str, own: str, sealed: bytes | None, reach: incoming.Reach
) -> None:
    """Note what of a stored reach is another now. Where none was stored nothing was sent."""
    try:
        before = key.open_some(sealed, f"{table}.reach:{own}")
    except SealBroken:
        before = "{}"
    if not before:
        return
    had, has = json.loads(before), reach.model_dump(mode="json")
    if changed := frozenset(name for name in SENT_BY if (had.get(name) or None) != (has[name] or None)):
        plan.elsewhere[own] = changed


def everybody(row: incoming.IncomingReview) -> tuple[incoming.Person, ...]:
    """The row's people, and the review's social worker where the people hold none."""
    if any(person.role == "social_worker" for person in row.people):
        return row.people
    worker = row.review.social_worker
    if any(person.id == worker.id for person in row.people):
        return row.people
    added = incoming.Person(
        id=worker.id, name=worker.name, role="social_worker", consulted=False, may_attend=True,
        must_attend=True, may_know_address=True, may_know_school=True, may_be_named=True,
    )  # fmt: skip
    return (*row.people, added)


def _case(known: Known, row: incoming.IncomingReview, child: Owner, plan: Plan) -> None:
    case = known.cases[row.child.id]
    people = everybody(row)
    if case.written == people:
        return
    case.written = people
    named: set[str] = set()
    for person in people:
        owner = _person(known, person, plan)
        own = case.involvements.get((person.id, person.role))
        new = own is None
        if own is None:
            own = case.involvements[person.id, person.role] = new_id()
        elif person.hold != "none" or person.no_contact:
            plan.silent.append(own)
        if not new:
            _elsewhere(plan, owner.key, "involvement", own, case.reach.get(own), person.reach)
        link = {"child_id": child.id, "person_id": owner.id, "role": person.role} if new else {}
        columns = _involvement_columns(known.vault, owner, own, person)
        case.reach[own] = columns["reach"]
        plan.put("involvement", {"id": own, **link, **columns}, new)
        named.add(own)
    plan.ended = [own for own in case.involvements.values() if own not in named and own not in case.ended]
    case.ended = set(case.involvements.values()) - named


def _person(known: Known, person: incoming.Person, plan: Plan) -> Owner:
    owner = known.people.get(person.id)
    new = owner is None
    extra: Row = {}
    if owner is None:
        own = new_id()
        key, wrapped = known.vault.new_key(f"person:{own}")
        owner = known.people[person.id] = Owner(own, key)
        extra = {"external_id": person.id, "key": wrapped}
    columns = {
        "language": person.language,
        "needs_interpreter": person.needs_interpreter,
        "format": person.format,
    }
    says = (person.name, *columns.values())
    if owner.written != says:
        name = owner.key.seal(person.name, f"person.name:{owner.id}")
        plan.put("person", {"id": owner.id, **extra, **columns, "name": name}, new)
        owner.written = says
    return owner


def _involvement_columns(vault: Vault, owner: Owner, own: str, person: incoming.Person) -> Row:
    return {
        "called": owner.key.seal_some(person.called, f"involvement.called:{own}"),
        "relation": owner.key.seal_some(person.relation, f"involvement.relation:{own}"),
        "parental_responsibility": person.parental_responsibility,
        "consulted": person.consulted,
        "consult_authorised_by": person.consult_authorised_by,
        "may_attend": person.may_attend,
        "must_attend": person.must_attend,
        "no_contact": person.no_contact,
        "may_know_address": person.may_know_address,
        "may_know_school": person.may_know_school,
        "may_be_named": person.may_be_named,
        "hold": person.hold,
        "ended_at": None,
        **_contact(vault, owner.key, "involvement", own, person.reach, person.known_fact),
    }


def _review(known: Known, row: incoming.IncomingReview, child: Owner, digest: str, plan: Plan) -> None:
    review = row.review
    kept = known.reviews.get(review.id)
    extra: Row = {}
    if kept is None:
        kept = known.reviews[review.id] = KnownReview(new_id(), row.child.id, digest)
        extra = {"external_id": review.id, "child_id": child.id, "sequence": 0}
    kept.digest = digest
    columns: Row = {
        "meeting_external_id": review.meeting_id,
        "kind": review.kind,
        "status": review.status,
        "held_at": review.held_at.astimezone(dt.UTC) if review.held_at else None,
        "window_start": review.window_start,
        "window_end": review.window_end,
        "place": child.key.seal_some(review.place, f"review.place:{kept.id}"),
        "iro_id": known.staff.get(review.iro),
        "social_worker_id": known.staff.get(review.social_worker.id),
        "iro_external_id": review.iro,
        "social_worker_external_id": review.social_worker.id,
        "import_digest": digest,
    }
    plan.put("review", {"id": kept.id, **extra, **columns}, plan.new)
    _decisions(review, kept, child, plan)


def _decisions(review: incoming.Review, kept: KnownReview, child: Owner, plan: Plan) -> None:
    before, kept.decisions = kept.decisions, {}
    for position, decision in enumerate(review.last_decisions):
        new = decision.id not in before
        own = kept.decisions[decision.id] = before.get(decision.id) or new_id()
        extra = {"review_id": kept.id, "external_id": decision.id} if new else {}
        text = child.key.seal(decision.text, f"last_decision.text:{own}")
        plan.put("last_decision", {"id": own, **extra, "position": position, "text": text}, new)
    plan.gone_decisions = [own for external, own in before.items() if external not in kept.decisions]
