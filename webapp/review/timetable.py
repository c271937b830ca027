"""When things are due around a review: pure dates, no database, no network.

Days are days in London. Working days leave out weekends and the bank holidays of England or of Wales. The
authority's own numbers come from `config.Timetable`. "Regulation" is one of the Care Planning, Placement and
Case Review (England) Regulations 2010; "Blackpool" and "Stoke" are local rules named in the README.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from config import Timetable
from webapp.clock import LONDON, london

ONE_DAY = dt.timedelta(days=1)
SECOND_REVIEW_MONTHS = 3
LATER_REVIEW_MONTHS = 6
DATES_AT_MOST = 10
REST_BEFORE_REMINDER = dt.timedelta(days=5)
"""Somebody who was asked late isn't reminded in the same week."""


@dataclass(frozen=True, slots=True)
class Dates:
    """The days around one review, before anybody asks what day it is today."""

    review_on: dt.date
    invite_on: dt.date
    settle_by: dt.date
    reminders: tuple[dt.date, ...]
    """In order; reminder 1 is the first."""
    closes_on: dt.date
    """The last day on which an answer reaches the review."""
    record_due: dt.date


@lru_cache(maxsize=256)
def bank_holidays(nation: str, year: int) -> frozenset[dt.date]:
    """The bank holidays of one year in England (ENG) or Wales (WLS), substitute days and one-off days
    included.

    From the tables that come with the `holidays` package: a one-off day that is announced later needs its
    next release.
    """
    import holidays  # here, because it is slow to import and most pages never ask

    return frozenset(holidays.country_holidays("GB", subdiv=nation, years=year))


def is_working_day(day: dt.date, nation: str) -> bool:
    """Monday to Friday, and no bank holiday."""
    return day.weekday() < 5 and day not in bank_holidays(nation, day.year)


def add_working_days(start: dt.date, count: int, nation: str) -> dt.date:
    """The day that is `count` working days after `start` (before it, where negative); `start` itself isn't
    counted.
    """
    step = ONE_DAY if count >= 0 else -ONE_DAY
    day, left = start, abs(count)
    while left:
        day += step
        left -= is_working_day(day, nation)
    return day


def add_months(start: dt.date, months: int) -> dt.date:
    """The same day of a later month, or that month's last day where it is shorter: 31 August + 6 is 28 or 29
    February.
    """
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return dt.date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def first_review_due(came_into_care: dt.date, rules: Timetable) -> dt.date:
    """The last day for the first review (regulation 33(1): within 20 working days)."""
    return add_working_days(came_into_care, rules.first_review_working_days, rules.nation)


def new_placement_review_due(placed_on: dt.date, rules: Timetable) -> dt.date:
    """The last day for a review after a new placement: a local rule (Blackpool 6.7, Stoke 7.10)."""
    return add_working_days(placed_on, rules.new_placement_working_days, rules.nation)


def second_review_due(first: dt.date) -> dt.date:
    """The last day for the second review: three months after the first (regulation 33(2))."""
    return add_months(first, SECOND_REVIEW_MONTHS)


def later_review_due(previous: dt.date) -> dt.date:
    """The last day for each later review: six months after the one before (regulation 33(2))."""
    return add_months(previous, LATER_REVIEW_MONTHS)


def record_due(review_on: dt.date, rules: Timetable) -> dt.date:
    """When the record is with everyone: calendar days (Stoke) or working days (Blackpool), as the authority
    has it.
    """
    if rules.record_days_are_working_days:
        return add_working_days(review_on, rules.record_days_after, rules.nation)
    return review_on + dt.timedelta(days=rules.record_days_after)


def day_of(
    held_at: dt.datetime | None, window_end: dt.date, today: dt.date, *, postponed: bool = False
) -> dt.date:
    """The day that everything counts from: the day of the review, or the last day of its window while there
    is none.

    A postponed review that still carries its old date, now past, has none.
    """
    if held_at is None:
        return window_end
    day = london(held_at).date()
    return window_end if postponed and day < today else day


def dates_of(review_on: dt.date, rules: Timetable) -> Dates:
    """Every date that follows from the day of the review."""
    return Dates(
        review_on=review_on,
        invite_on=review_on - dt.timedelta(days=rules.invite_days_before),
        settle_by=add_working_days(review_on, -rules.settle_working_days_before, rules.nation),
        reminders=tuple(
            sorted(review_on - dt.timedelta(days=days) for days in set(rules.reminder_days_before))
        ),
        closes_on=review_on - dt.timedelta(days=rules.close_days_before),
        record_due=record_due(review_on, rules),
    )


def invite_day(dates: Dates, today: dt.date) -> dt.date:
    """The day that the invitation goes out: today, where six weeks' notice can't be given any more."""
    return max(dates.invite_on, today)


def reminder_now(dates: Dates, asked_on: dt.date, today: dt.date) -> int | None:
    """The number of the reminder whose time it is, counted from 1; None where there is none.

    A late run sends the newest only, never two at once; and nobody is reminded within days of being asked.
    """
    past = [number for number, day in enumerate(dates.reminders, start=1) if day <= today]
    if not past or today > dates.closes_on:
        return None
    return past[-1] if dates.reminders[past[-1] - 1] >= asked_on + REST_BEFORE_REMINDER else None


def still_ahead(dates: Dates, today: dt.date) -> dict[str, dt.date]:
    """What a page may name to a child, by code: only what is still to come, so that nothing looks missed."""
    named = {"settle_by": dates.settle_by, "closes_on": dates.closes_on, "review_on": dates.review_on}
    return {code: day for code, day in named.items() if day >= today}


def dates_to_offer(
    window_start: dt.date, window_end: dt.date, today: dt.date, rules: Timetable, near: dt.date | None = None
) -> tuple[dt.date, ...]:
    """Real days to offer for the review: working days of its window, the ten nearest to `near`, none of them
    past.

    `near` is the day that is planned, or the end of the window. The ten are chosen before past days are left
    out, so a day that somebody chose yesterday is still among them today.
    """
    middle = min(max(near or window_end, window_start), window_end)
    found: list[dt.date] = []
    reach = max((window_end - middle).days, (middle - window_start).days)
    for away in range(reach + 1):
        for day in {middle - dt.timedelta(days=away), middle + dt.timedelta(days=away)}:
            if window_start <= day <= window_end and is_working_day(day, rules.nation):
                found.append(day)
        if len(found) >= DATES_AT_MOST:
            break
    return tuple(day for day in sorted(found[:DATES_AT_MOST]) if day > today)


def end_of_day(day: dt.date) -> dt.datetime:
    """The moment at which this day ends in London: midnight there, whichever way the clocks went."""
    return dt.datetime.combine(day + ONE_DAY, dt.time(), LONDON).astimezone(dt.UTC)
