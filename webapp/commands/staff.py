"""Staff accounts: add, a link that sets one up, disable, list, and a new TOTP secret for a lost phone."""

from __future__ import annotations

import click
import pyotp
from flask import Flask
from flask.cli import AppGroup

from webapp.house import house
from webapp.i18n import gettext as _
from webapp.services import auditing, staff_accounts
from webapp.services import staff as accounts
from webapp.services.loading import link_staff
from webapp.services.staff_setup import GOOD_FOR

group = AppGroup("staff", help="Staff accounts.")


def register(app: Flask) -> None:
    """Join these commands to the application."""
    app.cli.add_command(group)


@group.command("add")
@click.argument("username")
@click.option("--name", required=True, help="The name that colleagues and children read.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice(accounts.ROLES),
    help="May be repeated.",
)
@click.option("--external-id", help="The case system's id of this person: it joins them to their reviews.")
@click.option("--email", help="Where messages about worries go. Needed for iro and duty.")
@click.option("--phone", help="A number that colleagues may ring.")
@click.password_option(help="Asked for where it is left out. At least 12 characters.")
def add(
    username: str, name: str, roles: tuple[str, ...], external_id: str | None, email: str | None, phone: str | None,
    password: str,
) -> None:  # fmt: skip
    """Make an account and show its TOTP secret, once."""
    h = house()
    try:
        with h.db.writing() as session:
            made, secret = accounts.add_staff(
                session, h.vault, username, name, list(roles), password, external_id, email, phone
            )
            auditing.note(session, h.clock(), "system", "account_added", f"staff:{made.id}")
            link_staff(session)
            kept = made.username
    except accounts.AccountError as error:
        raise click.ClickException(why(error.code)) from None
    click.echo(_("Made the account %(username)s.", username=kept))
    _show(kept, secret)


@group.command("disable")
@click.argument("username")
def disable(username: str) -> None:
    """Close an account: it is signed out at once and can't sign in again."""
    h = house()
    try:
        with h.db.writing() as session:
            kept = accounts.disable(session, h.clock(), username).username
    except accounts.AccountError as error:
        raise click.ClickException(why(error.code)) from None
    click.echo(_("Closed the account %(username)s.", username=kept))


@group.command("new-totp")
@click.argument("username")
def new_totp(username: str) -> None:
    """Make a new TOTP secret and show it, once; the old one stops working."""
    h = house()
    try:
        with h.db.writing() as session:
            staff, secret = accounts.new_totp(session, h.vault, h.clock(), username)
            kept = staff.username
    except accounts.AccountError as error:
        raise click.ClickException(why(error.code)) from None
    _show(kept, secret)


@group.command("link")
@click.argument("username")
@click.option("--name", default="", help="Needed where there is no such account yet.")
@click.option("--role", "roles", multiple=True, type=click.Choice(accounts.ROLES), help="May be repeated.")
@click.option("--external-id", default="", help="The case system's id of this person.")
@click.option(
    "--email", default="", help="Where messages about worries go; single sign-on finds the account by it."
)
def link(username: str, name: str, roles: tuple[str, ...], external_id: str, email: str) -> None:
    """Print a link by which its person sets an account up, made where there is none; what opened it is forgotten."""
    h = house()
    try:
        with h.db.writing() as session:
            known = accounts.account(session, username)
            staff_id = known.id if known else staff_accounts.make(
                session, h.vault, h.clock(), "", username, name, roles, external_id, email, ""
            )  # fmt: skip
            token = staff_accounts.start_again(session, h.vault, h.clock(), "", staff_id)
    except accounts.AccountError as error:
        raise click.ClickException(why(error.code)) from None
    click.echo(_("Give this to them alone. It works once, for %(n)s days:", n=GOOD_FOR.days))
    click.echo(f"  {h.settings.public_url.rstrip('/')}/staff/set-up/{token}")


@group.command("list")
def list_all() -> None:
    """Every account: username, name, roles, the case system's id, open or closed."""
    with house().db.reading() as session:
        for one in accounts.everyone(session):
            state = _("open") if one.active else _("closed")
            click.echo("\t".join((one.username, one.name, one.roles, one.external_id or "-", state)))


def _show(username: str, secret: str) -> None:
    uri = pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=house().authority.name)
    click.echo(_("Put this into their authenticator app. It is not shown again:"))
    click.echo(f"  {secret}\n  {uri}")


def why(code: str) -> str:
    """Why an account can't be made or changed, in words."""
    return str({
        "no_name": _("Give a name."),
        "bad_username": _("A username has 2 to 80 characters and no spaces."),
        "taken": _("There is an account with this username already."),
        "external_id_taken": _("There is an account with this id of the case system already."),
        "unknown": _("There is no account with this username."),
        "bad_role": _("A role is one of: %(roles)s.", roles=", ".join(accounts.ROLES)),
        "no_email": _("Give an email address: worries are told to officers and to duty by email."),
        "too_short": _("A password has at least %(n)s characters.", n=accounts.PASSWORD_AT_LEAST),
        "too_long": _("A password has at most %(n)s characters.", n=accounts.PASSWORD_AT_MOST),
        "not_alone": _("An administrator has no other role: whoever makes accounts sees no child."),
        "bad_email": _("This is no email address."),
        "closed": _("This account is closed."),
        "is_username": _("A password is not the username, with or without numbers around it."),
    }[code])  # fmt: skip
