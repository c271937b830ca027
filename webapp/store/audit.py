"""Who looked at what, who changed what, and how often a door was tried."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.base import Base, Code, Hash, Id, Moment, Plain, Sealed


class Audit(Base):
    """One look or one change. Ids only; a reason is sealed with the child's key."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_child_at", "child_id", "at"), Index("ix_audit_actor_at", "actor", "at"))
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[Moment]
    actor: Mapped[Code]
    """`staff:ID`, `visit:ID` or `system`."""
    action: Mapped[Code]
    subject: Mapped[str]
    """`table:ID`."""
    child_id: Mapped[Id | None]
    reason: Mapped[Sealed | None]


class Attempt(Base):
    """Wrong tries at a door in one window of time, counted where restarts and other workers see them."""

    __tablename__ = "attempt"
    door: Mapped[Code] = mapped_column(primary_key=True)
    """fact, secret, code, sign_in, address."""
    who: Mapped[Hash] = mapped_column(primary_key=True)
    """Keyed hash of what is limited: a consultation, an account, an address."""
    window: Mapped[int] = mapped_column(primary_key=True)
    """Number of the window: seconds since 1970 divided by its length."""
    tries: Mapped[int]


class Note(Base):
    """Small facts about this database: which master key sealed it, when a worker last ran."""

    __tablename__ = "note"
    name: Mapped[Code] = mapped_column(primary_key=True)
    value: Mapped[Plain]
    at: Mapped[Moment]
