"""Is this value a fair answer to this question?

An answer is a value (ids only) and words (as typed). The table from kind to checker is below; the shapes:

    yes_no, choose_one   "option"            choose_many   ["option", ...]
    faces                "1" .. "5"          words         None (the words are the answer)
    place                {"where": [...], "not_where": [...], "not_words": ""}
    times                {"good": [...], "bad": [...]}           option ids and ISO dates
    people               {"people": {ref: {"come": "yes|not_sure|no", "part": bool, "which": "", "why": ""}},
                          "added":  [{"name": "", "who": "", "come", "part", "which", "why"}]}
    grid                 {row: {"choice": "option", "words": ""}}
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.booklet.definition import COMES, Base, Fact, choices

WORDS_AT_MOST = 5000
"""Characters, as people count them (`length`), in one box; said on the page, never cut in silence."""
CODE_POINTS_AT_MOST = 4
"""A character may be made of many code points (a family emoji has seven); on average no more than this."""
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
NAME_AT_MOST = 80
ADDED_AT_MOST = 12


@dataclass(frozen=True, slots=True)
class Person:
    """Someone known to the review, as this respondent may know them."""

    ref: str
    name: str
    relation: str
    role: str
    must_come: bool = False
    family: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that the last review decided, in the record's words."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Context:
    """What a booklet is played against: facts, people, last decisions, dates, and names for the blanks."""

    facts: frozenset[Fact] = frozenset()
    people: tuple[Person, ...] = ()
    decisions: tuple[Decision, ...] = ()
    dates: tuple[dt.date, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """A fair answer. `skipped`: the person chose not to say; then value is None and words are empty."""

    value: Any = None
    words: str = ""
    skipped: bool = False

    @property
    def empty(self) -> bool:
        """True where nothing at all was said."""
        return not self.words and self.value in (None, [], {}, "")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a value is not a fair answer: a code that each channel words, and the part of the field concerned.

    Codes: not_text, too_long, not_offered, alone, both, too_many, no_name.
    """

    code: str
    part: str = ""


SKIPPED = Answer(skipped=True)


class NotFairError(ValueError):
    """Raised inside a checker; `check` turns it into a Problem."""

    def __init__(self, code: str, part: str = "") -> None:
        super().__init__(code)
        self.problem = Problem(code, part)


def clean(text: object, at_most: int = WORDS_AT_MOST, part: str = "words") -> str:
    """Words as typed: newlines made one kind, unstorable characters and outer blanks dropped.

    NUL and half a surrogate can't be stored as text by every database, so they are dropped. Nothing else is
    changed: "I <3 my dog" stays whole. Raises NotFairError where it isn't text or is too long.
    """
    if not isinstance(text, str):
        raise NotFairError("not_text", part)
    whole = UNSTORABLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n").strip("\n ")
    if len(whole) > at_most * CODE_POINTS_AT_MOST or (len(whole) > at_most and length(whole) > at_most):
        raise NotFairError("too_long", part)
    return whole


def length(text: str) -> int:
    """How long people would say this is: accents, skin tones, joined emoji and flags' letters count once."""
    count, flag, joined = 0, False, False
    for c in text:
        letter = "\U0001f1e6" <= c <= "\U0001f1ff"
        if not (joined or _adds_to_the_last(c) or (letter and flag)):
            count += 1
        joined, flag = c == "\u200d", letter and not flag
    return count


def _adds_to_the_last(c: str) -> bool:
    joiner, keycap = c == "\u200d", c == "\u20e3"
    variant, skin = "\ufe00" <= c <= "\ufe0f", "\U0001f3fb" <= c <= "\U0001f3ff"
    return joiner or keycap or variant or skin or unicodedata.combining(c) > 0


def one_line(text: object, part: str) -> str:
    """A name or a label: one line, no control characters."""
    line = clean(text, NAME_AT_MOST, part)
    return " ".join("".join(c if unicodedata.category(c) != "Cc" else " " for c in line).split())


def check(question: Base, value: Any, words: object, context: Context) -> Answer | Problem:
    """This value as a fair answer to the question, or the problem with it. Never raises on bad input.

    Words beside a choice are kept even where the page has no box for them: a text message brings them all the same.
    """
    try:
        said = clean(words) if question.kind != "information" else ""
        kept = CHECKERS[question.kind](question, value, context)
    except NotFairError as error:
        return error.problem
    return Answer(kept, said)


def _one(question: Base, value: Any, context: Context) -> str | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str) or value not in choices(question):
        raise NotFairError("not_offered")
    return value


def _many(question: Base, value: Any, context: Context) -> list[str]:
    return _subset(value, [o.id for o in question.options], question)  # type: ignore[attr-defined]


def _subset(value: Any, offered: list[str], question: Base, part: str = "") -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise NotFairError("not_offered", part)
    if set(value) - set(offered):
        raise NotFairError("not_offered", part)
    alone = {o.id for o in getattr(question, "options", ()) if o.alone}
    if len(set(value)) > 1 and alone & set(value):
        raise NotFairError("alone", part)
    return [v for v in offered if v in value]


def _nothing(question: Base, value: Any, context: Context) -> None:
    return None


def _place(question: Base, value: Any, context: Context) -> dict[str, Any]:
    given = _mapping(value)
    offered = [o.id for o in question.options]  # type: ignore[attr-defined]
    where = _subset(given.get("where"), offered, question, "where")
    not_where = _subset(given.get("not_where"), offered, question, "not_where")
    if set(where) & set(not_where):
        raise NotFairError("both", "not_where")
    said = clean(given.get("not_words", ""), part="not_words")
    return {"where": where, "not_where": not_where, "not_words": said} if where or not_where or said else {}


def _times(question: Base, value: Any, context: Context) -> dict[str, Any]:
    given = _mapping(value)
    offered = [o.id for o in question.options] + [d.isoformat() for d in context.dates]  # type: ignore[attr-defined]
    good, bad = (_subset(given.get(side), offered, question, side) for side in ("good", "bad"))
    if set(good) & set(bad):
        raise NotFairError("both", "bad")
    return {"good": good, "bad": bad} if good or bad else {}


def _people(question: Base, value: Any, context: Context) -> dict[str, Any]:
    given = _mapping(value)
    known = [person.ref for person in context.people]
    chosen = _mapping(given.get("people"))
    if set(chosen) - set(known):
        raise NotFairError("not_offered", "people")
    people = {ref: kept for ref in known if ref in chosen and (kept := _coming(chosen[ref], ref))}
    rows = given.get("added") or []
    if not isinstance(rows, list) or len(rows) > ADDED_AT_MOST:
        raise NotFairError("too_many", "added")
    added = [kept for n, row in enumerate(rows) if (kept := _added(row, f"added-{n}"))]
    return {"people": people, "added": added} if people or added else {}


def _added(row: Any, part: str) -> dict[str, Any]:
    """Someone the child adds: yes is meant unless they say otherwise; "my nan" alone will do for a name."""
    given = _mapping(row)
    who = one_line(given.get("who", ""), part)
    name = one_line(given.get("name", ""), part) or who
    coming = _coming({**given, "come": given.get("come") or "yes"}, part)
    if not name and (coming["which"] or coming["why"]):
        raise NotFairError("no_name", part)
    return {"name": name, "who": who, **coming} if name else {}


def _coming(row: Any, part: str) -> dict[str, Any]:
    given = _mapping(row)
    come = given.get("come") or ""
    if come and come not in COMES:
        raise NotFairError("not_offered", part)
    in_part = given.get("part") is True
    which, why = (clean(given.get(key, ""), part=part) for key in ("which", "why"))
    kept = {"come": come, "part": in_part, "which": which, "why": why}
    return kept if any(kept.values()) else {}


def _grid(question: Base, value: Any, context: Context) -> dict[str, Any]:
    given = _mapping(value)
    offered = choices(question)
    rows = [row for row, _ in grid_rows(question, context)]
    if set(given) - set(rows):
        raise NotFairError("not_offered")
    kept: dict[str, Any] = {}
    for row in rows:
        cell = _mapping(given.get(row))
        choice = cell.get("choice") or ""
        if not isinstance(choice, str) or (choice and choice not in offered):
            raise NotFairError("not_offered", row)
        words = clean(cell.get("words", ""), part=row)
        if choice or words:
            kept[row] = {"choice": choice, "words": words}
    return kept


def _mapping(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise NotFairError("not_offered")
    return value


def grid_rows(question: Base, context: Context) -> list[tuple[str, str]]:
    """The rows of a grid as (id, words): last decisions, the family, or the topics that the booklet gives."""
    source = question.rows  # type: ignore[attr-defined]
    if source == "decisions":
        return [(decision.id, decision.text) for decision in context.decisions]
    if source == "family":
        return [(person.ref, person.name) for person in context.people if person.family]
    return [(topic.id, topic.text) for topic in question.topics]  # type: ignore[attr-defined]


CHECKERS: dict[str, Callable[[Base, Any, Context], Any]] = {
    "information": _nothing,
    "yes_no": _one,
    "choose_one": _one,
    "choose_many": _many,
    "faces": _one,
    "words": _nothing,
    "people": _people,
    "place": _place,
    "times": _times,
    "grid": _grid,
}


def free_texts(value: Any, words: str) -> list[str]:
    """Every piece of free text inside an answer: each is read as free text everywhere."""
    found = [words] if words else []
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, str) and key in ("not_words", "which", "why", "name", "who", "words"):
                found += [item] if item else []
            elif isinstance(item, dict):
                found += free_texts(item, "")
            elif isinstance(item, list):
                found += [text for row in item if isinstance(row, dict) for text in free_texts(row, "")]
    return found
