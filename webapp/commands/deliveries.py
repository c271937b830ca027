"""`flask deliveries`: what a person at the server does about what goes to the case systems."""

from __future__ import annotations

import datetime as dt
from contextlib import closing

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import select

from webapp.clock import LONDON
from webapp.house import house
from webapp.i18n import gettext as _
from webapp.services import announcing, delivering_again, looking_deliveries, receipts
from webapp.store import Delivery

group = AppGroup(
    "deliveries", help="Deliveries to the case systems: list, show, retry, park, replay, report."
)
STATES = ("waiting", "sent", "received", "parked", "withheld")
SHELL = "system"
"""Who did it, for the audit trail: a person at the server's own prompt has no account here."""
TIMES = ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")
to = click.option("--to", "adapter", default="", help="Only this case system.")


def register(app: Flask) -> None:
    """Join these commands to the application."""
    app.cli.add_command(group)


@group.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only these.")
@to
@click.option("--limit", default=100, show_default=True, help="At most so many, the newest first.")
def list_(state: str | None, adapter: str, limit: int) -> None:
    """List deliveries: id, case system, state, tries, when they were made, why they stand still."""
    query = select(Delivery).order_by(Delivery.made_at.desc(), Delivery.id).limit(limit)
    query = query.where(Delivery.state == state) if state else query
    query = query.where(Delivery.adapter == adapter) if adapter else query
    with house().db.reading() as session:
        for one in session.scalars(query):
            made = one.made_at.isoformat(timespec="seconds")
            click.echo("\t".join((one.id, one.adapter, one.state, str(one.attempts), made, one.reason or "")))


@group.command("show")
@click.argument("delivery_id")
def show(delivery_id: str) -> None:
    """Everything about one delivery but what it says: a line each."""
    home = house()
    with home.db.reading() as session:
        found = looking_deliveries.one(session, home.vault, delivery_id)
    if found is None:
        raise click.ClickException(_("There is no such delivery."))
    line, row = found
    told = {
        "id": row.id, "to": row.adapter, "event_key": row.event_key, "kind": line.kind, "review": row.review_id,
        "child": line.child_external_id, "sequence": row.sequence, "state": row.state, "reason": row.reason,
        "why": line.why, "waits for an earlier one": "yes" if line.behind and row.state == "waiting" else "",
        "tries": row.attempts, "made_at": row.made_at, "due_at": row.due_at if row.state == "waiting" else None,
        "worked on until": row.lease_until, "sent_at": row.sent_at, "received_at": row.received_at,
        "receipt": row.receipt,
    }  # fmt: skip
    for name, value in told.items():
        if value not in (None, ""):
            click.echo(f"{name}: {value}")


@group.command("retry")
@click.argument("delivery_ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Everything of one case system; give --to.")
@to
def retry(delivery_ids: tuple[str, ...], everything: bool, adapter: str) -> None:
    """Try deliveries again now, also those that were given up."""
    home = house()
    if everything == bool(delivery_ids) or everything != bool(adapter):
        raise click.UsageError(_("Give ids, or --all with --to."))
    with home.db.writing() as session:
        if everything:
            tried = delivering_again.retry_all(session, adapter, home.clock(), SHELL)
            click.echo(_("%(count)s are tried again.", count=tried))
        for one in delivery_ids:
            if not receipts.retry(session, one, home.clock(), SHELL):
                raise click.ClickException(_("There is no such delivery, or it is out already."))


@group.command("park")
@click.argument("delivery_id")
@click.option("--reason", default="", help="Why; kept sealed, and shown to staff.")
def park(delivery_id: str, reason: str) -> None:
    """Stop trying a delivery until somebody says retry. Later ones of its review wait with it."""
    home = house()
    with home.db.writing() as session:
        if not receipts.park(session, home.vault, delivery_id, home.clock(), SHELL, reason):
            raise click.ClickException(_("There is no such delivery, or it is out already."))


@group.command("replay")
@click.option(
    "--since", required=True, type=click.DateTime(TIMES), help="A day, or a moment, on London's clock."
)
@to
@click.option("--yes", is_flag=True, help="Don't ask.")
def replay(since: dt.datetime, adapter: str, yes: bool) -> None:
    """Send what went out since then once more, under the same keys and in order.

    For a case system that lost what it had. May be stopped (Ctrl-C) and started again. An adapter whose other side
    doesn't look at keys, such as a mailbox that keeps repeats, gets everything twice.
    """
    home, start = house(), since.replace(tzinfo=LONDON)
    total = delivering_again.count(home.db, start, adapter)
    if total and not yes:
        click.confirm(_("%(total)s deliveries go out once more. Go on?", total=total), abort=True)
    done = 0
    with closing(delivering_again.replay(home.db, start, home.clock, SHELL, adapter)) as batches:
        try:
            for done in batches:
                click.echo(_("%(done)s of %(total)s", done=done, total=total), err=True)
        except KeyboardInterrupt:
            raise click.ClickException(
                _("Stopped. %(done)s go out again; the rest is as it was.", done=done)
            ) from None
    click.echo(_("%(done)s deliveries go out again.", done=done))


@group.command("report")
@click.option("--days", default=14, show_default=True, type=click.IntRange(1, 366), help="So many days back.")
def report(days: int) -> None:
    """Day by day and case system: what there was, what went out, what was receipted, what is missing.

    Ends with 1 where anything is missing, so that a timer can tell.
    """
    home = house()
    with home.db.reading() as session:
        found = looking_deliveries.days(session, home.takers, home.clock(), days)
    click.echo("day\tto\tmade\tsent\treceipted\tmissing\twaiting\tparked\tnever_put\twithheld")
    for day in found:
        figures = (
            day.made,
            day.out,
            day.received,
            day.missing,
            day.waiting,
            day.parked,
            day.never,
            day.withheld,
        )
        click.echo("\t".join((str(day.day), day.adapter, *map(str, figures))))
    if any(day.missing for day in found):
        raise SystemExit(1)


@group.command("withdraw")
@click.argument("record_id")
def withdraw(record_id: str) -> None:
    """Tell every case system that the records of one booklet, of which this is one, are taken back.

    RECORD_ID is the `id` of a record as the case system has it. What is kept here stays.
    """
    home = house()
    with home.db.writing() as session:
        told = announcing.withdraw(
            session, home.vault, home.takers, record_id.replace("-", "").lower(), home.clock(), SHELL
        )
    if not told:
        raise click.ClickException(_("There is no such record, or it was taken back already."))
