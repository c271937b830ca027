"""Putting a record on its way: the rows that the worker will deliver, in the transaction that keeps the
record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import bindparam, insert, update

from webapp.store import Delivery, Prepared, Query, Review, Vault, new_id, table_of

_review = table_of(Review).c
_RAISE = Prepared(
    update(table_of(Review))
    .where(_review.id == bindparam("of"))
    .values(sequence=_review.sequence + 1)
    .returning(_review.sequence)
)
_DELIVERY = Prepared(
    insert(table_of(Delivery)).inline(),
    columns=(
        "id", "adapter", "event_key", "review_id", "record_id", "sequence", "state", "attempts", "made_at", "due_at",
    ),
)  # fmt: skip


def event_key(vault: Vault, record_id: str) -> str:
    """The key by which a receiver tells a repeat: the same for one record for ever, and nobody's to guess."""
    return vault.lookup("event", record_id)


def put(
    query: Query, vault: Vault, review_id: str, record_id: str, now: dt.datetime, adapters: Sequence[str]
) -> int:
    """One delivery of this record for each adapter; gives the record's number in its review.

    The number comes from raising the review's own counter: that holds a lock on the review until the commit,
    so the numbers of one review are given in the order of their commits, and none is passed over (threats.md
    F7). To be called once per record: a second call raises IntegrityError.
    """
    sequence: int = _RAISE.first(query, of=review_id).sequence
    key = event_key(vault, record_id)
    for name in adapters:
        _DELIVERY.run(
            query, id=new_id(), adapter=name, event_key=key, review_id=review_id, record_id=record_id,
            sequence=sequence, state="waiting", attempts=0, made_at=now, due_at=now,
        )  # fmt: skip
    return sequence
