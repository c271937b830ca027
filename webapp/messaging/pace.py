"""Keeps one sender under its provider's limit of messages a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Pace:
    """Lets one message through at a time, evenly spaced; whoever comes early waits for its turn."""

    def __init__(
        self,
        per_second: float,
        clock: Callable[[], float] = time.monotonic,
        rest: Callable[[float], None] = time.sleep,
    ) -> None:
        self.apart = 1 / per_second
        self._clock, self._rest = clock, rest
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Return once it is this caller's turn."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + self.apart
        if turn > now:
            self._rest(turn - now)
