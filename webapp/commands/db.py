"""`flask db`: the shape of the database."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from webapp.house import house
from webapp.i18n import gettext as _
from webapp.services import keys

group = AppGroup("db", help="The shape of the database: upgrade, downgrade, check.")


def register(app: Flask) -> None:
    """Give the application these commands."""
    app.cli.add_command(group)


@group.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the database to the newest shape (or to REVISION). Safe to run again, and twice at once."""
    from webapp.store import (
        migrations,
    )  # here and below: the site itself never needs Alembic, and 20 MB of it

    before = migrations.current(house().db.url)
    migrations.upgrade(house().db.url, revision)
    after = migrations.current(house().db.url)
    with house().db.writing() as session:
        keys.remember(session, house().vault, house().clock())
    click.echo(_("The database was at %(before)s and is at %(after)s.", before=before or "-", after=after))


@group.command("downgrade")
@click.argument("revision")
@click.option("--yes", is_flag=True, help="Don't ask.")
def downgrade(revision: str, yes: bool) -> None:
    """Take the database back to REVISION. What the later revisions hold is lost; `base` loses everything."""
    from webapp.store import migrations

    if not yes:
        click.confirm(
            _("Everything that came after %(revision)s is lost. Go on?", revision=revision), abort=True
        )
    migrations.downgrade(house().db.url, revision)
    click.echo(_("The database is at %(revision)s.", revision=migrations.current(house().db.url) or "-"))


@group.command("check")
def check() -> None:
    """Say whether the database has the shape that this version wants. Exit code 1 where it hasn't."""
    from webapp.store import migrations

    has, wants = migrations.current(house().db.url), migrations.newest()
    if has != wants:
        raise click.ClickException(
            _("The database is at %(has)s, not at %(wants)s: flask db upgrade", has=has or "-", wants=wants)
        )
    if found := migrations.differences(house().db.url):
        lines = "\n".join(f"  {item[0] if isinstance(item, tuple) else item}" for item in found)
        raise click.ClickException(
            _("The database says %(has)s, but its tables differ:", has=has) + "\n" + lines
        )
    click.echo(_("The database is at %(has)s, as it should be.", has=has))
