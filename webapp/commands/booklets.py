"""flask booklets check | schema, and flask talk: booklets without a browser."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask

from webapp.booklet.answers import Context
from webapp.booklet.definition import Fact
from webapp.booklet.loader import DEFINITIONS, check
from webapp.booklet.play import play
from webapp.house import house
from webapp.i18n import translate


def register(app: Flask) -> None:
    """Give the application these commands."""
    app.cli.add_command(booklets)
    app.cli.add_command(talk)


@click.group()
def booklets() -> None:
    """The booklets' definitions."""


@booklets.command("check")
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
def check_files(files: tuple[Path, ...]) -> None:
    """Name every mistake with file, line and question. Without FILES: every booklet here."""
    paths = list(files) or sorted(DEFINITIONS.glob("*.yaml"))
    mistakes = check(paths)
    for mistake in mistakes:
        click.echo(str(mistake))
    if mistakes:
        raise SystemExit(1)
    click.echo(f"{len(paths)} booklets, no mistakes.")


@click.command()
@click.argument("booklet")
@click.option("--language", default="en", help="Code of the language, as en or ur.")
@click.option(
    "--fact",
    "facts",
    multiple=True,
    help="Something true of this person and review, as foster. May be repeated.",
)
@click.option("--child", default="Sam", help="What the child is called, for an adult's form.")
def talk(booklet: str, language: str, facts: tuple[Fact, ...], child: str) -> None:
    """Play BOOKLET in this terminal. Nothing is kept."""
    found = house().booklets.get(booklet)
    if found is None:
        raise click.BadParameter(f"no booklet {booklet!r}; there are {', '.join(sorted(house().booklets))}")
    context = Context(facts=frozenset(facts), names={"child": child})
    play(found, context, lambda text: str(input(text)), click.echo, lambda text: translate(text, language))
