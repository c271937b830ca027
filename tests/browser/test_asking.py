"""What somebody asks for at any time, in a real browser: from the phone to the officer's desk and back."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.axe import axe, fits_across, keyboard_goes_everywhere
from tests.browser.conftest import Opener
from tests.browser.live import Live
from tests.browser.ways import bring, come_in, press, sign_in


def looked_at(page: Page) -> None:
    """What a machine can check of one page, on a small phone."""
    page.set_viewport_size({"width": 320, "height": 640})
    fits_across(page)
    axe(page)
    keyboard_goes_everywhere(page)


def test_a_child_asks_and_the_officer_answers(opened: Opener, site: Live) -> None:
    phone, desk, unit = (opened().new_page() for _ in range(3))
    come_in(phone, site.people("child")[0])
    phone.goto(site.url + "/b/ask/advocate")
    looked_at(phone)
    phone.get_by_label("What do you want to say?").fill("I want somebody who is there with me.")
    press(phone, "Ask for an advocate")
    sign_in(desk, site, "iro")
    desk.goto(site.url + "/staff/requests")
    looked_at(desk)
    bring(desk, desk.locator("main th a").first)
    looked_at(desk)
    desk.locator("#answer").fill("They will ring you on Friday.")
    press(desk, "Answer")
    sign_in(unit, site, "unit")
    unit.goto(site.url + "/staff/unit/requests")
    looked_at(unit)
    phone.goto(site.url + "/b/asked")
    assert "They will ring you on Friday." in phone.inner_text("main")
    looked_at(phone)
