"""A booklet as its printed pages need it: plain data with every word said, for templates/print/booklet.typ.

Only what this person is asked stands on it. A question that waits for another's answer is printed with that
said. Questions for the IRO alone go on pages at the end that are folded and stuck down.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from babel.dates import format_date

from config import ROOT, Authority
from webapp.booklet.answers import Context
from webapp.booklet.definition import Booklet, Question, Section
from webapp.booklet.journey import asked
from webapp.booklet.wording import fill, labels, worded
from webapp.documents import booklet_words as w
from webapp.documents.booklet_kinds import drawn
from webapp.documents.glyphs import printable
from webapp.documents.letter import in_groups, qr
from webapp.documents.words import day_in_words
from webapp.i18n import direction, spoken, translate

Style = Literal["standard", "large", "easy"]
STYLES: tuple[Style, ...] = ("standard", "large", "easy")
Data = dict[str, Any]
PICTURES = ROOT / "static" / "pictures"
COVER_PICTURES = 5
INK = "#20183a"


@dataclass(frozen=True, slots=True)
class WayIn:
    """The link and code of one person, and the last day that they are good."""

    token: str
    code: str
    until: dt.date


@dataclass(frozen=True, slots=True)
class Paper:
    """What a printed booklet is made of, beside the booklet itself."""

    authority: Authority
    public_url: str
    context: Context = field(default_factory=Context)
    style: Style = "standard"
    language: str = "en"
    name: str = ""
    """What they are called; never the whole name of a child: the cover is seen by others. Empty: a line."""
    way_in: WayIn | None = None
    send_by: dt.date | None = None
    reference: str = ""
    """The review's number in the case system: tells the Review team whose this is, and strangers nothing."""
    more: bool = False
    """With the sections that are there for who wants more; without them the last page says that there are some."""
    pictures: tuple[Path, ...] = (PICTURES,)
    """Folders of drawings (SVG): the first that has one gives it."""


@dataclass(frozen=True, slots=True)
class Page:
    """Says words for one paper: translated, with its blanks filled, and with shapes that the fonts have."""

    booklet: Booklet
    paper: Paper

    @property
    def voice(self) -> Literal["child", "adult"]:
        """Which of two wordings is meant."""
        return "child" if self.booklet.who == "child" else "adult"

    @property
    def easy(self) -> bool:
        """True where easy-read words and big pictures are wanted."""
        return self.paper.style == "easy"

    def say(self, text: str | None, **blanks: str) -> str:
        """English as this person reads it; nothing stays nothing."""
        if not text:
            return ""
        names = {name: self.name(said) for name, said in {**self.paper.context.names, **blanks}.items()}
        return printable(fill(translate(text, self.paper.language, self.voice != "child"), names))

    def name(self, name: str) -> str:
        """A name inside a sentence: held apart where the sentence runs the other way."""
        return f"\u2068{name}\u2069" if direction(self.paper.language) == "rtl" else name

    def given(self, text: str) -> Data:
        """Words that staff typed: in English, and marked so."""
        return {"text": printable(text), "lang": "en"}

    def ours(self, text: str) -> Data:
        """The authority's own words, in the reader's language where its file gives them in it."""
        said = self.paper.authority.words.get(self.paper.language, {}).get(text)
        return {"text": printable(said), "lang": self.paper.language} if said else self.given(text)

    def day(self, day: dt.date) -> str:
        """A day of the week in words, without its year."""
        return printable(format_date(day, "EEEE d MMMM", locale=self.paper.language.replace("-", "_")))

    def picture(self, name: str | None) -> str:
        """The drawing of this name as SVG in our ink; empty where the set has none."""
        return drawing(name, self.paper.pictures)


def drawing(name: str | None, folders: Sequence[Path]) -> str:
    """The drawing of this name as SVG in our ink, from the first folder that has it; empty where none has."""
    files = (folder / f"{name}.svg" for folder in folders)
    found = next((file for file in files if name and file.is_file()), None)
    return found.read_text("utf-8").replace("currentColor", INK) if found else ""


def printed_in(booklet: Booklet, language: str, authority: Authority) -> str:
    """The language that this booklet is printed in for somebody of this language: their own where the authority offers
    it and it covers the booklet, else English; never half and half.
    """
    return spoken(language, booklet.who, authority.languages)


def paper(booklet: Booklet, paper: Paper) -> Data:
    """Everything on the printed booklet, in reading order."""
    page = Page(booklet, paper)
    asked_for = _asked_for(booklet, paper)
    shown = [q for q in asked_for if not sealed(q)]
    private = [q for q in asked_for if sealed(q)]
    open_to_all = {q.id for q in shown}
    numbers = {q.id: n for n, q in enumerate(_numbered([*shown, *private]), start=1)}
    sections = [
        {
            "title": page.say(section.title),
            "extra": section.extra,
            "questions": [_question(page, q, numbers) for q in section.questions if q.id in open_to_all],
        }
        for section in _in_order(booklet.sections)
        if any(q.id in open_to_all for q in section.questions)
    ]
    return {
        "lang": paper.language,
        "style": paper.style,
        "title": page.say(booklet.title),
        "summary": page.say(booklet.summary),
        "foot": page.say(w.FOOT),
        "reference": page.say(w.REFERENCE, number=paper.reference) if paper.reference else "",
        "more": page.say(w.MORE),
        "cover": _cover(page),
        "inside": _inside(page),
        "sections": sections,
        "drawing": _drawing(page),
        "back": _back(page),
        "private": _private(page, private, any(q.kind == "people" for q in shown), numbers),
    }


def _in_order(sections: Iterable[Section]) -> list[Section]:
    """What everyone is asked comes before what is there for who wants more."""
    return sorted(sections, key=lambda section: section.extra)


def _asked_for(booklet: Booklet, paper: Paper) -> list[Question]:
    """What this person is asked, whatever they would tick."""
    found: dict[str, Question] = {}
    for section in _in_order(booklet.sections):
        for question in section.questions if paper.more or not section.extra else ():
            waits = question.only_if
            if question.id in w.SAID_INSIDE or (waits and waits.question not in found):
                continue
            if asked(question.model_copy(update={"only_if": None}), {}, paper.context):
                found[question.id] = question
    return list(found.values())


def sealed(question: Question) -> bool:
    """True where nobody but the IRO should come across the answer: not those at home, nor whoever opens the post."""
    return question.private and question.audience == "iro"


def _numbered(questions: Iterable[Question]) -> list[Question]:
    return [q for q in questions if q.kind != "information"]


def _question(page: Page, question: Question, numbers: dict[str, int]) -> Data:
    hint = "" if question.hint == w.CHOOSE_MANY else page.say(question.hint)
    return {
        "number": numbers.get(question.id),
        "kind": question.kind,
        "text": page.say(worded(question, "easy" if page.easy else "standard")),
        "picture": page.picture(question.picture),
        "only_if": _only_if(page, question, numbers),
        "hint": hint,
        "why": "" if page.easy and hint else page.say(question.why),
        "more": page.say(question.more),
        "draw": page.say(w.DRAW_HERE[_added(question.may_add)]) if question.may_add else "",
        **drawn(page, question),
    }


def _added(may_add: tuple[str, ...]) -> str:
    return "both" if len(may_add) > 1 else may_add[0]


def _only_if(page: Page, question: Question, numbers: dict[str, int]) -> str:
    """Which tick of which question this one waits for."""
    waits = question.only_if
    if waits is None or waits.question not in numbers:
        return ""
    before = next(q for q in page.booklet.questions if q.id == waits.question)
    offered = labels(before, "easy" if page.easy else "standard")
    held = " / ".join(page.say(offered[choice]) for choice in waits.holds)
    return page.say(w.ONLY_IF, choice=held, number=str(numbers[waits.question]))


def _around_the_name(page: Page) -> list[str]:
    """The words before and after the line for a name: it stands in the middle of the sentence in some languages."""
    parts = page.say(w.THIS_IS_FOR, name="{name}").split("{name}")
    return [part.strip("\u2068\u2069 ") for part in parts]


def _cover(page: Page) -> Data:
    paper, authority = page.paper, page.paper.authority
    places = [authority.childline, authority.duty.day, authority.duty.night]
    return {
        "for": [page.say(w.THIS_IS_FOR, name=paper.name)] if paper.name else _around_the_name(page),
        "lines": [page.say(line) for line in w.COVER[page.voice]],
        "need": page.say(w.NEED),
        "wait": page.say(w.DONT_WAIT),
        "numbers": [
            {"name": page.say(w.IN_DANGER), "phone": authority.emergency.phone, "when": ""},
            *({"name": page.ours(p.name), "phone": p.phone, "when": page.ours(p.when)} for p in places),
        ],
        "pictures": _cover_pictures(page),
        "mark": (ROOT / "static" / "mark.svg").read_text("utf-8"),
    }


def _cover_pictures(page: Page) -> list[str]:
    """The first few drawings inside, each once; an adult's form has none."""
    names = dict.fromkeys(q.picture for s in page.booklet.sections for q in s.questions if q.picture)
    return [drawn for name in list(names)[:COVER_PICTURES] if (drawn := page.picture(name))]


def _inside(page: Page) -> Data:
    readers: str = page.voice
    if page.booklet.who in ("parent", "adopter"):
        readers = page.booklet.who
    elif page.booklet.asked == "apart" and page.voice == "child":
        readers = "apart"
    return {
        "how": page.say(w.HOW),
        "how_lines": [page.say(line) for line in w.HOW_LINES[page.voice]],
        "who_reads": page.say(w.WHO_READS),
        "readers": [page.say(line) for line in w.READERS[readers]],
        "online": _online(page),
    }


def _online(page: Page) -> Data:
    site, way_in = page.paper.public_url.rstrip("/"), page.paper.way_in
    until = day_in_words(way_in.until, page.paper.language) if way_in else ""
    return {
        "title": page.say(w.ONLINE),
        "camera": page.say(w.CAMERA),
        "qr": qr(f"{site}/o/{way_in.token}" if way_in else f"{site}/code"),
        "alt": page.say(w.PICTURE_OF_CODE),
        "type": page.say(w.OR_TYPE),
        "address": f"{site}/code".removeprefix("https://"),
        "code": "-".join(in_groups(way_in.code)) if way_in else "",
        "until": page.say(w.UNTIL, until=until) if way_in else page.say(w.ASK_FOR_CODE),
        "phone": "" if way_in else page.paper.authority.unit_phone,
        "sent": page.say(w.SENT_ONLINE),
    }


def _drawing(page: Page) -> Data | None:
    """A page to draw on, in a child's booklet that has no place for it yet."""
    if page.voice == "adult":
        return None
    return {"title": page.say(w.DRAW), "line": page.say(w.DRAW_LINE)}


def _back(page: Page) -> Data:
    send_by = page.paper.send_by
    return {
        "title": page.say(w.BACK),
        "thanks": page.say(w.THANK_YOU),
        "give": page.say(w.GIVE_OR_POST[page.voice]),
        "address": [page.given(line) for line in page.paper.authority.unit_address],
        "more": page.say(w.MORE_ELSEWHERE) if page.booklet.extra_ids and not page.paper.more else "",
        "by": page.say(w.SEND_BY, day=day_in_words(send_by, page.paper.language)) if send_by else "",
    }


def _private(page: Page, questions: list[Question], people: bool, numbers: dict[str, int]) -> Data | None:
    """The pages that are folded and stuck down; none where nothing is for the IRO alone."""
    blocks = [_question(page, question, numbers) for question in questions]
    if people and page.voice == "child":
        why = {"kind": "words", "text": page.say(w.WHY_THEM), "lines": 3, "picture": page.picture("people")}
        blocks.append({**why, "number": None, "only_if": "", "hint": "", "why": "", "more": "", "draw": ""})
    if not blocks:
        return None
    return {
        "title": page.say(w.PRIVATE[page.voice]),
        "lines": [page.say(line) for line in w.PRIVATE_LINES[page.voice]],
        "questions": blocks,
        "outside": page.say(w.OUTSIDE),
        "unopened": page.say(w.UNOPENED),
        "fold": page.say(w.FOLD),
        "spare": page.say(w.DRAW),
    }
