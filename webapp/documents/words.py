"""Words and pages made outside a request: one Jinja environment per language, the same templates folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.meta import find_referenced_templates

from config import ROOT, Authority
from webapp import i18n
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


def spoken(template: str, language: str, authority: Authority) -> str:
    """The language that this template is said in: the person's where the authority offers it and its catalogue has
    every text, else English; never half and half.
    """
    offered = language == "en" or language in authority.languages
    return language if offered and _has_every_text(template, language) else "en"


@lru_cache(maxsize=128)
def _has_every_text(template: str, language: str) -> bool:
    if language == "en":
        return True
    catalogue = Translations.load(str(i18n.FOLDER), [language.replace("-", "_")])
    catalogue.add_fallback(_Missing())
    try:
        for text in _texts(template):
            catalogue.gettext(text)
    except LookupError:
        return False
    return True


def _texts(template: str) -> Iterator[str]:
    """Every text of a template and of those that it includes."""
    made = environment("en")
    source = (ROOT / "templates" / template).read_text("utf-8")
    for _, _, found in made.extract_translations(source):  # type: ignore[attr-defined]
        yield found if isinstance(found, str) else next(text for text in found if text)
    for included in find_referenced_templates(made.parse(source)):
        if included is None:
            raise LookupError("a template is included by a name that is only known later")
        yield from _texts(included)


class _Missing(NullTranslations):
    """Stands behind a catalogue: a text that gets as far as here has no translation."""

    def gettext(self, message: str) -> str:
        raise LookupError(message)


def day_in_words(day: dt.date, language: str) -> str:
    """A date as people say it, in their language: 28 March 2027."""
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        locale = Locale("en", "GB")
    if locale.language == "en":
        locale = Locale("en", "GB")
    return format_date(day, format="long", locale=locale)
