"""The picture set: a folder of SVG files that a council can swap. A picture always stands beside words."""

from __future__ import annotations

import re
from functools import cache

from markupsafe import Markup

from config import ROOT

FOLDER = ROOT / "static" / "pictures"
INLINE_AT_MOST = 700
"""Bytes: a smaller drawing stands inside the page, a larger one is fetched once and kept."""
_UNSAFE = re.compile(r"<script|<style|<foreignObject|\bon\w+\s*=|\bstyle\s*=|href", re.IGNORECASE)
_OPENING = re.compile(r'<svg xmlns="[^"]+"')


@cache
def picture(name: str) -> Markup:
    """The picture of this name, for inside a page; empty where the set has none. Raises ValueError for odd names."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ValueError(f"not a picture's name: {name!r}")
    file = FOLDER / f"{name}.svg"
    if not file.is_file():
        return Markup("")
    drawn = file.read_text("utf-8").strip()
    if len(drawn) <= INLINE_AT_MOST and not _UNSAFE.search(drawn):
        return Markup(_OPENING.sub('<svg aria-hidden="true"', drawn, count=1))
    return Markup('<img src="/static/pictures/{}.svg" alt="" width="38" height="38" loading="lazy">').format(
        name
    )
