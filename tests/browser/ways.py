"""What people do in a real browser to get to a page; used by tests and by the photographs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pyotp
from playwright.sync_api import Locator, Page, StorageState

from tests.browser.live import Live
from webapp.i18n import translate

Way = Callable[[Page, Live], None]
PICTURES = ("sun", "kite", "fish")
NUMBER = "4821"
MOST_QUESTIONS = 80
_signed_in: dict[tuple[str, str], StorageState] = {}


def press(page: Page, words: str) -> None:
    """Press the button that says exactly this in the page's language, and wait for the page that it brings."""
    bring(page, page.get_by_role("button", name=said(page, words), exact=True))


def said(page: Page, words: str) -> str:
    """These English words as the page says them."""
    return translate(words, page.locator("html").get_attribute("lang") or "en")


def bring(page: Page, pressed: Locator) -> None:
    """Press this, and wait for the page that it brings."""
    with page.expect_navigation():
        pressed.click()


def has(page: Page, words: str) -> bool:
    """Whether there is a button that says exactly this in the page's language."""
    return page.get_by_role("button", name=said(page, words), exact=True).count() > 0


def open_link(page: Page, person: dict[str, Any]) -> None:
    """To where the one known fact is asked."""
    page.goto(person["url"])
    press(page, "Open it")


def say_fact(page: Page, person: dict[str, Any]) -> None:
    """Say the one thing that the person knows."""
    fact = person["known_fact"]
    for name, value in (fact if isinstance(fact, dict) else {"fact": fact}).items():
        page.locator(f"[name={name}]").fill(value)
    press(page, "Go on")


def come_in(page: Page, person: dict[str, Any]) -> None:
    """Through the link to the booklet: the first time a secret is set, later it is given."""
    open_link(page, person)
    say_fact(page, person)
    if has(page, "OK, go on"):
        press(page, "OK, go on")
    if page.locator("[name=picture]").count():
        for picture in PICTURES:
            page.locator(f"[name=picture][value={picture}]").check()
        press(page, "These three" if has(page, "These three") else "Go on")
    elif page.locator("[name=pin]").count():
        page.locator("[name=pin]").fill(NUMBER)
        press(page, "Use this number" if has(page, "Use this number") else "Go on")


def next_question(page: Page) -> bool:
    """Skip to the next page of the booklet; False at its end."""
    skip = page.locator("button[name=do][value=skip]")
    on = page.get_by_role("link", name=said(page, "Go on"), exact=True)
    if not (skip.count() or on.count()):
        return False
    bring(page, skip if skip.count() else on)
    return "/q/" in page.url


def to_the_first(page: Page) -> None:
    """From the shelf, or the front of the only booklet, to the first question."""
    if page.url.endswith("/b/"):
        bring(page, page.locator("main a[href^='/b/']").first)
    if "/q/" not in page.url:
        bring(page, page.locator("main ul a[href*='/q/']").first)


def questions(page: Page) -> Iterator[str]:
    """Every question page of the booklet that is open, one after the other; gives each address."""
    page.goto(page.url.split("/b/")[0] + "/b/")
    to_the_first(page)
    for _ in range(MOST_QUESTIONS):
        yield page.url
        if not next_question(page):
            return
    raise AssertionError("the booklet has no end")


def sign_in(page: Page, site: Live, role: str) -> None:
    """As the first member of staff with this role; a second time with what the browser kept, as a code works once."""
    worker = site.people(role)[0]
    kept = _signed_in.get((site.url, worker["username"]))
    if kept is not None:
        page.context.add_cookies(kept["cookies"])  # type: ignore[arg-type]
        page.goto(site.url + "/staff/")
        return
    page.goto(worker["url"])
    page.get_by_label("Username").fill(worker["username"])
    page.get_by_label("Password").fill(worker["password"])
    page.locator("#code").fill(pyotp.TOTP(worker["totp_secret"]).now())
    press(page, "Sign in")
    _signed_in[site.url, worker["username"]] = page.context.storage_state()


def at(path: str) -> Way:
    """A page that anyone can open by its address."""

    def go(page: Page, site: Live) -> None:
        page.goto(site.url + path)

    return go


def as_person(role: str, *then: Callable[[Page], object], number: int = 0) -> Way:
    """In as the one with this number among the people of a role, and then on."""

    def go(page: Page, site: Live) -> None:
        come_in(page, site.people(role)[number])
        for step in then:
            step(page)

    return go


def as_staff(role: str, path: str, *then: Callable[[Page], object]) -> Way:
    """Signed in with a role, at an address, and then on."""

    def go(page: Page, site: Live) -> None:
        sign_in(page, site, role)
        page.goto(site.url + path)
        for step in then:
            step(page)

    return go


def follow(selector: str) -> Callable[[Page], object]:
    """Follow the first link that this selector finds."""
    return lambda page: bring(page, page.locator(selector).first)


def to(path: str) -> Callable[[Page], object]:
    """Go to an address of the same site."""
    return lambda page: page.goto("/".join(page.url.split("/")[:3]) + path)
