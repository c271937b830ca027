"""`flask demo load`: the made-up authority, in demo mode only."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from webapp.house import house
from webapp.i18n import gettext as _

group = AppGroup("demo", help="The made-up authority of demo mode.")


def register(app: Flask) -> None:
    """Give the application these commands."""
    app.cli.add_command(group)


@group.command("load")
@with_appcontext
def load() -> None:
    """Make 443 made-up children with their people and reviews, invite who is due, and let some answer."""
    # Not at the top of the file: every start of the site imports the commands, and only this one needs the demo.
    from webapp.demo.load import DemoOnlyError, is_loaded, load_demo

    if is_loaded(house()):
        click.echo(_("The made-up authority is here already."))
        return
    try:
        load_demo(house(), click.echo)
    except DemoOnlyError:
        raise click.ClickException(_("Made-up people are for demo mode only.")) from None
