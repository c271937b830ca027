"""Messages that tell: something stands on the page of somebody who was asked before a review.

They hold nothing private and go the way of all messages (`sending`): recorded once under their purpose, looked at anew
before each try. Nothing goes out late: what it tells of has to be true, and to come, on the day that it is sent.
"""

from __future__ import annotations

import datetime as dt
from typing import cast

from sqlalchemy import Exists, Table, and_, exists, or_, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session, aliased

from config import Authority
from webapp.clock import Clock, london
from webapp.review.asking import child_stopped, place_stopped
from webapp.review.timetable import ONE_DAY, end_of_day
from webapp.services.recipients import Recipient
from webapp.store import Consultation, Database, Message, Outcome, Review, Settled, new_id

TOLD, TOMORROW, LETTER, HALFWAY, OUTCOME = "told", "tomorrow", "letter", "halfway", "outcome"
ANSWERED, CANCELLED = "answered", "cancelled"
OFF, ON = f"{TOLD}:off:", f"{TOLD}:on:"
"""How the purposes begin of messages that a time which was told holds no more, or again; then the id of what was
settled.
"""
TELLING = frozenset([TOLD, TOMORROW, LETTER, HALFWAY, OUTCOME, ANSWERED, CANCELLED])
SAYS_ALL = frozenset([CANCELLED])
"""What says itself what there is to say, and has no link: there is no page any more."""
STALE_AFTER = dt.timedelta(days=14)
"""What could not be sent for so long is not sent any more."""
NO_POST = {TOMORROW: "no_post", CANCELLED: "no_post", LETTER: "printed_by_iro"}
"""What no letter says, and why: it would come too late, or the officer prints the letter itself."""


def childs(session: Session, review_id: str, stage: str = "before") -> Consultation | None:
    """What the child was asked about this review, unless it was stopped; None where there is none."""
    return session.scalar(
        select(Consultation).where(
            Consultation.review_id == review_id, Consultation.stage == stage, Consultation.who == "child",
            Consultation.involvement_id.is_(None), Consultation.state != "stopped",
        )
    )  # fmt: skip


def put(session: Session, asked: Consultation, template: str, purpose: str, now: dt.datetime) -> bool:
    """Record a message that is to go to this person at once; False where there was one with this purpose before."""
    insert = postgres_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    made = session.scalar(
        insert(cast(Table, Message.__table__))
        .values(
            id=new_id(), purpose=purpose, consultation_id=asked.id, child_id=asked.child_id, way="",
            template=template, language=asked.language, state="waiting", attempts=0, made_at=now, due_at=now, parts=0,
        )
        .on_conflict_do_nothing()
        .returning(Message.__table__.c.id)
    )  # fmt: skip
    return made is not None


def tell_of_decisions(session: Session, review_id: str, now: dt.datetime) -> bool:
    """Tell the child that there is something new to read; not again while an earlier message of it is still to go."""
    asked = childs(session, review_id)
    if asked is None:
        return False
    on_its_way = exists().where(
        Message.consultation_id == asked.id, Message.template == TOLD, Message.state == "waiting"
    )
    if session.scalar(select(on_its_way)):
        return False
    return put(session, asked, TOLD, f"{TOLD}:{asked.id}:{now.isoformat()}", now)


def plan(db: Database, clock: Clock) -> None:
    """Record the reminders of the reviews that are tomorrow, in London, and that what was told of a time holds no
    more, or again, as far as the children were told of them.
    """
    now = clock()
    _remind(db, now)
    _changed(db, now)
    _cancelled(db, now)


def _changed(db: Database, now: dt.datetime) -> None:
    """A review whose time the child was told is postponed, as its guests are told, or is back: each once a time."""
    moved = and_(Review.status == "postponed", Review.held_at.is_distinct_from(Settled.at))
    off, on = _of(OFF), _of(ON)
    said_off = [one.where(Message.state == "sent") for one in (off, _of(CANCELLED + ":"))]
    with db.reading() as session:
        due = session.execute(
            select(Settled.id, Settled.review_id, moved.label("moved"))
            .join(Review, Review.id == Settled.review_id)
            .where(
                Settled.at > now, Settled.superseded_at.is_(None), Settled.told_at.is_not(None),
                Review.status.not_in(("held", "cancelled")),
                or_(
                    and_(moved, ~off),
                    and_(Review.held_at == Settled.at, or_(*said_off), ~on),
                ),
            )
        ).all()  # fmt: skip
    for row in due:
        with db.writing() as session:
            if asked := childs(session, row.review_id):
                put(session, asked, TOLD, f"{OFF if row.moved else ON}{row.id}", now)


def _cancelled(db: Database, now: dt.datetime) -> None:
    """A review whose time the child was told, by a message that went, is cancelled: once a time.

    Their booklet is stopped by then, and their links with it: so the message says all that there is.
    """
    went = exists().where(
        Message.consultation_id == Consultation.id, Message.template == TOLD, Message.state == "sent"
    )
    with db.reading() as session:
        due = session.execute(
            select(Settled.id, Consultation)
            .join(Review, Review.id == Settled.review_id)
            .join(Consultation, Consultation.review_id == Review.id)
            .where(
                Review.status == "cancelled", Settled.at > now, Settled.superseded_at.is_(None),
                Settled.told_at.is_not(None), Consultation.who == "child", Consultation.stage == "before",
                Consultation.involvement_id.is_(None), Consultation.reason == "review_cancelled",
                went, ~_of(CANCELLED + ":"),
            )
        ).all()  # fmt: skip
    for settled_id, asked in due:
        with db.writing() as session:
            put(session, asked, CANCELLED, f"{CANCELLED}:{settled_id}", now)


def _of(prefix: str) -> Exists:
    """Whether there was a message of this kind about what was settled."""
    return exists().where(Message.purpose == prefix + Settled.id)


def _remind(db: Database, now: dt.datetime) -> None:
    today = london(now).date()
    with db.reading() as session:
        due = session.execute(
            select(Settled.id, Settled.review_id)
            .join(Review, Review.id == Settled.review_id)
            .where(
                Settled.at >= end_of_day(today), Settled.at < end_of_day(today + ONE_DAY),
                Settled.superseded_at.is_(None), Settled.told_at.is_not(None), Review.held_at == Settled.at,
                Review.status.not_in(("held", "cancelled")),
                ~exists().where(Message.purpose == TOMORROW + ":" + Settled.id),
            )
        ).all()  # fmt: skip
    for settled_id, review_id in due:
        with db.writing() as session:
            if asked := childs(session, review_id):
                put(session, asked, TOMORROW, f"{TOMORROW}:{settled_id}", now)


def was_over(session: Session, review_id: str) -> bool:
    """True once a later review of the same child was held: what this one told has had its time."""
    later, this = aliased(Review), aliased(Review)
    return bool(
        session.scalar(
            select(
                exists().where(
                    this.id == review_id, later.child_id == this.child_id, later.status == "held",
                    later.held_at > this.held_at,
                )
            )
        )
    )  # fmt: skip


def refused(session: Session, recipient: Recipient, message: Message, now: dt.datetime) -> str | None:
    """Why this message may not go to them now, as a code; None where it may."""
    place = recipient.involvement
    reason = child_stopped(recipient.case) or (place_stopped(place) if place else None)
    if message.template == CANCELLED:
        own = session.get(Settled, message.purpose.partition(":")[2])
        off = recipient.review_status == "cancelled" and own is not None and own.at > now
        return reason or (None if off else "stale")
    if recipient.review_status == "cancelled":
        return "review_cancelled"
    if recipient.consultation.state == "stopped":
        return recipient.consultation.reason or "closed"
    return reason or ("stale" if message.made_at < now - STALE_AFTER else _stale(session, message, now))


def _stale(session: Session, message: Message, now: dt.datetime) -> str | None:
    """Whether what it tells of is over, or is not true any more."""
    if message.template == ANSWERED:
        return None
    asked = session.get_one(Consultation, message.consultation_id)
    review = session.get_one(Review, asked.review_id)
    if message.template == TOLD:
        if message.purpose.startswith((OFF, ON)) and not _still(session, message, review):
            return "stale"
        over = review.status == "held" or (review.held_at is not None and review.held_at <= now)
        return "review_held" if over else None
    if message.template == OUTCOME and not _stands(session, message):
        return "stale"
    if message.template in (HALFWAY, LETTER) and was_over(session, review.id):
        return "stale"
    if message.template != TOMORROW:
        return None
    at = begins_at(session, message)
    tomorrow = london(now).date() + ONE_DAY
    true = at is not None and at == review.held_at and london(at).date() == tomorrow
    return None if true and review.status != "held" else "stale"


def _still(session: Session, message: Message, review: Review) -> bool:
    """Whether the time that was told is as the message has it: moved, or not; the officer may have told another."""
    own = session.get(Settled, message.purpose.rpartition(":")[2])
    moved = own is not None and review.held_at != own.at
    return own is not None and own.superseded_at is None and moved == message.purpose.startswith(OFF)


def _stands(session: Session, message: Message) -> bool:
    """Whether a parent may still read what this tells them of."""
    own = session.get(Outcome, message.purpose.split(":")[1])
    return (
        own is not None
        and own.superseded_at is None
        and str(message.consultation_id) in own.recipients.split()
    )


def begins_at(session: Session, message: Message) -> dt.datetime | None:
    """When the review begins that a reminder is about, as long as that is settled so; None for any other message."""
    if message.template != TOMORROW:
        return None
    return session.scalar(
        select(Settled.at).where(
            Settled.id == message.purpose.partition(":")[2], Settled.superseded_at.is_(None)
        )
    )


def last_day(authority: Authority, today: dt.date) -> dt.date:
    """The last day of a link that leads to something to read: it outlives the review."""
    return today + dt.timedelta(days=authority.link_days)
