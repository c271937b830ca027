"""The officer invites people to the meeting: who may come, who may not and why, who answered what."""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from webapp.clock import today
from webapp.house import house
from webapp.i18n import lazy_gettext as _
from webapp.services import guests, guests_facts
from webapp.services.guests_facts import Facts
from webapp.web.guard import door
from webapp.web.pictures import picture
from webapp.web.staff import looked, not_yours, pages, signed_in

Page = str | Response | tuple[str, int]
STATES = {
    "waits_check": _("waits for the social worker’s check"), "to_invite": _("goes out next"),
    "invited": _("invited, no answer yet"), "coming": _("comes"), "part": _("comes for part of it"),
    "sends_views": _("sends their views instead"), "not_coming": _("does not come"),
    "withdrawn": _("not invited any more"),
}  # fmt: skip
BARS = {
    "review_over": _("The review is held or cancelled."),
    "child_hold": _("The child’s record is on hold: no message goes to anybody."),
    "ended": _("Their place in the child’s case has ended."),
    "person_hold": _("The case system has them on hold."),
    "no_contact": _("The case system says: no contact."),
    "may_not_attend": _("The case system says that they may not attend."),
    "adoption": _("Birth parents do not come to adoption reviews."),
    "check_says_no": _("The social worker checked, and says no."),
    "waits_check": _("The social worker has not checked them yet. Their invitation waits for that."),
    "words_undecided": _("The child wrote words about who comes. Decide on those first: they may say no to somebody."),
    "words_wait": _("Invitations to this review wait for now. There is nothing for you to do."),
    "refused": _("The child said no. Only your decision, with a reason that the child is told first, lets them come."),
    "tell_first": _("You decided that they come all the same. Tell the child first."),
    "refused_by_another": _(
        "Another child of this meeting said no. Their officer has to decide, and tell that child first."
    ),
    "shares_address": _(
        "Their name, mailbox or phone is also that of somebody whom a child said no to. Nothing is sent there: "
        "ask them in person."
    ),
    "undecided": _("Not decided yet."),
    "asked_for": _("Asked for: somebody else must still confirm it."),
    "not_possible": _("You decided that they don’t come."),
}  # fmt: skip
WRONG = {
    "not_settled": _("Settle when and where first."),
    "another_day": _("The case system has another day since. Settle when and where anew."),
    "past": _("That time is past."),
    "nobody": _("Choose somebody."),
    "gone": _("Somebody is not on the list any more."),
}
WHY_NOT_SENT = {
    "by_hand": _("you told them yourself; tell them yourself of changes too"), "past": _("the time is past"),
    "another_day": _("the case system has another day since"),
    "way_none": _("no way to reach them is known"), "no_sender": _("no sender for their way"),
    "no_email": _("no email address"), "no_address": _("no postal address"), "on_paper_only": _("on paper only"),
    "no_phone": _("no phone number"), "opted_out": _("said STOP by text"), "wrong_number": _("wrong number"),
    "letter_to_print": _("the letter waits to be printed"), "quiet_hours": _("waits for the morning"),
    "no_mailbox": _("there is no such mailbox"), "mailbox_full": _("their mailbox is full"),
    "refused_by_mailbox": _("their mail server refused it"),
}  # fmt: skip


@pages.get("/reviews/<review_id>/guests")
@door.staff("iro")
def guest_list(review_id: str) -> Page:
    """Everybody who is invited or might be."""
    return _page(review_id)


def panel_of(s: Session, review_id: str) -> guests.Panel | None:
    """Who is invited, for a part of another page; None where it isn't this officer's review."""
    home = house()
    return guests.panel(s, home.vault, signed_in().id, review_id, today(home.clock))


def _page(review_id: str, problems: Mapping[str, str] | None = None) -> Page:
    home, wrong = house(), problems or {}
    with home.db.reading() as s:
        panel = panel_of(s, review_id)
    if panel is None:
        not_yours("review", review_id)
    looked("look_guests", f"review:{review_id}", panel.facts.review.child_id)
    body = render_template(
        "staff/guests.html", panel=panel, review_id=review_id, problems=wrong, states=STATES, bars=BARS, wrong=WRONG,
        why_not_sent=WHY_NOT_SENT, picture=picture,
    )  # fmt: skip
    return (body, 422) if wrong else body


def _mine(review_id: str) -> None:
    with house().db.reading() as s:
        own = guests_facts.own(s, signed_in().id, review_id)
    if not own:
        not_yours("review", review_id)


def _locked(s: Session, review_id: str) -> Facts:
    home = house()
    found = guests_facts.facts(s, home.vault, review_id, today(home.clock), iro_id=signed_in().id, lock=True)
    return found if found is not None else abort(404)


@pages.post("/reviews/<review_id>/guests")
@door.staff("iro")
def invite_guests(review_id: str) -> Page:
    """These people are invited."""
    _mine(review_id)
    home = house()
    try:
        with home.db.writing() as s:
            made = guests.invite(
                s, home.vault, home.takers, _locked(s, review_id), request.form.getlist("who"), signed_in().id,
                home.clock(), with_card="card" in request.form,
            )  # fmt: skip
    except guests.Refused as error:
        return _page(review_id, error.problems)
    return _back(review_id, "guests_invited" if made else "nothing_decided")


@pages.post("/reviews/<review_id>/guests/<guest_id>/withdraw")
@door.staff("iro")
def withdraw_guest(review_id: str, guest_id: str) -> Response:
    """Somebody is not invited after all."""
    _mine(review_id)
    home = house()
    with home.db.writing() as s:
        done = guests.withdraw(
            s, home.vault, home.takers, _locked(s, review_id), guest_id, signed_in().id, home.clock()
        )
    return _back(review_id, "guest_withdrawn" if done else "nothing_decided")


@pages.post("/reviews/<review_id>/guests/<guest_id>/told")
@door.staff("iro")
def told_guest(review_id: str, guest_id: str) -> Response:
    """The officer told somebody by hand, who may have answered."""
    _mine(review_id)
    home = house()
    with home.db.writing() as s:
        done = guests.by_hand(
            s, home.vault, home.takers, _locked(s, review_id), guest_id, request.form.get("said", ""),
            signed_in().id, home.clock(),
        )  # fmt: skip
    return _back(review_id, "guest_told" if done else "nothing_decided")


@pages.get("/reviews/<review_id>/card")
@door.staff("iro")
def guest_card(review_id: str) -> Page:
    """The child's own card, to print."""
    with house().db.reading() as s:
        panel = panel_of(s, review_id)
    if panel is None:
        not_yours("review", review_id)
    looked("look_card", f"review:{review_id}", panel.facts.review.child_id)
    if panel.facts.card is None:
        return redirect(url_for(".guest_list", review_id=review_id), 303)
    return render_template(
        "staff/guest_card.html", card=panel.facts.card, at=panel.facts.standing, picture=picture,
        review_id=review_id, who=panel.facts.known_as,
    )  # fmt: skip


def _back(review_id: str, told: str) -> Response:
    flash(told)
    return redirect(url_for(".guest_list", review_id=review_id), 303)
