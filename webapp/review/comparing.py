"""What several people said about the same thing, held side by side. Only choices are compared: free words never are.

Nothing is interpreted. A choice has the side that matters.py gives it; whoever chose nothing with a side is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from webapp.booklet.records import Item
from webapp.review.matters import SAME, Side

Verdict = Literal["same", "between", "differ"]
"""same: all on one side. differ: somebody yes and somebody no. between: neither."""
Who = TypeVar("Who")


@dataclass(frozen=True, slots=True)
class Spoken(Generic[Who]):
    """One answer of one person, in one booklet."""

    who: Who
    booklet: str
    item: Item
    person: str
    """The same for whoever speaks twice: a carer who is also the observer."""


@dataclass(frozen=True, slots=True)
class Compared(Generic[Who]):
    """One matter on which two people or more took a side."""

    matter: str
    verdict: Verdict
    said: tuple[Spoken[Who], ...]


def compare(spoken: Iterable[Spoken[Who]]) -> tuple[Compared[Who], ...]:
    """Every matter that two people or more took a side on: first where they differ.

    Whoever speaks twice of one matter counts by the first.
    """
    told = list(spoken)
    found = []
    for matter, questions in SAME.items():
        sides: list[tuple[Spoken[Who], Side]] = []
        for one in told:
            meant = questions.get((one.booklet, one.item.question))
            side = _side(one.item, meant) if meant else None
            if side and not any(one.person == before.person for before, _ in sides):
                sides.append((one, side))
        if len(sides) > 1:
            found.append(
                Compared(matter, verdict([side for _, side in sides]), tuple(one for one, _ in sides))
            )
    return tuple(sorted(found, key=lambda one: ("differ", "between", "same").index(one.verdict)))


def _side(item: Item, meant: Mapping[str, Side]) -> Side | None:
    """The side of what was chosen; None where nothing has one, or where choices are on several."""
    sides = {meant[choice.id] for choice in item.answer.choices if choice.id in meant}
    return sides.pop() if len(sides) == 1 and not item.skipped else None


def verdict(sides: Iterable[Side]) -> Verdict:
    """What these sides come to."""
    found = set(sides)
    if len(found) == 1:
        return "same"
    return "differ" if {"yes", "no"} <= found else "between"
