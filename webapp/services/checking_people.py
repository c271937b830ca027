"""A social worker says who may be contacted: people whom the child added, and people in the case.

Nothing is overwritten: each check is a new row.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.review.checking import OUTCOMES
from webapp.review.deciding import Wish
from webapp.review.deciding import wishes as wishes_of
from webapp.review.incoming import Reach
from webapp.services.auditing import note
from webapp.services.checking import OwnReview, check_place
from webapp.services.deciding_desk import menus_of
from webapp.services.inviting_changes import ACTIVE, stop
from webapp.services.whose import OVER
from webapp.store import Consultation, Involvement, Person, PersonCheck, Vault, new_id

NOTE_AT_MOST = 2_000
SHARED = ("iro_and_social_worker", "review")
"""Audiences that let the social worker see an answer; any other keeps it from them."""


class NotCheckedError(Exception):
    """It can't be kept; `code` says why: outcome, who, note (it is missing), too_long, gone (not asked for now)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a social worker says of one person."""

    outcome: str
    note: str = ""
    reach: Reach = field(default_factory=Reach)
    same_as: str = ""
    """The involvement of the person whom the child meant."""


def added(session: Session, vault: Vault, review_id: str) -> dict[str, Wish]:
    """Whom the child added and doesn't refuse, by the wish's key: what the social worker may see of it. One query."""
    found = [wish for _, record in menus_of(session, vault, [review_id]) for wish in wishes_of(record)]
    return {wish.key: wish for wish in found if to_be_checked(wish)}


def to_be_checked(wish: Wish) -> bool:
    """Whether this is somebody whom the child added and wants, and whom the social worker may hear of."""
    return wish.added and not wish.refused and wish.audience in SHARED


def check_added(
    session: Session, vault: Vault, now: dt.datetime, worker_id: str, own: OwnReview, key: str, said: Verdict
) -> None:
    """Keep what a social worker says of somebody whom the child added. `own` is locked.

    Raises NotCheckedError.
    """
    wish = added(session, vault, own.review.id).get(key)
    if wish is None or own.review.status in OVER:
        raise NotCheckedError("gone")
    _look_at(said)
    same_name = _name(session, vault, own, said.same_as) if said.outcome == "same_as" else ""
    if same_name is None:
        raise NotCheckedError("who")
    mark = vault.lookup("wish", f"{own.review.id}:{key}")
    told = {"key": key, "name": wish.name, "relation": wish.said.rows[0].relation, "same_name": same_name}
    kept = said if said.outcome == "may_be_asked" else Verdict(said.outcome, said.note, same_as=said.same_as)
    _keep(session, now, worker_id, own, kept, told, mark, said.same_as if said.outcome == "same_as" else None)


def check_person(
    session: Session, now: dt.datetime, worker_id: str, own: OwnReview, involvement_id: str, said: Verdict
) -> None:
    """Keep what a social worker says of somebody in the case: who may not be asked gets nothing more, at once.

    `own` is locked. Raises NotCheckedError: a no needs its reason in the note.
    """
    if own.review.status in OVER or not _in_the_case(session, own, involvement_id):
        raise NotCheckedError("gone")
    if said.outcome == "same_as":
        raise NotCheckedError("outcome")
    _look_at(said)
    told = dict.fromkeys(("key", "name", "relation", "same_name"), "")
    _keep(session, now, worker_id, own, Verdict(said.outcome, said.note), told, None, involvement_id)
    if said.outcome == "may_not":
        asked = session.scalars(
            select(Consultation.id).where(
                Consultation.review_id == own.review.id, Consultation.involvement_id == involvement_id,
                Consultation.state.in_(ACTIVE),
            )
        ).all()  # fmt: skip
        for one in asked:
            stop(session, one, own.child.id, "worker_said_no", now)


def _look_at(said: Verdict) -> None:
    if said.outcome not in OUTCOMES:
        raise NotCheckedError("outcome")
    if said.outcome == "may_not" and not said.note.strip():
        raise NotCheckedError("note")
    if len(said.note) > NOTE_AT_MOST:
        raise NotCheckedError("too_long")


def _in_the_case(session: Session, own: OwnReview, involvement_id: str) -> bool:
    found = session.get(Involvement, involvement_id) if involvement_id else None
    return found is not None and found.child_id == own.child.id and found.ended_at is None


def _name(session: Session, vault: Vault, own: OwnReview, involvement_id: str) -> str | None:
    if not _in_the_case(session, own, involvement_id):
        return None
    person = session.get_one(Person, session.get_one(Involvement, involvement_id).person_id)
    return vault.key(person.key, f"person:{person.id}").open(person.name, f"person.name:{person.id}")


def _keep(
    session: Session, now: dt.datetime, worker_id: str, own: OwnReview, said: Verdict, told: Mapping[str, str],
    mark: str | None, involvement_id: str | None,
) -> None:  # fmt: skip
    same = PersonCheck.wish == mark if mark else (
        PersonCheck.wish.is_(None) & (PersonCheck.involvement_id == involvement_id)
    )  # fmt: skip
    session.execute(
        update(PersonCheck)
        .where(PersonCheck.review_id == own.review.id, PersonCheck.superseded_at.is_(None), same)
        .values(superseded_at=now)
    )
    made = new_id()
    body = {**told, "note": said.note.strip(), "reach": said.reach.model_dump(mode="json", exclude_none=True)}
    session.add(
        PersonCheck(
            id=made, review_id=own.review.id, wish=mark, involvement_id=involvement_id, outcome=said.outcome,
            sealed=own.key.seal(json.dumps(body, ensure_ascii=False), check_place(made)), checked_by=worker_id,
            checked_at=now,
        )
    )  # fmt: skip
    session.flush()
    note(session, now, f"staff:{worker_id}", f"checked_{said.outcome}", f"person_check:{made}", own.child.id)
