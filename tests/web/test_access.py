"""Links, previews, tries and proxies: who gets in, and what the others are shown."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.fixtures.cases import Case
from tests.fixtures.staff import Worker
from tests.web import people
from tests.web.inside import MENU, answer, enter, everything, post, said
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.services import access, unit_work
from webapp.services.staff import SignedIn
from webapp.store import Audit, Child, Consultation, Link, Visit

AGENTS = [
    "WhatsApp/2.23", "Mozilla/5.0 (Macintosh) facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "Slackbot-LinkExpanding 1.0", "SkypeUriPreview Preview/0.5", "Mozilla/5.0 (compatible; Safe Links)",
]  # fmt: skip


def end_by(house: House, case: Case, how: str) -> None:
    """The child's link comes to this end."""
    now = house.clock()
    with house.db.writing() as s:
        if how == "revoked":
            access.revoke_links(s, case.child.consultation_id, now)
        elif how == "expired":
            s.execute(update(Link).values(expires_at=now - dt.timedelta(seconds=1)))
        elif how == "stopped":
            s.execute(update(Consultation).values(state="stopped"))
        elif how == "on hold":
            s.execute(update(Child).values(hold="missing"))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_a_link_changes_no_row_and_names_nobody(
    app: Flask, house: House, case: Case, method: str
) -> None:
    before = everything(house)
    for agent in AGENTS * 4:
        answered = app.test_client().open(
            f"/o/{case.child.token}", method=method, headers={"User-Agent": agent}
        )
        assert answered.status_code == 200
        body = answered.get_data(as_text=True)
        assert not any(name in body for name in ("Maya", "Okafor", "Gull Lane", case.child.code))
    assert everything(house) == before
    assert people.open_link(Pages(app), case.child).url == "/know"


@pytest.mark.parametrize("stage", ["opened", "known", "own"])
def test_a_head_request_changes_nothing_at_any_address(
    app: Flask, pages: Pages, house: House, case: Case, stage: str
) -> None:
    enter(pages, house, case.child, stage)
    before = everything(house)
    addresses = [
        f"/o/{case.child.token}", "/code", "/know", "/secret",
        "/b/", f"{MENU}/q/attend", f"{MENU}/q/who",
        f"{MENU}/check", f"{MENU}/send", "/b/stop", f"{MENU}/sent", f"{MENU}/copy", "/rest",
        "/not-safe", "/not-safe/words", "/language", "/help",
    ]  # fmt: skip
    for address in addresses:
        assert pages.client.head(address).get_data() == b""
    assert everything(house) == before


def test_the_address_of_a_page_gives_no_token_to_the_next_page(pages: Pages, case: Case) -> None:
    page = pages.get(f"/o/{case.child.token}")
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert people.open_link(pages, case.child).url == "/know"
    assert page.title == "Open"


@pytest.mark.parametrize("how", ["wrong", "expired", "revoked", "stopped", "on hold"])
def test_links_that_open_nothing_look_the_same(pages: Pages, house: House, case: Case, how: str) -> None:
    end_by(house, case, how)
    address = f"/o/{'A' * 22 if how == 'wrong' else case.child.token}"
    page = post(pages, address)
    assert (page.status, page.title) == (404, "This link is not open")
    assert page.text == post(pages, "/o/nothing").text
    with house.db.reading() as s:
        assert s.scalar(select(func.count()).select_from(Visit)) == 0


@pytest.mark.parametrize("how", ["wrong", "expired", "revoked", "stopped", "on hold"])
def test_codes_that_open_nothing_look_the_same(app: Flask, house: House, case: Case, how: str) -> None:
    end_by(house, case, how)
    first, second = Pages(app), Pages(app)
    page = first.press(first.get("/code"), "Go on", code="BBBBB22222" if how == "wrong" else case.child.code)
    other = second.press(second.get("/code"), "Go on", code="CCCCC-33333")
    assert (page.status, page.url, page.text) == (422, "/code", other.text)


def test_a_code_is_read_with_any_gaps_and_case(pages: Pages, case: Case) -> None:
    typed = f" {case.child.code[:5].lower()} - {case.child.code[5:].lower()} "
    assert pages.press(pages.get("/code"), "Go on", code=typed).url == "/know"


def test_link_and_fact_show_nothing_that_was_said_once_there_is_a_secret(
    app: Flask, pages: Pages, house: House, case: Case
) -> None:
    people.child_comes_in(pages, case.child)
    answer(pages, "attend", v="all", words="canary-said-words")
    other = Pages(app)
    page: Page = people.say_birthday(other, people.open_link(other, case.child))
    seen = [page]
    for address in (
        "/b/",
        "/b/my_review_my_choice/q/attend",
        "/b/my_review_my_choice/check",
        "/b/my_review_my_choice/copy",
        "/b/my_review_my_choice/sent",
        "/secret",
        "/know",
        "/not-safe",
        "/rest",
    ):
        seen.append(other.get(address))
        assert seen[-1].url.split("?")[0] in ("/secret", "/not-safe"), seen[-1].url
    assert not any("canary" in p.body or "saved" in p.text for p in seen)
    post(other, "/b/my_review_my_choice/q/attend", {"v": "part", "words": "overwritten by a stranger"})
    post(other, "/b/my_review_my_choice/send")
    assert said(house, case.child)["attend"].answer.words == "canary-said-words"


def test_wrong_secrets_are_counted_and_audited_and_end_in_asking_the_team(
    app: Flask, pages: Pages, house: House, case: Case
) -> None:
    people.child_comes_in(pages, case.child)
    other = Pages(app)
    statuses = [people.child_comes_back(other, case.child, ["moon", "key", "cup"]).status]
    statuses += [
        other.press(other.get("/secret"), "Go on", picture=["moon", "key", "cup"]).status for _ in range(5)
    ]
    assert statuses == [422] * 5 + [429]
    assert other.press(other.get("/secret"), "Go on", picture=people.PICTURES).status == 429
    with house.db.reading() as s:
        noted = s.scalars(select(Audit).where(Audit.action == "wrong_secret")).all()
    assert len(noted) == 5


@pytest.mark.parametrize("how", ["revoked", "stopped", "on hold"])
def test_whoever_is_stopped_in_the_middle_sees_nothing_on_the_next_page(
    pages: Pages, house: House, case: Case, how: str
) -> None:
    people.child_comes_in(pages, case.child)
    answer(pages, "attend", v="all", words="canary-words")
    open_page = pages.get("/b/my_review_my_choice/q/attend")
    end_by(house, case, how)
    for address in (
        "/b/",
        "/b/my_review_my_choice/q/attend",
        "/b/my_review_my_choice/check",
        "/b/my_review_my_choice/copy",
        "/know",
        "/secret",
        "/rest",
    ):
        page = pages.get(address)
        assert "canary" not in page.body
        assert page.url in ("/", "/rest")
    pages.press(open_page, "Save and go on", words="after the end")
    assert said(house, case.child)["attend"].answer.words == "canary-words"


def test_after_a_new_code_is_made_the_old_ways_in_are_dead(
    pages: Pages, house: House, case: Case, unit_worker: Worker
) -> None:
    people.child_comes_in(pages, case.child)
    now = house.clock()
    una = SignedIn(unit_worker.id, unit_worker.username, unit_worker.name, "unit", "", now, now)
    with house.db.writing() as s:
        made = unit_work.new_code(s, house.vault, house.authority, now, una, case.child.consultation_id)
    assert made is not None
    assert pages.get("/b/").url == "/"
    assert post(pages, f"/o/{case.child.token}").status == 404
    assert pages.press(pages.get("/code"), "Go on", code=case.child.code).status == 422
    assert pages.press(pages.get("/code"), "Go on", code=made.code).url == "/know"


def test_after_sending_the_link_alone_shows_no_receipt_and_with_the_secret_the_own_copy(
    app: Flask, pages: Pages, case: Case
) -> None:
    people.child_comes_in(pages, case.child)
    answer(pages, "attend", v="all", words="canary-words")
    post(pages, "/b/my_review_my_choice/send")
    other = Pages(app)
    page = people.say_birthday(other, people.open_link(other, case.child))
    assert page.url == "/secret"
    assert "canary" not in page.body
    assert other.get("/b/my_review_my_choice/copy").url == "/secret"
    assert people.child_comes_back(other, case.child).url.startswith("/b/")
    assert "canary-words" in other.get("/b/my_review_my_choice/copy").text


def test_opening_a_link_gives_a_new_visit_whatever_the_cookie_was(
    app: Flask, house: House, case: Case
) -> None:
    attacker, victim = Pages(app), Pages(app)
    people.open_link(attacker, case.carer)
    with attacker.client.session_transaction() as planted:
        fixed = dict(planted)
    with victim.client.session_transaction() as session:
        session.update(fixed)
    people.child_comes_in(victim, case.child)
    with victim.client.session_transaction() as session:
        assert session["v"] != fixed["v"]
        assert session["csrf_token"] != fixed["csrf_token"]
    assert attacker.get("/b/").url == "/"
    answer(victim, "attend", v="all", words="canary-words")
    assert "canary" not in attacker.get("/b/my_review_my_choice/copy").body
    assert "canary" not in attacker.get("/not-safe").body
