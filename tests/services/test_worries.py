"""I'm not safe: a press is never lost, never only one person's to read, and says nothing to anybody else."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from sqlalchemy import select

from config import Authority, Settings
from tests.fixtures.clocks import SettableClock
from tests.fixtures.databases import ON_POSTGRESQL
from tests.services.outgoing import VAULT, hex_id
from tests.services.worrying import (
    ASKED,
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
    words_of,
)
from webapp.clock import LONDON
from webapp.services import worries
from webapp.store import Audit, Database, Message, Staff, Worry

__all__ = ["db", "mail", "settings"]


def test_a_press_tells_the_duty_mailboxes_and_the_iro(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock
) -> None:
    press(db, clock())
    assert tick(db, mail, settings, clock) == 3
    assert set(mail.told) == DUTY | {IRO}
    assert tick(db, mail, settings, clock) == 0
    assert {message.state for message in messages(db)} == {"sent"}


def test_a_message_about_a_worry_says_nothing_about_anybody(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock
) -> None:
    worry_id = press(db, clock(), words="CANARY he hits me")
    tick(db, mail, settings, clock)
    for one in mail.sent:
        text = f"{one.subject}\n{one.body}"
        for forbidden in (
            "CANARY",
            "hits",
            worry_id,
            ASKED,
            hex_id(1, 1),
            "C1",
            "R1",
            "child",
            "parent",
            "where_i_live",
        ):
            assert forbidden not in text
        assert "https://review.example.org/staff/worries" in one.body
        assert "\n" not in one.subject
    assert len({one.subject for one in mail.sent}) == 1


def test_addresses_are_sealed_until_they_are_used(db: Database, clock: SettableClock) -> None:
    press(db, clock(), words="CANARY")
    with db.reading() as session:
        kept = [bytes(found) for found in session.scalars(select(Message.to_sealed)) if found]
        kept += [bytes(found) for found in session.scalars(select(Worry.words)) if found]
    assert len(kept) == 4
    assert not [one for one in kept if b"example.org" in one or b"CANARY" in one]


def test_pressing_twice_adds_and_does_not_double(db: Database, clock: SettableClock) -> None:
    first = press(db, clock(), recognised=False)
    clock.move(minutes=9)
    assert press(db, clock(), words="please") == first
    assert len(messages(db)) == 3
    assert words_of(db, first) == "please"
    with db.reading() as session:
        assert session.get_one(Worry, first).recognised
        assert session.scalars(select(Audit.action).order_by(Audit.id)).all() == [
            "worry_raised",
            "worry_again",
        ]


def test_pressing_again_later_is_a_worry_of_its_own(db: Database, clock: SettableClock) -> None:
    first = press(db, clock())
    clock.move(minutes=10, seconds=1)
    assert press(db, clock()) != first
    assert len(messages(db)) == 6


@pytest.mark.parametrize("end", ["mistake", "closed"])
def test_pressing_again_after_a_mistake_or_an_end_raises_anew(
    db: Database, clock: SettableClock, end: str
) -> None:
    first = press(db, clock())
    with db.writing() as session:
        if end == "mistake":
            worries.mark_mistake(session, first, clock())
        else:
            session.get_one(Worry, first).closed_at = clock()
    assert press(db, clock()) != first


def test_a_mistake_is_written_down_and_the_worry_still_stands(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock
) -> None:
    first = press(db, clock())
    with db.writing() as session:
        worries.mark_mistake(session, first, clock())
        worries.mark_mistake(session, first, clock() + dt.timedelta(minutes=1))
    assert tick(db, mail, settings, clock) == 3
    with db.reading() as session:
        worry = session.get_one(Worry, first)
        assert (worry.mistake_at, worry.closed_at, worry.taken_at) == (clock(), None, None)
        assert worries.latest_of(session, ASKED, clock()) is worry


def test_words_are_added_below_each_other_and_a_double_press_adds_once(
    db: Database, clock: SettableClock
) -> None:
    first = press(db, clock(), words="I <3 my dog")
    with db.writing() as session:
        for words in ("and 'O'Neil'", "and 'O'Neil'", "‮more"):
            worries.add_words(session, VAULT, first, words, clock())
    assert words_of(db, first) == "I <3 my dog\n\nand 'O'Neil'\n\n‮more"


def test_the_visit_sees_its_newest_worry_for_a_day(db: Database, clock: SettableClock) -> None:
    with db.reading() as session:
        assert worries.latest_of(session, ASKED, clock()) is None
    press(db, clock())
    clock.move(minutes=30)
    second = press(db, clock())
    with db.reading() as session:
        found = worries.latest_of(session, ASKED, clock())
        assert found is not None
        assert found.id == second
        assert worries.latest_of(session, ASKED, clock() + dt.timedelta(days=1)) is None
        assert worries.latest_of(session, hex_id(3, 2), clock()) is None


def test_an_iro_who_left_has_no_mailbox_here_and_the_same_mailbox_is_told_once(
    db: Database, clock: SettableClock
) -> None:
    with db.writing() as session:
        session.get_one(Staff, hex_id(9, 1)).active = False
    press(db, clock())
    assert len(messages(db)) == 2
    with db.writing() as session:
        iro = session.get_one(Staff, hex_id(9, 1))
        iro.active, iro.email = True, AUTHORITY.duty.emails[0].upper()
    clock.move(hours=1)
    press(db, clock())
    assert len(messages(db)) == 4


@pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite has one writer at a time")
def test_two_presses_at_the_same_moment_are_one_worry(db: Database, clock: SettableClock) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(press(db, clock()))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


LONDON_TIMES = [
    ("2027-02-01T09:00", True, "2027-02-01T09:00+00:00"),  # Monday
    ("2027-02-01T16:59", True, "2027-02-01T16:59+00:00"),
    ("2027-02-01T17:00", False, "2027-02-02T09:00+00:00"),
    ("2027-02-01T08:59", False, "2027-02-01T09:00+00:00"),
    ("2027-02-05T18:00", False, "2027-02-08T09:00+00:00"),  # Friday evening
    ("2027-02-07T02:00", False, "2027-02-08T09:00+00:00"),  # 02:00 on a Sunday
    ("2026-12-25T11:00", False, "2026-12-29T09:00+00:00"),  # Christmas; the 28th is a substitute day
    ("2027-03-26T11:00", False, "2027-03-30T09:00+01:00"),  # Good Friday
    (
        "2027-03-28T02:30",
        False,
        "2027-03-30T09:00+01:00",
    ),  # the clocks go forward, and Monday is Easter Monday
    ("2027-10-31T01:30", False, "2027-11-01T09:00+00:00"),  # the clocks go back
    ("2027-07-01T09:30", True, "2027-07-01T09:30+01:00"),  # summer: half past eight in UTC
]


@pytest.mark.parametrize("here,open_,opens_at", LONDON_TIMES)
def test_who_sees_it_and_when_is_said_by_londons_clock_and_working_days(
    here: str, open_: bool, opens_at: str
) -> None:
    now = dt.datetime.fromisoformat(here).replace(tzinfo=LONDON).astimezone(dt.UTC)
    truth = worries.truth_for(AUTHORITY, now)
    assert (truth.office_hours, truth.opens_at.isoformat(timespec="minutes")) == (open_, opens_at)
    assert truth.seen_by == (AUTHORITY.duty.day if open_ else AUTHORITY.duty.night)


def test_an_authority_names_two_duty_mailboxes_at_least() -> None:
    raw = AUTHORITY.model_dump()
    raw["duty"]["emails"] = raw["duty"]["emails"][:1]
    with pytest.raises(ValueError, match="emails"):
        Authority.model_validate(raw)
