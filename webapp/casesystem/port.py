"""The case system, as the rest of the house sees it, and what every adapter promises.

The contract, which tests/casesystem/contract.py holds every adapter to:

* **The key tells a repeat.** Each event has a key that never changes. An event may be delivered again at any
time: after a crash, after a slow answer, after a lease ran out. Delivering the same key twice leaves one
copy. * **Order.** Events of one review come one after the other, in the order in which they were sent.
Nothing is promised between reviews: events of two reviews may come in any order, also at once. * **Returning
means kept.** `deliver` returns once the other side has the whole event safely. Anything else raises:
`TryAgain` where it may work later (nothing, or all of it, may have arrived), `GiveUp` where it never will as
it is. An adapter raises nothing else; what it raises carries a code, never a word of the record. * **Time.**
`deliver` ends within `time_limit` seconds, by its own time-outs. * **Receipts.** Some case systems say later
that they took an event in. `receipts` gives those that are waiting, and gives them again until `settle` or
`refuse` has put each away.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


class TryAgain(Exception):
    """It didn't arrive, or nobody knows whether it did; the same event with the same key later. `args[0]` is
    a code.
    """


class Away(TryAgain):
    """The other side isn't there at all: trying other events now would be no better."""


class GiveUp(Exception):
    """This event will never be taken as it is: a person has to look. `args[0]` is a code, and where it is
    wrong.
    """


@dataclass(frozen=True, slots=True)
class Event:
    """One record on its way out."""

    key: str
    """64 hex digits, made from nothing that anybody typed: fit for a file name."""
    record: Mapping[str, Any]
    """The frozen record as JSON data: views/1 or invite-choices/1."""
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    """The files that the record lists under `attachments`, by their id there: each with the bytes that it names."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The case system's word that it took an event in."""

    event_key: str
    received_at: dt.datetime
    id: str
    """The case system's own id of what it made of it; may be empty."""
    name: str
    """The adapter's own name of this receipt, for `settle` and `refuse`."""


class CaseSystem(Protocol):
    """One adapter. The module's text is its contract."""

    @property
    def time_limit(self) -> float:
        """Seconds within which `deliver` ends."""

    def deliver(self, event: Event) -> None:
        """Hand over one event. Raises TryAgain (Away) or GiveUp."""

    def receipts(self) -> Sequence[Receipt]:
        """Receipts that nobody has put away yet, oldest first. Raises Away where they can't be looked for."""

    def settle(self, receipt: Receipt) -> None:
        """Put a receipt away: it is written down. Does nothing where it is gone already."""

    def refuse(self, receipt: Receipt, reason: str) -> None:
        """Put a receipt aside for a person, with a code for why. Does nothing where it is gone already."""
