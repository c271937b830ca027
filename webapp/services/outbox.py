"""Putting an event on its way: the rows that the worker will deliver, in the transaction that keeps what they tell."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, insert, update

from webapp.store import Announcement, Delivery, Key, Prepared, Query, Review, Vault, new_id, table_of

WORRIES, RECORDS = "worries", "records"
"""The lanes: a worry waits for no record, and no record for a worry."""

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
        "id", "adapter", "event_key", "review_id", "record_id", "announcement_id", "lane", "sequence", "state",
        "attempts", "made_at", "due_at",
    ),
)  # fmt: skip
_ANNOUNCEMENT = Prepared(
    insert(table_of(Announcement)).inline(),
    columns=("id", "kind", "subject", "review_id", "child_id", "record_id", "sealed", "made_at"),
)


def event_key(vault: Vault, event_id: str) -> str:
    """The key by which a receiver tells a repeat: the same for one event for ever, and nobody's to guess."""
    return vault.lookup("event", event_id)


def event_kind(schema: str) -> str:
    """What settings call an event of this schema: `invite_choices` for `invite-choices/1`."""
    return schema.partition("/")[0].replace("-", "_")


def put(
    query: Query, vault: Vault, review_id: str, record_id: str, now: dt.datetime, adapters: Sequence[str]
) -> int:
    """One delivery of this record for each adapter; gives the record's number in its review.

    The number comes from raising the review's own counter: that holds a lock on the review until the commit,
    so the numbers of one review are given in the order of their commits, and none is passed over (threats.md
    F7). To be called once per record: a second call raises IntegrityError.
    """
    return _put(query, event_key(vault, record_id), review_id, now, adapters, record_id=record_id)


def announce(
    query: Query, vault: Vault, key: Key, kind: str, subject: str, review_id: str, child_id: str,
    told: Mapping[str, Any], now: dt.datetime, adapters: Sequence[str], *, record_id: str | None = None,
) -> str:  # fmt: skip
    """Keep an event that is no record, and put it on its way to each adapter; gives its id.

    `key` is the child's; `told` is the event's JSON without its id. Each subject is told once for each kind: a second
    call raises IntegrityError. A worry goes in a lane of its own.
    """
    name = new_id()
    text = json.dumps({**told, "id": str(uuid.UUID(name))}, ensure_ascii=False)
    _ANNOUNCEMENT.run(
        query, id=name, kind=kind, subject=subject, review_id=review_id, child_id=child_id, record_id=record_id,
        sealed=key.seal(text, place(name)), made_at=now,
    )  # fmt: skip
    lane = WORRIES if kind == "worry" else RECORDS
    _put(query, event_key(vault, name), review_id, now, adapters, announcement_id=name, lane=lane)
    return name


def put_paper_copy(
    query: Query, vault: Vault, row: Any, record_id: str, sent_at: dt.datetime, now: dt.datetime,
    adapters: Sequence[str],
) -> None:  # fmt: skip
    """A paper copy of a record that was just put; the PDF itself is made when it is delivered. `row` has the ids of its
    review and child here and in the case system, and the child's key.
    """
    told = {
        "schema": "paper-copy/1", "kind": "paper_copy", "review_id": row.review_external_id,
        "child_id": row.child_external_id, "record": str(uuid.UUID(record_id)), "made_at": sent_at.isoformat(),
    }  # fmt: skip
    key = vault.key(row.child_key, f"child:{row.child_id}")
    announce(
        query, vault, key, "paper_copy", record_id, row.review_id, row.child_id, told, now, adapters,
        record_id=record_id,
    )  # fmt: skip


def place(announcement_id: str) -> str:
    """Where an announcement is sealed for."""
    return f"announcement.sealed:{announcement_id}"


def _put(
    query: Query, key: str, review_id: str, now: dt.datetime, adapters: Sequence[str], *,
    record_id: str | None = None, announcement_id: str | None = None, lane: str = RECORDS,
) -> int:  # fmt: skip
    sequence: int = _RAISE.first(query, of=review_id).sequence
    for name in adapters:
        _DELIVERY.run(
            query, id=new_id(), adapter=name, event_key=key, review_id=review_id, record_id=record_id,
            announcement_id=announcement_id, lane=lane, sequence=sequence, state="waiting", attempts=0, made_at=now,
            due_at=now,
        )  # fmt: skip
    return sequence
