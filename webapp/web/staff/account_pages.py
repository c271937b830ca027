"""The administrator's pages: who has an account, what they may do, and links that set accounts up. No child here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from webapp.house import house
from webapp.i18n import lazy_gettext as _
from webapp.services import many_looks, staff_accounts
from webapp.services.staff import PASSWORD_AT_LEAST, AccountError
from webapp.services.staff_accounts import Account
from webapp.services.staff_setup import GOOD_FOR
from webapp.web.guard import door
from webapp.web.staff import looked, pages, shown, signed_in

Page = str | Response | tuple[str, int]
ROLE_WORDS = {
    "iro": _("Reviewing officer"), "duty": _("Duty"), "unit": _("Review Unit"), "social_worker": _("Social worker"),
    "manager": _("Service manager"), "administrator": _("Administrator"),
}  # fmt: skip
ROLE_HINTS = {
    "iro": _("their own children’s reviews, with every answer"), "duty": _("worries"),
    "unit": _("who is asked, letters, contact details; no answer"),
    "social_worker": _("their own children; no answer"), "manager": _("numbers; no name"),
    "administrator": _("this page alone; no child. It goes with no other role"),
}  # fmt: skip
WRONG = {
    "no_name": ("name", _("Give a name")),
    "bad_username": ("username", _("A username has 2 to 80 characters and no spaces")),
    "taken": ("username", _("There is an account with this username already")),
    "external_id_taken": ("external_id", _("There is an account with this id of the case system already")),
    "bad_role": ("role-iro", _("Choose at least one role")),
    "not_alone": ("role-administrator", _("An administrator has no other role: whoever makes accounts sees no child")),
    "no_email": ("email", _("Give an email address: worries are told to officers and to duty by email")),
    "bad_email": ("email", _("This is no email address. Look at it again")),
    "too_short": ("password", _("A password has at least %(n)s characters", n=PASSWORD_AT_LEAST)),
    "too_long": ("password", _("A password has at most 200 characters")),
    "is_username": ("password", _("A password is not the username, with or without numbers around it")),
    "wrong_code": ("code", _("That is not the code that the app shows now. Wait for the next one")),
    "yourself": ("roles", _("Nobody changes their own account: ask another administrator")),
    "last_one": ("roles", _("Nothing was changed: no other administrator’s account is open")),
    "closed": ("roles", _("Nothing was changed: this account is closed. Open it first")),
}  # fmt: skip
"""Why something wasn't done: the field to mend, and the words."""
FIELDS = ("username", "name", "email", "phone", "external_id")


@pages.get("/accounts")
@door.staff("administrator")
def accounts() -> str:
    """Every account, and how it is opened."""
    home = house()
    with home.db.reading() as s:
        found, alarms = staff_accounts.accounts(s, home.clock()), many_looks.alarms(s, home.clock())
    looked("list_accounts", f"staff:{signed_in().id}")
    return render_template("staff/accounts.html", found=found, roles=ROLE_WORDS, alarms=alarms)


@pages.get("/accounts/new")
@door.staff("administrator")
def new_account() -> str:
    """The form of a new account."""
    return _form({}, (), "")


@pages.post("/accounts/new")
@door.staff("administrator")
def make_account() -> Page:
    """Make it, with a link for its person; single sign-on finds it by itself."""
    home = house()
    typed = {name: request.form.get(name, "").replace("\0", "").strip()[:200] for name in FIELDS}
    roles = request.form.getlist("role")
    try:
        with home.db.writing() as s:
            made = staff_accounts.make(
                s, home.vault, home.clock(), signed_in().id, typed["username"], typed["name"], roles,
                typed["external_id"][:80], typed["email"], typed["phone"],
            )  # fmt: skip
            token = _link(s, made)
    except AccountError as error:
        return _form(typed, roles, error.code), 422
    return _to_link(made, token)


def _form(typed: Mapping[str, str], roles: object, problem: str) -> str:
    return render_template(
        "staff/account_new.html", typed=typed, chosen=roles, problem=WRONG.get(problem), roles=ROLE_WORDS,
        hints=ROLE_HINTS,
    )  # fmt: skip


@pages.get("/accounts/<staff_id>")
@door.staff("administrator")
def account(staff_id: str) -> str:
    """One account, and what may be done with it."""
    return _page(_one(staff_id))


def _one(staff_id: str) -> Account:
    home = house()
    with home.db.reading() as s:
        found = staff_accounts.accounts(s, home.clock(), staff_id)
    return found[0] if found else abort(404)


def _page(one: Account, problem: str = "") -> str:
    return render_template(
        "staff/account.html", one=one, problem=WRONG.get(problem), roles=ROLE_WORDS, hints=ROLE_HINTS,
        own=one.id == signed_in().id, linked=bool(house().ways - {"oidc"}),
    )  # fmt: skip


@pages.post("/accounts/<staff_id>/roles")
@door.staff("administrator")
def change_roles(staff_id: str) -> Page:
    """Other roles, from their next request on."""
    roles = request.form.getlist("role")
    return _press(
        staff_id, "roles", lambda s, now, by: staff_accounts.change_roles(s, now, by, staff_id, roles)
    )


@pages.post("/accounts/<staff_id>/close")
@door.staff("administrator")
def close_account(staff_id: str) -> Page:
    """Close it: their next request is refused."""
    return _press(staff_id, "shut", lambda s, now, by: staff_accounts.close(s, now, by, staff_id))


@pages.post("/accounts/<staff_id>/open")
@door.staff("administrator")
def open_account(staff_id: str) -> Page:
    """Open a closed one again, as it was."""
    return _press(staff_id, "opened", lambda s, now, by: staff_accounts.open_again(s, now, by, staff_id))


def _press(staff_id: str, told: str, what: Callable[[Session, dt.datetime, str], bool]) -> Page:
    home, one = house(), _one(staff_id)
    try:
        with home.db.writing() as s:
            done = what(s, home.clock(), signed_in().id)
    except AccountError as error:
        return _page(one, error.code), 422
    flash(told if done else "same")
    return redirect(url_for(".account", staff_id=staff_id), 303)


@pages.post("/accounts/<staff_id>/link")
@door.staff("administrator")
def link_account(staff_id: str) -> Page:
    """Forget how it was opened, and make a link that sets it up anew."""
    home, one = house(), _one(staff_id)
    try:
        with home.db.writing() as s:
            token = _link(s, staff_id)
    except AccountError as error:
        return _page(one, error.code), 422
    return _to_link(staff_id, token)


def _link(session: Session, staff_id: str) -> str:
    home = house()
    return staff_accounts.start_again(session, home.vault, home.clock(), signed_in().id, staff_id)


def _to_link(staff_id: str, token: str) -> Response:
    shown.keep(f"account:{staff_id}", token=token)
    return redirect(url_for(".account_link", staff_id=staff_id), 303)


@pages.get("/accounts/<staff_id>/link")
@door.staff("administrator")
def account_link(staff_id: str) -> str:
    """The link that was just made, to be handed over; shown to who made it, for a while."""
    one, home = _one(staff_id), house()
    kept = shown.kept(f"account:{staff_id}")
    link = f"{home.settings.public_url.rstrip('/')}/staff/set-up/{kept['token']}" if kept else ""
    return render_template("staff/account_link.html", one=one, link=link, days=GOOD_FOR.days, ways=home.ways)
