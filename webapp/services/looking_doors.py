"""How often a booklet was opened or tried, and who cleared its secret: what tells an officer that somebody else may
have been in (threats.md A4). Four queries, however many are asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.services import limits
from webapp.services.looking import Asked
from webapp.store import Audit, Staff, Vault, Visit


@dataclass(frozen=True, slots=True)
class Doorstep:
    """The ways into one person's booklet so far."""

    opened: int = 0
    last_opened: dt.datetime | None = None
    wrong: int = 0
    """Wrong tries at the one thing they know (today) and at their secret (in its thirty days)."""
    reset_at: dt.datetime | None = None
    reset_by: str = ""


def doorsteps(
    session: Session, vault: Vault, now: dt.datetime, asked: Sequence[Asked], child_id: str
) -> dict[str, Doorstep]:
    """Per consultation."""
    opened = {
        row.consultation_id: row
        for row in session.execute(
            select(Visit.consultation_id, func.count().label("n"), func.max(Visit.opened_at).label("last"))
            .where(Visit.consultation_id.in_([one.consultation_id for one in asked]))
            .group_by(Visit.consultation_id)
        )
    }
    wrong = wrong_tries(session, vault, now, asked)
    resets = _resets(session, child_id)
    found = {}
    for one in asked:
        visits, reset = opened.get(one.consultation_id), resets.get(f"response:{one.response_id}")
        found[one.consultation_id] = Doorstep(
            opened=visits.n if visits else 0,
            last_opened=visits.last if visits else None,
            wrong=wrong[one.consultation_id],
            reset_at=reset[0] if reset else None,
            reset_by=reset[1] if reset else "",
        )
    return found


def wrong_tries(session: Session, vault: Vault, now: dt.datetime, asked: Sequence[Asked]) -> dict[str, int]:
    """Per consultation: wrong tries at the known fact and at the secret. Two queries."""
    facts = {one.consultation_id: vault.lookup("limit", f"fact:{one.consultation_id}") for one in asked}
    secrets = {
        one.consultation_id: vault.lookup("limit", f"secret:{one.response_id}")
        for one in asked
        if one.response_id
    }
    at_fact = limits.wrong_tries_of(session, now, "fact", facts.values())
    at_secret = limits.wrong_tries_of(session, now, "secret", secrets.values())
    return {
        one.consultation_id: at_fact.get(facts[one.consultation_id], 0)
        + at_secret.get(secrets.get(one.consultation_id, ""), 0)
        for one in asked
    }


def _resets(session: Session, child_id: str) -> dict[str, tuple[dt.datetime, str]]:
    """Per response: when its secret was last cleared, and by whom."""
    rows = session.execute(
        select(Audit.subject, Audit.at, Staff.name)
        .outerjoin(Staff, Audit.actor == "staff:" + Staff.id)
        .where(Audit.child_id == child_id, Audit.action == "reset_secret")
        .order_by(Audit.at)
    )
    return {row.subject: (row.at, row.name or "") for row in rows}
