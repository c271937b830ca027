"""The timetable over ten years of calendars: every bank holiday, and a table of reviews as they really go."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import TextMessages, Timetable
from webapp.clock import LONDON
from webapp.review import timetable as t
from webapp.review.asking import age_on, with_fixed_age
from webapp.review.quiet import held_until

RULES = Timetable()
STOKE = Timetable(record_days_after=14, record_days="calendar")

HOLIDAYS = {
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",  # Boxing Day on a Saturday
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",  # Christmas on a Saturday
    2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",  # New Year's Day on a Saturday
    2029: "01-01 03-30 04-02 05-07 05-28 08-27 12-25 12-26",
    2030: "01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26",
    2031: "01-01 04-11 04-14 05-05 05-26 08-25 12-25 12-26",
    2032: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    2033: "01-03 04-15 04-18 05-02 05-30 08-29 12-26 12-27",  # Christmas on a Sunday
    2034: "01-02 04-07 04-10 05-01 05-29 08-28 12-25 12-26",  # New Year's Day on a Sunday
}
"""The weekdays that are bank holidays in England and in Wales: the government's list to 2028, then by its rules."""
CLOSED = frozenset(
    dt.date.fromisoformat(f"{year}-{one}") for year, line in HOLIDAYS.items() for one in line.split()
)
FIRST, LAST = dt.date(2024, 1, 1), dt.date(2034, 12, 31)
EVERY_DAY = [FIRST + dt.timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
WORKING = [day for day in EVERY_DAY if day.weekday() < 5 and day not in CLOSED]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize("nation", ["ENG", "WLS"])
def test_every_day_of_eleven_years_is_a_working_day_or_not_as_the_calendar_says(nation: str) -> None:
    assert [one for one in EVERY_DAY if t.is_working_day(one, nation)] == WORKING


def test_twenty_working_days_from_every_day_of_ten_years_are_counted_right() -> None:
    place = {one: i for i, one in enumerate(WORKING)}
    passed = -1
    for start in EVERY_DAY[:-60]:
        passed = place.get(start, passed)
        assert t.add_working_days(start, 20, "ENG") == WORKING[passed + 20], start


AROUND = [
    # what it is, day of the review, today, invited on, settled by, closes on, record (Blackpool), record (Stoke)
    ("six weeks' notice", "2027-06-16", "2027-04-01",
     "2027-05-05", "2027-05-18", "2027-06-16", "2027-07-14", "2027-06-30"),
    ("a first review with ten days' notice", "2027-02-26", "2027-02-16",
     "2027-02-16", "2027-01-29", "2027-02-26", "2027-03-30", "2027-03-12"),
    ("a first review tomorrow", "2027-02-26", "2027-02-25",
     "2027-02-25", "2027-01-29", "2027-02-26", "2027-03-30", "2027-03-12"),
    ("Easter and the clock change between", "2027-04-14", "2027-02-01",
     "2027-03-03", "2027-03-15", "2027-04-14", "2027-05-13", "2027-04-28"),
    ("Christmas between", "2027-01-13", "2026-11-01",
     "2026-12-02", "2026-12-11", "2027-01-13", "2027-02-10", "2027-01-27"),
    ("the day after the clocks went back", "2027-11-01", "2027-09-01",
     "2027-09-20", "2027-10-04", "2027-11-01", "2027-11-29", "2027-11-15"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "review", "today", "invite", "settle", "close", "record", "record_stoke"), AROUND
)
def test_the_days_around_a_review(
    what: str, review: str, today: str, invite: str, settle: str, close: str, record: str, record_stoke: str
) -> None:
    dates = t.dates_of(day(review), RULES)
    found = (
        t.invite_day(dates, day(today)), dates.settle_by, dates.closes_on,
        t.record_due(day(review), RULES), t.record_due(day(review), STOKE),
    )  # fmt: skip
    assert [one.isoformat() for one in found] == [invite, settle, close, record, record_stoke], what


WINDOW = (day("2027-05-03"), day("2027-06-30"))
MOVES = [
    # to which day, asked on, a senior manager allows it, may it
    ("postponed inside the window", "2027-06-30", "2027-05-20", False, True),
    ("postponed a day past it", "2027-07-01", "2027-05-20", False, False),
    ("the same, allowed", "2027-07-01", "2027-05-20", True, True),
    ("brought forward to its first day", "2027-05-03", "2027-04-01", False, True),
    ("brought forward too far", "2027-05-02", "2027-04-01", False, False),
    ("to a day that has passed, even where allowed", "2027-05-19", "2027-05-20", True, False),
    ("today", "2027-05-20", "2027-05-20", False, True),
]


@pytest.mark.parametrize(("what", "to", "today", "allowed", "may"), MOVES)
def test_a_review_is_postponed_or_brought_forward_only_inside_the_law(
    what: str, to: str, today: str, allowed: bool, may: bool
) -> None:
    assert t.may_move_to(day(to), WINDOW, day(today), allowed=allowed) is may, what


def test_a_postponed_review_counts_from_its_new_day_and_a_reminder_of_the_old_one_is_never_sent() -> None:
    old, new = t.dates_of(day("2027-05-20"), RULES), t.dates_of(day("2027-06-17"), RULES)
    asked, today = day("2027-04-08"), day("2027-05-06")
    assert t.reminder_now(old, asked, today) == 2
    assert t.reminder_now(new, asked, today) is None
    assert t.reminder_now(new, asked, day("2027-05-20")) == 1


def test_a_review_brought_forward_closes_earlier_and_asks_those_left_at_once() -> None:
    moved = t.dates_of(day("2027-05-20"), RULES)
    assert t.invite_day(moved, day("2027-05-01")) == day("2027-05-01")
    assert moved.closes_on == day("2027-05-20")
    assert t.reminder_now(moved, day("2027-05-01"), day("2027-05-06")) == 2


ADJOURNED = [
    # begun on, end of its window, goes on by
    ("2027-05-20", "2027-06-30", "2027-06-18"),  # twenty working days over a bank holiday
    ("2027-06-20", "2027-06-30", "2027-06-30"),  # its window ends before
    ("2027-07-02", "2027-06-30", "2027-07-30"),  # begun late, with leave
]


@pytest.mark.parametrize(("begun", "ends", "by"), ADJOURNED)
def test_an_adjourned_review_goes_on_soon_and_its_record_counts_from_the_last_day(
    begun: str, ends: str, by: str
) -> None:
    last = t.goes_on_by(day(begun), day(ends), "ENG")
    assert last == day(by)
    assert t.record_due(last, STOKE) == last + dt.timedelta(days=14)


def test_brothers_and_sisters_share_a_day_that_suits_the_law_for_each_or_have_two_meetings() -> None:
    other = (day("2027-06-01"), day("2027-07-15"))
    assert t.shared_window([WINDOW, other]) == (day("2027-06-01"), day("2027-06-30"))
    assert t.shared_window([WINDOW]) == WINDOW
    assert t.shared_window([WINDOW, (day("2027-07-01"), day("2027-07-15"))]) is None


BIRTHDAYS = [
    # born, invited, held: age at the invitation and at the review
    ("2019-05-20", "2027-05-01", "2027-06-12", 7, 8),
    ("2015-06-12", "2027-05-01", "2027-06-12", 11, 12),
    ("2011-06-13", "2027-05-01", "2027-06-12", 15, 15),  # 16 the day after
    ("2009-06-12", "2027-05-01", "2027-06-12", 17, 18),
    ("2012-02-29", "2028-02-28", "2028-02-29", 15, 16),
    ("2011-03-01", "2027-02-28", "2027-03-01", 15, 16),
]


@pytest.mark.parametrize(("born", "invited", "held", "then", "at_review"), BIRTHDAYS)
def test_a_birthday_between_invitation_and_review_changes_the_age_and_not_the_questions(
    born: str, invited: str, held: str, then: int, at_review: int
) -> None:
    birth = day(born)
    assert age_on(day(invited), birth, birth.year) == then
    assert age_on(day(held), birth, birth.year) == at_review
    assert (
        with_fixed_age("age_4_7 foster", {"age_8_11", "foster", "has_people"}) == "age_4_7 foster has_people"
    )


CLOCKS = [
    # London time, until when an invitation waits (London time), for a child with school hours
    ("2027-03-27T23:30", "2027-03-28T08:00"),  # the night is an hour short
    ("2027-10-30T23:30", "2027-10-31T08:00"),  # and an hour long
    ("2027-03-28T08:00", None),  # a Sunday
    ("2027-03-25T10:00", "2027-03-25T15:30"),  # a school day
    ("2027-03-26T10:00", None),  # Good Friday
    ("2027-12-27T10:00", None),  # Christmas Day's substitute
    ("2027-12-29T10:00", "2027-12-29T15:30"),
]


@pytest.mark.parametrize(("at", "until"), CLOCKS)
def test_quiet_hours_hold_over_clock_changes_and_school_hours_leave_out_bank_holidays(
    at: str, until: str | None
) -> None:
    texts = TextMessages(school_hours=("08:30", "15:30"))
    now = dt.datetime.fromisoformat(at).replace(tzinfo=LONDON).astimezone(dt.UTC)
    found = held_until(now, texts, "ENG", childs=True)
    assert (found and found.astimezone(LONDON).strftime("%Y-%m-%dT%H:%M")) == until


days = st.dates(FIRST, dt.date(2034, 6, 30))


@settings(max_examples=60)
@given(days, st.integers(1, 30))
def test_working_days_lead_to_working_days_and_later_starts_never_to_earlier_ends(
    start: dt.date, count: int
) -> None:
    end = t.add_working_days(start, count, "ENG")
    assert t.is_working_day(end, "ENG")
    assert end <= t.add_working_days(start + t.ONE_DAY, count, "ENG")
    assert t.add_working_days(end, -count, "ENG") <= start


@settings(max_examples=60)
@given(days, days)
def test_nobody_is_invited_after_the_meeting_nor_before_today(review_on: dt.date, today: dt.date) -> None:
    dates = t.dates_of(review_on, RULES)
    invited = t.invite_day(dates, today)
    assert invited >= today
    assert today > review_on or invited <= review_on
    assert all(a <= b for a, b in pairwise([*dates.reminders, dates.closes_on]))
    assert t.record_due(review_on, RULES) > review_on
    assert t.record_due(review_on, STOKE) > review_on


@settings(max_examples=60)
@given(days, days, st.integers(0, 40))
def test_an_adjourned_review_goes_on_no_earlier_than_it_began_and_inside_its_window(
    begun: dt.date, ends: dt.date, later: int
) -> None:
    last = t.goes_on_by(begun, ends, "ENG")
    assert begun <= last
    assert last <= ends or begun > ends
    assert last <= t.goes_on_by(begun, ends + dt.timedelta(days=later), "ENG") or begun > ends


@settings(max_examples=60)
@given(days, st.times(), st.booleans())
def test_what_waits_for_the_morning_waits_less_than_two_days_and_may_go_then(
    on: dt.date, at: dt.time, childs: bool
) -> None:
    texts, now = TextMessages(school_hours=("08:30", "15:30")), dt.datetime.combine(on, at, dt.UTC)
    until = held_until(now, texts, "ENG", childs)
    if until is not None:
        assert now < until < now + dt.timedelta(days=2)
        assert held_until(until, texts, "ENG", childs) is None
