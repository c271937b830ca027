"""Every message out (and later in), recorded once; and every delivery to a case system."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.base import Base, Code, Hash, Id, Moment, Plain, Sealed, new_id


class Message(Base):
    """A message: template and parameters, never a live link. Recorded before it is tried."""

    __tablename__ = "message"
    __table_args__ = (UniqueConstraint("purpose"), Index("ix_message_state_due", "state", "due_at"))
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    purpose: Mapped[str]
    """What it is for, once and only once: `invite:CONSULTATION`, `remind:CONSULTATION:CLOSES_ON:1`, or
    `worry:WORRY:1:MAILBOX`.
    """
    consultation_id: Mapped[Id | None] = mapped_column(ForeignKey("consultation.id"), index=True)
    child_id: Mapped[Id | None] = mapped_column(ForeignKey("child.id"), index=True)
    conversation_id: Mapped[Id | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    way: Mapped[Code]
    """email, letter, sms or whatsapp."""
    template: Mapped[Code]
    language: Mapped[Code]
    to_sealed: Mapped[Sealed | None]
    """Address of a message about a worry or to staff; people's own addresses stay with their involvement."""
    state: Mapped[Code] = mapped_column(default="waiting")
    """waiting, sending, sent, failed (gave up), stopped (a hold came first)."""
    reason: Mapped[Code | None]
    attempts: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[Moment]
    due_at: Mapped[Moment]
    sent_at: Mapped[Moment | None]
    provider_id: Mapped[Plain | None]
    sealed: Mapped[Sealed | None]
    """A reply that the worker sends: JSON {text, buttons, items}, sealed with the conversation's key for
    `message.sealed:ID`. Empty where the reply went back in the webhook's own answer.
    """
    status: Mapped[Code | None]
    """What the provider last said of it: queued, sent, delivered, read, undelivered or failed."""
    status_at: Mapped[Moment | None]
    error_code: Mapped[Code | None]
    """The provider's number for what went wrong."""
    parts: Mapped[int] = mapped_column(default=0)
    """How many text messages it takes."""


class Delivery(Base):
    """One event on its way to one case-system adapter, in order per review (design 5)."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("adapter", "event_key"),
        UniqueConstraint("adapter", "review_id", "sequence"),
        Index("ix_delivery_state_due", "state", "due_at"),
    )
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    adapter: Mapped[Code]
    event_key: Mapped[Hash]
    """Stable for ever: the receiver tells a repeat by it."""
    review_id: Mapped[Id] = mapped_column(ForeignKey("review.id"), index=True)
    record_id: Mapped[Id | None] = mapped_column(ForeignKey("record.id"))
    sequence: Mapped[int]
    state: Mapped[Code] = mapped_column(default="waiting")
    """waiting, sent (the adapter took it), received (a receipt came back), parked (gave up: waits for a person)."""
    attempts: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[Moment]
    due_at: Mapped[Moment]
    lease_until: Mapped[Moment | None]
    lease_by: Mapped[Code | None]
    sent_at: Mapped[Moment | None]
    received_at: Mapped[Moment | None]
    receipt: Mapped[Plain | None]
    reason: Mapped[Plain | None]
