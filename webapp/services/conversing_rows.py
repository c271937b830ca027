"""The rows of a conversation: what is read before a turn is worked out, and what is written when it is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from webapp.store import (
    Child,
    Consultation,
    Conversation,
    Inbound,
    InboundMedia,
    Involvement,
    Message,
    Phone,
    Prepared,
    Prompt,
    Response,
    Review,
    table_of,
)  # fmt: skip

conversation, phone, prompt, inbound, media, message, asked, child, role, review, response = (
    table_of(t).c
    for t in (
        Conversation, Phone, Prompt, Inbound, InboundMedia, Message, Consultation, Child, Involvement, Review, Response,
    )
)  # fmt: skip
ASKED_NOW = ("asked", "unreachable", "due")
"""States of somebody who may write to us: asked; or not reached by us, but here they are."""

TALK = Prepared(
    select(
        table_of(Conversation),
        prompt.booklet_id.label("prompt_booklet"), prompt.question_id, prompt.step, prompt.done, prompt.ids,
        prompt.answer_version, prompt.sent_at.label("prompt_sent_at"), prompt.sequence,
        phone.opted_out_at, phone.opted_in_at, phone.wrong_number_at, phone.whatsapp_opt_in_at,
    )
    .outerjoin(table_of(Prompt), prompt.id == conversation.prompt_id)
    .outerjoin(table_of(Phone), phone.number_hash == conversation.number_hash)
    .where(conversation.channel == bindparam("channel_is"), conversation.number_hash == bindparam("number_is"))
)  # fmt: skip
"""One conversation with the question that was sent last and what belongs to its number."""

PHONE = Prepared(select(table_of(Phone)).where(phone.number_hash == bindparam("number_is")))

PROMPT_AT = Prepared(
    select(table_of(Prompt))
    .where(prompt.conversation_id == bindparam("of"), prompt.sent_at <= bindparam("by"))
    .order_by(prompt.sequence.desc())
    .limit(1)
)
"""The question that somebody had before them at a moment in the past."""
PROMPT_OF = Prepared(
    select(table_of(Prompt)).where(prompt.conversation_id == bindparam("of"), prompt.id == bindparam("named"))
)

SAID_BEFORE = Prepared(
    select(message.purpose).where(
        message.conversation_id == bindparam("of"), message.provider_id == bindparam("named")
    )
)
"""What a message of ours was for, by the provider's id of it."""


def _candidates(reached: ColumnElement[bool]) -> Select[Any]:
    """Those whom we reach so, and who are asked now."""
    return (
        select(
            asked.id, asked.child_id, asked.who, asked.state, asked.language, asked.stage.label("when"),
            asked.closes_on, asked.involvement_id, asked.secret_kind, asked.due_on,
            child.key.label("child_key"), child.known_as, child.birth_date, child.hold,
            role.role, role.hold.label("own_hold"), role.ended_at.label("role_ended_at"), role.no_contact,
            role.consulted, role.parental_responsibility, review.status.label("review_status"),
        )
        .select_from(table_of(Consultation))
        .join(table_of(Child), child.id == asked.child_id)
        .join(table_of(Review), review.id == asked.review_id)
        .outerjoin(table_of(Involvement), role.id == asked.involvement_id)
        .where(
            reached, or_(*(asked.state == state for state in ASKED_NOW)), asked.due_on <= bindparam("today"),
            asked.closes_on >= bindparam("today"),
        )
    )  # fmt: skip


def _at(table: Any) -> Any:
    return select(table.id).where(table.phone_hash == bindparam("number_is"))


CALLED_SINCE = Prepared(
    select(message.id)
    .where(
        message.consultation_id == bindparam("of"), message.sent_at > bindparam("since"),
        or_(message.way == "sms", message.way == "whatsapp"),
    )
    .limit(1)
)  # fmt: skip
"""Whether an invitation or a reminder went out since: each says what 1 and 2 stand for."""
CHILDREN = Prepared(_candidates(and_(asked.involvement_id.is_(None), asked.child_id.in_(_at(child)))))
ADULTS = Prepared(_candidates(asked.involvement_id.in_(_at(role))))
"""Everybody whom the case system reaches at this number: two look-ups, since one for both would read whole tables."""

_at_this_number = or_(
    and_(asked.involvement_id.is_(None), asked.child_id.in_(_at(child))), asked.involvement_id.in_(_at(role))
)
_texted = exists().where(
    message.consultation_id == asked.id, or_(message.way == "sms", message.way == "whatsapp")
)
SHUT = Prepared(
    update(table_of(Consultation))
    .where(_at_this_number, _texted, asked.state == "asked")
    .values(state="unreachable", reason=bindparam("why"))
)
"""Nobody is reached at this number any more: staff see why, and hand them their booklet another way."""
OPENED_AGAIN = Prepared(
    update(table_of(Consultation))
    .where(
        _at_this_number, asked.state == "unreachable",
        or_(asked.reason == "opted_out", asked.reason == "wrong_number", asked.reason == "wrong_person"),
    )
    .values(state="asked", reason=None)
)  # fmt: skip

_OPENED = (
    "id", "channel", "number_hash", "key", "number", "stage", "consultation_id", "visit_id", "booklet_id", "prompt_id",
    "misses", "out_count", "turns", "language", "kept", "window_until", "seen_at", "made_at",
)  # fmt: skip


def _once(made: Any, *columns: str) -> Any:
    return made.on_conflict_do_nothing(index_elements=list(columns))


def _each(table: Any, *unique: str) -> Any:
    """An INSERT that does nothing where the row is there already, and gives the id where it did something."""
    return {
        "sqlite": _once(sqlite_insert(table), *unique).returning(table.c.id),
        "postgresql": _once(postgres_insert(table), *unique).returning(table.c.id),
    }


OPEN = Prepared(**_each(table_of(Conversation), "channel", "number_hash"), columns=_OPENED)
CLAIM = Prepared(
    **_each(table_of(Inbound), "provider_id"),
    columns=(
        "id", "provider_id", "channel", "number_hash", "conversation_id", "consultation_id", "sealed", "media",
        "refused", "screening", "opt_out_type", "received_at", "handled_at", "reply",
    ),
)  # fmt: skip
"""The claim: gives no row where this message was taken before."""
BEFORE = Prepared(
    select(inbound.id, inbound.conversation_id, inbound.reply, conversation.key)
    .outerjoin(table_of(Conversation), conversation.id == inbound.conversation_id)
    .where(inbound.provider_id == bindparam("named"))
)
"""What was replied to this message before."""
LOCK = Prepared(
    select(response.id)
    .join(table_of(Conversation), conversation.consultation_id == response.consultation_id)
    .where(
        conversation.channel == bindparam("channel_is"), conversation.number_hash == bindparam("number_is")
    )
    .order_by(response.id)
    .with_for_update(of=table_of(Response))
)
"""Nobody else keeps an answer of whoever is talking until this transaction is over."""

MOVED = (
    "stage",
    "consultation_id",
    "visit_id",
    "booklet_id",
    "prompt_id",
    "misses",
    "out_count",
    "language",
    "kept",
)
"""What a turn may change of its conversation, beside what always changes."""
MOVE = Prepared(
    update(table_of(Conversation))
    .where(conversation.id == bindparam("of"), conversation.turns == bindparam("seen"))
    .values(
        turns=conversation.turns + 1, seen_at=bindparam("at"), window_until=bindparam("until"),
        **{name: bindparam(f"to_{name}") for name in MOVED},
    )
    .returning(conversation.id)
)  # fmt: skip
"""Gives no row where another message of the same person was handled meanwhile."""

ASK = Prepared(
    insert(table_of(Prompt)).inline(),
    columns=(
        "id", "conversation_id", "consultation_id", "sequence", "booklet_id", "question_id", "step", "done", "ids",
        "answer_version", "sent_at",
    ),
)  # fmt: skip
SAY = Prepared(
    insert(table_of(Message)).inline(),
    columns=(
        "id", "purpose", "consultation_id", "child_id", "conversation_id", "way", "template", "language", "state",
        "attempts", "made_at", "due_at", "sent_at", "sealed", "parts",
    ),
)  # fmt: skip
FETCH = Prepared(
    insert(table_of(InboundMedia)).inline(),
    columns=(
        "id", "inbound_id", "conversation_id", "response_id", "question_id", "position", "media_type", "sealed",
        "state", "attempts", "made_at", "due_at",
    ),
)  # fmt: skip


def _number(*names: str) -> Prepared:
    """An INSERT of a number that changes these columns where the number is known already."""

    def each(make: Any) -> Any:
        made = make(table_of(Phone))
        return made.on_conflict_do_update(
            index_elements=["number_hash"], set_={name: made.excluded[name] for name in names}
        )

    columns = ("number_hash", "unknown_count", *names)
    return Prepared(sqlite=each(sqlite_insert), postgresql=each(postgres_insert), columns=columns)


OPT_OUT = _number("opted_out_at", "opted_out_word")
OPT_IN = _number("opted_in_at", "wrong_number_at")
WRONG = _number("wrong_number_at", "wrong_number_how")
ON_WHATSAPP = _number("whatsapp_opt_in_at", "whatsapp_opt_in_by", "whatsapp_opt_in_how")


def _stranger(make: Any) -> Any:
    made = make(table_of(Phone))
    again = case((phone.unknown_day == made.excluded.unknown_day, phone.unknown_count + 1), else_=1)
    return made.on_conflict_do_update(
        index_elements=["number_hash"],
        set_={"unknown_day": made.excluded.unknown_day, "unknown_count": again},
    ).returning(phone.unknown_count)


STRANGER = Prepared(
    sqlite=_stranger(sqlite_insert), postgresql=_stranger(postgres_insert),
    columns=("number_hash", "unknown_day", "unknown_count"),
)  # fmt: skip
"""Counts one message of a stranger; gives how many there were on that day."""
