"""Questions put to one browser whose answer signs somebody in: each is answered once, and soon."""

from __future__ import annotations

import datetime as dt
import secrets

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.store import Challenge, Vault

GOOD_FOR = dt.timedelta(minutes=10)


def put(session: Session, vault: Vault, now: dt.datetime, purpose: str, staff_id: str | None = None) -> bytes:
    """A fresh question, of which only a hash is kept; what nobody answered in time goes."""
    session.execute(delete(Challenge).where(Challenge.expires_at <= now))
    token = secrets.token_bytes(32)
    hashed = vault.lookup(f"challenge_{purpose}", token.hex())
    session.add(Challenge(token_hash=hashed, purpose=purpose, staff_id=staff_id, expires_at=now + GOOD_FOR))
    return token


def answered(
    session: Session, vault: Vault, now: dt.datetime, purpose: str, token: bytes, staff_id: str | None = None
) -> bool:
    """True for a question that stands open, for this person; it is used up. Of two answers at once one gets through."""
    row = session.scalar(
        select(Challenge)
        .where(Challenge.token_hash == vault.lookup(f"challenge_{purpose}", token.hex()))
        .with_for_update()
    )
    if row is None:
        return False
    good = row.expires_at > now and row.staff_id == staff_id
    session.delete(row)
    session.flush()
    return good


def first_use(session: Session, vault: Vault, now: dt.datetime, purpose: str, token: str) -> bool:
    """True the first time that this is asked of a token within the time that it is good for."""
    session.execute(delete(Challenge).where(Challenge.expires_at <= now))
    hashed = vault.lookup(f"challenge_{purpose}", token)
    try:
        with session.begin_nested():
            session.add(Challenge(token_hash=hashed, purpose=purpose, expires_at=now + 2 * GOOD_FOR))
    except IntegrityError:
        return False
    return True
