#!/usr/bin/env python3
"""Measures the service manager's figures: bench/participation.py FOLDER [--times 30] [--limit 1000] [--officers 1300]

FOLDER is made by bench/prepare.py, of as many children as wanted. Their reviews are strewn over the year behind once,
with answers, attendance and officers; then the worker's count is timed, and the pages, in process, signed in. Ends
with 1 where the slowest page took longer than the limit.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from sqlalchemy import text
from staff_pages import PASSWORD, house_of, measured, once, signed_in

NAME = "bench-manager"
PAGES = ("/staff/participation", "/staff/participation?quarter=2", "/staff/participation/year")
STREWN = """
INSERT INTO staff (id, username, name, roles, key, totp_last, active)
 WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :officers)
 SELECT printf('b%031d', i), 'officer' || i, 'Officer ' || i, 'iro', x'', 0, 1 FROM n;
UPDATE review SET status = 'held', held_at = datetime(:now, '-' || (rowid % 364 + 1) || ' days') || '.000000',
 iro_id = printf('b%031d', rowid % :officers);
UPDATE child SET out_of_area = rowid % 2,
 placement = CASE rowid % 9 WHEN 0 THEN 'residential' WHEN 1 THEN 'connected' ELSE 'foster' END;
UPDATE consultation SET asked_at = datetime(:now, '-380 days') || '.000000',
 language = CASE rowid % 40 WHEN 0 THEN 'ur' WHEN 1 THEN 'ar' ELSE 'en' END;
INSERT INTO response (id, consultation_id, booklet_id, key, definition, started_at, version, sent_version, sent_at,
 revision) SELECT 'b' || substr(c.id, 2), c.id, 'my_review_my_choice', x'', d.fingerprint, :now, 1, 1, :now, 1
 FROM consultation c, (SELECT fingerprint FROM definition LIMIT 1) d
 WHERE c.rowid % 4 > 0 AND NOT EXISTS (SELECT 1 FROM response r WHERE r.consultation_id = c.id);
INSERT INTO record (id, response_id, review_id, kind, revision, sealed, made_at)
 SELECT r.id, r.id, c.review_id, 'invite-choices/1', 1, x'', datetime(:now, '-370 days') || '.000000'
 FROM response r JOIN consultation c ON c.id = r.consultation_id WHERE r.revision = 1;
INSERT INTO answer (response_id, question_id, version, sealed, audience, channel, language, wording, definition,
 typed_by, answered_at)
 SELECT id, 'questions', 1, x'', 'review', 'web', 'en', 'standard', definition, '', :now
 FROM response WHERE revision = 1;
INSERT INTO attendance (id, review_id, child_attended, participation_code, suggested, attended, involvements,
 adjourned, held_on, recorded_by, recorded_at)
 SELECT id, id, rowid % 4 > 0, 'PN' || (1 + rowid % 7), '', 'parent social_worker', '', 0, date(held_at), iro_id, :now
 FROM review;
ANALYZE
"""


def main() -> None:
    """Strew, count, sign in, measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--limit", type=float, default=1000, help="Milliseconds.")
    parser.add_argument("--officers", type=int, default=1300)
    chosen = parser.parse_args()
    app = house_of(chosen.folder)
    secret = once(app, "manager-secret", lambda home: strewn(home, chosen.officers))
    from webapp.services import counting

    home, started = app.extensions["house"], time.perf_counter()
    months = counting.count(home.db, home.authority, home.clock)
    print(f"the worker counted {months} months in {time.perf_counter() - started:.1f} s")
    client = signed_in(app, NAME, secret)
    slowest = max(measured(client, address, chosen.times)[1] for address in PAGES)
    raise SystemExit(slowest > chosen.limit)


def strewn(home: Any, officers: int) -> str:
    """A year of reviews over the children and these officers, and a manager; gives the secret of their codes."""
    from webapp.services import staff as accounts

    values = {"now": home.clock().strftime("%Y-%m-%d %H:%M:%S"), "officers": officers}
    with home.db.writing() as session:
        for one in STREWN.split(";"):
            session.execute(text(one), {name: value for name, value in values.items() if f":{name}" in one})
        _, secret = accounts.add_staff(session, home.vault, NAME, "Bench", "manager", PASSWORD)
    return secret


if __name__ == "__main__":
    main()
