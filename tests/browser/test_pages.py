"""Every page of the table, in a real browser."""

from __future__ import annotations

import pytest

from tests.browser.axe import axe, fits_across, keyboard_goes_everywhere
from tests.browser.conftest import Opener
from tests.browser.live import Live
from tests.browser.pages import WAYS
from tests.browser.ways import come_in, questions


@pytest.mark.parametrize("name", list(WAYS))
def test_axe_finds_nothing_the_page_fits_a_phone_and_the_keyboard_goes_everywhere(
    opened: Opener, site: Live, name: str
) -> None:
    page = opened().new_page()
    WAYS[name](page, site)
    page.set_viewport_size({"width": 320, "height": 640})
    fits_across(page)
    axe(page)
    keyboard_goes_everywhere(page)


@pytest.mark.parametrize("name", list(WAYS))
def test_the_page_works_without_javascript(opened: Opener, site: Live, name: str) -> None:
    page = opened(java_script_enabled=False).new_page()
    WAYS[name](page, site)
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize(
    "role", ["child", *(pytest.param(role, marks=pytest.mark.slow) for role in ("parent", "carer"))]
)
def test_every_question_passes_axe_at_320_pixels_and_by_keyboard(
    opened: Opener, site: Live, role: str
) -> None:
    page = opened(viewport={"width": 320, "height": 640}).new_page()
    come_in(page, site.people(role)[1])
    seen = []
    for address in questions(page):
        axe(page)
        fits_across(page)
        keyboard_goes_everywhere(page)
        seen.append(address)
    assert len(seen) == len(set(seen)) > 5
