"""A child changes an answer, or takes it back, before and after it is delivered (threats.md P7)."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.speaking import say, send
from webapp.booklet.answers import SKIPPED
from webapp.house import House
from webapp.services import looking_worry, screening, visits
from webapp.services.visits import Standing
from webapp.store import Delivery, Record, Worry

HURT, CALM, LAST = "He hits me every night and I am scared", "We went swimming", "I like the dog"


def records(house: House, standing: Standing) -> list[dict[str, Any]]:
    key = visits.response_key(house.vault, standing)
    with house.db.reading() as s:
        rows = s.scalars(select(Record).order_by(Record.revision)).all()
        return [json.loads(key.open(row.sealed, f"record.sealed:{row.id}")) for row in rows]


def flagged(house: House) -> str:
    """The words that every worry there is was raised by, as whoever opens it reads them; open ones alone."""
    with house.db.reading() as s:
        ids = s.scalars(select(Worry.id).where(Worry.closed_at.is_(None))).all()
        found = [looking_worry.details(s, house.vault, house.clock(), house.booklets, one) for one in ids]
    return " ".join(part for one in found for answer in one.flagged for part in answer.said)


def test_the_newest_is_what_is_shown_a_change_is_delivered_as_one_and_a_flag_stays(
    house: House, case: Case, clock: SettableClock
) -> None:
    child = case.child.consultation_id
    say(house, child, {"anything": HURT})
    screening.screen_once(house.db, house.vault, house.authority, clock)
    assert HURT in flagged(house)

    send(house, say(house, child, {"anything": CALM}))  # changed before it was ever sent
    clock.move(hours=1)
    standing = say(house, child, {"anything": LAST})  # and after
    assert send(house, standing) == 2
    clock.move(hours=1)
    standing = say(house, child, {"anything": SKIPPED})  # and taken back
    assert send(house, standing) == 3

    first, second, third = records(house, standing)
    texts = [json.dumps(one) for one in (first, second, third)]
    assert [[words in text for words in (HURT, CALM, LAST)] for text in texts] == [
        [False, True, False], [False, False, True], [False, False, False],
    ]  # fmt: skip
    assert (second["supersedes"], third["supersedes"]) == (first["id"], second["id"])
    with house.db.reading() as s:
        sent = s.execute(select(Delivery.record_id, Delivery.sequence).order_by(Delivery.sequence)).all()
        ids = s.scalars(select(Record.id).order_by(Record.revision)).all()
    assert [row.record_id for row in sent] == list(ids), "each as a record of its own, in order"

    screening.screen_once(house.db, house.vault, house.authority, clock)
    assert HURT in flagged(house), "what was flagged stands as it was said then"
