"""Conversations by text message and WhatsApp: the numbers, who is talking, what was asked last, and what came in.

A number is kept as the keyed hash that `child.phone_hash` and `involvement.phone_hash` are; the number itself, what
was written and what we replied are sealed with the conversation's own key.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.base import Base, Code, Hash, Id, Moment, Plain, Sealed, new_id


class Phone(Base):
    """What belongs to a number, whoever holds it: opted out, opted in, wrong, and how often a stranger wrote."""

    __tablename__ = "phone"
    number_hash: Mapped[Hash] = mapped_column(primary_key=True)
    opted_out_at: Mapped[Moment | None]
    opted_out_word: Mapped[Code | None]
    """STOP and its like, as one of our own codes; or `provider`, where a send was refused for it."""
    opted_in_at: Mapped[Moment | None]
    """The last START. Opted out is who has `opted_out_at` and no later `opted_in_at`."""
    whatsapp_opt_in_at: Mapped[Moment | None]
    whatsapp_opt_in_by: Mapped[Code | None]
    """person, or staff:ID."""
    whatsapp_opt_in_how: Mapped[Code | None]
    """wrote_first, sms, page, paper or spoken."""
    wrong_number_at: Mapped[Moment | None]
    """Whoever answered isn't who we meant: nothing more is sent here, and staff see why."""
    wrong_number_how: Mapped[Code | None]
    """wrong_number, or wrong_person: someone else has the phone."""
    unknown_day: Mapped[dt.date | None]
    unknown_count: Mapped[int] = mapped_column(default=0)
    """Replies to a stranger on that day."""


class Conversation(Base):
    """One number on one channel, and where the talk with it stands. Who it is may change: a phone is shared."""

    __tablename__ = "conversation"
    __table_args__ = (UniqueConstraint("channel", "number_hash"),)
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    channel: Mapped[Code]
    """sms or whatsapp."""
    number_hash: Mapped[Hash] = mapped_column(index=True)
    key: Mapped[Sealed]
    number: Mapped[Sealed]
    """Sealed with the conversation's key for `conversation.number:ID`: as the provider writes it, +44..., without
    `whatsapp:`."""
    stage: Mapped[Code] = mapped_column(default="new")
    """new, fact, which, asking, late, extras, check, menu, next, done or stopped."""
    consultation_id: Mapped[Id | None] = mapped_column(ForeignKey("consultation.id"), index=True)
    """Who is talking, once they are recognised."""
    visit_id: Mapped[Id | None] = mapped_column(ForeignKey("visit.id"))
    booklet_id: Mapped[Code | None]
    prompt_id: Mapped[Id | None]
    """The question that was sent last and still stands."""
    misses: Mapped[int] = mapped_column(default=0)
    """Replies in a row that weren't understood."""
    out_count: Mapped[int] = mapped_column(default=0)
    """Messages out so far: the safe words stand in the first, every fifth and the last."""
    turns: Mapped[int] = mapped_column(default=0)
    """Raised with each message in: a turn that was worked out on an older state is worked out again."""
    language: Mapped[Code] = mapped_column(default="en")
    kept: Mapped[Sealed | None]
    """Sealed JSON for `conversation.kept:ID`: what must be remembered until the next message."""
    window_until: Mapped[Moment | None]
    """WhatsApp: free words may be sent until then, 24 hours after their last message."""
    seen_at: Mapped[Moment]
    """Their last message."""
    made_at: Mapped[Moment]


class Prompt(Base):
    """A question that was sent: a reply is read against it, and not against wherever the booklet is by then."""

    __tablename__ = "prompt"
    __table_args__ = (Index("ix_prompt_conversation_id_sequence", "conversation_id", "sequence"),)
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[Id] = mapped_column(ForeignKey("conversation.id"))
    consultation_id: Mapped[Id] = mapped_column(ForeignKey("consultation.id"))
    sequence: Mapped[int]
    booklet_id: Mapped[Code]
    question_id: Mapped[Code]
    step: Mapped[Plain]
    done: Mapped[Plain]
    """The steps of this question that came before, separated by spaces."""
    ids: Mapped[Plain]
    """JSON: what each numbered choice stood for when it was sent, in order."""
    answer_version: Mapped[int]
    """The version of the answer to this question then; 0 where there was none."""
    sent_at: Mapped[Moment]


class Inbound(Base):
    """A message that came in. The provider's id stands once: a repeat gets the same reply and has no other effect."""

    __tablename__ = "inbound"
    __table_args__ = (Index("ix_inbound_number_hash_received_at", "number_hash", "received_at"),)
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    provider_id: Mapped[Plain] = mapped_column(unique=True)
    channel: Mapped[Code]
    number_hash: Mapped[Hash]
    conversation_id: Mapped[Id | None] = mapped_column(ForeignKey("conversation.id"))
    """None for a stranger, of whose words nothing is kept."""
    consultation_id: Mapped[Id | None] = mapped_column(ForeignKey("consultation.id"), index=True)
    sealed: Mapped[Sealed | None]
    """What they wrote, sealed with the conversation's key for `inbound.sealed:ID`."""
    media: Mapped[int] = mapped_column(default=0)
    """How many pictures, voice notes, places and the like came with it."""
    refused: Mapped[bool] = mapped_column(default=False)
    """Something came with it that we don't take: nothing of that is kept, and staff see that it was sent."""
    screening: Mapped[Code] = mapped_column(default="", index=True)
    """Of words that are part of no answer: waiting to be read for worries, worried, clear, not_screened; else empty."""
    opt_out_type: Mapped[Code | None]
    """The provider's, where it acted itself: STOP, START or HELP."""
    received_at: Mapped[Moment]
    handled_at: Mapped[Moment]
    reply: Mapped[Sealed | None]
    """Sealed for `inbound.reply:ID`: the reply as JSON, for repeats; forgotten after a day."""


class InboundMedia(Base):
    """A voice note or a photo that the worker still has to fetch, or has fetched."""

    __tablename__ = "inbound_media"
    __table_args__ = (Index("ix_inbound_media_state_due", "state", "due_at"),)
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    inbound_id: Mapped[Id] = mapped_column(ForeignKey("inbound.id"), index=True)
    conversation_id: Mapped[Id] = mapped_column(ForeignKey("conversation.id"))
    response_id: Mapped[Id] = mapped_column(ForeignKey("response.id"))
    question_id: Mapped[Code]
    position: Mapped[int]
    media_type: Mapped[Code]
    """What the provider says it is: not to be believed."""
    sealed: Mapped[Sealed]
    """Where the provider keeps it, sealed with the conversation's key for `inbound_media.sealed:ID`."""
    state: Mapped[Code] = mapped_column(default="waiting")
    """waiting, kept, refused (too large, not what it says it is) or failed."""
    reason: Mapped[Code | None]
    attempts: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[Moment]
    due_at: Mapped[Moment]
    attachment_id: Mapped[Id | None] = mapped_column(ForeignKey("attachment.id"))
    deleted_at: Mapped[Moment | None]
    """When the provider's own copy was deleted."""
