"""The agenda: built from the answers, put in order by the officer, printed for the room."""

from __future__ import annotations

from typing import get_args

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.house import house
from webapp.review.agenda import POINTS_AT_MOST, WORDS_AT_MOST, Act, Kept
from webapp.services import agenda as agendas
from webapp.services.agenda import AgendaPage
from webapp.web.guard import door
from webapp.web.staff import looked, not_yours, pages, preparing_words, signed_in


def words_of(kept: Kept) -> str:
    """What stands on the table for this point."""
    return kept.words or str(preparing_words.POINTS[kept.key])


def found(review_id: str) -> AgendaPage:
    """The agenda of the officer's own review; another's is as if it weren't there."""
    home = house()
    with home.db.reading() as s:
        page = agendas.page(s, home.vault, home.booklets, home.clock(), signed_in().id, review_id)
    if page is None:
        not_yours("review", review_id)
    return page


@pages.get("/reviews/<review_id>/agenda")
@door.staff("iro")
def agenda(review_id: str) -> str:
    """The agenda with a button for each change."""
    page = found(review_id)
    looked("look_agenda", f"review:{review_id}", page.prep.page.head.child_id)
    return render_template(
        "staff/agenda.html", agenda=page, page=page.prep.page, pw=preparing_words, words_of=words_of,
        full=len(page.points) >= POINTS_AT_MOST, words_at_most=WORDS_AT_MOST,
    )  # fmt: skip


@pages.post("/reviews/<review_id>/agenda")
@door.staff("iro")
def change_agenda(review_id: str) -> Response:
    """One press: up, down, out, back, other words, or a point of the officer's own."""
    page, form, home = found(review_id), request.form, house()
    what, _, key = form.get("do", "").partition(" ")
    act: Act | None = next((one for one in get_args(Act) if one == what), None)
    seen = form.get("version", "")
    if act is None or not (seen.isascii() and seen.isdigit() and len(seen) < 9):
        abort(400)
    with home.db.writing() as s:
        done = agendas.change(
            s, home.vault, page, act, key, form.get("words", ""), int(seen), signed_in().id, home.clock()
        )
    if not done:
        flash("agenda_same" if page.version == int(seen) else "agenda_stale")
    return redirect(url_for(".agenda", review_id=review_id), 303)


@pages.get("/reviews/<review_id>/agenda/room")
@door.staff("iro")
def room(review_id: str) -> str:
    """The agenda as it lies on the table: one page, large, with the child's first name or none."""
    page = found(review_id)
    looked("print_agenda", f"review:{review_id}", page.prep.page.head.child_id)
    return render_template(
        "staff/room.html",
        agenda=page,
        page=page.prep.page,
        words_of=words_of,
        named="noname" not in request.args,
    )
