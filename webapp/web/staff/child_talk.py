"""A social worker types what a child said to them in a talk about who comes and where."""

from __future__ import annotations

import datetime as dt

from flask import render_template, request
from werkzeug.wrappers import Response

from webapp.house import house
from webapp.i18n import lazy_gettext as _
from webapp.services import statutory_talk
from webapp.services.statutory_talk import COMES, WORDS, NotKeptError, Said, Told
from webapp.web.guard import door
from webapp.web.staff import looked, pages, signed_in
from webapp.web.staff.child import back, held_review, mine, own_child

WRONG = {
    "day": _("Give the day of the talk: not after today, and within the last six months."),
    "nothing": _("Write down at least one thing that the child said."),
    "too_long": _("That is too long: at most 2,000 letters in a box."),
    "over": _("This review is over."),
}


@pages.get("/children/<child_id>/talk")
@door.staff("social_worker")
def talk(child_id: str) -> str:
    """The form."""
    return _page(child_id, "")


def _page(child_id: str, wrong: str) -> str:
    found = own_child(child_id)
    looked("look_child", f"review:{found.review.id}", child_id)
    return render_template("staff/child_talk.html", page=found, wrong=wrong, words=WRONG, comes=COMES)


@pages.post("/children/<child_id>/talk")
@door.staff("social_worker")
def keep_talk(child_id: str) -> Response | tuple[str, int]:
    """Keep what was typed, beside whatever the child says themselves."""
    mine(child_id)
    names = {one.entry.involvement: one.called or one.name for one in own_child(child_id).people}
    home, form = house(), request.form
    people = tuple(
        Said(own, name, come) for own, name in names.items() if (come := form.get(f"come-{own}", "")) in COMES
    )
    told = Told(people=people, **{name: form.get(name, "").strip() for name in WORDS})
    try:
        with home.db.writing() as s:
            own = held_review(s, child_id)
            statutory_talk.keep(s, home.clock(), signed_in().id, own, _day(form.get("day", "")), told)
    except NotKeptError as error:
        return _page(child_id, error.code), 422
    return back(child_id, "talk_kept")


@pages.post("/children/<child_id>/talk/<talk_id>/take-back")
@door.staff("social_worker")
def take_talk_back(child_id: str, talk_id: str) -> Response:
    """It was typed wrongly: nobody is shown it any more."""
    mine(child_id)
    home = house()
    with home.db.writing() as s:
        own = held_review(s, child_id)
        done = statutory_talk.take_back(s, home.clock(), signed_in().id, own, talk_id)
    return back(child_id, "talk_back" if done else "not_talk_back")


def _day(typed: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        return None
