"""You asked, this happened: what the child is told of what was decided."""

from __future__ import annotations

from flask import redirect, render_template
from markupsafe import Markup

from webapp.clock import london
from webapp.house import house
from webapp.i18n import language, translate
from webapp.review.deciding_words import OURS
from webapp.review.letter import own_reason
from webapp.services import asking_for, visits
from webapp.services.guests import coming
from webapp.services.happened import Line, happened
from webapp.services.officers_words import Theirs
from webapp.web import visiting
from webapp.web.fragments import address as url_for
from webapp.web.guard import door
from webapp.web.respond import pages
from webapp.web.respond.asking import in_theirs, of_staff
from webapp.web.respond.booklet import Page, touch


@pages.get("/b/decided")
@door.visit
def decided() -> Page:
    """What became of what I asked for, as far as I was told."""
    home = house()
    with home.db.reading() as s:
        found = visiting.inside(s)
        page = happened(s, home.vault, found)
        today = london(home.clock()).date()
        own = [text for line in page.lines if not line.again for text in typed(line)] if page else []
        place = page.settled.place if page and page.settled else ""
        theirs = in_theirs(s, home, found, [*own, place])
        guests = coming(s, home.vault, found.row.review_id, today) if page and page.settled else ()
    if page is None:
        return redirect(url_for(".shelf"), 303)
    touch(found)
    return render_template(
        "respond/decided.html", page=page, guests=guests, found=found, row=found.row, reason=reason, staffs=of_staff(),
        called=visits.child_name(home.vault, found), kinds=" ".join(asking_for.may_ask(found)),
        in_english=not theirs.all(own), theirs=theirs, typed=typed,
    )  # fmt: skip


def typed(line: Line) -> list[str]:
    """What of it is the officer's own words."""
    return [own.text for own in own_reason(line.reason, line.instead, line.wish.kind, line.wish.name)]


def reason(words: str, theirs: Theirs) -> Markup:
    """A reason for the page: in its language where the words are ours or were translated, else as the officer wrote
    them.
    """
    if said := translate(words, language()) if words in OURS else theirs(words):
        return Markup("<dd>{}</dd>").format(said)
    return Markup("<dd{}>{}</dd>").format(of_staff(), words)
