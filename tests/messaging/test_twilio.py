"""Text messages and WhatsApp through the provider's own library, to a stand-in on this machine."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
import logging
from pathlib import Path

import pytest

from config import Settings, TextMessages
from tests.fixtures.houses import AUTHORITY, KEYS
from tests.fixtures.provider import ACCOUNT, SENDER, WHATSAPP_SENDER, Provider, account
from webapp import logs
from webapp.messaging import GiveUp, Outgoing, TryAgain
from webapp.messaging import port as ports
from webapp.messaging.pace import Pace
from webapp.messaging.twilio import Twilio

TO = "+447700900123"
TEXT = Outgoing(id="0" * 31 + "a", way="sms", to=TO, subject="", body="There is a message for you.\nŵ £ é")
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
NEXT_TO = "https://api.twilio.com/2010-04-01/Accounts"


def made(provider: Provider, **more: str) -> Twilio:
    """The adapter of an account there; nobody waits for a turn."""
    given = {"mode": "test", "instance": Path("unused"), "authority": AUTHORITY,
             "public_url": "https://review.example", **KEYS, **account(provider), **more}  # fmt: skip
    fast = TextMessages(sms_per_second=1e6, whatsapp_per_second=1e6)
    return Twilio(Settings.model_validate(given), fast, timeout=5)


def test_a_text_arrives_as_written_and_its_status_is_asked_for_under_our_id(provider: Provider) -> None:
    sent = made(provider).send(TEXT)
    (message,) = provider.sent
    assert sent.provider_id == message["sid"]
    assert message["form"] == {
        "To": TO,
        "From": SENDER,
        "Body": TEXT.body,
        "StatusCallback": f"https://review.example/hooks/twilio/status?m={TEXT.id}",
    }


def test_a_messaging_service_is_named_instead_of_a_number(provider: Provider) -> None:
    service = "MG" + "0" * 32
    made(provider, twilio_sender=service).send(TEXT)
    form = provider.sent[0]["form"]
    assert form["MessagingServiceSid"] == service
    assert "From" not in form


def test_outside_the_24_hours_a_template_goes_and_no_words(provider: Provider) -> None:
    sid = "HX" + "0" * 32
    message = dataclasses.replace(TEXT, way="whatsapp", content_sid=sid, variables={"1": "Ŵ", "2": "b"})
    made(provider).send(message)
    form = provider.sent[0]["form"]
    assert (form["To"], form["From"]) == (f"whatsapp:{TO}", f"whatsapp:{WHATSAPP_SENDER}")
    assert form["ContentSid"] == sid
    assert json.loads(form["ContentVariables"]) == {"1": "Ŵ", "2": "b"}
    assert "Body" not in form


def test_buttons_and_lists_are_made_once_a_shape_and_hold_nothing_but_blanks(provider: Provider) -> None:
    asked = dataclasses.replace(TEXT, way="whatsapp", buttons=("Yes", "No", "Not sure"))
    people = dataclasses.replace(TEXT, way="whatsapp", items=(("Nan", "Your grandma"), ("Uncle Phil", "")))
    first = made(provider)
    for message in (asked, dataclasses.replace(asked, buttons=("One", "Two", "Three")), people, people):
        first.send(message)
    made(provider).send(asked)  # after a new start it is found again
    assert [one["friendly_name"] for one in provider.contents] == ["myreview_buttons_3", "myreview_list_2"]
    assert not any(word in json.dumps(provider.contents) for word in ("Yes", "Nan", "message for you"))
    forms = [one["form"] for one in provider.sent]
    assert json.loads(forms[0]["ContentVariables"]) == {
        "1": TEXT.body,
        "2": "Yes",
        "3": "No",
        "4": "Not sure",
    }
    assert json.loads(forms[2]["ContentVariables"]) == {
        "1": TEXT.body,
        "2": "...",
        "3": "Nan",
        "4": "Uncle Phil",
    }
    assert forms[0]["ContentSid"] == forms[1]["ContentSid"] == forms[4]["ContentSid"]


@pytest.mark.parametrize(
    "beyond",
    [{"buttons": ("a", "b", "c", "d")}, {"buttons": ("x" * 21,)}, {"buttons": ("same", "same")},
     {"items": tuple((str(n), "") for n in range(11))}, {"items": (("x" * 25, ""),)},
     {"items": (("x", "y" * 73),)}, {"buttons": ("a",), "body": "x" * 1025}],
)  # fmt: skip
def test_what_the_rules_of_whatsapp_do_not_allow_goes_as_text_that_has_the_numbers(
    provider: Provider, beyond: dict[str, object]
) -> None:
    message = dataclasses.replace(TEXT, way="whatsapp", **beyond)  # type: ignore[arg-type]
    made(provider).send(message)
    assert provider.sent[0]["form"]["Body"] == message.body


@pytest.mark.parametrize(
    ("refusal", "error", "reason"),
    [
        ((400, 21610), GiveUp, "opted_out"),
        ((400, 21211), GiveUp, "not_a_number"),
        ((400, 21614), GiveUp, "not_a_mobile"),
        ((400, 63016), GiveUp, "window_closed"),
        ((400, 63024), GiveUp, "not_on_whatsapp"),
        ((400, 21656), GiveUp, "bad_template"),
        ((400, 99999), GiveUp, "refused"),
        ((401, 20003), TryAgain, "our_sign_in"),
        ((404, 20404), TryAgain, "our_sign_in"),
        ((400, 21606), TryAgain, "our_sender"),
        ((429, 20429), TryAgain, "not_now"),
        ((500, 20500), TryAgain, "unknown"),
        ((503, 0), TryAgain, "unknown"),
        ("break", TryAgain, "unknown"),
        ("taken", TryAgain, "unknown"),
    ],
)
def test_what_the_provider_answers_decides_whether_it_is_tried_again(
    provider: Provider, refusal: tuple[int, int] | str, error: type[Exception], reason: str
) -> None:
    provider.trouble.append(refusal)
    with pytest.raises(error) as caught:
        made(provider).send(TEXT)
    assert str(caught.value) == reason
    assert len(provider.sent) == (refusal == "taken")
    assert len([line for line in provider.asked if line.startswith("POST")]) == 1  # never again by itself


def test_a_line_that_never_opened_is_told_from_one_that_broke(provider: Provider) -> None:
    nowhere = made(provider, twilio_url="http://127.0.0.1:9")
    with pytest.raises(TryAgain, match="no_line"):
        nowhere.send(TEXT)


@pytest.mark.parametrize(
    "bad",
    [{"to": "07700900123"}, {"to": f"{TO},{TO}"}, {"to": f"whatsapp:{TO}"}, {"to": f"{TO}\r\n"}, {"to": ""},
     {"body": ""}, {"body": " \n"}, {"body": "x" * 1601}, {"body": "half \ud83d"}, {"way": "email"},
     {"id": "a&b=c"}],
)  # fmt: skip
def test_what_is_no_message_never_leaves(provider: Provider, bad: dict[str, str]) -> None:
    with pytest.raises(GiveUp):
        made(provider).send(dataclasses.replace(TEXT, **bad))  # type: ignore[arg-type]
    assert provider.asked == []


def test_whether_a_message_went_out_can_be_looked_up(provider: Provider) -> None:
    adapter = made(provider)
    provider.trouble.append("taken")
    with pytest.raises(TryAgain):
        adapter.send(TEXT)
    (found,) = adapter.sent_to("sms", TO, LONG_AGO)
    assert (found.provider_id, found.body) == (provider.sent[0]["sid"], TEXT.body)
    assert adapter.sent_to("sms", "+447700900999", LONG_AGO) == []
    assert adapter.sent_to("sms", TO, dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)) == []


def test_what_people_sent_comes_the_oldest_first_as_the_webhook_would_have_told_it(
    provider: Provider,
) -> None:
    hook = "https://review.example/hooks/twilio/message"
    told = [provider.receive(TO, f"words {n}", hook) for n in range(60)]
    told.append(provider.receive(f"whatsapp:{TO}", "", hook, media=((b"OggS", "audio/ogg"),)))
    made(provider).send(TEXT)
    found = made(provider).came_in(LONG_AGO)
    assert [one["Body"] for one in found] == [dict(one.pairs)["Body"] for one in told]
    wanted = dict(told[-1].pairs)
    assert {key: found[-1][key] for key in wanted if key != "ApiVersion"} == {
        key: value for key, value in wanted.items() if key != "ApiVersion"
    }


def test_what_came_to_another_number_of_the_account_is_not_ours(provider: Provider) -> None:
    provider.receive(TO, "for others", "https://review.example")
    provider.messages[-1]["to"] = "+441632960111"
    assert made(provider).came_in(LONG_AGO) == []
    service = made(provider, twilio_sender="MG" + "0" * 32)
    assert [one["Body"] for one in service.came_in(LONG_AGO)] == ["for others"]


def test_media_are_fetched_with_our_sign_in_which_stays_with_the_provider_and_then_deleted(
    provider: Provider,
) -> None:
    told = provider.receive(f"whatsapp:{TO}", "", "https://x.example", media=((b"OggS...", "audio/ogg"),))
    address, adapter = dict(told.pairs)["MediaUrl0"], made(provider)
    fetched = adapter.fetch(address, 100)
    assert (fetched.content, fetched.said_type) == (b"OggS...", "audio/ogg")
    with pytest.raises(GiveUp, match="too_big"):
        adapter.fetch(address, 6)
    adapter.forget(address)
    adapter.forget(address)
    assert provider.media == {}
    with pytest.raises(GiveUp, match="gone"):
        adapter.fetch(address, 100)


@pytest.mark.parametrize(
    "address",
    ["http://169.254.169.254/latest", f"{NEXT_TO}/AC{'f' * 32}/Messages/MM{'0' * 32}/Media/ME{'0' * 32}",
     f"{NEXT_TO}/{ACCOUNT}/Messages/MM{'0' * 32}/Media/../../x",
     f"{NEXT_TO}/{ACCOUNT}/Messages/MM{'0' * 32}/Media/ME{'0' * 32}?a=b",
     f"https://api.twilio.com.evil.example/2010-04-01/Accounts/{ACCOUNT}/Messages/MM{'0' * 32}/Media/ME{'0' * 32}"],
)  # fmt: skip
def test_nothing_is_fetched_from_any_other_address(provider: Provider, address: str) -> None:
    for act in (made(provider).forget, lambda url: made(provider).fetch(url, 100)):
        with pytest.raises(GiveUp, match="not_ours"):
            act(address)
    assert provider.asked == []


def test_neither_number_nor_text_nor_token_is_logged(
    provider: Provider, capsys: pytest.CaptureFixture[str]
) -> None:
    written, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.setup("debug", written, hooks=False)
    try:
        provider.trouble.extend([(400, 21610), "break"])
        for _ in range(3):
            try:
                made(provider).send(TEXT)
            except (TryAgain, GiveUp) as error:
                logs.get("test").info("not_sent", **logs.trouble(error))
        made(provider).sent_to("sms", TO, LONG_AGO)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    out = capsys.readouterr()
    everything = written.getvalue() + out.out + out.err
    token = account(provider)["twilio_auth_token"]
    assert "urllib3" in everything
    assert not any(private in everything for private in ("7700900", "message for you", token))


def test_a_sender_keeps_its_pace_and_whoever_comes_late_need_not_wait() -> None:
    now, waits = [100.0], []

    def rest(seconds: float) -> None:
        waits.append(round(seconds, 6))
        now[0] += seconds

    pace = Pace(4, clock=lambda: now[0], rest=rest)
    for _ in range(3):
        pace.wait()
    now[0] += 60
    pace.wait()
    assert waits == [0.25, 0.25]


def test_the_adapter_can_be_asked_what_went_out_and_came_in(provider: Provider) -> None:
    assert isinstance(made(provider), ports.Provider)
