"""What a guest was told so far, and so what they have to be told next: never the same twice, never what is stale."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.documents.guest_words import What
from webapp.messaging.letter import TO_PRINT
from webapp.messaging.port import UNKNOWN
from webapp.review import guests as rules
from webapp.services.deciding_desk import settled_place
from webapp.services.guests_facts import Facts, Somebody
from webapp.store import Guest, GuestNotice, Key, Message, Settled

NOT_EVEN_A_CANCELLATION = frozenset(["child_hold", "ended", "person_hold", "no_contact", "check_says_no"])
"""Where one of these holds, somebody who was told of a meeting isn't told that it is off either: staff do that."""


BY_HAND = "by_hand"
KEEP = "keep"
"""The reason that stands there stays: the message waits for its hour, or for somebody to print it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to a guest, and the time and place that it told."""

    row: GuestNotice
    message: Message
    at: dt.datetime
    place: str
    place_for_others: str

    @property
    def may_have_arrived(self) -> bool:
        """It went out, or nobody knows."""
        state = self.message.state
        if state == "sent":
            return self.message.provider_id != TO_PRINT
        return state == "sending" or (state == "waiting" and self.message.reason == UNKNOWN)

    @property
    def pending(self) -> bool:
        """It still has to go out, be tried again or be printed."""
        state = self.message.state
        return state in ("waiting", "sending") or (state == "sent" and self.message.provider_id == TO_PRINT)

    def place_for(self, one: Somebody) -> str:
        """Where it was to be, as this person is told."""
        return rules.place_for(self.place, self.place_for_others, knows_address=one.knows_address)


@dataclass(frozen=True, slots=True)
class Step:
    """What a guest is to be told next."""

    what: What
    settled_id: str
    at: dt.datetime
    place: str


@dataclass(frozen=True, slots=True)
class Next:
    """What to do about one guest: messages that are stale, one to try again, and what is new."""

    stale: tuple[Notice, ...] = ()
    again: Notice | None = None
    step: Step | None = None
    reason: str | None = None
    """Why nothing goes out."""
    new_time: bool = False
    """What they answered was for another time."""


def notices(session: Session, key: Key, guest_ids: Collection[str]) -> dict[str, list[Notice]]:
    """What each guest was told, oldest first. `key` is the child's. One query."""
    rows = session.execute(
        select(GuestNotice, Message, Settled)
        .join(Message, Message.id == GuestNotice.message_id)
        .join(Settled, Settled.id == GuestNotice.settled_id)
        .where(GuestNotice.guest_id.in_(guest_ids))
        .order_by(GuestNotice.sequence)
    )
    found: dict[str, list[Notice]] = {}
    for row, message, settled in rows:
        body = json.loads(key.open(settled.sealed, settled_place(settled.id)))
        told = Notice(row, message, settled.at, body["place"], body["place_for_others"])
        found.setdefault(row.guest_id, []).append(told)
    return found


def off(facts: Facts) -> bool:
    """True where the time that people were told holds no more: cancelled, or postponed to another or to none yet."""
    status, at = facts.review.status, facts.settled
    return status == "cancelled" or (
        status == "postponed" and at is not None and facts.review.held_at != at.at
    )


def of_another_time(facts: Facts, told: Sequence[Notice]) -> bool:
    """Whether what this guest heard last, and so what they answered, was of another time or that it is off. False of
    whoever was told by hand.
    """
    known = next((each for each in reversed(told) if each.may_have_arrived), None)
    at = facts.settled
    return known is not None and (known.row.what == "cancellation" or at is None or known.at != at.at)


def next_for(
    facts: Facts, guest: Guest, one: Somebody, told: Sequence[Notice], now: dt.datetime, *, same_address: bool
) -> Next:
    """What to do about this guest now. `told` is what they were told so far. `same_address`: what was refused there for
    good would be refused again.
    """
    if told and told[-1].message.state == "failed" and same_address:
        return Next(reason=guest.reason)
    known = next((each for each in reversed(told) if each.may_have_arrived), None)
    pending = told[-1] if told and told[-1].pending else None
    if guest.state == "withdrawn" or off(facts):
        return _take_back(one, known, pending, now)
    at = facts.standing
    if at is None or at.at <= now or one.bar is not None:
        return Next(_stale(pending), reason=one.bar or ("past" if at is not None else "another_day"))
    place = rules.place_for(at.place, at.place_for_others, knows_address=one.knows_address)
    if _tells(pending, one, at.at, place):
        return _once_more(pending, now)
    if known is None and guest.state in rules.TOLD:  # staff told them, and go on telling them
        return Next(_stale(pending), reason=BY_HAND)
    if known is None or known.row.what == "cancellation":
        return Next(_stale(pending), step=Step("invitation", at.id, at.at, place))
    if _tells(known, one, at.at, place):
        return Next(_stale(pending))
    return Next(_stale(pending), step=Step("change", at.id, at.at, place), new_time=known.at != at.at)


def _tells(notice: Notice | None, one: Somebody, at: dt.datetime, place: str) -> TypeGuard[Notice]:
    """Whether this says what they would be told now."""
    if notice is None or notice.row.what == "cancellation":
        return False
    return (notice.at, notice.place_for(one)) == (at, place)


def _take_back(one: Somebody, known: Notice | None, pending: Notice | None, now: dt.datetime) -> Next:
    if pending is not None and pending.row.what == "cancellation":
        return _once_more(pending, now)
    if known is None or known.row.what == "cancellation" or known.at <= now:
        return Next(_stale(pending))
    if one.bar in NOT_EVEN_A_CANCELLATION:
        return Next(_stale(pending), reason=one.bar)
    step = Step("cancellation", known.row.settled_id, known.at, known.place_for(one))
    return Next(_stale(pending), step=step)


def _once_more(pending: Notice, now: dt.datetime) -> Next:
    """It is on its way already: tried again once its time has come."""
    due = pending.message.state != "sent" and pending.message.due_at <= now
    return Next(again=pending, reason=None) if due else Next(reason=KEEP)


def _stale(pending: Notice | None) -> tuple[Notice, ...]:
    """A message that still waits, where it has to go no more; one that is just being sent is left alone."""
    return (pending,) if pending is not None and pending.message.state != "sending" else ()
