"""Tries at a door are counted in the database, in windows, for each who and for everyone."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.services import coming_in
from webapp.house import House
from webapp.services import limits
from webapp.services.access import TooOften, Wrong
from webapp.store import Attempt, Database

WHO = "a" * 64
OTHER = "b" * 64


def fail(house: House, door: str, times: int = 1, who: str = WHO) -> None:
    for _ in range(times):
        with house.db.writing() as s:
            limits.failed(s, house.clock(), door, who)


def wait(house: House, door: str, who: str = WHO) -> int:
    with house.db.reading() as s:
        return limits.try_again_in(s, house.clock(), door, who)


@pytest.mark.parametrize("door", list(limits.DOORS))
def test_a_door_closes_at_its_limit_and_opens_when_the_window_is_over(
    house: House, clock: SettableClock, door: str
) -> None:
    allowed, seconds = limits.DOORS[door][0]
    fail(house, door, allowed - 1)
    assert wait(house, door) == 0
    fail(house, door)
    left = wait(house, door)
    assert 0 < left <= seconds
    clock.move(seconds=left - 1)
    assert wait(house, door) == 1
    clock.move(seconds=1)
    assert wait(house, door) == 0


@pytest.mark.parametrize("door", [door for door, windows in limits.DOORS.items() if len(windows) > 1])
def test_patience_does_not_get_round_the_long_window(house: House, clock: SettableClock, door: str) -> None:
    (allowed, short), (most, long) = limits.DOORS[door][:2]
    tried = 0
    while wait(house, door) == 0 and tried <= most:
        fail(house, door)
        tried += 1
        if tried % allowed == 0:
            clock.move(seconds=short)
    assert tried <= most
    assert wait(house, door) > short
    assert wait(house, door) <= long


def test_one_person_s_tries_are_not_another_s(house: House) -> None:
    fail(house, "fact", 5)
    assert wait(house, "fact", OTHER) == 0
    assert wait(house, "secret") == 0


def test_the_count_outlives_a_restart_and_is_seen_by_other_workers(house: House) -> None:
    fail(house, "code", 10)
    other = Database(house.db.url)
    with other.reading() as s:
        assert limits.try_again_in(s, house.clock(), "code", WHO) > 0
    other.close()


def test_a_right_try_wipes_the_short_count_only(house: House, clock: SettableClock) -> None:
    fail(house, "secret", 5)
    with house.db.writing() as s:
        limits.passed(s, clock(), "secret", WHO)
    assert wait(house, "secret") == 0
    with house.db.reading() as s:
        assert limits.wrong_tries(s, clock(), "secret", WHO) == 5


def test_staff_can_wipe_all_of_it(house: House, clock: SettableClock) -> None:
    fail(house, "secret", 20)
    with house.db.writing() as s:
        limits.forget(s, "secret", WHO)
    with house.db.reading() as s:
        assert limits.wrong_tries(s, clock(), "secret", WHO) == 0
    assert wait(house, "secret") == 0


def test_tries_at_the_same_moment_are_all_counted(house: House) -> None:
    threads = [threading.Thread(target=fail, args=(house, "secret", 5)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with house.db.reading() as s:
        assert s.scalars(select(Attempt.tries)).all() == [20, 20]


def test_a_clock_put_back_by_ten_minutes_neither_locks_nor_forgets(
    house: House, clock: SettableClock
) -> None:
    fail(house, "fact", 3)
    clock.move(minutes=10)
    fail(house, "fact", 2)
    clock.move(minutes=-10)
    assert wait(house, "fact") <= 15 * 60
    fail(house, "fact", 2)
    assert wait(house, "fact") > 0
    clock.move(minutes=15)
    assert wait(house, "fact") == 0


def test_who_is_kept_as_a_hash(house: House, clock: SettableClock) -> None:
    fail(house, "code", who=house.vault.lookup("limit", "address:198.51.100.7"))
    with house.db.reading() as s:
        row = s.scalars(select(Attempt)).first()
    assert row is not None
    assert "198.51" not in row.who
    assert len(row.who) == 64


@pytest.mark.parametrize("door", ["fact", "secret"])
def test_guesses_at_the_same_moment_get_no_more_tries_than_one_after_the_other(
    house: House, case: Case, door: str
) -> None:
    visit = coming_in.opened(house, case.child)
    if door == "secret":
        coming_in.say(house, case.child, visit, "4-5")
        coming_in.set_secret(house, case.child, visit)
    tried: list[str] = []

    def guess() -> None:
        try:
            if door == "fact":
                coming_in.say(house, case.child, visit, "5-5")
            else:
                coming_in.give(house, case.child, visit, "1234")
        except (Wrong, TooOften) as error:
            tried.append(type(error).__name__)

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(tried) == ["TooOften"] * 3 + ["Wrong"] * 5
