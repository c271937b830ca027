"""flask deliveries: list, show, retry, park, replay, report, withdraw."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import select, update

from config import Settings
from tests.fixtures.clocks import SettableClock
from tests.services.outgoing import add_review, send
from webapp.house import House
from webapp.services import delivering_again
from webapp.store import Delivery, Record


@pytest.fixture
def keys(house: House) -> list[str]:
    """Two records of one review on their way."""
    with house.db.writing() as session:
        add_review(session, 1, house.vault)
        return [send(session, 1, n, vault=house.vault, now=house.clock()) for n in (1, 2)]


def ids(house: House) -> list[str]:
    with house.db.reading() as session:
        return list(session.scalars(select(Delivery.id).order_by(Delivery.sequence)))


def run(cli: FlaskCliRunner, *args: str, code: int = 0) -> str:
    done = cli.invoke(args=["deliveries", *args])
    assert done.exit_code == code, done.output
    return done.output


def test_one_is_shown_with_everything_but_its_words(
    house: House, cli: FlaskCliRunner, keys: list[str]
) -> None:
    first, second = ids(house)
    run(cli, "park", first, "--reason", "sent to the wrong team")
    shown = run(cli, "show", first)
    for line in (
        f"event_key: {keys[0]}",
        "to: files",
        "kind: views/1",
        "child: C1",
        "why: sent to the wrong team",
    ):
        assert line in shown.splitlines()
    assert "words 1 1" not in shown
    assert "waits for an earlier one: yes" in run(cli, "show", second)
    run(cli, "show", "0" * 32, code=1)


def test_lists_can_be_narrowed_to_one_case_system(house: House, cli: FlaskCliRunner, keys: list[str]) -> None:
    assert len(run(cli, "list", "--to", "files").splitlines()) == 2
    assert run(cli, "list", "--to", "other") == ""


def test_everything_of_one_case_system_is_tried_again(
    house: House, cli: FlaskCliRunner, keys: list[str]
) -> None:
    with house.db.writing() as session:
        session.execute(update(Delivery).values(state="parked"))
    run(cli, "retry", "--all", code=2)
    run(cli, "retry", "--to", "files", code=2)
    run(cli, "retry", *ids(house), "--all", "--to", "files", code=2)
    assert run(cli, "retry", "--all", "--to", "files") == "2 are tried again.\n"
    assert cli.invoke(args=["deliver"]).output.startswith("2 delivered")


def test_a_replay_asks_shows_how_far_it_is_and_can_be_stopped(
    house: House, cli: FlaskCliRunner, keys: list[str], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.invoke(args=["deliver"])
    for path in (settings.files_folder / "out").iterdir():
        path.unlink()
    assert cli.invoke(args=["deliveries", "replay", "--since", "2027-02-01"], input="n\n").exit_code == 1
    assert run(cli, "replay", "--since", "2027-02-02") == "0 deliveries go out again.\n"
    done = cli.invoke(args=["deliveries", "replay", "--since", "2027-02-01T09:30", "--yes"])
    assert (done.stderr, done.stdout) == ("2 of 2\n", "2 deliveries go out again.\n")
    cli.invoke(args=["deliver"])
    assert {path.stem for path in (settings.files_folder / "out").glob("*.json")} == set(keys)

    def stopped(*_: object) -> object:
        yield 1
        raise KeyboardInterrupt

    monkeypatch.setattr(delivering_again, "replay", stopped)
    assert "Stopped. 1 go out again" in run(cli, "replay", "--since", "2027-02-01", "--yes", code=1)


def test_the_report_ends_with_an_error_while_anything_is_missing(
    house: House, cli: FlaskCliRunner, keys: list[str], settings: Settings, clock: SettableClock
) -> None:
    assert run(cli, "report", code=1).splitlines()[1].split("\t")[:6] == [
        "2027-02-01",
        "files",
        "2",
        "0",
        "0",
        "2",
    ]
    cli.invoke(args=["deliver"])
    receipt = {"event_key": keys[0], "received_at": "2027-02-01T10:00:00Z"}
    (settings.files_folder / "receipts" / "one.json").write_text(json.dumps(receipt))
    cli.invoke(args=["deliver"])
    assert run(cli, "report", "--days", "3").splitlines()[1].split("\t")[:6] == [
        "2027-02-01",
        "files",
        "2",
        "2",
        "1",
        "0",
    ]


def test_a_record_is_taken_back_once(
    house: House, cli: FlaskCliRunner, keys: list[str], settings: Settings
) -> None:
    with house.db.reading() as session:
        record_id = session.scalars(select(Record.id)).first() or ""
    run(cli, "withdraw", record_id)
    run(cli, "withdraw", record_id, code=1)
    run(cli, "withdraw", "0" * 32, code=1)
    assert cli.invoke(args=["deliver"]).output.startswith("3 delivered")
    told = [json.loads(path.read_text()) for path in (settings.files_folder / "out").glob("*.json")]
    [taken_back] = [one for one in told if one["kind"] == "withdrawal"]
    assert len(taken_back["withdraws"]) == 2
