"""A social worker's page of one of their children: whom may be asked, what to arrange, what the child shares."""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, flash, redirect, render_template, request, url_for
from pydantic import ValidationError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from webapp.house import house
from webapp.i18n import lazy_gettext as _
from webapp.review.checking import OUTCOMES
from webapp.review.incoming import Reach
from webapp.services import checking, checking_people, looking_child, mailing
from webapp.services.checking import OwnReview
from webapp.services.checking_people import NotCheckedError, Verdict
from webapp.services.looking_child import ChildPage
from webapp.web.guard import door
from webapp.web.staff import looked, not_yours, pages, signed_in, words
from webapp.web.staff.unit_contact import LONGEST, NEEDED, WAYS

Page = str | Response | tuple[str, int]
CHECK_WORDS = {
    "may_be_asked": _("Yes, they may be asked"), "may_not": _("No, they may not be asked"),
    "same_as": _("This is somebody who is in the case already"),
}  # fmt: skip
WRONG = {
    "outcome": _("Choose what you found."),
    "note": _("Say why they may not be asked: the reviewing officer reads it."),
    "who": _("Choose who in the case it is."),
    "too_long": _("That is too long: at most 2,000 letters."),
    "gone": _("The child doesn’t ask for this person any more, or the review is over."),
    "reach": _("This can’t reach them: look at the email, the phone number or the address again."),
    "reach_missing": _("Write down the address or number for the way that you chose."),
    **words.NOT_ARRANGED,
}


@pages.get("/children/<child_id>")
@door.staff("social_worker")
def child(child_id: str) -> Page:
    """One of my children: what is to be done, who is asked, what the child shares with me."""
    return child_page(child_id)


def child_page(child_id: str, wrong: Mapping[str, str] | None = None) -> Page:
    """The page; `wrong` says by the name of a form what was not right in it."""
    found = own_child(child_id)
    looked("look_child", f"review:{found.review.id}", child_id)
    body = render_template(
        "staff/child.html", page=found, wrong=wrong or {}, words=WRONG, outcomes=OUTCOMES, check_words=CHECK_WORDS,
        ways=WAYS,
    )  # fmt: skip
    return (body, 422) if wrong else body


def own_child(child_id: str) -> ChildPage:
    """The child's page, where the child is this worker's at this moment; anybody else's is as if not there."""
    home = house()
    with home.db.reading() as s:
        found = looking_child.child_page(
            s, home.vault, home.booklets, home.authority.timetable, home.clock(), signed_in().id, child_id
        )
    if found is None:
        not_yours("child", child_id)
    return found


def held_review(s: Session, child_id: str) -> OwnReview:
    """The review that the page is about, held until the commit."""
    review_id = looking_child.review_of(s, signed_in().id, child_id)
    own = checking.own_review(s, house().vault, signed_in().id, review_id, lock=True) if review_id else None
    return own if own is not None else abort(404)


def mine(child_id: str) -> None:
    """Turn away whoever's child it isn't, before anything is locked; written down."""
    with house().db.reading() as s:
        review_id = looking_child.review_of(s, signed_in().id, child_id)
    if review_id is None:
        not_yours("child", child_id)


def back(child_id: str, told: str) -> Response:
    """To the page, with what was done."""
    flash(told)
    return redirect(url_for(".child", child_id=child_id), 303)


@pages.post("/children/<child_id>/may-be-asked")
@door.staff("social_worker")
def these_may_be_asked(child_id: str) -> Response:
    """One press before a mailing; where the set changed while it was read, it is shown again instead."""
    mine(child_id)
    home = house()
    with home.db.writing() as s:
        own = held_review(s, child_id)
        done = mailing.confirm(s, home.clock(), signed_in().id, own, request.form.get("version", ""))
    return back(child_id, "may_be_asked" if done else "set_changed")


@pages.post("/children/<child_id>/added")
@door.staff("social_worker")
def check_added_person(child_id: str) -> Page:
    """Keep what I found about somebody whom the child added."""
    mine(child_id)
    home, key = house(), request.form.get("key", "")
    said, problem = _verdict()
    if not problem:
        try:
            with home.db.writing() as s:
                own = held_review(s, child_id)
                checking_people.check_added(s, home.vault, home.clock(), signed_in().id, own, key, said)
        except NotCheckedError as error:
            problem = error.code
    return child_page(child_id, {key: problem}) if problem else back(child_id, "person_checked")


@pages.post("/children/<child_id>/person")
@door.staff("social_worker")
def check_case_person(child_id: str) -> Page:
    """Keep whether somebody in the case may be asked."""
    mine(child_id)
    home, who = house(), request.form.get("involvement", "")
    said = Verdict(request.form.get("outcome", ""), request.form.get("note", ""))
    try:
        with home.db.writing() as s:
            own = held_review(s, child_id)
            checking_people.check_person(s, home.clock(), signed_in().id, own, who, said)
    except NotCheckedError as error:
        return child_page(child_id, {who: error.code})
    return back(child_id, "person_stopped" if said.outcome == "may_not" else "person_checked")


def _verdict() -> tuple[Verdict, str]:
    """What was typed about somebody whom the child added, and what is wrong with how to reach them."""
    form = request.form
    outcome = form.get("outcome", "")
    said = Verdict(outcome, form.get("note", ""), same_as=form.get("same_as", ""))
    if outcome != "may_be_asked":
        return said, ""
    typed = {name: form.get(name, "")[:LONGEST].strip() for name in ("way", "email", "phone", "address")}
    lines = tuple(line.strip() for line in typed["address"].splitlines() if line.strip())
    try:
        reach = Reach.model_validate(
            {"way": typed["way"] or "none", "email": typed["email"] or None, "phone": typed["phone"] or None,
             "address": lines}
        )  # fmt: skip
    except ValidationError:
        return said, "reach"
    needed = NEEDED.get(reach.way)
    problem = "reach_missing" if needed and not getattr(reach, needed) else ""
    return Verdict(outcome, said.note, reach), problem
