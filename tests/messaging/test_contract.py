"""The port's contract, held by every messenger."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.provider import Provider
from tests.messaging.doubles import FailingMessenger, KeepingMessenger, Mailbox, mail_server
from tests.messaging.test_twilio import made as twilio_at
from webapp.messaging import GiveUp, Messenger, Outgoing, Sent, TryAgain
from webapp.messaging.letter import PrintQueue
from webapp.messaging.simulator import Simulator
from webapp.messaging.smtp import SmtpMessenger

MESSAGE = Outgoing(
    id="0123456789abcdef0123456789abcdef", way="email", to="grace@example.org", subject="A message",
    body="Hello,\nthis is your page: http://localhost/o/abc\nپیغام ŵ\n", language="ur",
    link="http://localhost/o/abc", reply_to="reviews@harbourside.example",
)  # fmt: skip
Make = Callable[[], Messenger]


@pytest.fixture(scope="module")
def mail_port() -> Iterator[int]:
    server = mail_server(Mailbox())
    server.start()
    yield server.port
    server.stop()


@dataclasses.dataclass
class TwilioMessages:
    """The adapter of text messages, given the same message to a phone."""

    adapter: Messenger
    way: str
    carries_link: bool = True

    def send(self, outgoing: Outgoing) -> Sent:
        """Send it to a phone where it is meant for a good address."""
        to = "+447700900123" if outgoing.to == MESSAGE.to else outgoing.to
        return self.adapter.send(dataclasses.replace(outgoing, way=self.way, to=to))


@pytest.fixture(params=["smtp", "sms", "whatsapp", "simulator", "letter", "keeping", "failing"])
def messenger(request: pytest.FixtureRequest, tmp_path: Path) -> Messenger:
    if request.param in ("sms", "whatsapp"):
        return TwilioMessages(twilio_at(request.getfixturevalue("provider")), request.param)
    if request.param == "smtp":
        port = request.getfixturevalue("mail_port")
        return SmtpMessenger(f"smtp://127.0.0.1:{port}", "reviews@harbourside.example")
    made: dict[str, Messenger] = {
        "simulator": Simulator(tmp_path / "simulator"), "letter": PrintQueue(), "keeping": KeepingMessenger(),
        "failing": FailingMessenger(None),
    }  # fmt: skip
    return made[request.param]


@pytest.fixture(params=["smtp", "sms", "simulator", "failing"])
def broken(request: pytest.FixtureRequest, tmp_path: Path) -> Messenger:
    """A messenger whose way out is closed."""
    if request.param == "sms":
        nowhere = Provider(url="http://127.0.0.1:9")
        return TwilioMessages(twilio_at(nowhere), "sms")
    blocked = tmp_path / "file"
    blocked.write_text("")
    made: dict[str, Messenger] = {
        "smtp": SmtpMessenger("smtp://127.0.0.1:9", "reviews@harbourside.example", timeout=2),
        "simulator": Simulator(blocked / "simulator"),
        "failing": FailingMessenger(lambda: TryAgain("no_line")),
    }
    return made[request.param]


def test_a_message_that_is_taken_gets_the_providers_name_for_it(messenger: Messenger) -> None:
    assert messenger.send(MESSAGE).provider_id


def test_sending_again_with_the_same_id_is_allowed(messenger: Messenger) -> None:
    messenger.send(MESSAGE)
    assert messenger.send(MESSAGE).provider_id


def test_it_says_whether_it_carries_a_link(messenger: Messenger) -> None:
    assert messenger.carries_link in (True, False)


def test_a_closed_way_out_is_worth_another_try(broken: Messenger) -> None:
    with pytest.raises(TryAgain) as caught:
        broken.send(MESSAGE)
    assert caught.value.reason


@pytest.mark.parametrize(
    "bad",
    [
        {"to": "grace@example.org\r\nBcc: everyone@example.org"},
        {"to": "grace@example.org, dad@example.org"},
        {"to": "not an address"},
        {"to": ""},
        {"to": "\ud800@example.org"},
        {"subject": "A message\r\nBcc: everyone@example.org"},
        {"subject": "half a character \ud83d"},
        {"body": "half a character \ud83d"},
        {"language": "ur\r\nX-Evil: 1"},
        {"id": "../../etc/passwd"},
        {"id": "a\r\nBcc: everyone@example.org"},
    ],
)
def test_bad_words_raise_nothing_but_the_ports_own_errors(messenger: Messenger, bad: dict[str, Any]) -> None:
    outcome = ""
    try:
        outcome = messenger.send(dataclasses.replace(MESSAGE, **bad)).provider_id
    except (TryAgain, GiveUp) as error:
        outcome = error.reason
    assert outcome
    assert not any(value and value in outcome for name, value in bad.items() if name != "id")
