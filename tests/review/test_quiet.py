"""Quiet hours and school hours, on London's clock."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import TextMessages
from webapp.clock import LONDON
from webapp.review.quiet import held_until

USUAL = TextMessages()
SCHOOL = TextMessages(school_hours=("09:00", "15:30"))


def at(text: str) -> dt.datetime:
    """A moment by the clock on a London wall."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2027-01-20T19:59", None),
        ("2027-01-20T20:00", "2027-01-21T08:00"),
        ("2027-01-20T23:59", "2027-01-21T08:00"),
        ("2027-01-21T07:59", "2027-01-21T08:00"),
        ("2027-01-21T08:00", None),
        ("2027-07-20T20:30", "2027-07-21T08:00"),
        # clocks go forward on 28 March 2027 and back on 31 October 2027
        ("2027-03-27T20:00", "2027-03-28T08:00"),
        ("2027-03-28T00:30", "2027-03-28T08:00"),
        ("2027-03-28T07:30", "2027-03-28T08:00"),
        ("2027-10-30T20:00", "2027-10-31T08:00"),
        ("2027-10-31T07:30", "2027-10-31T08:00"),
        ("2027-10-31T08:00", None),
    ],
)
def test_no_invitation_goes_by_night_and_the_night_ends_by_the_clock_on_the_wall(
    now: str, until: str | None
) -> None:
    assert held_until(at(now), USUAL, "ENG") == (at(until) if until else None)


def test_a_night_is_eleven_hours_in_march_and_thirteen_in_october() -> None:
    for evening, hours in (("2027-03-27T20:00", 11), ("2027-10-30T20:00", 13), ("2027-06-01T20:00", 12)):
        until = held_until(at(evening), USUAL, "ENG")
        assert until is not None
        assert until - at(evening) == dt.timedelta(hours=hours)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2027-01-20T09:00", "2027-01-20T15:30"),  # a Wednesday
        ("2027-01-20T15:30", None),
        ("2027-01-20T08:30", None),
        ("2027-01-23T10:00", None),  # a Saturday
        ("2027-12-27T10:00", None),  # a bank holiday
    ],
)
def test_a_child_in_school_is_not_disturbed(now: str, until: str | None) -> None:
    assert held_until(at(now), SCHOOL, "ENG", childs=True) == (at(until) if until else None)
    assert held_until(at(now), SCHOOL, "ENG") is None


def test_a_night_that_ends_in_school_hours_leads_on_to_their_end() -> None:
    late = TextMessages(quiet_hours=("20:00", "09:30"), school_hours=("09:00", "15:30"))
    assert held_until(at("2027-01-19T22:00"), late, "ENG", childs=True) == at("2027-01-20T15:30")
    assert held_until(at("2027-01-19T22:00"), late, "ENG") == at("2027-01-20T09:30")


def test_hours_by_day_and_none_at_all_can_be_set() -> None:
    by_day = TextMessages(quiet_hours=("12:00", "14:00"))
    assert held_until(at("2027-01-20T13:00"), by_day, "ENG") == at("2027-01-20T14:00")
    assert held_until(at("2027-01-20T23:00"), by_day, "ENG") is None
    assert held_until(at("2027-01-20T23:00"), TextMessages(quiet_hours=("00:00", "00:00")), "ENG") is None


DAYS = st.integers(0, 2 * 365 * 24 * 60)


@given(DAYS, st.booleans())
def test_whenever_it_is_let_go_it_may_go_within_a_day(minute: int, childs: bool) -> None:
    now = at("2026-01-01T00:00") + dt.timedelta(minutes=minute)
    until = held_until(now, SCHOOL, "ENG", childs)
    if until is not None:
        assert now < until <= now + dt.timedelta(hours=25)
        assert held_until(until, SCHOOL, "ENG", childs) is None
