"""What was asked for at any time: an officer's list and answer, and what the Review Unit helps to arrange."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.house import house
from webapp.services import asked_desk, translating
from webapp.services.asked_desk import NotNow, Whole
from webapp.web.guard import door
from webapp.web.staff import looked, not_yours, pages, signed_in

Page = str | Response | tuple[str, int]


@pages.get("/requests")
@door.staff("iro")
def requests() -> str:
    """What waits for my answer, and what I answered lately."""
    home = house()
    with home.db.reading() as s:
        waiting, done = asked_desk.of_officer(s, home.vault, signed_in().id)
    looked("list_requests", f"staff:{signed_in().id}")
    return render_template("staff/requests.html", waiting=waiting, done=done)


@pages.get("/requests/<request_id>")
@door.staff("iro")
def asked_request(request_id: str) -> str:
    """One request with its words. Opening it tells nobody that it was read: a stand-in, or a browser that loads pages
    ahead, opens it too.
    """
    found = _mine(request_id)
    looked("look_request", f"request:{request_id}", found.child_id)
    return _page(found)


def _mine(request_id: str) -> Whole:
    home = house()
    with home.db.reading() as s:
        found = asked_desk.whole(s, home.vault, signed_in().id, request_id)
    if found is None:
        not_yours("request", request_id)
    return found


def _page(found: Whole, problem: str = "", typed: str = "") -> str:
    home = house()
    with home.db.reading() as s:
        known = translating.of_request(s, home.vault, found.line.id, home.authority)
    return render_template(
        "staff/request.html", one=found, line=found.line, problem=problem, typed=typed, translations=known
    )


@pages.post("/requests/<request_id>/read")
@door.staff("iro")
def read_request(request_id: str) -> Response:
    """I have read this: whoever asked may read so, and when."""
    _mine(request_id)
    home = house()
    with home.db.writing() as s:
        asked_desk.see(s, request_id, signed_in().id, home.clock())
    flash("request_read")
    return redirect(url_for(".asked_request", request_id=request_id), 303)


@pages.post("/requests/<request_id>/answer")
@door.staff("iro")
def answer_request(request_id: str) -> Page:
    """Answer in words for whoever asked; with the second button it is closed as well."""
    found, home, words = _mine(request_id), house(), request.form.get("answer", "")
    try:
        with home.db.writing() as s:
            asked_desk.answer(
                s, home.vault, home.takers, request_id, signed_in().id, words, home.clock(),
                close="close" in request.form,
            )  # fmt: skip
    except NotNow as error:
        return _page(found, error.code, words), 422
    flash("answered")
    return redirect(url_for(".asked_request", request_id=request_id), 303)


@pages.post("/requests/<request_id>/close")
@door.staff("iro")
def close_request(request_id: str) -> Page:
    """It is dealt with, without more words."""
    found, home = _mine(request_id), house()
    try:
        with home.db.writing() as s:
            asked_desk.close(s, home.vault, home.takers, request_id, signed_in().id, home.clock())
    except NotNow as error:
        return _page(found, error.code), 422
    flash("request_closed")
    return redirect(url_for(".requests"), 303)


@pages.get("/unit/requests")
@door.staff("unit")
def unit_requests() -> str:
    """Who asked for an advocate or a review sooner. Never a word of it."""
    home = house()
    with home.db.reading() as s:
        found = asked_desk.of_unit(s, home.vault)
    looked("list_unit_requests", f"staff:{signed_in().id}")
    return render_template("staff/unit_requests.html", found=found)


@pages.post("/unit/requests/<request_id>/arranged")
@door.staff("unit")
def arrange_request(request_id: str) -> Response:
    """Somebody in the Unit has seen to it."""
    home = house()
    with home.db.writing() as s:
        done = asked_desk.arrange(s, home.vault, home.takers, request_id, signed_in().id, home.clock())
    flash("arranged" if done else "not_arranged")
    return redirect(url_for(".unit_requests"), 303)
