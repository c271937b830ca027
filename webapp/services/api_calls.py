"""Calls of other systems to our API: each under a key of the caller's own, by which it does nothing twice."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from webapp.store import ApiCall, Database, Vault

KEPT_FOR = dt.timedelta(days=30)
"""A key that is older may be used anew; a signature lasts minutes."""
TAKEN_OVER = dt.timedelta(minutes=2)
"""A call that isn't done after so long was killed: whoever asks again does it."""


class StillRunningError(Exception):
    """The same call is being done at this moment."""


class OtherCallError(Exception):
    """This key stands for another call already."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call, begun."""

    caller: str
    key: str
    status: int = 0
    answer: str = ""
    """Of one that was done before: what was answered."""


def begin(db: Database, vault: Vault, now: dt.datetime, caller: str, idempotency: str, asked: bytes) -> Call:
    """Start a call, or find the one that was done under this key.

    Raises StillRunningError, and OtherCallError where `asked` (method, path and body) isn't what it was then.
    """
    key = vault.lookup("api-key", f"{caller}\0{idempotency}")
    digest = vault.lookup("api-call", hashlib.sha256(asked).hexdigest())
    try:
        with db.writing() as session:
            session.add(ApiCall(caller=caller, key=key, digest=digest, at=now))
        return Call(caller, key)
    except IntegrityError:
        pass
    with db.writing() as session:
        found = session.get(ApiCall, (caller, key), with_for_update=True)
        if found is None or (found.status == 0 and now - found.at < TAKEN_OVER):
            raise StillRunningError
        if found.digest != digest:
            raise OtherCallError
        if found.status == 0:
            found.at = now
        return Call(caller, key, found.status, found.answer)


def end(db: Database, call: Call, status: int, answer: str) -> None:
    """Keep what was answered."""
    with db.writing() as session:
        found = session.get(ApiCall, (call.caller, call.key))
        if found is not None:
            found.status, found.answer = status, answer


def undo(db: Database, call: Call) -> None:
    """It failed, and not by the caller's doing: the same key may do it again."""
    with db.writing() as session:
        session.execute(delete(ApiCall).where(ApiCall.caller == call.caller, ApiCall.key == call.key))


def forget_old(db: Database, now: dt.datetime) -> None:
    """Let go of calls that nobody will make again."""
    with db.writing() as session:
        session.execute(delete(ApiCall).where(ApiCall.at < now - KEPT_FOR))
