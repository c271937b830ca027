"""The one place where HTML that staff author is cleaned. What people answer is never HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import bleach
from markupsafe import Markup

TAGS = frozenset(["p", "h2", "ul", "ol", "li", "strong", "em", "br", "a"])
LINKS = frozenset(["https", "mailto", "tel"])
_BLOCK = re.compile(r"<(p|h2|ul|ol)\b", re.IGNORECASE)


def clean(text: str) -> Markup:
    """Paragraphs (parted by an empty line), small headings, lists, emphasis and links; anything else is taken out."""
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    blocks = (part if _BLOCK.match(part) else f"<p>{part}</p>" for part in paragraphs)
    return Markup(
        bleach.clean("\n".join(blocks), tags=TAGS, attributes={"a": ["href"]}, protocols=LINKS, strip=True)
    )


def taken_out(text: str) -> list[str]:
    """What `clean` would take out, named: elements, attributes, and links that go where none may."""
    wanted, kept = _Found(), _Found()
    wanted.feed(text)
    kept.feed(str(clean(text)))
    return sorted(wanted.parts - kept.parts)


class _Found(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.add(f"<{tag}>")
        self.parts |= {f"{name}={value!r} in <{tag}>" for name, value in attrs}
