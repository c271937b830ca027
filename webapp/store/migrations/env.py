"""What Alembic runs, once per command; `webapp.store.migrations` gives it the connection."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from webapp.store import Base
from webapp.store.base import UtcTime


def _render(kind: str, thing: Any, _context: AutogenContext) -> str | Literal[False]:
    """Migrations name the database's own types: they must still run when our classes have moved on."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, UtcTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=_render,
    compare_type=True,
    transactional_ddl=True,
)
context.run_migrations()
