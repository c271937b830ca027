"""A voice note or a photo as an answer: written down now, fetched by the worker; the reply doesn't wait for it."""

from __future__ import annotations

from functools import partial
from typing import Any

from webapp.booklet.definition import Question
from webapp.services import conversing_rows as rows
from webapp.services.conversing_sitting import Sitting
from webapp.services.conversing_talk import Incoming, Talk
from webapp.store import Query, new_id

KINDS = ("audio/", "image/")


def fit(said: Incoming) -> bool:
    """True where all that came is sound or pictures, as far as the provider says."""
    return bool(said.media) and not said.other and all(one.media_type.startswith(KINDS) for one in said.media)


def take(talk: Talk, sitting: Sitting, question: Question) -> None:
    """Everything that came with this message belongs to this question."""
    for position, one in enumerate(talk.said.media):
        own = new_id()
        row: dict[str, Any] = {
            "id": own, "inbound_id": talk.inbound_id, "conversation_id": talk.id,
            "response_id": sitting.found.row.response_id, "question_id": question.id, "position": position,
            "media_type": one.media_type[:40], "sealed": talk.key.seal(one.url, f"inbound_media.sealed:{own}"),
            "state": "waiting", "attempts": 0, "made_at": talk.now, "due_at": talk.now,
        }  # fmt: skip
        talk.writes.append(partial(_write, row=row))


def _write(query: Query, row: dict[str, Any]) -> None:
    rows.FETCH.run(query, **row)
