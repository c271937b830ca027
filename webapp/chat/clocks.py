"""Times of day as British children write them: "half 3" is 15:30, since no meeting is at half past three at night."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from webapp.chat.lexicon import Lexicon

EARLIEST, LATEST = 7, 21
"""The hours in which a meeting can be."""
_AFTERNOON = range(1, 7)
_MORNING = range(9, 12)


@dataclass(frozen=True, slots=True)
class Clock:
    """What was said of the time: one or more times, or words too vague for one."""

    times: tuple[dt.time, ...] = ()
    vague: bool = False
    """No time at all, but a word for a part of the day."""
    between: bool = False
    """From, until, after: more than one time."""
    wrong: bool = False
    """A time that there isn't, or that no meeting has."""

    @property
    def said(self) -> bool:
        """Whether anything at all was said of the time."""
        return bool(self.times or self.vague or self.between or self.wrong)


def clock(words: Sequence[str], lexicon: Lexicon) -> Clock:
    """Every time of day in a row of words."""
    row = _row(words, lexicon)
    times: list[dt.time] = []
    vague = between = wrong = False
    at = 0
    while at < len(row):
        tag, _ = row[at]
        read, length = _time(row, at)
        if length:
            at += length
            if read is None:
                wrong = True
            elif read not in times:
                times.append(read)
            continue
        vague |= tag in ("vague", "am", "pm", "midnight")
        between |= tag == "between"
        at += 1
    return Clock(tuple(times), vague and not times, between, wrong)


Row = list[tuple[str, int]]


def _row(words: Sequence[str], lexicon: Lexicon) -> Row:
    """Each word or phrase as (tag, number): numbers, half, quarter, past, to, am, pm and so on."""
    row: Row = []
    at = 0
    while at < len(words):
        word = words[at]
        found = next(
            (length for length in (4, 3, 2, 1) if tuple(words[at : at + length]) in lexicon.times), 0
        )
        if word.isdigit() and len(word) <= 4 and found < 2:
            row.append(("four" if len(word) > 2 else "number", int(word)))
            found = 1
        elif found:
            row.append((lexicon.times[tuple(words[at : at + found])], 0))
        elif word == "one" and words[at - 1 : at] not in ([], ["at"], ["past"], ["to"], ["half"], ["about"]):
            row.append(("other", 0))
            found = 1
        elif word in lexicon.numbers:
            row.append(("number", lexicon.numbers[word]))
            found = 1
        else:
            row.append((word if word in (":", ".", "-", "/", "ish") else "other", 0))
            found = 1
        at += found
    return _twenty_five(row)


def _twenty_five(row: Row) -> Row:
    """ "twenty five" as one number."""
    found: Row = []
    for tag, number in row:
        if (
            tag == "number"
            and 0 < number < 10
            and found
            and found[-1][0] == "number"
            and found[-1][1] in (20, 30, 40, 50)
        ):
            found[-1] = ("number", found[-1][1] + number)
        else:
            found.append((tag, number))
    return found


def _time(row: Row, at: int) -> tuple[dt.time | None, int]:
    """A time that starts here and how many parts it has: (None, n) for one that can't be, (None, 0) for none."""
    tags = tuple(tag for tag, _ in row[at : at + 3])
    numbers = [number for _, number in row[at : at + 3]]
    if tags[:1] == ("noon",) or (tags[:2] == ("number", "noon") and numbers[0] == 12):
        return dt.time(12), 1 if tags[0] == "noon" else 2
    for said in (_in_words, _in_figures):
        if (found := said(tags, numbers)) is not None:
            hour, minute, length = found
            return _half(row, at, hour, minute, length)
    return None, 0


def _in_words(tags: tuple[str, ...], numbers: list[int]) -> tuple[int, int, int] | None:
    """Half three, quarter to four, twenty past three; as (hour, minute, parts)."""
    if tags == ("half", "past", "number"):
        return numbers[2], 30, 3
    if tags[:2] == ("half", "number"):
        return numbers[1], 30, 2
    if tags[:2] == ("quarter_past", "number"):
        return numbers[1], 15, 2
    if tags[:2] == ("quarter_to", "number"):
        return numbers[1] - 1 or 12, 45, 2
    after = {"and_half": (0, 30), "and_quarter": (0, 15), "but_quarter": (-1, 45)}.get(
        tags[1] if tags[1:] else ""
    )
    if tags[:1] == ("number",) and after is not None:
        return numbers[0] + after[0] or 12, after[1], 2
    minutes = {"quarter": 15, "number": numbers[0]}.get(tags[0] if tags else "", 60)
    if tags[1:] == ("past", "number") and minutes < 60:
        return numbers[2], minutes, 3
    if tags[1:] == ("to", "number") and minutes in (5, 10, 15, 20, 25):
        return numbers[2] - 1 or 12, 60 - minutes, 3
    return None


def _in_figures(tags: tuple[str, ...], numbers: list[int]) -> tuple[int, int, int] | None:
    """4, 4:30, 4.30, four thirty, 1630."""
    if tags in (("number", ":", "number"), ("number", ".", "number")):
        return numbers[0], numbers[2], 3
    if tags[:2] == ("number", "number") and numbers[1] % 5 == 0 and 5 <= numbers[1] <= 55:
        return numbers[0], numbers[1], 2
    if tags[:1] == ("four",):
        return numbers[0] // 100, numbers[0] % 100, 1
    return (numbers[0], 0, 1) if tags[:1] == ("number",) else None


def _half(row: Row, at: int, hour: int, minute: int, length: int) -> tuple[dt.time | None, int]:
    """The half of the day: as said, else the one in which a meeting can be; nothing where both could be."""
    half = ""
    for tag, _ in row[at + length : at + length + 4]:
        if tag in ("oclock", "about", "ish", "-", "other", "hours") and not half:
            length += 1
            continue
        if tag in ("am", "pm"):
            half = tag
            length += 1
        break
    while length > 1 and row[at + length - 1][0] == "other":
        length -= 1
    if hour > 23 or minute > 59 or (half == "am" and hour > 12):
        return None, length
    if hour <= 12 and half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif hour in _AFTERNOON:
        hour += 12
    elif hour in (7, 8) and not half:
        return None, length
    if not EARLIEST <= hour <= LATEST:
        return None, length
    return dt.time(hour, minute), length
