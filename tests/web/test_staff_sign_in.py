"""Staff come in with a password and a code, and are out when they should be."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from tests.fixtures.clocks import SettableClock
from tests.fixtures.staff import PASSWORD, Signed, Worker, sign_in
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.services import staff as accounts
from webapp.store import Audit, StaffVisit

SAME = "That username, password and code don’t go together. A code works once: wait for the next one."


def try_with(pages: Pages, username: str, password: str, code: str) -> Page:
    return pages.press(
        pages.get("/staff/sign-in"), "Sign in", username=username, password=password, code=code
    )


def test_password_and_code_lead_to_the_officers_reviews(
    pages: Pages, iro: Worker, clock: SettableClock
) -> None:
    page = sign_in(pages, iro, clock)
    assert page.h1 == "My reviews"
    assert "Nadia Rahman" in page.text


def test_everything_behind_the_sign_in_leads_to_it(pages: Pages) -> None:
    for path in ("/staff/", "/staff/reviews", "/staff/worries", "/staff/unit", "/staff/children"):
        assert pages.get(path).h1 == "Sign in"


@pytest.mark.parametrize("what", ["name", "password", "code"])
def test_whatever_was_wrong_the_page_is_the_same(
    pages: Pages, iro: Worker, clock: SettableClock, what: str
) -> None:
    clock.move(seconds=30)
    good = {"name": iro.username, "password": PASSWORD, "code": iro.code(clock)}
    tried = {**good, what: {"name": "nobody", "password": "not the password", "code": "000000"}[what]}
    page = try_with(pages, tried["name"], tried["password"], tried["code"])
    assert page.status == 422
    assert page.errors == [
        "That username, password and code don’t go together. A code works once: wait for the next one."
    ]
    assert page.body.count(PASSWORD) == 0


def test_a_code_works_once(app: Flask, iro: Worker, clock: SettableClock) -> None:
    clock.move(seconds=30)
    code = iro.code(clock)
    assert try_with(Pages(app), iro.username, PASSWORD, code).h1 == "My reviews"
    assert try_with(Pages(app), iro.username, PASSWORD, code).status == 422
    clock.move(seconds=30)
    assert try_with(Pages(app), iro.username, PASSWORD, code).status == 422, "nor within the leeway"


def test_a_code_of_two_steps_ago_is_too_old(pages: Pages, iro: Worker, clock: SettableClock) -> None:
    code = iro.code(clock)
    clock.move(seconds=61)
    assert try_with(pages, iro.username, PASSWORD, code).status == 422


@pytest.mark.parametrize("username", ["nadia", "nobody"])
def test_tries_run_out_alike_for_known_and_unknown_names(
    app: Flask, iro: Worker, clock: SettableClock, username: str
) -> None:
    for _ in range(5):
        assert try_with(Pages(app), username, "wrong", "000000").status == 422
    page = try_with(Pages(app), username, PASSWORD, iro.code(clock))
    assert page.status == 429
    assert "Wait 15 minutes" in page.errors[0]
    clock.move(minutes=16)
    if username == iro.username:
        assert try_with(Pages(app), username, PASSWORD, iro.code(clock)).h1 == "My reviews"


def test_a_stranger_with_a_few_tries_does_not_lock_a_colleague_out(
    app: Flask, iro: Worker, clock: SettableClock
) -> None:
    stranger = Pages(app, REMOTE_ADDR="10.0.0.9")
    for _ in range(6):
        page = try_with(stranger, iro.username, "wrong", "000000")
    assert page.status == 429
    own = try_with(Pages(app, REMOTE_ADDR="10.0.0.8"), iro.username, PASSWORD, iro.code(clock))
    assert own.h1 == "My reviews"


def test_a_name_tried_from_everywhere_runs_out_too(
    app: Flask, house: House, iro: Worker, clock: SettableClock
) -> None:
    for n in range(50):
        with house.db.writing() as s:
            accounts.sign_in(s, house.vault, clock(), iro.username, None, False, "000000", f"10.0.1.{n}")
    page = try_with(Pages(app, REMOTE_ADDR="10.0.0.8"), iro.username, PASSWORD, iro.code(clock))
    assert page.status == 429


def test_tries_from_one_address_run_out_whatever_the_names(
    app: Flask, iro: Worker, clock: SettableClock
) -> None:
    for n in range(30):
        try_with(Pages(app, REMOTE_ADDR="10.0.0.9"), f"name{n}", "wrong", "000000")
    assert try_with(Pages(app, REMOTE_ADDR="10.0.0.9"), "nadia", PASSWORD, iro.code(clock)).status == 429
    assert try_with(Pages(app, REMOTE_ADDR="10.0.0.8"), "nadia", PASSWORD, iro.code(clock)).h1 == "My reviews"


def test_a_cookie_from_before_the_sign_in_opens_nothing_after_it(
    app: Flask, iro: Worker, clock: SettableClock
) -> None:
    planted = Pages(app)
    planted.get("/staff/sign-in")
    before = planted.client.get_cookie("s")
    sign_in(planted, iro, clock)
    after = planted.client.get_cookie("s")
    assert after is not None
    thief = Pages(app)
    if before is not None:
        thief.client.set_cookie("s", before.value)
    assert thief.get("/staff/").h1 == "Sign in"
    assert before is None or before.value != after.value


def test_signing_in_again_ends_the_sign_in_that_the_browser_held(
    app: Flask, iro: Worker, clock: SettableClock, house: House
) -> None:
    browser = Pages(app)
    sign_in(browser, iro, clock)
    old = browser.client.get_cookie("s")
    assert old is not None
    clock.move(minutes=31)
    page = browser.get("/staff/sign-in")
    browser.press(page, "Sign in", username=iro.username, password=PASSWORD, code=iro.code(clock))
    thief = Pages(app)
    thief.client.set_cookie("s", old.value)
    assert thief.get("/staff/").h1 == "Sign in"


def test_a_stolen_cookie_is_dead_after_signing_out(app: Flask, iro: Worker, clock: SettableClock) -> None:
    browser, thief = Pages(app), Pages(app)
    page = sign_in(browser, iro, clock)
    cookie = browser.client.get_cookie("s")
    assert cookie is not None
    thief.client.set_cookie("s", cookie.value)
    assert thief.get("/staff/").h1 == "My reviews"
    assert browser.press(page, "Sign out").h1 == "Sign in"
    assert thief.get("/staff/").h1 == "Sign in"


def test_half_an_hour_without_a_press_ends_it_and_says_so(
    iro: Worker, clock: SettableClock, signed: Signed
) -> None:
    pages = signed(iro)
    clock.move(minutes=29)
    assert pages.get("/staff/").h1 == "My reviews"
    clock.move(minutes=29)
    assert pages.get("/staff/").h1 == "My reviews"
    clock.move(minutes=30)
    page = pages.get("/staff/")
    assert page.h1 == "Sign in"
    assert "Your sign-in has ended" in page.text


def test_ten_hours_end_it_however_busy(iro: Worker, clock: SettableClock, signed: Signed) -> None:
    pages = signed(iro)
    for _ in range(29):
        clock.move(minutes=20)
        assert pages.get("/staff/").h1 == "My reviews"
    clock.move(minutes=20)
    assert pages.get("/staff/").h1 == "Sign in"


def test_a_disabled_account_is_out_at_its_next_request(
    iro: Worker, clock: SettableClock, signed: Signed, house: House
) -> None:
    pages = signed(iro)
    with house.db.writing() as s:
        accounts.disable(s, clock(), iro.username)
    assert pages.get("/staff/").h1 == "Sign in"
    clock.move(seconds=60)
    assert try_with(pages, iro.username, PASSWORD, iro.code(clock)).status == 422


def test_a_forged_form_changes_nothing_and_the_worker_can_go_on(
    iro: Worker, signed: Signed, house: House, clock: SettableClock
) -> None:
    pages = signed(iro)
    page = pages.post("/staff/sign-out")
    assert page.status == 400
    assert page.h1 == "Please press once more"
    assert pages.get("/staff/").h1 == "My reviews"
    with house.db.reading() as s:
        assert s.scalars(select(StaffVisit.ended_at)).all() == [None]


def test_sign_ins_failed_tries_and_sign_outs_are_in_the_audit_trail(
    app: Flask, iro: Worker, clock: SettableClock, house: House
) -> None:
    browser = Pages(app)
    try_with(browser, iro.username, "wrong", "000000")
    browser.press(sign_in(browser, iro, clock), "Sign out")
    with house.db.reading() as s:
        rows = s.execute(select(Audit.actor, Audit.action, Audit.subject).order_by(Audit.id)).all()
    assert [(r.action, r.subject) for r in rows if r.action.startswith("sign")] == [
        (action, f"staff:{iro.id}") for action in ("sign_in_failed", "sign_in", "sign_out")
    ]


def test_leaving_quickly_ends_a_sign_in_too(iro: Worker, signed: Signed, app: Flask) -> None:
    pages = signed(iro)
    cookie = pages.client.get_cookie("s")
    assert cookie is not None
    pages.get("/exit", follow=False)
    thief = Pages(app)
    thief.client.set_cookie("s", cookie.value)
    assert thief.get("/staff/").h1 == "Sign in"


@pytest.mark.parametrize(
    "roles,opens",
    [("iro", {"reviews", "worries"}), ("duty", {"worries"}), ("unit", {"unit"}), ("social_worker", {"children"}),
     ("iro unit", {"reviews", "worries", "unit"})],
)  # fmt: skip
def test_each_role_has_its_own_pages_and_no_other(
    house: House, signed: Signed, roles: str, opens: set[str]
) -> None:
    from tests.fixtures.staff import make_worker

    pages = signed(make_worker(house, "sam", roles))
    found = {
        name
        for name in ("reviews", "worries", "unit", "children")
        if pages.get(f"/staff/{name}").status == 200
    }
    assert found == opens
