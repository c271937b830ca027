"""The made-up authority's children in figures: as many of each age, sex, placement and legal status as Blackpool had.

Counts from the Blackpool Council IRO Annual Report 2013-14 (31 March 2014). Its legal statuses add up to one child
fewer than its total; that child is here under an emergency protection order. Which child gets what is invented.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from webapp.demo.chosen import CHOSEN, Chosen

CHILDREN = 443
BOYS = 253
AGES = {(0, 0): 33, (1, 4): 109, (5, 10): 100, (11, 15): 139, (16, 17): 62}
LEGAL = {
    "remand": 5, "placement_order": 112, "emergency_protection": 1, "interim_care_order": 62, "accommodated": 54,
    "care_order": 209,
}  # fmt: skip
PLACEMENTS = {
    "adoption": 43, "custody": 2, "secure": 3, "independent": 15, "other": 4, "residential": 35, "parents": 20,
    "connected": 33, "foster": 288,
}  # fmt: skip
OUT_OF_AREA = 211


@dataclass(eq=False)
class Slot:
    """One child in figures, before names and people."""

    number: int
    age: int
    born: dt.date
    sex: str
    legal: str = ""
    placement: str = ""
    out_of_area: bool = False
    family: int = 0
    chosen: Chosen | None = None

    @property
    def id(self) -> str:
        """The child's id in the case system."""
        return self.chosen.id if self.chosen else f"C-{self.number:04}"


Fit = Callable[[Slot], bool]


def population(rng: random.Random, today: dt.date) -> list[Slot]:
    """All 443 children, the chosen ones first; brothers and sisters share a family number."""
    slots = [_chosen_slot(number, chosen, today) for number, chosen in enumerate(CHOSEN, 1)]
    ages = [age for band, count in AGES.items() for age in _ages(rng, band, count, slots)]
    boys = BOYS - sum(slot.sex == "male" for slot in slots)
    sexes = ["male"] * boys + ["female"] * (len(ages) - boys)
    rng.shuffle(ages)
    rng.shuffle(sexes)
    for number, (age, sex) in enumerate(zip(ages, sexes, strict=True), len(slots) + 1):
        slots.append(Slot(number, age, born(today, age, rng.randint(4, 355)), sex))
    for legal, count in LEGAL.items():
        _deal(rng, slots, "legal", legal, count, _legal_fit(legal))
    for placement, count in PLACEMENTS.items():
        _deal(rng, slots, "placement", placement, count, _placement_fit(placement))
    away = OUT_OF_AREA - sum(slot.out_of_area for slot in slots)
    may_be_away = [slot for slot in slots if not slot.chosen and slot.placement != "parents"]
    for slot in rng.sample(may_be_away, away):
        slot.out_of_area = True
    _make_families(rng, slots)
    return slots


def born(today: dt.date, age: int, days: int) -> dt.date:
    """The birthday of somebody who turned `age` so many days ago (under 356, so that the age is sure)."""
    year = today.year - age
    day = min(today.day, 28)  # no 29 February of a year that has none
    return dt.date(year, today.month, day) - dt.timedelta(days=days)


def _chosen_slot(number: int, chosen: Chosen, today: dt.date) -> Slot:
    return Slot(
        number, chosen.age, born(today, chosen.age, 60 + 17 * number), chosen.sex, chosen.legal, chosen.placement,
        chosen.out_of_area, chosen=chosen,
    )  # fmt: skip


def _ages(rng: random.Random, band: tuple[int, int], count: int, taken: Sequence[Slot]) -> list[int]:
    low, high = band
    left = count - sum(low <= slot.age <= high for slot in taken)
    return [rng.randint(low, high) for _ in range(left)]


def _deal(rng: random.Random, slots: list[Slot], field: str, code: str, count: int, fit: Fit) -> None:
    """Give a code to as many as there are, among those that have none yet and that it fits."""
    left = count - sum(getattr(slot, field) == code for slot in slots)
    for slot in rng.sample([slot for slot in slots if not getattr(slot, field) and fit(slot)], left):
        setattr(slot, field, code)


def _legal_fit(legal: str) -> Fit:
    fits: dict[str, Fit] = {
        "remand": lambda slot: slot.age >= 13,
        "placement_order": lambda slot: slot.age <= 8,
        "emergency_protection": lambda slot: slot.age <= 12,
        "interim_care_order": lambda slot: slot.age <= 14,
        "accommodated": lambda slot: slot.age >= 3,
    }
    return fits.get(legal, lambda slot: True)


def _placement_fit(placement: str) -> Fit:
    fits: dict[str, Fit] = {
        "adoption": lambda slot: slot.legal == "placement_order",
        "custody": lambda slot: slot.legal == "remand",
        "secure": lambda slot: slot.age >= 12 and slot.legal == "care_order",
        "independent": lambda slot: slot.age >= 16 and slot.legal != "remand",
        "other": lambda slot: slot.age >= 16 and slot.legal != "remand",
        "residential": lambda slot: slot.age >= 9,
        "parents": lambda slot: slot.legal in ("care_order", "interim_care_order"),
        "connected": lambda slot: slot.legal not in ("placement_order", "remand"),
    }
    return fits.get(placement, lambda slot: True)


def _make_families(rng: random.Random, slots: list[Slot]) -> None:
    """Brothers and sisters who live together: about 50 families among the foster homes, twins left out."""
    family = 0
    for slot in slots:
        if slot.chosen and slot.chosen.family:
            slot.family = slot.chosen.family
            family = max(family, slot.family)
    free = [slot for slot in slots if slot.placement == "foster" and not slot.chosen]
    rng.shuffle(free)
    for size in [2] * 36 + [3] * 11 + [4] * 2:
        family += 1
        first = free.pop()
        members = [first]
        for slot in list(free):
            if len(members) == size:
                break
            if all(1 <= abs(slot.age - other.age) <= 7 for other in members):
                members.append(slot)
                free.remove(slot)
        for slot in members:
            slot.family, slot.out_of_area = family, first.out_of_area
    _balance(rng, slots)
    for slot in slots:
        if not slot.family:
            family += 1
            slot.family = family


def _balance(rng: random.Random, slots: list[Slot]) -> None:
    """Moving brothers and sisters together changed how many live away: others make up for it."""
    alone = [slot for slot in slots if not slot.family and not slot.chosen and slot.placement != "parents"]
    over = sum(slot.out_of_area for slot in slots) - OUT_OF_AREA
    for slot in rng.sample([slot for slot in alone if slot.out_of_area == (over > 0)], abs(over)):
        slot.out_of_area = not slot.out_of_area
