"""What a turn leaves behind: the claimed message, the conversation as it is now, and every message that goes out."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

from sqlalchemy import update

from webapp.chat import parts, phrases
from webapp.chat.prompts import Out
from webapp.clock import Clock
from webapp.services import conversing_rows as rows
from webapp.services.conversing_talk import START, Again, Desk, Incoming, Outgoing, Reply, Talk
from webapp.store import Database, Inbound, Query, new_id

WINDOW = dt.timedelta(hours=24)
"""WhatsApp: for so long after their last message free words may be sent."""
SAFE_EVERY = 5
JOINED_AT_MOST = 600
"""Characters of messages that become one: nobody likes to read more at once on a small phone."""

REPEATED_WITHIN = dt.timedelta(days=1)
"""So long a message may be delivered again; then its reply, which may hold a link, is forgotten."""


def forget(db: Database, clock: Clock) -> int:
    """Forget the replies that nobody can ask for again. Gives 0, as there is nothing more to do at once."""
    with db.writing() as session:
        old = Inbound.handled_at < clock() - REPEATED_WITHIN
        session.execute(update(Inbound).where(old, Inbound.reply.is_not(None)).values(reply=None))
    return 0


class Taken(Exception):
    """This message was handled before."""


def write(query: Query, talk: Talk, posted: bool, ready: Ready | None) -> Reply:
    """All of a turn, under the write lock. Raises Taken where this message was handled before, Again where somebody
    else's turn came between.

    `ready` is the reply, where it could be made before.
    """
    known = None if talk.stranger else talk.id
    if known and talk.row is None:
        opened = {**START, "seen_at": talk.now, "made_at": talk.now, "language": talk["language"]}
        number = talk.key.seal(talk.said.number, f"conversation.number:{talk.id}")
        if rows.OPEN.first(query, id=talk.id, channel=talk.said.channel, number_hash=talk.number_hash,
                           key=talk.wrapped, number=number, **opened) is None:  # fmt: skip
            raise Again
    if talk.inside is not None:
        talk.inside(query)
    ready = ready or Ready(talk, posted)
    _claim(query, talk, known, ready)
    for one in talk.writes:
        one(query)
    if known:
        _move(query, talk, ready)
        ready.say(query)
    return ready.reply


def _claim(query: Query, talk: Talk, known: str | None, ready: Ready) -> None:
    said = talk.said
    body = talk.key.seal_some(said.body, f"inbound.sealed:{talk.inbound_id}") if known else None
    claimed = rows.CLAIM.first(
        query, id=talk.inbound_id, provider_id=said.provider_id, channel=said.channel, number_hash=talk.number_hash,
        conversation_id=known, consultation_id=talk["consultation_id"] if known else None, sealed=body,
        media=len(said.media) + said.other, refused=talk.refused,
        screening="waiting" if talk.unread and body else "", opt_out_type=said.opt_out_type or None,
        received_at=said.sent_at or talk.now, handled_at=talk.now, reply=ready.sealed,
    )  # fmt: skip
    if claimed is None:
        raise Taken


def _move(query: Query, talk: Talk, ready: Ready) -> None:
    talk.to["out_count"] = talk["out_count"] + len(ready.reply.out)
    until = talk.now + WINDOW if talk.said.channel == "whatsapp" else None
    moved = rows.MOVE.first(
        query, of=talk.id, seen=getattr(talk.row, "turns", 0), at=talk.now, until=until,
        **{f"to_{name}": talk[name] for name in rows.MOVED},
    )  # fmt: skip
    if moved is None:
        raise Again


class Ready:
    """The reply of a turn, with the safe words where they belong, sealed for whoever delivers the message again."""

    def __init__(self, talk: Talk, posted: bool) -> None:
        self.talk = talk
        self.asking, joined = _joined(talk)
        outs = [
            replace(one, text=text) for one, text in zip(joined, _with_safe_words(talk, joined), strict=True)
        ]
        pressed = talk.said.channel == "whatsapp" and any(one.buttons or one.items for one in outs)
        self.reply = Reply(
            tuple(Outgoing(new_id(), one.text, one.buttons, one.items) for one in outs), posted or pressed
        )
        text = json.dumps(
            {
                "posted": self.reply.posted,
                "out": [[one.message_id, one.text, one.buttons, one.items] for one in self.reply.out],
            },
            ensure_ascii=False,
        )
        where = f"inbound.reply:{talk.inbound_id}"
        self.sealed = text.encode() if talk.stranger else talk.key.seal(text, where)
        self.rows = [] if talk.stranger else [self._row(n, one) for n, one in enumerate(self.reply.out)]

    def _row(self, n: int, one: Outgoing) -> dict[str, Any]:
        talk, posted = self.talk, self.reply.posted
        asks = self.asking == n
        content = {"text": one.text, "buttons": one.buttons, "items": one.items}
        return {
            "id": one.message_id,
            "purpose": f"prompt:{talk.asks[1]}" if asks and talk.asks else f"reply:{talk.inbound_id}:{n}",
            "consultation_id": None, "child_id": None, "conversation_id": talk.id,
            "way": talk.said.channel, "template": "reply", "language": talk.language,
            "state": "waiting" if posted else "sent", "attempts": 0, "made_at": talk.now, "due_at": talk.now,
            "sent_at": None if posted else talk.now, "parts": parts.count(one.text),
            "sealed": talk.key.seal(json.dumps(content, ensure_ascii=False), f"message.sealed:{one.message_id}")
            if posted else None,
        }  # fmt: skip

    def say(self, query: Query) -> None:
        """Write every message down."""
        for row in self.rows:
            rows.SAY.run(query, **row)


def _joined(talk: Talk) -> tuple[int | None, list[Out]]:
    """The messages of this reply, and which of them asks: neighbours become one text message where that takes fewer
    parts, since each is paid for.
    """
    outs, asking = list(talk.out), talk.asks[0] if talk.asks else None
    at = 0
    while talk.said.channel == "sms" and at + 1 < len(outs):
        one, other = outs[at], outs[at + 1]
        both = [*outs[:at], replace(other, text=f"{one.text}\n{other.text}"), *outs[at + 2 :]]
        if len(both[at].text) > JOINED_AT_MOST or _price(talk, both) >= _price(talk, outs):
            at += 1
            continue
        outs = both
        if asking is not None and asking > at:
            asking -= 1
    return asking, outs


def _price(talk: Talk, outs: list[Out]) -> int:
    return sum(map(parts.count, _with_safe_words(talk, outs)))


def _with_safe_words(talk: Talk, outs: list[Out]) -> list[str]:
    """What is said, with who to ring in the first message, every fifth and the last: of every conversation, so that
    their coming tells nobody anything (threats.md 5).
    """
    texts = [one.text for one in outs]
    if talk.stranger:
        return texts
    emergency, first = talk.desk.authority.childline.phone, talk["out_count"] + 1
    for n, text in enumerate(texts):
        count = first + n
        due = count == 1 or count % SAFE_EVERY == 0 or (talk.last and n == len(texts) - 1)
        if due and emergency not in text:
            texts[n] = f"{text}\n{talk.words(phrases.SAFE_WORDS)}"
    return texts


def before(query: Query, desk: Desk, said: Incoming) -> Reply:
    """The reply that this message got when it first came; none once it is forgotten."""
    row = rows.BEFORE.first(query, named=said.provider_id)
    if row is None or row.reply is None:
        return Reply(repeated=True)
    if row.conversation_id:
        key = desk.vault.key(row.key, f"conversation:{row.conversation_id}")
        text = key.open(row.reply, f"inbound.reply:{row.id}")
    else:
        text = row.reply.decode()
    kept = json.loads(text)
    outs = tuple(
        Outgoing(id_, words, tuple(buttons), tuple((title, more) for title, more in items))
        for id_, words, buttons, items in kept["out"]
    )
    return Reply(outs, kept["posted"], repeated=True)
