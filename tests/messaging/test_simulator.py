"""The simulator, the print queue, and which of them the settings choose."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import pytest

from config import Settings, SettingsError, TextMessages
from tests.fixtures.houses import AUTHORITY, KEYS
from tests.messaging.test_contract import MESSAGE
from webapp.messaging import GiveUp, messengers
from webapp.messaging.letter import TO_PRINT, PrintQueue
from webapp.messaging.simulator import Simulator, messages, texts
from webapp.messaging.smtp import SmtpMessenger


def settings(folder: Path, mode: str, **more: str) -> Settings:
    return Settings.model_validate(
        {
            "mode": mode,
            "instance": folder,
            "authority": AUTHORITY,
            "public_url": "https://x.example",
            **KEYS,
            **more,
        }
    )


def test_one_message_is_one_whole_file_and_a_repeat_replaces_it(tmp_path: Path) -> None:
    simulator = Simulator(tmp_path / "out")
    simulator.send(MESSAGE)
    simulator.send(dataclasses.replace(MESSAGE, code="BCDFG-HJKMN"))
    (path,) = (tmp_path / "out").iterdir()
    assert path.name == f"{MESSAGE.id}.json"
    kept = json.loads(path.read_text("utf-8"))
    assert (kept["to"], kept["link"], kept["code"]) == (
        "grace@example.org",
        "http://localhost/o/abc",
        "BCDFG-HJKMN",
    )
    assert (tmp_path / "out").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["../escape", "a/b", "", "a\0b", ".hidden", "x" * 65])
def test_an_id_that_is_no_file_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(GiveUp):
        Simulator(tmp_path / "out").send(dataclasses.replace(MESSAGE, id=name))
    assert list(tmp_path.iterdir()) == []


def test_the_newest_messages_are_shown_first_and_at_most_as_many_as_asked(tmp_path: Path) -> None:
    simulator = Simulator(tmp_path)
    for number in range(4):
        simulator.send(dataclasses.replace(MESSAGE, id=f"m{number}"))
        os.utime(tmp_path / f"m{number}.json", (number, number))
    (tmp_path / "half.json").write_text("{")
    os.utime(tmp_path / "half.json", (9, 9))
    assert [m["id"] for m in messages(tmp_path, 3)] == ["m3", "m2"]
    assert messages(tmp_path / "nowhere") == []


TEXT = dataclasses.replace(
    MESSAGE, way="sms", to="+447700900123", body="Hello", items=(("Nan", "Your grandma"),)
)


def test_what_went_to_one_phone_is_shown_the_oldest_first_and_stays_out_of_the_post(tmp_path: Path) -> None:
    simulator = Simulator(tmp_path)
    for number, way in enumerate(("whatsapp", "sms")):
        simulator.send(dataclasses.replace(TEXT, id=f"m{number}", way=way))
        os.utime(tmp_path / "phones" / "447700900123" / f"m{number}.json", (number, number))
    simulator.send(dataclasses.replace(TEXT, to="+447700900124"))
    found = texts(tmp_path, "+447700900123")
    assert [(one["way"], one["body"], one["items"], one["at"]) for one in found] == [
        ("whatsapp", "Hello", [["Nan", "Your grandma"]], 0),
        ("sms", "Hello", [["Nan", "Your grandma"]], 1),
    ]
    assert messages(tmp_path) == texts(tmp_path, "+447700900999") == texts(tmp_path, "/../../etc") == []


@pytest.mark.parametrize("to", ["../../x", "+44 7700 900123", "", "+447700900123/..", "+٤٤٧٧٠٠٩٠٠١٢٣"])
def test_what_is_no_phone_number_is_refused(tmp_path: Path, to: str) -> None:
    with pytest.raises(GiveUp):
        Simulator(tmp_path / "out").send(dataclasses.replace(TEXT, to=to))
    assert list(tmp_path.iterdir()) == []


def test_demo_mode_sends_nothing_out_of_the_house(tmp_path: Path) -> None:
    found = messengers(settings(tmp_path, "demo", smtp_url="smtp://127.0.0.1", smtp_from="a@b.example"))
    assert {type(messenger) for messenger in found.values()} == {Simulator}


def test_outside_demo_mode_letters_are_printed_and_email_is_sent_where_there_is_a_mail_server(
    tmp_path: Path,
) -> None:
    without = messengers(settings(tmp_path, "test"))
    assert {way: type(m) for way, m in without.items()} == {"letter": PrintQueue}
    found = messengers(settings(tmp_path, "live", smtp_url="smtp://127.0.0.1", smtp_from="a@b.example"))
    assert {way: type(m) for way, m in found.items()} == {"letter": PrintQueue, "email": SmtpMessenger}


ON = TextMessages(sms=True, whatsapp=True)
ACCOUNT_OF_OURS = {
    "twilio_account_sid": "AC" + "0" * 32, "twilio_auth_token": "x", "twilio_sender": "+441632960999",
    "twilio_whatsapp_sender": "+441632960998",
}  # fmt: skip
MAIL = {"smtp_url": "smtp://127.0.0.1", "smtp_from": "a@b.example"}


def test_text_messages_go_only_where_they_are_switched_on_and_the_account_is_whole(tmp_path: Path) -> None:
    def ways(mode: str, texts: TextMessages, **more: str) -> set[str]:
        return set(messengers(settings(tmp_path, mode, **MAIL, **more), "", texts)) - {"letter", "email"}

    assert ways("live", TextMessages(), **ACCOUNT_OF_OURS) == ways("demo", TextMessages()) == set()
    assert ways("live", ON, **ACCOUNT_OF_OURS) == ways("demo", ON) == {"sms", "whatsapp"}
    assert ways("live", TextMessages(sms=True), **ACCOUNT_OF_OURS) == {"sms"}
    assert ways("test", ON) == set()
    for name in ("twilio_sender", "twilio_whatsapp_sender"):
        with pytest.raises(SettingsError, match=f"MYREVIEW_{name.upper()}"):
            ways("live", ON, **{**ACCOUNT_OF_OURS, name: ""})


def test_a_wrong_mail_setting_stops_the_start_and_names_itself(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="MYREVIEW_SMTP_FROM"):
        messengers(settings(tmp_path, "test", smtp_url="smtp://127.0.0.1"))


def test_a_letter_for_real_waits_to_be_printed_and_carries_no_link_yet() -> None:
    assert PrintQueue().send(MESSAGE).provider_id == TO_PRINT
    assert not PrintQueue.carries_link
