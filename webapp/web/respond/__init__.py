"""A person in their own booklets: coming in, the shelf, one thing per page, checking, sending, the own copy.

Which booklet a page is of stands in its address, and so in every address on it: two tabs with two booklets don't mix.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g

pages = Blueprint("respond", __name__)


@pages.url_value_preprocessor
def _which(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The booklet that this request is about, if any: for `visiting.standing` and for the addresses of its page."""
    g.booklet = (values or {}).pop("booklet_id", "")


@pages.url_defaults
def _the_same(endpoint: str, values: dict[str, Any]) -> None:
    """An address inside a booklet is of the same one, unless it names another."""
    inside = current_app.url_map.is_endpoint_expecting(endpoint, "booklet_id")
    if inside and g.get("booklet"):
        values.setdefault("booklet_id", g.booklet)


from webapp.web.respond import (  # noqa: E402  they hang their views on `pages`
    adding,  # noqa: F401
    after,  # noqa: F401
    asking,  # noqa: F401
    booklet,  # noqa: F401
    decided,  # noqa: F401
    finish,  # noqa: F401
    opening,  # noqa: F401
    shelf,  # noqa: F401
)
