"""Messages about worries: sent until they are through, past any mailbox that fails, and on to others in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest
from sqlalchemy import select

from config import Settings
from tests.fixtures.clocks import SettableClock
from tests.services.outgoing import VAULT, add_review, hex_id
from tests.services.worrying import (
    AUTHORITY,
    DUTY,
    IRO,
    Mail,
    db,
    mail,
    messages,
    press,
    settings,
    tick,
)
from webapp.messaging import GiveUp, Messenger, Outgoing, Sent, TryAgain
from webapp.services import alerting, worries
from webapp.store import Audit, Consultation, Database, Review, Worry

__all__ = ["db", "mail", "settings"]
NEXT = {*AUTHORITY.duty.escalation_emails, *AUTHORITY.duty.designated_officer_emails}


def test_one_mailbox_that_fails_stops_no_other_and_is_tried_for_ever(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock
) -> None:
    press(db, clock())
    mail.failing = {IRO: GiveUp("no_mailbox")}
    assert tick(db, mail, settings, clock) == 2
    for _ in range(60):
        clock.move(minutes=5)
        tick(db, mail, settings, clock)
    [stuck] = [one for one in messages(db) if one.state == "waiting"]
    assert stuck.reason == "no_mailbox"
    assert stuck.attempts > 55
    mail.failing = {}
    clock.move(minutes=5)
    assert tick(db, mail, settings, clock) == 1
    assert mail.told.count(IRO) == 1


def test_a_mistake_in_the_adapter_or_no_adapter_loses_nothing(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock
) -> None:
    press(db, clock())
    mail.failing = {IRO: ZeroDivisionError()}
    assert tick(db, mail, settings, clock) == 2
    clock.move(minutes=1)
    assert tick(db, None, settings, clock) == 0
    assert {one.reason for one in messages(db) if one.state == "waiting"} == {"no_sender"}
    mail.failing = {}
    clock.move(minutes=1)
    assert tick(db, mail, settings, clock) == 1


def test_a_sender_that_was_killed_is_followed_by_another(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock
) -> None:
    press(db, clock())

    class Killed(BaseException):
        pass

    mail.failing = {address: Killed() for address in DUTY | {IRO}}
    with pytest.raises(Killed):
        tick(db, mail, settings, clock)
    mail.failing = {}
    assert tick(db, mail, settings, clock) == 0
    clock.move(minutes=2)
    assert tick(db, mail, settings, clock) == 3


def test_two_workers_send_each_message_once(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock
) -> None:
    press(db, clock())
    ways: Mapping[str, Messenger] = {"email": mail}

    class Meanwhile(Mail):
        def send(self, outgoing: Outgoing) -> Sent:
            assert alerting.alert_once(db, VAULT, ways, settings, clock) == 0
            return super().send(outgoing)

    assert tick(db, Meanwhile(), settings, clock) == 3
    assert mail.sent == []


def test_what_failed_most_comes_last(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock
) -> None:
    mail.failing = {address: TryAgain("no_answer") for address in DUTY}
    press(db, clock())
    tick(db, mail, settings, clock)
    clock.move(minutes=15)
    press(db, clock())
    mail.failing = {}
    mail.sent = []
    alerting.alert_once(db, VAULT, {"email": mail}, settings, clock)
    assert {one.to for one in mail.sent[:3]} == DUTY | {IRO}


def test_nobody_took_it_in_time_and_the_next_people_are_told_until_somebody_does(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock
) -> None:
    worry_id = press(db, clock())
    tick(db, mail, settings, clock)
    clock.move(minutes=29)
    assert tick(db, mail, settings, clock) == 0
    for _ in range(3):
        clock.move(minutes=1)
        mail.sent = []
        assert tick(db, mail, settings, clock) == len(NEXT)
        assert set(mail.told) == NEXT
        assert "This still waits" in mail.sent[0].subject
        clock.move(minutes=AUTHORITY.duty.escalate_after_minutes - 1)
        assert tick(db, mail, settings, clock) == 0
    with db.writing() as session:
        assert session.get_one(Worry, worry_id).escalated_at is not None
        assert session.scalars(select(Audit.action)).all().count("worry_escalated") == 3
        session.get_one(Worry, worry_id).taken_at = clock()
    clock.move(hours=23)
    assert tick(db, mail, settings, clock) == 0


def test_a_mailbox_that_is_down_gets_one_message_when_it_is_back_and_not_one_for_every_hour(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock
) -> None:
    press(db, clock())
    dead = min(NEXT)
    mail.failing = {dead: TryAgain("no_answer")}
    for _ in range(10):
        clock.move(minutes=31)
        tick(db, mail, settings, clock)
    mail.failing, mail.sent = {}, []
    clock.move(minutes=6)
    tick(db, mail, settings, clock)
    assert mail.told.count(dead) == 1


def test_a_worry_that_was_closed_escalates_no_more(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock
) -> None:
    worry_id = press(db, clock())
    tick(db, mail, settings, clock)
    with db.writing() as session:
        session.get_one(Worry, worry_id).closed_at = clock()
    clock.move(days=3)
    assert tick(db, mail, settings, clock) == 0


def test_a_worry_that_somebody_took_and_left_for_a_day_is_told_again(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock
) -> None:
    worry_id = press(db, clock())
    tick(db, mail, settings, clock)
    with db.writing() as session:
        session.get_one(Worry, worry_id).taken_at = clock()
    clock.move(hours=23)
    assert tick(db, mail, settings, clock) == 0
    for _ in range(2):
        clock.move(hours=1)
        mail.sent = []
        assert tick(db, mail, settings, clock) == len(NEXT)
        clock.move(hours=23)
        assert tick(db, mail, settings, clock) == 0


@pytest.mark.parametrize("about, sooner", [("iro", len(NEXT)), ("carer", 0)])
def test_near_a_review_whose_officer_may_not_read_them_taken_words_wait_no_day(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock, about: str, sooner: int
) -> None:
    worry_id = press(db, clock())
    tick(db, mail, settings, clock)
    with db.writing() as session:
        worry = session.get_one(Worry, worry_id)
        worry.source, worry.about, worry.taken_at = worries.SCREENING, about, clock()
        session.get_one(Review, worry.review_id).held_at = clock() + dt.timedelta(days=2)
    mail.sent = []
    clock.move(hours=1)
    assert tick(db, mail, settings, clock) == sooner
    assert all("stay away from the child’s reviewing officer" in one.body for one in mail.sent)
    clock.move(hours=22)
    assert tick(db, mail, settings, clock) == 0


def test_where_no_message_gets_through_the_next_people_are_told_within_ten_minutes(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock
) -> None:
    press(db, clock())
    mail.failing = {address: TryAgain("no_answer") for address in DUTY | {IRO}}
    for _ in range(8):
        clock.move(minutes=1)
        tick(db, mail, settings, clock)
    assert set(mail.told) == NEXT


def test_an_idle_lane_takes_no_lock(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise AssertionError("took the lock")

    monkeypatch.setattr(db, "writing", refuse)
    assert tick(db, mail, settings, clock) == 0


def test_a_flood_from_one_person_stays_one_worry_and_others_are_told_at_once(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock
) -> None:
    for _ in range(50):
        press(db, clock())
        clock.move(seconds=5)
    with db.writing() as session:
        add_review(session, 2)
        session.get_one(Consultation, hex_id(3, 2)).who = "child"
        worries.raise_worry(session, VAULT, AUTHORITY, consultation_id=hex_id(3, 2), now=clock())
    assert tick(db, mail, settings, clock) == 5
