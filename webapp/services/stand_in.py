"""Standing in: an officer opens another officer's review, by its number and with a reason, for a while."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from webapp.services import auditing, limits
from webapp.services.looking import child_key
from webapp.services.staff import SignedIn
from webapp.services.whose import OVER, open_to
from webapp.store import Child, Key, Review, Staff, StandIn, Vault

REASON_AT_LEAST, REASON_AT_MOST = 10, 1000
SHOWN_AT_MOST = 200


class NotOpened(Exception):
    """No review was opened; `code` says why: nobody (has this number now), own, too_short, too_long or often."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Stands:
    """Somebody stands in, or stood in."""

    id: str
    review_id: str
    who: str
    """The officer who stands in."""
    whose: str
    """The review's own officer; empty where it has none."""
    from_at: dt.datetime
    until_at: dt.datetime
    ended_at: dt.datetime | None
    known_as: str = ""
    number: str = ""
    """The review's, in the case system."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Open:
    """A stand-in that goes on, and the child's key to seal its reason with."""

    stands: Stands
    key: Key


def begin(
    session: Session, vault: Vault, now: dt.datetime, signed: SignedIn, number: str, reason: str, days: int
) -> StandIn:
    """Open the review with this number, or the current one of the child with this number, for so many days.

    A number has to be whole: nobody finds a child here whom they don't know of, and wrong ones are counted (the caller
    commits what NotOpened leaves behind). Raises NotOpened.
    """
    reason = " ".join(reason.split())
    if not REASON_AT_LEAST <= len(reason) <= REASON_AT_MOST:
        raise NotOpened("too_short" if len(reason) < REASON_AT_LEAST else "too_long")
    who = vault.lookup("limit", f"stand_in:{signed.id}")
    if limits.try_again_in(session, now, "stand_in", who):
        raise NotOpened("often")
    row = _found(session, number, signed.id)
    if row is None:
        limits.failed(session, now, "stand_in", who)
        auditing.note(session, now, f"staff:{signed.id}", "stand_in_nobody", f"staff:{signed.id}")
        raise NotOpened("nobody")
    review, child, theirs = row
    if theirs:
        raise NotOpened("own")
    key = child_key(vault, child.id, child.key)
    made = StandIn(
        staff_id=signed.id,
        review_id=review.id,
        reason=b"",
        from_at=now,
        until_at=now + dt.timedelta(days=days),
    )
    session.add(made)
    session.flush()
    made.reason = key.seal(reason, _place(made.id))
    auditing.note(
        session, now, f"staff:{signed.id}", "stand_in", f"review:{review.id}", child.id, reason, key
    )
    return made


def _found(session: Session, number: str, staff_id: str) -> tuple[Review, Child, bool] | None:
    """The review with this number, or the child's with it that comes first and isn't over; and whether it is open to
    them already.
    """
    wanted = number.replace("\0", "").strip().lower()[:80]
    if not wanted:
        return None
    row = session.execute(
        select(Review, Child, open_to(staff_id).label("theirs"))
        .join(Child, Child.id == Review.child_id)
        .where(
            (func.lower(Review.external_id) == wanted) & (Review.status != "cancelled")
            | (func.lower(Child.external_id) == wanted) & Review.status.not_in(OVER)
        )
        .order_by(Review.window_end, Review.id)
        .limit(1)
    ).first()
    return (row.Review, row.Child, row.theirs) if row else None


def give_back(session: Session, now: dt.datetime, signed: SignedIn, stand_in_id: str) -> bool:
    """The review is its own officer's again. False where this isn't theirs, or is over."""
    row = session.get(StandIn, stand_in_id, with_for_update=True, populate_existing=True)
    if row is None or row.staff_id != signed.id or row.ended_at is not None:
        return False
    row.ended_at = now
    child_id = session.scalar(select(Review.child_id).where(Review.id == row.review_id))
    auditing.note(session, now, f"staff:{signed.id}", "stand_in_over", f"review:{row.review_id}", child_id)
    return True


def end_over(session: Session, now: dt.datetime, staff_id: str) -> None:
    """End what has run out of this officer's: from then on nothing of it is open to them."""
    for row in session.scalars(
        select(StandIn)
        .where(StandIn.staff_id == staff_id, StandIn.ended_at.is_(None), StandIn.until_at <= now)
        .with_for_update()
    ):
        row.ended_at = row.until_at
        child_id = session.scalar(select(Review.child_id).where(Review.id == row.review_id))
        auditing.note(session, now, "system", "stand_in_over", f"review:{row.review_id}", child_id)


def reason_for(session: Session, vault: Vault, staff_id: str, child_id: str) -> Open | None:
    """By what a child of another officer's is open to this one at the moment; None where it isn't. One query where
    they stand in for nobody.
    """
    found = _stands(
        session, vault, StandIn.staff_id == staff_id, Child.id == child_id, StandIn.ended_at.is_(None)
    )
    if not found:
        return None
    wrapped = session.execute(select(Child.key).where(Child.id == child_id)).scalar_one()
    return Open(found[0], child_key(vault, child_id, wrapped))


def mine(session: Session, vault: Vault, staff_id: str) -> list[Stands]:
    """The reviews that this officer stands in for now."""
    return _stands(session, vault, StandIn.staff_id == staff_id, StandIn.ended_at.is_(None))


def of_my_children(session: Session, vault: Vault, iro_id: str) -> list[Stands]:
    """Who stands in or stood in for this officer, the newest first, with their reasons."""
    return _stands(session, vault, Review.iro_id == iro_id, StandIn.staff_id != iro_id)


def everybody(session: Session) -> list[Stands]:
    """Who stands in or stood in for whom, the newest first: no child, and no reason, which may name one."""
    return _stands(session, None)


def _stands(session: Session, vault: Vault | None, *wanted: ColumnElement[bool]) -> list[Stands]:
    who, whose = aliased(Staff), aliased(Staff)
    rows = session.execute(
        select(StandIn, who.name.label("who"), whose.name.label("whose"), Review.external_id, Child)
        .join(Review, Review.id == StandIn.review_id)
        .join(Child, Child.id == Review.child_id)
        .join(who, who.id == StandIn.staff_id)
        .outerjoin(whose, whose.id == Review.iro_id)
        .where(*wanted)
        .order_by(StandIn.from_at.desc(), StandIn.id)
        .limit(SHOWN_AT_MOST)
    )
    found = []
    for row in rows:
        one: StandIn = row.StandIn
        told = {}
        if vault is not None:
            key = child_key(vault, row.Child.id, row.Child.key)
            told = {
                "known_as": key.open(row.Child.known_as, f"child.known_as:{row.Child.id}"),
                "number": row.external_id, "reason": key.open(one.reason, _place(one.id)),
            }  # fmt: skip
        whole = (one.id, one.review_id if vault else "", row.who, row.whose or "")
        found.append(Stands(*whole, one.from_at, one.until_at, one.ended_at, **told))
    return found


def _place(stand_in_id: str) -> str:
    return f"stand_in.reason:{stand_in_id}"
