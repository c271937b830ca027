"""The shelf: all of a person's booklets behind one link, each with how far they are in it."""

from __future__ import annotations

from flask import redirect, render_template, request

from webapp.house import house
from webapp.services import asking_for, visits
from webapp.services.happened import to_read
from webapp.web import visiting
from webapp.web.fragments import address as url_for
from webapp.web.guard import door
from webapp.web.respond import pages
from webapp.web.respond.booklet import Page, sayer, touch


@pages.get("/b/")
@door.visit
def shelf() -> Page:
    """My booklets. Where there is one only, or nothing was begun at the first visit, straight on."""
    home = house()
    with home.db.looking() as s:
        found = visiting.inside(s)
        mine = visits.shelf(s, found, home.booklets)
        answered = asking_for.answered(s, found, home.clock())
        ready = to_read(s, found, home.clock())
    go = {"go": 1} if "go" in request.args else {}
    if len(mine) == 1 or (go and not any(one.begun for one in mine)):
        return redirect(url_for(".home", booklet_id=mine[0].booklet.id, **go), 303)
    touch(found)
    context = visits.bare_context(home.vault, found)
    return render_template(
        "respond/shelf.html", mine=mine, found=found, row=found.row, say=sayer(context),
        called=context.names["child"], kinds=" ".join(asking_for.may_ask(found)), answered=answered, ready=ready,
    )  # fmt: skip
