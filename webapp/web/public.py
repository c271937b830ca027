"""Pages that anyone may read, the call for help, and the quick way out."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from pathlib import Path
from typing import get_args

from babel import Locale
from babel.dates import format_date
from flask import Blueprint, abort, g, redirect, render_template, request, session, url_for
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from config import ROOT
from webapp import logs
from webapp.booklet.answers import free_texts
from webapp.booklet.definition import ID
from webapp.clock import london
from webapp.house import house
from webapp.i18n import COOKIE, SPOKEN, covers, language, languages_for
from webapp.services import access, answering, visits, working, worries
from webapp.services.picture_check import Kind
from webapp.store import Worry
from webapp.web import visiting
from webapp.web.guard import door
from webapp.web.looks import back_to
from webapp.web.security import typed_words

pages = Blueprint("public", __name__)
Page = str | Response | tuple[str, int]
YEAR = 365 * 86_400
JUST_CALLED = "j"
"""In the browser's cookie, until the next page: the id of the worry that was raised from a page without a visit."""
CALLED = "h"
"""In the browser's cookie: the id of the worry it raised or added to, and whether it raised it."""


@pages.get("/")
@door.open
def start() -> Page:
    """What this is, and the way in."""
    return render_template(
        "public/start.html", authority=house().authority, demo=house().settings.demo, languages=_languages()
    )


@pages.get("/help")
@door.open
def help() -> Page:
    """Who to turn to, now."""
    return render_template("public/help.html", authority=house().authority)


@pages.get("/lost-link")
@door.open
def lost_link() -> Page:
    """Lost link, forgotten secret: the same words for everyone."""
    return render_template("public/lost_link.html", authority=house().authority)


@pages.route("/language", methods=("GET", "POST"))
@door.open
def choose_language() -> Page:
    """Choose a language, and go back to the page from which this one was opened.

    It is kept in a cookie that says nothing else, and for who is in a booklet or comes in next: their messages, letters
    and other devices follow.
    """
    code, home = request.form.get("language", ""), house()
    if request.method == "GET" or code not in home.authority.languages:
        to = request.form.get("to", request.referrer or "")
        page = render_template("public/language.html", back=back_to(to), languages=_languages())
        return page, 200 if request.method == "GET" else 422
    with home.db.writing() as s:
        found = visiting.standing(s)
        if found is None:
            visiting.choose(code)
        elif covers(code, found.row.who):
            if session.get(
                visiting.TYPING
            ):  # whoever types a paper reads it so; the person asked for nothing
                session[SPOKEN] = code
                return redirect(back_to(request.form.get("to", "")), 303)
            if code != found.row.language:
                actor = f"visit:{found.row.visit_id}"
                access.speak(s, found.row.consultation_id, code, actor, found.row.child_id, home.clock())
            session[SPOKEN] = code
    answer = redirect(back_to(request.form.get("to", "")), 303)
    answer.set_cookie(
        COOKIE, code, max_age=YEAR, httponly=True, samesite="Lax",
        secure=home.settings.public_url.startswith("https://"),
    )  # fmt: skip
    return answer


def _languages() -> list[tuple[str, str]]:
    """Code and own name of each language that may be chosen here: of who is in a booklet, those that cover it."""
    who = "child"
    if visiting.COOKIE in session:
        with house().db.looking() as s:
            found = visiting.standing(s)
        who = found.row.who if found else who
    return languages_for(who)


@pages.get("/exit")
@door.open
def leave() -> Page:
    """Leave quickly: the visit is over on the server, the browser keeps nothing, and a dull page comes up.

    The one GET that changes anything: it must work from an address bar and without a script.
    """
    try:
        _end_visits()
    except SQLAlchemyError as error:  # whatever is broken here, whoever must leave gets away
        logs.get("web").error("exit_failed", **logs.trouble(error))
    visiting.forget()
    return redirect(house().authority.exit_to, 303)


def _end_visits() -> None:
    home = house()
    if session.get(visiting.COOKIE):
        with home.db.writing() as s:
            found = visiting.standing(s)
            if found is not None:
                access.end(s, found.row.visit_id, home.clock())
    if session.get("staff"):
        from webapp.web import staff

        staff.leave()


@pages.route("/not-safe", methods=("GET", "POST"))
@door.open
def not_safe() -> Page:
    """I'm not safe. A press always raises a worry where we know whose booklet this is; what was typed is kept too."""
    home = house()
    now = home.clock()
    g.booklet = _asked_at("of")
    if request.method == "POST":
        with home.db.writing() as s:
            found = visiting.standing(s)
            raised = _call_by_link(s, found, now) or _call_by_page(s, found, now)
            worry_id = _call(s, found, now) if found and not raised else None
        g.told = raised
        if found and worry_id:
            g.told = True
            _keep_typed(found, worry_id)
        left = (
            any(request.form.get(kind) for kind in get_args(Kind)) or None
        )  # the press carries a file's name alone
        return redirect(
            url_for(".not_safe", of=g.booklet or None, at=_asked_at("at") or None, left=left and 1), 303
        )
    with home.db.reading() as s:
        found = visiting.standing(s)
        theirs = _their_worry(s, found)
        worry = theirs or _just_called(s)
        iro_told = worry is not None and worries.iro_is_told(s, worry.review_id)
    truth = worries.truth_for(home.authority, now)
    opens = truth.opens_at
    day = "" if opens.date() == london(now).date() else format_date(
        opens, "EEEE", locale=Locale.parse(language(), sep="-")
    )  # fmt: skip
    return render_template(
        "public/not_safe.html", authority=home.authority, known=found is not None, worry=worry, truth=truth,
        opens_day=day, opens_time=f"{opens.hour}:{opens:%M}", iro_told=iro_told, of=g.booklet,
        at=_asked_at("at"), theirs=theirs is not None,
    )  # fmt: skip


def _call_by_link(s: Session, found: visits.Standing | None, now: dt.datetime) -> bool:
    """Raise the worry of whoever presses on the page of a good link that they haven't opened.

    Nothing afterwards says that the link was good: the page is a stranger's.
    """
    home, token = house(), request.form.get("link", "")
    if not token:
        return False
    try:
        link = access.find_link(s, home.vault, now, token=token)
    except access.Closed:
        return False
    if found is not None and found.row.consultation_id == link.consultation_id:
        return False
    worries.raise_worry(
        s, home.vault, home.authority, consultation_id=link.consultation_id, recognised=False, now=now
    )
    return True


def _call_by_page(s: Session, found: visits.Standing | None, now: dt.datetime) -> bool:
    """Raise the worry of whoever pressed on a page whose visit was ended in another tab, or gave way to another's.

    The page that comes up says once that we tell people; then it is a stranger's again.
    """
    home, whose = house(), visiting.called_from()
    if whose is None or (found is not None and found.row.consultation_id == whose):
        return False
    worry = worries.raise_worry(s, home.vault, home.authority, consultation_id=whose, now=now)
    if words := typed_words():
        worries.add_words(s, home.vault, worry.id, words, now)
    session[JUST_CALLED] = worry.id
    return True


def _just_called(s: Session) -> Worry | None:
    worry_id = session.pop(JUST_CALLED, None)
    return s.get(Worry, worry_id) if worry_id else None


def _asked_at(name: str) -> str:
    """The booklet (`of`) or the question (`at`) on whose page the button was pressed: where they go back to."""
    found = request.args.get(name, "")
    return found if ID.fullmatch(found) else ""


def _call(s: Session, found: visits.Standing, now: dt.datetime) -> str:
    """Raise the worry; whatever ended or stopped the visit since doesn't stop a call for help.

    The browser remembers its call.
    """
    home = house()
    before = worries.latest_of(s, found.row.consultation_id, now)
    worry = worries.raise_worry(
        s, home.vault, home.authority, consultation_id=found.row.consultation_id, visit_id=found.row.visit_id,
        recognised=found.row.stage != "opened", booklet_id=found.row.booklet_id,
        question_id=_asked_at("at") or None, now=now,
    )  # fmt: skip
    session[CALLED] = [worry.id, before is None or before.id != worry.id]
    return worry.id


def _their_worry(s: Session, found: visits.Standing | None) -> Worry | None:
    """The worry that this page may speak of: who only holds the link isn't told of a call that somebody else made."""
    if found is None:
        return None
    worry = worries.latest_of(s, found.row.consultation_id, house().clock())
    return worry if worry and (found.own or worry.id == session.get(CALLED, [""])[0]) else None


def _keep_typed(found: visits.Standing, worry_id: str) -> None:
    """What stood in the question's form when the button was pressed is saved like any answer.

    What can't be (too long, on hold, ended, the review is over) goes to the worry: no words typed in danger are lost.
    """
    from webapp.web.respond import adding, fields, helped
    from webapp.web.respond.booklet import Sitting, save

    home = house()
    known = visiting.mark(found)
    if "asking" in request.args and request.form.get("whose", known) == known:
        if words := typed_words():
            with home.db.writing() as s:
                worries.add_words(s, home.vault, worry_id, words, home.clock())
        return
    if (
        found.row.stage != "own"
        or found.row.response_id is None
        or request.form.get("whose", known) != known
        or not any(
            request.form.get(name)
            for name in request.form
            if name not in ("csrf_token", "see", "back", "whose", "link", helped.FIELD, *adding.FIELDS)
        )
    ):
        return
    with home.db.reading() as s:
        sitting = Sitting(s, found)
        asked = next((q for q in sitting.booklet.questions if q.id == request.args.get("at")), None)
        if asked is None:
            return
        sitting.with_rows(s, asked)
    with contextlib.suppress(answering.Ended):
        if found.open and not found.closed and save(sitting, asked) is None:
            return
    if words := "\n\n".join(free_texts(*fields.read(asked, request.form, sitting.heard))):
        with home.db.writing() as s:
            worries.add_words(s, home.vault, worry_id, words, home.clock())


@pages.post("/not-safe/words")
@door.visit
def not_safe_words() -> Page:
    """What they add, or that it was a mistake. The worry stands either way.

    A mistake counts from who raised it or gave their secret: nobody else can call it one.
    """
    home = house()
    now = home.clock()
    with home.db.writing() as s:
        found = visiting.standing(s)
        worry = _their_worry(s, found)
        if found is None or worry is None:
            return redirect(url_for(".not_safe"), 303)
        if "mistake" not in request.form:
            if words := request.form.get("words", "").strip():
                worries.add_words(s, home.vault, worry.id, words, now)
        elif found.own or session.get(CALLED) == [worry.id, True]:
            worries.mark_mistake(s, worry.id, now)
    return redirect(url_for(".not_safe", told=1, of=_asked_at("of") or None, at=_asked_at("at") or None), 303)


@pages.get("/schemas/")
@door.open
def schemas() -> Page:
    """Every published schema with its example, as JSON."""
    listed = [
        {
            "id": json.loads(file.read_text("utf-8"))["$id"],
            "schema": url_for(".schema", name=name),
            "example": url_for(".schema_example", name=name) if name in _published("examples") else None,
        }
        for name, file in sorted(_published().items())
    ]
    return Response(json.dumps({"schemas": listed}), mimetype="application/json")


@pages.get("/schemas/openapi.yaml")
@door.open
def openapi() -> Page:
    """What case systems and we call at each other."""
    return Response((ROOT / "static" / "schemas" / "openapi.yaml").read_bytes(), mimetype="application/yaml")


@pages.get("/schemas/<name>.json")
@door.open
def schema(name: str) -> Page:
    """A published schema of what comes in or goes out."""
    return _served(_published(), name, "application/schema+json")


@pages.get("/schemas/examples/<name>.json")
@door.open
def schema_example(name: str) -> Page:
    """A made-up record as that schema has it."""
    return _served(_published("examples"), name, "application/json")


def _published(below: str = "") -> dict[str, Path]:
    return {file.stem: file for file in (ROOT / "static" / "schemas" / below).glob("*.json")}


def _served(known: dict[str, Path], name: str, mimetype: str) -> Page:
    if name not in known:
        abort(404)
    return Response(json.dumps(json.loads(known[name].read_text("utf-8"))), mimetype=mimetype)


@pages.get("/healthz")
@door.open
def healthz() -> Page:
    """Alive: for whatever watches the service. Says nothing else."""
    with house().db.reading() as s:
        s.connection()
    return Response("ok", mimetype="text/plain")


@pages.get("/healthz/worker")
@door.open
def healthz_worker() -> Page:
    """Whether a worker ran in the last minutes, for whatever watches the service: without one no alert goes out."""
    home = house()
    with home.db.reading() as s:
        last = working.last_beat(s)
    alive = last is not None and home.clock() - last <= working.DEAD_AFTER
    return Response("ok" if alive else "silent", 200 if alive else 503, mimetype="text/plain")
