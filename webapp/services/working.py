"""The worker: lanes that each do one thing again and again, until they are told to stop.

Worries have a lane of their own: a case system or a mass of invitations that is slow can't hold up an alert.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp import logs
from webapp.clock import Clock
from webapp.store import Database, Note

HEARTBEAT = "worker"
SILENT_AFTER = dt.timedelta(minutes=2)
"""A worker that hasn't run for so long sends no alerts: staff are told."""
DEAD_AFTER = dt.timedelta(minutes=5)
"""From then on whatever watches the service is told too."""
AFTER_AN_ERROR = 5.0
"""Seconds of rest after something unforeseen: a broken database must not be asked in a tight loop."""

_log = logs.get("worker")


@dataclass(frozen=True, slots=True)
class Lane:
    """One thing to do over and over. `work` gives how much it did: after something it runs again at once."""

    name: str
    every: float
    """Seconds of rest when there was nothing to do."""
    work: Callable[[], int]


def run(lanes: Sequence[Lane], stop: threading.Event) -> None:
    """Run every lane in a thread of its own until `stop` is set and each has ended what it was at."""
    threads = [
        threading.Thread(target=_drive, args=(lane, stop), name=lane.name, daemon=True) for lane in lanes
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _drive(lane: Lane, stop: threading.Event) -> None:
    while not stop.is_set():
        started = time.monotonic()
        try:
            did = lane.work()
        except Exception as error:  # the database may be away for a moment: the lane goes on
            _log.error("lane_failed", lane=lane.name, **logs.trouble(error))
            stop.wait(max(lane.every, AFTER_AN_ERROR))
            continue
        if did:
            _log.info("lane_worked", lane=lane.name, count=did, seconds=round(time.monotonic() - started, 3))
        else:
            stop.wait(lane.every)


def heartbeat(db: Database, worker_id: str, clock: Clock) -> None:
    """Write down that a worker is alive: staff pages and monitoring read it."""
    with db.writing() as session:
        session.merge(Note(name=HEARTBEAT, value=worker_id, at=clock()))


def last_beat(session: Session) -> dt.datetime | None:
    """When a worker last ran; None where none ever did."""
    return session.scalar(select(Note.at).where(Note.name == HEARTBEAT))


@dataclass(frozen=True, slots=True)
class Pulse:
    """Whether a worker runs."""

    last: dt.datetime | None
    silent: bool


def pulse(session: Session, now: dt.datetime) -> Pulse:
    """When a worker last ran, and whether that is too long ago for alerts to be going out."""
    last = last_beat(session)
    return Pulse(last, last is None or now - last > SILENT_AFTER)
