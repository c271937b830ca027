"""The worker's lanes: each goes on whatever happens in it or beside it, and ends when it is told."""

from __future__ import annotations

import threading

import pytest

from tests.fixtures.clocks import SettableClock
from webapp.services import working
from webapp.services.working import Lane, run
from webapp.store import Database, Note


def test_a_lane_that_is_stuck_or_broken_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "AFTER_AN_ERROR", 0.001)
    stop, stuck, alerts, errors = threading.Event(), threading.Event(), 0, 0

    def slow() -> int:
        stuck.set()
        stop.wait(30)
        return 0

    def broken() -> int:
        nonlocal errors
        errors += 1
        raise RuntimeError("CANARY")

    def alert() -> int:
        nonlocal alerts
        stuck.wait(30)
        alerts += 1
        if alerts >= 5 and errors >= 5:
            stop.set()
        return 0

    run([Lane("slow", 0.001, slow), Lane("broken", 0.001, broken), Lane("worries", 0.001, alert)], stop)
    assert min(alerts, errors) >= 5


def test_a_lane_that_did_something_goes_on_without_a_rest() -> None:
    stop, done = threading.Event(), 0

    def work() -> int:
        nonlocal done
        done += 1
        if done == 100:
            stop.set()
        return 1

    run([Lane("busy", 3600, work)], stop)
    assert done == 100


def test_stopping_wakes_a_lane_that_rests() -> None:
    stop = threading.Event()

    def work() -> int:
        stop.set()
        return 0

    run([Lane("idle", 3600, work)], stop)


def test_a_worker_leaves_a_sign_of_life(database_url: str, clock: SettableClock) -> None:
    db = Database(database_url)
    working.heartbeat(db, "w1", clock)
    clock.move(minutes=1)
    working.heartbeat(db, "w2", clock)
    with db.reading() as session:
        note = session.get_one(Note, working.HEARTBEAT)
        assert (note.value, note.at) == ("w2", clock())
        assert not working.pulse(session, clock()).silent
        clock.move(minutes=2, seconds=1)
        assert working.pulse(session, clock()).silent
    db.close()
