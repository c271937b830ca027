"""Who is in a child's case, as a social worker checks it before anybody is written to: rules over plain facts.

What the case system says of each person makes the set; the check holds until any of it is another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from webapp.review.asking import Place

Outcome = Literal["may_be_asked", "may_not", "same_as"]
OUTCOMES: tuple[Outcome, ...] = ("may_be_asked", "may_not", "same_as")
What = Literal["new", "ended", "changed"]
FLAGS = ("role", "parental_responsibility", "consulted", "may_attend", "no_contact", "hold")
"""What is told of each person, in the order in which it is told."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One person in the set: their place in the case, and what the case system says of it."""

    involvement: str
    role: str
    parental_responsibility: bool
    consulted: bool
    may_attend: bool
    no_contact: bool
    hold: str

    @property
    def asked(self) -> bool:
        """True where they are sent a booklet of their own."""
        return self.consulted and not self.no_contact and self.hold == "none"


@dataclass(frozen=True, slots=True)
class Change:
    """What is another about one person since the last check."""

    involvement: str
    what: What
    flags: tuple[str, ...] = ()
    """Of somebody who changed: which of FLAGS."""
    role: str = ""
    """Of somebody who is no longer in the case."""


def entries(places: Iterable[Place]) -> tuple[Entry, ...]:
    """The set of a case: everybody whose place in it has not ended."""
    found = [
        Entry(
            place.id, place.role, place.parental_responsibility, place.consulted, place.may_attend, place.no_contact,
            place.hold,
        )
        for place in places
        if place.ended_at is None
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.role, one.involvement)))


def version(found: Iterable[Entry]) -> str:
    """A digest of the set: another one as soon as anybody in it is."""
    told = sorted(json.dumps(asdict(one), sort_keys=True) for one in found)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:32]


def changes(before: Iterable[Entry], now: Iterable[Entry]) -> tuple[Change, ...]:
    """What is another about whom since `before`: new people, those who ended, and flags that changed."""
    was, are = ({one.involvement: one for one in several} for several in (before, now))
    new = [Change(own, "new") for own in are if own not in was]
    ended = [Change(own, "ended", role=one.role) for own, one in was.items() if own not in are]
    changed = [
        Change(own, "changed", flags) for own in are if own in was and (flags := _other(was[own], are[own]))
    ]
    return (*new, *changed, *ended)


def _other(was: Entry, now: Entry) -> tuple[str, ...]:
    return tuple(flag for flag in FLAGS if getattr(was, flag) != getattr(now, flag))


def to_json(found: Iterable[Entry]) -> str:
    """The set as it is kept with a check."""
    return json.dumps([asdict(one) for one in found])


def from_json(text: str) -> tuple[Entry, ...]:
    """The set that a check was about."""
    kept: list[Mapping[str, Any]] = json.loads(text)
    return tuple(Entry(**one) for one in kept)
