"""Work that a decision passed on: the Review Unit and the social worker say that it is done, or why it can't be."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from webapp.house import house
from webapp.services import passing
from webapp.services.passing import NotArrangedError
from webapp.web.guard import door
from webapp.web.staff import not_yours, pages, signed_in


@pages.post("/arranged/<decision_id>")
@door.staff("unit", "social_worker")
def arranged(decision_id: str) -> Response:
    """Keep what became of it, and go back to the page of the review or of the child."""
    home, signed, form = house(), signed_in(), request.form
    with home.db.reading() as s:
        found = passing.passed_decision(s, signed, decision_id)
    if found is None:
        not_yours("decision", decision_id)
    try:
        with home.db.writing() as s:
            done = passing.arrange(
                s, home.vault, home.takers, home.clock(), signed, decision_id, form.get("state", "?"),
                form.get("note", ""),
            )  # fmt: skip
        flash("arranged" if done else "not_arranged")
    except NotArrangedError as error:
        flash(f"arranged_{error.code}")
    decision, review = found
    if decision.passed_to == "unit":
        return redirect(url_for(".unit_review", review_id=review.id, _anchor="to-arrange"), 303)
    return redirect(url_for(".child", child_id=review.child_id, _anchor="to-arrange"), 303)
