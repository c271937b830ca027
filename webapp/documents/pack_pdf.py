"""What an officer takes along to a review, as a tagged PDF (PDF/UA-1): English, with typed words in their language.

Parts come as plain data: {title, groups: [{title, items: [{asked, lines, words: [{text, lang}], seen}]}]}.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config import ROOT
from webapp.documents.booklet_pdf import typeset
from webapp.documents.glyphs import printable
from webapp.i18n import direction

TEMPLATE = ROOT / "templates" / "print" / "pack.typ"


def pack_pdf(pack: Mapping[str, Any]) -> bytes:
    """The PDF of `title`, `foot`, `facts` and `parts`; under `alone` what is taken out first. Raises NotMadeError."""
    found = _ready(pack)
    assert isinstance(found, dict)
    return typeset(TEMPLATE, found)


def _ready(value: Any) -> Any:
    """Every text in shapes that our fonts can draw, and beside each language the way that it runs."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        run = {"dir": direction(value["lang"])} if "lang" in value else {}
        return {name: one if name == "lang" else _ready(one) for name, one in value.items()} | run
    if isinstance(value, list | tuple):
        return [_ready(one) for one in value]
    return value
