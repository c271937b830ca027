"""One set of migrations, both databases: from nothing to the tables as the code knows them, and back."""

from __future__ import annotations

import datetime as dt
import os
import stat
import threading
from pathlib import Path

import pytest
from sqlalchemy import inspect, make_url

from webapp.store import Base, Database, Note
from webapp.store.migrations import current, differences, downgrade, newest, upgrade

MOMENT = dt.datetime(2027, 2, 1, tzinfo=dt.UTC)


def tables(url: str) -> set[str]:
    db = Database(url)
    found = set(inspect(db.engine).get_table_names())
    db.close()
    return found - {"alembic_version"}


def test_an_empty_database_becomes_what_the_code_knows(empty_database_url: str) -> None:
    assert current(empty_database_url) is None
    upgrade(empty_database_url)
    assert current(empty_database_url) == newest()
    assert tables(empty_database_url) == set(Base.metadata.tables)
    assert differences(empty_database_url) == []


def test_a_database_that_lacks_something_is_told_from_one_that_has_all(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    db = Database(empty_database_url)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE note")
        connection.exec_driver_sql("DROP INDEX ix_message_state_due")
    db.close()
    assert sorted(item[0] for item in differences(empty_database_url)) == ["add_index", "add_table"]


def test_going_back_leaves_nothing_and_forward_again_works(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    downgrade(empty_database_url)
    assert tables(empty_database_url) == set()
    assert current(empty_database_url) is None
    upgrade(empty_database_url)
    assert differences(empty_database_url) == []


def test_upgrading_again_keeps_what_is_there(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    db = Database(empty_database_url)
    with db.writing() as session:
        session.add(Note(name="kept", value="yes", at=MOMENT))
    upgrade(empty_database_url)
    with db.reading() as session:
        assert session.get_one(Note, "kept").value == "yes"
    db.close()


def test_two_at_once_wait_for_each_other(empty_database_url: str) -> None:
    failed: list[BaseException] = []

    def one() -> None:
        try:
            upgrade(empty_database_url)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert differences(empty_database_url) == []


def test_an_embedded_database_is_its_owners_alone(empty_database_url: str) -> None:
    url = make_url(empty_database_url)
    if url.get_backend_name() != "sqlite":
        pytest.skip("files of a server are the server's business")
    old = os.umask(0)
    try:
        upgrade(empty_database_url)
    finally:
        os.umask(old)
    assert stat.S_IMODE(Path(str(url.database)).stat().st_mode) == 0o600
