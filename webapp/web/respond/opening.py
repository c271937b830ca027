"""Coming in: the link or the code, the one thing they know, who reads it, and a secret of their own."""

from __future__ import annotations

import contextlib
import datetime as dt

from flask import g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as Answer

from webapp.house import house
from webapp.i18n import gettext, languages_for
from webapp.services import access, limits, own_secret, visits
from webapp.store import Consultation, Staff
from webapp.web import visiting
from webapp.web.guard import door
from webapp.web.pictures import picture
from webapp.web.respond import pages

Page = str | Answer | tuple[str, int]


@pages.route("/o/<token>", methods=("GET", "POST"))
@door.open
def open_link(token: str) -> Page:
    """A link from a message. Looking at it changes nothing, since messaging apps look at it too; a press opens it."""
    home = house()
    now = home.clock()
    if request.method == "GET":
        return _front(token, now)
    try:
        with home.db.looking() as s:
            link = access.find_link(s, home.vault, now, token=token)
        with home.db.keeping() as s:
            visiting.start_from(s, link, now)
    except access.Closed:
        return render_template("respond/closed.html"), 404
    return redirect(url_for(".know"), 303)


def _front(token: str, now: dt.datetime) -> str:
    """What a link shows, in the language of whom it is for. A dead link shows the same, in the browser's language."""
    home, who = house(), "child"
    with contextlib.suppress(access.Closed), home.db.looking() as s:
        link = access.find_link(s, home.vault, now, token=token)
        g.language = visiting.language_of(link)
        who = g.who = link.who
    return render_template("respond/open.html", link=token, languages=languages_for(who))


@pages.route("/code", methods=("GET", "POST"))
@door.open
def code() -> Page:
    """A code from a letter, typed. Tries are limited by address, and in all."""
    if request.method == "GET":
        return render_template("respond/code.html", problem=None)
    home = house()
    now = home.clock()
    address = home.vault.lookup("limit", f"address:{request.remote_addr}")
    everyone = home.vault.lookup("limit", "everyone")
    with home.db.reading() as s:
        wait = max(
            limits.try_again_in(s, now, "code", address), limits.try_again_in(s, now, "code_all", everyone)
        )
        if wait:
            return render_template("respond/code.html", problem=waiting(wait)), 429
        try:
            link = access.find_link(s, home.vault, now, code=access.read_code(request.form.get("code", "")))
        except access.Closed:
            link = None
    with home.db.writing() as s:
        if link is None:
            limits.failed(s, now, "code", address)
            limits.failed(s, now, "code_all", everyone)
        else:
            limits.passed(s, now, "code", address)
            visiting.start_from(s, link, now)
    if link is None:
        problem = gettext("That code doesn't open anything. Look at your letter and try again.")
        return render_template("respond/code.html", problem=problem), 422
    return redirect(url_for(".know"), 303)


@pages.route("/know", methods=("GET", "POST"))
@door.visit
def know() -> Page:
    """The one thing that this person knows."""
    home = house()
    with home.db.looking() as s:
        found = visiting.standing(s)
        if found is None or not found.open or found.resting:
            return visiting.turned_away(found) or redirect(url_for("public.start"), 303)
        if found.row.stage != "opened":
            return redirect(url_for(".secret"), 303)
        kind = access.fact_kind(s, home.vault, found.row.consultation_id)
    if request.method == "GET":
        return render_template("respond/know.html", kind=kind, who=found.row.who, problem=None)
    said = (
        f"{request.form.get('day', '')}-{request.form.get('month', '')}"
        if kind == "birthday"
        else request.form.get("fact", "")
    )
    problem, status = _try_fact(found, said)
    if problem is None:
        return redirect(url_for(".secret"), 303)
    return render_template("respond/know.html", kind=kind, who=found.row.who, problem=problem), status


def _try_fact(found: visits.Standing, said: str) -> tuple[str | None, int]:
    home = house()
    wrong: Exception | None = None
    with home.db.keeping() as s:
        try:
            access.say_fact(s, home.vault, found.row.visit_id, found.row.consultation_id, said, home.clock())
        except (access.Unclear, access.Wrong, access.TooOften) as error:
            wrong = error
    if isinstance(wrong, access.TooOften):
        return waiting(wrong.seconds), 429
    if isinstance(wrong, access.Unclear):
        return gettext("We couldn't read that. Please type it again."), 422
    if wrong:
        return gettext("That isn't what we have. You can try again, or ask the Review team."), 422
    return None, 200


def waiting(seconds: int) -> str:
    """Kind words for too many tries."""
    minutes = max(1, round(seconds / 60))
    if minutes > 120:
        return gettext("That was wrong too many times. To keep your words safe, please ring the Review team.")
    return gettext(
        "That was wrong too many times. Please wait %(minutes)s minutes, then try again.", minutes=minutes
    )


@pages.route("/secret", methods=("GET", "POST"))
@door.visit
def secret() -> Page:
    """Set a secret before the first answer, after reading who will see it; later, give it."""
    home = house()
    with home.db.looking() as s:
        found = visiting.standing(s)
        if found is None or not found.open or found.resting or found.row.stage == "opened":
            return visiting.turned_away(found) or redirect(url_for("public.start"), 303)
        if found.row.stage == "own":
            return redirect(url_for(".shelf"), 303)
    kind = found.row.secret_kind
    if kind == "worker" and not found.row.helper_staff_id:
        return render_template("respond/with_worker.html", unit=home.authority)
    if kind == "worker":
        return _with_worker(found)
    return _give(found, kind) if kind else _set(found)


def _with_worker(found: visits.Standing) -> Page:
    """No secret but the worker: a press by the two of them opens it, where it is the worker who began it."""
    home = house()
    if request.method == "GET":
        return render_template("respond/together_again.html")
    try:
        with home.db.writing() as s:
            asked = s.get_one(Consultation, found.row.consultation_id, with_for_update=True)
            own_secret.worker_opens(s, found.row.visit_id, asked, home.clock())
    except access.Closed:
        return render_template("respond/with_worker.html", unit=home.authority), 403
    return redirect(url_for(".shelf", go=1), 303)


def _give(found: visits.Standing, kind: str) -> Page:
    home = house()
    if request.method == "GET":
        return _secret_page("respond/secret_give.html", kind, None)
    wrong: Exception | None = None
    with home.db.keeping() as s:
        try:
            own_secret.give_secret(
                s,
                home.vault,
                found.row.visit_id,
                found.row.consultation_id,
                _typed_secret(kind),
                home.clock(),
            )
        except (access.Wrong, access.TooOften) as error:
            wrong = error
    if isinstance(wrong, access.TooOften):
        return _secret_page("respond/secret_give.html", kind, waiting(wrong.seconds)), 429
    if wrong:
        problem = gettext("That isn't it. You can try again. If you forgot it, the Review team can help.")
        return _secret_page("respond/secret_give.html", kind, problem), 422
    return redirect(url_for(".shelf", go=1), 303)


def _set(found: visits.Standing) -> Page:
    home = house()
    start = "pictures" if found.row.who == "child" else "pin"
    kind = request.values.get("kind", start)
    kind = kind if kind in ("pictures", "pin") or (kind == "worker" and found.row.helper_staff_id) else start
    if "ok" in request.form:
        return redirect(url_for(".secret", kind=start), 303)
    if request.method == "GET" and "kind" not in request.args:
        return render_template(
            "respond/before.html", who=found.row.who, helper=found.row.helper_staff_id, reset=found.row.secret_reset_at,
        )  # fmt: skip
    if request.method == "GET":
        return _secret_page("respond/secret_set.html", kind, None, _helper(found))
    try:
        with home.db.writing() as s:
            own_secret.set_secret(
                s, home.vault, home.booklets, found.row.visit_id, found.row.consultation_id,
                kind, _typed_secret(kind), home.clock(),
            )  # fmt: skip
    except access.Wrong:
        problem = (
            gettext("Please choose three pictures.") if kind == "pictures"
            else gettext("Please type 4 to 8 numbers. They can't all be the same.")
        )  # fmt: skip
        return _secret_page("respond/secret_set.html", kind, problem, _helper(found)), 422
    except access.Closed:  # another tab was quicker, or it was cleared: only a newer link opens it
        with home.db.reading() as s:
            now = visiting.standing(s)
        if now is not None and now.row.secret_kind is None:
            return render_template("respond/closed.html"), 403
        return redirect(url_for(".secret"), 303)
    return redirect(url_for(".shelf", go=1), 303)


def _helper(found: visits.Standing) -> str:
    """The name of the worker who sits beside them; empty where nobody does."""
    if not found.row.helper_staff_id:
        return ""
    with house().db.reading() as s:
        return s.get_one(Staff, found.row.helper_staff_id).name


def _typed_secret(kind: str) -> str:
    return (
        " ".join(request.form.getlist("picture"))
        if kind == "pictures"
        else own_secret.read_pin(request.form.get("pin", ""))
    )


def _secret_page(template: str, kind: str, problem: str | None, helper: str = "") -> str:
    words = {
        "sun": gettext("Sun"), "moon": gettext("Moon"), "star": gettext("Star"), "tree": gettext("Tree"),
        "flower": gettext("Flower"), "fish": gettext("Fish"), "boat": gettext("Boat"), "house": gettext("House"),
        "kite": gettext("Kite"), "ball": gettext("Ball"), "key": gettext("Key"), "cup": gettext("Cup"),
        "cloud": gettext("Cloud"), "apple": gettext("Apple"), "heart": gettext("Heart"),
        "umbrella": gettext("Umbrella"),
    }  # fmt: skip
    pictures = [(name, words[name], picture(name)) for name in own_secret.PICTURES]
    return render_template(template, kind=kind, problem=problem, pictures=pictures, helper=helper)


@pages.get("/rest")
@door.visit
def rest() -> Page:
    """The visit has rested too long and shows nothing. It lives on, so that another tab can still save its words."""
    with house().db.reading() as s:
        found = visiting.standing(s)
    if found is not None and found.open and not found.resting:
        return redirect(url_for(".shelf"), 303)
    saved = session.pop("saved", None)
    if found is None or not found.open:
        visiting.forget()
    return render_template("respond/rest.html", saved=saved)
