"""The officer's letter to a child: what it holds, and how it reads in a language. Pure."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.review import letter_words as words
from webapp.review.deciding_words import OURS
from webapp.review.letter_words import Band

STAFFS = "en"
TEXT_AT_MOST, LINE_AT_MOST, ROWS_AT_MOST = 3000, 300, 12
Translate = Callable[[str], str]


def as_typed(text: str) -> str:
    """Nobody translated it."""
    return ""


@dataclass(frozen=True, slots=True)
class Answered:
    """One thing that the child asked for, and what became of it."""

    key: str
    kind: str
    name: str
    """Of the person, where it is about who comes; `come` and `part` are what the child said of them."""
    come: str
    part: bool
    asked: str
    """What was asked and what was chosen, in the words and language of the child's booklet: "Me" alone says nothing."""
    language: str
    outcome: str
    instead: str
    reason: str
    audience: str
    keep: bool = True
    """Stands in the letter."""


@dataclass(frozen=True, slots=True)
class Next:
    """Who does what by when. `by` is an ISO day, or empty."""

    what: str
    who: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Own:
    """One text that an officer typed for a child or an adult, and no catalogue has."""

    where: str
    """reason, instead, place, answer; of a letter also opening, good, next or words; for adults alone outcome,
    outcome_words or guests_place.
    """
    text: str
    kind: str = ""
    """Of the wish or the request that it answers; empty where it answers none."""
    name: str = ""
    """Of the person whom the wish is about."""


def own_reason(reason: str, instead: str, kind: str, name: str) -> Iterator[Own]:
    """What of a decision's words is the officer's own."""
    if instead:
        yield Own("instead", instead, kind, name)
    if reason and reason not in OURS:
        yield Own("reason", reason, kind, name)


@dataclass(frozen=True, slots=True)
class Letter:
    """What the officer chose and typed; empty words leave the fixed ones, or nothing."""

    band: Band
    held_on: str
    came: bool | None
    """None: nobody has written down who came."""
    opening: str = ""
    """In place of the fixed first words."""
    good: str = ""
    answers: tuple[Answered, ...] = ()
    next: tuple[Next, ...] = ()
    words: str = ""
    """More of the officer's own, at the end."""

    @property
    def wrong(self) -> dict[str, str]:
        """What is wrong, by field: too_long, say_what, no_such_day."""
        found = {
            name: "too_long"
            for name, text in (("opening", self.opening), ("good", self.good), ("words", self.words))
            if len(text) > TEXT_AT_MOST
        }
        for n, row in enumerate(self.next):
            if not row.what:
                found[f"what-{n}"] = "say_what"
            elif max(len(row.what), len(row.who)) > LINE_AT_MOST:
                found[f"what-{n}"] = "too_long"
            if row.by and not _is_a_day(row.by):
                found[f"by-{n}"] = "no_such_day"
        for n, one in enumerate(self.answers):
            if one.keep and max(len(one.reason), len(one.instead)) > TEXT_AT_MOST:
                found[f"reason-{n}"] = "too_long"
        return found

    @property
    def kept(self) -> tuple[Answered, ...]:
        """What stands in it of what was asked."""
        return tuple(one for one in self.answers if one.keep)

    @property
    def own_words(self) -> tuple[Own, ...]:
        """What the officer typed and no catalogue has, as it follows in the letter."""
        answers = (
            own for one in self.kept for own in own_reason(one.reason, one.instead, one.kind, one.name)
        )
        found = (
            Own("opening", self.opening), Own("good", self.good), *answers,
            *(Own("next", row.what) for row in self.next), Own("words", self.words),
        )  # fmt: skip
        return tuple(own for own in found if own.text)


def _is_a_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def written(letter: Letter) -> str:
    """A letter as the JSON that is sealed."""
    return json.dumps(dataclasses.asdict(letter), ensure_ascii=False)


def read(text: str) -> Letter:
    """A letter from its sealed JSON."""
    kept: dict[str, Any] = json.loads(text)
    answers = tuple(Answered(**one) for one in kept.pop("answers"))
    rows = tuple(Next(**one) for one in kept.pop("next"))
    return Letter(**kept, answers=answers, next=rows)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the letter. `language` is that of its words; `strong` says the outcome."""

    text: str
    language: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with its lines, or with lists of lines that belong together."""

    title: str
    lines: tuple[Line, ...] = ()
    groups: tuple[tuple[Line, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the words around the letter need."""

    language: str
    translate: Translate
    day: Callable[[dt.date], str]
    """A day in words, in the language."""
    officer: str
    phone: str
    advocate: str
    theirs: Translate = as_typed
    """What the officer typed, in the language of the sheet as somebody translated it; empty where nobody did."""
    blank: Translate = str
    """What fills a blank, so that a name or a number keeps its own order in words that run the other way."""


def parts(letter: Letter, sheet: Sheet) -> list[Part]:
    """The letter as it is read: fixed words in the language of the sheet, the officer's as they were typed
    or, where somebody has, translated.
    """
    return list(_parts(letter, sheet))


def _parts(letter: Letter, sheet: Sheet) -> Iterator[Part]:
    def ours(text: str, **blanks: str) -> Line:
        filled = {name: sheet.blank(value) for name, value in blanks.items()}
        return Line(sheet.translate(text) % filled, sheet.language)

    first = {True: words.CAME, False: words.NOT_THERE, None: words.NOT_KNOWN}[letter.came][letter.band]
    opening = _own(letter.opening, sheet) or (ours(first, day=_day(sheet, letter.held_on)),)
    yield Part("", opening)
    if letter.good:
        yield Part(sheet.translate(words.GOOD), _own(letter.good, sheet))
    if letter.kept:
        groups = tuple(tuple(_answer(one, sheet, ours)) for one in letter.kept)
        yield Part(sheet.translate(words.ASKED), groups=groups)
    if letter.next:
        groups = tuple(tuple(_next(row, sheet, ours)) for row in letter.next)
        yield Part(sheet.translate(words.NEXT), groups=groups)
    if letter.words:
        yield Part("", _own(letter.words, sheet))
    talk = words.TALK_NOT_THERE if letter.came is False else words.TALK_TO_ME
    yield Part(sheet.translate(words.TALK), (ours(talk[letter.band], phone=sheet.phone),))
    disagree = (ours(words.DISAGREE[letter.band]), Line(sheet.advocate, sheet.language))
    yield Part(sheet.translate(words.NOT_RIGHT), disagree)
    yield Part("", (ours(words.FROM, name=sheet.officer),))


def _own(text: str, sheet: Sheet) -> tuple[Line, ...]:
    """What was typed, a paragraph a line."""
    theirs = sheet.theirs(text)
    lines = (line.strip() for line in (theirs or text).splitlines())
    return tuple(Line(line, sheet.language if theirs else STAFFS) for line in lines if line)


def _answer(one: Answered, sheet: Sheet, ours: Callable[..., Line]) -> Iterator[Line]:
    if one.kind == "who":
        come = "part" if one.come == "yes" and one.part else one.come
        yield ours(words.COMES.get(come, words.COMES[""]), name=one.name)
    else:
        yield Line(one.asked, one.language)
    yield dataclasses.replace(ours(words.OUTCOMES[one.outcome]), strong=True)
    yield from _own(one.instead, sheet)
    if one.reason in OURS:
        yield ours(one.reason)
    else:
        yield from _own(one.reason, sheet)


def _next(row: Next, sheet: Sheet, ours: Callable[..., Line]) -> Iterator[Line]:
    yield from (dataclasses.replace(line, strong=True) for line in _own(row.what, sheet))
    if row.who:
        yield ours(words.WHO, who=row.who)
    if row.by:
        yield ours(words.BY, day=_day(sheet, row.by))


def _day(sheet: Sheet, day: str) -> str:
    return sheet.day(dt.date.fromisoformat(day))


def told_of(letter: Letter) -> list[Mapping[str, Any]]:
    """The answers of a letter as an event tells them, in English."""
    return [
        {"wish": one.key, "outcome": one.outcome, "instead": one.instead, "reason_for_child": one.reason,
         "audience": one.audience}
        for one in letter.kept
    ]  # fmt: skip
