"""Behind the link that an administrator handed over: its person chooses what opens their account."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.house import house
from webapp.services import staff as sign_ins
from webapp.services import staff_setup
from webapp.services.staff import AccountError
from webapp.services.staff_setup import SettingUp
from webapp.web.guard import door
from webapp.web.staff import pages
from webapp.web.staff.account_pages import WRONG

Page = str | Response | tuple[str, int]


@pages.get("/set-up/<token>")
@door.open
def set_up(token: str) -> Page:
    """What the link is for. Looking changes nothing: mail scanners look too."""
    return _page(token, _found(token))


def _found(token: str) -> SettingUp | None:
    home = house()
    with home.db.reading() as s:
        return staff_setup.setting_up(s, home.vault, home.clock(), token[:100])


def _page(token: str, found: SettingUp | None, problem: str = "") -> Page:
    if found is None:
        return render_template("staff/set_up.html", found=None, problem=None), 404
    page = render_template(
        "staff/set_up.html", found=found, token=token, problem=WRONG.get(problem), picture=_picture(found),
        ways=house().ways,
    )  # fmt: skip
    return (page, 422) if problem else page


def _picture(found: SettingUp) -> str:
    """What an authenticator app scans, as an address of its own that needs no request."""
    import pyotp
    import segno

    uri = pyotp.TOTP(found.secret).provisioning_uri(name=found.username, issuer_name=house().authority.name)
    return str(
        segno.make(uri, error="m", micro=False).svg_data_uri(scale=5, border=3, light="#fff", dark="#000")
    )


@pages.post("/set-up/<token>")
@door.open
def try_set_up(token: str) -> Page:
    """Keep the password and the authenticator, once its code is right."""
    home, found = house(), _found(token)
    if found is None or "password" not in home.ways:
        return _page(token, None)
    password = request.form.get("password", "")
    try:
        sign_ins.check_password(password, found.username)
        if not sign_ins.step_of(found.secret, request.form.get("code", ""), home.clock()):
            raise AccountError("wrong_code")
        hashed = sign_ins.hashed(password)
        with home.db.writing() as s:
            done = staff_setup.with_password(
                s, home.vault, home.clock(), token, hashed, request.form.get("code", "")
            )
    except AccountError as error:
        return _page(token, found, error.code)
    if done is None:
        return _page(token, None)
    flash("set_up")
    return redirect(url_for(".sign_in"), 303)
