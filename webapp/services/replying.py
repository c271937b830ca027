"""Replies that the worker sends: those with buttons, and those that no webhook waits for any more.

In a conversation they go in the order in which they were made. They answer somebody who just wrote: no hour holds them
back. WhatsApp takes free words for 24 hours; after that they go to the same phone as a text.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from webapp import logs
from webapp.chat.parts import count
from webapp.clock import Clock
from webapp.messaging import GiveUp, Messenger, Outgoing, Provider, Sent, TryAgain
from webapp.messaging.port import UNKNOWN
from webapp.services import phones
from webapp.services.sending import NOT_BY_WHATSAPP, back_off
from webapp.services.sending_claims import A_LITTLE, LEASE
from webapp.store import Conversation, Database, Message, SealBroken, Vault, new_id

log = logs.get("replying")
AT_ONCE = 20
REPLY = "reply"
_DUE = (Message.template == REPLY, Message.sealed.is_not(None), Message.state.in_(("waiting", "sending")))


@dataclass(frozen=True, slots=True)
class Going:
    """One reply on its way."""

    outgoing: Outgoing
    conversation_id: str
    number_hash: str
    attempts: int
    made_at: dt.datetime
    unsure: bool
    """An earlier try may have gone out."""


def send_replies(db: Database, vault: Vault, messengers: Mapping[str, Messenger], clock: Clock) -> int:
    """Send what waits, at most a few; how many were tried."""
    with db.reading() as session:
        if not session.scalars(select(Message.id).where(*_DUE, Message.due_at <= clock()).limit(1)).first():
            return 0
    with db.writing() as session:
        going = _claim(session, vault, messengers, clock())
    stuck: dict[str, str] = {}
    for one in going:
        if reason := stuck.get(one.conversation_id):
            with db.writing() as session:
                _put_off(session, one, reason, clock(), tried=False)
        elif reason := _send(db, messengers, one, clock):
            stuck[one.conversation_id] = reason
    return len(going)


def put(
    session: Session, vault: Vault, conversation: Conversation, purpose: str, text: str, now: dt.datetime
) -> None:
    """Have the worker say this in a conversation, by its own channel."""
    key, own = vault.key(conversation.key, f"conversation:{conversation.id}"), new_id()
    content = json.dumps({"text": text, "buttons": [], "items": []}, ensure_ascii=False)
    session.add(
        Message(
            id=own, purpose=purpose, conversation_id=conversation.id, way=conversation.channel, template=REPLY,
            language=conversation.language, state="waiting", made_at=now, due_at=now, parts=count(text),
            sealed=key.seal(content, f"message.sealed:{own}"),
        )
    )  # fmt: skip
    conversation.out_count += 1


def _claim(
    session: Session, vault: Vault, messengers: Mapping[str, Messenger], now: dt.datetime
) -> list[Going]:
    rows = session.execute(
        select(Message, Conversation)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(*_DUE, Message.due_at <= now)
        .order_by(Message.made_at, Message.id)
        .limit(AT_ONCE)
        .with_for_update(of=Message, skip_locked=True)
    ).all()
    going = []
    for message, conversation in sorted(rows, key=lambda row: _turn(row[0])):
        unsure = bool(message.attempts) and (message.state == "sending" or message.reason == UNKNOWN)
        closed = conversation.window_until is None or conversation.window_until <= now
        if message.way == "whatsapp" and closed and not unsure:
            message.way = "sms"
        if message.way not in messengers:
            message.state, message.reason = "failed", "no_sender"
            continue
        try:
            outgoing = _opened(vault, message, conversation)
        except SealBroken:
            message.state, message.reason = "failed", "unreadable"
            continue
        message.state, message.reason, message.due_at = "sending", None, now + LEASE
        message.attempts += 1
        going.append(
            Going(
                outgoing, conversation.id, conversation.number_hash, message.attempts, message.made_at, unsure
            )
        )
    return going


def _turn(message: Message) -> tuple[dt.datetime, bool, str]:
    """What goes first: of one turn the question comes after what is said before it."""
    return message.made_at, message.purpose.startswith("prompt:"), message.purpose


def _opened(vault: Vault, message: Message, conversation: Conversation) -> Outgoing:
    key = vault.key(conversation.key, f"conversation:{conversation.id}")
    said = json.loads(key.open_some(message.sealed, f"message.sealed:{message.id}") or "{}")
    return Outgoing(
        message.id,
        message.way,
        key.open(conversation.number, f"conversation.number:{conversation.id}"),
        "",
        said.get("text", ""),
        message.language,
        buttons=tuple(said.get("buttons", ())),
        items=tuple((title, more) for title, more in said.get("items", ())),
    )


def _send(db: Database, messengers: Mapping[str, Messenger], one: Going, clock: Clock) -> str:
    """Send one; why those after it in its conversation have to wait, or ""."""
    messenger = messengers[one.outgoing.way]
    try:
        taken = (_went_out(db, messenger, one) if one.unsure else None) or messenger.send(one.outgoing)
    except TryAgain as error:
        with db.writing() as session:
            _put_off(session, one, error.reason, clock())
        return error.reason
    except GiveUp as error:
        with db.writing() as session:
            return _given_up(session, one, error.reason, clock())
    except Exception as error:  # a fault of our own in one reply must not keep the others back
        log.error("not_sent", message=one.outgoing.id, **logs.trouble(error))
        with db.writing() as session:
            _put_off(session, one, "our_fault", clock())
        return "our_fault"
    parts = count(one.outgoing.body) if one.outgoing.way == "sms" else 0
    with db.writing() as session:
        _settle(session, one, state="sent", reason=None, sent_at=clock(), provider_id=taken.provider_id,
                parts=parts)  # fmt: skip
    return ""


def _went_out(db: Database, messenger: Messenger, one: Going) -> Sent | None:
    """An earlier try of this reply, told by its words among what the provider holds, and not another message's."""
    if not isinstance(messenger, Provider):
        return None
    out = one.outgoing
    held = messenger.sent_to(out.way, out.to, one.made_at - A_LITTLE)
    same = [each.provider_id for each in held if each.body.strip() == out.body.strip()]
    with db.reading() as session:
        others = set(
            session.scalars(
                select(Message.provider_id).where(Message.provider_id.in_(same), Message.id != out.id)
            )
        )
    return next((Sent(name) for name in same if name not in others), None)


def _given_up(session: Session, one: Going, reason: str, now: dt.datetime) -> str:
    if one.outgoing.way == "whatsapp" and reason in NOT_BY_WHATSAPP:
        _settle(session, one, state="waiting", reason=reason, way="sms", due_at=now)
        return reason
    _settle(session, one, state="failed", reason=reason)
    if reason == "opted_out":
        phones.refused(session, one.number_hash, now)
    return ""


def _put_off(session: Session, one: Going, reason: str, now: dt.datetime, *, tried: bool = True) -> None:
    """Later. One that was not tried comes after the one that it waits for."""
    if not tried:
        reason = UNKNOWN if one.unsure else "in_turn"
    _settle(session, one, state="waiting", reason=reason, due_at=now + back_off(one.attempts))


def _settle(session: Session, one: Going, **values: object) -> None:
    session.execute(
        update(Message)
        .where(
            Message.id == one.outgoing.id,
            or_(Message.state == "sending", Message.state == "waiting"),
            Message.attempts == one.attempts,
        )
        .values(**values)
    )
