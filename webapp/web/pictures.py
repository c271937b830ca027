"""The picture set: a folder of drawings that a council can swap. A picture always stands beside words."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

from config import ROOT
from webapp.web import media

FOLDER = ROOT / "static" / "pictures"
INLINE_AT_MOST = 700
"""Bytes: a smaller drawing stands inside the page, a larger one is fetched once and kept."""
_UNSAFE = re.compile(r"<script|<style|<foreignObject|\bon\w+\s*=|\bstyle\s*=|href", re.IGNORECASE)
_OPENING = re.compile(r'<svg xmlns="[^"]+"')


def picture(name: str) -> Markup:
    """The picture of this name, for inside a page; empty where the set has none. Raises ValueError for odd names.

    A picture of the council's own (webapp/web/media.py) stands in the place of ours.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ValueError(f"not a picture's name: {name!r}")
    return _drawn(name, media.folder())


@cache
def _drawn(name: str, own: Path | None) -> Markup:
    for suffix in (".svg", ".png", ".webp") if own else ():
        if found := media.address(f"pictures/{name}{suffix}"):
            return _fetched(found)
    file = FOLDER / f"{name}.svg"
    if not file.is_file():
        return Markup("")
    drawn = file.read_text("utf-8").strip()
    if len(drawn) <= INLINE_AT_MOST and not _UNSAFE.search(drawn):
        return Markup(_OPENING.sub('<svg aria-hidden="true"', drawn, count=1))
    return _fetched(f"/static/pictures/{name}.svg")


def _fetched(address: str) -> Markup:
    return Markup('<img src="{}" alt="" width="38" height="38" loading="lazy">').format(address)
