"""The commands that people run: flask db, flask keys, flask deliver, flask deliveries, flask work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from config import ROOT, Settings
from tests.fixtures.clocks import SettableClock
from tests.fixtures.houses import KEYS, a_key
from tests.services.outgoing import add_review, send
from webapp import create_app
from webapp.clock import Clock, now
from webapp.house import House
from webapp.store import Audit, Delivery, Note
from webapp.store.migrations import current, newest


def out(house: House, each: int = 2, clock: Clock | None = None) -> list[str]:
    with house.db.writing() as session:
        add_review(session, 1, house.vault)
        return [send(session, 1, n + 1, vault=house.vault, now=(clock or house.clock)()) for n in range(each)]


def test_deliver_delivers_all_that_is_due_and_reads_receipts(
    house: House, cli: FlaskCliRunner, settings: Settings
) -> None:
    keys = out(house)
    assert cli.invoke(args=["deliver"]).output == "2 delivered, 0 receipts.\n"
    folder = settings.files_folder
    assert {path.stem for path in (folder / "out").glob("*.json")} == set(keys)
    receipt = {"event_key": keys[0], "received_at": "2027-02-01T10:00:00Z", "id": "CS-1"}
    (folder / "receipts" / "one.json").write_text(json.dumps(receipt))
    assert cli.invoke(args=["deliver", "--once"]).output == "0 delivered, 1 receipts.\n"


def test_a_person_lists_parks_and_retries_deliveries(house: House, cli: FlaskCliRunner) -> None:
    out(house)
    with house.db.reading() as session:
        first, second = session.scalars(select(Delivery.id).order_by(Delivery.sequence))
    assert cli.invoke(args=["deliveries", "park", first]).exit_code == 0
    assert cli.invoke(args=["deliver"]).output.startswith("0 delivered")
    listed = cli.invoke(args=["deliveries", "list", "--state", "parked"]).output.split("\t")
    assert (listed[0], listed[1], listed[2], listed[5]) == (first, "files", "parked", "by_hand\n")
    assert second in cli.invoke(args=["deliveries", "list"]).output
    assert cli.invoke(args=["deliveries", "retry", first]).exit_code == 0
    assert cli.invoke(args=["deliver"]).output.startswith("2 delivered")
    assert cli.invoke(args=["deliveries", "retry", first]).exit_code == 1
    assert cli.invoke(args=["deliveries", "park", "0" * 32]).exit_code == 1
    with house.db.reading() as session:
        assert session.scalars(select(Audit.action).order_by(Audit.id)).all() == [
            "delivery_parked", "delivery_retried"
        ]  # fmt: skip


def test_the_database_is_made_checked_and_unmade(
    empty_database_url: str, tmp_path: Path, clock: SettableClock
) -> None:
    settings = Settings(mode="test", instance=tmp_path, database=empty_database_url, **KEYS)
    app: Flask = create_app(settings, clock)
    cli = app.test_cli_runner()
    before = cli.invoke(args=["db", "check"])
    assert (before.exit_code, "flask db upgrade" in before.output) == (1, True)
    assert cli.invoke(args=["db", "upgrade"]).output == f"The database was at - and is at {newest()}.\n"
    assert cli.invoke(args=["db", "upgrade"]).exit_code == 0
    assert cli.invoke(args=["db", "check"]).exit_code == 0
    home: House = app.extensions["house"]
    with home.db.writing() as session:
        assert session.get(Note, "key_check") is not None
        session.connection().exec_driver_sql("DROP TABLE attempt")
    differs = cli.invoke(args=["db", "check"])
    assert (differs.exit_code, "add_table" in differs.output) == (1, True)
    with home.db.writing() as session:
        session.connection().exec_driver_sql("CREATE TABLE attempt (door TEXT)")
    assert cli.invoke(args=["db", "downgrade", "base"], input="n\n").exit_code == 1
    assert current(empty_database_url) == newest()
    assert cli.invoke(args=["db", "downgrade", "base", "--yes"]).exit_code == 0
    assert current(empty_database_url) is None
    home.db.close()


def test_keys_are_made_and_changed_with_progress(
    house: House, settings: Settings, clock: SettableClock, cli: FlaskCliRunner
) -> None:
    keys = out(house)
    made = {cli.invoke(args=["keys", "new"]).output for _ in range(3)}
    assert len(made) == 3
    assert {len(key) for key in made} == {45}
    new = a_key()
    changed = settings.model_copy(update={"master_key": new, "old_master_keys": settings.master_key})
    app = create_app(changed, clock)
    done = app.test_cli_runner().invoke(args=["keys", "rotate"])
    assert done.exit_code == 0, done.output
    assert "2 of 2 keys" in done.stderr
    assert "2 keys changed" in done.stdout
    app.extensions["house"].db.close()
    alone = create_app(settings.model_copy(update={"master_key": new}), clock)
    assert alone.test_cli_runner().invoke(args=["deliver"]).output.startswith(f"{len(keys)} delivered")
    alone.extensions["house"].db.close()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_delivers_and_ends_when_it_is_told(
    house: House, settings: Settings, how: signal.Signals
) -> None:
    keys = out(house, clock=now)
    given = {
        "MYREVIEW_MODE": "demo", "MYREVIEW_INSTANCE": str(settings.instance),
        "MYREVIEW_DATABASE": settings.database_url, "MYREVIEW_PUBLIC_URL": "http://localhost",
        **{f"MYREVIEW_{name.upper()}": value for name, value in KEYS.items()},
    }  # fmt: skip
    worker = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "webapp", "work"], cwd=ROOT, env={**os.environ, **given},
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert worker.stderr is not None
    seen: list[str] = []
    for line in worker.stderr:
        seen.append(line)
        if sum(json.loads(one)["event"] == "delivered" for one in seen) == len(keys):
            break
    worker.send_signal(how)
    rest = worker.communicate(timeout=30)[1]
    assert worker.returncode == 0, rest
    assert {path.stem for path in (settings.files_folder / "out").glob("*.json")} == set(keys)
    text = "".join(seen) + rest
    for canary in ("words 1 1", "R1", str(settings.instance), *KEYS.values()):
        assert canary not in text
    assert not [line for line in text.splitlines() if json.loads(line)["level"] == "error"]
