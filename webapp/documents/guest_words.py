"""What somebody is told who is invited to a meeting, by email, text message and letter. No child is named in any."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from babel import Locale
from babel.dates import format_datetime

from config import Authority
from webapp.booklet.wording import N_
from webapp.clock import LONDON, london
from webapp.documents import calendar
from webapp.documents.booklet_paper import Style
from webapp.documents.glyphs import printable
from webapp.documents.letter import STYLESHEET, Addressee, qr
from webapp.documents.letter_pdf import Data, letter_data
from webapp.documents.notices import Notice, worded
from webapp.documents.words import day_in_words, render
from webapp.i18n import comma, direction, spoken, translations

What = Literal["invitation", "change", "cancellation"]
WHO = "parent"
"""The polite way, where a language has two. A guest may be a friend, a brother or a sister of any age, which no case
system tells: so the words are plain ones for a child of nine too, and ask nobody to keep a secret.
"""

TITLE, ANSWER_HERE = N_("A meeting you are invited to"), N_("Say here whether you come:")


@dataclass(frozen=True, slots=True)
class Told:
    """What one person is told of a meeting."""

    what: What
    at: dt.datetime
    place: str
    """In words for this reader; empty where there are none that they may have."""
    link: str
    language: str
    theirs: str = ""
    """The place in their language, where somebody translated it; as it was typed it stands beneath."""

    def day(self, language: str) -> str:
        """The day and the time on a London clock."""
        locale = Locale.parse("en_GB" if language == "en" else language.replace("-", "_"))
        pattern = f"EEEE d MMMM y'{comma(language)}'HH:mm"
        return format_datetime(london(self.at), pattern, tzinfo=LONDON, locale=locale)


def email(told: Told, authority: Authority) -> Notice:
    """An invitation, a change or a cancellation."""
    language = spoken(told.language, WHO, authority.languages)
    return worded(
        "messages/guest.txt", language, adult=True, authority=authority, what=told.what, when=told.day(language),
        place=calendar.one_line(told.place), link=told.link, theirs=calendar.one_line(_theirs(told, language)),
    )  # fmt: skip


def _theirs(told: Told, language: str) -> str:
    """Never in another language than the words around it."""
    return told.theirs if language == told.language else ""


def text(told: Told, authority: Authority) -> str:
    """The same for a phone: neither when nor where, since anybody may hold it. Two parts at most in English."""
    language = spoken(told.language, WHO, authority.languages)
    said = render(
        "messages/guest_text.txt", language, adult=True, authority=authority, what=told.what, link=told.link
    )
    return " ".join(said.split())


def entry(
    told: Told, authority: Authority, *, uid: str, sequence: int, stamp: dt.datetime, attendee: str = "",
    publish: bool = False,
) -> str:  # fmt: skip
    """The calendar file that goes with it; with `publish` one to save, which names nobody as attending."""
    language = spoken(told.language, WHO, authority.languages)
    say = translations(language, adult=True).gettext
    off = told.what == "cancellation"
    meeting = calendar.Meeting(
        uid=uid, sequence=sequence, at=told.at, title=say(TITLE), place=told.place,
        text="" if off else f"{say(ANSWER_HERE)} {told.link}", stamp=stamp,
        organizer=authority.unit_email, attendee=attendee,
    )  # fmt: skip
    return calendar.calendar(meeting, "CANCEL" if off else "PUBLISH" if publish else "REQUEST")


@dataclass(frozen=True, slots=True)
class Drawn:
    """The child's own card, as it goes with a letter."""

    picture: str
    """A drawing, as it stands in a page or, as SVG, on paper; empty where the child chose none."""
    words: str
    language: str
    """Of the child's words; empty where nobody knows."""


def letter(
    told: Told, to: Addressee, authority: Authority, *, printed_on: dt.date, card: Drawn | None = None,
    stylesheet: str = STYLESHEET, bar: str = "",
) -> str:  # fmt: skip
    """A whole HTML page of A4; with a card, that is a page of its own."""
    language = spoken(told.language, WHO, authority.languages)
    return render(
        "letters/guest.html", language, adult=True, to=to, authority=authority, what=told.what, when=told.day(language),
        place=told.place, theirs=_theirs(told, language), qr=qr(told.link), link=told.link.removeprefix("https://"),
        printed_on=day_in_words(printed_on, language), stylesheet=stylesheet, bar=bar, card=card,
    )  # fmt: skip


def letter_on_paper(
    told: Told, to: Addressee, authority: Authority, *, printed_on: dt.date, style: Style, card: Drawn | None = None
) -> Data:  # fmt: skip
    """The same for the typesetter (templates/print/letter.typ); the card on a sheet of its own."""
    found = letter_data(letter(told, to, authority, printed_on=printed_on), style)
    if card is not None:
        own = card.language or found["lang"]
        found["card"] = {
            "picture": card.picture, "words": printable(card.words).splitlines(), "lang": own, "dir": direction(own),
            "when": printable(told.day(found["lang"])),
        }  # fmt: skip
    return found
