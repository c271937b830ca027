"""Keep an answer: checked, sealed, on disk before the person sees that it was accepted; nothing overwritten without a trace."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from webapp.booklet.answers import Answer, free_texts
from webapp.services.visits import Said, Standing, place, written
from webapp.store import AnswerHistory, AnswerRow, Key, Response, Screening, Visit

_RAISE = (
    update(Response)
    .where(Response.id == bindparam("response_id"))
    .values(version=Response.version + 1, answered_at=bindparam("at"))
    .returning(Response.version)
)
_SEEN = (
    update(Visit)
    .where(Visit.id == bindparam("visit_id"), Visit.ended_at.is_(None))
    .values(seen_at=bindparam("at"))
    .returning(Visit.id)
)
_HISTORY = insert(AnswerHistory)
_SCREEN = insert(Screening)
_COLUMNS = (
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


def _upsert(dialect: str):  # type: ignore[no-untyped-def]
    made = (postgres_insert if dialect == "postgresql" else sqlite_insert)(AnswerRow)
    return made.on_conflict_do_update(
        index_elements=["response_id", "question_id"], set_={name: made.excluded[name] for name in _COLUMNS}
    )


_UPSERT = {name: _upsert(name) for name in ("sqlite", "postgresql")}


class Ended(Exception):
    """The visit ended while the answer was on its way: nothing was saved."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One answer about to be kept, sealed already (sealing stays outside the write lock)."""

    question_id: str
    answer: Answer
    audience: str
    sealed: bytes


def same(before: Said | None, answer: Answer, audience: str) -> bool:
    """True where this very answer is on disk already: a double press keeps it once."""
    return before is not None and before.answer == answer and before.audience == audience


def saying(key: Key, response_id: str, question_id: str, answer: Answer, audience: str) -> Saying:
    """The answer, sealed for its place."""
    return Saying(question_id, answer, audience, key.seal(written(answer), place(response_id, question_id)))


def record(
    session: Session, standing: Standing, said: Saying, *, now: dt.datetime, channel: str = "web",
    language: str = "en", wording: str = "standard",
) -> int:  # fmt: skip
    """Keep the answer in this transaction; gives its version. The last write to a question wins, history keeps the rest.

    Free text also writes its screening row, whoever wrote it (design 9). Raises Ended where the visit is over.
    """
    row = standing.row
    seen = row.seen_at if standing.resting else now  # what a resting visit saves doesn't wake it
    if session.execute(_SEEN, {"visit_id": row.visit_id, "at": seen}).first() is None:
        raise Ended
    version: int = session.execute(_RAISE, {"response_id": row.response_id, "at": now}).scalar_one()
    common = {
        "response_id": row.response_id, "question_id": said.question_id, "version": version, "sealed": said.sealed,
        "audience": said.audience, "channel": channel, "answered_at": now,
    }  # fmt: skip
    typed_by = f"staff:{row.helper_staff_id}" if row.helper_staff_id else ""
    session.execute(
        _UPSERT[session.get_bind().dialect.name],
        {
            **common,
            "language": language,
            "wording": wording,
            "definition": row.definition,
            "typed_by": typed_by,
        },
    )
    session.execute(_HISTORY, {**common, "visit_id": row.visit_id})
    if free_texts(said.answer.value, said.answer.words):
        session.execute(
            _SCREEN,
            {"response_id": row.response_id, "question_id": said.question_id, "version": version, "language": language,
             "state": "waiting", "made_at": now},
        )  # fmt: skip
    return version


def history(session: Session, response_id: str, question_id: str) -> list[AnswerHistory]:
    """Every answer that was ever given to this question, oldest first."""
    return list(
        session.scalars(
            select(AnswerHistory)
            .where(AnswerHistory.response_id == response_id, AnswerHistory.question_id == question_id)
            .order_by(AnswerHistory.id)
        )
    )
