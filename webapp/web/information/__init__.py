"""Good to know: pages that anyone may read about reviews, in usual and in easy words, and the authority's own pages.

Ours are data (children.yaml, adults.yaml), read once at start; the authority's come from its settings file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from flask import Blueprint, abort, render_template, request
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from config import Authority, ExtraPage, SettingsError
from webapp.house import house
from webapp.i18n import gettext, language
from webapp.services.cleaning import clean, taken_out
from webapp.web import looks
from webapp.web.guard import door
from webapp.web.pictures import picture

pages = Blueprint("information", __name__)
HERE = Path(__file__).resolve().parent
Numbers = Literal["now", "advocate", "unit"]


class Part(BaseModel):
    """One idea: a picture, and words in the usual and the easy wording."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: str = ""
    picture: str
    text: str
    easy: str
    numbers: Numbers | None = Field(None, description="Whose numbers stand below it.")


class Information(BaseModel):
    """One page to read."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str = Field(pattern=r"^[a-z][a-z-]*$")
    title: str
    easy: str = Field("", description="The title in easy words, where it differs.")
    picture: str
    numbered: bool = False
    parts: tuple[Part, ...] = Field(min_length=1)
    after: tuple[Part, ...] = ()


@cache
def ours(whose: Literal["children", "adults"]) -> Mapping[str, Information]:
    """Our own pages by id, in their order."""
    read: Any = yaml.load((HERE / f"{whose}.yaml").read_text("utf-8"), yaml.BaseLoader)
    return {page.id: page for page in TypeAdapter(tuple[Information, ...]).validate_python(read)}


def check(authority: Authority) -> None:
    """The authority's own pages can be shown as they are written. Raises SettingsError naming each that can't."""
    taken = {*ours("children"), *ours("adults")}
    wrong = []
    for own in authority.pages:
        if own.id in taken:
            wrong.append(f"pages: {own.id}: stands twice, or is a page of ours")
        taken.add(own.id)
        for code, words in own.text.items():
            if found := taken_out(words):
                wrong.append(f"pages: {own.id}: text.{code}: may not hold {', '.join(found)}")
    if wrong:
        raise SettingsError("\n".join(wrong))


def wording() -> Literal["standard", "easy"]:
    """As the person chose for all pages; `?easy=1` or `?easy=0` asks for this page alone."""
    asked = request.args.get("easy")
    return looks.wording() if asked not in ("0", "1") else "easy" if asked == "1" else "standard"


@pages.get("/good-to-know")
@door.open
def index() -> str:
    """What there is to read."""
    easy = wording() == "easy"
    listed = [
        [(page.id, page.picture, _title(page, easy)) for page in ours(whose).values()]
        for whose in ("children", "adults")
    ]
    own = [(page.id, in_language(page.title)) for page in house().authority.pages]
    return render_template(
        "public/good_to_know.html", children=listed[0], adults=listed[1], own=own, picture=picture
    )


@pages.get("/who-sees", defaults={"name": "who-sees"})
@pages.get("/good-to-know/<name>")
@door.open
def page(name: str) -> str:
    """One page to read: ours, or the authority's own."""
    found = ours("children").get(name) or ours("adults").get(name)
    if found is None:
        return _own(next((own for own in house().authority.pages if own.id == name), None))
    easy = wording() == "easy"
    return render_template(
        "public/information.html", page=found, title=_title(found, easy), easy=easy, picture=picture,
        others=[(o.id, _title(o, easy)) for o in _beside(found)],
    )  # fmt: skip


def _own(found: ExtraPage | None) -> str:
    if found is None:
        abort(404)
    (title, title_in), (text, text_in) = in_language(found.title), in_language(found.text)
    return render_template(
        "public/own_page.html", title=title, title_in=title_in, text=clean(text), text_in=text_in
    )


def _beside(page: Information) -> list[Information]:
    """The other pages for the same readers."""
    whose: Literal["children", "adults"] = "children" if page.id in ours("children") else "adults"
    return [other for other in ours(whose).values() if other is not page]


def _title(page: Information, easy: bool) -> str:
    return gettext((easy and page.easy) or page.title)


def in_language(words: Mapping[str, str]) -> tuple[str, str]:
    """The authority's words in the reader's language, else in English; and which language they are in."""
    code = language() if language() in words else "en"
    return words[code], code
