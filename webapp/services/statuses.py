"""What the provider tells of a message later: in any order, more than once, and sometimes before we know that it went.

A status only ever goes forward. What did not arrive is shown to staff; what WhatsApp did not take goes as a text.
"""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.messaging.twilio import meaning
from webapp.services import phones
from webapp.services.sending import NOT_BY_WHATSAPP
from webapp.services.sending_claims import TEMPLATES
from webapp.store import Child, Consultation, Conversation, Involvement, Message

ORDER = {
    "accepted": 0, "scheduled": 0, "queued": 1, "sending": 2, "sent": 3, "undelivered": 4, "failed": 4, "delivered": 5,
    "read": 6,
}  # fmt: skip
"""A higher one is later, whichever is told first (twilio.com/docs/messaging/guides/track-outbound-message-status)."""
ARRIVED = frozenset({"delivered", "read"})
NOT_ARRIVED = frozenset({"undelivered", "failed"})
ID = re.compile(r"[0-9a-f]{32}")
CODE = re.compile(r"[0-9]{1,6}")


def told(
    session: Session, message_id: str, provider_id: str, status: str, code: str, now: dt.datetime
) -> bool:
    """Take in one status of our message; False where it says nothing new, or is of no message of ours.

    Where nobody had told us yet that the message went, it went.
    """
    if status not in ORDER or not ID.fullmatch(message_id):
        return False
    message = session.get(Message, message_id, with_for_update=True)
    if message is None or message.attempts + (message.state == "sent") == 0:
        return False
    pending = message.state in ("waiting", "sending")
    if message.provider_id is not None and (pending or message.provider_id != provider_id):
        return False  # of an earlier try, by another way
    message.provider_id = provider_id
    if pending:
        _went(session, message, now)
    if message.status is not None and ORDER[status] <= ORDER.get(message.status, 0):
        return False
    message.status, message.status_at = status, now
    message.error_code = code if CODE.fullmatch(code) else None
    if status in ARRIVED:
        message.sealed = None  # nobody needs the words again
    if status in NOT_ARRIVED and message.state == "sent":
        _did_not_arrive(session, message, now)
    return True


def _went(session: Session, message: Message, now: dt.datetime) -> None:
    message.state, message.reason, message.sent_at = "sent", None, now
    session.execute(
        update(Consultation)
        .where(Consultation.id == message.consultation_id, Consultation.asked_at.is_(None))
        .values(asked_at=now)
    )


def _did_not_arrive(session: Session, message: Message, now: dt.datetime) -> None:
    reason = meaning(int(message.error_code or 0))
    again = message.template in TEMPLATES or message.sealed is not None
    if message.way == "whatsapp" and reason in NOT_BY_WHATSAPP and again:
        message.state, message.reason, message.way = "waiting", reason, "sms"
        message.due_at, message.status = now, None
        return
    message.state, message.reason = "failed", reason
    if message.template in TEMPLATES:
        session.execute(
            update(Consultation)
            .where(Consultation.id == message.consultation_id, Consultation.state == "asked")
            .values(state="unreachable", reason=reason)
        )
    if reason == "opted_out" and (number := number_hash(session, message)):
        phones.refused(session, number, now)


def number_hash(session: Session, message: Message) -> str | None:
    """The hash of the number that this message goes to."""
    if message.conversation_id:
        return session.scalar(
            select(Conversation.number_hash).where(Conversation.id == message.conversation_id)
        )
    row = session.execute(
        select(Consultation.involvement_id, Involvement.phone_hash, Child.phone_hash)
        .join(Child, Child.id == Consultation.child_id)
        .outerjoin(Involvement, Involvement.id == Consultation.involvement_id)
        .where(Consultation.id == message.consultation_id)
    ).first()
    return None if row is None else row[1] if row[0] else row[2]
