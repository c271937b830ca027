"""Booklets as they once were: kept by fingerprint, so that answers stay with the questions they were given to."""

from __future__ import annotations

import datetime as dt
from functools import cache

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from webapp.booklet.definition import Booklet, Who
from webapp.booklet.loader import dump, fingerprint, load_all, restore
from webapp.store import Definition, Prepared, Query

_BODY = Prepared(select(Definition.body).where(Definition.fingerprint == bindparam("mark")))
_old: dict[str, Booklet] = {}


def keep(session: Session, booklet: Booklet, now: dt.datetime) -> str:
    """Keep this definition if it is new; gives its fingerprint."""
    mark = fingerprint(booklet)
    if session.get(Definition, mark) is None:
        session.add(Definition(fingerprint=mark, booklet_id=booklet.id, body=dump(booklet), kept_at=now))
        session.flush()
    return mark


@cache
def _written_for() -> dict[str, Who]:
    return {booklet.id: booklet.who for booklet in load_all().values()}


def voice_in(booklet_id: str, who: str) -> str:
    """As whom somebody speaks in one of their booklets: a carer, in the observer's booklet, as the observer.

    In every other booklet as who they are: one form may stand for several kinds of people.
    """
    return "observer" if _written_for().get(booklet_id) == "observer" else who


def booklet_of(query: Query, mark: str, current: Booklet | None) -> Booklet:
    """The booklet with this fingerprint: the current one, or an old one from the table. Raises LookupError."""
    if current is not None and mark == fingerprint(current):
        return current
    if mark not in _old:
        kept = _BODY.first(query, mark=mark)
        if kept is None:
            raise LookupError(f"no definition {mark}")
        _old[mark] = restore(kept.body)
    return _old[mark]
