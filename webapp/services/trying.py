"""A review's records as a case system would be handed them, for a person who tries a mapping."""

from __future__ import annotations

from sqlalchemy import func, select

from webapp.casesystem.port import Event, Route
from webapp.clock import Clock
from webapp.services import left_out, parcels
from webapp.services.auditing import note
from webapp.store import Database, Delivery, Review, Vault

SHELL = "system"


class NoSuchReview(Exception):
    """There is no review of this id in the case system."""


def events(db: Database, vault: Vault, review: str, route: Route, clock: Clock) -> list[Event]:
    """What was put on its way for the review of this id in the case system, each once, oldest first, cut down to the
    route. What was erased is left out, and that it was looked at is written down.

    Raises NoSuchReview; and GiveUp where a record can't be opened.
    """
    with db.writing() as session:
        found = session.scalar(select(Review).where(Review.external_id == review))
        if found is None:
            raise NoSuchReview
        note(session, clock(), SHELL, "mapping_tried", f"review:{found.id}", found.child_id)
        each = (
            select(func.min(Delivery.id)).where(Delivery.review_id == found.id).group_by(Delivery.event_key)
        )
        rows = sorted(parcels.claimed(session, list(session.scalars(each))), key=_order)
        without = [left_out.seen_now(session, one.record_id, one.response_id, clock()) for one in rows]
    opened = (
        parcels.event(db, vault, one, route, wants_paper=False, left_out=questions)
        for one, questions in zip(rows, without, strict=True)
    )
    return [one for one in opened if one is not None]


def _order(one: parcels.Claimed) -> int:
    return one.sequence
