"""You asked, this happened: what the child is told of what was decided."""

from __future__ import annotations

from flask import redirect, render_template
from markupsafe import Markup

from webapp.clock import london
from webapp.house import house
from webapp.i18n import in_english, language, translate
from webapp.review.deciding_words import AGREED, ASKED_FOR
from webapp.services import asking_for, visits
from webapp.services.guests import coming
from webapp.services.happened import happened
from webapp.web import visiting
from webapp.web.fragments import address as url_for
from webapp.web.guard import door
from webapp.web.respond import pages
from webapp.web.respond.booklet import Page, touch

OURS = frozenset([*AGREED.values(), *ASKED_FOR.values()])
"""Reasons that are our own words, and so in every language."""


@pages.get("/b/decided")
@door.visit
def decided() -> Page:
    """What became of what I asked for, as far as I was told."""
    home = house()
    with home.db.reading() as s:
        found = visiting.inside(s)
        page = happened(s, home.vault, found)
        today = london(home.clock()).date()
        guests = coming(s, home.vault, found.row.review_id, today) if page and page.settled else ()
    if page is None:
        return redirect(url_for(".shelf"), 303)
    touch(found)
    return render_template(
        "respond/decided.html", page=page, guests=guests, found=found, row=found.row, reason=reason, staffs=_of_staff(),
        called=visits.child_name(home.vault, found), kinds=" ".join(asking_for.may_ask(found)),
        in_english=any(line.instead or line.reason not in OURS for line in page.lines if not line.again),
    )  # fmt: skip


def reason(words: str) -> Markup:
    """A reason for the page: in its language where the words are ours, else as the officer wrote them."""
    if words in OURS:
        return Markup("<dd>{}</dd>").format(translate(words, language()))
    return Markup("<dd{}>{}</dd>").format(_of_staff(), words)


def _of_staff() -> Markup:
    """The attributes of what staff typed."""
    return in_english() or Markup(' dir="auto"')
