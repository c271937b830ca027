"""What the benchmarks of staff's pages share: the house of a folder, a signed-in browser, and asking many times."""

from __future__ import annotations

import gc
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pyotp

PASSWORD = "a long made-up pass phrase"


def house_of(folder: Path) -> Any:
    """The site over a folder that bench/prepare.py made."""
    for line in (folder / "env").read_text().splitlines():
        name, value = line.split("=", 1)
        os.environ[name] = value
    from webapp import create_app

    return create_app()


def once(app: Any, name: str, strew: Callable[[Any], str]) -> str:
    """What `strew` gave the first time that it was done to this folder; it is not done again."""
    home = app.extensions["house"]
    kept = Path(home.settings.instance) / name
    if not kept.exists():
        kept.write_text(strew(home))
    return kept.read_text()


def signed_in(app: Any, username: str, secret: str) -> Any:
    """A browser in which this member of staff is signed in."""
    code = pyotp.TOTP(secret).at(app.extensions["house"].clock())
    client, address = app.test_client(), "/staff/sign-in"
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)
    form = {"csrf_token": token and token[1], "username": username, "password": PASSWORD, "code": code}
    if client.post(address, data=form).status_code != 303:
        raise SystemExit("not signed in: a code works once in half a minute")
    return client


def measured(client: Any, address: str, times: int, name: str = "") -> tuple[float, float]:
    """Ask so often, after once to warm up; prints the figures, and gives the 99th of a hundred and the worst, in
    milliseconds. What was loaded is left out of collections first, as bin/gunicorn.conf.py does.
    """
    client.get(address)
    gc.collect()
    gc.freeze()
    took, working = [], time.process_time()
    for _ in range(times):
        started = time.perf_counter()
        answer = client.get(address)
        took.append((time.perf_counter() - started) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")
    each = (time.process_time() - working) * 1000 / times
    took.sort()
    p50, p99 = took[times // 2], took[min(times - 1, times * 99 // 100)]
    print(
        f"{name or address}: p50 {p50:.1f} ms, p99 {p99:.1f} ms, worst {took[-1]:.1f} ms; {each:.1f} ms of processor"
    )
    return p99, took[-1]
