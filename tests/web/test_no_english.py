"""A child whose language isn't English meets no English: every page of the road, in a language made up for it.

What came out of the catalogue stands in brackets. Names, numbers, the child's own words and what is marked as English
(the authority's names) are no text of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.fixtures.cases import Case, make_case
from tests.fixtures.languages import made_up
from tests.web.dom import Element
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.web.information import ours

TOLD: tuple[Literal["children", "adults"], ...] = ("children", "adults")
READ_OUT = ("aria-label", "alt", "title", "placeholder", "data-exit")
GO_ON, START, SKIP = made_up("Go on"), made_up("Start"), made_up("I don’t want to say, skip this")


def english_on(page: Page) -> list[str]:
    """The words of a page that no catalogue said."""
    texts = [" ".join(_texts(page.root))]
    texts += [e.attrs[name] for e in page.root.walk() for name in READ_OUT if name in e.attrs]
    return [word for text in texts for word in re.findall(r"[A-Za-z][a-z]+", outside_brackets(text))]


def _texts(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child
        elif not _is_theirs(child):
            yield from _texts(child)


def _is_theirs(element: Element) -> bool:
    """True for names, addresses, the child's own words, and what says that it is in another language."""
    return (
        element.tag in ("script", "style", "bdi", "q", "textarea")
        or element.attrs.get("dir") == "auto"
        or element.attrs.get("lang", "ur") != "ur"
        or element.attrs.get("href", "").startswith("mailto:")
    )


def outside_brackets(text: str) -> str:
    """A text without what stands in brackets, and brackets within them."""
    before = ""
    while before != text:
        before, text = text, re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
    return text


@pytest.fixture
def urdu_case(house: House, tmp_path: Path, made_up_urdu: None) -> Case:
    """Maya, who reads Urdu."""
    return make_case(house, tmp_path, {"child": {"language": "ur"}})


class Reader:
    """Goes through pages and remembers the English on them."""

    def __init__(self, pages: Pages) -> None:
        self.pages, self.found = pages, dict[str, list[str]]()

    def see(self, page: Page) -> Page:
        """Look at a page."""
        html = page.root.first("html").attrs
        assert (html["lang"], html["dir"]) == ("ur", "rtl"), page.url
        if words := english_on(page):
            self.found[page.url] = words
        return page

    def get(self, url: str) -> Page:
        """Open a page and look at it."""
        return self.see(self.pages.get(url))

    def press(self, page: Page, button: str, /, **answers: Any) -> Page:
        """Press the button with these English words on a page, and look at what comes."""
        return self.see(self.pages.press(page, made_up(button), **answers))


def skip_all(reader: Reader, page: Page) -> Page:
    """Through the booklet to its check page, saying too much wherever words are asked for."""
    while "/check" not in page.url:
        if page.root.all("textarea", name="words"):
            reader.see(reader.pages.press(page, made_up("Save and go on"), words="x" * 6000))
        if SKIP in [b.text for b in page.root.all("button")]:
            page = reader.press(page, "I don’t want to say, skip this")
        else:
            on = GO_ON if GO_ON in [a.text for a in page.root.all("a")] else START
            page = reader.see(reader.pages.click(page, on))
    return page


def answer_something(reader: Reader, page: Page) -> None:
    """Choose the first of everything on a question's page, say a little, and look at it again."""
    radios = {e.attrs["name"]: e.attrs["value"] for e in reversed(page.root.all("input", type="radio"))}
    radios |= {
        e.attrs["name"]: e.attrs.get("value", "on") for e in reversed(page.root.all("input", type="checkbox"))
    }
    words = {e.attrs["name"]: "ٹھیک" for e in page.root.all("textarea")}
    new = {name for name in radios if name.startswith("a")}
    said = {name: value for name, value in {**radios, **words}.items() if name not in {*new, "see"}}
    reader.press(page, "Save and go on", **said)
    reader.get(page.url)


def test_the_whole_road_holds_no_english(pages: Pages, urdu_case: Case) -> None:
    reader = Reader(pages)
    page = reader.press(reader.get(f"/o/{urdu_case.child.token}"), "Open it")
    reader.press(page, "Go on", day=9, month=9)
    page = reader.press(page, "Go on", day=4, month=5)
    page = reader.press(page, "OK, go on")
    reader.press(page, "These three", picture=["sun"])
    page = reader.press(page, "These three", picture=["sun", "kite", "fish"])
    page = skip_all(reader, page)
    changes = [
        a.attrs["href"] for a in page.root.all("a") if "/q/" in a.attrs["href"] and "back=" in a.attrs["href"]
    ]
    assert len(changes) > 8
    for change in changes:
        answer_something(reader, reader.get(change))
    page = reader.press(reader.get(page.url), "Send it")
    for url in (
        page.url.replace("sent", "copy"),
        page.url.replace("sent", ""),
        "/not-safe",
        "/look",
        "/language",
    ):
        reader.get(url)
    page = reader.press(reader.get("/help"), "I’m not safe")
    reader.press(page, "I pressed it by mistake")
    reader.press(reader.get("/b/"), "Stop for now")
    assert reader.found == {}


def test_the_pages_for_everyone_hold_no_english_where_the_browser_chose(
    pages: Pages, made_up_urdu: None
) -> None:
    reader = Reader(pages)
    pages.client.set_cookie("language", "ur")
    told = [f"/good-to-know/{name}?easy={n}" for whose in TOLD for name in ours(whose) for n in "01"]
    shown = [
        "/",
        "/code",
        "/help",
        "/lost-link",
        "/not-safe",
        "/look",
        "/o/dead",
        "/nowhere",
        "/good-to-know",
    ]
    for url in shown + told:
        reader.get(url)
    reader.press(reader.get("/o/dead"), "Open it")
    reader.press(reader.get("/code"), "Go on", code="BBBBB22222")
    assert reader.found == {}


def test_the_reader_finds_english() -> None:
    assert outside_brackets("⟦à ⟦b⟧ c⟧ Left ⟦d⟧").split() == ["Left"]
