"""What people do on the web, step by step, for tests of what comes after."""

from __future__ import annotations

from tests.fixtures.cases import Invited
from tests.web.pages import Page, Pages

PICTURES = ["sun", "kite", "fish"]


def open_link(pages: Pages, invited: Invited) -> Page:
    """Press the button behind the link."""
    return pages.press(pages.get(f"/o/{invited.token}"), "Open it")


def say_birthday(pages: Pages, page: Page, day: int = 4, month: int = 5) -> Page:
    """Maya's birthday is 4 May."""
    return pages.press(page, "Go on", day=day, month=month)


def child_comes_in(pages: Pages, invited: Invited) -> Page:
    """All the way to the first question of the review menu, for the first time."""
    page = say_birthday(pages, open_link(pages, invited))
    page = pages.press(page, "OK, go on")
    return to_the_menu(pages, pages.press(page, "These three", picture=PICTURES))


def to_the_menu(pages: Pages, page: Page) -> Page:
    """From the shelf, where a child has several booklets, to the review menu."""
    on_shelf = page.url.split("?")[0] == "/b/"
    return pages.click(page, "My Review, My Choice") if on_shelf else page


def child_comes_back(pages: Pages, invited: Invited, pictures: list[str] | None = None) -> Page:
    """In again with the secret."""
    page = say_birthday(pages, open_link(pages, invited))
    return to_the_menu(pages, pages.press(page, "Go on", picture=pictures or PICTURES))


def adult_comes_in(pages: Pages, invited: Invited, fact: str, pin: str = "4821") -> Page:
    """A parent or carer, with a postcode or a word."""
    page = pages.press(open_link(pages, invited), "Go on", fact=fact)
    page = pages.press(page, "OK, go on")
    return pages.press(page, "Use this number", pin=pin)


def skip_through(pages: Pages, page: Page) -> Page:
    """From the front of a booklet, or a question, to its check page, saying nothing."""
    if page.url.split("?")[0].endswith("/") and page.url.startswith("/b/"):
        page = pages.click(page, "Start" if "Start" in [a.text for a in page.root.all("a")] else "Carry on")
    for _ in range(80):
        if "/check" in page.url:
            return page
        if any("skip this" in b.text for b in page.root.all("button")):
            page = pages.press(page, "I don’t want to say, skip this")
        else:
            page = pages.click(page, "Go on")
    raise AssertionError("no end")
