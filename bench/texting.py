#!/usr/bin/env python3
"""Measures a turn by text beside a yardstick: bench/texting.py YARDSTICK [--people 8] [--runs 3] [--seconds 5]

YARDSTICK is a folder with `ceiling_app.py` (its `/sms` is the least that a webhook can do: signature, one look-up,
one durable upsert, TwiML) and `load.py` (a client). Servers stand on core 0 and the phones on core 1. Each phone says
hello, says the one thing it knows, and answers question after question; every request is signed as the provider does.
`--rate 20 --minutes 10` sends so many a second for so long to ours alone, whatever the answers take.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib
import itertools
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from prepare import ACCOUNT, TOKEN, phone  # noqa: E402
from run import prepare, servers  # noqa: E402
from serving import CLIENT_CORE, Server  # noqa: E402

from webapp.messaging.twilio_signature import sign  # noqa: E402

PATHS = {"ours": "/hooks/twilio/message", "yardstick": "/sms", "queueing": "/sms"}
SAYS = ("1", "2", "skip", "1", "1 2", "3", "because I like it there", "2", "1", "skip")
_sids = itertools.count(int(time.time()) * 1_000_000)


class Caller:
    """One phone: what it says next, and how long each answer took."""

    def __init__(self, user: Any, server: Server, number: str) -> None:
        self.user, self.number = user, number
        self.path, self.url = PATHS[server.name], server.address + PATHS[server.name]
        self.said = itertools.chain(("hello", "4 May"), itertools.cycle(SAYS))

    async def say(self) -> float:
        """Send the next message; seconds until the answer. Raises RuntimeError where it is no reply."""
        form = {
            "MessageSid": f"SM{next(_sids):032x}", "AccountSid": ACCOUNT, "From": self.number, "To": "+447700900000",
            "Body": next(self.said), "NumMedia": "0", "NumSegments": "1", "SmsStatus": "received",
            "ApiVersion": "2010-04-01",
        }  # fmt: skip
        body = urlencode(form).encode()
        type(self.user).extra = [f"X-Twilio-Signature: {sign(self.url, form.items(), TOKEN)}"]
        started = time.perf_counter()
        status, _, answer = await self.user.ask("POST", self.path, body, "application/x-www-form-urlencoded")
        took = time.perf_counter() - started
        if status != 200 or b"<Response" not in answer:
            raise RuntimeError(f"{status} {answer[:200]!r}")
        return took


async def closed(
    load: Any, server: Server, numbers: Iterator[int], people: int, seconds: float
) -> list[float]:
    """So many phones, each of which writes as soon as it was answered; after a while each is another child's."""
    place, took = urlsplit(server.address), list[float]()
    warm = time.perf_counter() + 1
    end = warm + seconds

    async def one() -> None:
        user = load.User(place.hostname, place.port, place.netloc)
        while time.perf_counter() < end:
            caller = Caller(user, server, phone(next(numbers)))
            for _ in range(14):
                if time.perf_counter() >= end:
                    break
                found = await caller.say()
                if time.perf_counter() > warm:
                    took.append(found)
        user.close()

    await asyncio.gather(*(one() for _ in range(people)))
    return took


async def steady(
    load: Any, server: Server, numbers: Iterator[int], rate: float, seconds: float
) -> list[float]:
    """So many messages a second, each due at its moment; a phone that still waits keeps its turn for later."""
    place, took = urlsplit(server.address), list[float]()
    free: list[Caller] = []
    started, jobs = time.perf_counter(), set[asyncio.Task[None]]()

    async def one(caller: Caller, due: float) -> None:
        await caller.say()
        took.append(time.perf_counter() - due)
        free.append(caller)

    for n in range(int(rate * seconds)):
        due = started + n / rate
        await asyncio.sleep(max(0, due - time.perf_counter()))
        if len(free) > 60:
            caller = free.pop(0)
        else:
            user = load.User(place.hostname, place.port, place.netloc)
            caller = Caller(user, server, phone(next(numbers)))
        job = asyncio.create_task(one(caller, due))
        jobs.add(job)
        job.add_done_callback(jobs.discard)
    await asyncio.gather(*jobs)
    return took


def figures(took: list[float], seconds: float) -> dict[str, float]:
    """Messages a second, and milliseconds."""
    ordered = sorted(took)
    at = {name: ordered[min(len(ordered) - 1, int(len(ordered) * part))] for name, part in
          (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("worst", 1))}  # fmt: skip
    return {"per second": round(len(took) / seconds, 1)} | {k: round(1000 * v, 2) for k, v in at.items()}


def main() -> None:
    """Prepare, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("yardstick", type=Path)
    parser.add_argument("--people", type=int, default=8)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--children", type=int, default=20_000)
    parser.add_argument("--folder", type=Path, help="Where a prepared database is, or shall be.")
    parser.add_argument("--rate", type=float, default=0, help="Messages a second to ours alone.")
    parser.add_argument("--minutes", type=float, default=10)
    chosen = parser.parse_args()
    sys.path.insert(0, str(chosen.yardstick.resolve()))
    load: Any = importlib.import_module("load")

    os.sched_setaffinity(0, {int(CLIENT_CORE)})
    with contextlib.ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        prepared = prepare(chosen.folder or work / "prepared", chosen.children)
        for _ in range(1 if chosen.rate else chosen.runs):
            with servers(prepared, work / "now", chosen.yardstick.resolve()) as running:
                numbers = itertools.count()
                if chosen.rate:
                    ours = next(one for one in running if one.name == "ours")
                    seconds = 60 * chosen.minutes
                    took = asyncio.run(steady(load, ours, numbers, chosen.rate, seconds))
                    print(json.dumps({"ours": figures(took, seconds)}))
                    continue
                found = {}
                for server in running:
                    took = asyncio.run(closed(load, server, numbers, chosen.people, chosen.seconds))
                    found[server.name] = figures(took, chosen.seconds)
                ratios = {
                    name: round(found["ours"]["p99"] / found[name]["p99"], 2)
                    for name in ("yardstick", "queueing")
                }
                print(json.dumps({**found, "p99 beside": ratios}), flush=True)
            shutil.rmtree(work / "now", ignore_errors=True)


if __name__ == "__main__":
    main()
