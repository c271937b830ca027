"""Bringing a database to the shape of the tables, and back: Alembic, without an alembic.ini.

One set of migrations serves SQLite and PostgreSQL. Each run is one transaction on both, and a second run that
starts meanwhile waits for the first.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from webapp.store.base import Base
from webapp.store.database import Database

FOLDER = Path(__file__).parent
_LOCK = 7_310_021  # any number, the same in every process: PostgreSQL's name for "someone is migrating"


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database to a revision, from whatever it has, or from nothing."""
    with migrating(url) as connection:
        command.upgrade(config_for(connection), revision)


def downgrade(url: str, revision: str = "base") -> None:
    """Take the database back to a revision. `base` leaves no row: there is no way back from it."""
    with migrating(url) as connection:
        command.downgrade(config_for(connection), revision)


def current(url: str) -> str | None:
    """The revision that the database has; None where it has none."""
    with _looking(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision that this version of the code wants."""
    return ScriptDirectory.from_config(config_for(None)).get_current_head()


def differences(url: str) -> list[Any]:
    """What sets the database apart from the tables as the code knows them, as Alembic's operations."""
    with _looking(url) as connection:
        return list(
            compare_metadata(
                MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata
            )
        )


def config_for(connection: Connection | None) -> Config:
    """Alembic's configuration, which other programs keep in alembic.ini."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return config


@contextlib.contextmanager
def _looking(url: str) -> Iterator[Connection]:
    db = Database(url)
    try:
        with db.engine.connect() as connection:
            yield connection
    finally:
        db.close()


@contextlib.contextmanager
def migrating(url: str) -> Iterator[Connection]:
    """One transaction for a migration, the only one at its time; every row must keep its parent."""
    old_mask = os.umask(0o077)  # an embedded database is born readable by its owner only
    db = Database(url)
    try:
        with db.engine.connect() as connection:
            if db.sqlite:
                # SQLite alters a table by copying it and dropping the old one, which foreign keys would
                # refuse. They can be switched off outside a transaction only; the file is checked before
                # the commit.
                driver: Any = connection.connection.driver_connection
                driver.execute("PRAGMA foreign_keys=OFF")
                connection.execution_options(immediate=True)
            with connection.begin():
                if not db.sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                yield connection
                if db.sqlite and (broken := connection.execute(text("PRAGMA foreign_key_check")).first()):
                    raise RuntimeError(
                        f"the migration would leave a row of {broken[0]} without its {broken[2]}"
                    )
    finally:
        db.close()
        os.umask(old_mask)
