"""When things are due around a review: pure dates, no database, no network.

Days are days in London. Working days leave out weekends and the bank holidays of England or of Wales. The
authority's own numbers come from `config.Timetable`. The last days that the law sets for a review come from the
case system, as the review's window. Where no law says a number, councils' published procedures do: "Stoke" is
Stoke-on-Trent's for reviewing officers, by paragraph, and an authority sets its own in its file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from config import Timetable
from webapp.clock import LONDON, london
from webapp.review.bank_days import DAYS

ONE_DAY = dt.timedelta(days=1)
DATES_AT_MOST = 10
REST_BEFORE_REMINDER = dt.timedelta(days=5)
"""Somebody who was asked late isn't reminded in the same week."""


GOES_ON_WITHIN = 20
"""Working days."""


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


@lru_cache(maxsize=256)
def bank_holidays(nation: str, year: int) -> frozenset[dt.date]:
    """The bank holidays of one year in England (ENG) or Wales (WLS), substitute days and one-off days
    included.

    Written down in `bank_days`; of any other year from the `holidays` package, which a test compares them with.
    """
    if year in DAYS:
        return frozenset(dt.date.fromisoformat(f"{year}-{day}") for day in DAYS[year].split())
    import holidays  # here, because it is slow to import and hardly anybody asks for such a year

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
    )


def dates_after(held_on: dt.date, rules: Timetable) -> tuple[dt.date, dt.date]:
    """When somebody is asked how a review was: the day after it; and the last day of saying so."""
    return held_on + ONE_DAY, held_on + dt.timedelta(days=rules.how_was_it_days)


def record_due(review_on: dt.date, rules: Timetable) -> dt.date:
    """The day by which the record of a review has to be with everyone, the child too."""
    if rules.record_days == "calendar":
        return review_on + dt.timedelta(days=rules.record_days_after)
    return add_working_days(review_on, rules.record_days_after, rules.nation)


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
        for day in sorted({middle - dt.timedelta(days=away), middle + dt.timedelta(days=away)}):
            if window_start <= day <= window_end and is_working_day(day, rules.nation):
                found.append(day)
        if len(found) >= DATES_AT_MOST:
            break
    return tuple(day for day in sorted(found[:DATES_AT_MOST]) if day > today)


def may_move_to(
    day: dt.date, window: tuple[dt.date, dt.date], today: dt.date, *, allowed: bool = False
) -> bool:
    """Whether a review may be postponed or brought forward to this day: only inside its window, unless a senior
    manager allows it (Stoke, 7.12); never to a day that has passed.
    """
    return day >= today and (allowed or window[0] <= day <= window[1])


def shared_window(windows: Collection[tuple[dt.date, dt.date]]) -> tuple[dt.date, dt.date] | None:
    """The days that suit the law for all who share a meeting; None where there is none: they need two meetings."""
    start, end = max(start for start, _ in windows), min(end for _, end in windows)
    return (start, end) if start <= end else None


def goes_on_by(begun_on: dt.date, window_end: dt.date, nation: str) -> dt.date:
    """The last day for finishing a review that was adjourned: 20 working days on, and not after its window where it was
    begun inside that; a later day is a postponement, which a senior manager allows (IRO Handbook 2010, Adjournment of
    reviews).
    """
    last = add_working_days(begun_on, GOES_ON_WITHIN, nation)
    return min(last, window_end) if begun_on <= window_end else last


def end_of_day(day: dt.date) -> dt.datetime:
    """The moment at which this day ends in London: midnight there, whichever way the clocks went."""
    return dt.datetime.combine(day + ONE_DAY, dt.time(), LONDON).astimezone(dt.UTC)
