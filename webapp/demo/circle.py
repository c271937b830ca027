"""The whole way of a wish, to look at: a coming review whose guests answered, a past one with a letter to the child."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlalchemy import select

from webapp.clock import today
from webapp.house import House
from webapp.review.letter import Next
from webapp.services import (
    deciding,
    deciding_desk,
    guests,
    guests_answering,
    guests_facts,
    guests_sending,
    held,
    iro_letter,
)
from webapp.services.deciding_desk import Desk
from webapp.store import Attendance, Guest, Record, Review, Staff

ROOM, IN_TOWN = "The youth club, Harbour Road", "A room in Sandhaven"
PAST_AT_MOST = 10
ANSWERS = (
    ("coming", "", "Looking forward to it."),
    ("part", "The first half hour", "I am at work until four."),
    ("not_coming", "", ""),
)
OPENING = "Thank you for coming to your review. You told us clearly what matters to you."
GOOD = "You have stayed in the swimming club all term, and you helped to run the meeting."
NEXT = (
    ("Ask the school whether you can start football", "Your social worker", 21),
    ("Plan a weekend visit with your sister", "Your foster carer", 42),
)


def show_the_circle(house: House, iro_external_id: str) -> None:
    """Both, among the reviews of this officer; whatever does not fit the made-up people of a day is left out."""
    with house.db.reading() as session:
        iro = session.scalar(select(Staff.id).where(Staff.external_id == iro_external_id))
    if iro is not None:
        _coming(house, iro)
        _letter(house, iro)


def _coming(house: House, iro: str) -> None:
    review = _decided(house, iro)
    if review is None:
        return
    now = house.clock()
    with house.db.writing() as session:
        facts = guests_facts.facts(session, house.vault, review, today(house.clock), iro_id=iro, lock=True)
        assert facts is not None
        keys = [one.key for one in facts.people.values() if one.proposed]
        guests.invite(
            session, house.vault, house.takers, facts, keys, iro, now, with_card=facts.card is not None
        )
    guests_sending.send_due(
        house.db, house.vault, house.authority, house.settings, house.messengers, house.takers, house.clock
    )
    with house.db.writing() as session:
        told = session.scalars(
            select(Guest.id).where(Guest.review_id == review, Guest.state == "invited").order_by(Guest.id)
        ).all()
        for own, (said, part, words) in zip(told[: max(1, len(told) - 1)], ANSWERS, strict=False):
            guests_answering.answer(session, house.vault, house.takers, own, said, part, words, now)


def _decided(house: House, iro: str) -> str | None:
    """The coming review where most people may be agreed to; decided, settled and told."""
    sent = select(Record.review_id).where(Record.kind == deciding_desk.MENU)
    with house.db.reading() as session:
        coming = session.scalars(
            select(Review.id)
            .where(Review.iro_id == iro, Review.status == "planned", Review.id.in_(sent),
                   Review.held_at > house.clock())
            .order_by(Review.held_at, Review.id)
        ).all()  # fmt: skip
        desks = [deciding_desk.desk(session, house.vault, iro, one) for one in coming]
        best = max((one for one in desks if one), key=_people, default=None)
        if best is None or not _people(best):
            return None
        review = best.review.id
    with house.db.writing() as session:
        desk = deciding_desk.desk(session, house.vault, iro, review, lock=True)
        assert desk is not None
        now = house.clock()
        seen = {wish.key: wish.digest for wish in desk.wishes}
        deciding.decide(session, house.vault, house.takers, desk, {}, iro, now, seen)
        deciding.settle(
            session, house.vault, house.takers, house.authority.timetable, desk, desk.review.held_at, ROOM, IN_TOWN,
            iro, now, allowed=True,
        )  # fmt: skip
    with house.db.writing() as session:
        desk = deciding_desk.desk(session, house.vault, iro, review, lock=True)
        assert desk is not None
        deciding.tell(session, house.vault, house.takers, desk, iro, house.clock())
    return review


def _people(desk: Desk) -> int:
    """How many people may be agreed to; none where words may say no to somebody."""
    if any(wish.kind == "people_words" for wish in desk.wishes):
        return 0
    return sum(wish.kind == "who" for wish in desk.rest())


def _letter(house: House, iro: str) -> None:
    """To a child who came to one of the newest of the past reviews, and whom a message reaches."""
    now, day = house.clock(), today(house.clock)
    with house.db.writing() as session:
        past = session.scalars(
            select(Review.id)
            .join(Attendance, Attendance.review_id == Review.id)
            .where(Review.iro_id == iro, Review.status == "held", Attendance.child_attended)
            .order_by(Review.held_at.desc(), Review.id)
            .limit(PAST_AT_MOST)
        ).all()
        every = [held.held(session, house.vault, iro, one, now, lock=True) for one in past]
        newest = [one for one in every if one is not None]
        reached = (
            one
            for one in newest
            if not iro_letter.by_post(session, house.vault, one, house.messengers.keys(), now)
        )
        found = next(reached, newest[0] if newest else None)
        if found is None:
            return
        rows = tuple(Next(what, who, (day + dt.timedelta(days=away)).isoformat()) for what, who, away in NEXT)
        written = replace(
            iro_letter.draft(session, house.vault, found), opening=OPENING, good=GOOD, next=rows
        )
        row = iro_letter.save(session, found, written, iro, now)
        iro_letter.send(session, house.vault, house.takers, found, row.id, iro, now)
