"""Sending the messages about worries: a lane of their own, until each is sent, and on to others when nobody
acts.

A message about a worry is never given up: a mailbox that bounces today may work tomorrow, and until somebody
takes the worry it stands on the staff pages too. It may come twice after a crash; it may not be lost
(threats.md S2). What is told of a case system's silence (`delivering_silence`) goes the same way, in a lane of its own.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Update, exists, or_, select, update

from config import Authority, Settings
from webapp import logs
from webapp.clock import Clock
from webapp.documents.notices import Notice, silence_notice, worry_notice
from webapp.messaging import GiveUp, Messenger, Outgoing, TryAgain
from webapp.services import delivering_silence, many_looks, worries
from webapp.services.whose import ABOUT_THE_OFFICER
from webapp.store import Child, Database, Message, Review, SealBroken, Vault, Worry

BATCH = 4
"""Few, so that a provider that hangs for its whole time-out each time is done before the lease is over."""
LEASE = dt.timedelta(minutes=2)
FIRST_WAIT, LONGEST_WAIT = 5.0, 300.0
"""Seconds until the next try at a mailbox: doubled each time, at most five minutes."""
SECOND_ROUTE_AFTER = dt.timedelta(minutes=5)
"""Where no message got through in this time, the next people are told at once (threats.md S2: within ten
minutes).
"""

REPEAT_AT_LEAST = dt.timedelta(hours=1)
"""A worry that nobody takes is told again after the authority's own minutes, and at least every hour."""
CLOSED_WITHIN = dt.timedelta(hours=24)
"""A worry that somebody took and has not closed for so long is told to the next people again."""
SOON = dt.timedelta(days=2)
"""So near to its review, what keeps words from the officer of that review doesn't wait for that long."""

_log = logs.get("alerting")


@dataclass(frozen=True, slots=True)
class _Waiting:
    id: str
    purpose: str
    attempts: int
    way: str
    to_sealed: bytes | None
    child_id: str | None
    child_key: bytes | None

    @property
    def escalated(self) -> bool:
        return self.purpose.split(":")[2] != "1"


def alert_once(
    db: Database, vault: Vault, messengers: Mapping[str, Messenger], settings: Settings, clock: Clock,
    template: str = worries.TEMPLATE, notice: Callable[[str], Notice] | None = None,
) -> int:  # fmt: skip
    """Send every message about a worry that is due, or those of another template; gives how many went. One mailbox's
    failure stops no other. `notice` gives the words of another template's message by its purpose.
    """
    now = clock()
    with (
        db.reading() as session
    ):  # nearly always there is none, and nobody should wait for a lock because of it
        if session.execute(select(Message.id).where(*_due(template, now)).limit(1)).first() is None:
            return 0
    sent = 0
    for one in _claim(db, template, now):
        try:
            messengers[one.way].send(_outgoing(vault, one, settings.public_url, notice))
        except KeyError:
            _later(db, one, clock(), "no_sender")
        except (TryAgain, GiveUp) as error:
            _later(db, one, clock(), error.reason)
        except SealBroken:
            _later(db, one, clock(), "seal_broken")
        except (
            Exception
        ) as error:  # a mistake of ours in an adapter: the other mailboxes must still hear of it
            _log.error("messenger_broke", message=one.id, **logs.trouble(error))
            _later(db, one, clock(), "error")
        else:
            with db.writing() as session:
                session.execute(_of(one).values(state="sent", sent_at=clock(), reason=None))
            _log.info("alert_sent", message=one.id, attempts=one.attempts)
            sent += 1
    return sent


def escalate_once(db: Database, vault: Vault, authority: Authority, clock: Clock) -> int:
    """Tell the next people about worries that nobody took in time, that nobody could be told of, or that somebody took
    a day ago and left (sooner where the review is near whose officer may not read them); and again, until somebody
    takes or closes them.
    """
    now = clock()
    overdue = _overdue(authority, now)
    with db.reading() as session:
        ids = session.scalars(select(Worry.id).where(*overdue).order_by(Worry.raised_at)).all()
    for worry_id in ids:
        with db.writing() as session:
            worry = session.scalars(
                select(Worry).where(Worry.id == worry_id, *overdue).with_for_update()
            ).first()
            if worry is not None:
                worries.escalate(session, vault, authority, worry, now)
        _log.warning("worry_escalated", worry=worry_id)
    return len(ids)


def _overdue(authority: Authority, now: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    patience = dt.timedelta(minutes=authority.duty.escalate_after_minutes)
    told = exists().where(Message.purpose.startswith("worry:" + Worry.id + ":"), Message.state == "sent")
    late = or_(Worry.raised_at <= now - patience, (Worry.raised_at <= now - SECOND_ROUTE_AFTER) & ~told)

    def quiet_for(time: dt.timedelta) -> ColumnElement[bool]:
        return or_(Worry.escalated_at.is_(None), Worry.escalated_at <= now - time)

    near = exists().where(Review.id == Worry.review_id, Review.held_at.between(now, now + SOON))
    held_back = (Worry.source == worries.SCREENING) & ABOUT_THE_OFFICER & near
    left = or_(Worry.taken_at <= now - CLOSED_WITHIN, (Worry.taken_at <= now - REPEAT_AT_LEAST) & held_back)
    return (
        Worry.closed_at.is_(None),
        or_(
            Worry.taken_at.is_(None) & late & quiet_for(min(patience, REPEAT_AT_LEAST)),
            left & quiet_for(CLOSED_WITHIN),
        ),
    )


def _claim(db: Database, template: str, now: dt.datetime) -> list[_Waiting]:
    """Those that failed least come first, so that a dead mailbox delays nobody's first message."""
    chosen = (
        select(Message.id)
        .where(*_due(template, now))
        .order_by(Message.attempts, Message.due_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True, of=Message)
    )
    with db.writing() as session:
        ids = session.scalars(chosen).all()
        session.execute(
            update(Message)
            .where(Message.id.in_(ids))
            .values(state="sending", due_at=now + LEASE, attempts=Message.attempts + 1)
            .execution_options(synchronize_session=False)
        )
        rows = session.execute(
            select(
                Message.id,
                Message.purpose,
                Message.attempts,
                Message.way,
                Message.to_sealed,
                Child.id,
                Child.key,
            )
            .outerjoin(Child, Child.id == Message.child_id)
            .where(Message.id.in_(ids))
            .order_by(Message.attempts, Message.made_at)
        )
        return [_Waiting(*row) for row in rows]


def _due(template: str, now: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    """Waiting and due; or claimed by somebody whose lease is over."""
    return (
        Message.template == template, Message.state.in_(("waiting", "sending")), Message.due_at <= now
    )  # fmt: skip


def _outgoing(
    vault: Vault, one: _Waiting, public_url: str, notice: Callable[[str], Notice] | None
) -> Outgoing:
    if one.child_key is None:
        if notice:
            words, mailbox = notice(one.purpose), many_looks.mailbox_of(one.purpose)
        else:
            system, since, mailbox = delivering_silence.of_purpose(one.purpose)
            words = silence_notice(public_url, system, since)
        return Outgoing(id=one.id, way=one.way, to=mailbox, subject=words.subject, body=words.body)
    key = vault.key(one.child_key, f"child:{one.child_id}")
    words = notice(one.purpose) if notice else worry_notice(public_url, one.escalated)
    return Outgoing(
        id=one.id, way=one.way, to=key.open_some(one.to_sealed, f"message.to_sealed:{one.id}"),
        subject=words.subject, body=words.body,
    )  # fmt: skip


def _later(db: Database, one: _Waiting, now: dt.datetime, reason: str) -> None:
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(one.attempts - 1, 20))
    wait = dt.timedelta(seconds=longest * random.uniform(0.5, 1.0))
    with db.writing() as session:
        session.execute(_of(one).values(state="waiting", due_at=now + wait, reason=reason[:40]))
    _log.error("alert_failed", message=one.id, attempts=one.attempts, code=reason)


def _of(one: _Waiting) -> Update:
    return (
        update(Message)
        .where(Message.id == one.id, Message.state != "sent")
        .execution_options(synchronize_session=False)
    )
