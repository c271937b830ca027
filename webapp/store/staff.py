"""Staff accounts, what opens them, their sign-ins, and whom a reviewing officer stands in for."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.base import Base, Code, External, Hash, Id, Moment, Plain, Sealed, new_id


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
    """iro, duty, unit, social_worker, manager; or administrator alone: separated by spaces."""
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
    way: Mapped[Code] = mapped_column(default="password")
    """By what they came in: password, passkey or oidc."""


class StaffSetup(Base):
    """A link that sets an account up once: whoever holds it makes the account's password and code, or its passkey."""

    __tablename__ = "staff_setup"
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[Id] = mapped_column(ForeignKey("staff.id"), index=True)
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    made_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    """Used, or replaced by a newer one."""


class StaffIdentity(Base):
    """Who somebody is at the authority's identity provider. `iss` and `sub` together never change (OpenID Connect
    Core 1.0, 5.7); names and addresses there do.
    """

    __tablename__ = "staff_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[Id] = mapped_column(ForeignKey("staff.id"), index=True)
    issuer: Mapped[Plain]
    subject: Mapped[Plain]
    made_at: Mapped[Moment]
    used_at: Mapped[Moment]


class Passkey(Base):
    """One passkey of a member of staff: the public half. The secret half never leaves their device."""

    __tablename__ = "passkey"
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[Id] = mapped_column(ForeignKey("staff.id"), index=True)
    credential_id: Mapped[Plain] = mapped_column(unique=True)
    """In base64url, as the browser names it."""
    public_key: Mapped[bytes]
    """COSE, as the authenticator gave it."""
    sign_count: Mapped[int]
    name: Mapped[Plain]
    made_at: Mapped[Moment]
    used_at: Mapped[Moment | None]


class Challenge(Base):
    """A question put to one browser, whose answer signs somebody in: answered once, soon, and by that browser."""

    __tablename__ = "challenge"
    token_hash: Mapped[Hash] = mapped_column(primary_key=True)
    purpose: Mapped[Code]
    """sign_in, add (a passkey) or oidc."""
    staff_id: Mapped[Id | None] = mapped_column(ForeignKey("staff.id"))
    """For whom, where that is known before the answer."""
    expires_at: Mapped[Moment] = mapped_column(index=True)


class StandIn(Base):
    """A reviewing officer opened a review of another's, and why."""

    __tablename__ = "stand_in"
    __table_args__ = (Index("ix_stand_in_staff_id_review_id", "staff_id", "review_id"),)
    id: Mapped[Id] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    review_id: Mapped[Id] = mapped_column(ForeignKey("review.id"), index=True)
    reason: Mapped[Sealed]
    """In their words; sealed with the child's key."""
    from_at: Mapped[Moment]
    until_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    """Given back, or run out: from then on the review is another's again."""
