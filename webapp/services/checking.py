"""Who may be contacted, as far as the child's social worker has a say: what they checked, and whose child it is.

Nobody whom a child added is contacted before a check. Somebody in the case may be asked as the case system says, until
the social worker says no.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.services.whose import workers_own
from webapp.store import Child, Key, PersonCheck, Review, Staff, Vault


@dataclass(frozen=True, slots=True)
class Checked:
    """One check in force."""

    id: str
    key: str
    """The wish's key; empty for somebody in the case."""
    involvement_id: str
    outcome: str
    name: str
    """Of somebody the child added, in the child's words; empty for somebody in the case."""
    relation: str
    same_name: str
    """The name of the person in the case whom the child meant."""
    note: str
    reach: Mapping[str, Any]
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class OwnReview:
    """A review of a social worker's own child."""

    review: Review
    child: Child
    key: Key
    """The child's."""


def own_review(
    session: Session, vault: Vault, worker_id: str, review_id: str, *, lock: bool = False
) -> OwnReview | None:
    """The review, where the child is this social worker's now; None for any other. `lock` holds it till the commit."""
    wanted = (
        select(Review, Child)
        .join(Child, Child.id == Review.child_id)
        .where(Review.id == review_id, workers_own(worker_id))
    )
    row = session.execute(wanted.with_for_update(of=Review) if lock else wanted).first()
    if row is None:
        return None
    return OwnReview(row.Review, row.Child, vault.key(row.Child.key, f"child:{row.Child.id}"))


def checks(session: Session, key: Key, review_id: str) -> list[Checked]:
    """Every check of one review in force, opened with the child's key. One query."""
    rows = session.execute(
        select(PersonCheck, Staff.name)
        .join(Staff, Staff.id == PersonCheck.checked_by)
        .where(PersonCheck.review_id == review_id, PersonCheck.superseded_at.is_(None))
        .order_by(PersonCheck.checked_at, PersonCheck.id)
    )
    return [_opened(key, row, by) for row, by in rows]


def _opened(key: Key, row: PersonCheck, by: str) -> Checked:
    body = json.loads(key.open(row.sealed, check_place(row.id)))
    return Checked(
        row.id, body["key"], row.involvement_id or "", row.outcome, body["name"], body["relation"],
        body["same_name"], body["note"], body["reach"], by, row.checked_at,
    )  # fmt: skip


def passed(found: Collection[Checked]) -> frozenset[str]:
    """Keys of added people whom somebody has checked and who may be contacted."""
    no = {one.involvement_id for one in found if not one.key and one.outcome == "may_not"}
    return frozenset(
        one.key for one in found
        if one.key and (one.outcome == "may_be_asked" or (one.outcome == "same_as" and one.involvement_id not in no))
    )  # fmt: skip


def may_be_contacted(session: Session, vault: Vault, review_id: str, who: str) -> bool:
    """Whether anything may go to this person about this review, as far as the social worker has a say.

    `who`: an involvement's id, or the key of the wish by which a child added somebody ("who:+..."); they may be
    contacted only once they were checked. What the case system and the child say of a person is not looked at here.
    """
    if who.startswith("who:"):
        mark = vault.lookup("wish", f"{review_id}:{who}")
        row = session.execute(_in_force(review_id).where(PersonCheck.wish == mark)).first()
        if row is None or row.outcome == "may_not":
            return False
        return row.outcome == "may_be_asked" or may_be_contacted(
            session, vault, review_id, row.involvement_id
        )
    row = session.execute(
        _in_force(review_id).where(PersonCheck.involvement_id == who, PersonCheck.wish.is_(None))
    ).first()
    return row is None or row.outcome != "may_not"


def _in_force(review_id: str) -> Any:
    return select(PersonCheck.outcome, PersonCheck.involvement_id).where(
        PersonCheck.review_id == review_id, PersonCheck.superseded_at.is_(None)
    )


def check_place(row_id: str) -> str:
    """Where a check is sealed for."""
    return f"person_check.sealed:{row_id}"
