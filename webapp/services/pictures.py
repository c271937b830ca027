"""Drawings, photos and voice notes beside answers: kept sealed, shown to whom they belong, listed for the record."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select, update

from webapp.booklet import records
from webapp.services.picture_check import Picture
from webapp.store import Attachment, Database, Key, Prepared, Query, new_id, table_of

AT_MOST = 3
"""Pictures beside one answer."""

_attachment = table_of(Attachment).c
_IN_FORCE = (_attachment.response_id == bindparam("of"), _attachment.removed_at.is_(None))
_ALL = Prepared(
    select(_attachment.id, _attachment.question_id, _attachment.kind)
    .where(*_IN_FORCE)
    .order_by(_attachment.made_at, _attachment.id)
)
_HERE = Prepared(
    select(_attachment.id, _attachment.small).where(
        *_IN_FORCE, _attachment.question_id == bindparam("question_id")
    )
)
_SMALL = Prepared(select(_attachment.small).where(*_IN_FORCE, _attachment.id == bindparam("id")))
_WHOLE = Prepared(
    select(
        _attachment.id, _attachment.question_id, _attachment.kind, _attachment.media_type, _attachment.sealed
    )
    .where(*_IN_FORCE)
    .order_by(_attachment.made_at, _attachment.id)
)
_ADD = Prepared(
    insert(table_of(Attachment)).inline(),
    columns=(
        "id", "response_id", "question_id", "kind", "media_type", "sealed", "small", "made_at", "removed_at",
    ),
)  # fmt: skip
_REMOVE = Prepared(
    update(table_of(Attachment))
    .where(*_IN_FORCE, _attachment.question_id == bindparam("question"), _attachment.id == bindparam("which"))
    .values(removed_at=bindparam("at"))
)


@dataclass(frozen=True, slots=True)
class Known:
    """A picture in force, without its bytes."""

    id: str
    question_id: str
    kind: str


def of(query: Query, response_id: str | None) -> list[Known]:
    """Every picture of this response, oldest first."""
    return [Known(*row) for row in _ALL.all(query, of=response_id)] if response_id else []


def change(
    query: Query, key: Key, response_id: str, question_id: str, *, add: Sequence[Picture], remove: Iterable[str],
    now: dt.datetime,
) -> None:  # fmt: skip
    """Take these away and keep those, in this transaction, after `answering.record` has locked the response.

    One that is there already isn't kept twice (a double press); of more than AT_MOST the later ones are left out,
    which a page says before it comes to that.
    """
    for which in remove:
        _REMOVE.run(query, of=response_id, question=question_id, which=which, at=now)
    here = _HERE.all(query, of=response_id, question_id=question_id)
    seen = {key.open_bytes(row.small, _place("small", row.id)) for row in here}
    for one in add:
        if one.small in seen or len(seen) >= AT_MOST:
            continue
        seen.add(one.small)
        name = new_id()
        _ADD.run(
            query, id=name, response_id=response_id, question_id=question_id, kind=one.kind,
            media_type=one.media_type, sealed=key.seal_bytes(one.content, _place("sealed", name)),
            small=key.seal_bytes(one.small, _place("small", name)), made_at=now, removed_at=None,
        )  # fmt: skip


def sealed(key: Key, picture_id: str, content: bytes, small: bytes) -> tuple[bytes, bytes]:
    """What came by WhatsApp, whole and small, as it is kept; sound has no small version."""
    return (
        key.seal_bytes(content, _place("sealed", picture_id)),
        key.seal_bytes(small, _place("small", picture_id)),
    )


def small(query: Query, key: Key, response_id: str, picture_id: str) -> bytes | None:
    """The small JPEG of a picture that is in force; None where this response has no such picture. Empty for sound."""
    row = _SMALL.first(query, of=response_id, id=picture_id)
    return key.open_bytes(row.small, _place("small", picture_id)) if row else None


def sound(query: Query, key: Key, response_id: str, sound_id: str) -> tuple[bytes, str] | None:
    """A voice note that is in force, with its type; None where this response has no such."""
    found = [row for row in _WHOLE.all(query, of=response_id) if row.id == sound_id and row.kind == "voice"]
    return (opened(key, sound_id, found[0].sealed), found[0].media_type) if found else None


def of_record(db: Database, key: Key, response_id: str, ids: Sequence[str]) -> dict[str, bytes]:
    """Whole pictures that a record lists, taken away since or not; one that was erased is left out."""
    if not ids:
        return {}
    with db.reading() as s:
        rows = s.execute(
            select(Attachment.id, Attachment.sealed).where(
                Attachment.response_id == response_id, Attachment.id.in_(ids)
            )
        ).all()
    return {row.id: opened(key, row.id, row.sealed) for row in rows}


def opened(key: Key, picture_id: str, held: bytes, column: str = "sealed") -> bytes:
    """The whole picture, or the small one, from its sealed bytes. Raises SealBroken."""
    return key.open_bytes(held, _place(column, picture_id))


def listed(query: Query, key: Key, response_id: str) -> list[records.Attachment]:
    """Every picture in force as the record lists it. Raises SealBroken."""
    found = []
    for row in _WHOLE.all(query, of=response_id):
        content = opened(key, row.id, row.sealed)
        found.append(
            records.Attachment(
                id=row.id, question=row.question_id, kind=row.kind, media_type=row.media_type,
                sha256=hashlib.sha256(content).hexdigest(), bytes=len(content),
            )
        )  # fmt: skip
    return found


def _place(column: str, picture_id: str) -> str:
    """Where a picture is sealed for."""
    return f"attachment.{column}:{picture_id}"
