"""What waits to be read for worries: the one way in for words that are no answer in a booklet (`screening` reads)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from webapp.store import Screening


def put(
    session: Session, now: dt.datetime, *, source: str, sealed: bytes, language: str, review_id: str,
    consultation_id: str | None = None, who: str | None = None,
) -> None:  # fmt: skip
    """These words are to be read: `sealed` for `source` with the child's key, a JSON object of texts.

    In the transaction that accepts them, so that they are read whatever becomes of them. `consultation_id` is of
    whoever said them, where they were asked about this review; else `who` says what they are (child, guest).
    """
    session.add(
        Screening(
            question_id="", version=0, source=source, sealed=sealed, language=language, review_id=review_id,
            consultation_id=consultation_id, who=who, state="waiting", made_at=now,
        )
    )  # fmt: skip
