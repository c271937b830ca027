"""Sign-ins of staff: a password and a code that works once, or another way; the sign-in itself lives on our side."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
import unicodedata
from dataclasses import dataclass

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp.services import auditing, limits
from webapp.store import Staff, StaffVisit, StandIn, Vault, Visit, new_id

ROLES = ("iro", "duty", "unit", "social_worker", "manager", "administrator")
ALONE = "administrator"
"""Goes with no other role: whoever makes accounts sees no child (threats.md A18)."""
TOLD_BY_EMAIL = frozenset({"iro", "duty"})
"""Worries are told to them by email: an account without one would be promised to a child, and never reached."""
PASSWORD_AT_LEAST = 12
PASSWORD_AT_MOST = 200
IDLE = dt.timedelta(minutes=30)
ABSOLUTE = dt.timedelta(hours=10)
STEP = 30
"""Seconds that a code is shown for (RFC 6238)."""
LEEWAY = 1
"""Steps before and after this one whose code is also good: phones' clocks drift."""

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""argon2id with OWASP's first choice of figures (Password Storage Cheat Sheet)."""
_DECOY = HASHER.hash(secrets.token_hex(16))
_DECOY_SECRET = pyotp.random_base32()


class AccountError(ValueError):
    """An account can't be made or changed; `code` says why: no_name, bad_username, taken, unknown, bad_role,
    too_short, too_long, is_username, external_id_taken, no_email, bad_email, not_alone, yourself, last_one."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The member of staff behind a request, as the account says at this moment."""

    id: str
    username: str
    name: str
    roles: str
    visit_id: str
    opened_at: dt.datetime
    seen_at: dt.datetime
    way: str = "password"
    stands_in_until: dt.datetime | None = None
    """The first moment at which another officer's review is open to them no more; none where none is open. Once it has
    come, `stand_in.end_over` ends it before anything is looked at.
    """

    def has(self, *roles: str) -> bool:
        """True where they hold one of these roles."""
        return bool(set(roles) & set(self.roles.split()))


@dataclass(frozen=True, slots=True)
class Account:
    """What a password is checked against."""

    id: str
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class Entered:
    """A sign-in that went well: the secret of the cookie."""

    staff_id: str
    token: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A sign-in that went wrong. Never says what was wrong; `wait` is the seconds until a next try, 0 for now."""

    wait: int


def add_staff(
    session: Session, vault: Vault, username: str, name: str, roles: str | list[str], password: str,
    external_id: str | None = None, email: str | None = None, phone: str | None = None,
) -> tuple[Staff, str]:  # fmt: skip
    """Make an account; gives it and the TOTP secret (base32), which is shown once. Raises AccountError."""
    staff = new_staff(session, vault, username, name, roles, external_id, email, phone)
    check_password(password, staff.username)
    secret = pyotp.random_base32()
    staff.password_hash = hashed(password)
    keep_totp(vault, staff, secret)
    session.flush()
    return staff, secret


def new_staff(
    session: Session, vault: Vault, username: str, name: str, roles: str | list[str],
    external_id: str | None = None, email: str | None = None, phone: str | None = None,
) -> Staff:  # fmt: skip
    """An account that nothing opens yet. Raises AccountError."""
    username, name = tidy(username), " ".join(name.split())
    held = roles.split() if isinstance(roles, str) else list(roles)
    _check_account(session, username, name, external_id)
    check_roles(held, email)
    staff_id = new_id()
    _, wrapped = vault.new_key(f"staff:{staff_id}")
    staff = Staff(
        id=staff_id, username=username, name=name, roles=in_order(held), key=wrapped,
        external_id=external_id or None, email=email or None, phone=phone or None,
    )  # fmt: skip
    session.add(staff)
    session.flush()
    return staff


def in_order(roles: list[str]) -> str:
    """Roles as they are kept."""
    return " ".join(role for role in ROLES if role in roles)


def hashed(password: str) -> str:
    """A password as it is kept. Takes tens of milliseconds on purpose: call it outside a transaction that writes."""
    return HASHER.hash(_normal(password))


def keep_totp(vault: Vault, staff: Staff, secret: str) -> None:
    """This secret makes the account's codes from now on."""
    key = vault.key(staff.key, f"staff:{staff.id}")
    staff.totp, staff.totp_last = key.seal(secret, f"staff.totp:{staff.id}"), 0


def tidy(username: str) -> str:
    """A username as it is kept: capitals and outer spaces make no difference."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def _check_account(session: Session, username: str, name: str, external_id: str | None) -> None:
    if not name:
        raise AccountError("no_name")
    if not 2 <= len(username) <= 80 or any(c.isspace() or not c.isprintable() for c in username):
        raise AccountError("bad_username")
    if session.scalar(select(Staff.id).where(Staff.username == username)):
        raise AccountError("taken")
    if external_id and session.scalar(select(Staff.id).where(Staff.external_id == external_id)):
        raise AccountError("external_id_taken")


def check_roles(roles: list[str], email: str | None) -> None:
    """Raises AccountError where nobody may hold these roles together, or not without an email address."""
    if not roles or set(roles) - set(ROLES):
        raise AccountError("bad_role")
    if ALONE in roles and len(set(roles)) > 1:
        raise AccountError("not_alone")
    if not (email or "").strip() and set(roles) & TOLD_BY_EMAIL:
        raise AccountError("no_email")


def check_password(password: str, username: str) -> None:
    """Raises AccountError where a password is too short, too long, or the username dressed up."""
    plain = _normal(password)
    if len(plain) < PASSWORD_AT_LEAST:
        raise AccountError("too_short")
    if len(plain) > PASSWORD_AT_MOST:
        raise AccountError("too_long")
    letters = "".join(c for c in plain.casefold() if c.isalpha())
    if letters in ("", "".join(c for c in username if c.isalpha())):
        raise AccountError("is_username")


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def account(session: Session, username: str) -> Account | None:
    """The account behind a username, to check a password against outside any transaction."""
    row = session.execute(
        select(Staff.id, Staff.password_hash).where(Staff.username == tidy(username))
    ).first()
    return Account(row.id, row.password_hash) if row else None


def password_is_right(known: Account | None, password: str) -> bool:
    """Whether this is the account's password. The same work is done where there is no account. Takes tens of
    milliseconds on purpose: call it outside a transaction that writes."""
    stored = known.password_hash if known and known.password_hash else None
    try:
        HASHER.verify(stored or _DECOY, _normal(password)[: PASSWORD_AT_MOST + 1])
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
    return stored is not None


def wait_before_sign_in(session: Session, vault: Vault, now: dt.datetime, username: str, address: str) -> int:
    """Seconds until this username may be tried again from here, whether or not there is such an account."""
    return max(
        limits.try_again_in(session, now, door, who) for door, who in _limited(vault, username, address)
    )


def _limited(vault: Vault, username: str, address: str) -> list[tuple[str, str]]:
    """What a wrong try counts against: this name from this address (tight), the name from anywhere (loose, so that a
    stranger can't lock a colleague out with a handful of tries), and the address.
    """
    name = tidy(username)
    told = {"sign_in": f"sign_in:{name}:{address}", "sign_in_name": f"sign_in_name:{name}",
            "sign_in_address": f"sign_in_address:{address}"}  # fmt: skip
    return [(door, vault.lookup("limit", who)) for door, who in told.items()]


def sign_in(
    session: Session, vault: Vault, now: dt.datetime, username: str, checked: Account | None, password_right: bool,
    code: str, address: str = "", old_token: str | None = None,
) -> Entered | Refused:  # fmt: skip
    """Finish a sign-in: the limit once more, the account as it is now, then the code, which is used up.

    `checked` is the account whose password was checked: where it has changed since, the sign-in is refused. A sign-in
    that the browser still held (`old_token`) is ended.
    """
    if wait := wait_before_sign_in(session, vault, now, username, address):
        return Refused(wait)
    staff = session.scalar(select(Staff).where(Staff.username == tidy(username)).with_for_update())
    step = _step_of_code(vault, staff, code, now)
    same = bool(staff and checked and staff.id == checked.id and staff.password_hash == checked.password_hash)
    if staff is None or not (password_right and same and staff.active and step > staff.totp_last):
        for door, who in _limited(vault, username, address):
            limits.failed(session, now, door, who)
        if staff is not None:
            auditing.note(session, now, "system", "sign_in_failed", f"staff:{staff.id}")
        return Refused(0)
    staff.totp_last = step
    limits.passed(session, now, *_limited(vault, username, address)[0])
    return let_in(session, vault, now, staff, "password", old_token)


def let_in(
    session: Session, vault: Vault, now: dt.datetime, staff: Staff, way: str, old_token: str | None = None
) -> Entered:
    """Sign somebody in who showed by this way who they are. The caller holds their row and saw that it is open."""
    if old_token:
        leave(session, vault, now, old_token)
    token = secrets.token_urlsafe(32)
    visit = StaffVisit(
        token_hash=vault.lookup("staff_visit", token), staff_id=staff.id, opened_at=now, seen_at=now, way=way
    )
    session.add(visit)
    how = "sign_in" if way == "password" else f"sign_in_{way}"
    auditing.note(session, now, f"staff:{staff.id}", how, f"staff:{staff.id}")
    return Entered(staff.id, token)


def _step_of_code(vault: Vault, staff: Staff | None, code: str, now: dt.datetime) -> int:
    """The time step that this code of the account belongs to, or 0."""
    secret = _DECOY_SECRET
    if staff is not None and staff.totp is not None:
        secret = vault.key(staff.key, f"staff:{staff.id}").open(staff.totp, f"staff.totp:{staff.id}")
    found = step_of(secret, code, now)
    return found if staff is not None and staff.totp is not None else 0


def step_of(secret: str, code: str, now: dt.datetime) -> int:
    """The time step in which an authenticator with this secret shows this code, if that is about now; else 0. Compares
    all candidates in the same time.
    """
    given = "".join(c for c in code if c.isdigit() and c.isascii())
    totp, now_step, found = pyotp.TOTP(secret, interval=STEP), int(now.timestamp()) // STEP, 0
    for step in range(now_step - LEEWAY, now_step + LEEWAY + 1):
        if hmac.compare_digest(totp.at(step * STEP), given):
            found = step
    return found


def visiting(session: Session, vault: Vault, now: dt.datetime, token: str) -> SignedIn | None:
    """Who is behind this cookie: None where the sign-in ended, rested or aged, or the account is disabled."""
    until = (
        select(func.min(StandIn.until_at))
        .where(StandIn.staff_id == Staff.id, StandIn.ended_at.is_(None))
        .correlate(Staff)
        .scalar_subquery()
    )
    row = session.execute(
        select(StaffVisit, Staff, until.label("stands_in_until"))
        .join(Staff, Staff.id == StaffVisit.staff_id)
        .where(StaffVisit.token_hash == vault.lookup("staff_visit", token))
    ).first()
    if row is None:
        return None
    visit, staff, stands_in_until = row
    ended = visit.ended_at or now - visit.seen_at >= IDLE or now - visit.opened_at >= ABSOLUTE
    if ended or not staff.active:
        return None
    return SignedIn(
        staff.id, staff.username, staff.name, staff.roles, visit.id, visit.opened_at, visit.seen_at, visit.way,
        stands_in_until,
    )  # fmt: skip


def seen(session: Session, now: dt.datetime, visit_id: str) -> None:
    """Keep a sign-in awake."""
    session.execute(
        update(StaffVisit).where(StaffVisit.id == visit_id, StaffVisit.ended_at.is_(None)).values(seen_at=now)
    )


def leave(session: Session, vault: Vault, now: dt.datetime, token: str) -> None:
    """End the sign-in behind this cookie, if it still goes on."""
    found = session.scalar(
        select(StaffVisit).where(
            StaffVisit.token_hash == vault.lookup("staff_visit", token), StaffVisit.ended_at.is_(None)
        )
    )
    if found is not None:
        found.ended_at = now
        auditing.note(session, now, f"staff:{found.staff_id}", "sign_out", f"staff:{found.staff_id}")


def disable(session: Session, now: dt.datetime, username: str, actor: str = "system") -> Staff:
    """Close an account: its sign-ins end at once, and the visits that it opened. Raises AccountError where there is
    none.
    """
    staff = _own(session, username)
    staff.active = False
    end_all(session, now, staff.id)
    session.execute(
        update(StandIn).where(StandIn.staff_id == staff.id, StandIn.ended_at.is_(None)).values(ended_at=now)
    )
    auditing.note(session, now, actor, "account_disabled", f"staff:{staff.id}")
    return staff


def new_totp(session: Session, vault: Vault, now: dt.datetime, username: str) -> tuple[Staff, str]:
    """A fresh TOTP secret (a lost phone); the old one and every sign-in end. Raises AccountError."""
    staff = _own(session, username)
    secret = pyotp.random_base32()
    keep_totp(vault, staff, secret)
    end_all(session, now, staff.id)
    auditing.note(session, now, "system", "account_new_totp", f"staff:{staff.id}")
    return staff, secret


def everyone(session: Session) -> list[Staff]:
    """Every account, by username."""
    return list(session.scalars(select(Staff).order_by(Staff.username)))


def _own(session: Session, username: str) -> Staff:
    staff = session.scalar(select(Staff).where(Staff.username == tidy(username)))
    if staff is None:
        raise AccountError("unknown")
    return staff


def end_all(session: Session, now: dt.datetime, staff_id: str) -> None:
    """Every sign-in of this person ends now, and every booklet that they opened beside a child or from paper: what
    was said in it is kept (threats.md A17).
    """
    for visit, whose in ((StaffVisit, StaffVisit.staff_id), (Visit, Visit.helper_staff_id)):
        session.execute(update(visit).where(whose == staff_id, visit.ended_at.is_(None)).values(ended_at=now))


def still_here(session: Session, staff_id: str) -> Staff | None:
    """The account, locked until the commit, where it is open: what begins in its name now is ended by closing it."""
    staff = session.get(Staff, staff_id, with_for_update=True, populate_existing=True)
    return staff if staff is not None and staff.active else None
