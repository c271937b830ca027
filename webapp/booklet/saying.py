"""One stored answer as it stands in a record: ids with the words that were shown, and the words in English.

Nothing that was stored is left out, even where the person, the row or the choice is no longer offered:
then its id stands in the place of its words.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from babel import UnknownLocaleError
from babel.dates import format_date

from webapp.booklet.answers import Answer, Context, grid_rows
from webapp.booklet.definition import Base, Grid, Question
from webapp.booklet.records import Choice, Row, Said
from webapp.booklet.wording import SIDE_WORDS, Wording, fill, labels, worded

TranslateTo = Callable[[str, str], str]
"""(English, language) in, the words in that language out."""


def as_it_is(text: str, language: str) -> str:
    """The translator where there is no catalogue: English for everybody."""
    return text


@dataclass(frozen=True, slots=True)
class Voice:
    """In whose words an answer is told: who is known, what each is called outside, language and wording."""

    context: Context
    person_ids: Mapping[str, str]
    language: str
    wording: Wording
    translate: TranslateTo

    def shown(self, text: str) -> str:
        """The words as the person saw them."""
        return fill(self.translate(text, self.language), self.context.names)

    def staff(self, text: str) -> str:
        """The words in English."""
        return fill(text, self.context.names)

    def choices(self, question: Base, ids: Iterable[str]) -> list[Choice]:
        """What was chosen, with words; a date is told as one."""
        shown, plain = labels(question, self.wording), labels(question)
        return [self._choice(id_, shown.get(id_), plain.get(id_)) for id_ in ids if id_]

    def _choice(self, id_: str, shown: str | None, plain: str | None) -> Choice:
        if shown is None or plain is None:
            return Choice(id=id_, label=day(id_, self.language), label_staff=day(id_))
        return Choice(id=id_, label=self.shown(shown), label_staff=self.staff(plain))

    def row(self, id_: str, label: str, label_staff: str = "", **rest: Any) -> Row:
        """A row with all that it does not say left empty."""
        empty = {"relation": "", "choices": [], "words": "", "which_part": "", "reason": ""}
        plain = {"part_only": False, "added": False}
        return Row(id=id_, label=label, label_staff=label_staff or label, **{**empty, **plain, **rest})


def day(text: str, language: str = "en") -> str:
    """A date as people say it, "Monday 5 January 2026"; anything else as it is."""
    try:
        date = dt.date.fromisoformat(text)
        return format_date(date, "EEEE d MMMM y", locale=language.replace("-", "_"))
    except UnknownLocaleError:
        return day(text)
    except ValueError:
        return text


def said(question: Question | None, answer: Answer, voice: Voice) -> Said:
    """The answer in the record's shape. A question that is gone gives its raw value as words."""
    if answer.value in (None, [], {}, ""):
        return Said(choices=[], rows=[], words=answer.words)
    if question is None:
        raw = json.dumps(answer.value, ensure_ascii=False)
        return Said(choices=[], rows=[voice.row("value", "value", words=raw)], words=answer.words)
    choices, rows = TELLERS[question.kind](question, answer.value, voice)
    return Said(choices=choices, rows=rows, words=answer.words)


Told = tuple[list[Choice], list[Row]]


def _chosen(question: Base, value: Any, voice: Voice) -> Told:
    return voice.choices(question, [value] if isinstance(value, str) else value), []


def _sides(question: Base, value: Any, voice: Voice) -> Told:
    """The two sides of a place or a time, and what was typed about where not."""
    rows = []
    for side, words in SIDE_WORDS.items():
        typed = value.get("not_words", "") if side == "not_where" else ""
        if value.get(side) or typed:
            choices = voice.choices(question, value.get(side, ()))
            rows.append(voice.row(side, voice.shown(words), voice.staff(words), choices=choices, words=typed))
    return [], rows


def _people(question: Base, value: Any, voice: Voice) -> Told:
    known = {person.ref: person for person in voice.context.people}
    rows = []
    for ref, row in value.get("people", {}).items():
        person = known.get(ref)
        label, relation = (person.name, person.relation) if person else (ref, "")
        coming = _coming(question, row, voice)
        rows.append(voice.row(voice.person_ids.get(ref, ref), label, relation=relation, **coming))
    for row in value.get("added", ()):
        coming = _coming(question, row, voice)
        rows.append(voice.row("", row["name"], relation=row.get("who", ""), added=True, **coming))
    return [], rows


def _coming(question: Base, row: Mapping[str, Any], voice: Voice) -> dict[str, Any]:
    return {
        "choices": voice.choices(question, [row.get("come", "")]),
        "part_only": row.get("part") is True,
        "which_part": row.get("which", ""),
        "reason": row.get("why", ""),
    }


def _grid(question: Base, value: Any, voice: Voice) -> Told:
    """Row by row; topics are in the booklet's words, the other rows in the case's, never translated."""
    if isinstance(question, Grid) and question.rows == "topics":
        words = {t.id: (voice.shown(worded(t, voice.wording)), voice.staff(t.text)) for t in question.topics}
    else:
        words = {id_: (text, text) for id_, text in grid_rows(question, voice.context)}
    rows = []
    for id_, cell in value.items():
        shown, plain = words.get(id_, (id_, id_))
        choices = voice.choices(question, [cell.get("choice", "")])
        outside = voice.person_ids.get(id_, id_)
        rows.append(voice.row(outside, shown, plain, choices=choices, words=cell.get("words", "")))
    return [], rows


TELLERS: dict[str, Callable[[Base, Any, Voice], Told]] = {
    "yes_no": _chosen,
    "choose_one": _chosen,
    "choose_many": _chosen,
    "faces": _chosen,
    "people": _people,
    "place": _sides,
    "times": _sides,
    "grid": _grid,
}
