"""A missing or wrong setting stops the start and names itself."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from config import Authority, Settings, SettingsError, load_authority, load_settings
from tests.fixtures.houses import AUTHORITY, KEYS
from webapp.house import build

LIVE = {
    **{f"MYREVIEW_{name.upper()}": value for name, value in KEYS.items()},
    "MYREVIEW_MODE": "live",
    "MYREVIEW_PUBLIC_URL": "https://review.example.org",
    "MYREVIEW_AUTHORITY": str(AUTHORITY),
    "MYREVIEW_SMTP_URL": "smtps://user:password@mail.example.org",
    "MYREVIEW_SMTP_FROM": "review@example.org",
}


def test_live_mode_starts_with_everything_it_needs() -> None:
    assert not load_settings(LIVE).demo


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "MASTER_KEY", "LOOKUP_KEY", "PUBLIC_URL", "AUTHORITY", "SMTP_URL", "SMTP_FROM"]
)
def test_live_mode_without_one_of_them_stops_and_names_it(name: str) -> None:
    with pytest.raises(SettingsError, match=f"MYREVIEW_{name}"):
        load_settings({key: value for key, value in LIVE.items() if key != f"MYREVIEW_{name}"})


@pytest.mark.parametrize(
    ("name", "value"),
    [("MASTER_KEY", "c2hvcnQ="), ("MASTER_KEY", "not base64!"), ("MODE", "demonstration"), ("TRUSTED_PROXIES", "-1"),
     ("PUBLIC_URL", "http://review.example.org")],
)  # fmt: skip
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"MYREVIEW_{name}"):
        load_settings({**LIVE, f"MYREVIEW_{name}": value})


ACCOUNT = {"MYREVIEW_TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "MYREVIEW_TWILIO_AUTH_TOKEN": "a token"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("ACCOUNT_SID", "AC123"), ("SENDER", "07700 900001"), ("SENDER", "+447700900001, +447700900002"),
     ("WHATSAPP_SENDER", "whatsapp:+447700900001"), ("URL", "http://127.0.0.1:9")],
)  # fmt: skip
def test_a_wrong_setting_of_the_provider_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"MYREVIEW_TWILIO_{name}"):
        load_settings({**LIVE, **ACCOUNT, f"MYREVIEW_TWILIO_{name}": value})


def test_an_account_without_its_token_does_not_start() -> None:
    with pytest.raises(SettingsError, match="TWILIO_AUTH_TOKEN"):
        load_settings({**LIVE, "MYREVIEW_TWILIO_ACCOUNT_SID": "AC" + "0" * 32})
    assert load_settings({**LIVE, **ACCOUNT}).twilio_auth_token == "a token"


@pytest.mark.parametrize(
    "wrong",
    [{"quiet_hours": ["8pm", "08:00"]}, {"school_hours": ["09:00", "24:00"]}, {"sms_per_second": 0},
     {"content_sids": {"invite": {"en": "HX1"}}}, {"content_sids": {"greeting": {"en": "HX" + "0" * 32}}},
     {"content_sids": {"invite": {"xx": "HX" + "0" * 32}}}],
)  # fmt: skip
def test_a_wrong_rule_of_text_messages_is_named(tmp_path: Path, wrong: dict[str, object]) -> None:
    whole = yaml.safe_load(AUTHORITY.read_text("utf-8")) | {"text_messages": wrong}
    file = tmp_path / "ours.yaml"
    file.write_text(yaml.safe_dump(whole), "utf-8")
    with pytest.raises(SettingsError, match=rf"ours.yaml: text_messages\.{next(iter(wrong))}"):
        load_authority(file)


def test_nothing_goes_by_text_until_the_authority_switches_it_on(tmp_path: Path) -> None:
    whole = yaml.safe_load(AUTHORITY.read_text("utf-8"))
    del whole["text_messages"]
    file = tmp_path / "ours.yaml"
    file.write_text(yaml.safe_dump(whole), "utf-8")
    texts = load_authority(file).text_messages
    assert (texts.sms, texts.whatsapp, texts.whatsapp_media) == (False, False, False)


def test_a_misspelt_setting_is_named() -> None:
    with pytest.raises(SettingsError, match="MYREVIEW_PUBLIC_ULR"):
        load_settings({**LIVE, "MYREVIEW_PUBLIC_ULR": "https://x.example"})


def test_an_error_never_quotes_a_key() -> None:
    with pytest.raises(SettingsError) as told:
        load_settings({**LIVE, "MYREVIEW_PUBLIC_URL": "http://x"})
    assert not any(key in str(told.value) for key in KEYS.values())


@pytest.mark.parametrize("key", ["duty", "unit_phone", "advocate", "name"])
def test_an_authority_without_a_safeguarding_contact_or_a_number_stops_and_names_the_file(
    tmp_path: Path, key: str
) -> None:
    whole = yaml.safe_load(AUTHORITY.read_text("utf-8"))
    del whole[key]
    file = tmp_path / "ours.yaml"
    file.write_text(yaml.safe_dump(whole), "utf-8")
    with pytest.raises(SettingsError, match=f"ours.yaml: {key}"):
        load_authority(file)


def test_one_mailbox_for_worries_is_not_enough(tmp_path: Path) -> None:
    whole = yaml.safe_load(AUTHORITY.read_text("utf-8"))
    whole["duty"]["emails"] = whole["duty"]["emails"][:1]
    file = tmp_path / "ours.yaml"
    file.write_text(yaml.safe_dump(whole), "utf-8")
    with pytest.raises(SettingsError, match=r"duty\.emails"):
        load_authority(file)


def test_the_files_of_this_tree_are_right() -> None:
    assert isinstance(load_authority(AUTHORITY), Authority)


@pytest.mark.parametrize(("mode", "made_up"), [("demo", False), ("live", True)])
def test_made_up_people_and_a_real_authority_never_meet(
    settings: Settings, tmp_path: Path, mode: str, made_up: bool
) -> None:
    whole = yaml.safe_load(AUTHORITY.read_text("utf-8"))
    file = tmp_path / "somewhere.yaml"
    file.write_text(yaml.safe_dump(whole | {"made_up": made_up}), "utf-8")
    with pytest.raises(SettingsError, match=r"somewhere\.yaml: made_up: "):
        build(settings.model_copy(update={"mode": mode, "authority": file}))


@pytest.mark.parametrize(("mode", "made_up"), [("demo", True), ("live", False)])
def test_each_mode_starts_with_an_authority_of_its_kind(
    settings: Settings, tmp_path: Path, mode: str, made_up: bool
) -> None:
    whole = yaml.safe_load(AUTHORITY.read_text("utf-8"))
    file = tmp_path / "somewhere.yaml"
    file.write_text(
        yaml.safe_dump(whole | {"made_up": made_up, "languages": ["en"], "text_messages": {}}), "utf-8"
    )
    built = build(settings.model_copy(update={"mode": mode, "authority": file}))
    assert built.authority.made_up == made_up
    built.db.close()


def test_live_mode_does_not_start_with_a_language_whose_words_are_not_compiled(
    settings: Settings, tmp_path: Path, translations_folder: Path
) -> None:
    whole = yaml.safe_load(AUTHORITY.read_text("utf-8"))
    file = tmp_path / "somewhere.yaml"
    file.write_text(yaml.safe_dump(whole | {"made_up": False, "languages": ["en", "cy"]}), "utf-8")
    with pytest.raises(SettingsError, match=r"cy has no compiled catalogue"):
        build(settings.model_copy(update={"mode": "live", "authority": file}))


def test_live_mode_does_not_start_where_nobody_could_sign_in(tmp_path: Path, settings: Settings) -> None:
    whole = yaml.safe_load(AUTHORITY.read_text("utf-8")) | {"made_up": False, "languages": ["en"]}
    file = tmp_path / "ours.yaml"
    file.write_text(yaml.safe_dump(whole | {"staff": {"sign_in": ["password"]}}), "utf-8")
    with pytest.raises(SettingsError, match="nobody could sign in"):
        build(settings.model_copy(update={"mode": "live", "authority": file}))
    file.write_text(yaml.safe_dump(whole | {"staff": {"sign_in": []}}), "utf-8")
    with pytest.raises(SettingsError, match="at least one of oidc, passkey, password"):
        load_authority(file)
