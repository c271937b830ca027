"""Always open: my officer, an advocate, a review sooner; after a decision "I disagree" and "talk to me about it"."""

from __future__ import annotations

from collections.abc import Iterable

from flask import abort, redirect, render_template, request, session
from markupsafe import Markup
from sqlalchemy.orm import Session

from webapp.house import House, house
from webapp.i18n import in_english, language
from webapp.review.requests import A_DAY, KINDS, Kind
from webapp.services import asking_for, officers_words, visits
from webapp.services.asking_for import Wish
from webapp.services.officers_words import Theirs
from webapp.store import new_id
from webapp.web import visiting
from webapp.web.fragments import address as url_for
from webapp.web.guard import door
from webapp.web.respond import pages, unsaved
from webapp.web.respond.booklet import Page, touch

SENT = "asked"
"""In the browser's cookie, until the next page: something was just asked for."""


@pages.route("/b/ask/<kind>", methods=("GET", "POST"))
@door.visit
def ask(kind: str) -> Page:
    """One thing to ask for. Nothing has to be filled in; a press is enough."""
    known = next((one for one in KINDS if one == kind), None)
    if known is None:
        return abort(404)
    with house().db.looking() as s:
        found = visiting.standing(s)
    if request.method == "POST":
        return _sent(found, known)
    if away := visiting.turned_away(found):
        return away
    assert found is not None
    if known not in asking_for.may_ask(found):
        return redirect(url_for(".shelf"), 303)
    touch(found)
    return _page(found, known)


def _page(found: visits.Standing, kind: Kind, problem: str = "") -> str:
    form = request.form
    return render_template(
        "respond/ask.html", kind=kind, row=found.row, whose=visiting.mark(found), problem=problem, most=A_DAY,
        called=visits.child_name(house().vault, found), authority=house().authority,
        press=form.get("press") or new_id(), words=form.get("words", ""), reach=form.get("w-reach", ""),
        wants=form.get("wants", ""),
    )  # fmt: skip


def _sent(found: visits.Standing | None, kind: Kind) -> Page:
    """Keep it, whatever the page looks like meanwhile: a visit that rests keeps it too, and shows nothing."""
    if (why := _why_not(found, kind)) or found is None:
        return unsaved.page(why or "unknown")
    home, form = house(), request.form
    wish = Wish(
        kind, form.get("words", ""), form.get("w-reach", ""), form.get("wants", ""), form.get("press", "")[:64],
        language=language(),
    )  # fmt: skip
    try:
        with home.db.writing() as s:
            asking_for.make(s, home.vault, home.authority, home.takers, found, wish, home.clock())
    except asking_for.TooMany:
        return _refused(found, kind, "too_often")
    except asking_for.TooLong:
        return _refused(found, kind, "too_long")
    if found.resting:
        session["saved"] = True
        return redirect(url_for(".rest"), 303)
    visiting.signs_of_life()
    session[SENT] = True
    return redirect(url_for(".asked"), 303)


def _refused(found: visits.Standing, kind: Kind, problem: str) -> Page:
    return unsaved.page("unfair", problem) if found.resting else (_page(found, kind, problem), 422)


def _why_not(found: visits.Standing | None, kind: Kind) -> str:
    """Why this visit may ask for nothing now, as `unsaved.why_not` says it; empty where it may."""
    if found is None or found.over or found.row.stage != "own":
        return "unknown"
    known = visiting.mark(found)
    if request.form.get("whose", known) != known:
        return "unknown"
    return "" if kind in asking_for.may_ask(found) else "closed"


@pages.get("/b/asked")
@door.visit
def asked() -> Page:
    """What I asked for, how far it is, and what my officer says."""
    home = house()
    with home.db.reading() as s:
        found = visiting.inside(s)
        mine = asking_for.own(s, home.vault, found, home.clock())
        said = {one.id: officers_words.paragraphs(one.answer) for one in mine}
        theirs = in_theirs(s, home, found, [text for texts in said.values() for text in texts])
    may = asking_for.may_ask(found)
    if not may:
        return redirect(url_for(".shelf"), 303)
    touch(found)
    return render_template(
        "respond/asked.html", mine=mine, row=found.row, may=may, sent=session.pop(SENT, False), staffs=of_staff(),
        called=visits.child_name(home.vault, found), said=said, theirs=theirs,
    )  # fmt: skip


def in_theirs(s: Session, home: House, found: visits.Standing, texts: Iterable[str]) -> Theirs:
    """These texts of the officer's in the language of this page, as far as somebody translated them."""
    row = found.row
    key = home.vault.key(row.child_key, f"child:{row.child_id}")
    return officers_words.theirs(
        s, home.vault, key, row.child_id, language(), texts, adult=row.who != "child"
    )


def of_staff() -> Markup:
    """The attributes of what staff typed, in English."""
    return in_english() or Markup(' dir="auto"')
