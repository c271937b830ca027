"""Delivering: the outbox's rows out to the case systems, each at least once, and once as the receiver sees
it.

A claim is one commit, the result another; between the two the adapter is called, outside any transaction.
Whoever dies in between leaves a lease that runs out, and the same event goes again with the same key
(threats.md F2, F8). Only the first event of a review and lane that isn't delivered can be claimed, so order
holds within a review and what is stuck stops nobody else (F6); worries are a lane of their own. What an event
holds, and how much of it may go, is in `parcels`; what waits to be read, and what is left out, in `left_out`.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Update, exists, or_, select, update
from sqlalchemy.orm import aliased

from webapp import logs
from webapp.casesystem.port import Away, CaseSystem, Event, GiveUp, Route, Taken, TryAgain
from webapp.clock import Clock
from webapp.services import breaker, left_out, parcels
from webapp.services.outbox import RECORDS
from webapp.services.parcels import Claimed
from webapp.store import Database, Delivery, Vault

BATCH = 20
FIRST_WAIT, LONGEST_WAIT = 15.0, 1800.0
"""Seconds until the next try: doubled each time, at most half an hour (threats.md F3)."""
SHORTEST_LEASE = dt.timedelta(minutes=2)
UNDELIVERED = ("waiting", "parked")

_log = logs.get("delivering")


@dataclass(frozen=True, slots=True)
class _Lane:
    """One adapter and whoever works on it now."""

    db: Database
    name: str
    adapter: CaseSystem
    clock: Clock
    worker: str
    route: Route
    lane: str

    @property
    def lease(self) -> dt.timedelta:
        return max(SHORTEST_LEASE, 4 * dt.timedelta(seconds=self.adapter.time_limit))


def deliver_once(
    db: Database, vault: Vault, adapters: Mapping[str, CaseSystem], clock: Clock, worker_id: str,
    routes: Mapping[str, Route] | None = None, lane: str = RECORDS,
) -> int:  # fmt: skip
    """Try what is due in one lane, up to one batch for each adapter; gives how many were dealt with for good.

    Any number of workers may do this at once, each with an id of its own (at most 40 letters). An adapter without a
    route gets what the narrowest one lets through.
    """
    known = routes or {}
    return sum(
        _deliver(_Lane(db, name, adapter, clock, worker_id, known.get(name, Route()), lane), vault)
        for name, adapter in adapters.items()
    )


def wait_after(attempts: int) -> dt.timedelta:
    """How long to wait after so many tries: shaken, so that what failed together doesn't come back
    together.
    """
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempts - 1, 20))
    return dt.timedelta(seconds=longest * random.uniform(0.5, 1.0))


def _deliver(lane: _Lane, vault: Vault) -> int:
    started = lane.clock()
    if not _anything(lane, started):
        return 0
    claimed, probing = _claim(lane, started)
    taken = 0
    for position, one in enumerate(claimed):
        if lane.clock() + dt.timedelta(seconds=lane.adapter.time_limit) > started + lane.lease:
            break  # too little is left of the lease: once it is over, anybody claims the rest again
        try:
            event = _event(lane, vault, one)
            if event is None:
                _withhold(lane, one)
                taken += 1
                continue
            word = lane.adapter.deliver(event)
        except Away as error:
            _missed(lane, one, error)
            _nobody_there(lane, claimed[position + 1 :], error.after)
            break
        except TryAgain as error:
            _missed(lane, one, error)
        except GiveUp as error:
            _park(lane, one, _code(error))
        except Exception as error:  # a mistake of ours in the adapter: it must not stop the others
            _log.error("adapter_broke", adapter=lane.name, delivery=one.id, **logs.trouble(error))
            _missed(lane, one, TryAgain(f"error {type(error).__name__}"))
        else:
            _taken(lane, one, probing, word)
            taken += 1
    return taken


def _event(lane: _Lane, vault: Vault, one: Claimed) -> Event | None:
    without = left_out.questions(lane.db, one.record_id, one.response_id, lane.clock())
    return parcels.event(lane.db, vault, one, lane.route, lane.adapter.wants_paper, without)


def _anything(lane: _Lane, now: dt.datetime) -> bool:
    """Whether there is anything to claim: an idle worker takes no lock."""
    with lane.db.reading() as session:
        note = breaker.away(session, lane.name)
        if note is not None and now < note.at:
            return False
        return session.execute(_heads(lane, now, due=note is None).limit(1)).first() is not None


def _claim(lane: _Lane, now: dt.datetime) -> tuple[list[Claimed], bool]:
    """Take the heads that are due; where the case system is away, one of them, due or not, to see if it is
    back.
    """
    with lane.db.writing() as session:
        note = breaker.away(session, lane.name, lock=True)
        if note is not None:
            if now < note.at:
                return [], True
            note.at = now + breaker.PROBE_EVERY
        heads = _heads(lane, now, due=note is None).order_by(Delivery.due_at, Delivery.id)
        # Whoever came a moment earlier holds a row until its claim is committed, and then it is no longer free.
        chosen = heads.limit(BATCH if note is None else 1).with_for_update(skip_locked=True, of=Delivery)
        ids = session.scalars(chosen).all()
        session.execute(
            _of(ids).values(
                lease_until=now + lane.lease, lease_by=lane.worker, attempts=Delivery.attempts + 1
            )
        )
        return parcels.claimed(session, ids), note is not None


def _heads(lane: _Lane, now: dt.datetime, *, due: bool) -> Select[str]:
    """Ids of the first undelivered event of each review, where it waits and nobody has it."""
    earlier = aliased(Delivery)
    behind = exists().where(
        earlier.adapter == Delivery.adapter, earlier.review_id == Delivery.review_id, earlier.lane == Delivery.lane,
        earlier.sequence < Delivery.sequence, earlier.state.in_(UNDELIVERED),
    )  # fmt: skip
    free = or_(Delivery.lease_until.is_(None), Delivery.lease_until < now)
    found = select(Delivery.id).where(
        Delivery.adapter == lane.name, Delivery.lane == lane.lane, Delivery.state == "waiting", free, ~behind
    )
    return found.where(Delivery.due_at <= now) if due else found


def _taken(lane: _Lane, one: Claimed, probing: bool, word: Taken | None) -> None:
    now = lane.clock()
    values: dict[str, Any] = {"state": "sent", "sent_at": now}
    if word is not None and (word.id or word.received):
        values["receipt"] = json.dumps({"id": word.id[:200], "received_at": now.isoformat()})
        values |= {"state": "received", "received_at": now} if word.received else {}
    with lane.db.writing() as session:
        # Whoever holds the lease by now: it was taken, and that is so.
        session.execute(
            _of([one.id])
            .where(Delivery.state.in_(UNDELIVERED))
            .values(lease_until=None, lease_by=None, reason=None, **values)
        )
        if probing:
            breaker.mend(session, lane.name, now)
    _log.info("delivered", adapter=lane.name, delivery=one.id, attempts=one.attempts)


def _missed(lane: _Lane, one: Claimed, error: TryAgain) -> None:
    code, wait = _code(error), dt.timedelta(seconds=min(max(error.after, 0.0), LONGEST_WAIT))
    tried = not isinstance(error, left_out.NotReadYet)
    if tried:
        wait = max(wait_after(one.attempts), wait)
    with lane.db.writing() as session:
        session.execute(
            _ours(lane, [one.id]).values(
                due_at=lane.clock() + wait, lease_until=None, lease_by=None, reason=code,
                attempts=Delivery.attempts - int(not tried),
            )
        )  # fmt: skip
    if tried:
        _log.warning("not_delivered", adapter=lane.name, delivery=one.id, attempts=one.attempts, code=code)


def _park(lane: _Lane, one: Claimed, code: str) -> None:
    with lane.db.writing() as session:
        session.execute(
            _ours(lane, [one.id]).values(state="parked", lease_until=None, lease_by=None, reason=code)
        )
    _log.error("parked", adapter=lane.name, delivery=one.id, attempts=one.attempts, code=code)


def _withhold(lane: _Lane, one: Claimed) -> None:
    """This case system may not have it: nothing goes, and nothing waits for it."""
    with lane.db.writing() as session:
        session.execute(
            _ours(lane, [one.id]).values(state="withheld", lease_until=None, lease_by=None, reason="adopters")
        )
    _log.info("withheld", adapter=lane.name, delivery=one.id)


def _nobody_there(lane: _Lane, untried: Sequence[Claimed], after: float) -> None:
    """Give the rest of the batch back, and let the others know."""
    with lane.db.writing() as session:
        breaker.trip(session, lane.name, lane.clock(), dt.timedelta(seconds=min(after, LONGEST_WAIT)))
        session.execute(
            _ours(lane, [one.id for one in untried]).values(
                lease_until=None, lease_by=None, attempts=Delivery.attempts - 1
            )
        )
    _log.warning("away", adapter=lane.name)


def _of(ids: Sequence[str]) -> Update:
    return update(Delivery).where(Delivery.id.in_(ids)).execution_options(synchronize_session=False)


def _ours(lane: _Lane, ids: Sequence[str]) -> Update:
    return _of(ids).where(Delivery.lease_by == lane.worker, Delivery.state == "waiting")


def _code(error: Exception) -> str:
    return str(error.args[0]) if error.args else type(error).__name__
