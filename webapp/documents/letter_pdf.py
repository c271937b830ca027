"""A letter as data for the typesetter, read from the page that `documents.letter` makes: words stand there alone."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from webapp.documents.booklet_paper import Style
from webapp.documents.glyphs import printable

Data = dict[str, Any]
_BLOCKS = ("h1", "h2", "h3", "p", "li", "dt", "dd")
_EMPTY = ("meta", "link", "path", "br", "img", "input", "hr")
_SVG = re.compile(r"<svg.*?</svg>", re.DOTALL)


class UnreadError(Exception):
    """This page is no letter of ours."""


def letter_data(page: str, style: Style) -> Data:
    """What templates/print/letter.typ is given, from a letter's whole HTML page. Raises UnreadError."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    square = _SVG.search(page)
    if not reader.to or not reader.blocks:
        raise UnreadError
    return {
        "lang": reader.language, "style": style, "to": reader.to, "from": reader.sender, "blocks": reader.blocks,
        "qr": square.group() if square else "", "alt": reader.alt, "code": "-".join(reader.code), "card": None,
    }  # fmt: skip


class _Reader(HTMLParser):
    """Collects blocks of runs. A run is words with whether they are bold and whether they run from the left."""

    def __init__(self) -> None:
        super().__init__()
        self.language, self.alt = "en", ""
        self.to: list[str] = []
        self.sender: list[str] = []
        self.code: list[str] = []
        self.blocks: list[Data] = []
        self._into = self.blocks
        self._stack: list[tuple[str, str]] = []
        self._runs: list[Data] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, a section or a run."""
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = given.get("lang", "en")
        if tag in _EMPTY:
            return
        self._stack.append((tag, given.get("class", "") or given.get("dir", "")))
        if tag == "section":
            part: Data = {"kind": given.get("class", "section").replace("-", "_"), "blocks": []}
            self.blocks.append(part)
            self._into = part["blocks"]
        elif given.get("class") == "picture":
            self.alt = given.get("aria-label", "")
        elif tag in ("ul", "dl"):
            self._into.append({"kind": tag, "items": []})

    def handle_endtag(self, tag: str) -> None:
        """End it: what was collected becomes a block."""
        if tag in _EMPTY:
            return
        while self._stack and self._stack.pop()[0] != tag:
            pass
        if tag == "section":
            self._into = self.blocks
        line = tag in ("bdi", "span") and self._within("address")
        if not line and tag not in _BLOCKS:
            return
        runs, self._runs = _tidy(self._runs), []
        words = "".join(run["text"] for run in runs).strip()
        if not words:
            return
        if line:
            (self.to if self._classed("to") else self.sender).append(words)
        elif tag in ("li", "dt"):
            self._into[-1]["items"].append(runs if tag == "li" else [runs, []])
        elif tag == "dd":
            self._into[-1]["items"][-1][1] = runs
        elif self._within("main"):
            self._into.append({"kind": tag, "runs": runs})

    def handle_data(self, data: str) -> None:
        """Words, where words are read at all."""
        if self._classed("code"):
            if data.strip(" \n-"):
                self.code.append(data.strip())
        elif self._within("body") and not self._within("svg"):
            bold = self._within("b") or self._within("strong")
            ltr = any(mark == "ltr" or mark == "address" for tag, mark in self._stack if tag == "b")
            self._runs.append({"text": data, "bold": bold, "ltr": ltr})

    def _within(self, tag: str) -> bool:
        return any(one == tag for one, _ in self._stack)

    def _classed(self, name: str) -> bool:
        return any(mark == name for _, mark in self._stack)


def _tidy(runs: list[Data]) -> list[Data]:
    """One blank between words, none around them, and shapes that our fonts have."""
    found: list[Data] = []
    for run in runs:
        text = printable(re.sub(r"\s+", " ", run["text"]))
        if not found or found[-1]["text"].endswith(" "):
            text = text.lstrip(" ")
        if text:
            found.append({**run, "text": text})
    if found:
        found[-1]["text"] = found[-1]["text"].rstrip(" ")
    return found
