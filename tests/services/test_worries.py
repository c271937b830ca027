"""I'm not safe: a press is never lost, never only one person's to read, and says nothing to anybody else."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import select

from config import ROOT, Authority, Settings, load_authority
from tests.fixtures.clocks import SettableClock
from tests.fixtures.databases import ON_POSTGRESQL
from tests.fixtures.houses import KEYS
from tests.services.outgoing import VAULT, add_review, hex_id
from webapp.clock import LONDON
from webapp.messaging import GiveUp, Messenger, Outgoing, Sent, TryAgain
from webapp.services import alerting, worries
from webapp.store import Audit, Child, Database, Message, Review, Staff, Worry

AUTHORITY = load_authority(ROOT / "webapp/demo/authority.yaml")
DUTY = set(AUTHORITY.duty.emails)
IRO = "iro@example.org"
ASKED = hex_id(3, 1)


class Mail:
    """Takes messages, but not for the mailboxes that are told to fail."""

    carries_link = True

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.failing: dict[str, BaseException] = {}

    def send(self, outgoing: Outgoing) -> Sent:
        if outgoing.to in self.failing:
            raise self.failing[outgoing.to]
        self.sent.append(outgoing)
        return Sent(outgoing.id)

    @property
    def told(self) -> list[str]:
        return sorted(one.to for one in self.sent)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    with made.writing() as session:
        add_review(session, 1)
        _, key = VAULT.new_key(f"staff:{hex_id(9, 1)}")
        session.add(Staff(id=hex_id(9, 1), username="iro", name="Ina", email=IRO, roles="iro", key=key))
        session.flush()
        session.get_one(Review, hex_id(2, 1)).iro_id = hex_id(9, 1)
    yield made
    made.close()


@pytest.fixture
def mail() -> Mail:
    return Mail()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(mode="test", instance=tmp_path, public_url="https://review.example.org", **KEYS)


def press(db: Database, now: dt.datetime, words: str = "", recognised: bool = True) -> str:
    with db.writing() as session:
        worry = worries.raise_worry(
            session, VAULT, AUTHORITY, consultation_id=ASKED, visit_id="v" * 32, now=now, words=words,
            recognised=recognised, question_id="where_i_live",
        )  # fmt: skip
        return worry.id


def tick(db: Database, mail: Messenger | None, settings: Settings, clock: SettableClock) -> int:
    """What the worker's lane does in one turn."""
    ways: Mapping[str, Messenger] = {"email": mail} if mail else {}
    alerting.escalate_once(db, VAULT, AUTHORITY, clock)
    sent = 0
    while found := alerting.alert_once(db, VAULT, ways, settings, clock):
        sent += found
    return sent


def words_of(db: Database, worry_id: str) -> str:
    with db.reading() as session:
        worry = session.get_one(Worry, worry_id)
        key = VAULT.key(session.get_one(Child, worry.child_id).key, f"child:{worry.child_id}")
        return key.open_some(worry.words, f"worry.words:{worry_id}")


def messages(db: Database) -> list[Message]:
    with db.reading() as session:
        found = list(session.scalars(select(Message).order_by(Message.purpose)))
        session.expunge_all()
        return found


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


def test_nobody_took_it_in_time_and_the_next_people_are_told_once(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock
) -> None:
    worry_id = press(db, clock())
    tick(db, mail, settings, clock)
    clock.move(minutes=29)
    assert tick(db, mail, settings, clock) == 0
    clock.move(minutes=1)
    mail.sent = []
    assert tick(db, mail, settings, clock) == len(AUTHORITY.duty.escalation_emails)
    assert mail.told == sorted(AUTHORITY.duty.escalation_emails)
    assert "Nobody has taken this yet" in mail.sent[0].subject
    clock.move(days=2)
    assert tick(db, mail, settings, clock) == 0
    with db.reading() as session:
        assert session.get_one(Worry, worry_id).escalated_at == clock() - dt.timedelta(days=2)
        assert "worry_escalated" in session.scalars(select(Audit.action)).all()


@pytest.mark.parametrize("how", ["taken_at", "closed_at"])
def test_a_worry_that_somebody_has_does_not_escalate(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock, how: str
) -> None:
    worry_id = press(db, clock())
    tick(db, mail, settings, clock)
    with db.writing() as session:
        setattr(session.get_one(Worry, worry_id), how, clock())
    clock.move(days=1)
    assert tick(db, mail, settings, clock) == 0


def test_where_no_message_gets_through_the_next_people_are_told_within_ten_minutes(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock
) -> None:
    press(db, clock())
    mail.failing = {address: TryAgain("no_answer") for address in DUTY | {IRO}}
    for _ in range(8):
        clock.move(minutes=1)
        tick(db, mail, settings, clock)
    assert mail.told == sorted(AUTHORITY.duty.escalation_emails)


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
        worries.raise_worry(session, VAULT, AUTHORITY, consultation_id=hex_id(3, 2), now=clock())
    assert tick(db, mail, settings, clock) == 5


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
