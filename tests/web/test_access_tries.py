"""Tries are limited in the database, whatever a browser or a proxy says of itself."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import update

from config import Settings
from tests.fixtures.cases import Case, invite
from tests.fixtures.clocks import SettableClock
from tests.web import people
from tests.web.pages import Pages
from webapp import create_app
from webapp.house import House
from webapp.store import Attempt


def guess_codes(pages: Pages, times: int, **options: str) -> list[int]:
    found = []
    for n in range(times):
        page = pages.press(pages.get("/code"), "Go on", code=f"BBBBB{n:05}")
        found.append(page.status)
    return found


def test_codes_are_limited_by_address_even_for_the_right_one(app: Flask, case: Case) -> None:
    assert guess_codes(Pages(app), 11) == [422] * 10 + [429]
    again = Pages(app)
    assert again.press(again.get("/code"), "Go on", code=case.child.code).status == 429
    elsewhere = Pages(app, REMOTE_ADDR="198.51.100.9")
    assert elsewhere.press(elsewhere.get("/code"), "Go on", code=case.child.code).url == "/know"


def test_codes_are_limited_in_all_from_however_many_addresses(app: Flask, house: House, case: Case) -> None:
    everyone = house.vault.lookup("limit", "everyone")
    guess_codes(Pages(app, REMOTE_ADDR="198.51.100.1"), 1)
    with house.db.writing() as s:
        s.execute(update(Attempt).where(Attempt.who == everyone).values(tries=299))
    guess_codes(Pages(app, REMOTE_ADDR="198.51.100.2"), 1)
    fresh = Pages(app, REMOTE_ADDR="198.51.100.3")
    assert fresh.press(fresh.get("/code"), "Go on", code=case.child.code).status == 429
    linked = Pages(app, REMOTE_ADDR="198.51.100.4")
    assert people.open_link(linked, case.child).url == "/know"


def test_forged_proxy_headers_do_not_get_round_the_limit(app: Flask, case: Case) -> None:
    statuses = []
    for n in range(11):
        pages = Pages(app, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}", HTTP_FORWARDED=f"for=203.0.113.{n}")
        statuses += guess_codes(pages, 1)
    assert statuses == [422] * 10 + [429]


def test_behind_one_proxy_only_what_the_proxy_says_counts(
    settings: Settings, house: House, case: Case, clock: SettableClock
) -> None:
    app = create_app(settings.model_copy(update={"trusted_proxies": 1}), clock)
    statuses = []
    for n in range(11):
        statuses += guess_codes(Pages(app, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}, 198.51.100.7"), 1)
    assert statuses == [422] * 10 + [429]
    other = Pages(app, HTTP_X_FORWARDED_FOR="203.0.113.1, 198.51.100.8")
    assert other.press(other.get("/code"), "Go on", code=case.child.code).url == "/know"
    app.extensions["house"].db.close()


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"},
                                     {"X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/evil"}])  # fmt: skip
def test_a_forged_host_is_in_no_link_and_no_redirect(app: Flask, case: Case, headers: dict[str, str]) -> None:
    client = app.test_client()
    for address in ("/", f"/o/{case.child.token}", "/code", "/help", "/b/", "/not-safe", "/exit", "/know"):
        answered = client.get(address, headers=headers)
        assert "evil" not in answered.get_data(as_text=True)
        assert "evil" not in answered.headers.get("Location", "")


def wrong_facts(pages: Pages, times: int) -> list[int]:
    return [people.say_birthday(pages, pages.get("/know"), 5, 5).status for _ in range(times)]


def test_facts_are_limited_by_person_whatever_the_browser_and_the_link(
    app: Flask, house: House, case: Case, clock: SettableClock
) -> None:
    first = Pages(app, REMOTE_ADDR="198.51.100.1")
    people.open_link(first, case.child)
    assert wrong_facts(first, 6) == [422] * 5 + [429]
    second = Pages(app, REMOTE_ADDR="198.51.100.2")
    people.open_link(second, invite(house, case.child.consultation_id))
    page = people.say_birthday(second, second.get("/know"))
    assert (page.status, "wait" in page.text) == (429, True)
    clock.move(minutes=15)
    assert people.say_birthday(second, second.get("/know")).url == "/secret"


def test_a_birthday_that_cannot_be_is_asked_again_without_counting(pages: Pages, case: Case) -> None:
    people.open_link(pages, case.child)
    for day, month in (("30", "February"), ("", ""), ("5", ""), ("45", "1")) * 2:
        page = pages.press(pages.get("/know"), "Go on", day=day, month=month)
        assert (page.status, page.errors) == (422, ["We couldn't read that. Please type it again."])
    assert pages.press(pages.get("/know"), "Go on", day="4th", month="may").url == "/secret"
