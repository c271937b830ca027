"""What every table shares: the declarative base, ids, and times kept in UTC."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any

from sqlalchemy import DateTime, LargeBinary, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator[dt.datetime]):
    """An aware UTC datetime on both databases (SQLite itself forgets the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        """Refuse a naive time: nobody knows which clock it was read from."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive datetime can't be stored")
        return None if value is None else value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        """Give the zone back."""
        return (
            None
            if value is None
            else value.replace(tzinfo=dt.UTC)
            if value.tzinfo is None
            else value.astimezone(dt.UTC)
        )


Id = Annotated[str, mapped_column(String(32))]
Code = Annotated[str, mapped_column(String(40))]
External = Annotated[str, mapped_column(String(80))]
Hash = Annotated[str, mapped_column(String(64))]
Sealed = Annotated[bytes, mapped_column(LargeBinary)]
Plain = Annotated[str, mapped_column(Text)]
Moment = Annotated[dt.datetime, mapped_column(UtcTime)]


class Base(DeclarativeBase):
    """The declarative base; names every constraint, so that migrations can."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def new_id() -> str:
    """A fresh random id of a row: 32 hex digits. Not a secret: links use `secrets` (threats.md 10)."""
    return uuid.uuid4().hex
