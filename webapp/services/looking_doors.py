"""How often a booklet was opened or tried, and who cleared its secret: what tells an officer that somebody else may
have been in (threats.md A4). Three queries, however many are asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.services import limits, own_secret
from webapp.services.looking import Asked
from webapp.store import Audit, Child, Consultation, Involvement, Staff, Vault, Visit


@dataclass(frozen=True, slots=True)
class Doorstep:
    """The ways into one person's booklet so far."""

    opened: int = 0
    last_opened: dt.datetime | None = None
    wrong: int = 0
    """Wrong tries at the one thing they know (today) and at their secret (in its thirty days)."""
    locked_until: dt.datetime | None = None
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
    tries = tries_of(session, vault, now, asked)
    resets = _resets(session, child_id)
    found = {}
    for one in asked:
        visits = opened.get(one.consultation_id)
        reset = resets.get(f"consultation:{one.consultation_id}") or resets.get(f"response:{one.secret_of}")
        found[one.consultation_id] = Doorstep(
            opened=visits.n if visits else 0,
            last_opened=visits.last if visits else None,
            wrong=tries[one.consultation_id].fact + tries[one.consultation_id].secret,
            locked_until=tries[one.consultation_id].fact_until or tries[one.consultation_id].secret_until,
            reset_at=reset[0] if reset else None,
            reset_by=reset[1] if reset else "",
        )
    return found


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong tries at the one thing they know (today) and at their secret (in its thirty days)."""

    fact: int = 0
    secret: int = 0
    fact_until: dt.datetime | None = None
    """Until when the one thing they know is locked, where it is."""
    secret_until: dt.datetime | None = None


def tries_of(session: Session, vault: Vault, now: dt.datetime, asked: Sequence[Any]) -> dict[str, Tries]:
    """Per consultation (`asked` has its id and whose secret it is): wrong tries, and what is locked. One query."""
    facts = {one.consultation_id: vault.lookup("limit", f"fact:{one.consultation_id}") for one in asked}
    secrets = {
        one.consultation_id: own_secret.tries_of(vault, one.secret_of) for one in asked if one.secret_of
    }
    doors = dict.fromkeys(facts.values(), "fact") | dict.fromkeys(secrets.values(), "secret")
    found = limits.tried(session, now, doors)

    def of(whos: dict[str, str], consultation_id: str) -> tuple[int, dt.datetime | None]:
        tried = found.get(whos.get(consultation_id, ""), limits.Tried())
        return tried.wrong, now + dt.timedelta(seconds=tried.wait) if tried.wait else None

    made = {}
    for one in asked:
        (fact, fact_until), (secret, secret_until) = (
            of(facts, one.consultation_id),
            of(secrets, one.consultation_id),
        )
        made[one.consultation_id] = Tries(fact, secret, fact_until, secret_until)
    return made


@dataclass(frozen=True, slots=True)
class LockedOut:
    """Somebody who may not try again at the moment."""

    consultation_id: str
    review_id: str
    child_external_id: str
    role: str
    tries: Tries

    @property
    def until(self) -> dt.datetime | None:
        """When the door opens by itself."""
        return self.tries.fact_until or self.tries.secret_until


def locked_out(session: Session, vault: Vault, now: dt.datetime) -> list[LockedOut]:
    """Everybody who is locked out now. One query where nobody is; else everybody who is asked is looked through."""
    locked = limits.locked(session, now, ("fact", "secret"))
    if not locked:
        return []
    rows = session.execute(
        select(
            Consultation.id.label("consultation_id"), Consultation.secret_of, Consultation.review_id,
            Child.external_id, func.coalesce(Involvement.role, Consultation.who).label("role"),
        )
        .join(Child, Child.id == Consultation.child_id)
        .outerjoin(Involvement, Involvement.id == Consultation.involvement_id)
        .where(Consultation.state != "stopped")
        .order_by(Consultation.due_on, Consultation.id)
    ).all()  # fmt: skip
    found = [
        row for row in rows
        if vault.lookup("limit", f"fact:{row.consultation_id}") in locked
        or (row.secret_of and own_secret.tries_of(vault, row.secret_of) in locked)
    ]  # fmt: skip
    tries = tries_of(session, vault, now, found)
    return [
        LockedOut(row.consultation_id, row.review_id, row.external_id, row.role, tries[row.consultation_id])
        for row in found
    ]


def _resets(session: Session, child_id: str) -> dict[str, tuple[dt.datetime, str]]:
    """Per consultation (once: per response): when its secret was last cleared, and by whom."""
    rows = session.execute(
        select(Audit.subject, Audit.at, Staff.name)
        .outerjoin(Staff, Audit.actor == "staff:" + Staff.id)
        .where(Audit.child_id == child_id, Audit.action == "reset_secret")
        .order_by(Audit.at)
    )
    return {row.subject: (row.at, row.name or "") for row in rows}
