"""Words and pages made outside a request: one Jinja environment per language, the same templates folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    pass_context,
    select_autoescape,
)
from jinja2.runtime import Context
from markupsafe import Markup

from config import ROOT
from webapp.i18n import direction, isolated, ours, translations


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
    made.globals.update(language=language, direction=direction(language), _=_filled(language))
    made.filters.update(ours=_ours)
    return made


def _filled(language: str) -> Callable[..., str]:
    """As in a page: the words are ours, what fills their blanks is escaped (HTML only) and keeps its own direction."""

    @pass_context
    def text(context: Context, words: str, **values: Any) -> str:
        found = translations(language, bool(context.get("adult"))).gettext(words)
        ready = Markup(found) if context.eval_ctx.autoescape else found
        return ready % isolated(values, language) if values else ready

    return text


@pass_context
def _ours(context: Context, words: str) -> str:
    """The authority's own words, in the language of the letter or message where its file gives them in it."""
    language, authority = context["language"], context["authority"]
    if context.eval_ctx.autoescape:
        return ours(words, language, authority)
    said = str(authority.words.get(language, {}).get(words, words))
    return str(isolated({"said": said}, language)["said"])


def render(template: str, language: str, **values: Any) -> str:
    """One template, filled in. With `adult` among the values it speaks as to an adult, where a language has that."""
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
