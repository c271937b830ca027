"""The translator for a given language: English is what the code and the booklets are written in.

Who is spoken to in which language: a visit's own (what the person chose, or the case system's: `SPOKEN` in the
browser's session), else what was chosen in this browser, else the first that the authority offers.
Staff pages are English.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from functools import lru_cache
from typing import Any

import flask_babel
import yaml
from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context, request, session
from markupsafe import Markup

from config import ROOT, Authority

FOLDER = ROOT / "translations"
COVERS: dict[str, str] = yaml.safe_load((FOLDER / "languages.yaml").read_text("utf-8"))
"""The languages that have a catalogue, with whom each covers: children or everyone. English is beside them."""
COOKIE = "language"
SPOKEN = "language"
"""In the browser's session: the language of the visit that it holds."""
WHO = "who"
"""In the browser's session: as whom its visit speaks, for pages that ask the database nothing."""
ADULTS = "adults"
ENGLISH_ONLY = frozenset(["staff", "demo", "simulator"])
"""The blueprints whose pages are for staff."""
ISOLATE, ISOLATE_END, FROM_THE_RIGHT = "\u2068", "\u2069", "\u200f"
RIGHT_TO_LEFT = frozenset({"ar", "ur", "fa", "ps", "ckb", "prs"})

lazy_gettext = flask_babel.lazy_gettext


def init_app(app: Flask, authority: Authority) -> None:
    """Choose the language of each request (ask, never guess)."""
    app.config.update(
        BABEL_TRANSLATION_DIRECTORIES=str(FOLDER), BABEL_DEFAULT_LOCALE="en", BABEL_DEFAULT_TIMEZONE="Europe/London",
        LANGUAGES=authority.languages,
    )  # fmt: skip
    flask_babel.Babel(app, locale_selector=_chosen)
    app.jinja_env.globals.update(
        language=language, direction=direction, languages_for=languages_for, comma=comma
    )
    # A page asks for some thirty texts: flask-babel looks up application, domain and locale anew for each, and Jinja
    # looks up and wraps what it was given.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: catalogue().gettext(text),
        lambda one, many, n: catalogue().ngettext(one, many, n),
        newstyle=True,
    )
    app.jinja_env.globals.update(_=_in_a_page, ngettext=_count_in_a_page)
    app.jinja_env.filters["ours"] = lambda text: ours(text, language(), authority)


def gettext(text: str, **values: object) -> str:
    """This text in the language of the request, its %(blanks)s filled."""
    found = str(catalogue().gettext(text))
    return found % isolated(values, language()) if values else found


def _in_a_page(text: str, **values: object) -> Markup:
    """As gettext, for a template: the words are ours, what fills their blanks is escaped."""
    found = Markup(catalogue().gettext(text))
    return found % isolated(values, language()) if values else found


def _count_in_a_page(one: str, many: str, num: int, **values: object) -> Markup:
    """As ngettext, for a template."""
    return Markup(catalogue().ngettext(one, many, num)) % {"num": num, **isolated(values, language())}


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """This text for this many, in the language of the request; %(num)s is the number."""
    return str(catalogue().ngettext(one, many, num)) % {"num": num, **isolated(values, language())}


def isolated(values: dict[str, Any], code: str) -> dict[str, Any]:
    """What fills the blanks of a text that runs from the right: a name in other letters, or a number with gaps, keeps
    its own order and leaves that of the words around it (Unicode UAX 9; the marks work in titles and plain text too).
    """
    if direction(code) == "ltr":
        return values
    return {
        name: ISOLATE + value + ISOLATE_END if isinstance(value, str) else value
        for name, value in values.items()
    }


def catalogue() -> NullTranslations:
    """The catalogue of this request's language: for who asks it for many texts."""
    try:
        found: NullTranslations = g.catalogue
    except AttributeError:
        found = g.catalogue = translations(language(), to_adult())
    except RuntimeError:  # no request, no application: the terminal
        found = translations("en")
    return found


def to_adult() -> bool:
    """True where this request's page is read by an adult who is asked; a visitor whom we don't know is a child."""
    return (g.get("who") or session.get(WHO) or "child") != "child" if has_request_context() else False


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
    offered: tuple[str, ...] = current_app.config["LANGUAGES"]
    if request.blueprint in ENGLISH_ONLY:
        wanted = "en"
    else:
        wanted = session.get(SPOKEN) or request.cookies.get(COOKIE) or offered[0]
    g.language = wanted if wanted in offered else "en"
    return str(g.language)


def covers(code: str, who: str) -> bool:
    """True where this language has everything that this kind of person meets."""
    return (
        code == "en" or COVERS.get(code) == "everyone" or (COVERS.get(code) == "children" and who == "child")
    )


def spoken(code: str, who: str, offered: Collection[str]) -> str:
    """The language in which this person is spoken to: theirs, where it is switched on and covers them; else English,
    never half and half.
    """
    return code if code in offered and covers(code, who) else "en"


def ours(text: str, code: str, authority: Authority) -> Markup:
    """The authority's own words (a name, hours) for a page: in the page's language where its file gives them in it,
    else as they are, and marked as English.
    """
    if code == "en":
        return Markup("<bdi>{}</bdi>").format(text)
    said = authority.words.get(code, {}).get(text)
    return Markup("<bdi>{}</bdi>").format(said) if said else Markup('<bdi lang="en">{}</bdi>').format(text)


def in_english() -> Markup:
    """The attributes of what staff typed in English, for a tag on a page in another language."""
    return Markup("") if language() == "en" else Markup(' lang="en" dir="ltr"')


def comma(code: str | None = None) -> str:
    """What stands between two parts of a line, in this language or the request's."""
    return "، " if direction(code) == "rtl" else ", "


def begun_from_the_right(text: str, code: str) -> str:
    """Plain text for a phone, which lets the first letter of a line decide its direction (Unicode UAX 9, P2): a line
    that runs from the right and begins with an English name is told so, by one character more.
    """
    if direction(code) == "ltr":
        return text
    return "\n".join(FROM_THE_RIGHT + line if _begins_wrongly(line) else line for line in text.split("\n"))


def _begins_wrongly(line: str) -> bool:
    strong = [kind for kind in map(unicodedata.bidirectional, line) if kind in ("L", "R", "AL")]
    return strong[:1] == ["L"] and len({*strong}) > 1 and not line.startswith("http")


def direction(code: str | None = None) -> str:
    """rtl or ltr."""
    return "rtl" if (code or language()).split("-")[0] in RIGHT_TO_LEFT else "ltr"


@lru_cache(maxsize=32)
def translations(code: str, adult: bool = False) -> NullTranslations:
    """The catalogue of a language, for code that runs outside a request (messages, records, the terminal).

    A language that calls a child and an adult differently (Welsh: ti, chi; Arabic: one, the plural) has a second one
    beside it, adults.po: what is said to both, as it is said to an adult.
    """
    where = str(FOLDER), [code.replace("-", "_")]
    if not adult:
        return Translations.load(*where)
    own, both = Translations.load(*where, domain=ADULTS), translations(code)
    if not isinstance(own, Translations):
        return both
    own.add_fallback(both)
    return own


def is_compiled(code: str) -> bool:
    """True where the words of this language can be read by the site."""
    return isinstance(translations(code), Translations)


def translate(text: str, code: str, adult: bool = False) -> str:
    """One text in one language; the English text where it has none."""
    return str(translations(code, adult).gettext(text)) if text and code != "en" else text


def languages_for(who: str) -> list[tuple[str, str]]:
    """Code and own name of each language that is switched on and covers this kind of person, as the authority orders
    them.
    """
    offered: tuple[str, ...] = current_app.config["LANGUAGES"]
    return [(code, language_names(code)) for code in offered if covers(code, who)]


def language_names(code: str) -> str:
    """A language's name in itself: Cymraeg, not Welsh."""
    name = Locale.parse(code, sep="-").get_display_name(code.replace("-", "_"))
    return (name or code).capitalize()
