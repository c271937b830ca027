"""Processes killed in the middle of anything: nothing lost, nothing doubled, order kept (threats.md F1, F2)."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from config import ROOT
from tests.services.killing import REVIEWS, Logged, sequences
from tests.services.outgoing import MOMENT, VAULT, add_review
from webapp.services import delivering
from webapp.store import Database, Delivery, Record

SEED = 20270201


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


@pytest.mark.parametrize("kills", [12, pytest.param(200, marks=pytest.mark.slow)])
def test_killed_at_any_moment_nothing_is_lost_or_doubled(
    database_url: str, tmp_path: Path, kills: int
) -> None:
    db, folder = Database(database_url), tmp_path / "case"
    try:
        kill_and_look(db, folder, kills)
    finally:
        db.close()


def kill_and_look(db: Database, folder: Path, kills: int) -> None:
    folder.mkdir()
    with db.writing() as session:
        for number in range(REVIEWS):
            add_review(session, number)
    given = [db.url, str(folder), str(kills), str(SEED)]
    subprocess.run([sys.executable, "-m", "tests.services.killing", *given], check=True, cwd=ROOT)

    with db.reading() as session:
        records = session.scalar(select(func.count()).select_from(Record))
        events = Counter(session.scalars(select(Delivery.event_key)))
        orphans = session.scalar(
            select(func.count()).select_from(Delivery).outerjoin(Record).where(Record.id.is_(None))
        )
    acknowledged = lines(folder / "acknowledged")
    assert len(acknowledged) >= kills // 4, "the killed processes did something"
    assert set(acknowledged) <= set(events), "what was acknowledged is there"
    assert set(events.values()) == {1}
    assert (records, orphans) == (len(events), 0), "no record without its event, no event without its record"

    late = MOMENT + dt.timedelta(days=1)
    while delivering.deliver_once(db, VAULT, {"files": Logged(folder)}, lambda: late, "last"):
        pass
    taken = list(dict.fromkeys(lines(folder / "taken")))
    assert {path.stem for path in (folder / "out").glob("*.json")} == set(events)
    for keys in sequences(db).values():
        wanted = set(keys)
        assert [key for key in taken if key in wanted] == keys
    with db.reading() as session:
        assert set(session.scalars(select(Delivery.state))) == {"sent"}
