"""flask chat parts: what each booklet costs by text, in each language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import click
from flask import Flask
from flask.cli import AppGroup

from webapp.booklet.answers import Context, Decision, Person
from webapp.booklet.definition import Booklet, Fact
from webapp.chat import costing
from webapp.chat.parts import count, is_gsm
from webapp.chat.phrases import numbers
from webapp.house import house
from webapp.i18n import COVERS, covers, translate

FACTS: dict[str, tuple[Fact, ...]] = {
    "child": ("age_8_11", "has_people"),
    "parent": ("has_people", "has_decisions"),
    "carer": ("foster", "has_people", "has_decisions"),
    "adopter": ("adoption", "has_decisions"),
    "observer": ("under_4",),
}
PEOPLE = (
    Person("iro", "Ruth Abara", "Your IRO", "iro", must_come=True),
    Person("sw", "Amy Pond", "Your social worker", "social_worker", must_come=True),
    Person("nan", "Margaret Hill", "Your grandma", "grandparent", family=True),
    Person("dad", "Joe Hill", "Your dad", "father", family=True),
    Person("uncle", "Phil Hill", "Your uncle", "uncle", family=True),
    Person("teacher", "Miss Lee", "Your teacher", "teacher"),
)
DECISIONS = (Decision("1", "Sam sees the dentist."), Decision("2", "Sam can stay over at Nan's."))


def register(app: Flask) -> None:
    """Give the application this command, beside the others of `flask chat`."""
    group = app.cli.commands.get("chat")
    if not isinstance(group, AppGroup):
        group = AppGroup("chat", help="Talking in text messages.")
        app.cli.add_command(group)
    group.add_command(show)


@click.command("parts")
@click.option("--booklet", help="Only this one, with every message.")
@click.option("--language", default="en", help="Of those messages.")
def show(booklet: str | None, language: str) -> None:
    """Count the text messages' parts of each booklet's core, from the invitation to "sent".

    For a ten-year-old (or an adult) with six people on the list and two decisions, who answers each question once.
    """
    home = house()
    if booklet and booklet not in home.booklets:
        raise click.BadParameter(f"no booklet {booklet!r}; there are {', '.join(sorted(home.booklets))}")
    if booklet:
        for text in messages(home.booklets[booklet], language):
            alphabet = "" if is_gsm(text) else ", UCS-2"
            click.echo(f"--- {len(text)} characters, {count(text)} parts{alphabet}\n{text}")
        return
    languages = ["en", *COVERS]
    click.echo(f"| booklet | {' | '.join(languages)} |")
    click.echo(f"|---|{'---:|' * len(languages)}")
    for name, found in sorted(home.booklets.items()):
        said = [str(total(found, code)) if covers(code, found.who) else "" for code in languages]
        click.echo(f"| {name} | {' | '.join(said)} |")


def context_for(booklet: Booklet) -> Context:
    """The life that the count is made for."""
    names = {"child": "Sam", "name": "Alex", "iro": "Ruth Abara", "council": "the council"}
    return Context(frozenset(FACTS[booklet.who]), PEOPLE, DECISIONS, (dt.date(2026, 12, 1),), names)


def messages(booklet: Booklet, language: str) -> list[str]:
    """Every message of it in this language."""
    said = _in(language, booklet.who != "child")
    return costing.messages(booklet, context_for(booklet), said, numbers(house().authority, language))


def total(booklet: Booklet, language: str) -> int:
    """The parts of all of it."""
    return sum(map(count, messages(booklet, language)))


def _in(language: str, adult: bool) -> Callable[[str], str]:
    return lambda text: translate(text, language, adult)
