"""When no invitation and no reminder goes to a phone: by night, and for children in school. Pure: London's wall clock.

Replies and whatever is about safety always go: they never ask here.
"""

from __future__ import annotations

import datetime as dt

from config import TextMessages
from webapp.clock import LONDON, london
from webapp.review.timetable import ONE_DAY, is_working_day


def held_until(
    now: dt.datetime, texts: TextMessages, nation: str, childs: bool = False
) -> dt.datetime | None:
    """When this message may go, in UTC; None where it may go now. `childs`: it goes to a child, who may be in school.

    On the two nights when clocks change the hours are those that a clock on the wall shows.
    """
    moment = now
    for _ in range(4):  # night can lead into school hours, and those into the night
        end = _end(london(moment), texts, nation, childs)
        if end is None:
            break
        moment = end.astimezone(dt.UTC)
    return moment if moment > now else None


def _end(here: dt.datetime, texts: TextMessages, nation: str, childs: bool) -> dt.datetime | None:
    """When the hours that hold it now are over, on London's clock."""
    start, end = map(dt.time.fromisoformat, texts.quiet_hours)
    at = here.time()
    if start < end and start <= at < end:
        return _at(here.date(), end)
    if start > end and (at >= start or at < end):
        return _at(here.date() + (ONE_DAY if at >= start else dt.timedelta()), end)
    if childs and texts.school_hours and is_working_day(here.date(), nation):
        start, end = map(dt.time.fromisoformat, texts.school_hours)
        if start <= at < end:
            return _at(here.date(), end)
    return None


def _at(day: dt.date, time: dt.time) -> dt.datetime:
    """That time on the wall; where it comes twice in a night, the second."""
    return dt.datetime.combine(day, time, LONDON).replace(fold=1)
