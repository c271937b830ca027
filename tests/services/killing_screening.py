"""A screening worker that is killed at random moments: `python -m tests.services.killing_screening URL KILLS SEED`.

It forks a process that screens, kills it with SIGKILL some milliseconds later, and does so again and again.
"""

from __future__ import annotations

import os
import random
import select as waiting
import signal
import sys

from tests.services.outgoing import MOMENT, VAULT
from tests.services.worrying import AUTHORITY
from webapp.services import screening
from webapp.store import Database


def screen_for_ever(url: str) -> None:
    """What the worker's lane does, without the rest between."""
    db = Database(url)
    while True:
        screening.screen_once(db, VAULT, AUTHORITY, lambda: MOMENT)


if __name__ == "__main__":
    dice = random.Random(int(sys.argv[3]))
    for _ in range(int(sys.argv[2])):
        pid = os.fork()
        if pid == 0:
            try:
                screen_for_ever(sys.argv[1])
            finally:
                os._exit(1)
        waiting.select([], [], [], dice.uniform(0.02, 0.25))
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSIGNALED(status):
            sys.exit("the worker ended by itself")
