#!/usr/bin/env python3
"""Measures the Review Unit's day: bench/unit_day.py FOLDER [--times 200] [--limit 100]

FOLDER is made by bench/prepare.py, of as many children as wanted. What is due, silent, out of reach,
to be printed and waiting to be delivered is strewn over it once; then the page is asked for many times, in process,
signed in. Prints how long it took, and ends with 1 where the 99th of a hundred took longer than the limit.
"""

from __future__ import annotations

import argparse
import gc
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pyotp
from sqlalchemy import text

NAME, PASSWORD = "bench-unit", "a long made-up pass phrase"
ADDRESS = "/staff/unit/today"
STREWN = (
    "UPDATE consultation SET state = 'due' WHERE rowid % 20 = 1",
    "UPDATE consultation SET state = 'unreachable', reason = 'no_email' WHERE rowid % 20 = 2",
    "UPDATE consultation SET state = 'unreachable', reason = 'wrong_number' WHERE rowid % 50 = 3",
    "UPDATE consultation SET state = 'unreachable', reason = 'opted_out' WHERE rowid % 50 = 4",
    "INSERT INTO message (id, purpose, consultation_id, child_id, way, template, language, state, attempts, made_at,"
    " due_at, provider_id, parts) SELECT 'b' || substr(id, 2), 'bench:' || id, id, child_id,"
    " CASE rowid % 10 WHEN 0 THEN 'letter' ELSE 'email' END, 'invite', 'en', 'sent', 1, :now, :now,"
    " CASE rowid % 10 WHEN 0 THEN 'to-print' END, 0 FROM consultation",
    "INSERT INTO delivery (id, adapter, event_key, review_id, lane, sequence, state, attempts, made_at, due_at)"
    " SELECT 'b' || substr(id, 2), 'folder', id, id, 'records', 1, CASE rowid % 10 WHEN 0 THEN 'parked' WHEN 1 THEN"
    " 'waiting' ELSE 'received' END, 1, :now, :now FROM review",
    "ANALYZE",
)


def main() -> None:
    """Strew, sign in, measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--limit", type=float, default=100, help="Milliseconds.")
    chosen = parser.parse_args()
    for line in (chosen.folder / "env").read_text().splitlines():
        name, value = line.split("=", 1)
        os.environ[name] = value
    from webapp import create_app

    app = create_app()
    client = signed_in(app)
    took, working = [], time.process_time()
    for _ in range(chosen.times):
        started = time.perf_counter()
        answer = client.get(ADDRESS)
        took.append((time.perf_counter() - started) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{answer.status_code} {answer.text[:300]}")
    each = (time.process_time() - working) * 1000 / len(took)
    took.sort()
    p50, p99 = took[len(took) // 2], took[min(len(took) - 1, len(took) * 99 // 100)]
    print(
        f"{ADDRESS}: p50 {p50:.1f} ms, p99 {p99:.1f} ms, worst {took[-1]:.1f} ms; {each:.1f} ms of processor"
    )
    raise SystemExit(p99 > chosen.limit)


def signed_in(app: Any) -> Any:
    """A browser in which somebody of the Review Unit is signed in; strews the work the first time."""
    from webapp.services import staff as accounts

    home = app.extensions["house"]
    secret_file = Path(home.settings.instance) / "unit-secret"
    if not secret_file.exists():
        with home.db.writing() as session:
            for one in STREWN:
                session.execute(text(one), {"now": home.clock()} if ":now" in one else {})
            _, secret = accounts.add_staff(
                session, home.vault, NAME, "Bench", "unit", PASSWORD, None, "b@example.org"
            )
        secret_file.write_text(secret)
    code = pyotp.TOTP(secret_file.read_text()).at(home.clock())
    client, address = app.test_client(), "/staff/sign-in"
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)
    form = {"csrf_token": token and token[1], "username": NAME, "password": PASSWORD, "code": code}
    if client.post(address, data=form).status_code != 303:
        raise SystemExit("not signed in: a code works once in half a minute")
    gc.collect()
    gc.freeze()  # as bin/gunicorn.conf.py does: what was loaded is not walked through again in a request
    return client


if __name__ == "__main__":
    main()
