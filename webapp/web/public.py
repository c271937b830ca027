"""Pages that anyone may read, the call for help, and the quick way out."""

from __future__ import annotations

import json

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from config import ROOT
from webapp.house import house
from webapp.i18n import language_names
from webapp.services import access, worries
from webapp.web import visiting
from webapp.web.guard import door

pages = Blueprint("public", __name__)
Page = str | Response | tuple[str, int]
YEAR = 365 * 86_400


@pages.get("/")
@door.open
def start() -> Page:
    """What this is, and the way in."""
    return render_template("public/start.html", authority=house().authority, demo=house().settings.demo)


@pages.get("/help")
@door.open
def help() -> Page:
    """Who to turn to, now."""
    return render_template("public/help.html", authority=house().authority)


@pages.get("/who-sees")
@door.open
def who_sees() -> Page:
    """Who reads what is written here, and when it may be shared."""
    return render_template("public/who_sees.html", authority=house().authority)


@pages.get("/lost-link")
@door.open
def lost_link() -> Page:
    """Lost link, forgotten secret: the same words for everyone."""
    return render_template("public/lost_link.html", authority=house().authority)


@pages.route("/language", methods=("GET", "POST"))
@door.open
def choose_language() -> Page:
    """Choose a language; kept in a cookie that says nothing else."""
    offered = house().authority.languages
    if request.method == "POST" and request.form.get("language") in offered:
        answer = redirect(url_for(".start" if visiting.COOKIE not in session else "respond.home"), 303)
        answer.set_cookie(
            "language", request.form["language"], max_age=YEAR, httponly=True, samesite="Lax",
            secure=house().settings.public_url.startswith("https://"),
        )  # fmt: skip
        return answer
    return render_template(
        "public/language.html", languages=[(code, language_names(code)) for code in offered]
    )


@pages.get("/exit")
@door.open
def leave() -> Page:
    """Leave quickly: the visit is over on the server, the browser keeps nothing, and a dull page comes up.

    The one GET that changes anything (design 7): it must work from an address bar and without a script.
    """
    home = house()
    if session.get(visiting.COOKIE):
        with home.db.writing() as s:
            found = visiting.standing(s)
            if found is not None:
                access.end(s, found.row.visit_id, home.clock())
    if session.get("staff"):
        from webapp.web import staff

        staff.leave()
    visiting.forget()
    return redirect(home.authority.exit_to, 303)


@pages.route("/not-safe", methods=("GET", "POST"))
@door.open
def not_safe() -> Page:
    """I'm not safe. A press always raises a worry where we know whose booklet this is; what was typed is kept too."""
    home = house()
    now = home.clock()
    if request.method == "GET":
        with home.db.reading() as s:
            found = visiting.standing(s)
            worry = worries.latest_of(s, found.row.consultation_id, now) if found and found.open else None
        return render_template(
            "public/not_safe.html", authority=home.authority, known=bool(found and found.open), worry=worry,
            truth=worries.truth_for(home.authority, now), who=found.row.who if found else "",
        )  # fmt: skip
    with home.db.writing() as s:
        found = visiting.standing(s)
        if found is not None and found.open:
            worries.raise_worry(
                s, home.vault, home.authority, consultation_id=found.row.consultation_id, visit_id=found.row.visit_id,
                recognised=found.row.stage != "opened", question_id=request.args.get("at", "")[:40] or None, now=now,
            )  # fmt: skip
    if found is not None and found.own and request.args.get("at"):
        _keep_typed(request.args["at"])
    return redirect(url_for(".not_safe"), 303)


def _keep_typed(question_id: str) -> None:
    """What stood in the question's form when the button was pressed is saved like any answer, if it is a fair one."""
    from webapp.web.respond.booklet import Sitting, save

    home = house()
    with home.db.reading() as s:
        found = visiting.standing(s)
        if found is None or not found.own or found.closed:
            return
        sitting = Sitting(s, found)
        asked = sitting.question(question_id)
        if asked is None or not any(
            request.form.get(name) for name in request.form if name not in ("csrf_token", "see", "back")
        ):
            return
        sitting.with_rows(s, asked)
    save(sitting, asked)


@pages.post("/not-safe/words")
@door.visit
def not_safe_words() -> Page:
    """What they add, or that it was a mistake. The worry stands either way."""
    home = house()
    now = home.clock()
    with home.db.writing() as s:
        found = visiting.standing(s)
        worry = worries.latest_of(s, found.row.consultation_id, now) if found and found.open else None
        if worry is None:
            return redirect(url_for(".not_safe"), 303)
        if "mistake" in request.form:
            worries.mark_mistake(s, worry.id, now)
        elif words := request.form.get("words", "").strip():
            worries.add_words(s, home.vault, worry.id, words[:5000], now)
    return redirect(url_for(".not_safe", told=1), 303)


@pages.get("/schemas/<name>.json")
@door.open
def schema(name: str) -> Page:
    """The published schemas of what comes in and goes out."""
    known = {file.stem: file for file in (ROOT / "static" / "schemas").glob("*.json")}
    if name not in known:
        abort(404)
    return Response(
        json.dumps(json.loads(known[name].read_text("utf-8"))), mimetype="application/schema+json"
    )


@pages.get("/healthz")
@door.open
def healthz() -> Page:
    """Alive: for whatever watches the service. Says nothing else."""
    with house().db.reading() as s:
        s.connection()
    return Response("ok", mimetype="text/plain")
