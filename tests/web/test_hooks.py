"""The provider's webhook: only what the provider signed is heard, and it is answered in the provider's own way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from config import Settings
from tests.fixtures.clocks import SettableClock
from tests.services.talking import CHILD, by_text
from webapp import create_app
from webapp.house import House
from webapp.messaging.twilio_signature import sign
from webapp.store import Conversation, Inbound, Message

ACCOUNT, TOKEN = "AC" + "0" * 32, "a-token-of-the-tests"
PUBLIC = "https://reviews.example.org"
URL = f"{PUBLIC}/hooks/twilio/message"
FORM = {
    "MessageSid": "SM" + "1" * 32, "AccountSid": ACCOUNT, "From": CHILD, "To": "+447700900000", "Body": "hello",
    "NumMedia": "0", "NumSegments": "1", "SmsStatus": "received", "ApiVersion": "2010-04-01",
}  # fmt: skip


@pytest.fixture
def client(settings: Settings, clock: SettableClock, house: House, tmp_path: Path) -> Iterator[FlaskClient]:
    """A site with an account at the provider, behind another address than it sees itself."""
    by_text(house, tmp_path)
    own = settings.model_copy(
        update={"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "public_url": PUBLIC}
    )
    app: Flask = create_app(own, clock)
    yield app.test_client()
    app.extensions["house"].db.close()


def post(
    client: FlaskClient, changed: dict[str, str] | None = None, *, url: str = URL, token: str = TOKEN,
    signature: str | None = None, after: dict[str, str] | None = None,
) -> TestResponse:  # fmt: skip
    """Post the usual form with these changes, signed; `after` is changed once it is signed."""
    form = FORM | (changed or {})
    signed = sign(url, form.items(), token) if signature is None else signature
    headers = {"X-Twilio-Signature": signed} if signed else {}
    body = urlencode(form | (after or {}))
    return client.post(
        "/hooks/twilio/message", data=body, headers=headers, content_type="application/x-www-form-urlencoded"
    )


def messages(answer: TestResponse) -> list[str]:
    """The messages in the provider's own markup."""
    assert answer.status_code == 200
    assert answer.mimetype == "application/xml"
    root = ElementTree.fromstring(answer.data)
    assert root.tag == "Response"
    assert {one.tag for one in root} <= {"Message"}
    return [one.text or "" for one in root]


def test_a_signed_message_is_answered_in_the_same_answer(client: FlaskClient, house: House) -> None:
    answer = post(client)
    first, *_ = messages(answer)
    assert "Texts stay on this phone" in first
    with house.db.reading() as s:
        ids = set(s.scalars(select(Message.id)))
    asked = re.findall(r'statusCallback="([^"]+)"', answer.text)
    assert {one.partition("?m=")[2] for one in asked} == ids
    assert all(one.startswith(f"{PUBLIC}/hooks/twilio/status?m=") for one in asked)


def test_the_address_that_is_signed_is_the_settings_own_never_the_requests(client: FlaskClient) -> None:
    assert post(client).status_code == 200
    assert post(client, url="http://localhost/hooks/twilio/message").status_code == 403


def test_white_space_and_empty_fields_belong_to_what_is_signed(client: FlaskClient) -> None:
    assert messages(post(client, {"Body": "  hello \r\n ", "FromCity": "", "Ünï": "é+&= "}))


FORGED: dict[str, dict[str, Any]] = {
    "no signature": {"signature": ""},
    "a wrong one": {"signature": "bm9uc2Vuc2U="},
    "another token's": {"token": "another"},
    "another account's": {"changed": {"AccountSid": "AC" + "9" * 32}},
    "a changed word": {"after": {"Body": "something else"}},
    "a changed sender": {"after": {"From": "+447700900555"}},
    "one field more": {"after": {"Extra": "1"}},
}


@pytest.mark.parametrize("how", FORGED)
def test_what_the_provider_did_not_sign_is_refused_and_nothing_is_done(
    client: FlaskClient, house: House, how: str
) -> None:
    """A14."""
    assert post(client, **FORGED[how]).status_code == 403
    with house.db.reading() as s:
        assert s.scalars(select(Inbound)).all() == []
        assert s.scalars(select(Conversation)).all() == []


def test_a_get_does_nothing(client: FlaskClient, house: House) -> None:
    signed = sign(URL, FORM.items(), TOKEN)
    found = client.get("/hooks/twilio/message", query_string=FORM, headers={"X-Twilio-Signature": signed})
    assert found.status_code in (403, 405)
    with house.db.reading() as s:
        assert s.scalars(select(Inbound)).all() == []


@pytest.mark.parametrize("body", [b"\xff\xfe", b"Body=%FF", b"a=1&" * 300])
def test_bytes_that_are_no_form_of_the_providers_are_refused(client: FlaskClient, body: bytes) -> None:
    found = client.post(
        "/hooks/twilio/message", data=body, headers={"X-Twilio-Signature": "x"},
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert found.status_code == 403


def test_without_an_account_nothing_is_genuine(app: Flask) -> None:
    assert post(app.test_client(), token="").status_code == 403


def test_a_replay_gets_the_same_answer_and_has_no_effect(client: FlaskClient, house: House) -> None:
    first = post(client)
    assert post(client).data == first.data
    with house.db.reading() as s:
        assert len(s.scalars(select(Inbound)).all()) == 1


def test_nothing_that_was_written_comes_back_in_the_markup(client: FlaskClient) -> None:
    """B12."""
    words = "</Message><Redirect>https://evil.example</Redirect>"
    for n, body in enumerate(("hi", "4 May", words)):
        answer = post(client, {"Body": body, "MessageSid": f"SM{n:032}"})
        assert messages(answer)
        assert "evil" not in answer.text
        assert "<Redirect" not in answer.text


def test_a_place_is_dropped_and_refused_kindly(client: FlaskClient, house: House) -> None:
    for n, body in enumerate(("hi", "4 May")):
        post(client, {"Body": body, "MessageSid": f"SM{n:032}"})
    place = {
        "Latitude": "53.81",
        "Longitude": "-3.05",
        "Body": "Address: 1 Gull Lane",
        "MessageSid": "SM" + "7" * 32,
    }
    assert "can't take pictures" in messages(post(client, place))[0]
    with house.db.reading() as s:
        found = s.scalars(select(Inbound).where(Inbound.provider_id == "SM" + "7" * 32)).one()
    assert found.refused
    assert found.sealed is None


def test_stop_that_the_provider_answered_gets_an_empty_answer(client: FlaskClient) -> None:
    assert messages(post(client, {"Body": "STOP", "OptOutType": "STOP"})) == []


def test_what_became_of_a_message_is_taken_in_where_the_provider_signed_it(
    client: FlaskClient, house: House
) -> None:
    post(client)
    with house.db.reading() as s:
        message_id = s.scalars(select(Message.id)).first()
    form = {"MessageSid": "SM" + "5" * 32, "AccountSid": ACCOUNT, "MessageStatus": "delivered"}
    path = f"/hooks/twilio/status?m={message_id}"
    kind = "application/x-www-form-urlencoded"
    assert client.post(path, data=urlencode(form), content_type=kind).status_code == 403
    signed = {"X-Twilio-Signature": sign(PUBLIC + path, form.items(), TOKEN)}
    assert client.post(path, data=urlencode(form), headers=signed, content_type=kind).status_code == 204
    with house.db.reading() as s:
        assert s.get_one(Message, message_id).status == "delivered"
