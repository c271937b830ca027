"""Which reviews have something to do about their guests, found without opening anything."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from webapp.review.guests import TOLD, UNASKED
from webapp.store import Guest, GuestNotice, Message, Review, Settled


def reviews(session: Session, now: dt.datetime) -> list[str]:
    """Ids of reviews whose guests may have to be told something. Two queries; one that is due for nothing costs its
    reading only.
    """
    fresh = (
        select(Review.id)
        .join(Guest, Guest.review_id == Review.id)
        .where(Guest.state.in_(UNASKED), Review.status.in_(("planned", "postponed")), Review.held_at > now)
    )
    told = (
        select(Review.id)
        .join(Guest, Guest.review_id == Review.id)
        .join(GuestNotice, and_(GuestNotice.guest_id == Guest.id, GuestNotice.sequence == Guest.sequence))
        .join(Message, Message.id == GuestNotice.message_id)
        .join(Settled, Settled.id == GuestNotice.settled_id)
        .where(
            Review.status != "held", or_(Settled.at > now, Review.held_at > now),
            or_(
                and_(Message.state.in_(("waiting", "sending")), Message.due_at <= now),
                and_(GuestNotice.what != "cancellation", or_(
                    Guest.state == "withdrawn", Review.status == "cancelled", Settled.superseded_at.is_not(None),
                    and_(Review.status == "postponed", Review.held_at.is_distinct_from(Settled.at)),
                )),
                and_(GuestNotice.what == "cancellation", Guest.state.in_([*TOLD, *UNASKED]),
                     Review.status != "cancelled"),
            ),
        )
    )  # fmt: skip
    return sorted({*session.scalars(fresh), *session.scalars(told)})
