"""A guest's own page: whose meeting it is, when and where, and whether they come.

A link alone shows nothing about anybody. A press, and for most the one thing that they know, opens the page for half
an hour in this browser.
"""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as Answer

from webapp.house import house
from webapp.i18n import gettext
from webapp.review.guests import ANSWERS
from webapp.services import access, guests_answering
from webapp.services.guests_answering import WHO, Found, Shown
from webapp.web import visiting
from webapp.web.guard import door
from webapp.web.pictures import picture
from webapp.web.respond.opening import waiting
from webapp.web.security import typed_words

pages = Blueprint("guests", __name__, url_prefix="/g")
Page = str | Answer | tuple[str, int]
OPENED = "guest"
"""In the browser's cookie: whose page is open, until when, and by which link."""
OPEN_FOR = dt.timedelta(minutes=30)


@pages.before_request
def _to_adults() -> None:
    g.who = WHO


@pages.route("/<token>", methods=("GET", "POST"))
@door.open
def front(token: str) -> Page:
    """What a link shows: the same for everybody, a dead one too. A press goes on."""
    found = _find(token)
    if request.method == "GET":
        return render_template("guests/front.html")
    if found is None:
        return _closed()
    if not found.asks:
        return _open(found, token)
    if "day" not in request.form and "fact" not in request.form:
        return render_template("respond/know.html", kind=found.asks, problem=None)
    problem, status = _try_fact(found)
    if problem:
        return render_template("respond/know.html", kind=found.asks, problem=problem), status
    return _open(found, token)


def _find(token: str) -> Found | None:
    home = house()
    found = None
    with home.db.reading() as s:
        try:
            found = guests_answering.find(s, home.vault, token)
        except access.Closed:
            return None
    g.language = visiting.language_of(found)
    return found


def _try_fact(found: Found) -> tuple[str | None, int]:
    form = request.form
    said = (
        f"{form.get('day', '')}-{form.get('month', '')}" if found.asks == "birthday" else form.get("fact", "")
    )
    home = house()
    wrong: Exception | None = None
    with home.db.writing() as s:
        try:
            guests_answering.say_fact(s, home.vault, found.id, said, home.clock())
        except (access.Unclear, access.Wrong, access.TooOften) as error:
            wrong = error
    if isinstance(wrong, access.TooOften):
        return waiting(wrong.seconds), 429
    if isinstance(wrong, access.Unclear):
        return gettext("We couldn't read that. Please type it again."), 422
    return (
        (gettext("That isn't what we have. You can try again, or ask the Review team."), 422)
        if wrong
        else (None, 200)
    )


def _open(found: Found, token: str) -> Answer:
    home = house()
    until = int((home.clock() + OPEN_FOR).timestamp())
    session[OPENED] = [home.vault.mark("guest", found.id), until, token]
    return redirect(url_for(".meeting"), 303)


def _closed() -> tuple[str, int]:
    """Nothing opens; what was typed on a page that stood open for too long is given back."""
    return render_template("guests/closed.html", words=typed_words()), 404


def _opened() -> tuple[Shown, str] | None:
    """The page that is open in this browser, with its link; None where there is none any more."""
    home, kept = house(), session.get(OPENED)
    if not isinstance(kept, list) or len(kept) != 3 or kept[1] < home.clock().timestamp():
        return None
    found = _find(str(kept[2]))
    if found is None or home.vault.marked("guest", str(kept[0])) != found.id:
        return None
    with home.db.reading() as s:
        try:
            return guests_answering.shown(s, home.vault, found.id, home.clock()), str(kept[2])
        except access.Closed:
            return None


@pages.get("/meeting")
@door.visit
def meeting() -> Page:
    """Whose meeting it is, when and where, the child's card, and what they answered."""
    opened = _opened()
    if opened is None:
        return _closed()
    return _page(opened[0])


def _page(shown: Shown, problem: str = "") -> Page:
    told = session.pop("guest_told", False)
    body = render_template(
        "guests/meeting.html", page=shown, problem=problem, told=told, picture=picture, stands=_stands(shown)
    )
    return (body, 422) if problem else body


def _stands(shown: Shown) -> str:
    """When and where, as this page says it: an answer is to that, and to nothing that came since."""
    return f"{shown.at.isoformat()} {shown.place}"


@pages.post("/meeting")
@door.visit
def answer() -> Page:
    """Whether they come; it replaces what they said before."""
    opened = _opened()
    if opened is None:
        return _closed()
    shown, home, form = opened[0], house(), request.form
    said = form.get("come", "")
    if said not in ANSWERS:
        return _page(shown, gettext("Please choose one."))
    if form.get("stood", _stands(shown)) != _stands(shown):
        return _page(shown, gettext("A meeting that you are invited to has changed. This is how it is now."))
    with home.db.writing() as s:
        kept = guests_answering.answer(
            s, home.vault, home.takers, shown.guest.row.id, said, form.get("part", ""), form.get("words", ""),
            home.clock(),
        )  # fmt: skip
    session["guest_told"] = kept
    return redirect(url_for(".meeting"), 303)


@pages.post("/meeting/calendar")
@door.visit
def entry() -> Page:
    """The meeting as a file for their calendar."""
    opened = _opened()
    if opened is None:
        return _closed()
    home = house()
    link = url_for(".front", token=opened[1], _external=False)
    body = guests_answering.entry(
        opened[0],
        home.authority,
        home.settings.public_url,
        home.settings.public_url.rstrip("/") + link,
        home.clock(),
    )
    made = Response(body, mimetype="text/calendar")
    made.headers["Content-Disposition"] = "attachment; filename=invitation.ics"
    return made
