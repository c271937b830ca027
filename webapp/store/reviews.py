"""Reviews, the decisions of the last one, and who is asked what before each."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.base import Base, Code, External, Hash, Id, Moment, Plain, Sealed, new_id


class Review(Base):
    """One child's review. Brothers and sisters may share a meeting (`meeting_external_id`); never a review."""

    __tablename__ = "review"
    __table_args__ = (Index("ix_review_iro_held", "iro_id", "held_at"), Index("ix_review_held", "held_at"))
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    external_id: Mapped[External] = mapped_column(unique=True)
    child_id: Mapped[Id] = mapped_column(ForeignKey("child.id"), index=True)
    meeting_external_id: Mapped[External | None] = mapped_column(index=True)
    kind: Mapped[Code]
    status: Mapped[Code] = mapped_column(default="planned")
    """planned, held, postponed or cancelled."""
    held_at: Mapped[Moment | None]
    window_start: Mapped[dt.date]
    window_end: Mapped[dt.date] = mapped_column(index=True)
    place: Mapped[Sealed | None]
    """Sealed with the child's key. Words for staff; never shown to someone who may not know the address."""
    iro_id: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))
    social_worker_id: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"), index=True)
    iro_external_id: Mapped[External]
    social_worker_external_id: Mapped[External | None]
    sequence: Mapped[int] = mapped_column(default=0)
    """The last number given to an event of this review; raised under a lock on this row."""
    import_digest: Mapped[Hash | None]


class LastDecision(Base):
    """One decision of the last review, sealed with the child's key."""

    __tablename__ = "last_decision"
    __table_args__ = (UniqueConstraint("review_id", "external_id"),)
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    review_id: Mapped[Id] = mapped_column(ForeignKey("review.id"), index=True)
    external_id: Mapped[External]
    position: Mapped[int]
    text: Mapped[Sealed]


class Consultation(Base):
    """One person asked at one time about one review: one invitation, one link, one secret, one or more booklets.

    No involvement: the child.
    """

    __tablename__ = "consultation"
    __table_args__ = (
        UniqueConstraint("review_id", "respondent", "stage"),
        Index("ix_consultation_state_due", "state", "due_on", "reason", "involvement_id", "review_id"),
        Index("ix_consultation_state_closes", "state", "closes_on"),
    )
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    review_id: Mapped[Id] = mapped_column(ForeignKey("review.id"), index=True)
    child_id: Mapped[Id] = mapped_column(ForeignKey("child.id"), index=True)
    involvement_id: Mapped[Id | None] = mapped_column(ForeignKey("involvement.id"), index=True)
    respondent: Mapped[Id]
    """The involvement's id, or the child's: makes one row per person and stage on every database."""
    stage: Mapped[Code] = mapped_column(default="before")
    """before the review, or after it."""
    booklets: Mapped[Plain]
    """The ids of their booklets, in order, separated by spaces; fixed once they are asked or have begun."""
    who: Mapped[Code]
    """child, parent, carer, adopter or observer."""
    facts: Mapped[Plain] = mapped_column(default="")
    """The facts that choose the questions, separated by spaces; age is fixed at the invitation."""
    language: Mapped[Code] = mapped_column(default="en")
    due_on: Mapped[dt.date] = mapped_column(index=True)
    closes_on: Mapped[dt.date]
    state: Mapped[Code] = mapped_column(default="due")
    """due (or its letter is not printed yet), asked, stopped (a hold, a role that ended) or unreachable."""
    reason: Mapped[Code | None]
    """Why it is stopped, unreachable, or due (`letter_to_print`), as a code."""
    asked_at: Mapped[Moment | None]
    reminders: Mapped[int] = mapped_column(default=0)
    secret_kind: Mapped[Code | None]
    """pictures, pin, or worker (opened only side by side); none until the person has set one."""
    secret_hash: Mapped[Plain | None]
    secret_of: Mapped[Id | None]
    """The response that the hash is bound to: the first booklet's when the secret was set."""
    secret_reset_at: Mapped[Moment | None]
    """Staff reset the secret: the person is told at their next visit."""
    by_text_at: Mapped[Moment | None]
    """They began by text, before any secret: what they said opens on the web only through a link made after this."""


class Link(Base):
    """A way in: a 128-bit token or a ten-character code, each kept only as a keyed hash. Made when it is sent."""

    __tablename__ = "link"
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[Id] = mapped_column(ForeignKey("consultation.id"), index=True)
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    code_hash: Mapped[Hash] = mapped_column(unique=True)
    made_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    revoked_at: Mapped[Moment | None]


class Visit(Base):
    """One sitting of one person at one booklet: the server's side of the cookie.

    Stages: opened (link or code was good), known (said the one thing), own (gave or set their secret).
    """

    __tablename__ = "visit"
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    consultation_id: Mapped[Id] = mapped_column(ForeignKey("consultation.id"), index=True)
    link_id: Mapped[Id | None] = mapped_column(ForeignKey("link.id"))
    stage: Mapped[Code]
    helper_staff_id: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))
    """Side by side: the worker on whose device and sign-in this is."""
    paper_id: Mapped[Id | None] = mapped_column(ForeignKey("paper_booklet.id"))
    """The Review Unit types this booklet, which came back on paper; `helper_staff_id` says who."""
    opened_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]


class PaperBooklet(Base):
    """A booklet that came back on paper: that it did, and what was done with it. Nothing of what it says."""

    __tablename__ = "paper_booklet"
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    consultation_id: Mapped[Id] = mapped_column(ForeignKey("consultation.id"), index=True)
    booklet_id: Mapped[Code]
    arrived_at: Mapped[Moment]
    arrived_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    state: Mapped[Code] = mapped_column(default="to_key")
    """to_key, keyed, or handed (whole to the reviewing officer)."""
    sealed_pages: Mapped[Code] = mapped_column(default="none")
    """The pages stuck down for the reviewing officer: none, to_hand, or handed (unopened)."""
    open: Mapped[bool] = mapped_column(default=True, index=True)
    """Something is left to do with it."""
    done_at: Mapped[Moment | None]
