"""Who is invited to a review meeting, what they answered, and what each of them was told."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.base import Base, Code, Hash, Id, Moment, Sealed, new_id


class Guest(Base):
    """One person whom an officer wants at one review. What changes is written in the audit trail."""

    __tablename__ = "guest"
    __table_args__ = (UniqueConstraint("review_id", "who"), Index("ix_guest_state", "state"))
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    review_id: Mapped[Id] = mapped_column(ForeignKey("review.id"), index=True)
    child_id: Mapped[Id] = mapped_column(ForeignKey("child.id"))
    involvement_id: Mapped[Id | None] = mapped_column(ForeignKey("involvement.id"), index=True)
    """Empty while somebody whom the child added has no place in the case."""
    who: Mapped[Hash]
    """Keyed hash of the review and the person's key, which may come from a name."""
    state: Mapped[Code]
    """waits_check, to_invite, invited, coming, part, sends_views, not_coming or withdrawn (the officer's doing)."""
    reason: Mapped[Code | None]
    """Why nothing goes out to them now, as a code."""
    sealed: Mapped[Sealed]
    """JSON {key, name, said, override}, sealed with the child's key: `said` is the child's yes, no or not_sure;
    `override` the decision by which they are invited all the same.
    """
    answer: Mapped[Sealed | None]
    """JSON {part, words, name}, sealed with the child's key: their own words for the officer, and who they are."""
    answered_at: Mapped[Moment | None]
    sequence: Mapped[int] = mapped_column(default=0)
    """The last number given to something that they are told; a calendar's SEQUENCE (RFC 5545, 3.8.7.4)."""
    token_hash: Mapped[Hash | None] = mapped_column(unique=True)
    """Keyed hash of the link on which they answer."""
    asked_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[Moment]
    looked_at: Mapped[Moment]
    """Up to when what the child sent was looked through for a no."""


class GuestNotice(Base):
    """What a guest was told with one message: the time and place of which day, or that it is off."""

    __tablename__ = "guest_notice"
    __table_args__ = (UniqueConstraint("guest_id", "sequence"), UniqueConstraint("message_id"))
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    guest_id: Mapped[Id] = mapped_column(ForeignKey("guest.id"))
    sequence: Mapped[int]
    what: Mapped[Code]
    """invitation, change or cancellation."""
    settled_id: Mapped[Id] = mapped_column(ForeignKey("settled.id"))
    """The time and place that it tells; of a cancellation, those that are off."""
    message_id: Mapped[Id] = mapped_column(ForeignKey("message.id"))
    made_at: Mapped[Moment]
