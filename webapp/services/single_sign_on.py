"""Signing in by the authority's identity provider. Accounts and roles are ours: the provider says only who it is."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from webapp.services import auditing, challenges
from webapp.services import staff as sign_ins
from webapp.services.identity_provider import Proof
from webapp.services.staff import Entered
from webapp.store import Staff, StaffIdentity, Vault


def begin() -> str:
    """The state of a new request to the provider: 256 random bits, kept in the browser's cookie alone."""
    return secrets.token_urlsafe(32)


def proof(vault: Vault, state: str) -> Proof:
    """The secrets that go with this state: only who has our look-up key can make them."""
    return Proof(state, vault.lookup("oidc_nonce", state), vault.lookup("oidc_verifier", state))


def first_answer(session: Session, vault: Vault, now: dt.datetime, state: str) -> bool:
    """True for the first answer to this request: the same one sent again signs nobody in."""
    return challenges.first_use(session, vault, now, "oidc", state)


def sign_in(
    session: Session, vault: Vault, now: dt.datetime, claims: Mapping[str, Any], old_token: str | None = None
) -> Entered | None:
    """Sign in whoever the provider vouched for; None where no open account is theirs.

    The first time an account is found by its email address, or its username: by an address that the provider says it
    checked, or the name that somebody signs in with there. From then on it is bound to issuer and subject, which never
    change, and found by nothing else.
    """
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    bound = session.scalar(
        select(StaffIdentity)
        .where(StaffIdentity.issuer == issuer, StaffIdentity.subject == subject)
        .with_for_update()
    )
    staff_id = bound.staff_id if bound is not None else _found(session, claims)
    staff = sign_ins.still_here(session, staff_id) if staff_id else None
    if staff is None:
        unknown = vault.lookup("oidc_subject", f"{issuer}\0{subject}")[:32]
        auditing.note(session, now, "system", "sign_in_unknown", f"identity:{unknown}")
        return None
    if bound is None:
        session.add(
            StaffIdentity(staff_id=staff.id, issuer=issuer, subject=subject, made_at=now, used_at=now)
        )
        auditing.note(session, now, f"staff:{staff.id}", "identity_bound", f"staff:{staff.id}")
    else:
        bound.used_at = now
    return sign_ins.let_in(session, vault, now, staff, "oidc", old_token)


def _found(session: Session, claims: Mapping[str, Any]) -> str | None:
    """The one open account with an address or username that the provider vouches for, and with no identity yet."""
    names = {str(claims.get("preferred_username") or "").strip().lower()}
    if claims.get("email_verified") is True:
        names.add(str(claims.get("email") or "").strip().lower())
    names.discard("")
    bound = select(StaffIdentity.staff_id)
    found = session.scalars(
        select(Staff.id)
        .where(Staff.active, Staff.id.not_in(bound))
        .where(or_(func.lower(Staff.email).in_(names), Staff.username.in_(names)))
        .limit(2)
    ).all()
    return found[0] if len(found) == 1 else None
