#!/usr/bin/env python3
"""Measures the Review Unit's day: bench/unit_day.py FOLDER [--times 200] [--limit 100]

FOLDER is made by bench/prepare.py, of as many children as wanted. What is due, silent, out of reach,
to be printed and waiting to be delivered is strewn over it once; then the page is asked for many times, in process,
signed in. Prints how long it took, and ends with 1 where the 99th of a hundred took longer than the limit.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from sqlalchemy import text
from staff_pages import PASSWORD, house_of, measured, once, signed_in

NAME = "bench-unit"
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
    app = house_of(chosen.folder)
    client = signed_in(app, NAME, once(app, "unit-secret", strewn))
    p99, _ = measured(client, ADDRESS, chosen.times)
    raise SystemExit(p99 > chosen.limit)


def strewn(home: Any) -> str:
    """Work for the Review Unit over the children, and somebody of it; gives the secret of their codes."""
    from webapp.services import staff as accounts

    with home.db.writing() as session:
        for one in STREWN:
            session.execute(text(one), {"now": home.clock()} if ":now" in one else {})
        _, secret = accounts.add_staff(
            session, home.vault, NAME, "Bench", "unit", PASSWORD, None, "b@example.org"
        )
    return secret


if __name__ == "__main__":
    main()
