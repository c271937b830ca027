"""When the made-up children's reviews are: about three each in the year around today, 1,362 in all."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import dataclass, field

from webapp.demo.population import Slot
from webapp.review.timetable import is_working_day

REVIEWS = 1362
HALF_A_YEAR = 182
APART = 122  # days: three reviews of each child fall into the year
FIRST_WITHIN = 26  # days after coming into care: inside the law's 20 working days
NATION = "ENG"


@dataclass
class Diary:
    """One child's reviews in the year, as days from today, and the day on which the child came into care."""

    came: dt.date
    offsets: list[int] = field(default_factory=list)
    asked_for: set[int] = field(default_factory=set)


def diaries(rng: random.Random, slots: list[Slot], today: dt.date) -> dict[str, Diary]:
    """A diary for each child by id. Brothers and sisters of one family share their days."""
    made: dict[str, Diary] = {}
    by_family: dict[int, Diary] = {}
    for slot in slots:
        youngest = max(other.born for other in slots if other.family == slot.family)
        if slot.family not in by_family:
            by_family[slot.family] = _diary(rng, slot, youngest, today)
        shared = by_family[slot.family]
        made[slot.id] = Diary(shared.came, list(shared.offsets))
    _add_the_rest(rng, [slot for slot in slots if not slot.chosen], made, today)
    return made


def _diary(rng: random.Random, slot: Slot, youngest: dt.date, today: dt.date) -> Diary:
    known = (today - youngest).days
    if slot.chosen:
        start = slot.chosen.next_review
    elif known < APART + FIRST_WITHIN or rng.random() < 0.03:
        return _new_in_care(rng, known, today)
    else:
        start = rng.randrange(APART)
    offsets = [day for day in range(start - 2 * APART, HALF_A_YEAR + 1, APART) if day > -HALF_A_YEAR]
    offsets = [day for day in offsets if -day < known - FIRST_WITHIN]
    earliest = max(0, -offsets[0]) + FIRST_WITHIN
    came = today - dt.timedelta(days=min(known, earliest + int(rng.triangular(0, 2200, 300))))
    return Diary(came, offsets)


def _new_in_care(rng: random.Random, known: int, today: dt.date) -> Diary:
    """Came a few weeks ago: the first review is due, the second and a later one follow."""
    ago = rng.randint(min(1, known), min(known, 60))
    first = FIRST_WITHIN - ago
    return Diary(today - dt.timedelta(days=ago), [first, first + 80, first + 130])


def _add_the_rest(rng: random.Random, slots: list[Slot], made: dict[str, Diary], today: dt.date) -> None:
    """Reviews that somebody asked for, until there are as many as there should be and half are past."""
    days = [day for diary in made.values() for day in diary.offsets]
    past = sum(day < 0 for day in days)
    missing = REVIEWS - len(days)
    sides = [-1] * min(missing, max(0, REVIEWS // 2 - past))
    sides += [1] * (missing - len(sides))
    for slot in rng.sample(slots, len(slots)):
        diary = made[slot.id]
        if sides and (day := _between(diary, sides[-1], today)) is not None:
            diary.offsets.append(day)
            diary.asked_for.add(day)
            sides.pop()


def _between(diary: Diary, side: int, today: dt.date) -> int | None:
    """A day 40 days beyond one of the child's own, still in the year and in the time in care."""
    for day in diary.offsets:
        other = day + 40 * side
        if day * side > 0 and abs(other) < HALF_A_YEAR and -other < (today - diary.came).days - FIRST_WITHIN:
            return other
    return None


def working_day(today: dt.date, offset: int) -> dt.date:
    """The day so far from today, or the next working day; never turns a past one into a coming one."""
    step = -1 if offset < 0 else 1
    day = today + dt.timedelta(days=offset)
    while not is_working_day(day, NATION):
        day += dt.timedelta(days=step)
    return day


def kind_of(diary: Diary, offset: int, today: dt.date, adoption: bool) -> str:
    """first, second, later, adoption or asked_for, from how long the child has been in care by then."""
    if offset in diary.asked_for:
        return "asked_for"
    in_care = (today + dt.timedelta(days=offset) - diary.came).days
    if in_care <= FIRST_WITHIN + 2:
        return "first"
    if in_care <= FIRST_WITHIN + 92:
        return "second"
    return "adoption" if adoption else "later"


def count(made: Iterable[Diary]) -> int:
    """How many reviews there are in all."""
    return sum(len(diary.offsets) for diary in made)
