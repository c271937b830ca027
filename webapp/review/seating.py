"""Whom not to seat together, and who is for a part alone: by what the child and the adults chose, never by words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Generic, Literal

from webapp.review.comparing import Spoken, Who
from webapp.review.deciding import Wish
from webapp.review.matters import APART

Why = Literal["refused", "refused_by_another", "part", "not_sure", "apart", "not_safe"]


@dataclass(frozen=True, slots=True)
class Seat(Generic[Who]):
    """One person who is not simply to sit at the table."""

    why: Why
    wish: Wish | None = None
    """What the child asked about this person."""
    spoken: Spoken[Who] | None = None
    """What an adult said of themselves."""


ORDER: tuple[Why, ...] = ("refused", "refused_by_another", "not_safe", "apart", "part", "not_sure")


def seats(
    wishes: Iterable[Wish], refused_by_others: Collection[str], adults: Iterable[Spoken[Who]]
) -> tuple[Seat[Who], ...]:
    """Everybody of whom something has to be thought of, the gravest first. A person may stand here twice.

    `refused_by_others`: people, by the case system's id, whom another child of the same meeting said no to.
    """
    found: list[Seat[Who]] = []
    for wish in (one for one in wishes if one.kind == "who"):
        if wish.refused:
            found.append(Seat("refused", wish))
        elif wish.said.rows and wish.said.rows[0].part_only:
            found.append(Seat("part", wish))
        elif wish.come == "not_sure":
            found.append(Seat("not_sure", wish))
        if wish.person and wish.person in refused_by_others and not wish.refused:
            found.append(Seat("refused_by_another", wish))
    for one in adults:
        asks = APART.get((one.booklet, one.item.question), frozenset())
        if not one.item.skipped and asks & {choice.id for choice in one.item.answer.choices}:
            why: Why = "apart" if one.item.question == "come" else "not_safe"
            found.append(Seat(why, spoken=one))
    return tuple(sorted(found, key=lambda seat: ORDER.index(seat.why)))
