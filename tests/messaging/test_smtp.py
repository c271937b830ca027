"""Email over a real connection to a mail server on this machine."""

from __future__ import annotations

import dataclasses
import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from tests.messaging.doubles import Mailbox, free_port, mail_server
from tests.messaging.test_contract import MESSAGE
from webapp.messaging import GiveUp, Outgoing, TryAgain
from webapp.messaging.smtp import SmtpMessenger

SENDER = "reviews@harbourside.example"


@contextmanager
def serving(box: Mailbox, **options: object) -> Iterator[int]:
    server = mail_server(box, **options)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


def send(box: Mailbox, message: Outgoing = MESSAGE, name: str = "") -> str:
    with serving(box) as port:
        return SmtpMessenger(f"smtp://127.0.0.1:{port}", SENDER, name).send(message).provider_id


def test_an_email_arrives_as_written_with_plain_headers() -> None:
    box = Mailbox()
    send(box, name="Harbourside Council")
    ((to, mail),) = box.mail
    assert to == ["grace@example.org"]
    assert mail.get_content().replace("\r\n", "\n") == MESSAGE.body
    assert {k: str(mail[k]) for k in ("To", "Subject", "Reply-To", "Auto-Submitted", "Content-Language")} == {
        "To": "grace@example.org",
        "Subject": "A message",
        "Reply-To": "reviews@harbourside.example",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "ur",
    }
    assert str(mail["From"]) == f"Harbourside Council <{SENDER}>"


@pytest.mark.parametrize(
    "bad",
    [
        {"to": "grace@example.org\r\nBcc: all@example.org"},
        {"to": "grace@example.org\nRCPT TO:<all@example.org>"},
        {"to": "grace@example.org, all@example.org"},
        {"to": "<grace@example.org>"},
        {"subject": "A message\r\nBcc: all@example.org"},
        {"subject": "A message\nX: y"},
        {"language": "en\r\nBcc: all@example.org"},
        {"id": "x\r\nBcc: all@example.org"},
        {"reply_to": "", "subject": "A message\rBcc: all@example.org"},
    ],
)
def test_a_line_break_in_a_header_or_a_second_address_sends_nothing_to_anybody(bad: dict[str, Any]) -> None:
    box = Mailbox()
    with pytest.raises(GiveUp):
        send(box, dataclasses.replace(MESSAGE, **bad))
    assert box.mail == []


def test_a_line_of_commands_in_the_text_stays_text() -> None:
    box = Mailbox()
    text = "one\n.\nRCPT TO:<all@example.org>\n..two\n"
    send(box, dataclasses.replace(MESSAGE, body=text))
    ((to, mail),) = box.mail
    assert (to, mail.get_content().replace("\r\n", "\n")) == (["grace@example.org"], text)


def test_every_try_of_one_message_has_the_same_message_id_and_another_message_another() -> None:
    box = Mailbox()
    first = send(box)
    assert send(box) == first
    assert first == f"<{MESSAGE.id}@harbourside.example>"
    assert [str(mail["Message-ID"]) for _, mail in box.mail] == [first, first]
    assert send(box, dataclasses.replace(MESSAGE, id="another")) != first


@pytest.mark.parametrize(
    ("box", "error", "reason"),
    [
        (Mailbox(at_rcpt="550 no such user"), GiveUp, "no_mailbox"),
        (Mailbox(at_rcpt="551 not here"), GiveUp, "no_mailbox"),
        (Mailbox(at_rcpt="552 full"), GiveUp, "mailbox_full"),
        (Mailbox(at_rcpt="553 odd name"), GiveUp, "no_mailbox"),
        (Mailbox(at_rcpt="554 no"), GiveUp, "refused"),
        (Mailbox(at_rcpt="450 greylisted"), TryAgain, "not_now"),
        (Mailbox(at_rcpt="451 later"), TryAgain, "not_now"),
        (Mailbox(at_rcpt="452 later"), TryAgain, "not_now"),
        (Mailbox(at_mail="550 you may not"), TryAgain, "our_address"),
        (Mailbox(at_mail="451 later"), TryAgain, "not_now"),
        (Mailbox(at_mail="530 sign in first"), TryAgain, "our_address"),
        (Mailbox(at_data="554 looks like spam"), GiveUp, "refused"),
        (Mailbox(at_data="451 later"), TryAgain, "not_now"),
        (Mailbox(at_data="421 closing"), TryAgain, "not_now"),
    ],
)
def test_what_the_server_answers_decides_whether_it_is_tried_again(
    box: Mailbox, error: type[Exception], reason: str
) -> None:
    with pytest.raises(error) as caught:
        send(box)
    assert str(caught.value) == reason
    assert box.mail == []


def test_a_refused_sign_in_is_ours_to_mend() -> None:
    def refuse(*_: object) -> AuthResult:
        return AuthResult(success=False, handled=False)

    with serving(Mailbox(), authenticator=refuse, auth_require_tls=False) as port:
        messenger = SmtpMessenger(f"smtp://us:wrong%40word@127.0.0.1:{port}", SENDER)
        assert messenger.password == "wrong@word"
        with pytest.raises(TryAgain, match="our_sign_in"):
            messenger.send(MESSAGE)


def test_a_server_that_says_nothing_is_given_up_on_in_time_and_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        messenger = SmtpMessenger(f"smtp://127.0.0.1:{silent.getsockname()[1]}", SENDER, timeout=0.2)
        with pytest.raises(TryAgain, match="no_line"):
            messenger.send(MESSAGE)


def test_a_line_that_breaks_after_the_text_is_tried_again_because_nobody_knows() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        answers = [b"220 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"]

        def talk() -> None:
            line, _ = listener.accept()
            with line:
                for answer in answers:
                    line.sendall(answer)
                    line.recv(4096)

        thread = threading.Thread(target=talk)
        thread.start()
        with pytest.raises(TryAgain):
            SmtpMessenger(f"smtp://127.0.0.1:{listener.getsockname()[1]}", SENDER, timeout=2).send(MESSAGE)
        thread.join()


def test_away_from_this_machine_nothing_goes_over_an_open_line(monkeypatch: pytest.MonkeyPatch) -> None:
    box = Mailbox()
    with serving(box) as port:
        connect = smtplib.SMTP.connect

        def to_this_machine(self: smtplib.SMTP, host: str = "", *rest: object, **named: object) -> object:
            return connect(self, "127.0.0.1", port)

        monkeypatch.setattr(smtplib.SMTP, "connect", to_this_machine)
        with pytest.raises(TryAgain, match="no_secure_line"):
            SmtpMessenger(f"smtp://mail.harbourside.example:{port}", SENDER).send(MESSAGE)
    assert box.mail == []


def test_tls_from_the_start_is_asked_for_by_smtps() -> None:
    with serving(Mailbox()) as port, pytest.raises(TryAgain, match="no_secure_line"):
        SmtpMessenger(f"smtps://127.0.0.1:{port}", SENDER).send(MESSAGE)


@pytest.mark.parametrize("url", ["http://x", "smtp://", "mail.example", "smtp:///x"])
def test_a_url_that_names_no_mail_server_stops_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="MYREVIEW_SMTP_URL"):
        SmtpMessenger(url, SENDER)


@pytest.mark.parametrize(
    "sender", ["", "nobody", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example"]
)
def test_a_senders_address_that_is_none_stops_the_start(sender: str) -> None:
    with pytest.raises(ValueError, match="MYREVIEW_SMTP_FROM"):
        SmtpMessenger(f"smtp://127.0.0.1:{free_port()}", sender)


def test_a_calendar_entry_goes_beside_the_text_with_what_it_asks() -> None:
    box, entry = Mailbox(), "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nLOCATION:Café\r\nEND:VCALENDAR\r\n"
    send(box, dataclasses.replace(MESSAGE, calendar=entry, method="CANCEL"))
    ((_, mail),) = box.mail
    text, calendar = mail.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert (calendar.get_content_type(), calendar.get_param("method")) == ("text/calendar", "CANCEL")
    assert calendar.get_content().replace("\r\n", "\n") == entry.replace("\r\n", "\n")
