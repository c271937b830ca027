"""Time: stored in UTC, spoken in Europe/London."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
Clock = Callable[[], dt.datetime]
"""Gives now as an aware UTC datetime. Tests pass one that they can set."""


def now() -> dt.datetime:
    """This moment, UTC, to the microsecond."""
    return dt.datetime.now(dt.UTC)


def london(moment: dt.datetime) -> dt.datetime:
    """The same moment on a London clock."""
    return moment.astimezone(LONDON)


def today(clock: Clock = now) -> dt.date:
    """Today's date in London."""
    return london(clock()).date()
