"""What holds for every date, tried on many."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from config import Timetable
from webapp.review import timetable as t

days = st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31))
RULES = Timetable()


@given(days, st.integers(1, 60))
def test_going_forward_lands_on_a_working_day_with_as_many_on_the_way(start: dt.date, count: int) -> None:
    end = t.add_working_days(start, count, "ENG")
    between = [start + dt.timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert t.is_working_day(end, "ENG")
    assert sum(t.is_working_day(d, "ENG") for d in between) == count


@given(days, st.integers(1, 60))
def test_going_back_undoes_going_forward_from_a_working_day(start: dt.date, count: int) -> None:
    start = t.add_working_days(start, 1, "ENG")
    assert t.add_working_days(t.add_working_days(start, count, "ENG"), -count, "ENG") == start


@given(days)
def test_the_dates_around_a_review_stand_in_their_order(review_on: dt.date) -> None:
    dates = t.dates_of(review_on, RULES)
    assert dates.invite_on < dates.settle_by < dates.review_on
    assert list(dates.reminders) == sorted(dates.reminders)
    assert all(dates.invite_on < reminder < dates.closes_on for reminder in dates.reminders)


@given(days, st.integers(0, 200), days, st.none() | days)
def test_offered_days_are_working_days_of_the_window_still_ahead_and_at_most_ten(
    start: dt.date, length: int, today: dt.date, near: dt.date | None
) -> None:
    end = start + dt.timedelta(days=length)
    offered = t.dates_to_offer(start, end, today, RULES, near)
    assert len(offered) <= t.DATES_AT_MOST
    assert list(offered) == sorted(set(offered))
    assert all(start <= d <= end and d > today and t.is_working_day(d, "ENG") for d in offered)


@given(days, st.integers(0, 60), st.none() | days)
def test_the_whole_window_is_offered_where_it_has_few_working_days(
    start: dt.date, length: int, near: dt.date | None
) -> None:
    end = start + dt.timedelta(days=length)
    working = [d for n in range(length + 1) if t.is_working_day(d := start + dt.timedelta(days=n), "ENG")]
    offered = t.dates_to_offer(start, end, start - dt.timedelta(days=1), RULES, near)
    assert len(offered) == min(len(working), t.DATES_AT_MOST)


@given(days, days, days)
def test_a_reminder_is_one_that_exists_and_whose_day_has_come(
    review_on: dt.date, asked: dt.date, today: dt.date
) -> None:
    dates = t.dates_of(review_on, RULES)
    number = t.reminder_now(dates, asked, today)
    if number is not None:
        assert dates.reminders[number - 1] <= today <= dates.closes_on
        assert dates.reminders[number - 1] > asked
