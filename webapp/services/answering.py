"""Keep an answer: sealed, on disk before the person sees that it was accepted, nothing overwritten without a trace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from webapp.booklet.answers import Answer, free_texts
from webapp.services.visits import Said, Standing, place, read, still_open, touch, written
from webapp.store import AnswerHistory, AnswerRow, Key, Prepared, Query, Response, Screening, table_of

_response = table_of(Response).c
_RAISE = Prepared(
    update(table_of(Response))
    .where(_response.id == bindparam("of"), still_open())
    .values(version=_response.version + 1, answered_at=bindparam("at"))
    .returning(_response.version)
)
_PINNED = (
    "version",
    "sealed",
    "audience",
    "channel",
    "language",
    "wording",
    "definition",
    "typed_by",
    "answered_at",
)
_HISTORY = Prepared(
    insert(table_of(AnswerHistory)).inline(),
    columns=(
        "response_id",
        "question_id",
        "version",
        "sealed",
        "audience",
        "channel",
        "answered_at",
        "visit_id",
    ),
)
_SCREEN = Prepared(
    insert(table_of(Screening)).inline(),
    columns=("response_id", "question_id", "version", "language", "state", "kind", "urgent", "made_at"),
)
_history = table_of(AnswerHistory).c
_AS_SENT = Prepared(
    select(_history.question_id, _history.version, _history.sealed, _history.audience)
    .where(_history.response_id == bindparam("of"), _history.version <= bindparam("sent"))
    .order_by(_history.version)
)
SEEN_EVERY = dt.timedelta(minutes=1)
"""An answer counts as a sign of life at most this often."""


def _upsert(dialect: str) -> Any:
    made = (postgres_insert if dialect == "postgresql" else sqlite_insert)(table_of(AnswerRow))
    return made.on_conflict_do_update(
        index_elements=["response_id", "question_id"], set_={name: made.excluded[name] for name in _PINNED}
    )


_UPSERT = Prepared(
    sqlite=_upsert("sqlite"),
    postgresql=_upsert("postgresql"),
    columns=("response_id", "question_id", *_PINNED),
)


class Ended(Exception):
    """The visit ended, or a hold or the review's end came, while this was on its way: nothing was saved."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One answer about to be kept, sealed already (sealing stays outside the write lock)."""

    question_id: str
    answer: Answer
    audience: str
    sealed: bytes
    typed_by: str = ""
    """`helper` or `said_to_helper`, where the person says so."""


def same(before: Said | None, answer: Answer, audience: str, typed_by: str | None = None) -> bool:
    """True where this very answer is on disk already: a double press keeps it once. `typed_by`: None where unasked."""
    if before is None or before.answer != answer or before.audience != audience:
        return False
    return typed_by is None or before.typed_by == typed_by


def saying(
    key: Key, response_id: str, question_id: str, answer: Answer, audience: str, typed_by: str | None = None
) -> Saying:
    """The answer, sealed for its place."""
    sealed = key.seal(written(answer), place(response_id, question_id))
    return Saying(question_id, answer, audience, sealed, typed_by or "")


def record(
    query: Query, standing: Standing, said: Saying, *, now: dt.datetime, channel: str = "web",
    language: str = "en", wording: str = "standard",
) -> int:  # fmt: skip
    """Keep the answer in this transaction; gives its version.

    The last write to a question wins, history keeps the rest.
    Free text also writes its screening row, whoever wrote it. Raises Ended where the visit may
    change nothing any more.
    """
    row = standing.row
    raised = _RAISE.first(query, of=row.response_id, visit_id=row.visit_id, at=now)
    if raised is None:
        raise Ended
    version: int = raised.version
    common = {
        "response_id": row.response_id, "question_id": said.question_id, "version": version, "sealed": said.sealed,
        "audience": said.audience, "channel": channel, "answered_at": now,
    }  # fmt: skip
    pinned = {
        "language": language, "wording": wording, "definition": row.definition,
        "typed_by": said.typed_by or (f"staff:{row.helper_staff_id}" if row.helper_staff_id else ""),
    }  # fmt: skip
    _UPSERT.run(query, **common, **pinned)
    _HISTORY.run(query, **common, visit_id=row.visit_id)
    if free_texts(said.answer.value, said.answer.words):
        _SCREEN.run(
            query, response_id=row.response_id, question_id=said.question_id, version=version, language=language,
            state="waiting", kind="", urgent=False, made_at=now,
        )  # fmt: skip
    if not standing.resting and now - row.seen_at >= SEEN_EVERY:  # what a resting visit saves doesn't wake it
        touch(query, row.visit_id, now)
    return version


def as_sent(query: Query, key: Key, standing: Standing, questions: Collection[str]) -> dict[str, Said]:
    """What was last sent as the answer to each of these questions; nothing of those that weren't sent."""
    of = standing.row.response_id
    last = {one.question_id: one for one in _AS_SENT.all(query, of=of, sent=standing.row.sent_version)}
    return {
        name: Said(read(key.open(one.sealed, place(of, name))), one.audience, one.version)
        for name, one in last.items()
        if name in questions
    }


def history(session: Session, response_id: str, question_id: str) -> list[AnswerHistory]:
    """Every answer that was ever given to this question, oldest first."""
    return list(
        session.scalars(
            select(AnswerHistory)
            .where(AnswerHistory.response_id == response_id, AnswerHistory.question_id == question_id)
            .order_by(AnswerHistory.id)
        )
    )
