"""Every message out (and later in), recorded once; and every delivery to a case system."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.base import Base, Code, Hash, Id, Moment, Plain, Sealed, new_id


class Message(Base):
    """A message: template and parameters, never a live link. Recorded before it is tried."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("purpose"),
        Index("ix_message_state_due", "state", "due_at"),
        Index(
            "ix_message_to_print",
            "due_at",
            sqlite_where=text("provider_id = 'to-print'"),
            postgresql_where=text("provider_id = 'to-print'"),
        ),
    )
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


class Announcement(Base):
    """An event of a review that is no record: a withdrawal, a worry's reference, a paper copy, decisions."""

    __tablename__ = "announcement"
    __table_args__ = (UniqueConstraint("kind", "subject"),)
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[Code]
    """withdrawal, worry, participation, paper_copy or decisions."""
    subject: Mapped[Id]
    """The record, worry, review or act of deciding that it is about: each is told once."""
    review_id: Mapped[Id] = mapped_column(ForeignKey("review.id"), index=True)
    child_id: Mapped[Id] = mapped_column(ForeignKey("child.id"), index=True)
    record_id: Mapped[Id | None] = mapped_column(ForeignKey("record.id"))
    """The record that a paper copy shows, or the last one that is withdrawn."""
    sealed: Mapped[Sealed]
    """The event's JSON, sealed with the child's key."""
    made_at: Mapped[Moment]


class Delivery(Base):
    """One event on its way to one case-system adapter, in order per review."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("adapter", "event_key"),
        UniqueConstraint("adapter", "review_id", "sequence"),
        Index("ix_delivery_state_due", "state", "due_at"),
        Index("ix_delivery_adapter_made", "adapter", "made_at"),
    )
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    adapter: Mapped[Code]
    event_key: Mapped[Hash]
    """Stable for ever: the receiver tells a repeat by it."""
    review_id: Mapped[Id] = mapped_column(ForeignKey("review.id"), index=True)
    record_id: Mapped[Id | None] = mapped_column(ForeignKey("record.id"))
    announcement_id: Mapped[Id | None] = mapped_column(ForeignKey("announcement.id"))
    lane: Mapped[Code] = mapped_column(default="records", server_default="records")
    """records, or worries: neither waits for the other."""
    sequence: Mapped[int]
    state: Mapped[Code] = mapped_column(default="waiting")
    """waiting, sent (the adapter took it), received (a receipt came back), parked (gave up: waits for a person), or
    withheld (this case system may not have it).
    """
    attempts: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[Moment]
    due_at: Mapped[Moment]
    lease_until: Mapped[Moment | None]
    lease_by: Mapped[Code | None]
    sent_at: Mapped[Moment | None]
    received_at: Mapped[Moment | None]
    receipt: Mapped[Plain | None]
    reason: Mapped[Plain | None]


class ApiCall(Base):
    """One call of another system to our API: the same key again gets the same answer and does nothing."""

    __tablename__ = "api_call"
    caller: Mapped[Code] = mapped_column(primary_key=True)
    key: Mapped[Hash] = mapped_column(primary_key=True)
    """Keyed hash of the caller's Idempotency-Key."""
    digest: Mapped[Hash]
    """Keyed hash of what was asked: one key stands for one request."""
    status: Mapped[int] = mapped_column(default=0)
    """0 while it is being done."""
    answer: Mapped[Plain] = mapped_column(default="")
    """Our answer's JSON: codes and places, never a value of the caller's."""
    at: Mapped[Moment] = mapped_column(index=True)
