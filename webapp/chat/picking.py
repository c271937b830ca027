"""Replies to a question with choices: one of them, several, or a day among days that are offered."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from itertools import pairwise

from webapp.chat import clocks, days
from webapp.chat.lexicon import Lexicon
from webapp.chat.mentions import Wishes
from webapp.chat.naming import LEADING, Names, names
from webapp.chat.reading import Asked, Choice, Reading
from webapp.chat.tagging import Item, tagged
from webapp.chat.wishes import wishes

CLARIFY = Reading("clarify")


def whole(asked: Asked, words: Sequence[str], lexicon: Lexicon) -> Reading | None:
    """A reply that is the words of one choice and nothing else, whatever else those words could mean."""
    known = names(asked.choices, lexicon)
    plain = tuple(word for word in words if word[0].isalnum())
    if any(lexicon.emoji.get(word) in ("no", "unsure") for word in words):
        return None
    bare = tuple(word for word in plain if word not in lexicon.courtesies)
    named = _from_its_name(bare, lexicon)
    for phrase in (plain, bare, named):
        found = known.phrases.get(phrase)
        if found is not None and len(found) == 1 and not (len(phrase) == 1 and phrase[0].isdigit()):
            number = next(iter(found))
            if len(phrase) == 1 and len(_sharing(known, phrase[0], lexicon)) > 1:
                return None
            return Reading("answer", choices=(number,))
    for phrase in (plain, bare, named):
        group = lexicon.alike.get(phrase, "")
        if len(alike := known.groups.get("=" + group, frozenset())) == 1:
            return Reading("answer", choices=tuple(alike))
    return None


def _from_its_name(plain: tuple[str, ...], lexicon: Lexicon) -> tuple[str, ...]:
    """ "At school" from where it names something."""
    while plain and "filler" in lexicon.cues.get(plain[:1], ()):
        plain = plain[1:]
    return plain


def _sharing(known: Names, word: str, lexicon: Lexicon) -> frozenset[int]:
    if word in lexicon.people:
        return frozenset()
    return frozenset(one for phrase, numbers in known.phrases.items() if phrase[0] == word for one in numbers)


def part(asked: Asked, words: Sequence[str], lexicon: Lexicon) -> Reading | None:
    """A reply whose words stand in this order in one choice only: "all of it" in "Yes, for all of it"."""
    plain = [word for word in words if word[0].isalnum() and word not in LEADING]
    if len(plain) < 2 or all(word.isdigit() for word in plain):
        return None
    found = []
    for number, choice in enumerate(asked.choices, 1):
        rest = iter(lexicon.written(choice.text))
        if all(word in rest for word in plain):
            found.append(number)
    return Reading("answer", choices=(found[0],)) if len(found) == 1 else None


def read(asked: Asked, words: Sequence[str], lexicon: Lexicon) -> Reading:
    """What a reply says of the choices."""
    known = names(asked.choices, lexicon)
    items = tagged(words, known, lexicon)
    if (letter := _letter(words, known)) is not None:
        return Reading("answer", choices=(letter,))
    if not any(item.named for item in items):
        items = tagged(words, known, lexicon, naming=False)
    said = wishes(items, known, one=asked.kind != "pick_many", people=_about_people(asked, known, lexicon))
    if not (said.wanted or said.refused or said.everyone):
        return _without_choices(asked, items, said, lexicon)
    if said.unclear or _no_or_number(items):
        return Reading("clarify", exclude=tuple(sorted(said.refused)))
    if set(words) and _asks_against(asked, lexicon):
        return _against(said, asked)
    if asked.kind == "pick_many":
        return _many(said, known)
    return _one(said)


def _no_or_number(items: list[Item]) -> bool:
    """ "No 3": number three, or not three? "No. 3" and "no, 3" can only want it."""
    row = [item for item in items if item.tag != "filler"]
    return any(
        one.words == ("no",) and other.tag == "number" and (at == 0 or row[at - 1].named is None)
        for at, (one, other) in enumerate(pairwise(row))
    )


def _about_people(asked: Asked, known: Names, lexicon: Lexicon) -> bool:
    return "who" in lexicon.written(asked.text) or any(not group.startswith("=") for group in known.groups)


def _asks_against(asked: Asked, lexicon: Lexicon) -> bool:
    row = lexicon.written(asked.text)
    return "if" not in row and any(
        tuple(row[at : at + length]) in lexicon.asks_against for at in range(len(row)) for length in (2, 1, 3)
    )


def _against(said: Wishes, asked: Asked) -> Reading:
    """Asked who should not come, "not dad" names dad; named both ways, it has to be asked."""
    if (said.refused and said.wanted) or said.everyone:
        return CLARIFY
    chosen = said.refused or said.wanted
    if asked.kind != "pick_many" and len(chosen) != 1:
        return CLARIFY
    return Reading("answer", choices=tuple(sorted(chosen)))


def _many(said: Wishes, known: Names) -> Reading:
    wanted, refused = tuple(sorted(said.wanted)), tuple(sorted(said.refused))
    if said.only and not set(wanted) <= known.alone:
        # "Just mum, nobody else", where "nobody else" is a choice too.
        wanted = tuple(one for one in wanted if one not in known.alone)
    if len(wanted) > 1 and set(wanted) & known.alone:
        return CLARIFY
    if not wanted and not refused:
        return CLARIFY
    return Reading("answer", choices=wanted, exclude=refused)


def _one(said: Wishes) -> Reading:
    if len(said.wanted) != 1 or said.everyone:
        return Reading("clarify", exclude=tuple(sorted(said.refused)))
    return Reading("answer", choices=tuple(said.wanted), exclude=tuple(sorted(said.refused)))


def _letter(words: Sequence[str], known: Names) -> int | None:
    """A letter alone, as choices are lettered on paper."""
    plain = [
        word for word in words if word[0].isalnum() and word not in ("option", "answer", "letter", "please")
    ]
    letter = plain[0] if len(plain) == 1 else ""
    number = "abcdefgh".find(letter) + 1 if len(letter) == 1 else 0
    return number if 1 <= number <= known.count else None


def _without_choices(asked: Asked, items: list[Item], said: Wishes, lexicon: Lexicon) -> Reading:
    """Nobody was named: none of them, don't mind, don't know, or nothing that we understand."""
    tags = [
        item.tag for item in items if item.tag not in ("filler", "stop", "comma", "sign", "okay", "praise")
    ]
    reason = tags.index("because") if "because" in tags else len(tags)
    tags = tags[:reason]
    kinds = set(tags)
    if _begins_with_none([item for item in items if item.tag != "only"]) and not said.unclear:
        tags = ["none"]
        kinds = {"none"}
    for both, one in (({"mind", "unsure"}, "mind"), ({"no", "none"}, "none")):
        if kinds == both:
            kinds = {one}
    if not tags or said.unclear or kinds & {"number", "not", "except", "after"}:
        return CLARIFY
    for tag, action in (
        ("none", "none_suit"),
        ("mind", "no_preference"),
        ("unsure", "no_preference"),
        ("no", ""),
    ):
        if (
            kinds <= {tag, "them", "want", "other"}
            and tag in kinds
            and not (tag == "no" and "other" in kinds)
        ):
            if (standing := _standing_for(asked, tag, lexicon)) is not None:
                return Reading("answer", choices=(standing,))
            if action:
                return Reading("none_suit") if action == "none_suit" else Reading("no_preference")
            return Reading("none_suit") if asked.kind == "pick_many" else CLARIFY
    if kinds == {"yes"} and (standing := _standing_for(asked, "yes", lexicon)) is not None:
        return Reading("answer", choices=(standing,))
    return CLARIFY


def _standing_for(asked: Asked, tag: str, lexicon: Lexicon) -> int | None:
    """The one choice that says "none of these", "I don't mind", "not sure", or begins with yes or no."""
    found: list[int] = []
    for number, choice in enumerate(asked.choices, 1):
        row = [word for word in lexicon.written(choice.text) if word[0].isalnum()]
        cue = next(
            (
                one
                for at in range(min(len(row), 1 if tag in ("yes", "no") else 3))
                for length in range(len(row) - at, 0, -1)
                for one in lexicon.cues.get(tuple(row[at : at + length]), ())
                if one in ("none", "mind", "unsure", "yes", "no", "not")
            ),
            "",
        )
        if cue == tag or (tag == "no" and cue == "not"):
            found.append(number)
    return found[0] if len(found) == 1 else None


def offered_day(asked: Asked, words: Sequence[str], now: dt.datetime, lexicon: Lexicon) -> Reading:
    """One of the days that are offered: by its number, its day, its date, its time."""
    today = now.date()
    known = names(tuple(Choice("") for _ in asked.choices), lexicon)
    said = days.day(words, today, lexicon)
    items = tagged(words, known, lexicon)
    if _begins_with_none(items):
        standing = _standing_for(asked, "none", lexicon)
        return Reading("answer", choices=(standing,)) if standing else Reading("none_suit")
    number = _only_number(items)
    refusing = any(item.tag in ("not", "after", "except") for item in items)
    if (
        number is not None
        and not (number < 0 and _says_a_time(words, lexicon))
        and not refusing
        and not (said.dates or said.weekdays or said.months)
    ):
        return _numbered(number, asked, said, words, lexicon)
    if not said.said and not clocks.clock(words, lexicon).said:
        return read(asked, words, lexicon)
    wanted, refused, doubtful = _days_wanted(words, items)
    excluded = tuple(_fitting(asked, refused, today, lexicon)) if refused else ()
    fitting = (
        [one for one in _fitting(asked, wanted, today, lexicon) if one not in excluded] if wanted else []
    )
    if doubtful or len(fitting) != 1:
        return Reading("clarify", exclude=() if doubtful else excluded)
    return Reading("answer", choices=(fitting[0],), exclude=excluded)


def _says_a_time(words: Sequence[str], lexicon: Lexicon) -> bool:
    """ "At 10", "10 am", "345": a time of day, not a day of the month."""
    marked = bool({"at", "am", "pm", ":"} & set(words)) or any(
        len(word) > 2 and word.isdigit() for word in words
    )
    return marked and bool(clocks.clock(words, lexicon).times)


def _begins_with_none(items: list[Item]) -> bool:
    row = [item.tag for item in items if item.tag not in ("filler", "okay")]
    return bool(row) and row[0] == "none" and not set(row) & {"except", "but", "only"}


def _days_wanted(words: Sequence[str], items: list[Item]) -> tuple[list[str], list[str], bool]:
    """The words of the clauses that are for a day, those of the clauses against one, and whether it's unsure."""
    wanted: list[str] = []
    refused: list[str] = []
    unsure = ("doubt", "perhaps", "unsure", "fix", "fix_weak", "no", "or", "except")
    doubtful = any(item.tag in unsure and item.words != ("/",) for item in items)
    at = 0
    clause: list[str] = []
    against = False
    for item in [*items, Item("stop", (".",))]:
        if item.tag in ("stop", "but") and item.words != (":",) and not _inside_a_time(words, at):
            (refused if against else wanted).extend(clause)
            clause, against = [], False
        elif item.tag == "not" and clause and not against:
            # "Tuesday, not Monday."
            wanted += clause
            clause, against = [], True
        else:
            against |= item.tag in ("not", "after")
            clause += item.words
        at += len(item.words)
    return wanted, refused, doubtful


def _inside_a_time(words: Sequence[str], at: int) -> bool:
    return (
        0 < at < len(words) - 1 and words[at] in ".:" and words[at - 1].isdigit() and words[at + 1].isdigit()
    )


def _fitting(asked: Asked, words: Sequence[str], today: dt.date, lexicon: Lexicon) -> list[int]:
    said = days.day(words, today, lexicon)
    rest = [word for at, word in enumerate(words) if at not in said.used]
    times = clocks.clock(rest, lexicon)
    if not said.said and not times.said:
        return []
    if len(set(said.weekdays)) > 1 or len(said.dates) > 1 or len(times.times) > 1 or len(said.numbers) > 1:
        return []
    return [
        one for one, choice in enumerate(asked.choices, 1) if _fits(choice, said, times, rest, today, lexicon)
    ]


def _only_number(items: list[Item]) -> int | None:
    numbers = [item for item in items if item.tag == "number"]
    other = [
        item for item in items if item.tag in ("other", "name", "stranger", "fix", "fix_weak", "or", "no")
    ]
    if len(numbers) != 1 or other or numbers[0].named is None:
        return None
    return next(iter(numbers[0].named.choices))


def _numbered(number: int, asked: Asked, said: days.Day, words: Sequence[str], lexicon: Lexicon) -> Reading:
    """A number alone is the choice's; "the 3rd", or a number that no choice has, may be a day of the month."""
    given = said.numbers or [int(word) for word in words if word.isdigit() and len(word) < 3 and number < 0]
    by_day = [one for one, choice in enumerate(asked.choices, 1) if _day_of(choice) in given]
    if by_day:
        return (
            Reading("answer", choices=(by_day[0],))
            if len(by_day) == 1 and number in (-1, by_day[0])
            else CLARIFY
        )
    if (
        number > 0
        and set(words) & {"last", "bottom", "final"}
        and _standing_for(asked, "none", lexicon) == number
    ):
        # The last of the days, or the last of the choices?
        return CLARIFY
    return Reading("answer", choices=(number,)) if number > 0 else CLARIFY


def _day_of(choice: Choice) -> int | None:
    """The day of the month that a choice shows."""
    if choice.date is not None:
        return choice.date.day
    shown = re.search(r"\b(\d{1,2})(?:st|nd|rd|th)?\s+[A-Za-z]|\b(\d{1,2})/", choice.text)
    return int(shown[1] or shown[2]) if shown else None


def _fits(
    choice: Choice, said: days.Day, times: clocks.Clock, rest: Sequence[str], today: dt.date, lexicon: Lexicon
) -> bool:
    """Nothing that was said speaks against this day, and something for it."""
    shown = lexicon.written(choice.text)
    its = days.day(shown, today, lexicon)
    date = choice.date or next(iter(its.dates), None)
    weekdays = its.weekdays or ([date.weekday()] if date else [])
    its_times = clocks.clock([word for at, word in enumerate(shown) if at not in its.used], lexicon).times
    if said.wrong or (said.dates and date not in said.dates):
        return False
    if said.weekdays and not set(said.weekdays) <= set(weekdays):
        return False
    if said.numbers and (date is None or date.day not in said.numbers):
        return False
    if said.months and (date is None or date.month not in said.months):
        return False
    hours = {one.hour % 12 for one in its_times}
    if not all((date is not None and date.day == one) or one % 12 in hours for one in said.loose):
        return False
    if times.times and not set(times.times) <= set(its_times):
        return False
    return _half_fits(rest, shown, its_times)


def _half_fits(rest: Sequence[str], shown: Sequence[str], its_times: Sequence[dt.time]) -> bool:
    for word, hours in (("morning", range(12)), ("afternoon", range(12, 18)), ("evening", range(17, 24))):
        if word in rest and word not in shown and not any(one.hour in hours for one in its_times):
            return False
    return True
