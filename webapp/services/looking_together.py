"""Who may sit down with which child, side by side at one device."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.services import looking, own_secret
from webapp.services.staff import SignedIn
from webapp.services.whose import open_to, workers_own
from webapp.store import Child, Consultation, Review, Vault


@dataclass(frozen=True, slots=True)
class Pair:
    """A child's booklets that a worker may open side by side."""

    consultation_id: str
    review_id: str
    child_id: str
    known_as: str
    language: str
    format: str
    near: bool
    """There is somebody to turn to where the child lives."""
    begun: bool
    has_secret: bool
    why_not: str
    """Empty, or why it can't begin now: stopped, hold, over, other_worker, reset."""


def pair(session: Session, vault: Vault, signed: SignedIn, consultation_id: str) -> Pair | None:
    """The child's consultation, where this person may sit with the child; None for anybody else's.

    The reviewing officer and the social worker of the review may; nobody else, and not the Review Unit.
    """
    row = session.execute(
        select(
            Consultation,
            Review,
            Child,
            workers_own(signed.id).label("workers"),
            open_to(signed.id).label("officers"),
        )
        .join(Review, Review.id == Consultation.review_id)
        .join(Child, Child.id == Consultation.child_id)
        .where(Consultation.id == consultation_id, Consultation.who == "child")
    ).first()
    if row is None:
        return None
    review, child = row.Review, row.Child
    own = (signed.has("iro") and row.officers) or (signed.has("social_worker") and row.workers)
    if not own:
        return None
    asked: Consultation = row.Consultation
    why_not = _not_with(session, asked, signed)
    over = ("cancelled",) if asked.stage == "after" else ("held", "cancelled")
    why_not = "over" if review.status in over else why_not
    why_not = "stopped" if asked.state == "stopped" else why_not
    why_not = "hold" if child.hold != "none" else why_not
    key = looking.child_key(vault, child.id, child.key)
    return Pair(
        consultation_id=consultation_id, review_id=review.id, child_id=child.id,
        known_as=key.open(child.known_as, f"child.known_as:{child.id}"), language=asked.language,
        format=child.format, near=child.near is not None,
        begun=asked.secret_of is not None, has_secret=asked.secret_kind in ("pictures", "pin"), why_not=why_not,
    )  # fmt: skip


def _not_with(session: Session, asked: Consultation, signed: SignedIn) -> str:
    """Why what was said already keeps this worker out: it is another's, or waits for the person alone."""
    if own_secret.sealed_off(session, asked):
        return "reset"
    others = asked.secret_kind == "worker" and asked.secret_hash != f"staff:{signed.id}"
    return "other_worker" if others else ""
