"""Email to a council's mailbox, over a real line to a server on this machine."""

from __future__ import annotations

import dataclasses
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from tests.casesystem.postbox import SENDER, TEAM, attached, certificate, held, record, server_side, serving
from tests.casesystem.records import a_key, a_person, a_views_record, an_event, an_item, invite_choices
from tests.messaging.doubles import Mailbox, free_port
from webapp.casesystem import Away, Event, GiveUp, TryAgain
from webapp.casesystem.email import Email, Mailboxes

WORRY = {
    "schema": "worry/1", "kind": "worry", "id": "00000000-0000-0000-0000-000000000009", "review_id": "R-1",
    "child_id": "C-1", "raised_at": "2027-02-01T10:00:00Z", "page": "https://reviews.example/staff/worries/9",
}  # fmt: skip


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The server's certificate."""
    return certificate(tmp_path_factory.mktemp("tls"))


def send(box: Mailbox, pem: Path, event: Event, **options: Any) -> None:
    with serving(box, pem, **options) as url:
        Email(url, SENDER, TEAM, pem).deliver(event)


@pytest.mark.parametrize("smtps", [False, True])
def test_an_event_arrives_with_its_pdf_and_its_json(pem: Path, smtps: bool) -> None:
    box = Mailbox()
    event = dataclasses.replace(an_event(1), paper=b"%PDF-1.7 made up")
    send(box, pem, event, smtps=smtps)
    ((to, mail),) = box.mail
    assert to == [TEAM]
    assert record(mail) == event.record
    assert attached(mail)["application/pdf"] == [b"%PDF-1.7 made up"]
    assert str(mail["Subject"]) == f"For a review: {event.key[:16]}"


def test_headers_body_and_file_names_hold_nothing_that_anybody_typed(pem: Path) -> None:
    canary = "CANARY\r\nBcc: all@example.org"
    box = Mailbox()
    typed: dict[str, Any] = {"review_id": canary, "child_id": canary, "helped_by": canary}
    send(box, pem, an_event(1, invite_choices(a_person(canary, reason=canary), **typed)))
    ((to, mail),) = box.mail
    assert to == [TEAM]
    assert mail["Bcc"] is None
    body = mail.get_body()
    assert body is not None
    told = [
        *map(str, mail.values()),
        body.get_content(),
        *(str(p.get_filename()) for p in mail.iter_attachments()),
    ]
    assert not [text for text in told if "CANARY" in text]


@pytest.mark.parametrize(
    "to",
    [
        "a@example.org\r\nBcc: b@example.org", "a@example.org, b@example.org", "<a@example.org>", "a", "",
        "A <a@example.org>", "a@example.org\0", "a@exa mple.org",
    ],
)  # fmt: skip
def test_anything_but_one_plain_address_is_refused_at_the_start(to: str) -> None:
    with pytest.raises(ValueError, match="one email address"):
        Email("smtps://mail.example", SENDER, to)
    with pytest.raises(ValueError, match="one email address"):
        Email("smtps://mail.example", to, TEAM)


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "mail.example:25", ""])
def test_a_url_that_is_no_mail_server_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="smtp://"):
        Email(url, SENDER, TEAM)


def test_what_is_sent_again_is_the_very_same_email(pem: Path) -> None:
    event = dataclasses.replace(an_event(1), paper=b"%PDF-1.7")
    one, two = (Email("smtps://mail.example", SENDER, TEAM, pem).message(event) for _ in "ab")
    assert one.as_bytes() == two.as_bytes()
    box = Mailbox()
    for _ in "ab":
        send(box, pem, event)
    assert list(held(box)) == [event.key]
    other = Email("smtps://mail.example", SENDER, TEAM).message(an_event(2))
    assert other["Message-ID"] != one["Message-ID"]


def test_without_tls_nothing_is_sent(pem: Path) -> None:
    box = Mailbox()
    with serving(box, None) as url, pytest.raises(Away, match="no_secure_line"):
        Email(url, SENDER, TEAM, pem).deliver(an_event(1))
    assert box.mail == []


def test_a_certificate_that_nobody_vouches_for_gets_nothing(pem: Path) -> None:
    box = Mailbox()
    for smtps in (False, True):
        with serving(box, pem, smtps=smtps) as url, pytest.raises(Away, match="no_secure_line"):
            Email(url, SENDER, TEAM).deliver(an_event(1))
    assert box.mail == []


def test_the_password_goes_over_the_secure_line_alone(pem: Path) -> None:
    box = Mailbox()
    seen: list[bool] = []

    def let_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        seen.append(session.ssl is not None)
        return AuthResult(success=data.password == b"p w", handled=False)

    with serving(box, pem, authenticator=let_in, auth_required=True) as url:
        address = url.replace("://", "://robot:p%20w@")
        Email(address, SENDER, TEAM, pem).deliver(an_event(1))
        with pytest.raises(Away, match="our_sign_in"):
            Email(address.replace("p%20w", "wrong"), SENDER, TEAM, pem).deliver(an_event(2))
    assert len(box.mail) == 1
    assert all(seen)


@pytest.mark.parametrize(
    "reply,error,code",
    [
        ({"at_rcpt": "451 later"}, TryAgain, "not_now"),
        ({"at_rcpt": "550 no such"}, Away, "no_mailbox"),
        ({"at_mail": "550 who are you"}, Away, "our_address"),
        ({"at_mail": "552 too large"}, GiveUp, "too_large"),
        ({"at_data": "452 later"}, TryAgain, "not_now"),
        ({"at_data": "554 no"}, GiveUp, "refused"),
        ({"at_data": "552 too large"}, GiveUp, "too_large"),
    ],
)
def test_what_the_server_answers_is_told_apart(
    pem: Path, reply: dict[str, Any], error: type[Exception], code: str
) -> None:
    box = Mailbox(**reply)
    with pytest.raises(error) as caught:
        send(box, pem, an_event(1))
    assert (type(caught.value), str(caught.value)) == (error, code)
    assert box.mail == []


def test_a_line_that_breaks_before_the_answer_is_tried_again(pem: Path) -> None:
    with pytest.raises(TryAgain, match="no_answer") as caught:
        _broken(pem)
    assert type(caught.value) is TryAgain


def _broken(pem: Path) -> None:
    """A server that takes the whole email, says nothing and goes away."""
    listening = socket.create_server(("127.0.0.1", 0))
    context = server_side(pem)

    def answer() -> None:
        raw, _ = listening.accept()
        with context.wrap_socket(raw, server_side=True) as line:
            line.sendall(b"220 hello\r\n")
            while True:
                heard = line.recv(65536)
                if not heard or heard.endswith(b"\r\n.\r\n"):
                    return
                if heard.upper().startswith(b"DATA"):
                    line.sendall(b"354 go on\r\n")
                elif heard.upper().startswith((b"EHLO", b"MAIL", b"RCPT")):
                    line.sendall(b"250 fine\r\n")

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        Email(f"smtps://127.0.0.1:{listening.getsockname()[1]}", SENDER, TEAM, pem, timeout=5).deliver(
            an_event(1)
        )
    finally:
        listening.close()
        thread.join(5)


def test_nobody_there_is_away(pem: Path) -> None:
    with pytest.raises(Away, match="no_line"):
        Email(f"smtps://127.0.0.1:{free_port()}", SENDER, TEAM, pem, timeout=2).deliver(an_event(1))


def test_a_worry_tells_where_to_look_and_nothing_more(pem: Path) -> None:
    box = Mailbox()
    send(box, pem, Event(a_key(9), WORRY))
    ((_, mail),) = box.mail
    body = mail.get_body()
    assert body is not None
    assert WORRY["page"] in body.get_content()
    assert "worr" not in str(mail["Subject"]).lower()
    assert "R-1" not in body.get_content()


def test_a_reader_is_told_that_something_is_held_back(pem: Path) -> None:
    box = Mailbox()
    send(box, pem, an_event(1, a_views_record(an_item("Fine."), held_back=3)))
    ((_, mail),) = box.mail
    body = mail.get_body()
    assert body is not None
    assert "3 answers are held back" in body.get_content()


def test_a_record_against_its_schema_waits_for_a_person(pem: Path) -> None:
    box = Mailbox()
    with pytest.raises(GiveUp):
        send(box, pem, an_event(1, {**a_views_record(), "revision": 0}))
    assert box.mail == []


def test_a_server_that_drips_is_cut_off(pem: Path) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def drip() -> None:
        raw, _ = listening.accept()
        with raw:
            try:
                while not stop.wait(0.02):
                    raw.sendall(b"2")
            except OSError:
                return

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    adapter = Email(f"smtp://127.0.0.1:{listening.getsockname()[1]}", SENDER, TEAM, pem, timeout=0.4)
    adapter.time_limit = 0.8
    began = time.monotonic()
    try:
        with pytest.raises(Away, match="no_line"):
            adapter.deliver(an_event(1))
    finally:
        stop.set()
        listening.close()
        thread.join(5)
    assert time.monotonic() - began < 2


RUTH, EAST, REST = "ruth@harbourside.example", "team-east@harbourside.example", TEAM


@pytest.mark.parametrize(
    ("by", "rest", "iro", "worker", "to"),
    [
        ("iro", "", "I-1", "W-1", RUTH), ("iro", REST, "I-9", "W-1", REST), ("social_worker", "", "I-1", "W-1", EAST),
        ("social_worker", REST, "I-1", "", REST), ("social_worker", "", "I-1", "", None), ("iro", "", "W-1", "", None),
    ],
)  # fmt: skip
def test_each_event_goes_to_the_mailbox_of_its_own_iro_or_team(
    pem: Path, by: str, rest: str, iro: str, worker: str, to: str | None
) -> None:
    box, of = Mailbox(), {"I-1": RUTH} if by == "iro" else {"W-1": EAST, "W-2": EAST}
    event = dataclasses.replace(an_event(1), iro=iro, social_worker=worker)
    with serving(box, pem) as url:
        adapter = Email(url, SENDER, Mailboxes(rest, by, of), pem)
        if to is None:
            with pytest.raises(GiveUp, match=f"no_mailbox_for {by}"):
                adapter.deliver(event)
        else:
            adapter.deliver(event)
    assert [found for found, _ in box.mail] == ([[to]] if to else [])


def test_one_mailbox_that_is_gone_holds_up_none_of_the_others(pem: Path) -> None:
    box = Mailbox(at_rcpt="550 no such")
    with serving(box, pem) as url, pytest.raises(GiveUp, match="no_mailbox"):
        Email(url, SENDER, Mailboxes("", "iro", {"": RUTH}), pem).deliver(an_event(1))


@pytest.mark.parametrize(
    ("to", "by", "of"),
    [("", "", {}), (TEAM, "iro", {}), (TEAM, "", {"I-1": RUTH}), ("", "iro", {"I-1": f"{RUTH}, {EAST}"})],
)
def test_mailboxes_that_are_not_clear_stop_the_start(to: str, by: str, of: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="options: "):
        Mailboxes(to, by, of)
