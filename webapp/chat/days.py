"""Days as British children write them: "next tues", "the 3rd", "4/12" with the day before the month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from webapp.chat.lexicon import Lexicon

FARTHEST = 275
"""Days ahead from which a day without a year is more likely one that has passed."""


@dataclass(slots=True)
class Day:
    """What was said of a day: as much as was said."""

    dates: list[dt.date] = field(default_factory=list)
    """Whole days, each once."""
    weekdays: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    """Days of a month, where no month was named."""
    loose: list[int] = field(default_factory=list)
    """A number behind a weekday: "Friday 4" may be the fourth, or four o'clock."""
    months: list[int] = field(default_factory=list)
    wrong: bool = False
    """A day that there isn't, or two things that don't fit each other."""
    week: int | None = None
    """0 for this week, 1 for next week, 2 for the week after next."""
    vague: bool = False
    used: set[int] = field(default_factory=set)
    """The places of the words that said it."""

    @property
    def said(self) -> bool:
        """Whether anything at all was said of the day."""
        return bool(self.dates or self.weekdays or self.numbers or self.months or self.wrong)


def day(words: Sequence[str], today: dt.date, lexicon: Lexicon) -> Day:
    """Everything that a row of words says of days."""
    found = Day()
    at = 0
    while at < len(words):
        step = (
            _figures(words, at, today, found)
            or _relative(words, at, today, found, lexicon)
            or _named_month(words, at, today, found, lexicon)
            or _weekday(words, at, today, found, lexicon)
            or _number(words, at, found, lexicon)
        )
        found.used.update(range(at, at + step))
        at += step or 1
    if found.week is not None and len(set(found.weekdays)) == 1 and not found.dates:
        monday = today - dt.timedelta(today.weekday())
        _put(found, monday + dt.timedelta(7 * found.week + found.weekdays[0]), 0)
    found.vague |= found.week is not None and not found.dates
    return found


def one_date(found: Day, today: dt.date) -> dt.date | None:
    """The one day that was said, from today on; None where it isn't one, or can't be."""
    if found.wrong or found.vague:
        return None
    dates = list(dict.fromkeys(found.dates))
    if found.loose and not dates:
        following = _next_number(found.loose[0], today)
        dates = [following] if following else []
        if not dates:
            return None
    if not dates and len(found.numbers) == 1:
        following = _next_number(found.numbers[0], today)
        dates = [following] if following else []
    if not dates and len(found.weekdays) == 1 and not found.numbers:
        ahead = (found.weekdays[0] - today.weekday()) % 7
        # "Tuesday" on a Tuesday may be today or in a week.
        dates = [today + dt.timedelta(ahead)] if ahead else []
    if len(dates) != 1 or len(set(found.weekdays)) > 1 or dates[0] < today:
        return None
    if found.weekdays and dates[0].weekday() != found.weekdays[0]:
        return None
    if found.dates and any(number != dates[0].day for number in found.numbers):
        return None
    return dates[0]


def _next_number(number: int, today: dt.date) -> dt.date | None:
    """The next day of this number: this month's or the next's; a 31st that the next month lacks is asked about."""
    first = today.replace(day=1)
    for start in (first, (first + dt.timedelta(32)).replace(day=1)):
        try:
            one = start.replace(day=number)
        except ValueError:
            return None
        if one >= today:
            return one
    return None


def _date(day: int, month: int, year: int | None, today: dt.date) -> dt.date | None:
    try:
        if year is not None:
            return dt.date(year + 2000 if year < 100 else year, month, day)
        one = dt.date(today.year, month, day)
        if one < today:
            one = dt.date(today.year + 1, month, day)
    except ValueError:
        return None
    return one if (one - today).days <= FARTHEST else None


def _put(found: Day, date: dt.date | None, length: int) -> int:
    if date is None:
        found.wrong = True
    elif date not in found.dates:
        found.dates.append(date)
    return length


def _is(words: Sequence[str], at: int, most: int = 31) -> bool:
    return at < len(words) and words[at].isdigit() and len(words[at]) <= 4 and int(words[at]) <= most


def _figures(words: Sequence[str], at: int, today: dt.date, found: Day) -> int:
    """4/12, 4/12/26, 4.12., 2026-12-04."""
    if not _is(words, at, 9999) or at + 2 >= len(words) or words[at + 1] not in ("/", "-", "."):
        return 0
    sign = words[at + 1]
    if not _is(words, at + 2, 99):
        return 0
    first, second = int(words[at]), int(words[at + 2])
    third = at + 4 < len(words) and words[at + 3] == sign and _is(words, at + 4, 9999)
    if third and len(words[at]) == 4:
        return _put(found, _date(int(words[at + 4]), second, first, today), 5)
    if third:
        return _put(found, _date(first, second, int(words[at + 4]), today), 5)
    if sign == "/" or (
        sign in "-." and first <= 31 and second <= 12 and len(words[at + 2]) <= 2 and sign != "."
    ):
        return _put(found, _date(first, second, None, today), 3)
    if sign == "." and len(words[at + 2]) == 2 and second <= 12 and first > 12:
        return _put(found, _date(first, second, None, today), 3)
    return 0


def _relative(words: Sequence[str], at: int, today: dt.date, found: Day, lexicon: Lexicon) -> int:
    """Today, tomorrow, in 2 weeks, a week on Tuesday, a fortnight."""
    tag, length = _tag(words, at, lexicon)
    ahead = {"today": 0, "tomorrow": 1, "overmorrow": 2, "fortnight": 14}.get(tag)
    if ahead is not None:
        return _put(found, today + dt.timedelta(ahead), length)
    following, more = _tag(words, at + length, lexicon) if length else ("", 0)
    if tag == "weekend":
        found.vague = True
        return length
    if tag == "week_after_next" or (tag in ("next", "this") and following == "weeks"):
        found.week = {"this": 0, "next": 1}.get(tag, 2)
        return length + (more if tag in ("next", "this") else 0)
    if tag == "week_on":
        return _week_on(words, at + length, length, today, found, lexicon)
    count = _count(words[at], lexicon)
    unit, more = _tag(words, at + 1, lexicon)
    if count is not None and unit in ("weeks", "days") and count < 60:
        more += _tag(words, at + 1 + more, lexicon)[0] == "today"
        return _put(found, today + dt.timedelta(count * (7 if unit == "weeks" else 1)), 1 + more)
    return 0


def _week_on(words: Sequence[str], at: int, length: int, today: dt.date, found: Day, lexicon: Lexicon) -> int:
    following = words[at] if at < len(words) else ""
    if following in lexicon.days:
        return _put(found, _coming(lexicon.days[following], today) + dt.timedelta(7), length + 1)
    ahead = {"today": 7, "tomorrow": 8}.get(following)
    return _put(found, today + dt.timedelta(ahead), length + 1) if ahead else 0


def _count(word: str, lexicon: Lexicon) -> int | None:
    if word.isdigit() and len(word) < 3:
        return int(word)
    return 1 if word == "a" else lexicon.numbers.get(word)


def _tag(words: Sequence[str], at: int, lexicon: Lexicon) -> tuple[str, int]:
    for length in (4, 3, 2, 1):
        tag = lexicon.times.get(tuple(words[at : at + length]))
        if tag is not None and at + length <= len(words):
            return tag, length
    return "", 0


def _coming(weekday: int, today: dt.date) -> dt.date:
    return today + dt.timedelta((weekday - today.weekday() - 1) % 7 + 1)


def _month_at(words: Sequence[str], at: int, lexicon: Lexicon) -> int | None:
    return lexicon.months.get(words[at]) if at < len(words) else None


def _day_number(words: Sequence[str], at: int, lexicon: Lexicon) -> tuple[int, int]:
    """4, 4th, fourth, twenty first, as (number, words)."""
    if at >= len(words):
        return 0, 0
    word = words[at]
    figure = word[:-2] if word[-2:] in ("st", "nd", "rd", "th") else word
    if figure.isdigit() and len(figure) <= 2:
        return int(figure), 1
    tens = {"twenty": 20, "thirty": 30}.get(word)
    if tens and (unit := lexicon.ordinals.get(tuple(words[at + 1 : at + 2]))) and 0 < unit < 10:
        return tens + unit, 2
    place = lexicon.ordinals.get((word,), 0) if word not in ("top", "last", "second") else 0
    if word == "second":
        place = 2
    return (place, 1) if place > 0 else (0, 0)


def _named_month(words: Sequence[str], at: int, today: dt.date, found: Day, lexicon: Lexicon) -> int:
    """4 dec, the 4th of December, December 4th 2026."""
    number, length = _day_number(words, at, lexicon)
    if number:
        of = int(at + length < len(words) and words[at + length] == "of")
        month = _month_at(words, at + length + of, lexicon)
        if month is not None:
            end = at + length + of + 1
            year = int(words[end]) if _is(words, end, 2100) and len(words[end]) == 4 else None
            return _put(found, _date(number, month, year, today), end - at + (year is not None))
    month = _month_at(words, at, lexicon)
    if month is None or (
        words[at] in ("may", "march", "mar", "sun", "sat") and not _near_a_number(words, at, lexicon)
    ):
        return 0
    the = int(at + 1 < len(words) and words[at + 1] == "the")
    number, length = _day_number(words, at + 1 + the, lexicon)
    if number:
        end = at + 1 + the + length
        year = int(words[end]) if _is(words, end, 2100) and len(words[end]) == 4 else None
        return _put(found, _date(number, month, year, today), end - at + (year is not None))
    found.months.append(month)
    return 1


def _near_a_number(words: Sequence[str], at: int, lexicon: Lexicon) -> bool:
    return any(_day_number(words, one, lexicon)[0] for one in (at + 1, at + 2))


def _weekday(words: Sequence[str], at: int, today: dt.date, found: Day, lexicon: Lexicon) -> int:
    """Tuesday, this Tuesday; next Tuesday is the one of next week."""
    tag, length = _tag(words, at, lexicon)
    if tag in ("next", "this") and at + length < len(words) and words[at + length] in lexicon.days:
        weekday = lexicon.days[words[at + length]]
        found.weekdays.append(weekday)
        if tag == "this":
            return _put(found, _coming(weekday, today), length + 1)
        monday = today - dt.timedelta(today.weekday())
        return _put(found, monday + dt.timedelta(7 + weekday), length + 1)
    weekday_here = lexicon.days.get(words[at])
    if weekday_here is None:
        return 0
    following = _tag(words, at + 1, lexicon)
    if following[0] == "weeks" and words[at + 1] in ("week", "wk") and words[at + 2 : at + 3] != ["after"]:
        return _put(found, _coming(weekday_here, today) + dt.timedelta(7), 2)
    if words[at - 1 : at] in (["i"], ["we"], ["he"], ["she"], ["they"]) and words[at] in (
        "sat",
        "sun",
        "wed",
    ):
        return 0
    found.wrong |= at > 0 and words[at - 1] in ("last", "yesterday")
    found.weekdays.append(weekday_here)
    return 1 + _loose(words, at + 1, found, lexicon)


def _loose(words: Sequence[str], at: int, found: Day, lexicon: Lexicon) -> int:
    """The number in "Friday 4", where it isn't the first of "4:30", "4pm", "4 dec", "4/12"."""
    if not _is(words, at) or not int(words[at]):
        return 0
    following = words[at + 1] if at + 1 < len(words) else ""
    if (
        following in (":", ".", "/", "-")
        or following.isdigit()
        or _month_at(words, at + 1, lexicon) is not None
    ):
        return 0
    if following == "of" or lexicon.times.get((following,)) in (
        "am",
        "pm",
        "oclock",
        "noon",
        "ish",
        "about",
        "past",
        "to",
    ):
        return 0
    found.loose.append(int(words[at]))
    return 1


def _number(words: Sequence[str], at: int, found: Day, lexicon: Lexicon) -> int:
    """The 3rd, the third, the twenty first."""
    number, length = _day_number(words, at, lexicon)
    figure = words[at][:-2].isdigit()
    in_words = number and not words[at].isdigit() and at > 0 and words[at - 1] == "the"
    if not figure and not (in_words and words[at + length : at + length + 1] != ["one"]):
        return 0
    if 1 <= number <= 31:
        found.numbers.append(number)
    else:
        found.wrong = True
    return length or 1
