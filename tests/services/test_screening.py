"""Free text read by the worker: a worry raised once, with its messages, and nothing that the person sees changed."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest
from sqlalchemy import func, select, update

from config import ROOT, Settings
from tests.fixtures.clocks import SettableClock
from tests.services.outgoing import MOMENT, VAULT, add_review, hex_id
from tests.services.worrying import ASKED, AUTHORITY, DUTY, IRO, Mail, db, mail, messages, settings, tick
from webapp.booklet.answers import Answer
from webapp.services import duty, screening, visits, worries
from webapp.services.staff import SignedIn
from webapp.store import AnswerHistory, Consultation, Database, Message, Response, Screening, Worry

__all__ = ["db", "mail", "settings"]
OFFICERS = set(AUTHORITY.duty.designated_officer_emails)
HITS = "my dad hits me"


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(MOMENT)


def say(db: Database, words: str, language: str = "en", question: str = "home", number: int = 1) -> int:
    """An answer, as answering keeps it: history and the row that waits."""
    with db.writing() as session:
        response = session.get_one(Response, hex_id(4, number))
        response.version += 1
        key = VAULT.key(response.key, f"response:{response.id}")
        session.add(
            AnswerHistory(
                response_id=response.id, question_id=question, version=response.version, audience="iro",
                sealed=key.seal(visits.written(Answer(None, words)), visits.place(response.id, question)),
                channel="web", answered_at=MOMENT,
            )
        )  # fmt: skip
        row = Screening(
            response_id=response.id, question_id=question, version=response.version, language=language,
            state="waiting", made_at=MOMENT,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def screen(db: Database, clock: SettableClock) -> int:
    return screening.screen_once(db, VAULT, AUTHORITY, clock)


def state_of(db: Database, row_id: int) -> str:
    with db.reading() as session:
        return session.get_one(Screening, row_id).state


def raised(db: Database) -> list[Worry]:
    with db.reading() as session:
        found = list(session.scalars(select(Worry).order_by(Worry.raised_at, Worry.id)))
        session.expunge_all()
        return found


@pytest.mark.parametrize(
    "words, language, state",
    [
        ("I like it here", "en", "clear"),
        (HITS, "en", "worried"),
        ("أحب بيتي", "ar", "not_screened"),
        ("I like it here", "ur", "not_screened"),
        (HITS, "ar", "worried"),
        ("أبي يضربني", "en", "not_screened"),
        (HITS, "cy", "worried"),
    ],
)
def test_each_text_ends_as_what_it_is(
    db: Database, clock: SettableClock, words: str, language: str, state: str
) -> None:
    row = say(db, words, language)
    assert screen(db, clock) == 1
    assert state_of(db, row) == state
    assert len(raised(db)) == (state == "worried")
    assert screen(db, clock) == 0


def test_a_worry_reaches_the_duty_mailboxes_and_the_officer(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock
) -> None:
    row = say(db, HITS)
    screen(db, clock)
    tick(db, mail, settings, clock)
    assert set(mail.told) == DUTY | {IRO}
    (worry,) = raised(db)
    assert (worry.source, worry.question_id, worry.words, worry.urgent) == ("screening", "home", None, False)
    with db.reading() as session:
        assert session.get_one(Screening, row).worry_id == worry.id
    assert not any("dad" in one.subject + one.body for one in mail.sent)


def test_an_adult_s_answer_is_raised_the_same_way_and_to_the_designated_officers(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock
) -> None:
    with db.writing() as session:
        session.get_one(Consultation, ASKED).who = "parent"
    say(db, "My partner hits me")
    screen(db, clock)
    tick(db, mail, settings, clock)
    assert set(mail.told) == DUTY | OFFICERS | {IRO}
    with db.reading() as session:
        assert worries.latest_of(session, ASKED, MOMENT) is None, "no respondent's page ever learns of it"


@pytest.mark.parametrize(
    "words, officers, iro",
    [
        ("my carer hits me", True, True),
        ("my social worker touches me", True, True),
        ("my IRO Ina touches me", True, False),
        ("I told my carer that my dad hits me", False, True),
    ],
)
def test_a_worry_goes_round_the_person_it_may_be_about(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock, words: str, officers: bool, iro: bool
) -> None:
    say(db, words)
    screen(db, clock)
    tick(db, mail, settings, clock)
    assert set(mail.told) >= DUTY
    assert (set(mail.told) >= OFFICERS) is officers
    assert (IRO in mail.told) is iro
    seen_by_iro = SignedIn(
        id=hex_id(9, 1),
        username="iro",
        name="Ina",
        roles="iro",
        visit_id="v",
        opened_at=MOMENT,
        seen_at=MOMENT,
    )
    with db.reading() as session:
        assert (duty.count_open(session, seen_by_iro) == 1) is iro


def test_a_flood_from_one_person_is_one_worry_and_another_child_s_is_heard_at_once(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock
) -> None:
    with db.writing() as session:
        add_review(session, 2)
    for number in range(120):
        say(db, HITS, question=f"q{number}")
    say(db, "i want to die", number=2)
    while screen(db, clock):
        pass
    assert len(raised(db)) == 2
    assert {one.urgent for one in raised(db)} == {True, False}
    tick(db, mail, settings, clock)
    assert len({one.id for one in mail.sent}) == len(messages(db))
    with db.reading() as session:
        assert session.scalar(select(func.count(Screening.id)).where(Screening.worry_id.is_not(None))) == 121


def test_what_is_urgent_never_hides_in_a_worry_that_was_not(db: Database, clock: SettableClock) -> None:
    say(db, HITS)
    screen(db, clock)
    say(db, "ive took loads of paracetamol")
    screen(db, clock)
    assert sorted(one.urgent for one in raised(db)) == [False, True]


@pytest.mark.parametrize("when", ["taken", "closed", "an hour later"])
def test_what_comes_after_somebody_looked_is_a_new_worry(
    db: Database, clock: SettableClock, when: str
) -> None:
    say(db, HITS)
    screen(db, clock)
    changes = {"taken": {"taken_at": MOMENT}, "closed": {"closed_at": MOMENT}}.get(when)
    if changes:
        with db.writing() as session:
            session.execute(update(Worry).values(**changes))
    else:
        clock.moment = MOMENT + dt.timedelta(hours=1, minutes=1)
    say(db, HITS, question="other")
    screen(db, clock)
    assert len(raised(db)) == 2


def test_a_row_that_cannot_be_opened_is_for_a_person_and_stops_no_other(
    db: Database, clock: SettableClock
) -> None:
    broken, whole, gone = say(db, HITS), say(db, HITS, question="other"), say(db, HITS, question="third")
    with db.writing() as session:
        session.execute(update(AnswerHistory).where(AnswerHistory.question_id == "home").values(sealed=b"x"))
        session.execute(
            update(AnswerHistory).where(AnswerHistory.question_id == "third").values(question_id="moved")
        )
    while screen(db, clock):
        pass
    assert [state_of(db, row) for row in (broken, whole, gone)] == ["not_screened", "worried", "gone"]


def test_a_death_in_the_middle_leaves_the_row_waiting_and_raises_once_afterwards(
    db: Database, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = say(db, HITS)
    with monkeypatch.context() as patch:
        patch.setattr(
            worries, "raise_worry", lambda *_, **__: (_ for _ in ()).throw(RuntimeError("the process ended"))
        )
        assert screen(db, clock) == 0
    assert state_of(db, row) == "waiting"
    assert raised(db) == []
    assert screen(db, clock) == 1
    assert len(raised(db)) == 1


def test_two_workers_at_the_same_row_raise_one_worry(db: Database, clock: SettableClock) -> None:
    say(db, HITS)
    with db.reading() as session:
        rows = session.execute(screening._waiting()).all()
    first, second = (screening._read(VAULT, rows[0]) for _ in range(2))
    assert screening._raise(db, VAULT, AUTHORITY, first, MOMENT) == 1
    assert screening._raise(db, VAULT, AUTHORITY, second, MOMENT) == 0
    assert len(raised(db)) == 1
    with db.reading() as session:
        assert session.scalar(select(func.count(Message.id))) == len(messages(db))


def test_a_dead_mailbox_leads_to_a_second_route_within_ten_minutes(
    db: Database, mail: Mail, settings: Settings, clock: SettableClock
) -> None:
    for address in (*DUTY, IRO):
        mail.failing[address] = ConnectionError("down")
    say(db, HITS)
    screen(db, clock)
    tick(db, mail, settings, clock)
    assert mail.told == []
    clock.moment = MOMENT + dt.timedelta(minutes=9)
    tick(db, mail, settings, clock)
    assert set(mail.told) >= OFFICERS


@pytest.mark.slow
def test_killed_at_any_moment_every_flag_is_raised_once_with_its_messages(
    db: Database, clock: SettableClock
) -> None:
    people = 60
    with db.writing() as session:
        for number in range(2, people + 2):
            add_review(session, number)
    for number in range(2, people + 2):
        say(db, HITS, number=number)
    given = [db.url, "25", "20270201"]
    subprocess.run([sys.executable, "-m", "tests.services.killing_screening", *given], check=True, cwd=ROOT)
    while screen(db, clock):
        pass
    assert len(raised(db)) == people
    with db.reading() as session:
        assert set(session.scalars(select(Screening.state))) == {"worried"}
        told = session.scalar(select(func.count(Message.id)))
    assert told == people * len(DUTY | OFFICERS), (
        "an adult's answers: nobody is told twice, nobody is left out"
    )
