"""Reads a tagged PDF as a screen reader would: its elements in reading order, with their words and language."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject


@dataclass(frozen=True, slots=True)
class Element:
    """One element of the structure tree."""

    tag: str
    title: str
    language: str
    alt: str
    inside: tuple[str, ...]
    """The tags that it stands in, the outermost first."""


class Tagged:
    """A PDF, opened."""

    def __init__(self, pdf: bytes) -> None:
        self._reader = PdfReader(io.BytesIO(pdf))
        trailer: Any = self._reader.trailer
        self.root = trailer["/Root"]
        self.elements = tuple(_walk(self.root["/StructTreeRoot"], ()))

    @cached_property
    def pages(self) -> tuple[str, ...]:
        """The words of each page."""
        return tuple(self.page(n) for n in range(len(self._reader.pages)))

    def page(self, number: int) -> str:
        """The words of one page; the cover is 0."""
        return self._reader.pages[number].extract_text()

    @property
    def title(self) -> str:
        """The document's title."""
        return str(self._reader.metadata and self._reader.metadata.title)

    @property
    def text(self) -> str:
        """All words, with single blanks."""
        return " ".join(" ".join(self.pages).split())

    def headings(self) -> list[tuple[int, str]]:
        """Level and words of each heading, in reading order."""
        return [(int(e.tag[1]), e.title) for e in self.elements if e.tag in ("H1", "H2", "H3", "H4")]

    def of(self, tag: str) -> list[Element]:
        """Every element of this kind."""
        return [element for element in self.elements if element.tag == tag]


def _walk(node: Any, inside: tuple[str, ...]) -> Iterator[Element]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for child in node:
            yield from _walk(child, inside)
    elif isinstance(node, DictionaryObject):
        tag = str(node.get("/S", ""))[1:]
        if tag:
            title, language, alt = (str(node.get(key, "")) for key in ("/T", "/Lang", "/Alt"))
            yield Element(tag, title, language, alt, inside)
        if "/K" in node:
            yield from _walk(node["/K"], (*inside, tag) if tag else inside)
