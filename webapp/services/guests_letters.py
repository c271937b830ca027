"""Letters to guests: the Review Unit prints them, one by one or many in a PDF, and once one is printed its guest is
invited.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from config import Authority
from webapp.clock import london
from webapp.documents.booklet_paper import Style, drawing
from webapp.documents.guest_words import Drawn, Told, What, letter_on_paper
from webapp.documents.letter import Addressee
from webapp.documents.letter_pdf import Data
from webapp.messaging.letter import TO_PRINT
from webapp.services import guests, guests_facts
from webapp.services.auditing import note
from webapp.services.guests_facts import Card
from webapp.services.guests_sending import TEMPLATE, token, went
from webapp.services.guests_told import next_for, notices
from webapp.services.sending import NotPrinted
from webapp.store import Child, Guest, GuestNotice, Message, Review, Vault

PRINTED = "printed"
"""The provider's id of a letter that somebody printed."""
AT_MOST = 200


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

    message_id: str
    guest_id: str
    told: Told
    to: Addressee
    card: Card | None
    child_id: str
    format: str
    """What its guest needs on paper."""
    token_hash: str

    def on_paper(
        self, authority: Authority, printed_on: dt.date, style: Style, folders: Sequence[Path]
    ) -> Data:
        """What the typesetter is given."""
        card = self.drawn(drawing(self.card.picture, folders)) if self.card else None
        return letter_on_paper(self.told, self.to, authority, printed_on=printed_on, style=style, card=card)

    def drawn(self, picture: str) -> Drawn | None:
        """The card that goes with it, with its picture as a drawing."""
        return Drawn(picture, self.card.words, self.card.language) if self.card else None


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
    """A letter that is printed with this press; see `letter_to_print` and `letter_printed`. Raises NotPrinted."""
    made = letter_to_print(session, vault, public_url, message_id, now)
    letter_printed(session, vault, takers, made, now, actor)
    return made


def letter_to_print(
    session: Session, vault: Vault, public_url: str, message_id: str, now: dt.datetime
) -> Ready:
    """The letter, checked anew as before every message. It counts as printed once `letter_printed` says so.

    Raises NotPrinted where it may not go out now, or says what is not so any more.
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
    own, place = token(vault, guest.id, person), notice.place_for(person)
    theirs = guests_facts.place_in_theirs(session, vault, facts, person, place)
    what: What = notice.row.what  # type: ignore[assignment]
    return Ready(
        message_id, guest.id,
        Told(what, notice.at, place, f"{public_url.rstrip('/')}/g/{own}", person.language, theirs),
        Addressee(person.name, lines, person.name, "parent"), opened.card if what == "invitation" else None,
        guest.child_id, person.format, vault.lookup("guest", own),
    )  # fmt: skip


def letter_printed(
    session: Session, vault: Vault, takers: Mapping[str, Sequence[str]], made: Ready, now: dt.datetime, actor: str
) -> None:  # fmt: skip
    """This letter is on paper: its first printing invites its guest, printing it again changes nothing.

    One that was to go no more while the paper was made went all the same: so what is to follow it, a cancellation too,
    goes out.
    """
    message = session.get_one(Message, made.message_id, with_for_update=True)
    if message.provider_id == TO_PRINT:
        message.provider_id, message.sent_at, message.state, message.reason = PRINTED, now, "sent", None
        session.flush()
        went(session, vault, takers, made.guest_id, now)
    session.get_one(Guest, made.guest_id).token_hash = made.token_hash
    note(session, now, actor, "print_guest_letter", f"message:{made.message_id}", made.child_id)


def review_of(session: Session, message_id: str) -> str | None:
    """The review that a letter is about."""
    return session.scalar(
        select(Review.id)
        .join(Guest, Guest.review_id == Review.id)
        .join(GuestNotice, GuestNotice.guest_id == Guest.id)
        .where(GuestNotice.message_id == message_id)
    )
