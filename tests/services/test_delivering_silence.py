"""A case system that is silent for four hours while something waits: people are told once (threats.md F3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config import ROOT, Authority, Settings, load_authority
from tests.fixtures.clocks import SettableClock
from tests.fixtures.houses import KEYS
from tests.services.deliveries import drain, failing, fill, run
from tests.services.outgoing import VAULT, send
from tests.services.worrying import Mail
from webapp.casesystem import Away, CaseSystem, GiveUp
from webapp.casesystem.simulator import Simulator
from webapp.messaging import TryAgain
from webapp.services import alerting, delivering_again, delivering_silence
from webapp.store import Database

AUTHORITY = load_authority(ROOT / "webapp/demo/authority.yaml")
TWO = AUTHORITY.model_copy(update={"delivery_emails": ("night@example.org", "it@example.org")})


class Night:
    """The worker's lanes through a night, half an hour a turn."""

    def __init__(self, db: Database, settings: Settings, clock: SettableClock) -> None:
        self.db, self.settings, self.clock, self.mail = db, settings, clock, Mail()

    def pass_(self, hours: float, adapter: CaseSystem, authority: Authority = AUTHORITY) -> int:
        """Let so much time pass; gives how many emails went."""
        before = len(self.mail.sent)
        for _ in range(int(hours * 2)):
            self.clock.move(minutes=30)
            run(self.db, adapter, self.clock)
            self.tick(authority)
        return len(self.mail.sent) - before

    def tick(self, authority: Authority = AUTHORITY) -> None:
        delivering_silence.watch_once(self.db, authority, self.clock)
        alerting.alert_once(
            self.db, VAULT, {"email": self.mail}, self.settings, self.clock, delivering_silence.TEMPLATE
        )  # fmt: skip


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def night(db: Database, clock: SettableClock, tmp_path: Path) -> Night:
    return Night(
        db,
        Settings(mode="test", instance=tmp_path, public_url="https://review.example.org", **KEYS),
        clock,
    )


def test_after_four_hours_the_review_unit_is_told_once_however_long_it_lasts(
    db: Database, night: Night
) -> None:
    fill(db, reviews=3)
    night.tick()
    assert night.pass_(3.5, failing("no_answer", Away)) == 0
    assert night.pass_(0.5, failing("no_answer", Away)) == 1
    assert night.pass_(24, failing("no_answer", Away)) == 0
    [mail] = night.mail.sent
    assert mail.to == AUTHORITY.unit_email
    assert "“files” has taken nothing since 10:00, 1 February 2027" in mail.body
    assert "https://review.example.org/staff/unit/deliveries" in mail.body
    assert "R0" not in mail.body + mail.subject


def test_everyone_whom_the_authority_names_is_told(db: Database, night: Night) -> None:
    fill(db, reviews=1)
    night.pass_(5, failing("no_answer", Away), TWO)
    assert night.mail.told == ["it@example.org", "night@example.org"]


def test_a_second_silence_is_told_again(db: Database, night: Night, clock: SettableClock) -> None:
    fill(db, reviews=1)
    assert night.pass_(5, failing("no_answer", Away)) == 1
    assert night.pass_(1, Simulator()) == 0
    with db.writing() as session:
        send(session, 0, 2, now=clock())
    assert night.pass_(3.5, failing("no_answer", Away)) == 0
    assert night.pass_(1, failing("no_answer", Away)) == 1


def test_a_case_system_that_takes_something_now_and_then_is_not_silent(db: Database, night: Night) -> None:
    keys = fill(db, reviews=9)
    stuck = failing("no_answer", only={keys[0][0]})
    for number in range(4):
        with db.writing() as session:
            send(session, 8, number + 2, now=night.clock())
        assert night.pass_(3, stuck) == 0
    assert night.pass_(5, stuck) == 1, "the one that fails is all that is left, and nothing is taken any more"


def test_nothing_that_waits_is_no_silence(db: Database, night: Night) -> None:
    fill(db, reviews=2)
    drain(db, Simulator(), night.clock)
    assert night.pass_(10, Simulator()) == 0


def test_what_is_parked_and_what_waits_behind_it_is_no_silence(db: Database, night: Night) -> None:
    keys = fill(db, reviews=1, each=3)
    assert night.pass_(10, failing("refused", GiveUp, {keys[0][0]})) == 0


def test_what_was_sent_once_more_after_a_quiet_night_is_no_silence(
    db: Database, night: Night, clock: SettableClock
) -> None:
    fill(db, reviews=2)
    start = clock()
    drain(db, Simulator(), clock)
    night.pass_(12, Simulator())
    list(delivering_again.replay(db, start, clock, "system"))
    night.tick()
    assert night.pass_(1, Simulator()) == 0


def test_one_mailbox_that_fails_is_tried_until_it_takes_it(db: Database, night: Night) -> None:
    fill(db, reviews=1)
    night.mail.failing = {"it@example.org": TryAgain("no_answer")}
    assert night.pass_(6, failing("no_answer", Away), TWO) == 1
    night.mail.failing = {}
    assert night.pass_(1, failing("no_answer", Away), TWO) == 1


def test_looking_without_anything_to_tell_takes_no_lock(
    db: Database, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise AssertionError("took the lock")

    monkeypatch.setattr(db, "writing", refuse)
    night.tick()
