"""Letters to guests: the Review Unit prints them, and with the press that prints one its guest is invited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from config import Authority
from webapp.clock import london
from webapp.documents.guest_words import Told, What
from webapp.documents.letter import Addressee
from webapp.messaging.letter import TO_PRINT
from webapp.services import guests, guests_facts
from webapp.services.auditing import note
from webapp.services.guests_facts import Card
from webapp.services.guests_sending import TEMPLATE, token, went
from webapp.services.guests_told import next_for, notices
from webapp.store import Child, Guest, GuestNotice, Message, Review, Vault

PRINTED = "printed"
"""The provider's id of a letter that somebody printed."""
AT_MOST = 200


class NotPrinted(Exception):
    """This letter may not be printed now; `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to a guest, for the Unit's list: whose review, never who said what of them."""

    message_id: str
    child_external_id: str
    what: What
    made_at: dt.datetime
    printed: bool


@dataclass(frozen=True, slots=True)
class Ready:
    """A letter with all that stands on it."""

    told: Told
    to: Addressee
    card: Card | None
    child_id: str


def to_print(session: Session) -> list[Letter]:
    """Letters that nobody has printed, the oldest first."""
    wanted = _letters().where(Message.provider_id == TO_PRINT).order_by(Message.made_at).limit(AT_MOST)
    return [_letter(row) for row in session.execute(wanted)]


def _letters() -> Select[Message, str, str]:
    return (
        select(Message, Child.external_id, GuestNotice.what)
        .join(GuestNotice, GuestNotice.message_id == Message.id)
        .join(Child, Child.id == Message.child_id)
        .where(Message.way == "letter", Message.state == "sent", Message.template.startswith(TEMPLATE))
    )


def _letter(row: Sequence[object]) -> Letter:
    message, child, what = row
    assert isinstance(message, Message)
    return Letter(message.id, str(child), what, message.made_at, message.provider_id == PRINTED)  # type: ignore[arg-type]


def print_letter(
    session: Session, vault: Vault, authority: Authority, public_url: str, takers: Mapping[str, Sequence[str]],
    message_id: str, now: dt.datetime, actor: str,
) -> Ready:  # fmt: skip
    """The letter, checked anew as before every message. Its first printing invites them; printing it again changes
    nothing. Raises NotPrinted where it may not go out now, or says what is not so any more.
    """
    message = session.get(Message, message_id, with_for_update=True)
    row = session.execute(_letters().where(Message.id == message_id)).first() if message else None
    if message is None or row is None:
        raise NotPrinted("not_a_letter")
    found = session.execute(
        select(Guest, GuestNotice).join(GuestNotice, GuestNotice.guest_id == Guest.id)
        .where(GuestNotice.message_id == message_id)
    ).one()  # fmt: skip
    guest: Guest = found.Guest
    facts = guests_facts.facts(session, vault, guest.review_id, london(now).date())
    assert facts is not None
    opened = guests.open_guest(facts.key, guest)
    person = facts.people.get(opened.key) or guests.gone(opened)
    told = notices(session, facts.key, [guest.id])[guest.id]
    todo = next_for(facts, guest, person, told, now, same_address=True)
    notice = next(one for one in told if one.message.id == message_id)
    if notice is not told[-1] or todo.step is not None or todo.stale or (todo.reason not in (None, "keep")):
        raise NotPrinted(todo.reason if todo.reason not in (None, "keep") else "replaced")
    lines = tuple(person.reach.get("address") or ())
    if not lines:
        raise NotPrinted("no_address")
    if message.provider_id == TO_PRINT:
        message.provider_id, message.sent_at = PRINTED, now
        session.flush()
        went(session, vault, takers, guest.id, now)
    guest.token_hash = vault.lookup("guest", token(vault, guest.id, person))
    note(session, now, actor, "print_guest_letter", f"message:{message_id}", guest.child_id)
    link = f"{public_url.rstrip('/')}/g/{token(vault, guest.id, person)}"
    what: What = notice.row.what  # type: ignore[assignment]
    card = opened.card if what == "invitation" else None
    return Ready(
        Told(what, notice.at, notice.place_for(person), link, person.language),
        Addressee(person.name, lines, person.name, "parent"), card, guest.child_id,
    )  # fmt: skip


def review_of(session: Session, message_id: str) -> str | None:
    """The review that a letter is about."""
    return session.scalar(
        select(Review.id)
        .join(Guest, Guest.review_id == Review.id)
        .join(GuestNotice, GuestNotice.guest_id == Guest.id)
        .where(GuestNotice.message_id == message_id)
    )
