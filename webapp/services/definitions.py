"""Booklets as they once were: kept by fingerprint, so that answers stay with the questions they were given to."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from webapp.booklet.definition import Booklet
from webapp.booklet.loader import dump, fingerprint, restore
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


def booklet_of(query: Query, mark: str, current: Booklet) -> Booklet:
    """The booklet with this fingerprint: the current one, or an old one from the table. Raises LookupError."""
    if mark == fingerprint(current):
        return current
    if mark not in _old:
        kept = _BODY.first(query, mark=mark)
        if kept is None:
            raise LookupError(f"no definition {mark}")
        _old[mark] = restore(kept.body)
    return _old[mark]
