"""Booklets that came back on paper: written down, sealed pages handed on unopened, the rest keyed in."""

from __future__ import annotations

from flask import flash, redirect, request, session, url_for
from werkzeug.wrappers import Response as Answer

from webapp.house import house
from webapp.i18n import spoken
from webapp.services import on_paper
from webapp.store import Consultation, PaperBooklet
from webapp.web import visiting
from webapp.web.guard import door
from webapp.web.staff import COOKIE, not_yours, pages, signed_in
from webapp.web.staff.unit import asked_person


@pages.post("/unit/reviews/<review_id>/paper/<consultation_id>")
@door.staff("unit")
def paper_arrived(review_id: str, consultation_id: str) -> Answer:
    """A booklet came; whether sealed pages are inside is all that is said of it."""
    person, home = asked_person(review_id, consultation_id), house()
    booklet = request.form.get("booklet") or person.booklets[0].booklet_id
    with home.db.writing() as s:
        made = on_paper.arrived(
            s, home.clock(), signed_in(), consultation_id, booklet, request.form.get("sealed") == "yes"
        )
    flash("paper_arrived" if made else "no_change")
    return _back(review_id)


@pages.post("/unit/paper/<paper_id>/handed")
@door.staff("unit")
def paper_handed(paper_id: str) -> Answer:
    """The sealed pages, or the whole booklet, went to the reviewing officer unopened."""
    home, (review_id, _) = house(), _found(paper_id)
    with home.db.writing() as s:
        done = on_paper.handed(
            s, home.clock(), signed_in(), paper_id, whole=request.form.get("whole") == "yes"
        )
    flash("paper_handed" if done else "no_change")
    return _back(review_id)


@pages.post("/unit/paper/<paper_id>/key-in")
@door.staff("unit")
def key_in(paper_id: str) -> Answer:
    """Into the same questions as the person's, marked with who types. Their own words, if any, stay closed."""
    home, (review_id, consultation_id) = house(), _found(paper_id)
    try:
        with home.db.writing() as s:
            opened = on_paper.begin(s, home.vault, home.booklets, home.clock(), signed_in(), paper_id)
            asked = s.get_one(Consultation, consultation_id)
            language, who = asked.language, asked.who
            booklet = s.get_one(PaperBooklet, paper_id).booklet_id
    except on_paper.NotKeyedError as error:
        flash(f"not_typed_{error.code}")
        return _back(review_id)
    visiting.start_typing(opened, spoken(language, who, home.authority.languages), who, session[COOKIE])
    return redirect(url_for("respond.home", booklet_id=booklet, go=1), 303)


def _found(paper_id: str) -> tuple[str, str]:
    with house().db.reading() as s:
        found = on_paper.consultation_of(s, paper_id)
    if found is None:
        not_yours("paper_booklet", paper_id)
    return found


def _back(review_id: str) -> Answer:
    return redirect(url_for(".unit_review", review_id=review_id), 303)
