"""A meeting as a calendar file (RFC 5545, 5546): London time, one UID for ever, a number that rises, nobody's name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from webapp.clock import LONDON, london

if TYPE_CHECKING:
    from icalendar import Event, Timezone

Method = Literal["REQUEST", "PUBLISH", "CANCEL"]
LASTS = dt.timedelta(hours=1)
"""Nobody says how long a review is going to take: an hour stands in the calendar."""
PRODUCT = "-//My Review, My Choice//EN"


@dataclass(frozen=True, slots=True)
class Meeting:
    """What one person's calendar holds of it."""

    uid: str
    """The same at every change: a calendar finds by it what it has."""
    sequence: int
    """Rises with everything that is sent: a calendar leaves what is older (RFC 5545, 3.8.7.4)."""
    at: dt.datetime
    title: str
    place: str
    text: str
    stamp: dt.datetime
    organizer: str
    """Addresses of email; where the attendee's is empty there is none in it."""
    attendee: str = ""


def calendar(meeting: Meeting, method: Method) -> str:
    """The file. Words are made one line each before they are escaped, so that no line of theirs can be one of ours.

    The library folds by bytes and never within a letter.
    """
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", method)
    made.add_component(_london())
    made.add_component(_event(meeting, method))
    return str(made.to_ical().decode())


def _event(meeting: Meeting, method: Method) -> Event:
    from icalendar import Event, vCalAddress, vText

    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", meeting.stamp.astimezone(dt.UTC))
    start = london(meeting.at)
    event.add("dtstart", start)
    event.add("dtend", (meeting.at.astimezone(dt.UTC) + LASTS).astimezone(LONDON))
    event.add("summary", one_line(meeting.title))
    if meeting.place:
        event.add("location", one_line(meeting.place))
    event.add("description", one_line(meeting.text))
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("organizer", vCalAddress(f"mailto:{one_line(meeting.organizer)}"))
    if meeting.attendee:
        attendee = vCalAddress(f"mailto:{one_line(meeting.attendee)}")
        attendee.params["RSVP"] = vText("FALSE")  # they answer on their page, where the officer reads it
        event.add("attendee", attendee)
    return event


def one_line(text: str) -> str:
    """The words without line breaks and other control characters."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _london() -> Timezone:
    """London's two clocks, as they have changed since 1996: the last Sundays of March and October, at 01:00 UTC."""
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

    zone = Timezone()
    zone.add("tzid", "Europe/London")
    hour, none = dt.timedelta(hours=1), dt.timedelta()
    for kind, name, month, first, before, after in (
        (TimezoneDaylight, "BST", 3, "1996-03-31T01:00", none, hour),
        (TimezoneStandard, "GMT", 10, "1996-10-27T02:00", hour, none),
    ):
        part = kind()
        part.add("tzname", name)
        part.add("dtstart", dt.datetime.fromisoformat(first))
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1SU"})
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        zone.add_component(part)
    return zone
