"""To the authority's identity provider and back."""

from __future__ import annotations

import hmac

from flask import abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from webapp.house import house
from webapp.services import challenges, single_sign_on
from webapp.services.identity_provider import IdentityProvider, NotVouched
from webapp.web.guard import door
from webapp.web.staff import COOKIE, pages

ASKED = "oidc"
"""In the browser's cookie: the state of the request that this browser went to the provider with, and when."""
Page = Response | tuple[str, int]


def _provider() -> IdentityProvider:
    found = house().identity
    return found if found is not None else abort(404)


def _back() -> str:
    return house().settings.public_url.rstrip("/") + url_for(".oidc_back")


@pages.get("/oidc")
@door.open
def oidc() -> Page:
    """Off to the provider. Nothing is kept of it but in this browser's cookie."""
    provider, home = _provider(), house()
    state = single_sign_on.begin()
    try:
        to = provider.address(single_sign_on.proof(home.vault, state), _back(), home.clock())
    except NotVouched as error:
        return _refused(error.code)
    session[ASKED] = [state, int(home.clock().timestamp())]
    return redirect(to, 303)


@pages.get("/oidc/back")
@door.open
def oidc_back() -> Page:
    """Back from the provider with its answer: to this browser's own last request, in time, and for the first time."""
    provider, home = _provider(), house()
    state, at = session.pop(ASKED, None) or ("", 0)
    given, code = request.args.get("state", ""), request.args.get("code", "")
    now = home.clock()
    fresh = now.timestamp() - at < challenges.GOOD_FOR.total_seconds()
    if not (state and fresh and hmac.compare_digest(state.encode(), given.encode())):
        return _refused("state")
    if request.args.get("iss", provider.issuer) != provider.issuer:  # RFC 9207
        return _refused("token")
    if "error" in request.args or not code:
        return _refused("refused")
    with home.db.writing() as s:
        first = single_sign_on.first_answer(s, home.vault, now, state)
    if not first:
        return _refused("state")
    try:
        claims = provider.vouched(code[:4000], single_sign_on.proof(home.vault, state), _back(), now)
    except NotVouched as error:
        return _refused(error.code)
    with home.db.writing() as s:
        entered = single_sign_on.sign_in(s, home.vault, now, claims, session.get(COOKIE))
    if entered is None:
        return _refused("unknown")
    session.clear()
    session[COOKIE] = entered.token
    return redirect(url_for("staff.home"), 303)


def _refused(code: str) -> tuple[str, int]:
    home = house()
    page = render_template(
        "staff/oidc_refused.html", code=code, provider=home.authority.staff.oidc_called, ways=home.ways
    )
    return page, 503 if code == "away" else 403


@pages.get("/oidc/leave")
@door.open
def oidc_leave() -> Response:
    """Sign out at the provider too: for a computer that others use."""
    home = house()
    here = home.settings.public_url.rstrip("/") + url_for(".sign_in")
    return redirect(_provider().way_out(here, home.clock()) or url_for(".sign_in"), 303)
