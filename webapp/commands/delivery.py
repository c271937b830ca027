"""`flask work` and `flask deliver`: the worker. What a person does about deliveries is in `deliveries`."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import signal
import threading
from collections.abc import Mapping
from functools import partial

import click
from flask import Flask
from flask.cli import with_appcontext

from webapp.casesystem import CaseSystem
from webapp.documents.notices import many_looks_notice, officer_notice, request_notice
from webapp.house import House, house
from webapp.i18n import gettext as _
from webapp.services import (
    alerting,
    announcing,
    api_calls,
    asking_for,
    catching_up,
    conversing,
    conversing_fields,
    conversing_keeping,
    conversing_reading,
    counting,
    delivering,
    delivering_silence,
    fetching,
    guests_alerting,
    guests_sending,
    importing,
    jobs,
    left_out,
    many_looks,
    printing_bulk,
    pulling,
    receipts,
    replying,
    screening,
)
from webapp.services.outbox import RECORDS, WORRIES
from webapp.services.sending import send_due
from webapp.services.working import Lane, heartbeat, run


def register(app: Flask) -> None:
    """Give the application these commands."""
    app.cli.add_command(work)
    app.cli.add_command(deliver)


def worker_id() -> str:
    """A name that no other worker has."""
    return f"{os.getpid()}-{secrets.token_hex(4)}"


@click.command("work")
@with_appcontext
def work() -> None:
    """Do what is due, until told to stop (Ctrl-C, SIGTERM): alerts, deliveries, receipts, invitations."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(lanes(house(), worker_id()), stop)


@click.command("deliver")
@click.option("--once", is_flag=True, help="One batch only; otherwise until nothing more is due.")
@with_appcontext
def deliver(once: bool) -> None:
    """Deliver what is due now, read receipts, and end."""
    home, name, taken = house(), worker_id(), 0
    for lane in (WORRIES, RECORDS):
        while found := delivering.deliver_once(
            home.db, home.vault, home.case_systems, home.clock, name, home.routes, lane
        ):
            taken += found
            if once:
                break
    received = receipts.receive_once(home.db, home.case_systems, home.clock)
    click.echo(_("%(taken)s delivered, %(received)s receipts.", taken=taken, received=received))


def lanes(home: House, name: str) -> list[Lane]:
    """What the worker does, worries first and by themselves."""

    def alert() -> int:
        alerting.escalate_once(home.db, home.vault, home.authority, home.clock)
        return alerting.alert_once(home.db, home.vault, home.messengers, home.settings, home.clock)

    def watch() -> int:
        delivering_silence.watch_once(home.db, home.authority, home.clock)
        about, most = delivering_silence.TEMPLATE, home.authority.staff.children_an_hour
        tell = partial(alerting.alert_once, home.db, home.vault, home.messengers, home.settings, home.clock)
        return tell(about) + tell(
            many_looks.TEMPLATE, partial(many_looks_notice, home.settings.public_url, most)
        )

    def tell_of_requests() -> int:
        return alerting.alert_once(
            home.db, home.vault, home.messengers, home.settings, home.clock, asking_for.TEMPLATE,
            partial(request_notice, home.settings.public_url, home.authority),
        )  # fmt: skip

    def announce() -> int:
        told = announcing.announce_once(
            home.db, home.vault, home.takers, home.settings.public_url, home.clock
        )  # fmt: skip
        return told + left_out.renew_once(home.db, home.vault, home.takers, home.clock)

    def beat() -> int:
        heartbeat(home.db, name, home.clock)
        api_calls.forget_old(home.db, home.clock())
        with home.db.reading() as session:
            receipts.warn(session, home.clock())
        return 0

    def invite() -> int:
        send_due(
            home.db, home.vault, home.authority, home.settings, home.booklets, home.messengers, home.clock
        )  # fmt: skip
        return 0

    def deliver_lane(adapters: Mapping[str, CaseSystem], lane: str) -> int:
        return delivering.deliver_once(
            home.db, home.vault, adapters, home.clock, name, home.routes, lane
        )  # fmt: skip

    def take(fields: Mapping[str, str], sent_at: dt.datetime) -> None:
        conversing.turn(home.desk, conversing_fields.incoming(fields, sent_at), home.clock(), posted=True)

    return [
        Lane("worries", 2, alert),
        Lane("screening", 2, lambda: screening.screen_once(home.db, home.vault, home.authority, home.clock)),
        Lane("worry deliveries", 2, lambda: deliver_lane(home.case_systems, WORRIES)),
        *(Lane(f"deliveries to {one}", 2, partial(deliver_lane, {one: adapter}, RECORDS))
          for one, adapter in home.case_systems.items()),
        Lane("announcements", 5, announce),
        Lane("reviews in", 60, lambda: pulling.pull_once(home.db, home.vault, home.case_systems, home.clock)),
        Lane("receipts", 10, lambda: receipts.receive_once(home.db, home.case_systems, home.clock)),
        Lane("silent case systems", 60, watch),
        Lane("requests", 10, tell_of_requests),
        Lane("invitations", 300, invite),
        *_guest_lanes(home),
        Lane("replies", 1, lambda: replying.send_replies(home.db, home.vault, home.messengers, home.clock)),
        Lane("voice notes and photos", 2, lambda: fetching.fetch_media(
            home.db, home.vault, home.messengers, home.clock)),
        Lane("unrecognised texts", 2, lambda: conversing_reading.read_once(home.desk, home.clock)),
        Lane("missed messages", 240, lambda: catching_up.catch_up(home.db, home.messengers, take, home.clock)),
        Lane("old replies", 3600, lambda: conversing_keeping.forget(home.db, home.clock)),
        Lane("files of reviews", 2, lambda: importing.work_once(home.db, home.vault, home.clock, name)),
        Lane("papers in bulk", 2, lambda: printing_bulk.work_once(
            home.db, home.vault, home.authority, home.settings, home.booklets, home.takers, home.clock, name)),
        Lane("old files", 600, lambda: jobs.forget(home.db, home.clock())),
        Lane("participation", 300, lambda: counting.count_hourly(home.db, home.authority, home.clock)),
        Lane("heartbeat", 60, beat),
    ]  # fmt: skip


def _guest_lanes(home: House) -> list[Lane]:
    """What is sent to people who are invited to a meeting, and to officers about them."""

    def invite() -> int:
        return guests_sending.send_due(
            home.db, home.vault, home.authority, home.settings, home.messengers, home.takers, home.clock
        )

    def tell() -> int:
        guests_alerting.look_once(home.db, home.vault, home.clock)
        return alerting.alert_once(
            home.db, home.vault, home.messengers, home.settings, home.clock, guests_alerting.TEMPLATE,
            lambda _purpose: officer_notice(home.settings.public_url),
        )  # fmt: skip

    return [Lane("guests", 60, invite), Lane("officers of guests", 60, tell)]
