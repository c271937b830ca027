"""A record as a page that a person can read: one HTML file that needs nothing else and runs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from config import ROOT
from webapp.booklet.records import Views
from webapp.clock import london

RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "he", "prs", "ps", "ur"})


def readable(record: Views, files: Mapping[str, str] | None = None) -> str:
    """The page, in English for staff, with the person's own words beside it in the language that they used.

    `files` names the file of each picture by its id; it stands beside the page.

    Everything anybody typed is escaped and stands in an element of its own direction, so that it can't
    reorder the words around it (threats.md B5, B8).
    """
    return _template().render(record=record, files=files or {})


def direction(language: str) -> str:
    """rtl or ltr, from a language's tag."""
    return "rtl" if language.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


def tongue(language: str) -> str:
    """A language's name in English; its tag where it has none."""
    try:
        return Locale.parse(language, sep="-").get_display_name("en") or language
    except (UnknownLocaleError, ValueError):
        return language


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    # The case system's page is staff's, and staff read English; the words still come from the catalogue's source.
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    environment.globals["direction"] = direction
    environment.filters["when"] = lambda moment: f"{london(moment):%-d %B %Y, %H:%M}"
    environment.filters["tongue"] = tongue
    return environment.get_template("casesystem/record.html")
