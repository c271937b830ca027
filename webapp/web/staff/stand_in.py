"""Standing in for another officer: opened with a reason, given back, and seen by those whom it concerns."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.house import house
from webapp.i18n import lazy_gettext as _
from webapp.services import many_looks
from webapp.services import stand_in as standing
from webapp.services.stand_in import NotOpened
from webapp.web.guard import door
from webapp.web.staff import looked, pages, signed_in

WRONG = {
    "nobody": (
        "number",
        _("No review that is open has this number. It has to be whole: names are not searched here"),
    ),
    "own": ("number", _("This review is open to you already")),
    "too_short": ("reason", _("Say why, in a few words")),
    "too_long": ("reason", _("That is too long: at most 1,000 letters")),
    "often": ("number", _("Too many wrong numbers. Wait 15 minutes, then try again")),
}


@pages.get("/stand-in")
@door.staff("iro")
def stand_in() -> str:
    """Whom I stand in for, who stood in for me, and the way to open one."""
    return _page()


def _page(problem: str = "", number: str = "", reason: str = "") -> str:
    home = house()
    with home.db.reading() as s:
        mine = standing.mine(s, home.vault, signed_in().id)
        others = standing.of_my_children(s, home.vault, signed_in().id)
    looked("list_stand_ins", f"staff:{signed_in().id}")
    return render_template(
        "staff/stand_in.html", mine=mine, others=others, problem=WRONG.get(problem), number=number, reason=reason,
        days=home.authority.staff.stand_in_days,
    )  # fmt: skip


@pages.post("/stand-in")
@door.staff("iro")
def begin_stand_in() -> Response | tuple[str, int]:
    """Open one review, with a reason."""
    home, number, reason = house(), request.form.get("number", ""), request.form.get("reason", "")
    problem, review_id = "", ""
    with home.db.writing() as s:
        try:
            days = home.authority.staff.stand_in_days
            made = standing.begin(s, home.vault, home.clock(), signed_in(), number, reason, days)
            review_id = made.review_id
        except NotOpened as error:
            problem = error.code  # that it was tried is kept: this transaction commits
    if problem:
        return _page(problem, number[:80], reason[:2000]), 422
    return redirect(url_for(".review", review_id=review_id), 303)


@pages.post("/stand-in/<stand_in_id>/back")
@door.staff("iro")
def give_back(stand_in_id: str) -> Response:
    """It is its own officer's again."""
    home = house()
    with home.db.writing() as s:
        done = standing.give_back(s, home.clock(), signed_in(), stand_in_id)
    if not done:
        abort(404)
    flash("given_back")
    return redirect(url_for(".stand_in"), 303)


@pages.get("/stand-ins")
@door.staff("manager")
def stand_ins() -> str:
    """Who stood in for whom, and when; no child, and no reason, which may name one."""
    with house().db.reading() as s:
        found, alarms = standing.everybody(s), many_looks.alarms(s, house().clock())
    looked("list_stand_ins", f"staff:{signed_in().id}")
    return render_template("staff/stand_ins.html", found=found, alarms=alarms)
