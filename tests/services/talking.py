"""A made-up phone: sends messages to the turn as the webhook does, and reads what comes back."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

from sqlalchemy import select

from tests.fixtures.cases import Case, make_case
from tests.fixtures.clocks import SettableClock
from webapp.house import House
from webapp.services import visits
from webapp.services.conversing import Incoming, Reply, turn
from webapp.store import AnswerRow, Conversation, Prompt, Response, Visit

CHILD, CARER, MUM = "+447700900101", "+447700900102", "+447700900103"
BIRTHDAY = "4 May"
_numbers = itertools.count(1)


def by_text(house: House, folder: Path, **changes: Any) -> Case:
    """The usual case; the child is reached by text message."""
    change = {"child": {"reach": {"way": "sms", "phone": CHILD}}, **changes}
    return make_case(house, folder, change)


class Phone:
    """One number on one channel."""

    def __init__(self, house: House, number: str = CHILD, channel: str = "sms") -> None:
        self.house, self.number, self.channel = house, number, channel
        self.desk = house.desk

    def incoming(self, body: str, **more: Any) -> Incoming:
        """A message with an id of its own, unless one is given."""
        given = {"provider_id": f"SM{next(_numbers):032x}", **more}
        return Incoming(channel=self.channel, number=self.number, body=body, **given)  # type: ignore[arg-type]

    def send(self, body: str, **more: Any) -> str:
        """Send this; everything that comes back, as one text."""
        return "\n---\n".join(one.text for one in self.reply(body, **more).out)

    def reply(self, body: str, **more: Any) -> Reply:
        """Send this a second after the last; the reply as it is."""
        assert isinstance(self.house.clock, SettableClock)
        self.house.clock.move(seconds=1)
        return turn(self.desk, self.incoming(body, **more), self.house.clock())

    def known(self, fact: str = BIRTHDAY) -> str:
        """Say hello and the one thing; what comes back: the first question."""
        self.send("1")
        return self.send(fact)

    @property
    def conversation(self) -> Conversation:
        """Where the conversation stands."""
        with self.house.db.reading() as s:
            hashed = self.house.vault.lookup("phone", self.number)
            return s.scalars(
                select(Conversation).where(
                    Conversation.number_hash == hashed, Conversation.channel == self.channel
                )
            ).one()

    @property
    def asked(self) -> str:
        """The question that stands."""
        with self.house.db.reading() as s:
            return s.get_one(Prompt, self.conversation.prompt_id).question_id

    def said(self) -> dict[str, tuple[Any, str, str]]:
        """What is kept of whoever is talking: value, words and channel by question, of all their booklets."""
        house = self.house
        with house.db.reading() as s:
            consultation = s.get_one(Visit, self.conversation.visit_id).consultation_id
            return kept(house, consultation)


def to(phone: Phone, question: str) -> None:
    """Skip to this question."""
    for _ in range(60):
        if phone.asked == question:
            return
        phone.send("skip")
    raise AssertionError(f"{question} never came")


def kept(house: House, consultation_id: str) -> dict[str, tuple[Any, str, str]]:
    """What is kept of one person: value, words and channel by question, of all their booklets; where two ask the same,
    the review menu's.
    """
    found = {}
    own = select(Response).where(Response.consultation_id == consultation_id).order_by(Response.booklet_id)
    with house.db.reading() as s:
        for response in s.scalars(own):
            key = house.vault.key(response.key, f"response:{response.id}")
            for row in s.scalars(select(AnswerRow).where(AnswerRow.response_id == response.id)):
                answer = visits.read(key.open(row.sealed, visits.place(response.id, row.question_id)))
                found[row.question_id] = (answer.value, answer.words, row.channel)
    return found
