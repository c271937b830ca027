"""The administrator makes and closes accounts; whoever is closed out is out everywhere, at once (threats.md A17)."""

from __future__ import annotations

import re
from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.staff import PASSWORD, Signed, Worker, make_worker
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.services import staff as sign_ins
from webapp.services import staff_accounts
from webapp.services.staff import AccountError
from webapp.store import Audit, Staff, Visit

NEW = "a much longer pass phrase"


@pytest.fixture
def admin(house: House) -> Worker:
    """Somebody who makes accounts."""
    return make_worker(house, "ada", "administrator", "Ada Lund")


def make(pages: Pages, **more: Any) -> Page:
    given: dict[str, Any] = {
        "name": "Sam Okoro",
        "username": "Sam",
        "email": "sam@example.org",
        "role": ["iro", "duty"],
        **more,
    }
    return pages.press(pages.get("/staff/accounts/new"), "Make the account", **given)


def link_on(page: Page) -> str:
    found = re.search(r"/staff/set-up/[\w-]+", page.text)
    assert found, page.text
    return found[0]


def code_for(page: Page, clock: SettableClock) -> str:
    found = re.search(r"\b[A-Z2-7]{32}\b", page.text)
    assert found, page.text
    return pyotp.TOTP(found[0]).at(clock())


def enter(pages: Pages, username: str, password: str, code: str) -> Page:
    return pages.press(
        pages.get("/staff/sign-in"), "Sign in", username=username, password=password, code=code
    )


def test_an_account_is_made_with_a_link_by_which_its_person_sets_it_up_once(
    app: Flask, admin: Worker, signed: Signed, clock: SettableClock, house: House
) -> None:
    page = make(signed(admin))
    assert page.h1 == "A link for Sam Okoro"
    theirs, link = Pages(app), link_on(page)
    form = theirs.get(link)
    code = code_for(form, clock)
    assert theirs.press(form, "Keep these", password="short", code=code).errors
    again = theirs.press(form, "Keep these", password=NEW, code="000000")
    assert again.errors == ["That is not the code that the app shows now. Wait for the next one"]
    done = theirs.press(again, "Keep these", password=NEW, code=code)
    assert done.h1 == "Sign in"
    assert "Your account is set up" in done.text
    assert theirs.get(link).h1 == "This link is over"
    assert enter(theirs, "sam", NEW, code).status == 422, "the code was used up by setting up"
    clock.move(seconds=30)
    fresh = code_for(form, clock)
    assert enter(theirs, "sam", NEW, fresh).h1 == "My reviews"
    with house.db.reading() as s:
        noted = s.scalars(select(Audit.action).where(Audit.actor == f"staff:{admin.id}")).all()
    assert {"account_added", "account_link", "list_accounts"} <= set(noted)


def test_two_accounts_with_one_address_are_told_of_until_one_is_closed(
    admin: Worker, iro: Worker, signed: Signed
) -> None:
    pages, told = signed(admin), "Another open account has this email address."
    mark = "the email address of another account"
    assert mark not in pages.get("/staff/accounts").text
    made = make(pages, email="Nadia@Example.org")
    assert told in made.text
    assert pages.get("/staff/accounts").text.count(mark) == 2
    page = pages.get(f"/staff/accounts/{iro.id}")
    assert told in page.text
    assert told not in pages.press(page, "Close it").text
    assert mark not in pages.get("/staff/accounts").text


def test_a_link_is_dead_after_three_days_after_a_newer_one_and_once_the_account_is_closed(
    app: Flask, admin: Worker, signed: Signed, clock: SettableClock
) -> None:
    pages = signed(admin)
    first = make(pages)
    account = pages.get(first.url.removesuffix("/link"))
    second = pages.press(account, "Make a link that sets it up")
    anyone = Pages(app)
    assert anyone.get(link_on(first)).status == 404
    assert anyone.get(link_on(second)).h1 == "Set up your account"
    closed = pages.press(account, "Close it")
    assert anyone.get(link_on(second)).status == 404
    pages.press(closed, "Open it again")
    assert anyone.get(link_on(second)).status == 404, "closing ended it"
    third = pages.press(account, "Make a link that sets it up")
    clock.move(days=3)
    assert anyone.get(link_on(third)).status == 404


def test_setting_up_anew_forgets_what_opened_the_account_and_ends_its_sign_ins(
    admin: Worker, iro: Worker, signed: Signed, clock: SettableClock
) -> None:
    theirs, pages = signed(iro), signed(admin)
    account = pages.click(pages.get("/staff/accounts"), "Nadia Rahman")
    assert "password and code" in account.text
    pages.press(account, "Make a link that sets it up")
    assert theirs.get("/staff/").h1 == "Sign in"
    clock.move(seconds=60)
    assert enter(theirs, iro.username, PASSWORD, iro.code(clock)).status == 422
    assert "nothing yet" in pages.get(account.url).text


def test_roles_hold_from_the_next_page_on(admin: Worker, iro: Worker, signed: Signed) -> None:
    theirs, pages = signed(iro), signed(admin)
    account = pages.get(f"/staff/accounts/{iro.id}")
    page = pages.press(account, "Change the roles", role=["duty"])
    assert "The roles are changed" in page.text
    assert theirs.get("/staff/reviews").h1 == "Sign in"


@pytest.mark.parametrize(
    "roles,code",
    [([], "bad_role"), (["iro", "administrator"], "not_alone"), (["boss"], "bad_role")],
)  # fmt: skip
def test_nobody_holds_roles_that_nobody_may(
    admin: Worker, iro: Worker, house: House, clock: SettableClock, roles: list[str], code: str
) -> None:
    with pytest.raises(AccountError) as error, house.db.writing() as s:
        staff_accounts.change_roles(s, clock(), admin.id, iro.id, roles)
    assert error.value.code == code


def test_an_administrator_changes_neither_themselves_nor_the_last_administrator(
    admin: Worker, signed: Signed, house: House, clock: SettableClock
) -> None:
    pages = signed(admin)
    own = pages.get(f"/staff/accounts/{admin.id}")
    assert "Another administrator changes it" in own.text
    token = own.root.first("input", name="csrf_token").attrs["value"]
    for what in ("roles", "close", "link", "open"):
        assert pages.post(f"{own.url}/{what}", {"csrf_token": token, "role": "iro"}).status == 422
    other = make_worker(house, "bea", "administrator")
    with house.db.writing() as s:
        assert staff_accounts.close(s, clock(), other.id, admin.id)
    with pytest.raises(AccountError) as error, house.db.writing() as s:
        staff_accounts.close(s, clock(), admin.id, other.id)
    assert error.value.code == "last_one"


def test_what_is_wrong_in_a_new_account_is_said_and_what_was_typed_stays(
    admin: Worker, signed: Signed, iro: Worker
) -> None:
    pages = signed(admin)
    for change, words in (
        ({"username": "NADIA"}, "There is an account with this username already"),
        ({"email": "sam"}, "This is no email address. Look at it again"),
        ({"role": ["administrator", "unit"]}, "An administrator has no other role"),
    ):
        page = make(pages, **change)
        assert page.status == 422
        assert words in page.errors[0]
        assert page.root.first("input", id="name").attrs["value"] == "Sam Okoro"


def test_an_administrator_sees_no_child(admin: Worker, signed: Signed, case: Case) -> None:
    pages = signed(admin)
    home = pages.get("/staff/")
    assert home.h1 == "Accounts"
    for path in ("reviews", f"reviews/{case.review_id}", "unit", "unit/today", "children", "worries",
                 f"unit/reviews/{case.review_id}", f"together/{case.child.consultation_id}"):  # fmt: skip
        assert pages.get(f"/staff/{path}").status == 404
    assert "Maya" not in home.body


def test_whoever_is_closed_out_is_out_everywhere_at_the_next_request(
    case: Case, social_worker: Worker, signed: Signed, house: House, app: Flask, clock: SettableClock
) -> None:
    desk, beside = signed(social_worker), signed(social_worker)
    page = beside.get(f"/staff/together/{case.child.consultation_id}")
    first = page.root.all("main")[0].first("form").first("button").text
    booklet = beside.press(page, first)
    assert booklet.status == 200
    assert "/staff" not in booklet.url
    with house.db.writing() as s:
        sign_ins.disable(s, clock(), social_worker.username)
    assert desk.get("/staff/children").h1 == "Sign in"
    again = beside.get(booklet.url)
    assert again.url != booklet.url, "the booklet that they opened beside the child is shut too"
    with house.db.reading() as s:
        assert s.scalars(select(Visit.ended_at).where(Visit.helper_staff_id == social_worker.id)).one()


def test_a_booklet_that_was_about_to_be_opened_by_a_closed_account_is_not(
    case: Case, social_worker: Worker, house: House, clock: SettableClock
) -> None:
    from webapp.services import access

    with house.db.writing() as s:
        worker = s.get_one(Staff, social_worker.id)
        worker.active = False
        s.flush()
        with pytest.raises(access.Closed):
            access.begin_side_by_side(s, house.vault, case.child.consultation_id, worker, clock())
