"""flask booklets check | print, and flask talk: booklets without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from webapp.booklet.answers import Context
from webapp.booklet.definition import Booklet, Fact
from webapp.booklet.loader import DEFINITIONS, check
from webapp.booklet.play import play
from webapp.commands.talking import talk_by_text
from webapp.documents.booklet_paper import STYLES, Paper, Style
from webapp.documents.booklet_pdf import booklet_pdf
from webapp.documents.booklet_words import THE_CHILD
from webapp.house import house
from webapp.i18n import COVERS, translate
from webapp.services.printing import pictures


def register(app: Flask) -> None:
    """Give the application these commands."""
    app.cli.add_command(booklets)
    app.cli.add_command(talk)


booklets = AppGroup("booklets", help="The booklets' definitions, and booklets on paper.")


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


@booklets.command("print")
@click.argument("booklet")
@click.option("--style", type=click.Choice(STYLES), default="standard", help="How it is printed.")
@click.option("--language", type=click.Choice(["en", *COVERS]), default="en", help="Code of the language.")
@click.option(
    "--fact", "facts", type=click.Choice(get_args(Fact)), multiple=True, help="True of who it is for."
)
@click.option("--more", is_flag=True, help="With the questions that are there for who wants more.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; else BOOKLET.pdf.")
def print_blank(
    booklet: str, style: Style, language: str, facts: tuple[Fact, ...], more: bool, out: Path | None
) -> None:  # fmt: skip
    """Print BOOKLET for nobody in particular, as a PDF: with lines for names, and without a code."""
    found, home = _booklet(booklet), house()
    context = Context(frozenset(facts), names={"child": translate(THE_CHILD, language)})
    blank = Paper(
        home.authority,
        home.settings.public_url,
        context,
        style,
        language,
        more=more,
        pictures=pictures(home.settings),
    )
    file = out or Path(f"{booklet}.pdf")
    file.write_bytes(booklet_pdf(found, blank))
    click.echo(str(file))


def _booklet(name: str) -> Booklet:
    found = house().booklets.get(name)
    if found is None:
        raise click.BadParameter(f"no booklet {name!r}; there are {', '.join(sorted(house().booklets))}")
    return found


@click.command()
@click.argument("booklet", required=False)
@click.option(
    "--sms", is_flag=True, help="As one of the made-up people, by text message: their answers are kept."
)
@click.option("--whatsapp", is_flag=True, help="The same by WhatsApp.")
@click.option("--as", "name", default="", help="As whom; without it: who there is.")
@click.option("--language", default="en", help="Code of the language, as en or ur.")
@click.option(
    "--fact",
    "facts",
    multiple=True,
    help="Something true of this person and review, as foster. May be repeated.",
)
@click.option("--child", default="Sam", help="What the child is called, for an adult's form.")
@with_appcontext
def talk(
    booklet: str | None, sms: bool, whatsapp: bool, name: str, language: str, facts: tuple[Fact, ...], child: str
) -> None:  # fmt: skip
    """Play BOOKLET in this terminal: nothing is kept. Or talk as a made-up person, by text message or WhatsApp."""
    if sms or whatsapp:
        talk_by_text(house(), "whatsapp" if whatsapp else "sms", name)
        return
    if booklet is None:
        raise click.UsageError("Name a booklet, or say --sms.")
    context = Context(facts=frozenset(facts), names={"child": child})
    play(
        _booklet(booklet),
        context,
        lambda text: str(input(text)),
        click.echo,
        lambda text: translate(text, language),
    )
