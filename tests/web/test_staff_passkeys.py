"""Staff sign in with a passkey, which answers our own address alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from config import Settings
from tests.fixtures.clocks import SettableClock
from tests.fixtures.houses import AUTHORITY
from tests.fixtures.staff import Signed, Worker, make_worker
from tests.web.key_device import Device
from tests.web.pages import Page, Pages
from webapp.house import House, ways
from webapp.services import passkeys as keys
from webapp.services import staff as sign_ins
from webapp.services import staff_accounts
from webapp.store import Audit, Challenge, Passkey, StaffSetup, StaffVisit

HERE = "http://localhost"


def options_of(page: Page) -> dict[str, Any]:
    form = next(form for form in page.root.all("form") if "data-options" in form.attrs)
    found: dict[str, Any] = json.loads(form.attrs["data-options"])
    return found


def send(pages: Pages, page: Page, credential: str, **more: str) -> Page:
    form = next(form for form in page.root.all("form") if "data-options" in form.attrs)
    token = form.first("input", name="csrf_token").attrs["value"]
    answered = pages.post(form.attrs["action"], {"csrf_token": token, "credential": credential, **more})
    return pages.get(answered.headers["Location"]) if answered.status == 303 else answered


def make(pages: Pages, device: Device, name: str = "My phone", **bent: Any) -> Page:
    page = pages.press(pages.get("/staff/passkeys"), "Make a passkey")
    return send(pages, page, device.make(options_of(page), **{"origin": HERE, **bent}), name=name)


def ask(pages: Pages) -> Page:
    return pages.press(pages.get("/staff/sign-in"), "Sign in with a passkey")


def come_in(pages: Pages, device: Device, **bent: Any) -> Page:
    page = ask(pages)
    return send(pages, page, device.answer(options_of(page), **{"origin": HERE, **bent}))


@pytest.fixture
def device(iro: Worker, signed: Signed) -> Device:
    """A device that holds a passkey of the officer's."""
    made = Device()
    assert "The passkey is kept" in make(signed(iro), made).text
    return made


def test_a_passkey_made_after_signing_in_is_enough_alone_the_next_time(
    app: Flask, device: Device, house: House
) -> None:
    browser = Pages(app)
    assert come_in(browser, device).h1 == "My reviews"
    assert "last used" in browser.get("/staff/passkeys").text
    with house.db.reading() as s:
        held = s.scalars(select(Passkey)).one()
        assert (held.name, held.sign_count) == ("My phone", device.count)
        assert "passkey" in s.scalars(select(StaffVisit.way)).all()
        assert {"passkey_added", "sign_in_passkey"} <= set(s.scalars(select(Audit.action)))
        assert s.scalars(select(Challenge)).all() == [], "each was used up"


def test_the_browser_is_asked_for_a_key_of_this_site_that_knows_its_holder(
    app: Flask, iro: Worker, signed: Signed
) -> None:
    pages = signed(iro)
    making = options_of(pages.press(pages.get("/staff/passkeys"), "Make a passkey"))
    assert making["rp"]["id"] == "localhost"
    wanted = making["authenticatorSelection"]
    assert (wanted["residentKey"], wanted["userVerification"]) == ("required", "required")
    using = options_of(ask(Pages(app)))
    assert (using["rpId"], using["userVerification"]) == ("localhost", "required")
    assert not using.get("allowCredentials")


@pytest.mark.parametrize(
    "bent",
    [{"origin": "https://review.exarnple.org"}, {"origin": "http://localhost:8000"}, {"host": "exarnple.org"},
     {"verified": False}],
)  # fmt: skip
def test_another_site_and_a_device_that_did_not_check_who_holds_it_sign_nobody_in(
    app: Flask, device: Device, iro: Worker, signed: Signed, house: House, bent: dict[str, Any]
) -> None:
    browser = Pages(app)
    page = come_in(browser, device, **bent)
    assert page.status == 422
    assert "opens no account here" in page.text
    assert browser.get("/staff/").h1 == "Sign in"
    assert "can’t be used here" in make(signed(iro), Device(), **bent).text
    with house.db.reading() as s:
        assert len(s.scalars(select(Passkey)).all()) == 1


def test_an_answer_works_once_in_its_own_browser_and_in_time(
    app: Flask, device: Device, clock: SettableClock
) -> None:
    browser, thief = Pages(app), Pages(app)
    page = ask(browser)
    answer = device.answer(options_of(page), HERE)
    assert send(thief, ask(thief), answer).status == 422, "another browser's challenge"
    before = browser.client.get_cookie("s")
    assert before is not None
    assert send(browser, page, answer).h1 == "My reviews"
    thief.client.set_cookie("s", before.value)
    assert send(thief, page, answer).status == 422, "sent again"
    late = ask(thief)
    clock.move(minutes=10)
    assert send(thief, late, device.answer(options_of(late), HERE)).status == 422


def test_a_copied_key_is_noticed_by_its_count(app: Flask, device: Device) -> None:
    assert come_in(Pages(app), device).h1 == "My reviews"
    device.count = 0
    assert come_in(Pages(app), device).status == 422


def test_what_is_no_answer_at_all_signs_nobody_in(app: Flask, device: Device) -> None:
    browser = Pages(app)
    odd = ("", "{}", "[]", "null", '{"id": 5}', '{"id": "x", "response": {}}', "\0", "x" * 9000)
    for sent in odd:
        assert send(browser, ask(browser), sent).status == 422, sent


def test_nonsense_beside_the_right_name_of_a_key_signs_nobody_in(app: Flask, device: Device) -> None:
    browser = Pages(app)
    page = ask(browser)
    good = json.loads(device.answer(options_of(page), HERE))
    good["response"]["signature"] = good["response"]["authenticatorData"]
    assert send(browser, page, json.dumps(good)).status == 422


def test_a_key_that_says_it_is_somebody_elses_signs_nobody_in(
    app: Flask, device: Device, other_iro: Worker
) -> None:
    device.user = bytes.fromhex(other_iro.id)
    assert come_in(Pages(app), device).status == 422


def test_wrong_tries_run_out(app: Flask, device: Device) -> None:
    browser = Pages(app, REMOTE_ADDR="10.0.0.9")
    for _ in range(30):
        browser.post("/staff/passkey/sign-in", {"csrf_token": token_of(browser), "credential": "{}"})
    assert come_in(browser, device).status == 429
    assert come_in(Pages(app, REMOTE_ADDR="10.0.0.8"), device).h1 == "My reviews"


def token_of(pages: Pages) -> str:
    found: str = pages.get("/staff/sign-in").root.first("input", name="csrf_token").attrs["value"]
    return found


def test_a_passkey_is_named_and_taken_away_by_its_own_person_alone(
    app: Flask, device: Device, iro: Worker, other_iro: Worker, signed: Signed, house: House
) -> None:
    with house.db.reading() as s:
        own = s.scalars(select(Passkey.id)).one()
    theirs = signed(other_iro)
    for form in ({"name": "mine"}, {"remove": "1"}):
        assert theirs.post(f"/staff/passkeys/{own}", {"csrf_token": token_in(theirs), **form}).status == 404
    pages = signed(iro)
    named = pages.press(pages.get("/staff/passkeys"), "Change the name", name="The blue key")
    assert "The name is changed" in named.text
    gone = pages.press(named, "Take it away")
    assert "None yet" in gone.text
    assert come_in(Pages(app), device).status == 422


def token_in(pages: Pages) -> str:
    found: str = pages.get("/staff/passkeys").root.first("input", name="csrf_token").attrs["value"]
    return found


def test_a_browser_that_was_left_open_makes_no_passkey(
    iro: Worker, signed: Signed, clock: SettableClock
) -> None:
    pages = signed(iro)
    for _ in range(2):
        clock.move(minutes=20)
        page = pages.get("/staff/passkeys")
    refused = pages.press(page, "Make a passkey")
    assert refused.status == 422
    assert "sign out and in again" in refused.text


def test_a_closed_account_and_one_set_up_anew_are_opened_by_no_passkey(
    app: Flask, device: Device, iro: Worker, house: House, clock: SettableClock
) -> None:
    admin = make_worker(house, "ada", "administrator")
    with house.db.writing() as s:
        sign_ins.disable(s, clock(), iro.username)
    assert come_in(Pages(app), device).status == 422
    with house.db.writing() as s:
        staff_accounts.open_again(s, clock(), admin.id, iro.id)
    assert come_in(Pages(app), device).h1 == "My reviews"
    with house.db.writing() as s:
        staff_accounts.start_again(s, house.vault, clock(), admin.id, iro.id)
    assert come_in(Pages(app), device).status == 422


def test_a_new_account_is_set_up_with_a_passkey_alone(
    app: Flask, iro: Worker, house: House, clock: SettableClock
) -> None:
    with house.db.writing() as s:
        token = staff_accounts.start_again(s, house.vault, clock(), "", iro.id)
    browser, device = Pages(app), Device()
    bad = browser.press(browser.get(f"/staff/set-up/{token}"), "Set up with a passkey")
    again = send(browser, bad, device.make(options_of(bad), "https://exarnple.org"))
    assert "can’t be used here" in again.text
    with house.db.reading() as s:
        assert s.scalars(select(StaffSetup.ended_at)).all() == [None], "the link is not used up by a mistake"
    page = browser.press(again, "Set up with a passkey")
    assert send(browser, page, device.make(options_of(page), HERE)).h1 == "Sign in"
    assert come_in(browser, device).h1 == "My reviews"
    assert browser.get(f"/staff/set-up/{token}").status == 404


def test_ten_passkeys_are_enough(iro: Worker, signed: Signed, house: House, clock: SettableClock) -> None:
    with house.db.writing() as s:
        for n in range(keys.AT_MOST):
            s.add(Passkey(staff_id=iro.id, credential_id=f"key{n}", public_key=b"", sign_count=0, name="x",
                          made_at=clock()))  # fmt: skip
    pages = signed(iro)
    assert "You have ten passkeys" in pages.press(pages.get("/staff/passkeys"), "Make a passkey").text


@pytest.mark.parametrize(
    "mode,address,staff,found",
    [("live", "https://review.example.org", {}, {"passkey"}),
     ("live", "https://review.example.org", {"passwords_for_a_trial": True}, {"passkey", "password"}),
     ("live", "https://192.0.2.7", {}, set()), ("demo", "http://127.0.0.1:5000", {}, {"password"}),
     ("demo", "http://localhost:5000", {}, {"passkey", "password"}), ("test", "http://[::1]:5000", {}, {"password"})],
)  # fmt: skip
def test_live_mode_wants_what_no_made_up_page_can_ask_for(
    settings: Settings, mode: str, address: str, staff: dict[str, Any], found: set[str]
) -> None:
    from config import load_authority

    authority = load_authority(AUTHORITY)
    changed = authority.model_copy(update={"staff": authority.staff.model_copy(update=staff)})
    assert ways(settings.model_copy(update={"mode": mode, "public_url": address}), changed) == found


def test_where_passwords_do_not_count_there_is_no_form_for_them_and_none_is_taken(
    app: Flask, iro: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(House, "ways", frozenset({"passkey"}))
    browser = Pages(app)
    page = browser.get("/staff/sign-in")
    assert page.root.all("input", type="password") == []
    sent = {"csrf_token": token_of(browser), "username": "nadia", "password": "x", "code": "1"}
    assert browser.post("/staff/sign-in", sent).status == 404
