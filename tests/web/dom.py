"""A small reader of HTML pages for tests: a tree of elements, and what was wrong with the markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
MAY_STAY_OPEN = frozenset(["li", "p", "dt", "dd", "option", "tr", "td", "th", "thead", "tbody"])
NOT_READ = frozenset(["script", "style", "template", "head"])


@dataclass(eq=False)
class Element:
    """One element; `children` holds elements and texts in page order."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    parent: Element | None = None
    children: list[Element | str] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        """Every element below this one, in page order."""
        waiting = self.children[::-1]
        while waiting:
            next_one = waiting.pop()
            if isinstance(next_one, Element):
                yield next_one
                waiting += next_one.children[::-1]

    def all(self, *tags: str, **attrs: str) -> list[Element]:
        """Every element below with one of these tags (any, if none) and these attributes.

        `class_="hint"` finds the elements that have this class among theirs.
        """
        return [e for e in self.walk() if (not tags or e.tag in tags) and e.matches(**attrs)]

    def first(self, *tags: str, **attrs: str) -> Element:
        """The first such element; an assertion fails where there is none."""
        found = self.all(*tags, **attrs)
        assert found, f"no {tags} {attrs} in <{self.tag}>"
        return found[0]

    def matches(self, **attrs: str) -> bool:
        """True where each attribute has this value (`class_`: is among the classes)."""
        for name, value in attrs.items():
            if name == "class_":
                if value not in self.attrs.get("class", "").split():
                    return False
            elif self.attrs.get(name.replace("_", "-")) != value:
                return False
        return True

    @property
    def text(self) -> str:
        """The words that a reader gets, spaces run together."""
        return re.sub(r"\s+", " ", "".join(self._texts())).strip()

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in NOT_READ:
                gap = "" if child.tag in ("a", "b", "em", "i", "span", "strong", "bdi") else " "
                yield gap
                yield from child._texts()
                yield gap

    def up(self) -> Iterator[Element]:
        """The elements around this one, the nearest first."""
        above = self.parent
        while above is not None:
            yield above
            above = above.parent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#page")
        self.open = self.root
        self.problems: list[str] = []
        self.doctype = ""

    def handle_decl(self, decl: str) -> None:
        self.doctype = decl

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.problems.append(f"<{tag}> has an attribute twice")
        element = Element(tag, {name: value or "" for name, value in attrs}, self.open)
        self.open.children.append(element)
        if tag not in VOID:
            self.open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        above: Element | None = self.open
        skipped: list[str] = []
        while above is not None and above.tag != tag:
            skipped.append(above.tag)
            above = above.parent
        if above is None or above.parent is None:
            self.problems.append(f"</{tag}> closes nothing")
            return
        self.problems += [f"<{s}> is still open at </{tag}>" for s in skipped if s not in MAY_STAY_OPEN]
        self.open = above.parent

    def handle_data(self, data: str) -> None:
        self.open.children.append(data)


def read(html: str) -> tuple[Element, list[str]]:
    """The tree of a page and what is wrong with how it is written."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    problems = list(reader.problems)
    if reader.doctype.lower() != "doctype html":
        problems.append("the page does not begin with <!doctype html>")
    return reader.root, problems
