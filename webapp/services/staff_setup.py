"""A link that sets an account up, once: whoever holds it chooses the password and joins an authenticator, or makes a
passkey. The administrator who made the link knows neither afterwards.
"""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from webapp.services import auditing
from webapp.services import staff as sign_ins
from webapp.services.staff import AccountError
from webapp.store import Staff, StaffSetup, Vault

GOOD_FOR = dt.timedelta(days=3)


@dataclass(frozen=True, slots=True)
class SettingUp:
    """Whose account a link sets up."""

    staff_id: str
    username: str
    name: str
    secret: str
    """Of the authenticator that is about to be joined (base32): made from the link, so that looking keeps nothing."""


def new_link(session: Session, vault: Vault, now: dt.datetime, staff_id: str) -> str:
    """The secret of a new link to this account; the caller ended those before it."""
    token = secrets.token_urlsafe(24)
    hashed = vault.lookup("staff_setup", token)
    session.add(StaffSetup(staff_id=staff_id, token_hash=hashed, made_at=now, expires_at=now + GOOD_FOR))
    return token


def setting_up(session: Session, vault: Vault, now: dt.datetime, token: str) -> SettingUp | None:
    """Whose account this link sets up; None where it is used, replaced or too old, or the account is closed."""
    row = session.execute(
        select(Staff.id, Staff.username, Staff.name)
        .join(StaffSetup, StaffSetup.staff_id == Staff.id)
        .where(*_good(vault, now, token), Staff.active)
    ).first()
    if row is None:
        return None
    raw = bytes.fromhex(vault.lookup("staff_setup_totp", token))[:20]
    return SettingUp(row.id, row.username, row.name, base64.b32encode(raw).decode())


def with_password(
    session: Session, vault: Vault, now: dt.datetime, token: str, password_hash: str, code: str
) -> Staff | None:
    """Password and authenticator open the account from now on, and the link is used up; None where it isn't good.

    The caller checked the password and hashed it outside the transaction. Raises AccountError (`wrong_code`).
    """
    found = setting_up(session, vault, now, token)
    if found is None:
        return None
    step = sign_ins.step_of(found.secret, code, now)
    if not step:
        raise AccountError("wrong_code")
    staff = use(session, vault, now, token, "account_set_up")
    if staff is not None:
        staff.password_hash = password_hash
        sign_ins.keep_totp(vault, staff, found.secret)
        staff.totp_last = step
    return staff


def use(session: Session, vault: Vault, now: dt.datetime, token: str, action: str) -> Staff | None:
    """Use the link up; gives its account, locked. None where it isn't good any more: of two at once one gets it."""
    link = session.scalar(select(StaffSetup).where(*_good(vault, now, token)).with_for_update())
    staff = sign_ins.still_here(session, link.staff_id) if link is not None else None
    if link is None or staff is None:
        return None
    link.ended_at = now
    auditing.note(session, now, f"staff:{staff.id}", action, f"staff:{staff.id}")
    return staff


def _good(vault: Vault, now: dt.datetime, token: str) -> tuple[ColumnElement[bool], ...]:
    hashed = vault.lookup("staff_setup", token)
    return StaffSetup.token_hash == hashed, StaffSetup.ended_at.is_(None), StaffSetup.expires_at > now
