"""Words that wait for a translation, both ways: an officer asks somebody for it, and puts in what they say."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.house import house
from webapp.services import looking_review, translating
from webapp.services.looking_review import ReviewPage
from webapp.services.translating import NotNow, Translations
from webapp.web.guard import door
from webapp.web.staff import looked, not_yours, pages, signed_in

Page = str | Response | tuple[str, int]


@pages.get("/reviews/<review_id>/translations")
@door.staff("iro")
def translations(review_id: str) -> Page:
    """Every word of this review that officers here, or the child, don't read, with its translation or a box for it."""
    found, known = _mine(review_id)
    looked("look_translations", f"review:{review_id}", found.head.child_id)
    return _page(found, known)


def _mine(review_id: str) -> tuple[ReviewPage, Translations]:
    home = house()
    with home.db.reading() as s:
        found = looking_review.own_review(
            s, home.vault, home.booklets, home.clock(), signed_in().id, review_id
        )
        known = translating.of_review(s, home.vault, found, home.authority) if found else Translations()
    if found is None:
        not_yours("review", review_id)
    return found, known


def _page(found: ReviewPage, known: Translations, problem: str = "", at: str = "") -> str:
    return render_template(
        "staff/translations.html", page=found, translations=known, problem=problem, at=at, form=request.form
    )


@pages.post("/reviews/<review_id>/translations/ask")
@door.staff("iro")
def ask_translation(review_id: str) -> Page:
    """Of whom a translation was asked: one press for everything that nobody was asked about."""
    found, known = _mine(review_id)
    home = house()
    try:
        with home.db.writing() as s:
            translating.ask(
                s, home.vault, review_id, found.head.child_id, known.unasked, request.form.get("of_whom", ""),
                signed_in().id, home.clock(),
            )  # fmt: skip
    except NotNow as error:
        return _page(found, known, error.code, "of_whom"), 422
    flash("translation_asked")
    return redirect(url_for(".translations", review_id=review_id), 303)


@pages.post("/reviews/<review_id>/translations/put")
@door.staff("iro")
def put_translation(review_id: str) -> Page:
    """What the words say, and who translated them."""
    found, known = _mine(review_id)
    home, form = house(), request.form
    one = next((one for one in (*known.foreign, *known.own) if one.mark == form.get("mark")), None)
    if one is None:  # the words have changed since
        flash("nothing_translated")
        return redirect(url_for(".translations", review_id=review_id), 303)
    try:
        with home.db.writing() as s:
            translating.put(
                s, home.vault, review_id, found.head.child_id, one, form.get("text", ""), form.get("by", ""),
                signed_in().id, home.clock(),
            )  # fmt: skip
    except NotNow as error:
        return _page(found, known, error.code, one.mark), 422
    flash("translated")
    return redirect(url_for(".translations", review_id=review_id), 303)
