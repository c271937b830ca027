#!/usr/bin/env python3
"""Measures an officer's pages: bench/officer.py FOLDER [--times 200] [--limit 100]

FOLDER is made by bench/prepare.py, of as many children as wanted. Once, one officer is given 200 of its reviews (a
year's work, 600 people asked) and another officer the rest; of one review a child, a parent and a carer answer
everything. Then the list, and the page, the agenda and the text of that review are asked for many times, in process,
signed in. Prints how long they took; ends with 1 where the 99th of a hundred lists took longer than the limit.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from staff_pages import PASSWORD, house_of, measured, once, signed_in

NAME = "bench-officer"
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
    app = house_of(chosen.folder)
    secret, review = once(app, "officer-secret", strewn).split()
    client = signed_in(app, NAME, secret)
    slow = measured(client, "/staff/reviews", chosen.times)[0] > chosen.limit
    for more in ("", "/agenda", "/record"):
        measured(client, f"/staff/reviews/{review}{more}", chosen.times, f"/staff/reviews/ID{more}")
    raise SystemExit(slow)


def strewn(home: Any) -> str:
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
    return f"{secret}\n{review}"


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
