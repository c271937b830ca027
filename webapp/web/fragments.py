"""Parts of pages that are the same for all who read a language: rendered once and kept, and so are addresses.

A booklet page is asked for again and again by people on slow phones; two thirds of the work of rendering it was in
words and addresses that never change (bench/README.md).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Flask, g, render_template, request, url_for
from markupsafe import Markup

from webapp.i18n import language, to_adult
from webapp.web import looks


def init_app(app: Flask) -> None:
    """Give templates `remember(template, **values)` and an `url_for` that remembers."""
    kept: dict[tuple[Any, ...], Markup] = {}

    def remember(template: str, **values: str | int) -> Markup:
        """This template, rendered once per language, wording, booklet and values. Values come from the booklet or the
        code, never from a person, so that what is kept stays small and is about nobody.
        """
        key = (
            language(),
            to_adult(),
            looks.wording(),
            g.get("booklet", ""),
            template,
            *sorted(values.items()),
        )
        if key not in kept:
            kept[key] = Markup(render_template(template, **values))
        return kept[key]

    app.jinja_env.globals.update(remember=remember, url_for=address, look=looks.look, wording=looks.wording)


def address(endpoint: str, **values: Any) -> str:
    """As Flask's url_for, remembered: an address is the same for everyone who is at the same booklet."""
    here = (request.root_path, request.blueprint, g.get("booklet", ""))
    return _built(here, endpoint, tuple(sorted(values.items())))


@lru_cache(maxsize=4096)
def _built(here: tuple[str | None, ...], endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    return url_for(endpoint, **dict(values))
