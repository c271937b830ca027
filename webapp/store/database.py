"""The database: SQLite embedded, PostgreSQL for real use. One place opens transactions, one kind of them writes.

SQLite lets one writer in at a time and makes the others sleep and retry, which gives it a long tail under load; here
writers queue on a lock in the process and a file lock between processes instead. `synchronous=FULL`
keeps an acknowledged answer through a power cut.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from webapp.store.prepared import Plain

POOL: dict[str, Any] = {"pool_size": 8, "hide_parameters": True}
"""Enough connections for a worker's threads; an error never quotes a statement's values."""


class Database:
    """Opens sessions on one database. `reading()` never commits; `writing()` commits at its end or not at all."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.sqlite else create_engine(url, pool_pre_ping=True, **POOL)
        self._queue()
        _open.add(self)

    def _queue(self) -> None:
        """Where this process's writers queue: a lock of its own, and an open file of its own to lock."""
        self._mutex = threading.Lock()
        self._file: IO[Any] | None = None
        if self.sqlite and (name := make_url(self.url).database) and name != ":memory:":
            Path(name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = open(f"{name}.lock", "w")  # noqa: SIM115  kept open for the life of the process

    def after_fork(self) -> None:
        """In a new process: connections of the old one aren't used, and its open lock file isn't either, since both
        processes would hold the lock on it at once.
        """
        self.engine.dispose(close=False)
        self._queue()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """A session to look things up in; rolled back at its end."""
        with Session(self.engine, autoflush=False) as session:
            yield session

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits at its end; any error rolls all of it back and is raised again."""
        with self._turn(), Session(self.engine) as session:
            if self.sqlite:
                session.connection(execution_options={"immediate": True})
            yield session
            session.commit()

    @contextlib.contextmanager
    def looking(self) -> Iterator[Plain]:
        """A plain connection to run prepared statements on, for the pages that people wait for; rolled back at its end.

        A session costs more than the look-up it is for there (bench/README.md).
        """
        with self._plain("BEGIN") as (plain, _):
            yield plain

    @contextlib.contextmanager
    def keeping(self) -> Iterator[Plain]:
        """A plain connection that commits at its end or not at all, in its turn, as `writing` does."""
        with self._turn(), self._plain("BEGIN IMMEDIATE") as (plain, connection):
            yield plain
            connection.commit()

    @contextlib.contextmanager
    def _plain(self, begin: str) -> Iterator[tuple[Plain, Any]]:
        """The driver's own connection, out of the pool; going back there rolls back whatever wasn't committed."""
        connection = None
        driver: Any = self.engine.dialect
        try:
            connection = self.engine.raw_connection()
            cursor = connection.cursor()
            if self.sqlite:  # psycopg begins by itself
                cursor.execute(begin)
            yield Plain(cursor, self.engine), connection
        except driver.loaded_dbapi.Error as error:
            raise DBAPIError.instance(None, None, error, driver.loaded_dbapi.Error, dialect=driver) from error
        finally:
            if connection is not None:
                connection.close()

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        if not self.sqlite:
            yield
            return
        with self._mutex:
            if self._file is None:
                yield
                return
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()
        if self._file:
            self._file.close()
            self._file = None


_open: weakref.WeakSet[Database] = weakref.WeakSet()


def _after_fork() -> None:
    for db in _open:
        db.after_fork()


os.register_at_fork(after_in_child=_after_fork)


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False}, **POOL)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, so that a writer's says IMMEDIATE
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        immediate = connection.get_execution_options().get("immediate")
        connection.connection.dbapi_connection.execute("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine
