"""The translator for a given language: English is what the code and the booklets are written in."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import flask_babel
import yaml
from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context, request
from markupsafe import Markup

from config import ROOT

FOLDER = ROOT / "translations"
COVERS: dict[str, str] = yaml.safe_load((FOLDER / "languages.yaml").read_text("utf-8"))
"""The languages that have a catalogue, with whom each covers: children or everyone. English is beside them."""
RIGHT_TO_LEFT = frozenset({"ar", "ur", "fa", "ps", "ckb", "prs"})

lazy_gettext = flask_babel.lazy_gettext


def init_app(app: Flask, languages: tuple[str, ...]) -> None:
    """Choose the language of each request: the person's choice, else English (ask, never guess)."""
    app.config.update(
        BABEL_TRANSLATION_DIRECTORIES=str(FOLDER), BABEL_DEFAULT_LOCALE="en", BABEL_DEFAULT_TIMEZONE="Europe/London",
        LANGUAGES=languages,
    )  # fmt: skip
    flask_babel.Babel(app, locale_selector=_chosen)
    app.jinja_env.globals.update(language=language, direction=direction)
    # A page asks for some thirty texts: flask-babel looks up application, domain and locale anew for each, and Jinja
    # looks up and wraps what it was given.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: catalogue().gettext(text),
        lambda one, many, n: catalogue().ngettext(one, many, n),
        newstyle=True,
    )
    app.jinja_env.globals["_"] = _in_a_page


def gettext(text: str, **values: object) -> str:
    """This text in the language of the request, its %(blanks)s filled."""
    found = str(catalogue().gettext(text))
    return found % values if values else found


def _in_a_page(text: str, **values: object) -> Markup:
    """As gettext, for a template: the words are ours, what fills their blanks is escaped."""
    found = Markup(catalogue().gettext(text))
    return found % values if values else found


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """This text for this many, in the language of the request; %(num)s is the number."""
    return str(catalogue().ngettext(one, many, num)) % {"num": num, **values}


def catalogue() -> NullTranslations:
    """The catalogue of this request's language: for who asks it for many texts."""
    try:
        found: NullTranslations = g.catalogue
    except AttributeError:
        found = g.catalogue = translations(language())
    except RuntimeError:  # no request, no application: the terminal
        found = translations("en")
    return found


def _chosen() -> str:
    return language()


def language() -> str:
    """The language of this request, as a code that is switched on."""
    try:
        found: str = g.language
    except (AttributeError, RuntimeError):
        found = _wanted() if has_request_context() else "en"
    return found


def _wanted() -> str:
    wanted = request.cookies.get("language", "en") if "language" in request.cookies else "en"
    g.language = wanted if wanted in current_app.config["LANGUAGES"] else "en"
    return str(g.language)


def direction(code: str | None = None) -> str:
    """rtl or ltr."""
    return "rtl" if (code or language()).split("-")[0] in RIGHT_TO_LEFT else "ltr"


@lru_cache(maxsize=32)
def translations(code: str) -> NullTranslations:
    """The catalogue of a language, for code that runs outside a request (messages, records, the terminal)."""
    found: Any = Translations.load(str(FOLDER), [code.replace("-", "_")])
    return found  # type: ignore[no-any-return]


def translate(text: str, code: str) -> str:
    """One text in one language; the English text where it has none."""
    return str(translations(code).gettext(text)) if text and code != "en" else text


def language_names(code: str) -> str:
    """A language's name in itself: Cymraeg, not Welsh."""
    name = Locale.parse(code, sep="-").get_display_name(code.replace("-", "_"))
    return (name or code).capitalize()
