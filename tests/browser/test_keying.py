"""A booklet on paper is keyed in by keyboard alone, in a browser without a script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import chromium
from tests.browser.live import Live
from tests.browser.ways import sign_in

MOST_TABS = 120
ANSWERS = "#f input[type=radio], #f input[type=checkbox], #f textarea"


@pytest.fixture
def bare(browser: Browser) -> Iterator[Page]:
    """A page of a browser that runs no script."""
    size = dict(zip(("width", "height"), chromium.DESK, strict=True))
    context = browser.new_context(viewport=size, java_script_enabled=False)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def tab_to(page: Page, selector: str) -> None:
    """Go by the Tab key to the first thing like this."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.locator(f":focus:is({selector})").count():
            return
    raise AssertionError(f"the Tab key never comes to {selector} on {page.url}")


def enter(page: Page, selector: str) -> None:
    """Go there and press Enter, which brings another page."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_paper_booklet_is_keyed_in_by_keyboard_without_a_script(bare: Page, site: Live) -> None:
    sign_in(bare, site, "unit")
    bare.goto(site.url + "/staff/unit/today/unreachable")
    enter(bare, "tbody th a")
    tab_to(bare, "details:has([name=sealed]) summary")
    bare.keyboard.press("Enter")
    enter(bare, "form[action*='/paper/'] button")
    enter(bare, "form[action$='/key-in'] button")
    while not bare.locator(ANSWERS).count():
        enter(bare, "main a.btn, main ul a[href*='/q/']")
    tab_to(bare, ANSWERS)
    if bare.locator(":focus:is(textarea)").count():
        bare.keyboard.type("what the paper says")
    else:
        bare.keyboard.press("Space")
    enter(bare, "button[value=check]")
    enter(bare, "form[action$='/send'] button")
    assert "Keyed in and sent." in bare.inner_text("main")
    assert "/staff/unit/reviews/" in bare.url
