"""Staff accounts and their sign-ins."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.base import Base, External, Hash, Id, Moment, Plain, Sealed, new_id


class Staff(Base):
    """Someone who works for the authority. The password is hashed with argon2, the TOTP secret sealed."""

    __tablename__ = "staff"
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    external_id: Mapped[External | None] = mapped_column(unique=True)
    """The case system's id of this person: reviews name their IRO by it."""
    username: Mapped[External] = mapped_column(unique=True)
    name: Mapped[Plain]
    email: Mapped[Plain | None]
    phone: Mapped[Plain | None]
    roles: Mapped[Plain]
    """iro, duty, unit, social_worker: separated by spaces."""
    password_hash: Mapped[Plain | None]
    key: Mapped[Sealed]
    totp: Mapped[Sealed | None]
    totp_last: Mapped[int] = mapped_column(default=0)
    """The last time step whose code was used: a code works once (RFC 6238, 5.2)."""
    active: Mapped[bool] = mapped_column(default=True)


class StaffVisit(Base):
    """One sign-in: the server's side of the cookie."""

    __tablename__ = "staff_visit"
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    staff_id: Mapped[Id] = mapped_column(ForeignKey("staff.id"), index=True)
    opened_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
