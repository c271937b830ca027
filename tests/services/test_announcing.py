"""What case systems are told beside records: worries, suggestions, withdrawals; each once, and never a word."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
from sqlalchemy import select, update

from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.speaking import read_for_worries, say_and_send
from webapp.casesystem.simulator import Simulator
from webapp.house import House
from webapp.services import announcing, delivering, worries
from webapp.services.outbox import RECORDS, WORRIES
from webapp.store import Announcement, Child, Delivery, Key, Record, Review

URL = "https://review.example.org"
ALL = dict.fromkeys(("worry", "participation", "withdrawal"), ("files",))


def announce(house: House, takers: announcing.Takers = ALL) -> int:
    return announcing.announce_once(house.db, house.vault, takers, URL, house.clock)


def press(house: House, consultation_id: str) -> str:
    with house.db.writing() as s:
        return worries.raise_worry(
            s,
            house.vault,
            house.authority,
            consultation_id=consultation_id,
            now=house.clock(),
            words="CANARY",
        ).id


def told(house: House, lane: str = RECORDS) -> list[dict[str, object]]:
    """What reaches a case system once the worker has read what was typed, as it has it."""
    read_for_worries(house)
    adapter = Simulator()
    while delivering.deliver_once(
        house.db, house.vault, {"files": adapter}, house.clock, "w", house.routes, lane
    ):
        pass
    return [dict(event.record) for event in adapter.kept.values()]


def held(house: House, case: Case, at: dt.datetime) -> None:
    with house.db.writing() as s:
        s.execute(update(Review).where(Review.id == case.review_id).values(status="held", held_at=at))


def test_a_worry_is_told_once_as_a_reference_and_overtakes_what_waits(house: House, case: Case) -> None:
    say_and_send(house, case.child.consultation_id, {"questions": "CANARY"})
    worry_id = press(house, case.child.consultation_id)
    assert (announce(house), announce(house)) == (1, 0)
    [worry] = told(house, WORRIES)
    assert worry["page"] == f"{URL}/staff/worries/{worry_id}"
    assert (worry["schema"], worry["review_id"], worry["child_id"]) == ("worry/1", "R-1", "C-1")
    assert "CANARY" not in json.dumps(worry)


def test_nothing_is_told_where_nobody_takes_it(house: House, case: Case) -> None:
    press(house, case.child.consultation_id)
    assert announce(house, {"views": ("files",)}) == 0


def test_a_worry_that_is_older_than_two_months_is_told_no_more(
    house: House, case: Case, clock: SettableClock
) -> None:
    press(house, case.child.consultation_id)
    clock.move(days=61)
    assert announce(house) == 0


def test_a_child_who_sent_before_the_review_is_suggested_for_pn6_and_says_what_that_is_not(
    house: House, case: Case, clock: SettableClock
) -> None:
    say_and_send(house, case.child.consultation_id, {"chair": ("me", "CANARY")})
    with house.db.reading() as s:
        record_id = s.scalars(select(Record.id)).one()
    clock.move(days=1)
    assert announce(house) == 0, "the review was not held yet"
    held(house, case, clock() - dt.timedelta(hours=1))
    assert (announce(house), announce(house)) == (1, 0)
    [found] = [one for one in told(house) if one["schema"] == "participation/1"]
    assert (found["suggested"], found["status"], found["records"]) == (
        "PN6", "suggested", [str(uuid.UUID(record_id))]
    )  # fmt: skip
    assert "1 February 2027" in str(found["why"])
    assert "not the IRO's own talk" in str(found["why"])
    assert "CANARY" not in json.dumps(found)


def test_nobody_is_suggested_by_what_a_parent_sent_or_a_child_sent_after_the_review(
    house: House, case: Case, clock: SettableClock
) -> None:
    say_and_send(house, case.parent.consultation_id, {"how_child": "CANARY"})
    clock.move(hours=2)
    say_and_send(house, case.child.consultation_id, {"chair": ("me", "")})
    held(house, case, clock() - dt.timedelta(hours=1))
    assert announce(house) == 0


def test_a_child_whose_key_is_broken_keeps_nobody_elses_worry_back(house: House, case: Case) -> None:
    press(house, case.child.consultation_id)
    with house.db.writing() as s:
        good = s.get_one(Child, case.child_id).key
        s.execute(update(Child).values(key=b"x" * 60))
    assert announce(house) == 0
    with house.db.writing() as s:
        s.execute(update(Child).values(key=good))
    assert announce(house) == 1


def test_two_workers_that_find_the_same_worry_tell_it_once(
    house: House, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(house, case.child.consultation_id)
    key = house.vault.key

    def overtaken(wrapped: bytes, where: str) -> Key:
        """Between looking and telling, another worker tells it."""
        monkeypatch.undo()
        assert announce(house) == 1
        return key(wrapped, where)

    monkeypatch.setattr(house.vault, "key", overtaken)
    assert announce(house) == 0
    with house.db.reading() as s:
        assert len(s.scalars(select(Announcement)).all()) == len(s.scalars(select(Delivery)).all()) == 1


def test_taking_back_names_every_record_of_that_booklet_and_no_other(
    house: House, case: Case, clock: SettableClock
) -> None:
    say_and_send(house, case.child.consultation_id, {"chair": ("me", "one")})
    clock.move(minutes=5)
    say_and_send(house, case.child.consultation_id, {"chair": ("iro", "two")})
    say_and_send(house, case.parent.consultation_id, {"how_child": "CANARY"})
    with house.db.reading() as s:
        rows = s.execute(select(Record.id, Record.kind).order_by(Record.made_at, Record.revision)).all()
    menus = [row.id for row in rows if row.kind == "invite-choices/1"]
    assert len(menus) == 2
    with house.db.writing() as s:
        assert announcing.withdraw(s, house.vault, ALL, menus[0], clock(), "system")
        assert not announcing.withdraw(s, house.vault, ALL, menus[1], clock(), "system"), "it is one booklet"
        assert not announcing.withdraw(s, house.vault, ALL, "0" * 32, clock(), "system")
    found = told(house)
    assert found[-1]["schema"] == "withdrawal/1", "after the records, in the review's order"
    assert found[-1]["withdraws"] == [str(uuid.UUID(one)) for one in menus]
    assert found[-1]["respondent"] == {"id": "C-1", "role": "child", "who": "child"}
