"""The living style guide (demo mode): every part that pages are made of, by the templates that pages use."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Blueprint, g, render_template, request

from webapp.booklet.answers import Context, Decision, Person
from webapp.booklet.definition import Question
from webapp.house import house
from webapp.web import looks
from webapp.web.guard import door
from webapp.web.respond import pairs
from webapp.web.respond.booklet import sayer
from webapp.web.respond.showing import Shown, shown

pages = Blueprint("styleguide", __name__)
TOKENS = ("ink", "soft", "paper", "card", "line", "edge", "go", "tint", "sun", "care", "care-tint", "sky")
LOOKS = ("", "easy", "big", "light", "dark", "calm", "clear", "two", "easy.big", "dark.clear")
MADE_UP = Context(
    people=(
        Person("0" * 32, "Maureen", "Your foster carer", "carer", family=True),
        Person(
            "1" * 32,
            "Dr Wilhelmina Bartholomew-Featherstonehaugh",
            "Your social worker",
            "worker",
            must_come=True,
        ),
    ),
    decisions=(Decision("d1", "Swimming lessons on Tuesdays"), Decision("d2", "A lift to see Yusuf")),
    dates=tuple(dt.date(2027, 1, day) for day in (12, 13)),
    names={"child": "Amina", "name": "Amina", "iro": "Ruth Abara", "council": "Silverdale Council"},
)


@dataclass(frozen=True, slots=True)
class Example:
    """One question of our booklets, to show its kind by."""

    q: Question
    view: Shown
    pair: pairs.Pair | None


@pages.get("/styleguide")
@door.demo
def guide() -> str:
    """Every component in one look: `?look=easy.dark` is any look, as the cookie spells it."""
    g.look = looks.read(request.args.get("look", ""))
    return render_template("styleguide.html", tokens=TOKENS, looks=LOOKS, examples=examples())


def examples() -> list[Example]:
    """The first question of each kind, of the booklet that children know best."""
    say = sayer(MADE_UP)
    first: dict[str, Question] = {}
    for booklet in sorted(house().booklets.values(), key=lambda b: b.who != "child"):
        for question in booklet.questions:
            if question.kind != "information" and (getattr(question, "rows", "") != "topics"):
                first.setdefault(question.kind, question)
    found = []
    for question in first.values():
        view = shown(question, None, MADE_UP, say, looks.wording())
        found.append(Example(question, view, pairs.pair(question, view)))
    return found
