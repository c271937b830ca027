"""Statements compiled once, for the few pages that people wait for.

SQLAlchemy works out anew, at each execution, how to bind and to read a statement's values: on a booklet page that took
three times as long as the database did (bench/README.md). A `Prepared` statement works it out once per dialect and
then speaks to the driver itself; on a Session or Connection it runs as any other statement.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Engine, Table
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import Executable

from webapp.store.base import Base


class Plain:
    """A driver's cursor inside a transaction: runs prepared statements, and nothing else."""

    __slots__ = ("cursor", "dialect", "watchers")

    def __init__(self, cursor: Any, engine: Engine) -> None:
        self.cursor, self.dialect, self.watchers = (
            cursor,
            engine.dialect,
            engine.dispatch.before_cursor_execute,
        )

    def execute(self, text: str, values: Any) -> None:
        """One statement in the driver's words, seen by whoever counts the engine's statements."""
        for watch in self.watchers:
            watch(None, self.cursor, text, values, None, False)
        self.cursor.execute(text, values)


Query = Session | Connection | Plain
"""What a prepared statement can run on."""


def table_of(model: type[Base]) -> Table:
    """The table of a model: a statement on it is plain, and needs none of the mapper's work."""
    return cast(Table, model.__table__)


def dialect_of(query: Session | Connection) -> str:
    """sqlite or postgresql."""
    return (query if isinstance(query, Connection) else query.get_bind()).dialect.name


class Prepared:
    """One statement with named values: the same for both databases, or one for each as `sqlite=`, `postgresql=`.

    `columns` are those that an INSERT fills; all must be named, since defaults are SQLAlchemy's work.
    """

    def __init__(
        self, statement: Executable | None = None, *, columns: Iterable[str] = (), **each: Executable
    ) -> None:
        self._statements: Mapping[str, Any] = each or dict.fromkeys(("sqlite", "postgresql"), statement)
        self._columns = list(columns) or None
        self._compiled: dict[str, _Compiled] = {}

    def all(self, query: Query, **values: Any) -> list[Any]:
        """Every row, its columns by name."""
        if isinstance(query, Plain):
            return self._for(query).all(query, values)
        return list(query.execute(self._statement(query), values).all())

    def first(self, query: Query, **values: Any) -> Any:
        """The first row; None where there is none."""
        return next(iter(self.all(query, **values)), None)

    def run(self, query: Query, **values: Any) -> None:
        """Do it; what it gives back, if anything, is left."""
        if isinstance(query, Plain):
            self._for(query).run(query, values)
        else:
            query.execute(self._statement(query), values)

    def _statement(self, query: Session | Connection) -> Any:
        return self._statements[dialect_of(query)]

    def _for(self, plain: Plain) -> _Compiled:
        name = plain.dialect.name
        if name not in self._compiled:
            self._compiled[name] = _Compiled(self._statements[name], self._columns, plain.dialect)
        return self._compiled[name]


class _Compiled:
    """A statement in one driver's words, with what turns values and columns into the driver's own and back."""

    def __init__(self, statement: Any, columns: list[str] | None, dialect: Dialect) -> None:
        made: Any = statement.compile(dialect=dialect, column_keys=columns)
        if getattr(made, "insert_prefetch", ()):
            raise ValueError(f"a prepared statement names all its values: {made}")
        self.text = made.string
        self.by_place = made.positiontup is not None
        binds = [(name, made.binds[name]) for name in made.positiontup or made.params]
        self.binds = [(name, bind.type.dialect_impl(dialect).bind_processor(dialect)) for name, bind in binds]
        self.fixed = {name: bind.value for name, bind in binds if not bind.required}
        given = list(statement.exported_columns)  # of a change: what it returns
        self.row: Any = namedtuple("Row", [column.key for column in given])  # type: ignore[misc]
        reads = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in given]
        self.reads = [(place, read) for place, read in enumerate(reads) if read is not None]

    def run(self, plain: Plain, values: Mapping[str, Any]) -> None:
        whole = {**self.fixed, **values}
        bound = [whole[name] if bind is None else bind(whole[name]) for name, bind in self.binds]
        plain.execute(
            self.text,
            bound if self.by_place else dict(zip((name for name, _ in self.binds), bound, strict=True)),
        )

    def all(self, plain: Plain, values: Mapping[str, Any]) -> list[Any]:
        self.run(plain, values)
        rows = []
        for found in plain.cursor.fetchall():
            row = list(found)
            for place, read in self.reads:
                row[place] = read(row[place])
            rows.append(self.row._make(row))
        return rows
