"""The picture set: a folder of small SVG files that a council can swap. Each picture always stands beside words."""

from __future__ import annotations

import re
from functools import cache

from markupsafe import Markup

from config import ROOT

FOLDER = ROOT / "static" / "pictures"
_TAG = re.compile(r"^\s*<svg\b[^>]*viewBox=\"([^\"]+)\"[^>]*>(.*)</svg>\s*$", re.DOTALL)


@cache
def picture(name: str) -> Markup:
    """The picture of this name, to stand inside a page; empty where the set has none. Raises ValueError for odd names."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ValueError(f"not a picture's name: {name!r}")
    file = FOLDER / f"{name}.svg"
    found = _TAG.match(file.read_text("utf-8")) if file.is_file() else None
    if found is None or re.search(r"<script|\bon\w+=|style=", found[2], re.IGNORECASE):
        return Markup("")
    return Markup(f'<svg viewBox="{found[1]}" aria-hidden="true">{found[2].strip()}</svg>')  # noqa: S704  our own files
