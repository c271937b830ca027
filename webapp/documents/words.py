"""Words and pages made outside a request: one Jinja environment per language, the same templates folder."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from config import ROOT
from webapp.i18n import direction, translations


@lru_cache(maxsize=32)
def environment(language: str) -> Environment:
    """Templates in this language. HTML is escaped, plain text is not; a name that isn't given is an error."""
    made = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(["html", "svg"]),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(language=language, direction=direction(language))
    return made


def render(template: str, language: str, **values: Any) -> str:
    """One template, filled in."""
    return environment(language).get_template(template).render(**values)


def day_in_words(day: dt.date, language: str) -> str:
    """A date as people say it, in their language: 28 March 2027."""
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        locale = Locale("en", "GB")
    if locale.language == "en":
        locale = Locale("en", "GB")
    return format_date(day, format="long", locale=locale)
