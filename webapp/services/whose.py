"""Whose a child is now: who handed a child on sees nothing more of what happens today (threats.md A7)."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.store import Request, Review, Staff, StandIn, Worry

OVER = ("held", "cancelled")
ABOUT_THE_OFFICER = Worry.about.like("%iro%")
"""True for a worry that may be about the child's reviewing officer."""


def open_to(iro_id: str) -> ColumnElement[bool]:
    """True for the reviews of this officer, and for those that they stand in for. Whatever an officer opens asks this.

    A stand-in that has run out is ended at its officer's next request, before anything is looked at.
    """
    stands_in = exists().where(
        StandIn.review_id == Review.id, StandIn.staff_id == iro_id, StandIn.ended_at.is_(None)
    )
    return or_(Review.iro_id == iro_id, stands_in.correlate(Review))


def _current(child_id: Any) -> Select[str | None]:
    """The IRO of the child's newest review that is neither held nor cancelled."""
    newest = aliased(Review)
    return (
        select(newest.iro_id)
        .where(newest.child_id == child_id, newest.status.not_in(OVER))
        .order_by(newest.window_end.desc(), newest.id.desc())
        .limit(1)
    )


@lru_cache(maxsize=512)
def sees_worry(iro_id: str) -> ColumnElement[bool]:
    """True for worries of the children whose current review is this officer's, and for those from a review of theirs.

    A review that is over counts only while the child has no newer one. What may be about the officer goes round them.
    Kept for each officer, since every page of theirs asks it and making it costs more than its answer.
    """
    now_theirs = _current(Worry.child_id).correlate(Worry).scalar_subquery() == iro_id
    going_on = aliased(Review)
    followed = exists().where(going_on.child_id == Worry.child_id, going_on.status.not_in(OVER))
    from_theirs = exists().where(
        Review.id == Worry.review_id,
        open_to(iro_id),
        or_(Review.status.not_in(OVER), ~followed.correlate(Worry)),
    )
    return and_(or_(now_theirs, from_theirs.correlate(Worry)), ~ABOUT_THE_OFFICER)


def sees_on_duty(staff_id: str) -> ColumnElement[bool]:
    """True for every worry but what may be about this very person, where they are on duty and the child's officer too:
    somebody else looks at that (threats.md A6b).
    """
    now_theirs = func.coalesce(_current(Worry.child_id).correlate(Worry).scalar_subquery(), "") == staff_id
    from_theirs = exists().where(Review.id == Worry.review_id, open_to(staff_id)).correlate(Worry)
    return or_(~ABOUT_THE_OFFICER, ~or_(now_theirs, from_theirs))


def officers(session: Session, review: Review, now: dt.datetime) -> list[Staff]:
    """Whose a review is, first, and those who stand in for them at this moment."""
    stands_in = select(StandIn.staff_id).where(
        StandIn.review_id == review.id, StandIn.ended_at.is_(None), StandIn.until_at > now
    )
    rows = session.scalars(select(Staff).where(or_(Staff.id == review.iro_id, Staff.id.in_(stands_in))))
    return sorted(rows, key=lambda one: (one.id != review.iro_id, one.id))


def handed_on(session: Session, review: Review) -> bool:
    """True where this review is over and the child's current one is another officer's."""
    if review.status not in OVER:
        return False
    current = session.execute(_current(review.child_id)).first()
    return current is not None and current.iro_id != review.iro_id


def workers_own(worker_id: str) -> ColumnElement[bool]:
    """True for reviews that name this social worker, as long as no newer review of the child names another (A7)."""
    newer = aliased(Review)
    moved = exists().where(
        newer.child_id == Review.child_id,
        newer.window_end > Review.window_end,
        newer.status != "cancelled",
        newer.social_worker_external_id.is_not(None),
        or_(newer.social_worker_id.is_(None), newer.social_worker_id != worker_id),
    )
    return and_(Review.social_worker_id == worker_id, ~moved.correlate(Review))


def sees_request(iro_id: str) -> ColumnElement[bool]:
    """True for what was asked about the children whose current review is this officer's, and for what was asked on the
    road to a review that is open to them. A review that is over counts only while the child has no newer one.
    """
    now_theirs = _current(Request.child_id).correlate(Request).scalar_subquery() == iro_id
    going_on = aliased(Review)
    followed = exists().where(going_on.child_id == Request.child_id, going_on.status.not_in(OVER))
    from_theirs = exists().where(
        Review.id == Request.review_id,
        open_to(iro_id),
        or_(Review.status.not_in(OVER), ~followed.correlate(Request)),
    )
    return or_(now_theirs, from_theirs.correlate(Request))


def officer_of(session: Session, child_id: str, review_id: str) -> str | None:
    """Whose a request is: the officer of the child's current review, else of the review on whose road it was made."""
    current = session.scalar(_current(child_id))
    return current or session.scalar(select(Review.iro_id).where(Review.id == review_id))
