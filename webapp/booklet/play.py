"""A booklet played in a terminal: the pure loop behind `flask talk`.

Every answer goes through `answers.check`, so that what is kept equals what the same answers give on a
page. Two functions are all it needs of the world: `ask` shows a prompt and gives a line, `say` shows a
line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from webapp.booklet.answers import SKIPPED, Answer, Context, Problem, check, grid_rows
from webapp.booklet.definition import Base, Booklet, Grid, Question
from webapp.booklet.journey import Leg, core, extras, path
from webapp.booklet.wording import N_, SIDE_WORDS, Translate, Wording, english, fill, labels, related, worded

PROBLEMS: dict[str, str] = {
    "not_text": N_("Please type words."),
    "too_long": N_("That is too long. Please make it shorter."),
    "not_offered": N_("That is not one of the choices. Please try again."),
    "alone": N_("One of those can't go with another. Please choose again."),
    "both": N_("You chose the same one for both. Please choose again."),
    "too_many": N_("That is too many. Please choose fewer."),
    "no_name": N_("Please say who."),
}


class Back(Exception):
    """The person wants the question before."""


class Skip(Exception):
    """The person does not want to answer."""


class Leave(Exception):
    """The person wants to stop here."""


COMMANDS: dict[str, type[Exception]] = {N_("back"): Back, N_("skip"): Skip, N_("save"): Leave}
"""Words that are no answer. None is a word that a provider of text messages keeps for itself."""


@dataclass
class Table:
    """Who sits across the table, and how to talk with them."""

    context: Context
    ask: Callable[[str], str]
    say: Callable[[str], None]
    translate: Translate = english
    wording: Wording = "standard"
    commands: dict[str, type[Exception]] = field(init=False)

    def __post_init__(self) -> None:
        self.commands = {self.translate(word): done for word, done in COMMANDS.items()}

    def words(self, text: str) -> str:
        """English as this person reads it."""
        return fill(self.translate(text), self.context.names)

    def line(self, prompt: str) -> str:
        """A line as typed. Raises Back, Skip or Leave where it is a command."""
        typed = self.ask(prompt)
        if command := self.commands.get(typed.strip().lower()):
            raise command
        return typed

    def show(self, choices: Mapping[str, str]) -> None:
        """The choices, numbered from 1."""
        for n, text in enumerate(choices.values(), start=1):
            self.say(f"  {n}. {text}")

    def numbers(self, prompt: str, ids: Iterable[str]) -> list[str]:
        """The ids whose numbers were typed, in any order, with spaces or commas; asked until they fit."""
        offered = list(ids)
        while True:
            typed = self.line(prompt).replace(",", " ").split()
            if all(one.isascii() and one.isdigit() and 1 <= int(one[:4]) <= len(offered) for one in typed):
                return [offered[int(one[:4]) - 1] for one in typed]
            self.say(self.words(PROBLEMS["not_offered"]))

    def number(self, prompt: str, ids: Iterable[str]) -> str:
        """One id, or none where the line was empty."""
        offered = list(ids)
        while len(chosen := self.numbers(prompt, offered)) > 1:
            self.say(self.words(PROBLEMS["not_offered"]))
        return chosen[0] if chosen else ""


def play(
    booklet: Booklet,
    context: Context,
    ask: Callable[[str], str],
    say: Callable[[str], None],
    translate: Translate = english,
    wording: Wording = "standard",
) -> dict[str, Answer]:
    """Play the booklet to its end, to "save", or to the end of the input; gives the answers by question.

    "back" goes to the question before, "skip" leaves one out. An empty line is no answer and moves on. After the core,
    extra sections are offered by number until an empty line.
    """
    table = Table(context, ask, say, translate, wording)
    say(table.words(booklet.title))
    say(table.words(N_("Type back, skip or save at any time.")))
    answers: dict[str, Answer] = {}
    try:
        _walk(lambda: core(booklet, path(booklet, answers, context)), answers, table)
        while more := _more(extras(booklet, path(booklet, answers, context)), table):
            _walk(partial(_leg, booklet, more, answers, context), answers, table)
    except (Leave, EOFError):
        pass
    return answers


def _leg(
    booklet: Booklet, section_id: str, answers: dict[str, Answer], context: Context
) -> tuple[Question, ...]:
    """The questions of this extra section, as they are now."""
    found = extras(booklet, path(booklet, answers, context))
    return next((one.questions for one in found if one.extra and one.extra.id == section_id), ())


def _walk(leg: Callable[[], tuple[Question, ...]], answers: dict[str, Answer], table: Table) -> None:
    """Ask the questions of a leg, which each answer may change. Raises Leave where the person wants to stop."""
    place = 0
    while place < len(asked := leg()):
        question = asked[place]
        try:
            answers.update(_turn(question, table, f"{place + 1}/{len(asked)}"))
        except Skip:
            answers[question.id] = SKIPPED
        except Back:
            place = max(place - 1, 0)
            continue
        place += 1


def _more(legs: tuple[Leg, ...], table: Table) -> str:
    """The id of the extra section that the person wants to go on with; empty where they want none."""
    titles = {leg.extra.id: table.words(leg.extra.title) for leg in legs if leg.extra}
    if not titles:
        return ""
    table.say("")
    table.say(table.words(N_("More, if you want. Type a number, or press Enter to end.")))
    table.show(titles)
    try:
        return table.number("> ", titles)
    except (Back, Skip):
        return ""


def _turn(question: Base, table: Table, where: str) -> dict[str, Answer]:
    """Ask one question until the answer is fair; information is shown and gives no answer."""
    table.say("")
    table.say(f"[{where}] {table.words(worded(question, table.wording))}")
    for more in (question.hint, question.why):
        if more:
            table.say(table.words(more))
    if question.kind == "information":
        table.line("")
        return {}
    while True:
        value = ASKERS[question.kind](question, table)
        words = ""
        if question.kind == "words" or question.more:
            words = table.line(f"{table.words(question.more)} " if question.more else "> ")
        answer = check(question, value, words, table.context)
        if isinstance(answer, Answer):
            return {question.id: answer}
        table.say(table.words(_problem(answer)))


def _problem(problem: Problem) -> str:
    return PROBLEMS[problem.code]


def _shown(question: Base, table: Table) -> dict[str, str]:
    return {id_: table.words(text) for id_, text in labels(question, table.wording).items()}


def _nothing(question: Base, table: Table) -> None:
    return None


def _one(question: Base, table: Table) -> str:
    choices = _shown(question, table)
    table.show(choices)
    return table.number("> ", choices)


def _many(question: Base, table: Table) -> list[str]:
    choices = _shown(question, table)
    table.show(choices)
    table.say(table.words(N_("You can type more than one number.")))
    return table.numbers("> ", choices)


def _sides(question: Base, table: Table, sides: tuple[str, str], extra: Iterable[str] = ()) -> dict[str, Any]:
    choices = {**_shown(question, table), **{day: day for day in extra}}
    table.show(choices)
    return {side: table.numbers(f"{table.words(SIDE_WORDS[side])}: ", choices) for side in sides}


def _place(question: Base, table: Table) -> dict[str, Any]:
    found = _sides(question, table, ("where", "not_where"))
    return {**found, "not_words": table.line(table.words(N_("Anywhere else it must not be?")) + " ")}


def _times(question: Base, table: Table) -> dict[str, Any]:
    return _sides(question, table, ("good", "bad"), (day.isoformat() for day in table.context.dates))


def _people(question: Base, table: Table) -> dict[str, Any]:
    choices = _shown(question, table)
    table.show(choices)
    people = {}
    for person in table.context.people:
        who = f" ({words})" if (words := related(person.relation, person.role)) else ""
        people[person.ref] = _coming(f"{person.name}{who}: ", choices, table)
    added = []
    while name := table.line(table.words(N_("Anyone else? Type a name, or press Enter:")) + " ").strip():
        who = table.line(table.words(N_("Who is that?")) + " ")
        added.append({"name": name, "who": who, **_coming(f"{name}: ", choices, table)})
    return {"people": people, "added": added}


def _coming(prompt: str, choices: Mapping[str, str], table: Table) -> dict[str, Any]:
    come = table.number(prompt, choices)
    if not come:
        return {}
    part, reason = (
        N_("For one part? Say which, or press Enter:"),
        N_("Why? Your IRO reads this. Or press Enter:"),
    )
    which = "" if come == "no" else table.line(f"{table.words(part)} ")
    why = table.line(f"{table.words(reason)} ")
    return {"come": come, "part": bool(which.strip()), "which": which, "why": why}


def _grid(question: Base, table: Table) -> dict[str, Any]:
    assert isinstance(question, Grid)
    choices = _shown(question, table)
    table.show(choices)
    found = {}
    for id_, text in grid_rows(question, table.context):
        row = table.words(text) if question.rows == "topics" else text
        choice = table.number(f"{row}: ", choices)
        words = table.line(f"{table.words(question.row_more)} ") if choice and question.row_more else ""
        found[id_] = {"choice": choice, "words": words}
    return found


ASKERS: dict[str, Callable[[Base, Table], Any]] = {
    "words": _nothing,
    "yes_no": _one,
    "faces": _one,
    "choose_one": _one,
    "choose_many": _many,
    "place": _place,
    "times": _times,
    "people": _people,
    "grid": _grid,
}
