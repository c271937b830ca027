"""The Review Unit: what is due, what was sent, what is stuck; letters, new links, forgotten secrets. Never answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from webapp.clock import london
from webapp.documents.booklet_paper import STYLES
from webapp.documents.booklet_pdf import booklet_pdf
from webapp.house import house
from webapp.i18n import languages_for
from webapp.services import (
    access,
    contacts,
    looking,
    looking_course,
    looking_unit,
    own_secret,
    passing,
    printing,
    sending,
    unit_work,
    working,
)
from webapp.services.looking_doors import tries_of
from webapp.services.looking_unit import AskedPerson, UnitReview
from webapp.store import Consultation, Staff
from webapp.web.guard import door
from webapp.web.staff import looked, not_yours, pages, shown, signed_in
from webapp.web.staff.reviews import asked_for, found_ids

Page = str | Answer | tuple[str, int]


@pages.get("/unit")
@door.staff("unit")
def unit() -> str:
    """Reviews coming up with everyone who is asked; what is stuck; the way to find a child."""
    tab, page = asked_for()
    home, now, ids = house(), house().clock(), found_ids()
    with home.db.reading() as s:
        found = looking.every_review(s, home.vault, now, tab, page, ids)
        counts, worker = looking_unit.stuck_counts(s, home.vault, now), working.pulse(s, now)
        tries = tries_of(s, home.vault, now, [one for line in found.lines for one in line.asked])
    looked(f"list_unit_{tab}" if ids is None else "search_reviews", f"staff:{signed_in().id}")
    return render_template(
        "staff/unit.html",
        found=found,
        tab=tab,
        counts=counts,
        ids=ids,
        own="staff.unit",
        worker=worker,
        tries=tries,
    )


@pages.post("/unit/find")
@door.staff("unit")
def find_any() -> Answer:
    """Find a child by name or number. What was typed stands in no address: it may be a name."""
    home = house()
    with home.db.reading() as s:
        ids = looking.find_children(s, home.vault, request.form.get("sought", "")[:80])
    return redirect(url_for(".unit", found=",".join(ids)), 303)


@pages.get("/unit/stuck/<which>")
@door.staff("unit")
def unit_stuck(which: str) -> str:
    """Everything that waits under one name."""
    name = next((known for known in looking_unit.STUCK if known == which), None)
    if name is None:
        not_yours("stuck", "")
    home = house()
    with home.db.reading() as s:
        rows = looking_unit.stuck(s, home.vault, home.clock(), name)
        counts = looking_unit.stuck_counts(s, home.vault, home.clock())
    looked(f"list_{name}", f"staff:{signed_in().id}")
    return render_template("staff/stuck.html", rows=rows, which=name, counts=counts)


@pages.get("/unit/reviews/<review_id>")
@door.staff("unit")
def unit_review(review_id: str) -> Page:
    """One review: every person asked, every message to them."""
    return review_page(review_id)


def review_page(review_id: str, wrong: Mapping[str, str] | None = None) -> Page:
    """The page; `wrong` says by the id of a decision what was not right of the work that it passed on."""
    found = _found(review_id)
    home = house()
    with home.db.reading() as s:
        passed = passing.units(
            s, home.vault, home.authority.timetable, review_id, london(home.clock()).date()
        )
        days = looking_course.course(s, home.vault, home.authority.timetable, home.clock(), found)
    looked("look_unit_review", f"review:{review_id}", found.child_id)
    body = render_template(
        "staff/unit_review.html", page=found, passed=passed, course=days, wrong=wrong or {}
    )
    return (body, 422) if wrong else body


def _found(review_id: str) -> UnitReview:
    home = house()
    with home.db.reading() as s:
        found = looking_unit.unit_review(s, home.vault, home.clock(), review_id)
    if found is None:
        not_yours("review", review_id)
    return found


def review_of(review_id: str) -> UnitReview:
    """The review, for the unit's other pages; one that isn't there is not there."""
    return _found(review_id)


def asked_person(review_id: str, consultation_id: str) -> AskedPerson:
    """One person asked about this review; anybody else is not there."""
    return _person(_found(review_id), consultation_id)


def _person(found: UnitReview, consultation_id: str) -> AskedPerson:
    person = next((p for p in found.people if p.asked.consultation_id == consultation_id), None)
    if person is None:
        not_yours("consultation", consultation_id)
    return person


@pages.get("/unit/reviews/<review_id>/link/<consultation_id>")
@door.staff("unit")
def link(review_id: str, consultation_id: str) -> str:
    """The code that was just made; else what a new one would end, and the press that makes it."""
    found, home = _found(review_id), house()
    person, fresh = _person(found, consultation_id), shown.kept(f"link:{consultation_id}")
    with home.db.reading() as s:
        if fresh and not unit_work.still_good(s, home.vault, home.clock(), fresh["code"]):
            fresh = None
    looked("look_unit_link", f"consultation:{consultation_id}", found.child_id)
    return render_template(
        "staff/unit_code.html", page=found, person=person, fresh=fresh, where=f"{home.settings.public_url}/code",
        until=dt.date.fromisoformat(fresh["until"]) if fresh else None,
    )  # fmt: skip


@pages.post("/unit/reviews/<review_id>/link/<consultation_id>")
@door.staff("unit")
def new_link(review_id: str, consultation_id: str) -> Answer:
    """Every old link dies; the page after this one shows the new code, to be handed over or read out."""
    _person(_found(review_id), consultation_id)
    home = house()
    try:
        with home.db.writing() as s:
            made = unit_work.new_code(
                s, home.vault, home.authority, home.clock(), signed_in(), consultation_id
            )
        why_not = "no_link"
    except unit_work.OnlySent:
        made, why_not = None, "only_sent"
    if made is None:
        flash(why_not)
        return redirect(url_for(".unit_review", review_id=review_id), 303)
    shown.keep(f"link:{consultation_id}", code=made.code, until=made.until.isoformat())
    return redirect(url_for(".link", review_id=review_id, consultation_id=consultation_id), 303)


@pages.post("/unit/reviews/<review_id>/secret/<consultation_id>")
@door.staff("unit")
def reset_secret(review_id: str, consultation_id: str) -> Page:
    """Clear a forgotten secret; the person is told at their next visit."""
    found, home = _found(review_id), house()
    person = _person(found, consultation_id)
    with home.db.writing() as s:
        asked = s.get_one(Consultation, person.asked.consultation_id, with_for_update=True)
        if not contacts.may_clear_secret(s, asked, signed_in()):
            flash("another_must")
        elif asked.secret_kind is not None:
            worker = s.get_one(Staff, signed_in().id)
            own_secret.reset_secret(s, home.vault, asked, worker, home.clock())
            flash("secret_reset")
    return redirect(url_for(".unit_review", review_id=review_id), 303)


@pages.post("/unit/reviews/<review_id>/again/<consultation_id>")
@door.staff("unit")
def let_try_again(review_id: str, consultation_id: str) -> Answer:
    """Open the door again for somebody who was locked out."""
    found, home = _found(review_id), house()
    _person(found, consultation_id)
    with home.db.writing() as s:
        unit_work.let_try_again(s, home.vault, home.clock(), signed_in(), consultation_id, found.child_id)
    flash("may_try")
    return redirect(url_for(".unit_review", review_id=review_id), 303)


@pages.post("/unit/reviews/<review_id>/language/<consultation_id>")
@door.staff("unit")
def set_language(review_id: str, consultation_id: str) -> Answer:
    """From now on this person is asked in this language: somebody else may have pressed another."""
    found, home, code = _found(review_id), house(), request.form.get("language", "")
    person = _person(found, consultation_id)
    if code in dict(languages_for(person.asked.who)) and code != person.language:
        with home.db.writing() as s:
            actor = f"staff:{signed_in().id}"
            access.speak(s, consultation_id, code, actor, found.child_id, home.clock())
        flash("language")
    return redirect(url_for(".unit_review", review_id=review_id), 303)


@pages.get("/unit/letters/<message_id>")
@door.staff("unit")
def letter(message_id: str) -> Page:
    """The letter that was just made, as often as it is loaded; else what printing it again would end."""
    home, made = house(), shown.kept(f"letter:{message_id}")
    with home.db.reading() as s:
        about = looking_unit.letter(s, message_id)
    if about is None:
        not_yours("message", message_id)
    looked("look_letter", f"message:{message_id}", about.child_id)
    if made is None:
        return render_template("staff/unit_letter.html", letter=about)
    try:
        with home.db.reading() as s:
            parcel = sending.printed_letter(
                s, home.vault, home.authority, home.settings, message_id, home.clock(),
                made["token"], made["code"], dt.date.fromisoformat(made["until"]),
            )  # fmt: skip
    except sending.NotPrinted as error:
        if error.reason == "printed_since":
            return render_template("staff/unit_letter.html", letter=about)
        return render_template("staff/not_printed.html", reason=error.reason), 409
    return parcel.page(static_url("letter.css"), render_template("staff/_letter_bar.html", letter=about))


@pages.post("/unit/letters/<message_id>")
@door.staff("unit")
def print_letter(message_id: str) -> Page:
    """Make the letter, with a link and a code made now; those of an earlier printing stop working, so that is asked."""
    home, refused = house(), ""
    with home.db.reading() as s:
        about = looking_unit.letter(s, message_id)
    if about is not None and about.printed and "again" not in request.form:
        return redirect(url_for(".letter", message_id=message_id), 303)
    with home.db.writing() as s:
        try:
            made = sending.print_letter(
                s,
                home.vault,
                home.authority,
                home.settings,
                message_id,
                home.clock(),
                f"staff:{signed_in().id}",
            )
            shown.keep(f"letter:{message_id}", token=made.token, code=made.code, until=made.until.isoformat())
        except sending.NotPrinted as error:
            refused = error.reason  # what it stopped is kept: this transaction commits
    if refused:
        return render_template("staff/not_printed.html", reason=refused), 409
    return redirect(url_for(".letter", message_id=message_id), 303)


@pages.post("/unit/reviews/<review_id>/booklet/<consultation_id>")
@door.staff("unit")
def print_booklet(review_id: str, consultation_id: str) -> Page:
    """The booklet as a PDF, in the person's language and as they need it unless the form says otherwise, with a code of
    its own; others stay good.
    """
    person, home = _person(_found(review_id), consultation_id), house()
    names = [one.booklet_id for one in person.booklets]
    wanted = request.form.get("booklet", "")
    booklet = home.booklets[wanted if wanted in names else names[0]]
    style = next((one for one in STYLES if one == request.form.get("style")), None)
    press = printing.Press(home.vault, home.authority, home.settings, home.clock(), f"staff:{signed_in().id}")
    with home.db.writing() as s:
        paper = printing.paper_for(
            s, press, consultation_id, booklet, style, bool(request.form.get("more")),
            request.form.get("language", ""),
        )  # fmt: skip
    if paper is None:
        flash("no_booklet")
        return redirect(url_for(".unit_review", review_id=review_id), 303)
    pdf = booklet_pdf(booklet, paper)  # outside the transaction: it takes a while
    name = {"Content-Disposition": 'attachment; filename="booklet.pdf"'}
    return Answer(pdf, mimetype="application/pdf", headers=name)


@pages.post("/unit/messages/<message_id>/again")
@door.staff("unit")
def send_again(message_id: str) -> Page:
    """Somebody mended an address or a mailbox: try a message that failed once more."""
    home = house()
    with home.db.writing() as s:
        again = sending.try_again(s, message_id, home.clock(), f"staff:{signed_in().id}")
    flash("again" if again else "no_change")
    return redirect(url_for(".unit_stuck", which="failed"), 303)


def static_url(name: str) -> str:
    """The address of a static file, as the templates have it."""
    found: str = current_app.jinja_env.globals["static_url"](name)  # type: ignore[operator]
    return found
