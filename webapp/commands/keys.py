"""`flask keys`: making a master key and changing it.

Before there are any settings, `flask` itself can't start: `python -m webapp.commands.keys` prints a key then.
"""

from __future__ import annotations

import base64
import os

import click
from flask import Flask
from flask.cli import AppGroup

from webapp.house import house
from webapp.i18n import gettext as _
from webapp.services import keys
from webapp.store import SealBroken

group = AppGroup("keys", help="The keys that seal everything: new, rotate.")


def register(app: Flask) -> None:
    """Give the application these commands."""
    app.cli.add_command(group)


@group.command("new", with_appcontext=False)
def new() -> None:
    """Print 32 fresh random bytes for any of the three key settings. They are kept nowhere."""
    click.echo(base64.b64encode(os.urandom(32)).decode())


@group.command("rotate")
def rotate() -> None:
    """Seal everything with the new master key.

    Before: the new key in MYREVIEW_MASTER_KEY, the former one in MYREVIEW_OLD_MASTER_KEYS, all restarted.
    After: take the former one out. May be stopped and started again; the site may go on running.
    """

    def progress(done: int, total: int) -> None:
        click.echo(_("%(done)s of %(total)s keys", done=done, total=total), err=True)

    try:
        done = keys.rotate(house().db, house().vault, house().clock, progress)
    except SealBroken as error:
        raise click.ClickException(
            _("%(error)s. Nothing is lost: name that key in MYREVIEW_OLD_MASTER_KEYS.", error=str(error))
        ) from None
    click.echo(_("%(done)s keys changed. MYREVIEW_OLD_MASTER_KEYS can be emptied now.", done=done))


if __name__ == "__main__":
    new()
