"""What comes back, and what stands still: receipts, and what a person does about a delivery."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp import logs
from webapp.casesystem.port import Away, CaseSystem, Receipt
from webapp.clock import Clock
from webapp.services.auditing import note
from webapp.store import Child, Database, Delivery, Key, Review, Vault

LATE = dt.timedelta(hours=4)
"""After this long somebody has to know that it isn't there yet (threats.md F3)."""

BY_HAND, PARKED = "by_hand", "delivery_parked"

_log = logs.get("receipts")


def receive_once(db: Database, adapters: Mapping[str, CaseSystem], clock: Clock) -> int:
    """Read the receipts that wait; gives how many deliveries became `received` by it.

    Written down and committed before it is put away: after a crash it is read again and changes nothing. One
    that names no delivery of ours is put aside for a person. A case system that is away is asked again next
    time.
    """
    received = 0
    for name, adapter in adapters.items():
        try:
            for receipt in adapter.receipts():
                received += _receive(db, name, adapter, receipt, clock())
        except Away as error:
            _log.warning("no_receipts", adapter=name, code=str(error.args[0]))
        except Exception as error:  # a mistake of ours in the adapter: it must not stop the others
            _log.error("receipts_broke", adapter=name, **logs.trouble(error))
    return received


def _receive(db: Database, name: str, adapter: CaseSystem, receipt: Receipt, now: dt.datetime) -> int:
    with db.writing() as session:
        new = write_down(session, name, receipt, now)
    if new is None:
        adapter.refuse(receipt, "unknown")
        _log.warning("receipt_unknown", adapter=name)
        return 0
    adapter.settle(receipt)
    return int(new)


def write_down(session: Session, name: str, receipt: Receipt, now: dt.datetime) -> bool | None:
    """Mark the delivery that this receipt is of as received. False where it was already; None where we sent no such."""
    said = json.dumps({"id": receipt.id, "received_at": receipt.received_at.isoformat()})
    known = session.execute(
        select(Delivery.id, Delivery.state).where(
            Delivery.adapter == name, Delivery.event_key == receipt.event_key
        )
    ).first()
    if known is None or known.state == "received":
        return None if known is None else False
    session.execute(
        update(Delivery)
        .where(Delivery.id == known.id)
        .values(
            state="received", received_at=now, sent_at=func.coalesce(Delivery.sent_at, now), receipt=said,
            reason=None, lease_until=None, lease_by=None,
        )
    )  # fmt: skip
    return True


def retry(session: Session, delivery_id: str, now: dt.datetime, actor: str) -> bool:
    """Try a delivery again now, parked or waiting. False where there is nothing to try."""
    return _set(session, delivery_id, now, actor, "delivery_retried", state="waiting", due_at=now, attempts=0)


def park(
    session: Session, vault: Vault, delivery_id: str, now: dt.datetime, actor: str, why: str = ""
) -> bool:
    """Stop trying, until somebody says `retry`; later events of its review wait with it. False where it is
    out. Why is kept sealed with the child's key.
    """
    return _set(
        session, delivery_id, now, actor, PARKED, vault.key, why, state="parked", reason=BY_HAND
    )  # fmt: skip


def standing_still(session: Session, now: dt.datetime) -> dict[str, int]:
    """How many deliveries are parked, and how many wait for longer than LATE: `{"parked": 1, "late": 0}`."""
    parked = select(func.count()).where(Delivery.state == "parked")
    late = select(func.count()).where(Delivery.state == "waiting", Delivery.made_at < now - LATE)
    return {"parked": session.scalar(parked) or 0, "late": session.scalar(late) or 0}


def warn(session: Session, now: dt.datetime) -> None:
    """Put what stands still into the log, where monitoring finds it; nothing where nothing does."""
    for code, count in standing_still(session, now).items():
        if count:
            _log.error("deliveries_stand_still", code=code, count=count)


def _set(
    session: Session, delivery_id: str, now: dt.datetime, actor: str, action: str,
    opened: Callable[[bytes, str], Key] | None = None, why: str = "", **values: object,
) -> bool:  # fmt: skip
    changed = session.scalar(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state.in_(("waiting", "parked")))
        .values(lease_until=None, lease_by=None, **values)
        .returning(Delivery.review_id)
    )
    if changed is None:
        return False
    child = session.execute(
        select(Child.id, Child.key).join(Review, Review.child_id == Child.id).where(Review.id == changed)
    ).one()
    key = opened(child.key, f"child:{child.id}") if opened and why else None
    note(session, now, actor, action, f"delivery:{delivery_id}", child.id, why or None, key)
    return True
