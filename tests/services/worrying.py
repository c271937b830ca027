"""What tests of worries do all the time: press, and send what waits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import select

from config import ROOT, Settings, load_authority
from tests.fixtures.clocks import SettableClock
from tests.fixtures.houses import KEYS
from tests.services.outgoing import VAULT, add_review, hex_id
from webapp.messaging import Messenger, Outgoing, Sent
from webapp.services import alerting, worries
from webapp.store import Child, Consultation, Database, Message, Review, Staff, Worry

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
        session.get_one(Consultation, ASKED).who = "child"
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
