"""How somebody is reached: looked at, corrected with its history, and asked again from there."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from pydantic import ValidationError
from werkzeug.wrappers import Response as Answer

from webapp.house import house
from webapp.review.incoming import Reach
from webapp.services import contacts
from webapp.web.guard import door
from webapp.web.staff import looked, not_yours, pages, signed_in
from webapp.web.staff.unit import asked_person, review_of

WAYS = ("email", "sms", "whatsapp", "letter", "none")
NEEDED = {"email": "email", "sms": "phone", "whatsapp": "phone", "letter": "address"}
LONGEST = 1000


@pages.get("/unit/reviews/<review_id>/contact/<consultation_id>")
@door.staff("unit")
def contact(review_id: str, consultation_id: str) -> str:
    """The details as they are, and what they were."""
    return _page(review_id, consultation_id, None, {})


@pages.post("/unit/reviews/<review_id>/contact/<consultation_id>")
@door.staff("unit")
def correct_contact(review_id: str, consultation_id: str) -> Answer | tuple[str, int]:
    """Keep what was typed; what can't be an address comes back as it was typed."""
    asked_person(review_id, consultation_id)
    typed = {
        name: request.form.get(name, "")[:LONGEST].strip() for name in ("way", "email", "phone", "address")
    }
    lines = [line.strip() for line in typed["address"].splitlines() if line.strip()]
    try:
        reach = Reach.model_validate(
            {
                "way": typed["way"],
                "email": typed["email"] or None,
                "phone": typed["phone"] or None,
                "address": lines,
            }
        )
    except ValidationError as error:
        wrong = {str(one["loc"][0]) for one in error.errors()}
        return _page(review_id, consultation_id, typed, dict.fromkeys(wrong, True)), 422
    needed = NEEDED.get(reach.way)
    if needed and not getattr(reach, needed):
        return _page(review_id, consultation_id, typed, {needed: True}), 422
    home = house()
    try:
        with home.db.writing() as s:
            done = contacts.correct(s, home.vault, home.clock(), signed_in(), consultation_id, reach)
        flash("contact" if done else "same_contact")
    except contacts.OthersMustError:
        flash("others_must")
    return redirect(url_for(".contact", review_id=review_id, consultation_id=consultation_id), 303)


@pages.post("/unit/reviews/<review_id>/invite-again/<consultation_id>")
@door.staff("unit")
def invite_again(review_id: str, consultation_id: str) -> Answer:
    """A new link goes to the person by the way that stands there now."""
    asked_person(review_id, consultation_id)
    home = house()
    with home.db.writing() as s:
        done = contacts.send_again(s, home.clock(), signed_in(), consultation_id)
    flash("invited_again" if done else "no_link")
    return redirect(url_for(".unit_review", review_id=review_id), 303)


@pages.post("/unit/reviews/<review_id>/another-way/<consultation_id>")
@door.staff("unit")
def another_way(review_id: str, consultation_id: str) -> Answer:
    """A new invitation by another way that is known, from now on."""
    asked_person(review_id, consultation_id)
    home = house()
    try:
        with home.db.writing() as s:
            done = contacts.another_way(
                s, home.vault, home.clock(), signed_in(), consultation_id, request.form.get("way", ""),
                home.messengers.keys(),
            )  # fmt: skip
        flash("invited_again" if done else "no_link")
    except contacts.OthersMustError:
        flash("others_must")
    return redirect(url_for(".unit_review", review_id=review_id), 303)


def _page(review_id: str, consultation_id: str, typed: dict[str, str] | None, wrong: dict[str, Any]) -> str:
    home, found = house(), review_of(review_id)
    person = asked_person(review_id, consultation_id)
    with home.db.reading() as s:
        held = contacts.contact(s, home.vault, home.clock(), consultation_id)
    if held is None:
        not_yours("consultation", consultation_id)
    looked("look_contact", f"consultation:{consultation_id}", found.child_id)
    shown = typed or {
        **{name: held.reach.get(name) or "" for name in ("way", "email", "phone")},
        "address": "\n".join(held.reach.get("address") or ()),
    }
    return render_template(
        "staff/unit_contact.html",
        page=found,
        person=person,
        held=held,
        shown=shown,
        wrong=wrong,
        ways=WAYS,
        others=contacts.other_ways(held.reach, home.messengers.keys()),
    )
