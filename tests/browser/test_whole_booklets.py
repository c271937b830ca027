"""Whole booklets by keys alone and without a script, and every question in every language, in a real browser."""

from __future__ import annotations

import contextlib
import sqlite3

import pytest
from playwright.sync_api import Page

from tests.browser.axe import axe, fits_across
from tests.browser.conftest import Opener
from tests.browser.live import Live
from tests.browser.ways import MOST_QUESTIONS, bring, come_in, next_question

MOST_TABS = 250
ALSO = pytest.mark.slow
"""One of a kind runs every time; bin/test --all runs the rest."""
BOOKLETS = [
    pytest.param("child", 0, "my_life"),
    pytest.param("child", 2, "my_life", marks=ALSO),
    pytest.param("child", 1, "my_review_my_choice", marks=ALSO),
    pytest.param("parent", 0, "parent"),
    pytest.param("carer", 0, "carer", marks=ALSO),
    pytest.param("adopter", 0, "adopter", marks=ALSO),
    pytest.param("adopter", 0, "observer", marks=ALSO),
    pytest.param("child", 4, "how_was_it", marks=ALSO),
]
"""Who, counted among those offered, and the booklet: a child of 6, of 10 and of 15, and the adults."""
AFTER = """
UPDATE consultation SET booklets = 'how_was_it'
WHERE who = 'child' AND child_id = (SELECT id FROM child WHERE external_id = 'C-ALFIE')
"""
"""Asks Alfie, the fifth child, how it was: nobody of those offered has had their review."""
IN_FOCUS = "document.activeElement"


def tab_to(page: Page, wanted: str) -> None:
    """Presses Tab until this has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(f"{IN_FOCUS}.matches({wanted!r})"):
            return
    raise AssertionError(f"no way by keys to {wanted} on {page.url}")


def answer_by_keys(page: Page) -> None:
    """Answers the question with its first choice, and a word where there is a box, then goes on: keys alone."""
    for wanted, key in (("main input[type=radio]", "Space"), ("main input[type=checkbox]", "Space")):
        if page.locator(f"{wanted}:visible").count():
            tab_to(page, wanted)
            page.keyboard.press(key)
            assert page.evaluate(f"{IN_FOCUS}.checked")
            break
    if page.locator("main textarea[name=words]:visible").count():
        tab_to(page, "main textarea[name=words]")
        page.keyboard.type("Yes")
    to_read = not page.locator("main button[value=save]:visible").count()
    tab_to(page, "main a.btn" if to_read else "main button[value=save]")
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("who, number, booklet", BOOKLETS, ids=lambda value: str(value))
def test_a_whole_booklet_goes_by_keys_alone_without_a_script(
    opened: Opener, site: Live, who: str, number: int, booklet: str
) -> None:
    if booklet == "how_was_it":
        with contextlib.closing(sqlite3.connect(site.instance / "review.sqlite3")) as db, db:
            db.execute(AFTER)
    page = opened(java_script_enabled=False).new_page()
    come_in(page, site.people(who)[number])
    page.goto(f"{site.url}/b/{booklet}/")
    bring(page, page.locator("main ul a[href*='/q/']").first)
    seen = []
    while "/q/" in page.url:
        assert f"/b/{booklet}/q/" in page.url
        seen.append(page.url)
        assert len(seen) < MOST_QUESTIONS
        answer_by_keys(page)
    assert page.url.split("?")[0].endswith("/check")
    assert len(set(seen)) == len(seen) > 8
    tab_to(page, "main form button.btn:not(.quiet)")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/sent")


@pytest.mark.parametrize("language", [*(pytest.param(code, marks=ALSO) for code in ("cy", "ar")), "ur"])
def test_every_page_of_a_booklet_passes_axe_in_every_language(
    opened: Opener, site: Live, language: str
) -> None:
    context = opened(viewport={"width": 320, "height": 640})
    context.add_cookies([{"name": "language", "value": language, "url": site.url}])
    page = context.new_page()
    come_in(page, site.people("child")[3])
    page.goto(site.url + "/b/my_life/")
    right_to_left = language != "cy"
    bring(page, page.locator("main ul a[href*='/q/']").first)
    seen = 0
    while "/q/" in page.url:
        seen += 1
        axe(page)
        fits_across(page)
        assert (page.locator("html").get_attribute("dir") == "rtl") == right_to_left
        if not next_question(page):
            break
    assert seen > 8
    for address in ("/b/", "/b/my_life/check", "/look", "/good-to-know", "/help", "/not-safe", "/code"):
        page.goto(site.url + address)
        axe(page)
        fits_across(page)
        assert page.locator("html").get_attribute("lang") == language
