"""The letter: one printable page with the link as a QR code, the code to type, and who to ring."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass

import segno

from config import Authority
from webapp.documents.notices import Template
from webapp.documents.words import day_in_words, render
from webapp.i18n import direction, spoken
from webapp.review.letter import Part

GROUP = 5
"""Letters of the code in one group."""
TEMPLATE = "letters/invitation.html"
STYLESHEET = "/static/letter.css"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom the letter goes to, as the envelope's window shows it. Nobody else is named anywhere on it."""

    name: str
    lines: Sequence[str]
    greeting: str
    """What they are called."""
    who: str
    """child, parent, carer, adopter or observer."""


def letter(
    to: Addressee,
    authority: Authority,
    *,
    public_url: str,
    token: str,
    code: str,
    until: dt.date,
    printed_on: dt.date,
    language: str = "en",
    template: Template = "invite",
    stylesheet: str = STYLESHEET,
    bar: str = "",
) -> str:
    """A whole HTML page of A4, in the recipient's language where all of it can be. It names no child but the
    one it is addressed to. `bar` is HTML of ours for the screen.
    """
    site = public_url.rstrip("/")
    language = spoken(language, to.who, authority.languages)
    return render(
        TEMPLATE,
        language,
        to=to,
        adult=to.who != "child",
        authority=authority,
        qr=qr(f"{site}/o/{token}"),
        typed_address=f"{site}/code".removeprefix("https://"),
        groups=in_groups(code),
        until=day_in_words(until, language),
        printed_on=day_in_words(printed_on, language),
        kind=template,
        stylesheet=stylesheet,
        bar=bar,
    )


def from_officer(
    to: Addressee, authority: Authority, *, parts: Sequence[Part], written_on: dt.date, language: str,
    typed: Sequence[Part] = (), stylesheet: str = STYLESHEET, bar: str = "",
) -> str:  # fmt: skip
    """The officer's letter to a child as a page of A4: its parts are in words already. `language` is one that the child
    can be written to in; `typed` is the same letter in English, which follows a translated one; `bar` is HTML of ours
    for the screen.
    """
    return render(
        "letters/from_officer.html", language, to=to, authority=authority, parts=parts, typed=typed,
        printed_on=day_in_words(written_on, language), stylesheet=stylesheet, direction_of=direction, bar=bar,
    )  # fmt: skip


def in_groups(code: str) -> list[str]:
    """The code in groups that an eye can hold, whatever dashes it came with."""
    plain = "".join(letter for letter in code if letter.isalnum())
    return [plain[start : start + GROUP] for start in range(0, len(plain), GROUP)]


def qr(link: str) -> str:
    """The link as an SVG picture without style attributes, which the pages' content policy forbids."""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=True,
        border=4,
        scale=1,
        omitsize=True,
        lineclass="",
        svgclass="qr",
    )
    return out.getvalue().decode()
