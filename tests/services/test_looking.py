"""Lists for staff: order, pages, and what they cost."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from sqlalchemy import text, update

from tests.fixtures.caseloads import many_reviews
from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.counting import statements
from tests.fixtures.staff import Worker
from webapp.house import House
from webapp.services import looking
from webapp.store import Child, Consultation, Review

HOUR = dt.timedelta(hours=1)


def load(house: House, iro: Worker, tab: looking.Tab = "coming", page: int = 1) -> looking.Lines:
    with house.db.reading() as s:
        return looking.caseload(s, house.vault, house.clock(), iro.id, tab, page)


def test_what_comes_stands_soonest_first_and_what_is_past_latest_first(
    house: House, iro: Worker, clock: SettableClock
) -> None:
    coming = many_reviews(house, iro.id, 60, clock() + HOUR, HOUR)
    past = many_reviews(house, iro.id, 60, clock() - dt.timedelta(days=30), HOUR)
    assert [line.id for line in load(house, iro).lines] == coming[:50]
    assert [line.id for line in load(house, iro, page=2).lines] == coming[50:]
    assert [line.id for line in load(house, iro, "past").lines] == past[::-1][:50]


@pytest.mark.parametrize("page,shown", [(0, 1), (-5, 1), (2, 2), (3, 2), (10**9, 2)])
def test_a_page_that_is_not_there_is_the_nearest_one(
    house: House, iro: Worker, clock: SettableClock, page: int, shown: int
) -> None:
    many_reviews(house, iro.id, 51, clock() + HOUR, HOUR)
    found = load(house, iro, page=page)
    assert (found.page, found.pages, found.count) == (shown, 2, 51)


def test_an_empty_list_is_one_page(house: House, iro: Worker) -> None:
    found = load(house, iro)
    assert (found.lines, found.page, found.pages, found.count) == ((), 1, 1, 0)


def test_other_officers_reviews_are_not_in_it(
    house: House, iro: Worker, other_iro: Worker, clock: SettableClock
) -> None:
    many_reviews(house, other_iro.id, 5, clock() + HOUR, HOUR)
    assert load(house, iro).lines == ()


@pytest.mark.parametrize(
    "now,age",
    [
        (dt.datetime(2027, 5, 3, 22, 59, tzinfo=dt.UTC), 10),
        (dt.datetime(2027, 5, 3, 23, 1, tzinfo=dt.UTC), 11),
    ],
)
def test_a_birthday_begins_at_midnight_in_london(
    house: House, case: Case, iro: Worker, clock: SettableClock, now: dt.datetime, age: int
) -> None:
    clock.set(now)
    assert load(house, iro, "past").lines[0].age == age


def test_a_birthday_that_nobody_knows_gives_the_years_age(house: House, case: Case, iro: Worker) -> None:
    with house.db.writing() as s:
        s.execute(update(Child).values(birth_date=None, birth_year=2020))
    assert load(house, iro).lines[0].age == 7


def test_the_child_stands_first_among_those_who_are_asked(house: House, case: Case, iro: Worker) -> None:
    assert [one.who for one in load(house, iro).lines[0].asked] == [
        "child",
        "child",
        "parent",
        "carer",
    ]


@pytest.mark.parametrize("state", ["stopped", "unreachable", "due", "asked"])
def test_a_step_that_has_not_begun_is_the_state(house: House, case: Case, iro: Worker, state: str) -> None:
    with house.db.writing() as s:
        s.execute(update(Consultation).values(state=state))
    assert {one.step for one in load(house, iro).lines[0].asked} == {state}


@pytest.mark.parametrize("tab", looking.TABS)
def test_each_list_reads_a_range_of_an_index_and_sorts_nothing(
    house: House, iro: Worker, clock: SettableClock, tab: looking.Tab
) -> None:
    if not house.db.sqlite:
        pytest.skip("the plan is SQLite's words; the index is the same on both")
    many_reviews(house, iro.id, 500, clock() - dt.timedelta(days=10), HOUR)
    with statements(house.db) as seen:
        load(house, iro, tab)
    others = ("consultation", "FROM worry")
    counting, listing = (
        sql for sql in seen if "FROM review" in sql and not any(other in sql for other in others)
    )
    with house.db.reading() as s:
        s.execute(text("ANALYZE"))
        for sql in (counting, listing):
            n = sql.count("?")
            given = {0: iro.id, 1: "2027-01-31 00:00:00"} if "held_at IS NULL" not in sql else {0: iro.id}
            values = tuple(given.get(i, 50) for i in range(n))
            plan = [row[3] for row in s.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
            assert any("ix_review_iro_held" in step for step in plan), plan
            if tab != "undated":
                assert not any("B-TREE FOR ORDER BY" in step for step in plan), plan


def test_ten_thousand_reviews_are_listed_about_as_fast_as_ten(
    house: House, iro: Worker, clock: SettableClock
) -> None:
    def best() -> float:
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            load(house, iro)
            times.append(time.perf_counter() - begun)
        return min(times)

    many_reviews(house, iro.id, 50, clock() + HOUR, HOUR)
    few = best()
    many_reviews(house, iro.id, 9_950, clock() + 60 * HOUR, HOUR / 6)
    assert best() < few * 4 + 0.05


def test_the_whole_authoritys_list_takes_as_many_queries(
    house: House, iro: Worker, case: Case, clock: SettableClock
) -> None:
    many_reviews(house, iro.id, 60, clock() + HOUR, HOUR)
    for search in ("", "C-1", "R-1", "nothing"):
        with house.db.reading() as s, statements(house.db) as seen:
            ids = looking.find_children(s, house.vault, search) if search else None
            found = looking.every_review(s, house.vault, clock(), "coming", 1, ids)
        assert len(seen) <= 7
        assert found.count == {"": 61, "C-1": 1, "R-1": 1, "nothing": 0}[search]


def test_a_review_cancelled_or_postponed_stays_in_the_list(house: House, case: Case, iro: Worker) -> None:
    with house.db.writing() as s:
        s.execute(update(Review).values(status="postponed"))
    assert load(house, iro).lines[0].status == "postponed"
