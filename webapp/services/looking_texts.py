"""What went to and fro by text, message by message, for the Review Unit: what became of each, never its words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from webapp.services.statuses import ARRIVED
from webapp.store import Inbound, Message

AT_MOST = 400
"""Rows of one review: a whole booklet by text takes some thirty messages each way."""


@dataclass(frozen=True, slots=True)
class Text:
    """One message, theirs or ours."""

    ours: bool
    way: str
    state: str
    """received; or as `state_of` has it."""
    reason: str
    code: str
    """The provider's own code of an error."""
    parts: int
    at: dt.datetime
    not_taken: bool = False
    """A picture, a sound or a place came with it, of which nothing is kept."""


def state_of(message: Message) -> str:
    """What became of one message of ours: delivered or read where the provider says so, else as we know it."""
    return message.status if message.state == "sent" and message.status in ARRIVED else message.state


def texts(session: Session, ids: Sequence[str]) -> dict[str, list[Text]]:
    """All of it by consultation, the oldest first. One query: a reply is made in the moment when its message is
    handled, and so the two are matched.
    """
    rows = session.execute(
        select(Inbound, Message)
        .outerjoin(
            Message,
            and_(
                Message.conversation_id == Inbound.conversation_id, Message.made_at == Inbound.handled_at,
            ),
        )
        .where(Inbound.consultation_id.in_(ids))
        .order_by(Inbound.handled_at, Inbound.id, Message.purpose.startswith("prompt:"), Message.purpose)
        .limit(AT_MOST)
    )  # fmt: skip
    found: dict[str, list[Text]] = {}
    seen: set[str] = set()
    for came, went in rows:
        told = found.setdefault(came.consultation_id or "", [])
        if came.id not in seen:
            seen.add(came.id)
            told.append(Text(False, came.channel, "received", "", "", 0, came.received_at, came.refused))
        if went is not None:
            told.append(
                Text(True, went.way, state_of(went), went.reason or "", went.error_code or "", went.parts or 0,
                     went.sent_at or went.due_at)
            )  # fmt: skip
    return found
