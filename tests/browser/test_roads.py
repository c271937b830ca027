"""Whole roads in a real browser: without a script, by keyboard alone, off the line, and out in a hurry."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.browser import chromium
from tests.browser.conftest import Opener
from tests.browser.live import Live
from tests.browser.ways import bring, come_in, press

DULL = "<!doctype html><title>Weather</title><h1>Weather</h1>"
MOST_TABS = 200


@pytest.fixture(params=[True, False], ids=["with a script", "without one"])
def leaver(request: pytest.FixtureRequest, browser: Browser, site: Live) -> Iterator[BrowserContext]:
    """A browser that meets a dull page where the site sends it outside: no test reaches the network.

    It keeps its cookies, too: what shows nothing afterwards does so because the server ended the visit.
    """
    size = dict(zip(("width", "height"), chromium.PHONE, strict=True))
    context = browser.new_context(viewport=size, java_script_enabled=request.param)  # type: ignore[arg-type]

    def outside(route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        assert answer.status == 303
        assert answer.headers["location"].startswith("https://")
        route.fulfill(body=DULL, content_type="text/html")

    context.route("**/exit", outside)
    yield context
    context.close()


def test_leaving_quickly_then_back_and_forward_shows_nothing(leaver: BrowserContext, site: Live) -> None:
    page = leaver.new_page()
    come_in(page, site.people("carer")[0])
    page.goto(site.url + "/b/carer/q/note_to_iro")
    page.locator("#words").fill("canary in the page")
    press(page, "Save and go on")
    page.goto(site.url + "/b/carer/copy")
    assert "canary in the page" in page.inner_text("main")
    bring(page, page.get_by_role("link", name="Leave quickly"))
    assert page.title() == "Weather"
    for step in (page.go_back, page.go_back, page.go_forward):
        step()
        assert "canary" not in page.content()
    page.goto(site.url + "/b/carer/copy")
    assert "canary" not in page.content()
    assert not page.url.endswith("/b/carer/copy")


def test_off_the_line_nothing_is_lost_and_the_page_says_so(opened: Opener, site: Live) -> None:
    context = opened()
    page = context.new_page()
    come_in(page, site.people("child")[4])
    page.goto(site.url + "/b/my_review_my_choice/q/anything")
    page.locator("#words").fill("typed on the bus")
    context.set_offline(True)
    page.get_by_role("button", name="Save and go on").first.click()
    assert page.locator("#offline").is_visible()
    assert page.locator("#words").input_value() == "typed on the bus"
    page.get_by_role("button", name="I’m not safe").click()
    told = page.locator("#offline").inner_text()
    assert "nobody was told" in told
    assert "0800 1111" in told
    context.set_offline(False)
    press(page, "Save and go on")
    page.goto(site.url + "/b/my_review_my_choice/q/anything")
    assert page.locator("#words").input_value() == "typed on the bus"


def test_pressing_save_twice_saves_once(page: Page, site: Live) -> None:
    come_in(page, site.people("child")[3])
    page.goto(site.url + "/b/my_review_my_choice/q/anything")
    page.locator("#words").fill("once")
    with page.expect_navigation():
        page.get_by_role("button", name="Save and go on").first.dblclick()
    page.goto(site.url + "/b/my_review_my_choice/copy")
    assert page.inner_text("main").count("once") == 1
