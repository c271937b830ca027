"""Two choices at a time, for whom many at once are too many: which ones a page shows, and what it carries of the rest.

A press on a choice saves it and goes on; "Show more choices" saves what is chosen and shows the next two. Of people,
places, days and topics a page shows one, and a press on its answer saves it and shows the next.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import request

from webapp.booklet.definition import Question
from webapp.i18n import gettext
from webapp.web import looks
from webapp.web.respond.showing import Choice, Row, Shown

KINDS = frozenset(["yes_no", "choose_one", "choose_many"])
ROWS = frozenset(["people", "place", "times", "grid"])
WAYS: dict[str, Callable[[], tuple[tuple[str, str], ...]]] = {
    "people": lambda: (("yes", gettext("Yes")), ("no", gettext("No")), ("not_sure", gettext("Not sure"))),
    "place": lambda: (("good", gettext("Good")), ("bad", gettext("Not there")), ("", gettext("Don’t mind"))),
    "times": lambda: (("good", gettext("Good")), ("bad", gettext("Bad")), ("", gettext("Don’t mind"))),
}
AT_ONCE = 2
LAST = 999
"""The step of the last row, however many there are."""
ELSE = "else"
"""The button that asks for the next two."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The choices of one step, those chosen in other steps, and the step behind "Show more choices"."""

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


@dataclass(frozen=True, slots=True)
class One:
    """One row of a question that has several, and the fields of all that this page doesn't show."""

    row: Row
    field: str
    """The name of the field that its answer stands in."""
    ways: tuple[tuple[str, str], ...]
    """Its answers: id and words."""
    place: int
    of: int
    adds: bool
    """It is for somebody whom the child adds."""
    carried: list[tuple[str, str]]

    @property
    def last(self) -> bool:
        """Nothing comes after it."""
        return self.place == self.of


def one(question: Question, view: Shown) -> One | None:
    """The row that this page shows; None where it shows all."""
    if looks.look().choices != "two" or question.kind not in ROWS:
        return None
    rows = [*view.rows, *view.added]
    if not rows:
        return None
    at = min(max(request.args.get("step", 0, int), 0), len(rows) - 1)
    suffix, prefix = ("-come" if question.kind == "people" else ""), ("g-" if question.kind == "grid" else "")
    carried = [] if at == len(rows) - 1 else [("not_words", view.not_words), ("words", view.words)]
    for row in rows:
        here = row is rows[at]
        carried.append(
            (f"{prefix}{row.name}{suffix}", row.chosen)
        )  # after the buttons: what is pressed counts
        if question.kind == "people" and not here:
            parts = ("name", "who", "which", "why") if row in view.added else ("which", "why")
            carried += [(f"{row.name}-{part}", row.said.get(part, "")) for part in parts]
            carried += [(f"{row.name}-part", "on")] if row.said.get("part") else []
        if question.kind == "grid" and not here:
            carried.append((f"w-{row.name}", row.said.get("words", "")))
    shown = rows[at]
    ways = tuple((c.id, c.text) for c in view.choices) if question.kind == "grid" else WAYS[question.kind]()
    return One(
        shown, f"{prefix}{shown.name}{suffix}", ways, at + 1, len(rows), shown in view.added,
        [(name, value) for name, value in carried if value],
    )  # fmt: skip


def step_asked() -> int | None:
    """The step to which this request's form leads: it asked for other choices, or answered a row before the last."""
    if request.form.get("do") == ELSE or ("do" not in request.form and "rows" in request.form):
        step = request.form.get("step", -1, int)
        return step if step >= 0 else None
    return None


def words_to_come(question: Question) -> bool:
    """True where a choice was pressed on a page that also has a box for words: it comes back, for those."""
    two = looks.look().choices == "two" and question.kind not in ROWS
    return two and bool(question.more) and "do" not in request.form
