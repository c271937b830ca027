"""Processes killed at random moments: one that sends records, one that delivers them.

`python -m tests.services.killing URL FOLDER KILLS SEED` forks them again and again and kills each with
SIGKILL. A process of its own does that, because forking is quick, and safe only where there are no threads.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import select as waiting
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sqlalchemy import select

from tests.services.outgoing import MOMENT, VAULT, hex_id, send
from webapp.casesystem import Event
from webapp.casesystem.files import Files
from webapp.services import delivering
from webapp.store import Database, Delivery, Response

REVIEWS = 4


class Logged(Files):
    """The real adapter, and a list of what it took in which order."""

    def deliver(self, event: Event) -> None:
        super().deliver(event)
        append(self.root / "taken", event.key)


def append(path: Path, line: str) -> None:
    """One line, in one write: a kill leaves all of it or nothing."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(file, f"{line}\n".encode())
    os.close(file)


def send_for_ever(url: str, folder: Path) -> None:
    """Send records for one review after the other, and note each that was acknowledged."""
    db = Database(url)
    number = 0
    while True:
        number = (number + 1) % REVIEWS
        with db.writing() as session:
            response = session.get_one(Response, hex_id(4, number), with_for_update=True)
            response.revision += 1
            key = send(session, number, response.revision)
        append(folder / "acknowledged", key)


def deliver_for_ever(url: str, folder: Path, turn: int) -> None:
    """Deliver, on a clock that has moved past the leases of whoever was killed in an earlier turn."""
    db = Database(url)
    clock = MOMENT + dt.timedelta(minutes=10 * turn)
    while True:
        delivering.deliver_once(db, VAULT, {"files": Logged(folder)}, lambda: clock, f"worker-{turn}")


def sequences(db: Database) -> dict[str, list[str]]:
    """The events' keys of each review in the order of their numbers."""
    found: dict[str, list[str]] = {}
    with db.reading() as session:
        for row in session.scalars(select(Delivery).order_by(Delivery.review_id, Delivery.sequence)):
            found.setdefault(row.review_id, []).append(row.event_key)
    return found


def kill_again_and_again(url: str, folder: Path, kills: int, seed: int) -> None:
    """So many kills, two at a time, each some milliseconds after one of the two got something done."""
    dice = random.Random(seed)
    for turn in range(kills // 2):
        pids = [
            _fork(partial(send_for_ever, url, folder)),
            _fork(partial(deliver_for_ever, url, folder, turn)),
        ]
        _until_longer(folder / dice.choice(("acknowledged", "taken")))
        waiting.select([], [], [], dice.uniform(0, 0.1))
        for pid in dice.sample(pids, len(pids)):
            os.kill(pid, signal.SIGKILL)
            _, status = os.waitpid(pid, 0)
            if not os.WIFSIGNALED(status):
                sys.exit("a process ended by itself")


def _until_longer(path: Path) -> None:
    before = path.stat().st_size if path.exists() else 0
    for _ in range(30_000):
        if path.exists() and path.stat().st_size > before:
            return
        waiting.select([], [], [], 0.001)
    sys.exit(f"nothing was {path.name} for half a minute")


def _fork(run: Callable[[], None]) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            run()
        finally:
            os._exit(1)
    return pid


if __name__ == "__main__":
    kill_again_and_again(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
