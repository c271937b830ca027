"""Write down who looked at what and who changed what. Ids only; a reason is sealed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import insert
from sqlalchemy.orm import Session

from webapp.store import Audit, Key

_NOTE = insert(Audit)


def note(
    session: Session,
    now: dt.datetime,
    actor: str,
    action: str,
    subject: str,
    child_id: str | None = None,
    reason: str | None = None,
    key: Key | None = None,
) -> None:
    """One line of the audit trail. `actor` is staff:ID, visit:ID or system; `subject` is table:ID.

    A reason needs the child's key to be sealed with. Raises ValueError where a reason comes without one.
    """
    if reason and key is None:
        raise ValueError("a reason is sealed with the child's key")
    sealed = key.seal(reason, f"audit.reason:{subject}") if reason and key else None
    session.execute(
        _NOTE,
        {
            "at": now,
            "actor": actor,
            "action": action,
            "subject": subject,
            "child_id": child_id,
            "reason": sealed,
        },
    )
