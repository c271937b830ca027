"""The file for a calendar: London time, escaped and folded by bytes; nothing of anybody makes a line of ours."""

from __future__ import annotations

import datetime as dt

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import ROOT, load_authority
from webapp.chat.parts import count, straighten
from webapp.clock import LONDON
from webapp.documents import guest_words
from webapp.documents.calendar import Meeting, calendar
from webapp.documents.guest_words import Told, What
from webapp.i18n import translate

STAMP = dt.datetime(2027, 1, 4, 9, tzinfo=dt.UTC)
AUTHORITY = load_authority(ROOT / "webapp/demo/authority.yaml")
LONGEST = "https://participation.a-long-council-name.gov.uk/g/AAAAAAAAAAAAAAAAAAAAAA"


def made(at: dt.datetime, place: str = "Harbour Café", attendee: str = "x@example.org") -> str:
    return calendar(
        Meeting(
            "1@example.org",
            3,
            at,
            "A meeting you are invited to",
            place,
            "Say so here.",
            STAMP,
            "unit@example.org",
            attendee,
        ),
        "REQUEST",
    )


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        ("2027-03-27", 16), ("2027-03-28", 15), ("2027-03-29", 15), ("2027-07-01", 15), ("2027-10-30", 15),
        ("2027-10-31", 16), ("2027-11-01", 16),
    ],
)  # fmt: skip
def test_four_in_the_afternoon_is_four_in_summer_and_across_both_clock_changes(day: str, utc: int) -> None:
    at = dt.datetime.fromisoformat(f"{day}T16:00").replace(tzinfo=LONDON)
    text = made(at)
    assert f"DTSTART;TZID=Europe/London:{day.replace('-', '')}T160000" in text
    event = icalendar.Calendar.from_ical(text).walk("VEVENT")[0]
    assert event.decoded("dtstart").astimezone(dt.UTC).hour == utc
    told = Told("invitation", at.astimezone(dt.UTC), "", LONGEST, "en")
    assert told.day("en").endswith(", 16:00")
    assert told.day("ur").endswith("، 16:00")


@pytest.mark.parametrize("day", ["2027-03-28", "2027-10-31"])
def test_the_zone_in_the_file_changes_its_clock_when_london_does(day: str) -> None:
    (part,) = icalendar.Calendar.from_ical(made(STAMP)).walk("VTIMEZONE")
    assert isinstance(part, icalendar.Timezone)
    zone = part.to_tz()
    for hour in (0, 3, 16):
        naive = dt.datetime.fromisoformat(f"{day}T{hour:02}:00")
        assert naive.replace(tzinfo=zone).utcoffset() == naive.replace(tzinfo=LONDON).utcoffset()


NAUGHTY = [
    "x\r\nBEGIN:VALARM\r\nACTION:AUDIO\r\nEND:VALARM", "x\nATTACH:http://evil.example/", "a,b;c\\d:e\"f", "ŵ" * 200,
    "\u2028BEGIN:VEVENT", "x\x0bBEGIN:VALARM\x00", "😀" * 60,
]  # fmt: skip


@settings(max_examples=40)
@given(st.one_of(st.sampled_from(NAUGHTY), st.text(max_size=300)))
def test_whatever_stands_in_the_place_it_is_one_property_of_one_event(place: str) -> None:
    raw = made(STAMP, place or "x").encode()
    assert all(len(line) <= 75 for line in raw.split(b"\r\n")), "folded by bytes"
    for line in raw.split(b"\r\n"):
        line.decode()  # never within a letter
    unfolded = raw.decode().replace("\r\n ", "")
    names = [line.partition(":")[0].partition(";")[0] for line in unfolded.split("\r\n") if line]
    assert names.count("BEGIN") == 5  # calendar, zone, its two clocks, event
    assert not {"ATTACH", "ACTION", "X-EVIL"} & set(names)
    event = icalendar.Calendar.from_ical(raw).walk("VEVENT")[0]
    shown = " ".join("".join(one if one.isprintable() else " " for one in place or "x").split())
    assert str(event.get("location", "")) == shown


def test_an_address_of_somebody_makes_no_line_of_its_own() -> None:
    unfolded = made(STAMP, attendee="x@example.org\r\nATTACH:http://evil.example/").replace("\r\n ", "")
    assert [line for line in unfolded.split("\r\n") if line.startswith("ATTENDEE")]
    assert not [line for line in unfolded.split("\r\n") if line.startswith("ATTACH")]


@pytest.mark.parametrize("what", ["invitation", "change", "cancellation"])
def test_a_text_message_takes_two_parts_in_english_and_says_neither_when_nor_where(what: What) -> None:
    said = straighten(guest_words.text(Told(what, STAMP, "At home", LONGEST, "en"), AUTHORITY))
    assert count(said) <= 2
    assert LONGEST in said
    assert not [word for word in ("2027", "09:00", "home") if word in said]


def test_an_entry_is_in_the_language_of_who_is_invited(compiled_catalogues: None) -> None:
    told = Told("invitation", STAMP, "Harbour Café", LONGEST, "ar")
    text = guest_words.entry(told, AUTHORITY, uid="1@example.org", sequence=0, stamp=STAMP)
    event = icalendar.Calendar.from_ical(text).walk("VEVENT")[0]
    for name, english in (("summary", guest_words.TITLE), ("description", guest_words.ANSWER_HERE)):
        words = str(event.get(name))
        assert translate(english, "ar") in words
        assert english not in words
