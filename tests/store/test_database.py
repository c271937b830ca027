"""Transactions: what commits, what rolls back, who waits, and what survives a power cut."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import subprocess
import sys
import threading
from collections.abc import Iterator
from multiprocessing.process import BaseProcess

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from webapp.store import Database, Note

MOMENT = dt.datetime(2027, 2, 1, 10, 30, 15, 123456, tzinfo=dt.UTC)
SUMMER = dt.timezone(dt.timedelta(hours=1))


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


def note(name: str, value: str = "0", at: dt.datetime = MOMENT) -> Note:
    return Note(name=name, value=value, at=at)


def raise_by(url: str, times: int) -> None:
    db = Database(url)
    raise_with(db, times)
    db.close()


def raise_with(db: Database, times: int) -> None:
    for _ in range(times):
        with db.writing() as session:
            found = session.get_one(Note, "count", with_for_update=True)
            found.value = str(int(found.value) + 1)


def test_writing_commits_at_its_end(db: Database) -> None:
    with db.writing() as session:
        session.add(note("one"))
    with db.reading() as session:
        assert session.get(Note, "one") is not None


def test_an_error_takes_all_of_it_back_and_is_raised(db: Database) -> None:
    def fail() -> None:
        with db.writing() as session:
            session.add(note("one"))
            session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with db.reading() as session:
        assert session.get(Note, "one") is None


def test_reading_keeps_nothing(db: Database) -> None:
    with db.reading() as session:
        session.add(note("one"))
        session.flush()
    with db.reading() as session:
        assert session.get(Note, "one") is None


def test_writers_of_many_threads_and_processes_lose_nothing(db: Database, database_url: str) -> None:
    with db.writing() as session:
        session.add(note("count"))
    processes = [
        multiprocessing.get_context("spawn").Process(target=raise_by, args=(database_url, 20))
        for _ in range(2)
    ]
    threads = [threading.Thread(target=raise_by, args=(database_url, 20)) for _ in range(4)]
    workers: list[BaseProcess | threading.Thread] = [*processes, *threads]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with db.reading() as session:
        assert session.get_one(Note, "count").value == "120"


FORKING = """
import os, sys
from tests.store.test_database import raise_with
from webapp.store import Database
db = Database(sys.argv[1])
raise_with(db, 1)  # the pool has a connection and the lock has been held
children = []
for _ in range(3):
    children.append(os.fork())
    if children[-1] == 0:
        raise_with(db, 20)
        os._exit(0)
assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0, 0]
raise_with(db, 1)
"""


def test_processes_that_were_forked_share_no_connection_and_no_lock(db: Database, database_url: str) -> None:
    with db.writing() as session:
        session.add(note("count"))
    subprocess.run([sys.executable, "-c", FORKING, database_url], check=True, timeout=120)
    with db.reading() as session:
        assert session.get_one(Note, "count").value == str(1 + 3 * 20 + 1)


def test_a_reader_is_not_held_up_by_a_writer(db: Database) -> None:
    with db.writing() as writer:
        writer.add(note("one"))
        writer.flush()
        with db.reading() as session:
            assert session.get(Note, "one") is None


def test_a_moment_comes_back_as_it_was_in_utc(db: Database) -> None:
    summer = dt.datetime(2027, 7, 1, 12, tzinfo=SUMMER)
    with db.writing() as session:
        session.add_all([note("winter"), note("summer", at=summer)])
    with db.reading() as session:
        winter = session.get_one(Note, "winter").at
        assert (winter, winter.tzinfo) == (MOMENT, dt.UTC)
        assert session.get_one(Note, "summer").at.isoformat() == "2027-07-01T11:00:00+00:00"


def test_a_moment_without_a_zone_is_refused(db: Database) -> None:
    naive = dt.datetime(2027, 2, 1)  # noqa: DTZ001  that is the case
    with pytest.raises((StatementError, ValueError), match="naive"), db.writing() as session:
        session.add(note("one", at=naive))


def test_a_reference_to_nothing_is_refused(db: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"), db.writing() as session:
        session.execute(
            text(
                "insert into last_decision (id, review_id, external_id, position, text) values ('a','b','c',1,:x)"
            ),
            {"x": b"x"},
        )


def test_what_was_committed_is_on_the_disk(db: Database) -> None:
    if not db.sqlite:
        pytest.skip("PostgreSQL does so unless it is told otherwise")
    with db.reading() as session:
        pragmas = {name: session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous")}
    assert pragmas == {"journal_mode": "wal", "synchronous": 2}
