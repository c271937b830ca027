"""Participation is counted by month, and what a child said is counted without keeping who said it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.speaking import say_and_send
from tests.fixtures.staff import Worker
from webapp.house import House
from webapp.services import counting
from webapp.store import (
    Attendance,
    Base,
    Consultation,
    HeardCount,
    Review,
    ReviewCount,
)

HELD = dt.datetime(2027, 3, 2, 16, tzinfo=dt.UTC)
MARCH = dt.date(2027, 3, 1)


def counted(house: House, part: str = "all", value: str = "all") -> dict[str, Any]:
    """One row of the counts of March, as numbers; empty where there is none."""
    counting.count(house.db, house.authority, house.clock, 2)
    with house.db.reading() as s:
        row = s.get(ReviewCount, (MARCH, part, value))
        return {} if row is None else {name: getattr(row, name) for name in counting.MEASURES}


@pytest.fixture
def held(house: House, case: Case, clock: SettableClock) -> Case:
    """Maya's review, held the day before."""
    with house.db.writing() as s:
        s.execute(update(Review).values(held_at=HELD))
        s.execute(
            update(Consultation)
            .where(Consultation.id == case.child.consultation_id)
            .values(asked_at=HELD - dt.timedelta(days=40), state="asked", closes_on=HELD.date())
        )
    return case


def test_a_review_counts_from_its_day_on_and_not_before(
    house: House, held: Case, clock: SettableClock
) -> None:
    clock.set(HELD - dt.timedelta(hours=1))
    assert counted(house) == {}
    clock.set(HELD + dt.timedelta(hours=1))
    found = counted(house)
    assert (found["reviews"], found["invited"], found["opened"], found["answered"]) == (1, 1, 0, 0)


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_a_review_that_was_not_held_is_not_counted(
    house: House, held: Case, clock: SettableClock, status: str
) -> None:
    with house.db.writing() as s:
        s.execute(update(Review).values(status=status))
    clock.set(HELD + dt.timedelta(days=1))
    assert counted(house) == {}


@pytest.mark.parametrize(("days", "in_time"), [(4, 1), (2, 0)])
def test_an_answer_is_in_time_where_it_came_days_before_the_review(
    house: House, held: Case, clock: SettableClock, days: int, in_time: int
) -> None:
    clock.set(HELD - dt.timedelta(days=days))
    say_and_send(house, held.child.consultation_id, {"questions": "CANARY"})
    clock.set(HELD + dt.timedelta(days=1))
    found = counted(house)
    assert (found["opened"], found["answered"], found["in_time"]) == (1, 1, in_time)
    assert counted(house, "channel", "web")["answered"] == 1


def test_who_came_and_how_the_child_took_part_is_counted_from_what_is_in_force(
    house: House, held: Case, iro: Worker, clock: SettableClock
) -> None:
    clock.set(HELD + dt.timedelta(days=1))
    with house.db.writing() as s:
        for code, over in (("PN7", HELD), ("PN1", None)):
            s.add(
                Attendance(
                    review_id=held.review_id, child_attended=code == "PN1", participation_code=code, suggested="",
                    attended="parent social_worker", involvements="", adjourned=False, held_on=HELD.date(),
                    recorded_by=iro.id, recorded_at=HELD, superseded_at=over,
                )
            )  # fmt: skip
    assert (counted(house)["recorded"], counted(house)["attended"]) == (1, 1)
    assert counted(house, "code", "PN1")["recorded"] == 1
    assert counted(house, "code", "PN7") == {}
    assert counted(house, "came", "social_worker")["recorded"] == 1
    assert counted(house, "came", "advocate") == {}


def test_every_part_adds_up_to_all(house: House, held: Case, clock: SettableClock) -> None:
    clock.set(HELD + dt.timedelta(days=1))
    whole = counted(house)
    with house.db.reading() as s:
        for part in counting.PARTS:
            rows = s.scalars(
                select(ReviewCount).where(ReviewCount.part == part, ReviewCount.month == MARCH)
            ).all()
            assert {name: sum(getattr(row, name) for row in rows) for name in counting.MEASURES} == whole


def test_being_listened_to_is_counted_once_and_nobody_with_it(
    house: House, held: Case, clock: SettableClock
) -> None:
    clock.set(HELD + dt.timedelta(days=1))
    with house.db.writing() as s:
        s.execute(
            update(Consultation)
            .where(Consultation.id == held.child.consultation_id)
            .values(stage="after", booklets="how_was_it", closes_on=dt.date(2027, 3, 30))
        )
        s.execute(update(Review).values(status="held"))
    say_and_send(house, held.child.consultation_id, {"listened": ("5", "")})
    say_and_send(house, held.child.consultation_id, {"listened": ("1", "")})
    with house.db.reading() as s:
        assert [
            (row.told, row.heard) for row in s.scalars(select(HeardCount).where(HeardCount.part == "all"))
        ] == [(1, 1)]
        assert s.scalars(select(HeardCount.month).distinct()).all() == [MARCH]
    assert {c.name for c in Base.metadata.tables["heard_count"].c} == {
        "month",
        "part",
        "value",
        "told",
        "heard",
    }


def test_the_worker_counts_once_an_hour(house: House, held: Case, clock: SettableClock) -> None:
    clock.set(HELD + dt.timedelta(days=1))
    counting.count_hourly(house.db, house.authority, house.clock)
    with house.db.writing() as s:
        s.execute(update(Review).values(status="cancelled"))
    clock.move(minutes=59)
    counting.count_hourly(house.db, house.authority, house.clock)
    with house.db.reading() as s:
        assert s.get(ReviewCount, (MARCH, "all", "all")) is not None
    clock.move(minutes=1)
    counting.count_hourly(house.db, house.authority, house.clock)
    with house.db.reading() as s:
        assert s.get(ReviewCount, (MARCH, "all", "all")) is None
