"""What a question needs beside the answers: the people, the last decisions and the dates of this review."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection
from typing import cast

from sqlalchemy import bindparam, select

from config import Timetable
from webapp.booklet.answers import Context, Decision
from webapp.booklet.answers import Person as Listed
from webapp.clock import london
from webapp.review.asking import Place, may_be_listed
from webapp.review.timetable import dates_to_offer
from webapp.services.visits import FAMILY, Standing
from webapp.store import Involvement, LastDecision, Person, Prepared, Query, Vault

_PEOPLE = Prepared(
    select(Involvement.__table__, Person.id.label("own_id"), Person.key, Person.name)
    .join(Person, Person.id == Involvement.person_id)
    .where(Involvement.child_id == bindparam("child_id"))
    .order_by(Involvement.role, Involvement.id)
)
_DECISIONS = Prepared(
    select(LastDecision.id, LastDecision.external_id, LastDecision.text)
    .where(LastDecision.review_id == bindparam("review_id"))
    .order_by(LastDecision.position)
)


def complete(
    query: Query,
    vault: Vault,
    timetable: Timetable,
    standing: Standing,
    context: Context,
    kind: str,
    now: dt.datetime,
) -> Context:
    """The context with what this kind of question needs; at most two more queries, none for most kinds."""
    if kind == "times":
        row = standing.row
        near = london(row.held_at).date() if row.held_at else None
        dates = dates_to_offer(row.window_start, row.window_end, london(now).date(), timetable, near)
        return dataclasses.replace(context, dates=dates)
    if kind not in ("people", "grid"):
        return context
    return dataclasses.replace(
        context,
        people=people(query, vault, standing),
        decisions=decisions(query, vault, standing) if kind == "grid" else (),
    )


def people(query: Query, vault: Vault, standing: Standing, also: Collection[str] = ()) -> tuple[Listed, ...]:
    """Everyone that the child's menu may list: allowed to be named and to come, in this child's case, now.

    `also` are refs of those about whom something was said before, for the record: no page may list them.
    """
    found = []
    for involvement in _PEOPLE.all(query, child_id=standing.row.child_id):
        if involvement.id not in also and not may_be_listed(cast(Place, involvement), standing.facts):
            continue
        key = vault.key(involvement.key, f"person:{involvement.own_id}")
        called = key.open_some(involvement.called, f"involvement.called:{involvement.id}")
        found.append(
            Listed(
                ref=involvement.id,
                name=called or key.open(involvement.name, f"person.name:{involvement.own_id}"),
                relation=key.open_some(involvement.relation, f"involvement.relation:{involvement.id}"),
                role=involvement.role,
                must_come=involvement.must_attend,
                family=involvement.role in FAMILY,
            )
        )
    return tuple(found)


def decisions(query: Query, vault: Vault, standing: Standing) -> tuple[Decision, ...]:
    """What the last review decided, in order."""
    row = standing.row
    key = vault.key(row.child_key, f"child:{row.child_id}")
    return tuple(
        Decision(id=external_id, text=key.open(text, f"last_decision.text:{own_id}"))
        for own_id, external_id, text in _DECISIONS.all(query, review_id=row.review_id)
    )
