"""Work that a decision passed on: the Review Unit and the social worker say that it is done, or why it can't be."""

from __future__ import annotations

from flask import flash, redirect, request, url_for

from webapp.house import house
from webapp.services import passing
from webapp.services.passing import NotArrangedError
from webapp.web.guard import door
from webapp.web.staff import not_yours, pages, signed_in
from webapp.web.staff.child import Page, child_page
from webapp.web.staff.unit import review_page


@pages.post("/arranged/<decision_id>")
@door.staff("unit", "social_worker")
def arranged(decision_id: str) -> Page:
    """Keep what became of it, and go back to the page of the review or of the child."""
    home, signed, form = house(), signed_in(), request.form
    with home.db.reading() as s:
        found = passing.passed_decision(s, signed, decision_id)
    if found is None:
        not_yours("decision", decision_id)
    decision, review = found
    units = decision.passed_to == "unit"
    try:
        with home.db.writing() as s:
            done = passing.arrange(
                s, home.vault, home.takers, home.clock(), signed, decision_id, form.get("state", "?"),
                form.get("note", ""),
            )  # fmt: skip
    except NotArrangedError as error:
        wrong = {decision_id: f"arranged_{error.code}"}
        return review_page(review.id, wrong) if units else child_page(review.child_id, wrong)
    flash("arranged" if done else "not_arranged")
    if units:
        return redirect(url_for(".unit_review", review_id=review.id, _anchor="to-arrange"), 303)
    return redirect(url_for(".child", child_id=review.child_id, _anchor="to-arrange"), 303)
