"""From a form to a value, and from a value to what the form shows: a table from question kind to reader.

The value's shape belongs to `webapp.booklet.answers`; only the names of form fields live here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from werkzeug.datastructures import MultiDict

from webapp.booklet.answers import (
    ADDED_AT_MOST,
    NAME_AT_MOST,
    WORDS_AT_MOST,
    Answer,
    Context,
    Problem,
    grid_rows,
    length,
)
from webapp.booklet.definition import Grid, Place, Question, Times
from webapp.web.respond.showing import Shown

Form = MultiDict[str, str]
ABOUT = re.compile("p-([0-9a-f]{32})-(?:come|part|which|why)")


def read(question: Question, form: Form, context: Context) -> tuple[Any, str]:
    """The value and the words that this form gives for this question, unchecked."""
    return READERS[question.kind](question, form, context), form.get("words", "")


def _one(question: Question, form: Form, context: Context) -> str | None:
    return form.get("v") or None


def _many(question: Question, form: Form, context: Context) -> list[str]:
    return form.getlist("v")


def _nothing(question: Question, form: Form, context: Context) -> None:
    return None


def _place(question: Question, form: Form, context: Context) -> dict[str, Any]:
    assert isinstance(question, Place)
    chosen = {option.id: form.get(f"o-{option.id}") for option in question.options}
    return {
        "where": [name for name, side in chosen.items() if side == "good"],
        "not_where": [name for name, side in chosen.items() if side == "bad"],
        "not_words": form.get("not_words", ""),
    }


def _times(question: Question, form: Form, context: Context) -> dict[str, Any]:
    assert isinstance(question, Times)
    ids = [option.id for option in question.options] + [day.isoformat() for day in context.dates]
    chosen = {name: form.get(f"o-{name}") for name in ids}
    return {
        "good": [name for name, side in chosen.items() if side == "good"],
        "bad": [name for name, side in chosen.items() if side == "bad"],
    }


def _people(question: Question, form: Form, context: Context) -> dict[str, Any]:
    people = {person.ref: _coming(form, f"p-{person.ref}") for person in context.people}
    added = [
        {"name": form.get(f"a{n}-name", ""), "who": form.get(f"a{n}-who", ""), **_coming(form, f"a{n}")}
        for n in range(ADDED_AT_MOST + 1)
        if f"a{n}-off" not in form
        and any(form.get(f"a{n}-{part}", "").strip() for part in ("name", "who", "which", "why"))
    ]
    return {"people": people, "added": added}


def _coming(form: Form, name: str) -> dict[str, Any]:
    come = form.get(f"{name}-come", "")
    kept: dict[str, Any] = {
        "part": f"{name}-part" in form,
        "which": form.get(f"{name}-which", ""),
        "why": form.get(f"{name}-why", ""),
    }
    return {**kept, "come": come} if come or name.startswith("p-") else kept


def _grid(question: Question, form: Form, context: Context) -> dict[str, Any]:
    assert isinstance(question, Grid)
    return {
        row: {"choice": form.get(f"g-{row}", ""), "words": form.get(f"w-{row}", "")}
        for row, _ in grid_rows(question, context)
    }


READERS: dict[str, Callable[[Question, Form, Context], Any]] = {
    "information": _nothing, "yes_no": _one, "choose_one": _one, "choose_many": _many, "faces": _one, "words": _nothing,
    "people": _people, "place": _place, "times": _times, "grid": _grid,
}  # fmt: skip


def refs(form: Form) -> set[str]:
    """The people of whom this form says something."""
    return {found[1] for name, value in form.items() if value.strip() and (found := ABOUT.fullmatch(name))}


def carried(question: Question, answer: Answer, before: Answer, context: Context) -> Answer:
    """The answer with what was said before about people and rows that this page didn't show.

    A "no" to somebody who is off the list for a while still stands when they are back on it (S9).
    """
    held = before.value if isinstance(before.value, dict) else {}
    if question.kind == "people":
        known = {person.ref for person in context.people}
        rest = {ref: row for ref, row in held.get("people", {}).items() if ref not in known}
        value = answer.value or {"people": {}, "added": []}
        if not rest:
            return answer
        return replace(answer, value={**value, "people": {**value["people"], **rest}}, skipped=False)
    if question.kind == "grid":
        shown = {row for row, _ in grid_rows(question, context)}
        rest = {row: cell for row, cell in held.items() if row not in shown}
        return replace(answer, value={**(answer.value or {}), **rest}) if rest else answer
    return answer


def concerned(question: Question, problem: Problem, view: Shown, typed: Answer) -> str:
    """The id of the field that a problem is about: of a group, its first input."""
    part, rows = problem.part, [row.name for row in view.rows]
    if part in ("words", "not_words", "drawing", "photo", "pictures"):
        return part
    if question.kind == "people":
        return _of_a_person(part, typed.value or {})
    if question.kind == "grid":
        row = part if part in rows else rows[0]
        return f"w-{row}" if problem.code in ("too_long", "not_text") else f"g-{row}"
    return rows[0] if question.kind in ("place", "times") and rows else "v"


def _of_a_person(part: str, value: dict[str, Any]) -> str:
    """Somebody's box that is too long, or else the first of them."""
    names: tuple[str, ...] = ()
    if part.startswith("added-"):
        n = int(part.removeprefix("added-"))
        base, row, names = f"a{n}", value["added"][n], ("name", "who")
    elif part in value.get("people", {}):
        base, row = f"p-{part}", value["people"][part]
    else:
        return "a0-name"
    for name in (*names, "which", "why"):
        most = NAME_AT_MOST if name in names else WORDS_AT_MOST
        if length(row.get(name, "")) > most:
            return f"{base}-{name}"
    return f"{base}-{names[0]}" if names else f"{base}-come"
