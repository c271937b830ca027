"""The timetable: a table of real cases, dates worked out by hand from a calendar."""

from __future__ import annotations

import datetime as dt

import holidays
import pytest

from config import Timetable
from webapp.review import timetable as t
from webapp.review.bank_days import DAYS

RULES = Timetable()


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2027-02-01", 1, "2027-02-02"),  # Monday to Tuesday
        ("2027-02-05", 1, "2027-02-08"),  # over a weekend
        ("2027-02-06", 1, "2027-02-08"),  # from a Saturday
        ("2027-02-01", 0, "2027-02-01"),
        ("2026-12-23", 2, "2026-12-29"),  # Christmas on a Friday, Boxing Day's substitute on the Monday
        ("2027-12-24", 1, "2027-12-29"),  # Christmas on a Saturday: substitutes on Monday and Tuesday
        ("2027-03-25", 1, "2027-03-30"),  # Easter, and the clocks go forward on the Sunday between
        ("2027-10-29", 1, "2027-11-01"),  # the clocks go back
        ("2028-02-28", 1, "2028-02-29"),  # a leap day counts
        ("2027-02-26", 1, "2027-03-01"),
        ("2022-06-01", 1, "2022-06-06"),  # a spring bank holiday moved, and a jubilee
        ("2027-03-30", -1, "2027-03-25"),
        ("2026-12-29", -2, "2026-12-23"),
    ],
)
def test_working_days_leave_out_weekends_and_bank_holidays(start: str, count: int, end: str) -> None:
    assert t.add_working_days(day(start), count, "ENG") == day(end)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2027-02-01", "2027-03-01"),
        ("2026-12-14", "2027-01-14"),  # three bank holidays on the way
        ("2027-03-08", "2027-04-07"),  # Good Friday and Easter Monday
        ("2028-02-10", "2028-03-09"),  # a leap year
    ],
)
def test_twenty_working_days_leave_out_weekends_and_bank_holidays(start: str, end: str) -> None:
    assert t.add_working_days(day(start), 20, "ENG") == day(end)


def test_every_date_around_a_review_over_easter_and_the_clock_change() -> None:
    assert t.dates_of(day("2027-03-30"), RULES) == t.Dates(
        review_on=day("2027-03-30"),
        invite_on=day("2027-02-16"),
        settle_by=day("2027-02-26"),
        reminders=(day("2027-03-02"), day("2027-03-16")),
        closes_on=day("2027-03-30"),
    )


def test_an_authority_may_close_the_booklets_early() -> None:
    assert t.dates_of(day("2027-12-20"), Timetable(close_days_before=3)).closes_on == day("2027-12-17")


@pytest.mark.parametrize(
    ("held_at", "on"),
    [
        ("2027-03-28T00:30:00+00:00", "2027-03-28"),  # half an hour before the clocks go forward
        ("2027-03-28T23:30:00+00:00", "2027-03-29"),  # already summer time: half past midnight
        ("2027-10-30T23:30:00+00:00", "2027-10-31"),  # still summer time
        ("2027-10-31T23:30:00+00:00", "2027-10-31"),  # no longer
    ],
)
def test_the_day_of_a_review_is_a_day_in_london(held_at: str, on: str) -> None:
    found = t.day_of(dt.datetime.fromisoformat(held_at), day("2027-12-31"), day("2027-01-01"))
    assert found == day(on)


def test_a_review_without_a_date_counts_from_the_end_of_its_window() -> None:
    assert t.day_of(None, day("2027-05-01"), day("2027-04-01")) == day("2027-05-01")


def test_a_postponed_review_forgets_its_old_date_once_that_has_passed() -> None:
    held = dt.datetime(2027, 4, 1, 10, tzinfo=dt.UTC)
    assert t.day_of(held, day("2027-05-01"), day("2027-04-02"), postponed=True) == day("2027-05-01")
    assert t.day_of(held, day("2027-05-01"), day("2027-04-02")) == day("2027-04-01")
    assert t.day_of(held, day("2027-05-01"), day("2027-03-02"), postponed=True) == day("2027-04-01")


@pytest.mark.parametrize(
    ("on", "ends"),
    [
        ("2027-03-27", "2027-03-28T00:00:00+00:00"),
        ("2027-03-28", "2027-03-28T23:00:00+00:00"),  # the short day
        ("2027-10-30", "2027-10-30T23:00:00+00:00"),
        ("2027-10-31", "2027-11-01T00:00:00+00:00"),  # the long day
        ("2028-02-29", "2028-03-01T00:00:00+00:00"),
    ],
)
def test_a_day_ends_at_midnight_in_london(on: str, ends: str) -> None:
    assert t.end_of_day(day(on)) == dt.datetime.fromisoformat(ends)


def test_a_first_review_with_less_than_six_weeks_goes_out_at_once() -> None:
    today = day("2027-02-10")
    dates = t.dates_of(day("2027-02-26"), RULES)
    assert dates.settle_by < today
    assert t.invite_day(dates, today) == today


def test_an_invitation_waits_for_its_day_where_there_is_time() -> None:
    dates = t.dates_of(day("2027-06-01"), RULES)
    assert t.invite_day(dates, day("2027-02-01")) == day("2027-04-20")


@pytest.mark.parametrize(
    ("asked", "today", "number"),
    [
        ("2027-02-16", "2027-03-01", None),  # the day before the first
        ("2027-02-16", "2027-03-02", 1),
        ("2027-02-16", "2027-03-05", 1),  # a late run
        ("2027-02-16", "2027-03-16", 2),
        ("2027-02-16", "2027-03-30", 2),  # very late: the newest only
        ("2027-02-16", "2027-03-31", None),  # the review is over
        ("2027-02-26", "2027-03-02", None),  # asked four days before
        ("2027-02-25", "2027-03-02", 1),
        ("2027-03-17", "2027-03-20", None),  # asked after both
    ],
)
def test_a_reminder_has_its_day_and_never_follows_the_invitation_at_once(
    asked: str, today: str, number: int | None
) -> None:
    assert t.reminder_now(t.dates_of(day("2027-03-30"), RULES), day(asked), day(today)) == number


def test_an_authority_may_send_no_reminders() -> None:
    dates = t.dates_of(day("2027-03-30"), Timetable(reminder_days_before=()))
    assert t.reminder_now(dates, day("2027-02-16"), day("2027-03-20")) is None


def test_the_days_offered_are_the_ten_working_days_nearest_to_the_planned_one() -> None:
    offered = t.dates_to_offer(
        day("2027-03-01"), day("2027-04-30"), day("2027-02-01"), RULES, day("2027-03-30")
    )
    assert [d.isoformat()[5:] for d in offered] == [
        "03-22", "03-23", "03-24", "03-25", "03-30", "03-31", "04-01", "04-02", "04-05", "04-06",
    ]  # fmt: skip


def test_days_that_have_passed_are_not_offered_and_the_others_stay_the_same() -> None:
    window = (day("2027-03-01"), day("2027-04-30"))
    before = t.dates_to_offer(*window, day("2027-02-01"), RULES, day("2027-03-30"))
    later = t.dates_to_offer(*window, day("2027-03-25"), RULES, day("2027-03-30"))
    assert later == tuple(d for d in before if d > day("2027-03-25"))
    assert t.dates_to_offer(*window, day("2027-05-01"), RULES) == ()


def test_the_bank_holidays_that_are_written_down_are_those_of_the_package() -> None:
    for year in DAYS:
        for nation in ("ENG", "WLS"):
            assert t.bank_holidays(nation, year) == set(holidays.country_holidays("GB", nation, year))


def test_wales_and_england_share_these_bank_holidays_and_a_scottish_one_is_neither() -> None:
    assert t.bank_holidays("ENG", 2027) == t.bank_holidays("WLS", 2027)
    assert day("2027-11-30") not in t.bank_holidays("WLS", 2027)
