"""Reading the audit trail: who looked at a child's pages, or what a member of staff did."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from webapp.house import House, house
from webapp.i18n import gettext as _
from webapp.services import auditing
from webapp.store import Audit, Child, SealBroken

group = AppGroup("audit", help="The audit trail.")


def register(app: Flask) -> None:
    """Join this command to the application."""
    app.cli.add_command(group)


@group.command("show")
@click.option("--child", help="The case system's id of a child: everything done about them.")
@click.option("--staff", "username", help="A username: everything this person did.")
@click.option("--limit", default=200, show_default=True, help="At most so many lines, the newest first.")
@click.option("--reasons", is_flag=True, help="Open the reasons too. They may tell about the child.")
def show(child: str | None, username: str | None, limit: int, reasons: bool) -> None:
    """Time, who, what they did, to what; ids only. Reading it is written down as well."""
    if (child is None) == (username is None):
        raise click.UsageError(_("Give --child or --staff, one of them."))
    home = house()
    with home.db.writing() as session:
        found = (
            auditing.trail_of_child(session, child, limit)
            if child is not None
            else auditing.trail_of_staff(session, username or "", limit)
        )
        if found is None:
            raise click.ClickException(_("There is nobody with this id or name."))
        whose, trail = found
        subject = f"{whose.__tablename__}:{whose.id}"
        keys = {
            one: session.get_one(Child, one) for one in {line.child_id for line in trail} if one and reasons
        }
        lines = [_line(home, line, keys.get(line.child_id or "")) for line in trail]
        auditing.note(session, home.clock(), "system", "audit_reasons" if reasons else "audit_read", subject,
                      whose.id if child is not None else None)  # fmt: skip
    for text in lines:
        click.echo(text)


def _line(home: House, line: Audit, child: Child | None) -> str:
    told = [
        line.at.isoformat(timespec="seconds"),
        line.actor,
        line.action,
        line.subject,
        f"child:{line.child_id or '-'}",
    ]
    if child is not None and line.reason:
        try:
            words = auditing.reason_of(line, home.vault.key(child.key, f"child:{child.id}"))
        except SealBroken:
            words = _("(this reason was not given here: the trail was tampered with)")
        told.append(" ".join(words.split()))
    return "\t".join(told)
