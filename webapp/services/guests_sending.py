"""Sends to guests what they have to be told: invitations, changes, cancellations. Safe to run twice, late, or at once.

For each review with something to do: everything is looked at anew, each message is written down and committed, handed
to the messenger, and its outcome committed. Where we stop in between, it is tried again after ten minutes under the
same Message-ID, or looked for among what the provider of text messages holds.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config import Authority, Settings
from webapp import logs
from webapp.chat.parts import count, straighten
from webapp.clock import Clock, london
from webapp.documents import guest_words
from webapp.documents.guest_words import Told, What
from webapp.messaging import GiveUp, Messenger, Outgoing, Provider, Sent, TryAgain
from webapp.messaging.letter import TO_PRINT
from webapp.messaging.port import UNKNOWN
from webapp.review.asking import PHONE_WAYS, Reach, Unreachable, way_to
from webapp.review.quiet import held_until
from webapp.services import guests, guests_due, guests_facts, phones
from webapp.services.guests_facts import Facts, Somebody
from webapp.services.guests_told import KEEP, Notice, Step, next_for, notices
from webapp.services.sending import RESTS_AFTER, back_off
from webapp.services.sending_claims import A_LITTLE, HELD, LEASE
from webapp.store import Database, Guest, GuestNotice, Message, Phone, SealBroken, Vault, new_id

log = logs.get("guests")
TEMPLATE = "guest_"
LETTER_TO_PRINT = "letter_to_print"
REPLACED = "replaced"
Takers = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Desk:
    """What sending needs and doesn't change."""

    vault: Vault
    authority: Authority
    public_url: str
    messengers: Mapping[str, Messenger]
    takers: Takers
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class Going:
    """One message on its way, made and plain."""

    message_id: str
    guest_id: str
    review_id: str
    attempts: int
    outgoing: Outgoing
    unsure_since: dt.datetime | None = None
    """Set where an earlier try may have gone out."""


def send_due(
    db: Database, vault: Vault, authority: Authority, settings: Settings, messengers: Mapping[str, Messenger],
    takers: Takers, clock: Clock,
) -> int:  # fmt: skip
    """Everything that is due now; gives how many messages went."""
    with db.reading() as session:
        ids = guests_due.reviews(session, clock())
    sent, failing = 0, dict[str, int]()
    for review_id in ids:
        desk = Desk(vault, authority, settings.public_url, messengers, takers, clock())
        with db.reading() as session:
            waits = _anything(session, desk, review_id)
        if not waits:
            continue
        with db.writing() as session:
            going = _claim(session, desk, review_id)
        for one in going:
            sent += _send(db, desk, one, failing, clock)
    return sent


def _facts(session: Session, desk: Desk, review_id: str, *, lock: bool = False) -> Facts | None:
    try:
        return guests_facts.facts(session, desk.vault, review_id, london(desk.now).date(), lock=lock)
    except SealBroken:
        log.error("unreadable", review=review_id)
        return None


def _looked_at(
    session: Session, desk: Desk, facts: Facts
) -> Iterator[tuple[Guest, Somebody, list[Notice], Any]]:
    """Each guest of a review with what to do about them."""
    opened = guests.opened(session, facts.key, facts.review.id)
    told = notices(session, facts.key, [one.row.id for one in opened])
    for one in opened:
        person = facts.people.get(one.key) or guests.gone(one)
        same = one.row.token_hash == desk.vault.lookup("guest", token(desk.vault, one.row.id, person))
        mine = told.get(one.row.id, [])
        yield one.row, person, mine, next_for(facts, one.row, person, mine, desk.now, same_address=same)


def _anything(session: Session, desk: Desk, review_id: str) -> bool:
    """Whether there is anything to write: nobody should wait for a lock because of nothing."""
    facts = _facts(session, desk, review_id)
    return facts is not None and any(
        todo.stale or todo.again or todo.step or todo.reason not in (guest.reason, KEEP)
        or (guest.state == "waits_check" and person.bar != "waits_check")
        for guest, person, _, todo in _looked_at(session, desk, facts)
    )  # fmt: skip


def _claim(session: Session, desk: Desk, review_id: str) -> list[Going]:
    """Write down what goes out next about one review, before it goes."""
    facts = _facts(session, desk, review_id, lock=True)
    if facts is None:
        return []
    going: list[Going] = []
    changed = False
    for guest, person, told, todo in _looked_at(session, desk, facts):
        before = guest.state, guest.reason
        for notice in todo.stale:
            notice.message.state, notice.message.reason = "stopped", REPLACED
            changed = True
        if todo.reason != KEEP:
            guest.reason = todo.reason
        if guest.state == "waits_check" and person.bar != "waits_check":
            guest.state = "to_invite"
        if todo.again is not None:
            going.extend(_once_more(session, desk, facts, guest, person, todo.again))
        elif todo.step is not None:
            going.extend(_new(session, desk, facts, guest, person, todo.step, told, new_time=todo.new_time))
        changed = changed or before != (guest.state, guest.reason)
    session.flush()
    if going or changed:
        guests.announce(session, desk.vault, desk.takers, facts.review, facts.child, facts.key, desk.now)
    return going


def _new(
    session: Session, desk: Desk, facts: Facts, guest: Guest, person: Somebody, step: Step, told: Sequence[Notice],
    *, new_time: bool,
) -> list[Going]:  # fmt: skip
    """Something that this guest was not told yet."""
    way, unreachable = _way(session, desk, person)
    if unreachable:
        guest.reason = unreachable
        return []
    if step.what == "invitation" and guest.state != "to_invite":
        guest.state = "to_invite"  # it was off, and is on again
    if new_time and guest.state != "to_invite":  # what they answered was for another time
        guest.state, guest.answer, guest.answered_at = "invited", None, None
    guest.sequence += 1
    guest.token_hash = desk.vault.lookup("guest", token(desk.vault, guest.id, person))
    message = Message(
        id=new_id(), purpose=f"guest:{guest.id}:{guest.sequence}", child_id=guest.child_id, way=way,
        template=f"{TEMPLATE}{step.what}", language=person.language, state="waiting", attempts=0, made_at=desk.now,
        due_at=desk.now,
    )  # fmt: skip
    session.add(message)
    session.flush()
    session.add(
        GuestNotice(
            id=new_id(), guest_id=guest.id, sequence=guest.sequence, what=step.what, settled_id=step.settled_id,
            message_id=message.id, made_at=desk.now,
        )
    )  # fmt: skip
    theirs = guests_facts.place_in_theirs(session, desk.vault, facts, person, step.place)
    return _go(desk, guest, person, message, step, guest.sequence, None, theirs)


def _once_more(
    session: Session, desk: Desk, facts: Facts, guest: Guest, person: Somebody, notice: Notice
) -> list[Going]:
    way, unreachable = _way(session, desk, person)
    if unreachable:
        notice.message.state, notice.message.reason, guest.reason = "failed", unreachable, unreachable
        return []
    message = notice.message
    lost = message.attempts > 0 and (message.state == "sending" or message.reason == UNKNOWN)
    since = message.made_at - A_LITTLE if lost and message.way == way and way in PHONE_WAYS else None
    message.way = way
    guest.token_hash = desk.vault.lookup("guest", token(desk.vault, guest.id, person))
    what: What = notice.row.what  # type: ignore[assignment]
    step = Step(what, notice.row.settled_id, notice.at, notice.place_for(person))
    theirs = guests_facts.place_in_theirs(session, desk.vault, facts, person, step.place)
    return _go(desk, guest, person, message, step, notice.row.sequence, since, theirs)


def _go(
    desk: Desk, guest: Guest, person: Somebody, message: Message, step: Step, sequence: int,
    since: dt.datetime | None, theirs: str,
) -> list[Going]:  # fmt: skip
    """Make it, unless it has to wait for the morning: a phone is left alone by night."""
    if message.way in PHONE_WAYS and since is None:
        until = held_until(desk.now, desk.authority.text_messages, desk.authority.timetable.nation)
        if until is not None:
            message.state, message.reason, message.due_at, guest.reason = "waiting", HELD, until, HELD
            return []
    message.state, message.reason, message.due_at = "sending", None, desk.now + LEASE
    message.attempts += 1
    outgoing = _made(desk, guest.id, person, message, step, sequence, theirs)
    return [Going(message.id, guest.id, guest.review_id, message.attempts, outgoing, since)]


def _made(
    desk: Desk, guest_id: str, person: Somebody, message: Message, step: Step, sequence: int, theirs: str
) -> Outgoing:
    link = f"{desk.public_url.rstrip('/')}/g/{token(desk.vault, guest_id, person)}"
    told = Told(step.what, step.at, step.place, link, person.language, theirs)
    if message.way == "letter":  # made when it is printed
        return Outgoing(message.id, "letter", "", "", "", person.language)
    if message.way in PHONE_WAYS:
        body = straighten(guest_words.text(told, desk.authority))
        return Outgoing(message.id, message.way, str(person.reach["phone"]), "", body, person.language)
    words, to = guest_words.email(told, desk.authority), str(person.reach["email"])
    return Outgoing(
        message.id, "email", to, words.subject, words.body, words.language, reply_to=desk.authority.unit_email,
        calendar=guest_words.entry(
            told, desk.authority, uid=uid(desk.public_url, guest_id), sequence=sequence, stamp=message.made_at,
            attendee=to,
        ),
        method="CANCEL" if step.what == "cancellation" else "REQUEST",
    )  # fmt: skip


def uid(public_url: str, guest_id: str) -> str:
    """The name of this guest's entry in their calendar, for ever (RFC 5545, 3.8.4.7)."""
    return f"{guest_id}@{public_url.rstrip('/').rpartition('/')[2].partition(':')[0]}"


def token(vault: Vault, guest_id: str, person: Somebody) -> str:
    """The link on which a guest answers: 128 bits that only our look-up key makes, the same in each message to one
    address. Another address has another link, and the one before opens nothing any more.
    """
    where = json.dumps(dict(person.reach), sort_keys=True, ensure_ascii=False)
    made = bytes.fromhex(vault.lookup("guest_link", f"{guest_id}:{where}"))
    return base64.urlsafe_b64encode(made[:16]).decode().rstrip("=")


def _way(session: Session, desk: Desk, person: Somebody) -> tuple[str, Unreachable | None]:
    """How they are reached, or why they can't be."""
    number = str(person.reach.get("phone") or "")
    known = None
    if number:
        known = session.scalar(select(Phone).where(Phone.number_hash == desk.vault.lookup("phone", number)))
    reach = Reach(
        person.reach.get("way", "none"), bool(person.reach.get("email")), bool(person.reach.get("address")),
        phone=bool(number), shut=phones.shut(known),
    )  # fmt: skip
    return way_to(reach, desk.messengers)


def _send(db: Database, desk: Desk, one: Going, failing: dict[str, int], clock: Clock) -> int:
    way = one.outgoing.way
    try:
        if failing.get(way, 0) >= RESTS_AFTER:
            raise TryAgain(UNKNOWN if one.unsure_since else "resting")
        taken = _hand_over(db, desk, one)
    except TryAgain as error:
        failing[way] = failing.get(way, 0) + 1
        with db.writing() as session:
            until = clock() + back_off(one.attempts)
            _settle(session, one, state="waiting", reason=error.reason, due_at=until)
        return 0
    except GiveUp as error:
        with db.writing() as session:
            _settle(session, one, state="failed", reason=error.reason)
            _of_guest(session, one, reason=error.reason)
            if error.reason == "opted_out":
                phones.refused(session, desk.vault.lookup("phone", one.outgoing.to), clock())
        return 0
    failing[way] = 0
    with db.writing() as session:
        parts = count(one.outgoing.body) if way == "sms" else 0
        _settle(
            session,
            one,
            state="sent",
            reason=None,
            sent_at=clock(),
            provider_id=taken.provider_id,
            parts=parts,
        )
        if taken.provider_id == TO_PRINT:
            _of_guest(session, one, reason=LETTER_TO_PRINT)
        else:
            went(session, desk.vault, desk.takers, one.guest_id, clock())
    return 1


def _hand_over(db: Database, desk: Desk, one: Going) -> Sent:
    """Hand it over, unless it went out already."""
    messenger = desk.messengers[one.outgoing.way]
    if one.unsure_since is not None and isinstance(messenger, Provider):
        for held in messenger.sent_to(one.outgoing.way, one.outgoing.to, one.unsure_since):
            if held.body == one.outgoing.body:
                with db.reading() as session:
                    known = session.scalar(select(Message.id).where(Message.provider_id == held.provider_id))
                if known in (None, one.message_id):
                    return Sent(held.provider_id)
    try:
        return messenger.send(one.outgoing)
    except (TryAgain, GiveUp):
        raise
    except Exception as error:  # a fault of our own in one message must not keep the others from going
        log.error("not_sent", message=one.message_id, **logs.trouble(error))
        raise TryAgain("our_fault") from error


def _settle(session: Session, one: Going, **values: Any) -> None:
    session.execute(
        update(Message)
        .where(Message.id == one.message_id, Message.state == "sending", Message.attempts == one.attempts)
        .values(**values)
    )


def _of_guest(session: Session, one: Going, **values: Any) -> None:
    session.execute(update(Guest).where(Guest.id == one.guest_id).values(**values))


def went(session: Session, vault: Vault, takers: Takers, guest_id: str, now: dt.datetime) -> None:
    """Something went out to this guest, or was printed: whoever was to be invited is."""
    guest = session.get_one(Guest, guest_id)
    guest.reason = None
    if guest.state == "to_invite":
        guest.state = "invited"
        session.flush()
        guests.announce_of(session, vault, takers, guest, now)
