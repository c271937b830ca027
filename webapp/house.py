"""What the application is made of: built once at start, handed on as plain arguments."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app

from config import PREFIX, Authority, Settings, SettingsError, load_authority
from webapp import clock as clocks
from webapp.booklet.definition import Booklet
from webapp.booklet.loader import load_all
from webapp.casesystem import CaseSystem, Route, case_systems, routes, signing, takers
from webapp.i18n import is_compiled
from webapp.messaging import Messenger, messengers
from webapp.services import keys
from webapp.services.conversing_talk import Desk
from webapp.services.identity_provider import IdentityProvider
from webapp.store import Database, Vault


@dataclass(frozen=True)
class House:
    """Settings, the authority's own words, the database, the keys, the booklets, the outside world and the clock."""

    settings: Settings
    authority: Authority
    db: Database
    vault: Vault
    booklets: Mapping[str, Booklet]
    messengers: Mapping[str, Messenger]
    case_systems: Mapping[str, CaseSystem]
    routes: Mapping[str, Route]
    takers: Mapping[str, Sequence[str]]
    clock: clocks.Clock = clocks.now
    identity: IdentityProvider | None = None
    """Who vouches for staff, where they sign in by single sign-on."""

    @property
    def ways(self) -> frozenset[str]:
        """How staff may sign in here: oidc, passkey, password."""
        return ways(self.settings, self.authority)

    @property
    def desk(self) -> Desk:
        """What a conversation by text needs."""
        return Desk(self.db, self.vault, self.booklets, self.authority, self.takers, self.settings.public_url)


def ways(settings: Settings, authority: Authority) -> frozenset[str]:
    """How staff may sign in. Live mode wants what no made-up page can ask for: no passwords, but for a trial.
    A passkey belongs to a name, and works under no bare address (WebAuthn, 5.1.2).
    """
    found: set[str] = set(authority.staff.sign_in)
    if settings.mode == "live" and not authority.staff.passwords_for_a_trial:
        found.discard("password")
    if re.fullmatch(r"[0-9.]+|.*:.*", urlsplit(settings.public_url).hostname or ""):
        found.discard("passkey")
    return frozenset(found)


def _staff_get_in(settings: Settings, authority: Authority) -> IdentityProvider | None:
    """The identity provider, if any. Raises SettingsError where a way in lacks a setting, or nobody could sign in."""
    asked, given = "oidc" in authority.staff.sign_in, bool(settings.oidc_issuer)
    if asked and not given:
        raise SettingsError(
            f"{settings.authority}: staff.sign_in: oidc needs {PREFIX}OIDC_ISSUER, {PREFIX}OIDC_CLIENT_ID and "
            f"{PREFIX}OIDC_CLIENT_SECRET"
        )
    if given and not asked:
        raise SettingsError(
            f"{PREFIX}OIDC_ISSUER: {settings.authority} must name oidc under staff.sign_in, or it is not used"
        )
    if not ways(settings, authority):
        raise SettingsError(
            f"{settings.authority}: staff.sign_in: nobody could sign in. In live mode a password counts only with "
            f"staff.passwords_for_a_trial, and a passkey needs a name in {PREFIX}PUBLIC_URL"
        )
    rules = authority.staff
    return IdentityProvider(settings, rules.oidc_mfa_claim, rules.oidc_mfa_values) if asked else None


def build(settings: Settings, clock: clocks.Clock = clocks.now) -> House:
    """The house that these settings describe. Raises SettingsError or BookletError where one is wrong."""
    authority = load_authority(settings.authority)
    _of_one_kind(settings, authority)
    _has_words(settings, authority)
    _callers_have_keys(settings, authority)
    identity = _staff_get_in(settings, authority)
    booklets = load_all()
    ways = messengers(settings, authority.unit_name, authority.text_messages)
    vault = Vault.from_base64(settings.master_key, settings.lookup_key, settings.old_master_keys)
    db = Database(settings.database_url)
    try:
        keys.check(db, vault)
    except SettingsError:
        db.close()
        raise
    return House(
        settings=settings,
        authority=authority,
        db=db,
        vault=vault,
        booklets=booklets,
        messengers=ways,
        case_systems=case_systems(settings, authority),
        routes=routes(authority),
        takers=takers(authority),
        clock=clock,
        identity=identity,
    )


def _of_one_kind(settings: Settings, authority: Authority) -> None:
    """Made-up people stay with a made-up authority, real people with a real one. Raises SettingsError."""
    if settings.demo and not authority.made_up:
        raise SettingsError(
            f"{settings.authority}: made_up: must be true in demo mode, which has no real people"
        )
    if settings.mode == "live" and authority.made_up:
        raise SettingsError(
            f"{settings.authority}: made_up: must be false in live mode: it is a made-up authority"
        )


def _has_words(settings: Settings, authority: Authority) -> None:
    """A language that is switched on has its compiled catalogue; without it people would get English, and nobody would
    know. Raises SettingsError. Tests and the demonstration compile theirs in bin/.
    """
    missing = [code for code in authority.languages if code != "en" and not is_compiled(code)]
    if settings.mode == "live" and missing:
        raise SettingsError(
            f"{settings.authority}: languages: {', '.join(missing)} has no compiled catalogue: run "
            "`pybabel compile -d translations`"
        )


def _callers_have_keys(settings: Settings, authority: Authority) -> None:
    """Who may call our API has a key, and every key is somebody's alone: a caller's name is bound by nothing else.
    Raises SettingsError.
    """
    names, taken = [one.name for one in authority.callers], set[bytes]()
    for name in sorted({*names, *settings.caller}):
        variable = f"{PREFIX}CALLER_{name.upper()}"
        if names.count(name) != 1:
            raise SettingsError(f"{variable}: {settings.authority} must name this caller once under callers")
        try:
            keys = set(signing.secret(settings.caller.get(name, "")))
        except ValueError:
            raise SettingsError(f"{variable} must hold at least 32 random bytes, base64") from None
        if keys & taken:
            raise SettingsError(f"{variable} is another caller's key too")
        taken |= keys


def house() -> House:
    """The house of the running application."""
    found: House = current_app.extensions["house"]
    return found
