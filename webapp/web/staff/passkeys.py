"""Passkeys: signing in with one, and one's own: made, named, taken away."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from webapp.house import house
from webapp.i18n import lazy_gettext as _
from webapp.services import limits, staff_setup
from webapp.services import passkeys as keys
from webapp.services.passkeys import FRESH, NotAPasskey, Site
from webapp.web.guard import door
from webapp.web.staff import COOKIE, pages, signed_in

Page = str | Response | tuple[str, int]
ASKED = "passkey"
"""In the browser's cookie: the challenge that this browser was asked to answer."""
WRONG = {
    "late": _("That took too long, or was sent before. Please try again"),
    "wrong": _("That passkey can’t be used here. Please try another"),
    "known": _("That passkey is here already"),
    "many": _("You have ten passkeys. Take one away first"),
    "stale": _("Please sign out and in again first: a passkey is made soon after signing in"),
}


def _site() -> Site:
    home = house()
    if "passkey" not in home.ways:
        abort(404)
    return Site(home.authority.name, home.settings.public_url)


def _address() -> str:
    return house().vault.lookup("limit", f"sign_in_address:{request.remote_addr or ''}")


@pages.post("/passkey")
@door.open
def passkey() -> Page:
    """Ask this browser for a passkey."""
    site, home = _site(), house()
    with home.db.writing() as s:
        asked = keys.ask_to_sign_in(s, home.vault, home.clock(), site)
    session[ASKED] = asked.challenge
    return render_template("staff/passkey_use.html", options=asked.options, ways=home.ways, problem="")


@pages.post("/passkey/sign-in")
@door.open
def passkey_sign_in() -> Page:
    """Sign in with what the browser answered."""
    site, home = _site(), house()
    challenge, sent = session.pop(ASKED, ""), request.form.get("credential", "")
    now, entered = home.clock(), None
    with home.db.writing() as s:
        wait = limits.try_again_in(s, now, "sign_in_address", _address())
        if not wait:
            entered = keys.sign_in(s, home.vault, now, site, challenge, sent, session.get(COOKIE))
            if entered is None:
                limits.failed(s, now, "sign_in_address", _address())
    if entered is None:
        problem = "wait" if wait else "wrong"
        page = render_template("staff/passkey_use.html", options="", ways=home.ways, problem=problem)
        return page, 429 if wait else 422
    session.clear()
    session[COOKIE] = entered.token
    return redirect(url_for("staff.home"), 303)


@pages.get("/passkeys")
@door.staff()
def passkeys() -> str:
    """My own passkeys."""
    return _mine()


def _mine(problem: str = "") -> str:
    home = house()
    with home.db.reading() as s:
        found = keys.listed(s, signed_in().id)
    return render_template(
        "staff/passkeys.html", found=found, ways=home.ways, problem=WRONG.get(problem), at_most=keys.NAME_AT_MOST,
        provider=home.authority.staff.oidc_called,
    )  # fmt: skip


@pages.post("/passkeys/new")
@door.staff()
def new_passkey() -> Page:
    """Ask this browser to make one."""
    site, home = _site(), house()
    if home.clock() - signed_in().opened_at > FRESH:
        return _mine("stale"), 422
    try:
        return _ask(site, signed_in().id, url_for(".keep_passkey"))
    except NotAPasskey as error:
        return _mine(error.code), 422


def _ask(site: Site, staff_id: str, action: str) -> str:
    home = house()
    with home.db.writing() as s:
        asked = keys.ask_to_add(s, home.vault, home.clock(), site, staff_id)
    session[ASKED] = asked.challenge
    return render_template(
        "staff/passkey_add.html", options=asked.options, action=action, at_most=keys.NAME_AT_MOST
    )


@pages.post("/passkeys/keep")
@door.staff()
def keep_passkey() -> Page:
    """Keep what the browser made."""
    site, home, form = _site(), house(), request.form
    challenge, problem = session.pop(ASKED, ""), ""
    with home.db.writing() as s:
        try:
            keys.add(
                s, home.vault, home.clock(), site, signed_in().id, challenge, form.get("credential", ""),
                form.get("name", ""),
            )  # fmt: skip
        except NotAPasskey as error:
            problem = error.code  # its challenge is used up all the same: this transaction commits
    if problem:
        return _mine(problem), 422
    flash("passkey_kept")
    return redirect(url_for(".passkeys"), 303)


@pages.post("/passkeys/<passkey_id>")
@door.staff()
def change_passkey(passkey_id: str) -> Response:
    """Another name for it, or take it away."""
    home, form = house(), request.form
    with home.db.writing() as s:
        if "remove" in form:
            done, told = keys.remove(s, home.clock(), signed_in().id, passkey_id), "passkey_gone"
        else:
            done = keys.rename(s, home.clock(), signed_in().id, passkey_id, form.get("name", ""))
            told = "passkey_named"
    if not done:
        abort(404)
    flash(told)
    return redirect(url_for(".passkeys"), 303)


@pages.post("/set-up/<token>/passkey")
@door.open
def set_up_passkey(token: str) -> Page:
    """Behind a link that sets an account up: ask this browser to make a passkey."""
    site, home = _site(), house()
    with home.db.reading() as s:
        found = staff_setup.setting_up(s, home.vault, home.clock(), token[:100])
    if found is None:
        return redirect(url_for(".set_up", token=token), 303)
    return _ask(site, found.staff_id, url_for(".keep_set_up_passkey", token=token))


@pages.post("/set-up/<token>/passkey/keep")
@door.open
def keep_set_up_passkey(token: str) -> Page:
    """Keep it, and use the link up: both or neither."""
    site, home, form = _site(), house(), request.form
    challenge = session.pop(ASKED, "")
    try:
        with home.db.writing() as s:
            staff = staff_setup.use(s, home.vault, home.clock(), token[:100], "account_set_up")
            if staff is not None:
                keys.add(
                    s, home.vault, home.clock(), site, staff.id, challenge, form.get("credential", ""),
                    form.get("name", ""),
                )  # fmt: skip
    except NotAPasskey:
        flash("passkey_wrong")
        return redirect(url_for(".set_up", token=token), 303)
    if staff is None:
        return redirect(url_for(".set_up", token=token), 303)
    flash("set_up")
    return redirect(url_for(".sign_in"), 303)
