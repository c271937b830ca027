"""`flask reviews load FILE` and `flask send-due`: reviews in, invitations out."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from webapp.house import house
from webapp.i18n import gettext as _
from webapp.services import guests_sending
from webapp.services.loading import in_words, load_reviews
from webapp.services.sending import SendReport, send_due

group = AppGroup("reviews", help="Reviews from the case system.")
EVERY_ROWS = 500


def register(app: Flask) -> None:
    """Give the application these commands."""
    app.cli.add_command(group)
    app.cli.add_command(send)


@group.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def load(file: Path) -> None:
    """Load reviews from FILE (JSON Lines or CSV). Ends with 1 where a row was refused; the others are in."""
    home = house()
    report = load_reviews(home.db, home.vault, file, progress=_rows, clock=home.clock)
    for problem in report.refused:
        click.echo(in_words(problem), err=True)
    refused = len({problem.line for problem in report.refused})
    click.echo(
        _(
            "%(added)s new, %(updated)s changed, %(unchanged)s as they were, %(refused)s refused.",
            added=report.added, updated=report.updated, unchanged=report.unchanged, refused=refused,
        )
    )  # fmt: skip
    if refused:
        sys.exit(1)


def _rows(done: int) -> None:
    if done % EVERY_ROWS == 0:
        click.echo(_("%(done)s rows read", done=done), err=True)


@click.command("send-due")
@with_appcontext
def send() -> None:
    """Send the invitations and reminders that are due. Run it every few minutes; running it twice is safe."""
    home = house()
    report = send_due(
        home.db, home.vault, home.authority, home.settings, home.booklets, home.messengers, home.clock, _sent,
    )  # fmt: skip
    plan = report.planned
    click.echo(
        _(
            "%(reviews)s reviews looked at: %(added)s people newly due, %(moved)s moved, %(stopped)s stopped, "
            "%(revived)s asked again.",
            reviews=plan.reviews, added=plan.added, moved=plan.moved, stopped=plan.stopped, revived=plan.revived,
        )
    )  # fmt: skip
    for way, count in sorted(report.sent.items()):
        click.echo(_("%(count)s sent by %(way)s", count=count, way=way))
    click.echo(
        _(
            "%(put_off)s to be tried again, %(gave_up)s given up, %(unreachable)s can't be reached, "
            "%(stopped)s stopped at the last check.",
            put_off=report.put_off, gave_up=report.gave_up, unreachable=report.unreachable, stopped=report.stopped,
        )
    )  # fmt: skip
    guests = guests_sending.send_due(
        home.db, home.vault, home.authority, home.settings, home.messengers, home.takers, home.clock
    )
    click.echo(_("%(guests)s sent to people who are invited to a meeting", guests=guests))


def _sent(report: SendReport) -> None:
    count = sum(report.sent.values())
    if count and count % EVERY_ROWS < 20:  # it is called after every twenty messages
        click.echo(_("%(count)s sent so far", count=count), err=True)
