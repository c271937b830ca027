"""Two choices at a time, for whom many at once are too many: which ones a page shows, and what it carries of the rest.

A press on a choice saves it and goes on; "Something else" saves what is chosen and shows the next two.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from webapp.booklet.definition import Question
from webapp.web import looks
from webapp.web.respond.showing import Choice, Shown

KINDS = frozenset(["yes_no", "choose_one", "choose_many"])
AT_ONCE = 2
ELSE = "else"
"""The button that asks for the next two."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The choices of one step, those chosen in other steps, and the step behind "Something else"."""

    choices: list[Choice]
    carried: list[str]
    following: int


def pair(question: Question, view: Shown) -> Pair | None:
    """The two choices that this page shows; None where it shows all.

    Without a step in the address it is the one that holds what was chosen before.
    """
    if looks.look().choices != "two" or question.kind not in KINDS:
        return None
    ordered = [view.choices[n] for n in (0, 2, 1)] if question.kind == "yes_no" else view.choices
    steps = [ordered[n : n + AT_ONCE] for n in range(0, len(ordered), AT_ONCE)]
    chosen = next((n for n, step in enumerate(steps) if any(choice.chosen for choice in step)), 0)
    now = request.args.get("step", chosen, int)
    now = now if 0 <= now < len(steps) else 0
    carried = [c.id for c in ordered if c.chosen and (c not in steps[now] or question.kind != "choose_many")]
    return Pair(steps[now], carried, (now + 1) % len(steps))


def step_asked() -> int | None:
    """The step to which this request's form leads: it asked for other choices."""
    return request.form.get("step", 0, int) if request.form.get("do") == ELSE else None


def words_to_come(question: Question) -> bool:
    """True where a choice was pressed on a page that also has a box for words: it comes back, for those."""
    return looks.look().choices == "two" and bool(question.more) and "do" not in request.form
