"""The master key: is it the right one, and changing it for another.

Each child, person, response, member of staff and long job has a data key of their own, kept wrapped by the master
key. A change of the master key wraps those small keys anew; nothing that they sealed is touched or opened.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

from sqlalchemy import ColumnElement, LargeBinary, func, inspect, select, update
from sqlalchemy.orm import Session

from config import SettingsError
from webapp.clock import Clock, now
from webapp.store import Child, Conversation, Database, Job, Note, Person, Response, SealBroken, Staff, Vault
from webapp.store.sealing import KEY_ID

NOTE = "key_check"
OWNER = "note:key_check"
BATCH = 200
Progress = Callable[[int, int], None]
"""Called with the keys done and the keys there are to do."""

Owner = type[Child] | type[Person] | type[Response] | type[Staff] | type[Conversation] | type[Job]
OWNERS: dict[str, Owner] = {
    "child": Child, "person": Person, "response": Response, "staff": Staff, "conversation": Conversation,
    "job": Job,
}  # fmt: skip


def check(db: Database, vault: Vault) -> None:
    """Refuse to go on with keys that this database was not sealed with (threats.md F18).

    Called at start: with a wrong key nothing could be read, and what is written could never be read with the
    right one. A database without tables is nobody's yet and passes. Raises SettingsError naming the setting.
    """
    if not inspect(db.engine).has_table(Note.__tablename__):
        return
    with db.reading() as session:
        note = session.get(Note, NOTE)
        kept = json.loads(note.value) if note else _any_key(session)
    if kept is None:
        return
    try:
        vault.key(bytes.fromhex(kept["wrapped"]), kept["owner"])
    except SealBroken:
        raise SettingsError(
            "MYREVIEW_MASTER_KEY does not open this database. Give the key that sealed it; after a change of "
            "keys, name the former one in MYREVIEW_OLD_MASTER_KEYS until `flask keys rotate` has ended."
        ) from None
    if kept.get("lookup", _probe(vault)) != _probe(vault):
        raise SettingsError(
            "MYREVIEW_LOOKUP_KEY is not the one of this database: no link or code would be found."
        )


def remember(session: Session, vault: Vault, now: dt.datetime) -> None:
    """Keep something for `check` to try the keys on. Does nothing where there is something already."""
    if session.get(Note, NOTE) is None:
        session.add(Note(name=NOTE, value=_check_value(vault, vault.new_key(OWNER)[1]), at=now))


def rotate(
    db: Database, vault: Vault, clock: Clock = now, progress: Progress = lambda done, total: None
) -> int:
    """Wrap every data key with the current master key; gives how many were changed.

    The former master key must still be in the settings. In batches, each a short transaction: whoever stops
    it and starts it again goes on where it was. Goes round until nothing is left, so keys that another
    process still made with the former key are caught too. Raises SealBroken naming the owner whose key no
    master key opens.
    """
    total, done = waiting(db, vault), 0
    while found := _pass(db, vault, done, total, progress):
        done += found
        total = max(total, done)
    with db.writing() as session:
        note = session.get(Note, NOTE)
        if note is None:
            remember(session, vault, clock())
        else:  # last of all: until here a start without the former key is refused
            wrapped = vault.rewrap(bytes.fromhex(json.loads(note.value)["wrapped"]), OWNER)
            note.value, note.at = _check_value(vault, wrapped), clock()
    return done


def waiting(db: Database, vault: Vault) -> int:
    """How many data keys are still wrapped by another master key than the current one."""
    with db.reading() as session:
        return sum(
            session.scalar(select(func.count()).select_from(table).where(_not_current(table, vault))) or 0
            for table in OWNERS.values()
        )


def _pass(db: Database, vault: Vault, done: int, total: int, progress: Progress) -> int:
    changed = 0
    for name, table in OWNERS.items():
        while True:
            with db.writing() as session:
                rows = session.execute(
                    select(table.id, table.key).where(_not_current(table, vault)).limit(BATCH)
                ).all()
                new = [{"id": row_id, "key": vault.rewrap(key, f"{name}:{row_id}")} for row_id, key in rows]
                if new:
                    session.execute(update(table), new)
            if not rows:
                break
            changed += len(rows)
            progress(done + changed, max(total, done + changed))
    return changed


def _not_current(table: Owner, vault: Vault) -> ColumnElement[bool]:
    return func.substr(table.key, 1, KEY_ID, type_=LargeBinary) != vault.current


def _any_key(session: Session) -> dict[str, str] | None:
    for name, table in OWNERS.items():
        if row := session.execute(select(table.id, table.key).limit(1)).first():
            return {"wrapped": row[1].hex(), "owner": f"{name}:{row[0]}"}
    return None


def _check_value(vault: Vault, wrapped: bytes) -> str:
    return json.dumps({"wrapped": wrapped.hex(), "owner": OWNER, "lookup": _probe(vault)})


def _probe(vault: Vault) -> str:
    return vault.lookup("key_check", "")
