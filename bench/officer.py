#!/usr/bin/env python3
"""Measures an officer's pages: bench/officer.py FOLDER [--times 200] [--limit 100]

FOLDER is made by bench/prepare.py, of as many children as wanted. Once, one officer is given 200 of its reviews (a
year's work, 600 people asked) and another officer the rest; of one review a child, a parent and a carer answer
everything. Then the list, and the page, the agenda and the text of that review are asked for many times, in process,
signed in. Prints how long they took; ends with 1 where the 99th of a hundred lists took longer than the limit.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import re
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pyotp
from sqlalchemy import select, text

NAME, PASSWORD = "bench-officer", "a long made-up pass phrase"
OWN = "rowid % (SELECT max(1, count(*) / 200) FROM review) = 0"
STREWN = (
    "UPDATE review SET iro_id = :other",
    f"UPDATE review SET iro_id = :own WHERE {OWN}",
    "UPDATE review SET held_at = datetime(held_at, '-25 days', '+' || (rowid % 50) || ' days')",
    "INSERT INTO consultation (id, review_id, child_id, involvement_id, respondent, who, stage, booklets, facts,"
    " language, due_on, closes_on, state, reminders) SELECT substr(i.id, 2) || 'c', r.id, r.child_id, i.id, i.id,"
    " CASE i.role WHEN 'parent' THEN 'parent' ELSE 'carer' END, 'before',"
    " CASE i.role WHEN 'parent' THEN 'parent' ELSE 'carer' END, '', 'en', date('now'), date('now', '+30 days'),"
    " 'asked', 0"
    " FROM involvement i JOIN review r ON r.child_id = i.child_id"
    " WHERE r.iro_id = :own AND i.role IN ('parent', 'carer_foster')",
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
    client, review = signed_in(app)
    slow = False
    for address in (
        "/staff/reviews",
        *(f"/staff/reviews/{review}{more}" for more in ("", "/agenda", "/record")),
    ):
        p99 = measured(client, address.replace(review, "ID"), address, chosen.times)
        slow = slow or (address == "/staff/reviews" and p99 > chosen.limit)
    raise SystemExit(slow)


def measured(client: Any, name: str, address: str, times: int) -> float:
    """Ask so often; prints the figures and gives the 99th of a hundred in milliseconds."""
    took = []
    client.get(address)
    working = time.process_time()
    for _ in range(times):
        started = time.perf_counter()
        answer = client.get(address)
        took.append((time.perf_counter() - started) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{answer.status_code} {answer.text[:300]}")
    each = (time.process_time() - working) * 1000 / times
    took.sort()
    p50, p99 = took[times // 2], took[min(times - 1, times * 99 // 100)]
    print(f"{name}: p50 {p50:.1f} ms, p99 {p99:.1f} ms, worst {took[-1]:.1f} ms; {each:.1f} ms of processor")
    return p99


def signed_in(app: Any) -> tuple[Any, str]:
    """A browser in which the officer is signed in, and the review that is answered; strews the work the first time."""
    home = app.extensions["house"]
    kept = Path(home.settings.instance) / "officer-secret"
    if not kept.exists():
        kept.write_text("\n".join(strewn(home)))
    secret, review = kept.read_text().split()
    code = pyotp.TOTP(secret).at(home.clock())
    client, address = app.test_client(), "/staff/sign-in"
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)
    form = {"csrf_token": token and token[1], "username": NAME, "password": PASSWORD, "code": code}
    if client.post(address, data=form).status_code != 303:
        raise SystemExit("not signed in: a code works once in half a minute")
    gc.collect()
    gc.freeze()  # as bin/gunicorn.conf.py does: what was loaded is not walked through again in a request
    return client, review


def strewn(home: Any) -> tuple[str, str]:
    """Two officers with the reviews between them, and one review answered; gives the secret and the review."""
    from webapp.services import staff as accounts
    from webapp.store import Review

    with home.db.writing() as session:
        own, secret = accounts.add_staff(
            session, home.vault, NAME, "Bench", "iro", PASSWORD, "S-1", "b@example.org"
        )
        other, _ = accounts.add_staff(
            session, home.vault, "other", "Other", "iro", PASSWORD, "S-2", "o@example.org"
        )
        session.flush()
        ids = {"own": own.id, "other": other.id}
        for one in STREWN:
            session.execute(text(one), {name: value for name, value in ids.items() if f":{name}" in one})
        review: str = session.scalars(
            select(Review.id).where(Review.iro_id == own.id).order_by(Review.held_at.desc()).limit(1)
        ).one()
    answered(home, review)
    return secret, review


def answered(home: Any, review: str) -> None:
    """A child, a parent and a carer answer everything that they are asked."""
    from webapp.demo import playing
    from webapp.store import Consultation, Involvement, Person

    with home.db.writing() as session:
        asked = session.scalars(select(Consultation).where(Consultation.review_id == review)).all()
        for one in asked:
            if one.involvement_id is None:
                one.booklets = "my_review_my_choice my_life"
            else:
                part = session.get_one(Involvement, one.involvement_id)
                key = home.vault.key(session.get_one(Person, part.person_id).key, f"person:{part.person_id}")
                part.consulted = True
                part.known_fact = key.seal(
                    '{"kind": "word", "value": "x"}', f"involvement.known_fact:{part.id}"
                )
        told = [
            playing.Asked(one.id, "", "", "", "", tuple(one.booklets.split()), one.who, one.closes_on)
            for one in asked
        ]
    playing.UNFINISHED = playing.ONE_IS_ENOUGH = 0.0
    playing.CARES_FOR = 1.0
    for one in told:
        playing.play(home, one, random.Random(7))


if __name__ == "__main__":
    main()
