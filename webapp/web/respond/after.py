"""Once a review was held: the officer's letter, "Has it happened?" half-way, and what a parent is told of it."""

from __future__ import annotations

from flask import redirect, render_template, request, session

from webapp.house import house
from webapp.i18n import language
from webapp.services import halfway as half
from webapp.services import happened, iro_letter, outcome, visits
from webapp.services.visits import Standing
from webapp.store import Review
from webapp.web import visiting
from webapp.web.fragments import address as url_for
from webapp.web.guard import door
from webapp.web.respond import pages, unsaved
from webapp.web.respond.asking import in_theirs, of_staff
from webapp.web.respond.booklet import Page, touch


@pages.get("/b/letter")
@door.visit
def letter() -> Page:
    """My officer's letter, to read and to print."""
    home = house()
    with home.db.reading() as s:
        found = visiting.inside(s)
        mine = happened.letter(s, home.vault, found)
        if mine is None:
            return redirect(url_for(".shelf"), 303)
        row, told = mine
        review = s.get_one(Review, found.row.review_id)
        own = [one.text for one in told.own_words]
        theirs = in_theirs(s, home, found, own)
        parts = iro_letter.parts(s, home.authority, told, language(), review.iro_id, theirs)
        typed = iro_letter.parts(s, home.authority, told, "en", review.iro_id) if theirs.any(own) else ()
    touch(found)
    return render_template(
        "respond/letter.html", parts=parts, row=found.row, sent_at=row.sent_at, in_english=not theirs.all(own),
        typed=typed, called=visits.child_name(home.vault, found), how_was_it=found.row.when == "before",
        authority=home.authority,
    )  # fmt: skip


@pages.route("/b/halfway", methods=("GET", "POST"))
@door.visit
def halfway() -> Page:
    """Whether what was agreed has happened: each yes, not yet or I don't know, and words."""
    home = house()
    with home.db.looking() as s:
        found = visiting.standing(s)
        ready = happened.to_read(s, found, home.clock()) if found else frozenset()
    if request.method == "POST":
        return _said(found)
    if away := visiting.turned_away(found):
        return away
    assert found is not None
    if not happened.is_the_child(found) or "halfway" not in ready:
        return redirect(url_for(".shelf"), 303)
    touch(found)
    return _halfway(found)


def _halfway(found: Standing, problem: bool = False) -> str:
    home, row = house(), found.row
    key = home.vault.key(row.child_key, f"child:{row.child_id}")
    with home.db.reading() as s:
        letter_id, rows = half.agreed(s, key, row.review_id)
        told = half.told(s, key, row.review_id)
        theirs = in_theirs(s, home, found, [one.what for one in rows])
    said = {one.what: one.said for one in told.rows} if told else {}
    form = request.form
    shown = [
        half.Row(one.what, one.who, one.by, form.get(f"said-{n}", said.get(one.what, "")))
        for n, one in enumerate(rows)
    ]
    return render_template(
        "respond/halfway.html", rows=shown, letter_id=letter_id, row=row, whose=visiting.mark(found), problem=problem,
        words=form.get("words", told.words if told else ""), said_at=told.said_at if told else None,
        staffs=of_staff(), called=visits.child_name(home.vault, found), authority=home.authority, theirs=theirs,
        in_english=not theirs.all(one.what for one in rows),
    )  # fmt: skip


def _said(found: Standing | None) -> Page:
    """Keep it, whatever the page looks like meanwhile: a visit that rests keeps it too, and shows nothing."""
    if found is None or (why := _why_not(found)):
        return unsaved.page(why if found else "unknown")
    home, form = house(), request.form
    said = {n: form.get(f"said-{n}", "") for n in range(half.SAID_AT_MOST)}
    try:
        with home.db.writing() as s:
            kept = half.keep(
                s, home.vault, found, form.get("letter", "")[:32], said, form.get("words", ""), language(),
                home.clock(),
            )  # fmt: skip
    except half.TooLong:
        return unsaved.page("unfair", "too_long") if found.resting else (_halfway(found, problem=True), 422)
    if not kept:
        return unsaved.page("closed")
    if found.resting:
        session["saved"] = True
        return redirect(url_for(".rest"), 303)
    visiting.signs_of_life()
    return redirect(url_for(".halfway"), 303)


def _why_not(found: Standing) -> str:
    if found.over or found.row.stage != "own":
        return "unknown"
    known = visiting.mark(found)
    if request.form.get("whose", known) != known:
        return "unknown"
    row = found.row
    fits = found.open and row.who == "child" and row.paper_id is None
    return "" if fits else "closed"


@pages.get("/b/outcome")
@door.visit
def parents_outcome() -> Page:
    """What a parent who was not at a review is told of it."""
    home = house()
    with home.db.reading() as s:
        found = visiting.inside(s)
        shared = outcome.for_visit(s, home.vault, found)
        theirs = in_theirs(s, home, found, shared.texts if shared else ())
    if shared is None:
        return redirect(url_for(".shelf"), 303)
    touch(found)
    return render_template(
        "respond/outcome.html", shared=shared, theirs=theirs, row=found.row, staffs=of_staff(),
        called=visits.child_name(home.vault, found), authority=home.authority,
    )  # fmt: skip
