"""The administrator's work: accounts made, changed, closed and opened again. Nothing here tells of a child."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp.services import auditing
from webapp.services import staff as sign_ins
from webapp.services.loading import link_staff
from webapp.services.staff import ALONE, AccountError
from webapp.services.staff_setup import new_link
from webapp.store import Passkey, Staff, StaffIdentity, StaffSetup, StaffVisit, Vault

EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f]+")


@dataclass(frozen=True, slots=True)
class Account:
    """One account, as the list of them shows it."""

    id: str
    username: str
    name: str
    email: str
    external_id: str
    roles: tuple[str, ...]
    active: bool
    password: bool
    """A password and a code open it."""
    passkeys: int
    single_sign_on: bool
    seen_at: dt.datetime | None
    link_until: dt.datetime | None
    """A link that sets it up is out, and good until then."""
    shares_email: bool
    """Another has its address too, so that single sign-on, which takes nobody on a guess, finds neither."""


def accounts(session: Session, now: dt.datetime, only: str | None = None) -> list[Account]:
    """Every account, the open ones first, by name; or one. Six queries at most, however many there are."""
    wanted = select(Staff).order_by(Staff.active.desc(), func.lower(Staff.name), Staff.username)
    rows = session.scalars(wanted if only is None else wanted.where(Staff.id == only)).all()
    passkeys = _by_staff(session, select(Passkey.staff_id, func.count()).group_by(Passkey.staff_id))
    bound = set(session.scalars(select(StaffIdentity.staff_id)))
    newest = select(StaffVisit.staff_id, func.max(StaffVisit.seen_at)).group_by(StaffVisit.staff_id)
    seen = _by_staff(session, newest)
    good = StaffSetup.ended_at.is_(None), StaffSetup.expires_at > now
    links = _by_staff(session, select(StaffSetup.staff_id, StaffSetup.expires_at).where(*good))
    shared = _shared_addresses(session)
    return [
        Account(
            id=row.id, username=row.username, name=row.name, email=row.email or "",
            external_id=row.external_id or "", roles=tuple(row.roles.split()), active=row.active,
            password=row.password_hash is not None and row.totp is not None, passkeys=passkeys.get(row.id, 0),
            single_sign_on=row.id in bound, seen_at=seen.get(row.id), link_until=links.get(row.id),
            shares_email=row.active and row.id not in bound and (row.email or "").lower() in shared,
        )
        for row in rows
    ]  # fmt: skip


def _shared_addresses(session: Session) -> set[str]:
    """The addresses, in small letters, of several open accounts that single sign-on has yet to find."""
    address = func.lower(Staff.email)
    open_ones = select(address).where(
        Staff.active, Staff.email != "", Staff.id.not_in(select(StaffIdentity.staff_id))
    )
    return set(session.scalars(open_ones.group_by(address).having(func.count() > 1)))


def _by_staff(session: Session, query: Any) -> dict[str, Any]:
    return {row[0]: row[1] for row in session.execute(query)}


def make(
    session: Session, vault: Vault, now: dt.datetime, by: str, username: str, name: str, roles: Sequence[str],
    external_id: str, email: str, phone: str,
) -> str:  # fmt: skip
    """An account that nothing opens yet; gives its id. Raises AccountError."""
    if email and not EMAIL.fullmatch(email):
        raise AccountError("bad_email")
    made = sign_ins.new_staff(session, vault, username, name, list(roles), external_id, email, phone)
    link_staff(session)
    _note(session, now, by, "account_added", made.id)
    return made.id


def change_roles(session: Session, now: dt.datetime, by: str, staff_id: str, roles: Sequence[str]) -> bool:
    """These roles from the next request on; booklets that they opened for others end. False where it has them already.

    Raises AccountError where nobody may hold them so, or where no administrator would be left.
    """
    staff = _other(session, by, staff_id)
    sign_ins.check_roles(list(roles), staff.email)
    kept = sign_ins.in_order(list(roles))
    if kept == staff.roles:
        return False
    if ALONE not in roles:
        _somebody_is_left(session, staff)
    staff.roles = kept
    sign_ins.end_all(session, now, staff.id)
    _note(session, now, by, f"roles_{kept.replace(' ', '_')}"[:40], staff.id)
    return True


def close(session: Session, now: dt.datetime, by: str, staff_id: str) -> bool:
    """Close an account: the next request of whoever is signed in with it is refused, and its links are dead. False
    where it is closed already. Raises AccountError.
    """
    staff = _other(session, by, staff_id)
    if not staff.active:
        return False
    _somebody_is_left(session, staff)
    sign_ins.disable(session, now, staff.username, f"staff:{by}")
    _end_links(session, now, staff.id)
    return True


def open_again(session: Session, now: dt.datetime, by: str, staff_id: str) -> bool:
    """Open a closed account as it was. False where it is open. Raises AccountError."""
    staff = _other(session, by, staff_id)
    if staff.active:
        return False
    staff.active = True
    _note(session, now, by, "account_opened_again", staff.id)
    return True


def start_again(session: Session, vault: Vault, now: dt.datetime, by: str, staff_id: str) -> str:
    """Forget password, authenticator, passkeys and single sign-on of an account, end its sign-ins, and give the secret
    of a link that sets it up anew: for a new account, a lost phone, a forgotten password. Raises AccountError.
    """
    staff = _other(session, by, staff_id)
    if not staff.active:
        raise AccountError("closed")
    staff.password_hash = staff.totp = None
    staff.totp_last = 0
    for row in (Passkey, StaffIdentity):
        for one in session.scalars(select(row).where(row.staff_id == staff.id)):
            session.delete(one)
    sign_ins.end_all(session, now, staff.id)
    _end_links(session, now, staff.id)
    _note(session, now, by, "account_link", staff.id)
    return new_link(session, vault, now, staff.id)


def _end_links(session: Session, now: dt.datetime, staff_id: str) -> None:
    session.execute(
        update(StaffSetup)
        .where(StaffSetup.staff_id == staff_id, StaffSetup.ended_at.is_(None))
        .values(ended_at=now)
    )


def _other(session: Session, by: str, staff_id: str) -> Staff:
    """Somebody else's account, locked: nobody gives themselves rights, or shuts themselves out."""
    staff = session.get(Staff, staff_id, with_for_update=True, populate_existing=True)
    if staff is None:
        raise AccountError("unknown")
    if staff.id == by:
        raise AccountError("yourself")
    return staff


def _somebody_is_left(session: Session, staff: Staff) -> None:
    others = select(Staff.id).where(Staff.roles == ALONE, Staff.active, Staff.id != staff.id)
    if staff.roles == ALONE and staff.active and session.scalar(others.limit(1)) is None:
        raise AccountError("last_one")


def _note(session: Session, now: dt.datetime, by: str, action: str, staff_id: str) -> None:
    auditing.note(session, now, f"staff:{by}" if by else "system", action, f"staff:{staff_id}")
