"""The pages that are looked at by a machine in every size, and photographed for people.

A row is a name and the way there. To add a page, add a row.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.live import Live

Way = Callable[[Page, Live], None]


def at(path: str) -> Way:
    """A page that anyone can open by its address."""

    def go(page: Page, site: Live) -> None:
        page.goto(site.url + path)

    return go


WAYS: dict[str, Way] = {
    "demo": at("/demo"),
}
