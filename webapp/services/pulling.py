"""Reviews that case systems give us: what is new since the cursor, kept, and only then called taken in."""

from __future__ import annotations

import io
from collections.abc import Mapping

from webapp import logs
from webapp.casesystem.port import CaseSystem, GiveUp, Incoming, TryAgain
from webapp.clock import Clock
from webapp.review.incoming_reader import read_stream
from webapp.services.loading import in_words, load_rows
from webapp.store import Database, Note, Vault

AT_ONCE = 20
"""Batches of one case system in one turn."""

_log = logs.get("pulling")


def pull_once(db: Database, vault: Vault, adapters: Mapping[str, CaseSystem], clock: Clock) -> int:
    """Take in what case systems have for us; gives how many reviews were new or changed.

    Rows first, then the cursor: after a crash the same rows come again and change nothing. One that is away, or gives
    what nobody can read, is asked again next time and stops no other. Several workers may do this at once: rows that
    two of them load change nothing the second time, and only who asked with the newest cursor moves it.
    """
    return sum(_pull(db, vault, name, adapter, clock) for name, adapter in adapters.items())


def _pull(db: Database, vault: Vault, name: str, adapter: CaseSystem, clock: Clock) -> int:
    changed = 0
    try:
        for _ in range(AT_ONCE):
            with db.reading() as session:
                note = session.get(Note, _name(name))
                cursor = note.value if note else ""
            batch = adapter.incoming(cursor)
            if batch is None:
                break
            changed += _take(db, vault, name, adapter, batch, cursor, clock)
    except (TryAgain, GiveUp) as error:
        _log.warning("no_reviews", adapter=name, code=str(error.args[0]))
    except (
        Exception
    ) as error:  # a mistake of ours, or a row that breaks the loader: it must not stop the others
        _log.error("pulling_broke", adapter=name, **logs.trouble(error))
    return changed


def _take(
    db: Database, vault: Vault, name: str, adapter: CaseSystem, batch: Incoming, cursor: str, clock: Clock
) -> int:
    rows = read_stream(io.BytesIO(batch.content), batch.name)
    report = load_rows(db, vault, rows, batch.name, clock=clock)
    with db.writing() as session:
        note = session.get(Note, _name(name), with_for_update=True)
        if (note.value if note else "") == cursor:
            session.merge(Note(name=_name(name), value=batch.cursor, at=clock()))
    adapter.took_in(batch, [in_words(problem) for problem in report.refused])
    changed, refused = report.added + report.updated, len({problem.line for problem in report.refused})
    _log.info("reviews_taken_in", adapter=name, count=changed)
    if refused:
        _log.error("reviews_refused", adapter=name, count=refused)
    return changed


def _name(adapter: str) -> str:
    return f"cursor:{adapter}"
