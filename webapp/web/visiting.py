"""The visit behind this request's cookie: read once, and what to say where there is none."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import abort, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from webapp import i18n
from webapp.booklet.definition import ID
from webapp.house import house
from webapp.services import access, visits
from webapp.services.access import Opened
from webapp.store import Query

COOKIE = "v"
CSRF = "csrf_token"
"""Where flask-wtf keeps the token against forgery in the browser's cookie."""


NEEDED = "look"
"""In the browser's cookie: the look that who is in needs, as the case system has it, until they choose another."""
LOOKS = {"easy_read": "easy", "large_print": "big"}
NEAR = "near"
"""In the browser's cookie: there is somebody to turn to where this child lives, who `near` names."""
CHOSEN = "chosen"
"""In the browser's cookie: the language that was pressed while it held no visit, and when; for whoever is next."""
CHOSEN_FOR = 15 * 60
"""Seconds that this is taken for a choice of who comes in next: later it may have been somebody else's."""


def start(opened: Opened, language: str, who: str, format: str, near: bool) -> None:
    """Give the browser a new visit in this language, and in the look that its person needs where none was chosen.

    Whatever it held before is dropped (no fixation: A10).
    """
    session.clear()
    session[COOKIE] = opened.token
    session[i18n.SPOKEN] = language
    session[i18n.WHO] = who
    if format in LOOKS:
        session[NEEDED] = LOOKS[format]
    if near:
        session[NEAR] = True


def choose(language: str) -> None:
    """A language is pressed in a browser that holds no visit."""
    session[CHOSEN] = [language, int(house().clock().timestamp())]


def _chosen() -> str | None:
    language, at = session.get(CHOSEN) or ("", 0)
    return language if house().clock().timestamp() - at <= CHOSEN_FOR else None


def language_of(asked: Any) -> str:
    """The language of the pages of this person, of whom `language` and `who` are known: what was pressed a moment ago,
    else their own, else (English is nobody's choice) what was chosen in this browser some time.
    """
    own = asked.language if asked.language != "en" else request.cookies.get(i18n.COOKIE, "en")
    return i18n.spoken(_chosen() or own, asked.who, house().authority.languages)


def start_from(query: Query, link: Any, now: dt.datetime) -> None:
    """Give the browser a new visit through this link; the one that it had is over on the server too.

    The token against forgery stays where the same person comes in again: what they typed in another tab before
    can still be saved. For anybody else it is new, so that nobody's words land in another's booklet (A12).
    """
    home = house()
    before = standing(query)
    same = before is not None and before.row.consultation_id == link.consultation_id
    token = session.get(CSRF) if same else None
    if before is not None:
        access.end(query, before.row.visit_id, now)
    language, opened = language_of(link), access.begin(query, home.vault, link, now)
    if _chosen() == language != link.language:
        access.speak(query, link.consultation_id, language, f"visit:{opened.visit_id}", link.child_id, now)
    start(opened, language, link.who, link.format, bool(link.near))
    if token:
        session[CSRF] = token


STAFF = "staff"
"""Where the staff's sign-in lies in the browser's cookie."""
TYPING = "typing"
"""In the browser's cookie: staff type a booklet on paper, and every page says so."""


def start_typing(opened: Opened, language: str, who: str, sign_in: str) -> None:
    """The same for staff who type what came back on paper; their sign-in waits in the cookie for the way back."""
    start(opened, language, who, "standard", near=False)
    session[STAFF], session[TYPING] = sign_in, True


def back_to_staff() -> None:
    """The booklet is closed, and the browser holds the sign-in alone, as before."""
    sign_in = session.get(STAFF)
    session.clear()
    if sign_in:
        session[STAFF] = sign_in


def forget() -> None:
    """The browser holds nothing of ours any more; the page that says so is still in its language."""
    i18n.language()
    session.clear()


def standing(db_session: Any) -> visits.Standing | None:
    """Where this browser's visit stands; None where it has none."""
    token = session.get(COOKIE)
    if not isinstance(token, str):
        return None
    home = house()
    found = visits.find(
        db_session, home.vault, token, home.clock(), dt.timedelta(minutes=home.authority.idle_minutes),
        which(),
    )  # fmt: skip
    g.visit = found.row.visit_id if found else None
    g.who = found.row.who if found else "child"
    g.whose = mark(found) if found and found.own else ""
    return found


def near() -> dict[str, dict[str, str]]:
    """Who to turn to where the child lives who is in this browser. The database is asked only where there are any."""
    if not session.get(NEAR):
        return {}
    if "near" not in g:
        home = house()
        with home.db.looking() as s:
            found = standing(s)
            g.near = visits.near(s, home.vault, found) if found else {}
    told: dict[str, dict[str, str]] = g.near
    return told


def which() -> str:
    """The id of the booklet that this request is about; empty where it is about none, or names what can't be one."""
    name: str = g.get("booklet", "")
    return name if ID.fullmatch(name) else ""


def turned_away(found: visits.Standing | None) -> Response | None:
    """Where to go instead of a booklet page; None where the visit may see answers."""
    if found is None or not found.open:
        return redirect(url_for("public.start"), 303)
    if found.resting:
        return redirect(url_for("respond.rest"), 303)
    if found.row.stage == "opened":
        return redirect(url_for("respond.know"), 303)
    if found.row.stage == "known":
        return redirect(url_for("respond.secret"), 303)
    if g.get("booklet") and found.row.response_id is None:  # none of theirs
        return redirect(url_for("respond.shelf"), 303)
    return None


def inside(db_session: Any) -> visits.Standing:
    """The visit that may see answers; whoever has none is led to where they come in."""
    found = standing(db_session)
    if away := turned_away(found):
        abort(away)
    assert found is not None
    return found


def mark(found: visits.Standing) -> str:
    """Says in a form whose booklet its page was of, to us alone: what is typed there lands in no other (A12), and a
    call for help from it reaches us whatever became of the visit.
    """
    return house().vault.mark("form", found.row.consultation_id)


def called_from() -> str | None:
    """The consultation on whose page this request's button was pressed, whatever became of its visit since."""
    return house().vault.marked("form", request.form.get("whose", ""))


def proves(endpoint: str | None) -> bool:
    """True where what this form says of whose it was shows that a page of ours sent it, and to whom.

    Words are saved into no booklet but that of the visit that is in now; a call for help needs no visit.
    """
    whose = called_from()
    if whose is None or endpoint not in ("respond.question", "respond.ask", "public.not_safe"):
        return False
    if endpoint == "public.not_safe":
        return True
    with house().db.looking() as s:
        found = standing(s)
    return found is not None and found.own and found.row.consultation_id == whose


def signs_of_life() -> None:
    """The cookie is signed anew, so that it outlives the visit that it opens."""
    session.modified = True
