"""The case system, as the rest of the house sees it, and what every adapter promises.

The contract, which tests/casesystem/test_contract.py holds every adapter to:

* **The key tells a repeat.** Each event has a key that never changes: 64 hexadecimal digits. An event may be
  delivered again at any time: after a crash, after a slow answer, after a lease ran out, or because a person
  asked for it. Delivering the same key twice leaves one copy.
* **Order.** Events of one review come one after the other, in the order of their `sequence`; a worry doesn't
  wait in that line, nor does anything wait for it. Numbers rise and may leave gaps. Nothing is promised between
  reviews: events of two reviews may come in any order, also at once. While one event of a review waits or is
  parked, later ones of that review wait; all others go on.
* **Returning means kept.** `deliver` returns once the other side has the whole event safely; what it gives back
  may carry the other side's own id. Anything else raises: `TryAgain` where it may work later (nothing, or all of
  it, may have arrived), `Away` where other events would fare no better, `GiveUp` where it never will as it is.
  An adapter raises nothing else; what it raises carries a code, never a word of the record.
* **Who tries again.** Never the adapter. After `TryAgain` the worker waits 15 seconds, then twice as long each
  time up to half an hour, or as long as the other side asked for, and never stops; after `Away` it sends one event
  a minute until one gets through, and then everything is due; what `GiveUp` parked waits for a person.
* **Time.** `deliver`, `receipts` and `incoming` each end within `time_limit` seconds, by time-outs of their own.
* **Receipts.** Some case systems say later that they took an event in. `receipts` gives those that are waiting,
  and gives them again until `settle` or `refuse` has put each away.
* **Reviews in.** `incoming` gives what is new since a cursor: the adapter's own words for how far we are, empty at
  first. The same cursor may be asked again, and rows may come again: loading a row twice changes nothing.
  `took_in` is told what became of a batch, after that is kept.
* **Pushed instead.** A case system that would rather call us puts reviews and posts receipts to webapp/web/api.py. What
  becomes of a row or a receipt is the same, whichever way it came, and it may come both ways.
* **Least data.** What an adapter is handed is already cut down to who reads it there; it adds nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


class TryAgain(Exception):
    """It didn't arrive, or nobody knows whether it did; the same event with the same key later. `args[0]` is
    a code; `after` is how many seconds the other side asked us to wait, 0 where it didn't say.
    """

    def __init__(self, code: str = "", after: float = 0.0) -> None:
        super().__init__(code)
        self.after = after


class Away(TryAgain):
    """The other side isn't there at all: trying other events now would be no better."""


class GiveUp(Exception):
    """This event will never be taken as it is: a person has to look. `args[0]` is a code, and where it is
    wrong.
    """


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, on its way out."""

    key: str
    """64 hex digits, made from nothing that anybody typed: fit for a file name."""
    record: Mapping[str, Any]
    """What happened, as JSON data. Its `schema` says which of the published ones it has: views/1,
    invite-choices/1, withdrawal/1, worry/1, participation/1, paper-copy/1, decisions/1,
    invitations/1, attendance/1, letter/1 or request/1.
    """
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    """The files that the record lists under `attachments`, by their id there: each with the bytes that it names."""
    paper: bytes = b""
    """A PDF of the record: with a paper-copy/1, and with any record where the adapter wants one; else nothing."""
    sequence: int = 0
    """Its number in its review."""
    iro: str = ""
    """The case system's id of the review's IRO as it is now: for adapters that hand over to a person's own place."""
    social_worker: str = ""
    """The same of the social worker; empty where the review has none."""

    @property
    def schema(self) -> str:
        """Name and version of the record's schema: `views/1`."""
        return str(self.record.get("schema", ""))

    @property
    def kind(self) -> str:
        """What it is, as settings name it: `views`, `invite_choices`, `withdrawal`, `worry`, ..."""
        return self.schema.partition("/")[0].replace("-", "_")


@dataclass(frozen=True, slots=True)
class Taken:
    """The other side's word when it takes an event."""

    id: str = ""
    """Its own id of what it made of the event; at most 200 letters are kept."""
    received: bool = False
    """True where this is its receipt too: it has taken the event in, and no other word will come."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The case system's word that it took an event in."""

    event_key: str
    received_at: dt.datetime
    id: str
    """The case system's own id of what it made of it; may be empty."""
    name: str
    """The adapter's own name of this receipt, for `settle` and `refuse`."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """Reviews that the case system gives us."""

    name: str
    """What the batch is called in reports, such as a file's name; how it ends says what it is: .csv or JSON Lines."""
    content: bytes
    """Rows as docs/reviews-in.md has them."""
    cursor: str
    """What to ask with next time."""


class CaseSystem(Protocol):
    """One adapter. The module's text is its contract; `Outward` holds what most adapters have in common."""

    @property
    def time_limit(self) -> float:
        """Seconds within which each call ends."""

    @property
    def takes(self) -> frozenset[str]:
        """The kinds of events that it can hand over; settings that give it another stop the start."""

    @property
    def wants_paper(self) -> bool:
        """True where it needs a PDF with each record: that takes about a second to make."""

    def deliver(self, event: Event) -> Taken | None:
        """Hand over one event. Raises TryAgain (Away) or GiveUp."""

    def receipts(self) -> Sequence[Receipt]:
        """Receipts that nobody has put away yet, oldest first. Raises Away where they can't be looked for."""

    def settle(self, receipt: Receipt) -> None:
        """Put a receipt away: it is written down. Does nothing where it is gone already."""

    def refuse(self, receipt: Receipt, reason: str) -> None:
        """Put a receipt aside for a person, with a code for why. Does nothing where it is gone already."""

    def incoming(self, cursor: str) -> Incoming | None:
        """The next batch of reviews since the cursor; None where there is none, or it never gives any. Raises
        Away, and GiveUp where what it gives can't be read.
        """

    def took_in(self, batch: Incoming, problems: Sequence[str]) -> None:
        """The batch is kept, but for these problems, a line each."""


ALL_KINDS = frozenset(
    [
        "views",
        "invite_choices",
        "withdrawal",
        "worry",
        "participation",
        "paper_copy",
        "decisions",
        "invitations",
        "attendance",
        "letter",
        "request",
    ]
)


class Outward:
    """What an adapter is that only delivers: it brings no receipts and no reviews, and takes every kind."""

    time_limit: float = 30.0
    takes: frozenset[str] = ALL_KINDS
    wants_paper: bool = False

    def receipts(self) -> Sequence[Receipt]:
        """None: what it has to say, it says when it takes an event."""
        return ()

    def settle(self, receipt: Receipt) -> None:
        """Nothing to put away."""

    def refuse(self, receipt: Receipt, reason: str) -> None:
        """Nothing to put aside."""

    def incoming(self, cursor: str) -> Incoming | None:
        """None."""
        return None

    def took_in(self, batch: Incoming, problems: Sequence[str]) -> None:
        """Nothing to tell."""


@dataclass(frozen=True, slots=True)
class Route:
    """What may go to one case system, from settings. As narrow as it gets where nothing says otherwise."""

    audience: str = "iro_and_social_worker"
    """Who reads it there: `iro` only where the authority lets such answers out."""
    adopters: bool = False
    """True where no worker of the birth parents can read it."""
