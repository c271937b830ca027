"""Case systems made of nothing: one that remembers what it was given, and one that fails as it is told to.
For tests.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from webapp.casesystem.port import Event, Incoming, Outward, Receipt, Taken


class Simulator(Outward):
    """Keeps each key once, in the order in which the keys first came, and gives the batches that it was given."""

    time_limit = 1.0

    def __init__(self) -> None:
        self.kept: dict[str, Event] = {}
        self.calls: list[str] = []
        self.waiting: dict[str, Receipt] = {}
        self.refused: dict[str, str] = {}
        self.batches: list[bytes] = []
        self.told: list[Sequence[str]] = []

    def deliver(self, event: Event) -> Taken | None:
        """Keep it."""
        self.calls.append(event.key)
        self.kept.setdefault(event.key, event)
        return None

    def incoming(self, cursor: str) -> Incoming | None:
        """The batch after so many."""
        done = int(cursor or 0)
        if done >= len(self.batches):
            return None
        return Incoming(f"batch {done + 1}", self.batches[done], str(done + 1))

    def took_in(self, batch: Incoming, problems: Sequence[str]) -> None:
        """Remember what was said."""
        self.told.append(problems)

    def give_receipt(self, event_key: str, received_at: dt.datetime, made: str = "") -> Receipt:
        """Let the case system say that it took an event in."""
        receipt = Receipt(event_key, received_at, made, name=f"{len(self.waiting)}-{event_key}")
        self.waiting[receipt.name] = receipt
        return receipt

    def receipts(self) -> Sequence[Receipt]:
        """Those that wait."""
        return list(self.waiting.values())

    def settle(self, receipt: Receipt) -> None:
        """Forget it."""
        self.waiting.pop(receipt.name, None)

    def refuse(self, receipt: Receipt, reason: str) -> None:
        """Forget it, but remember why."""
        if self.waiting.pop(receipt.name, None):
            self.refused[receipt.name] = reason


class Failing(Simulator):
    """Asks `fails` before each delivery, which raises what is to go wrong, and again after it was kept."""

    def __init__(
        self, before: Callable[[Event], None], after: Callable[[Event], None] = lambda event: None
    ) -> None:
        super().__init__()
        self.before, self.after = before, after

    def deliver(self, event: Event) -> Taken | None:
        """Keep it, unless one of the two raises."""
        self.before(event)
        super().deliver(event)
        self.after(event)
        return None
