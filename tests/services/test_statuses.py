"""What the provider tells of a message later, in any order, twice, or not at all."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.fixtures.clocks import SettableClock
from tests.fixtures.provider import Provider
from tests.services.texting import BY_WHATSAPP, NUMBER, SIDS, Texts
from webapp.house import House
from webapp.services.replying import send_replies
from webapp.services.statuses import told
from webapp.store import Conversation, Message, new_id


@pytest.fixture
def texts(house: House, tmp_path: Path, provider: Provider) -> Texts:
    return Texts(house, tmp_path, provider)


def hear(texts: Texts, *statuses: str, code: str = "", sid: str = "") -> list[bool]:
    """These statuses of the carer's invitation, in this order."""
    message = texts.messages["invite:carer"]
    found = []
    for status in statuses:
        with texts.house.db.writing() as session:
            name = sid or message.provider_id or texts.provider.sent[0]["sid"]
            found.append(told(session, message.id, name, status, code, texts.house.clock()))
    return found


def test_in_whichever_order_the_statuses_come_the_last_one_stays(texts: Texts, clock: SettableClock) -> None:
    texts.load()
    texts.send()
    order = random.Random(4)
    for told_in in itertools.permutations(["queued", "sent", "delivered", "read"]):
        with texts.house.db.writing() as session:
            session.execute(Message.__table__.update().values(status=None))  # type: ignore[attr-defined]
        hear(texts, *told_in, *order.sample(told_in, 2))
        assert texts.messages["invite:carer"].status == "read"
    assert texts.messages["invite:carer"].state == "sent"


def test_a_status_that_comes_again_or_is_of_another_message_changes_nothing(texts: Texts) -> None:
    texts.load()
    texts.send()
    assert hear(texts, "delivered", "delivered", "sent") == [True, False, False]
    assert hear(texts, "failed", sid="SM" + "f" * 32, code="30005") == [False]
    assert hear(texts, "exploded") == [False]
    with texts.house.db.writing() as session:
        assert not told(session, "0" * 32, "SM1", "sent", "", texts.house.clock())
        assert not told(session, "not an id", "SM1", "sent", "", texts.house.clock())
    assert texts.messages["invite:carer"].status == "delivered"


@pytest.mark.parametrize(
    ("code", "reason"),
    [("30003", "undelivered"), ("30005", "no_such_phone"), ("30006", "not_a_mobile"), ("", "undelivered")],
)
def test_what_did_not_arrive_is_shown_to_staff_and_not_sent_again(
    texts: Texts, clock: SettableClock, code: str, reason: str
) -> None:
    texts.load()
    texts.send()
    hear(texts, "undelivered", code=code)
    message = texts.messages["invite:carer"]
    assert (message.state, message.reason, message.error_code) == ("failed", reason, code or None)
    found = texts.consultations["carer"]
    assert (found.state, found.reason) == ("unreachable", reason)
    texts.again(clock)
    assert len(texts.provider.sent) == 1


def test_an_opt_out_told_later_is_written_down_too(texts: Texts) -> None:
    texts.load()
    texts.send()
    hear(texts, "failed", code="21610")
    assert texts.opted_out() == "provider"
    assert texts.consultations["carer"].reason == "opted_out"


def test_a_status_settles_a_message_whose_outcome_nobody_knew(texts: Texts, clock: SettableClock) -> None:
    texts.provider.trouble.append("taken")
    texts.load()
    texts.send()
    assert texts.messages["invite:carer"].state == "waiting"
    hear(texts, "delivered")
    message = texts.messages["invite:carer"]
    assert (message.state, message.provider_id) == ("sent", texts.provider.sent[0]["sid"])
    assert texts.consultations["carer"].asked_at == clock()
    texts.again(clock)
    assert len(texts.provider.sent) == 1


def test_whatsapp_that_failed_later_goes_as_a_text_once_whatever_is_told_of_it_again(
    house: House, tmp_path: Path, provider: Provider, clock: SettableClock
) -> None:
    texts = Texts(house, tmp_path, provider, content_sids=SIDS)
    texts.load(people__1__reach=BY_WHATSAPP)
    texts.phone(whatsapp_opt_in_at=clock())
    texts.send()
    old = provider.sent[0]["sid"]
    assert hear(texts, "failed", code="63016", sid=old) == [True]
    assert hear(texts, "failed", "sent", code="63016", sid=old) == [False, False]
    texts.again(clock)
    assert hear(texts, "failed", code="63016", sid=old) == [False]
    assert [one["to"] for one in provider.sent] == [f"whatsapp:{NUMBER}", NUMBER]
    message = texts.messages["invite:carer"]
    assert (message.way, message.state, message.provider_id) == ("sms", "sent", provider.sent[1]["sid"])
    assert texts.consultations["carer"].state == "asked"


class Talking:
    """A conversation with replies that wait for the worker."""

    def __init__(self, texts: Texts, channel: str = "sms", hours: float = 1) -> None:
        self.texts, house = texts, texts.house
        self.id, now = new_id(), house.clock()
        self.key, wrapped = house.vault.new_key(f"conversation:{self.id}")
        with house.db.writing() as session:
            session.add(
                Conversation(
                    id=self.id, channel=channel, number_hash=house.vault.lookup("phone", NUMBER), key=wrapped,
                    number=self.key.seal(NUMBER, f"conversation.number:{self.id}"), seen_at=now, made_at=now,
                    window_until=now + dt.timedelta(hours=hours),
                )
            )  # fmt: skip
        self.channel = channel

    def say(self, *said: str, **more: object) -> None:
        """Replies that wait, the last of them a question."""
        now = self.texts.house.clock()
        with self.texts.house.db.writing() as session:
            for number, text in enumerate(said):
                own = new_id()
                asks = number == len(said) - 1
                content = json.dumps({"text": text, "buttons": [], "items": [], **more})
                session.add(
                    Message(
                        id=own, purpose=f"prompt:{own}" if asks else f"reply:{self.id}:{number}",
                        conversation_id=self.id, way=self.channel, template="reply", language="en", made_at=now,
                        due_at=now, sealed=self.key.seal(content, f"message.sealed:{own}"),
                    )
                )  # fmt: skip

    def send(self) -> int:
        """The worker's turn."""
        house = self.texts.house
        return send_replies(house.db, house.vault, self.texts.ways, house.clock)

    @property
    def rows(self) -> list[Message]:
        """The replies."""
        with self.texts.house.db.reading() as session:
            return list(session.scalars(select(Message).where(Message.template == "reply")))


def said(provider: Provider) -> list[str]:
    return [one["body"] for one in provider.sent]


def test_replies_go_in_order_at_any_hour_and_once(texts: Texts, clock: SettableClock) -> None:
    clock.set(dt.datetime(2027, 2, 1, 23, tzinfo=dt.UTC))
    talk = Talking(texts)
    talk.say("Thank you.", "Who do you want there?")
    assert (talk.send(), talk.send()) == (2, 0)
    assert said(texts.provider) == ["Thank you.", "Who do you want there?"]
    assert {one.state for one in talk.rows} == {"sent"}


def test_a_reply_that_waits_keeps_those_after_it_waiting_and_none_goes_twice(
    texts: Texts, clock: SettableClock
) -> None:
    talk = Talking(texts)
    texts.provider.trouble.append("taken")
    talk.say("Thank you.", "Who do you want there?")
    talk.send()
    assert said(texts.provider) == ["Thank you."]
    clock.move(minutes=1)
    talk.send()
    assert said(texts.provider) == ["Thank you.", "Who do you want there?"]
    assert {one.state for one in talk.rows} == {"sent"}


def test_the_same_words_twice_are_two_replies(texts: Texts, clock: SettableClock) -> None:
    talk = Talking(texts)
    talk.say("Sorry, I did not get that.")
    talk.send()
    texts.provider.trouble.append("break")
    talk.say("Sorry, I did not get that.")
    talk.send()
    clock.move(minutes=1)
    talk.send()
    assert len(said(texts.provider)) == 2


def test_buttons_go_by_whatsapp_within_the_24_hours(texts: Texts) -> None:
    talk = Talking(texts, "whatsapp")
    talk.say("Will you come? 1 Yes 2 No", buttons=["Yes", "No"])
    talk.send()
    assert json.loads(texts.provider.sent[0]["form"]["ContentVariables"])["2"] == "Yes"


@pytest.mark.parametrize("refused", [True, False])
def test_after_the_24_hours_a_reply_goes_as_a_text_to_the_same_phone(
    texts: Texts, clock: SettableClock, refused: bool
) -> None:
    talk = Talking(texts, "whatsapp", hours=1 if refused else -1)
    if refused:  # the provider's clock, not ours, decides
        texts.provider.trouble_for[f"whatsapp:{NUMBER}"] = (400, 63016)
    talk.say("Will you come? 1 Yes 2 No", buttons=["Yes", "No"])
    talk.send()
    clock.move(minutes=1)
    talk.send()
    assert [(one["to"], one["body"]) for one in texts.provider.sent] == [
        (NUMBER, "Will you come? 1 Yes 2 No")
    ]


def test_a_reply_that_arrived_is_not_kept_and_one_that_never_went_says_why(texts: Texts) -> None:
    talk = Talking(texts)
    talk.say("Thank you.")
    talk.send()
    (row,) = talk.rows
    with texts.house.db.writing() as session:
        assert told(session, row.id, row.provider_id or "", "delivered", "", texts.house.clock())
    assert [(one.status, one.sealed) for one in talk.rows] == [("delivered", None)]
    texts.provider.trouble_for[NUMBER] = (400, 21610)
    talk.say("Which day?")
    talk.send()
    assert [one.reason for one in talk.rows if one.state == "failed"] == ["opted_out"]
    assert texts.opted_out() == "provider"
