"""How often a door may be tried, counted in the database: it survives restarts and is shared by every worker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from webapp.store import Attempt, Prepared, Query, table_of

MINUTE, DAY = 60, 86_400
DOORS: dict[str, tuple[tuple[int, int], ...]] = {
    "fact": ((5, 15 * MINUTE), (15, DAY)),
    "secret": ((5, 15 * MINUTE), (20, 30 * DAY)),
    "code": ((10, 15 * MINUTE), (30, DAY)),
    "picture": ((20, 15 * MINUTE), (100, DAY)),
    "code_all": ((300, 15 * MINUTE),),
    "sign_in": ((5, 15 * MINUTE), (30, DAY)),
    "sign_in_name": ((50, 15 * MINUTE),),
    "sign_in_address": ((30, 15 * MINUTE),),
    "stand_in": ((10, 15 * MINUTE), (40, DAY)),
    "api": ((300, MINUTE),),
    "api_address": ((60, 15 * MINUTE),),
}
"""Wrong tries allowed per window of seconds; of the API's callers every call is counted. A picture secret is one of
560, so its long window is what protects it.
"""

_attempt = table_of(Attempt).c
_TRIES = Prepared(
    select(_attempt.door, _attempt.window, _attempt.tries).where(_attempt.who == bindparam("who"))
)
_WIPE = Prepared(
    delete(table_of(Attempt)).where(_attempt.who == bindparam("who"), _attempt.door == bindparam("door"))
)
_more = {"tries": _attempt.tries + 1}
_COUNT = Prepared(
    sqlite=sqlite_insert(table_of(Attempt)).on_conflict_do_update(
        index_elements=["door", "who", "window"], set_=_more
    ),
    postgresql=postgres_insert(table_of(Attempt)).on_conflict_do_update(
        index_elements=["door", "who", "window"], set_=_more
    ),
    columns=("door", "who", "window", "tries"),
)


def try_again_in(query: Query, now: dt.datetime, door: str, who: str) -> int:
    """Seconds until this door may be tried again; 0 where it may be tried now."""
    seconds = int(now.timestamp())
    windows = {_name(door, length): (allowed, length) for allowed, length in DOORS[door]}
    waits = [
        (window + 1) * windows[name][1] - seconds
        for name, window, tries in _TRIES.all(query, who=who)
        if name in windows and window == seconds // windows[name][1] and tries >= windows[name][0]
    ]
    return max(waits, default=0)


def failed(query: Query, now: dt.datetime, door: str, who: str) -> None:
    """Count one wrong try."""
    for _, length in DOORS[door]:
        _COUNT.run(query, door=_name(door, length), who=who, window=int(now.timestamp()) // length, tries=1)


def passed(query: Query, now: dt.datetime, door: str, who: str) -> None:
    """A right try wipes this door's short count; the long one stays, so that guessing can't be spread out."""
    shortest = min(length for _, length in DOORS[door])
    _WIPE.run(query, who=who, door=_name(door, shortest))


@dataclass(frozen=True, slots=True)
class Tried:
    """How a door stands for somebody: wrong tries in its longest window, and seconds until it may be tried again."""

    wrong: int = 0
    wait: int = 0


def wrong_tries(session: Session, now: dt.datetime, door: str, who: str) -> int:
    """Wrong tries in the longest window: staff see it beside the booklet."""
    return tried(session, now, {who: door}).get(who, Tried()).wrong


def tried(session: Session, now: dt.datetime, doors: Mapping[str, str]) -> dict[str, Tried]:
    """How the doors of many stand, by who stands before each, in one query; who never tried wrongly is left out."""
    seconds, found = int(now.timestamp()), dict[str, Tried]()
    rows = session.execute(
        select(Attempt.who, Attempt.door, Attempt.window, Attempt.tries).where(Attempt.who.in_(list(doors)))
    )
    for who, name, window, tries in rows:
        windows = {_name(doors[who], length): (allowed, length) for allowed, length in DOORS[doors[who]]}
        allowed, length = windows.get(name, (0, 1))
        if name not in windows or window != seconds // length:
            continue
        before, longest = found.get(who, Tried()), max(length for _, length in windows.values())
        found[who] = Tried(
            wrong=tries if length == longest else before.wrong,
            wait=max(before.wait, (window + 1) * length - seconds if tries >= allowed else 0),
        )
    return found


def locked(session: Session, now: dt.datetime, doors: Collection[str]) -> set[str]:
    """Who stands before one of these doors and may not try it now; one query, and few rows."""
    windows = {_name(door, length): (allowed, length) for door in doors for allowed, length in DOORS[door]}
    rows = session.execute(
        select(Attempt.who, Attempt.door, Attempt.window, Attempt.tries).where(
            Attempt.door.in_(list(windows))
        )
    )
    return {
        who for who, name, window, tries in rows
        if tries >= windows[name][0] and window == int(now.timestamp()) // windows[name][1]
    }  # fmt: skip


def forget(session: Session, door: str, who: str) -> None:
    """Staff cleared a secret, or let somebody try again: the tries of this door start anew."""
    session.execute(
        delete(Attempt).where(Attempt.who == who, Attempt.door.in_([_name(door, n) for _, n in DOORS[door]]))
    )


def _name(door: str, length: int) -> str:
    return f"{door}/{length}"
