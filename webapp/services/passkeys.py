"""Passkeys of staff (WebAuthn level 3): made after a full sign-in, and enough alone for the next.

A passkey answers our own address alone, so a made-up page gets nothing out of it. The device checks who holds it (user
verification), which is the second factor. Challenges are kept here, answered once, and soon.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.services import auditing, challenges
from webapp.services import staff as sign_ins
from webapp.services.staff import Entered
from webapp.store import Passkey, Staff, Vault, new_id

NAME_AT_MOST = 60
AT_MOST = 10
"""Passkeys of one person."""
FRESH = dt.timedelta(minutes=30)
"""How long after signing in a passkey may be made: a browser that somebody left open makes none."""


class NotAPasskey(Exception):
    """What the browser sent is no good; `code` says why: late (or used before), wrong, known or many."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Site:
    """To whom passkeys are given here: the name and address that people see."""

    called: str
    url: str

    @property
    def host(self) -> str:
        """What a passkey belongs to (RP ID)."""
        return urlsplit(self.url).hostname or ""

    @property
    def origin(self) -> str:
        """The address that a browser must have been at."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the browser: what its script is told, and the challenge to expect."""

    options: str
    challenge: str


def ask_to_add(session: Session, vault: Vault, now: dt.datetime, site: Site, staff_id: str) -> Asked:
    """Ask this person's browser to make a passkey. Raises NotAPasskey where they have enough of them."""
    import webauthn
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    staff = session.get_one(Staff, staff_id)
    held = listed(session, staff_id)
    if len(held) >= AT_MOST:
        raise NotAPasskey("many")
    challenge = challenges.put(session, vault, now, "add", staff_id)
    options = webauthn.generate_registration_options(
        rp_id=site.host, rp_name=site.called, user_id=bytes.fromhex(staff.id), user_name=staff.username,
        user_display_name=staff.name, challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=webauthn.base64url_to_bytes(one.credential_id)) for one in held
        ],
    )  # fmt: skip
    return Asked(webauthn.options_to_json(options), challenge.hex())


def add(
    session: Session, vault: Vault, now: dt.datetime, site: Site, staff_id: str, challenge: str, sent: str, name: str
) -> Passkey:  # fmt: skip
    """Keep the passkey that this browser made for this person. Raises NotAPasskey; the challenge is used up anyway."""
    import webauthn
    from webauthn.helpers import bytes_to_base64url

    raw = _taken(session, vault, now, "add", challenge, staff_id)
    try:
        made = webauthn.verify_registration_response(
            credential=_read(sent), expected_challenge=raw, expected_rp_id=site.host, expected_origin=site.origin,
            require_user_verification=True,
        )  # fmt: skip
    except Exception:  # whatever can't be read is no passkey: all of it comes from outside
        raise NotAPasskey("wrong") from None
    own = bytes_to_base64url(made.credential_id)
    if session.scalar(select(Passkey.id).where(Passkey.credential_id == own)):
        raise NotAPasskey("known")
    if len(listed(session, staff_id)) >= AT_MOST:
        raise NotAPasskey("many")
    passkey = Passkey(
        id=new_id(), staff_id=staff_id, credential_id=own, public_key=made.credential_public_key,
        sign_count=made.sign_count, name=_named(name), made_at=now,
    )  # fmt: skip
    session.add(passkey)
    auditing.note(session, now, f"staff:{staff_id}", "passkey_added", f"passkey:{passkey.id}")
    return passkey


def ask_to_sign_in(session: Session, vault: Vault, now: dt.datetime, site: Site) -> Asked:
    """Ask a browser for any passkey of this site's: it knows whose it is."""
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    challenge = challenges.put(session, vault, now, "sign_in")
    options = webauthn.generate_authentication_options(
        rp_id=site.host, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    return Asked(webauthn.options_to_json(options), challenge.hex())


def sign_in(
    session: Session, vault: Vault, now: dt.datetime, site: Site, challenge: str, sent: str,
    old_token: str | None = None,
) -> Entered | None:  # fmt: skip
    """Sign in whose passkey this is; None where it is nobody's, wrong, late, or its account is closed."""
    import webauthn

    try:
        raw = _taken(session, vault, now, "sign_in", challenge, None)
        given = _read(sent)
    except NotAPasskey:
        return None
    held = session.scalar(
        select(Passkey).where(Passkey.credential_id == str(given.get("id", ""))).with_for_update()
    )
    staff = sign_ins.still_here(session, held.staff_id) if held is not None else None
    if held is None or staff is None:
        return None
    try:
        seen = webauthn.verify_authentication_response(
            credential=given, expected_challenge=raw, expected_rp_id=site.host, expected_origin=site.origin,
            credential_public_key=held.public_key, credential_current_sign_count=held.sign_count,
            require_user_verification=True,
        )  # fmt: skip
        whose = webauthn.base64url_to_bytes(given["response"]["userHandle"])
    except Exception:  # as above
        auditing.note(session, now, "system", "sign_in_failed", f"staff:{staff.id}")
        return None
    if whose != bytes.fromhex(staff.id):
        auditing.note(session, now, "system", "sign_in_failed", f"staff:{staff.id}")
        return None
    held.sign_count, held.used_at = seen.new_sign_count, now
    return sign_ins.let_in(session, vault, now, staff, "passkey", old_token)


def listed(session: Session, staff_id: str) -> list[Passkey]:
    """This person's passkeys, the oldest first."""
    return list(
        session.scalars(
            select(Passkey).where(Passkey.staff_id == staff_id).order_by(Passkey.made_at, Passkey.id)
        )
    )


def rename(session: Session, now: dt.datetime, staff_id: str, passkey_id: str, name: str) -> bool:
    """Give one of their passkeys another name; False for anybody else's."""
    found = _own(session, staff_id, passkey_id)
    if found is None:
        return False
    found.name = _named(name)
    auditing.note(session, now, f"staff:{staff_id}", "passkey_renamed", f"passkey:{passkey_id}")
    return True


def remove(session: Session, now: dt.datetime, staff_id: str, passkey_id: str) -> bool:
    """One of their passkeys opens nothing more; False for anybody else's."""
    found = _own(session, staff_id, passkey_id)
    if found is None:
        return False
    session.delete(found)
    auditing.note(session, now, f"staff:{staff_id}", "passkey_removed", f"passkey:{passkey_id}")
    return True


def _own(session: Session, staff_id: str, passkey_id: str) -> Passkey | None:
    return session.scalar(
        select(Passkey).where(Passkey.id == passkey_id, Passkey.staff_id == staff_id).with_for_update()
    )


def _named(name: str) -> str:
    plain = "".join(c for c in " ".join(name.split()) if c.isprintable())
    return plain[:NAME_AT_MOST] or "Passkey"


def _taken(
    session: Session, vault: Vault, now: dt.datetime, purpose: str, challenge: str, staff_id: str | None
) -> bytes:
    """The challenge, used up. Raises NotAPasskey where it isn't one that is open to this person."""
    try:
        raw = bytes.fromhex(challenge)
    except ValueError:
        raise NotAPasskey("late") from None
    if not challenges.answered(session, vault, now, purpose, raw, staff_id):
        raise NotAPasskey("late")
    return raw


def _read(sent: str) -> dict[str, Any]:
    try:
        found = json.loads(sent)
    except ValueError:
        raise NotAPasskey("wrong") from None
    if not isinstance(found, dict):
        raise NotAPasskey("wrong")
    return found
