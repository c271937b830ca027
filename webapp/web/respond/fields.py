"""From a form to a value, and from a value to what the form shows: a table from question kind to reader.

The value's shape belongs to `webapp.booklet.answers`; only the names of form fields live here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.datastructures import MultiDict

from webapp.booklet.answers import ADDED_AT_MOST, Context, grid_rows
from webapp.booklet.definition import Grid, Place, Question, Times

Form = MultiDict[str, str]


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
        if any(form.get(f"a{n}-{part}", "").strip() for part in ("name", "who", "which", "why"))
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
