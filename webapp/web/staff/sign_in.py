"""Signing in with password and code, and out."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from webapp.house import house
from webapp.services import staff as accounts
from webapp.services.staff import Entered, Refused
from webapp.web.guard import door
from webapp.web.staff import COOKIE, leave, of_request, pages, signed_in


@pages.get("/sign-in")
@door.open
def sign_in() -> str | Response:
    """The form; somebody who is signed in goes to their first page."""
    if of_request() is not None:
        return redirect(url_for("staff.home"), 303)
    return render_template(
        "staff/sign_in.html", ended=session.pop("ended", False), problem="", wait=0, username="", **_ways()
    )


def _ways() -> dict[str, object]:
    home = house()
    return {"ways": home.ways, "provider": home.authority.staff.oidc_called}


@pages.post("/sign-in")
@door.open
def try_sign_in() -> Response | tuple[str, int]:
    """Try to sign in. Unknown name, wrong password and wrong code get the same words after the same work."""
    if "password" not in house().ways:
        abort(404)
    username, password, code = (request.form.get(name, "") for name in ("username", "password", "code"))
    username = username.replace("\0", "")[:80]
    if not (username.strip() and password and code.strip()):
        return _again("empty", username)
    found = _check(username, password, code)
    if isinstance(found, Refused):
        return _again("wait" if found.wait else "wrong", username, found.wait)
    session.clear()
    session[COOKIE] = found.token
    return redirect(url_for("staff.home"), 303)


def _check(username: str, password: str, code: str) -> Entered | Refused:
    home = house()
    address = request.remote_addr or ""
    with home.db.reading() as s:
        wait = accounts.wait_before_sign_in(s, home.vault, home.clock(), username, address)
        known = accounts.account(s, username)
    if wait:
        return Refused(wait)
    right = accounts.password_is_right(known, password)
    with home.db.writing() as s:
        return accounts.sign_in(
            s, home.vault, home.clock(), username, known, right, code, address, session.get(COOKIE)
        )


def _again(problem: str, username: str, wait: int = 0) -> tuple[str, int]:
    page = render_template(
        "staff/sign_in.html", ended=False, problem=problem, wait=wait, username=username, **_ways()
    )
    return page, 429 if problem == "wait" else 422


@pages.post("/sign-out")
@door.staff()
def sign_out() -> Response:
    """End the sign-in on the server, and leave the browser with nothing."""
    leave()
    by = signed_in().way
    session.clear()
    if by == "oidc":
        flash("left_oidc")
    return redirect(url_for("staff.sign_in"), 303)


@pages.get("/<path:rest>")
@door.staff()
def nowhere(rest: str) -> Response:
    """An address under /staff that is none: the staff's own page says so, not the children's."""
    abort(404)
