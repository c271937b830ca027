"""Writes the first migration anew from the tables: `python -m webapp.store.migrations.remake`.

Only until the first release. From then on a database out there has it, and a change of the tables is a
migration of its own: `python -m webapp.store.migrations.remake "what changes"`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command

from webapp.store import migrations

FIRST = "0001"


def first() -> Path:
    """Write the first migration; gives its file."""
    path = migrations.FOLDER / "versions" / f"{FIRST}_first.py"
    path.unlink(missing_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        migrations.migrating(f"sqlite:///{folder}/empty.sqlite3") as empty,
    ):
        command.revision(migrations.config_for(empty), "first", autogenerate=True, rev_id=FIRST)
    return path


def following(message: str) -> None:
    """Write the next migration: what changed in the tables since the newest. To be read before it is kept."""
    number = f"{int(migrations.newest() or '0') + 1:04}"
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/newest.sqlite3"
        migrations.upgrade(url)
        with migrations.migrating(url) as connection:
            command.revision(migrations.config_for(connection), message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    following(sys.argv[1]) if len(sys.argv) > 1 else first()
