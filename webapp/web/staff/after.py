"""Once a review was held: who came, the officer's letter to the child, and what parents who were not there are told."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from webapp.clock import london
from webapp.documents.letter import from_officer
from webapp.house import house
from webapp.i18n import lazy_gettext as _
from webapp.i18n import spoken
from webapp.review import taking_part
from webapp.review.letter import ROWS_AT_MOST, Answered, Letter, Next, as_typed
from webapp.review.letter_words import BANDS
from webapp.review.timetable import goes_on_by
from webapp.services import halfway, iro_letter, officers_words, outcome
from webapp.services import held as after
from webapp.services.held import Came, Held
from webapp.services.officers_words import Theirs
from webapp.services.outcome import Shared
from webapp.web.guard import door
from webapp.web.staff import looked, not_yours, pages, signed_in
from webapp.web.staff.unit import static_url

Page = str | Response | tuple[str, int]
CODES = {
    "PN0": _("PN0: under four at the time"),
    "PN1": _("PN1: came, and spoke for themselves"),
    "PN2": _("PN2: came, and an advocate spoke for them"),
    "PN3": _("PN3: came, and conveyed their views without words"),
    "PN4": _("PN4: came, didn’t speak, and asked no advocate to"),
    "PN5": _("PN5: didn’t come; an advocate came and knew their views"),
    "PN6": _("PN6: didn’t come; their views came by text, in writing, by phone, sound or video"),
    "PN7": _("PN7: didn’t come, and their views came in no other way"),
}
WHY = {
    "under_four": _("the child was under four"),
    "came_with_advocate": _("the child came, and so did an advocate; if the child spoke, it is PN1"),
    "came_no_words": _("the child came, and does not use words"),
    "came": _("the child came; whether they spoke is yours to say (PN4 if not)"),
    "advocate_alone": _("an advocate came without the child"),
    "sent": _("the child sent a booklet before the review; that alone is evidence for no more"),
    "nothing": _("nothing came from the child"),
}
WRONG = {
    "saved_since": _(
        "It was saved in another window since, by you or a colleague. Here is what you typed: to read theirs first, "
        "open this letter in a new tab. Press again to keep yours in its place."
    ),
    "no_such_day": _("Give a day that exists and is not to come."),
    "choose": _("Choose how the child took part. What fits is marked."),
    "does_not_fit": _("That code doesn’t fit who came, or the child’s age."),
    "too_long": _("That is too long: at most 3,000 letters, and 300 for one line."),
    "say_what": _("Say what will be done, or leave the whole row empty."),
}
BAND_WORDS = {
    "plain": _("very simply (up to seven, and easy words)"),
    "middle": _("simply (eight to eleven)"),
    "older": _("plainly (from twelve)"),
}
MORE_ROWS = 3


@pages.context_processor
def _halfway() -> dict[str, Callable[[str], halfway.Told | None]]:
    """For the page of a review: what the child said half-way, asked for only where it is shown."""

    def said(review_id: str) -> halfway.Told | None:
        home = house()
        with home.db.reading() as s:
            return halfway.before(s, home.vault, signed_in().id, review_id)

    return {"said_halfway": said}


def _held(s: Session, review_id: str, *, lock: bool = False) -> Held | None:
    home = house()
    return after.held(s, home.vault, signed_in().id, review_id, home.clock(), lock=lock)


def _mine(review_id: str) -> Held:
    """The review for a page: written down that it was looked at, and turned away from where it isn't theirs."""
    with house().db.reading() as s:
        found = _held(s, review_id)
        if found is not None:
            s.expunge_all()
    if found is None:
        not_yours("review", review_id)
        raise AssertionError
    return found


def _locked(s: Session, review_id: str) -> Held:
    found = _held(s, review_id, lock=True)
    return found if found is not None else abort(404)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


@pages.get("/reviews/<review_id>/held")
@door.staff("iro")
def attendance(review_id: str) -> Page:
    """Who came, and how the child took part."""
    found = _mine(review_id)
    looked("look_attendance", f"review:{review_id}", found.child.id)
    kept = found.attendance
    people = frozenset(kept.involvements.split()) if kept else frozenset()
    came = Came(
        found.held_on, bool(kept and kept.child_attended), kept.participation_code if kept else "", people,
        bool(kept and kept.adjourned),
    )  # fmt: skip
    return _attendance(found, came, {})


def _attendance(found: Held, came: Came, problems: Mapping[str, str]) -> str:
    begun, nation = came.held_on or found.held_on, house().authority.timetable.nation
    last = goes_on_by(begun, found.review.window_end, nation)
    likely = {there: taking_part.suggested(found.known(there, came.people)) for there in (True, False)}
    return render_template(
        "staff/attendance.html", found=found, came=came, problems=problems, codes=CODES, why=WHY, wrong=WRONG,
        likely=likely, goes_on_by=last, chosen=came.code or (likely[came.child][0] if problems else ""),
    )  # fmt: skip


@pages.post("/reviews/<review_id>/held")
@door.staff("iro")
def save_attendance(review_id: str) -> Page:
    """Keep who came; the case system hears of it."""
    home, form = house(), request.form
    first = _mine(review_id)
    came = Came(
        _day(form.get("held_on", "")), form.get("child") == "yes", form.get("code", ""),
        frozenset(form.getlist("people")), "adjourned" in form,
    )  # fmt: skip
    now = home.clock()
    with home.db.writing() as s:
        found = _locked(s, review_id)
        problems = after.problems(found, came, london(now).date())
        if form.get("child") not in ("yes", "no"):
            problems["child"] = "choose"
        if not problems:
            after.record(s, home.takers, home.vault, found, came, signed_in().id, now)
    if problems:
        return _attendance(first, came, problems), 422
    flash("attendance")
    return redirect(url_for(".iro_letter", review_id=review_id), 303)


@pages.get("/reviews/<review_id>/letter", endpoint="iro_letter")
@door.staff("iro")
def write_letter(review_id: str) -> Page:
    """The letter to the child: begun from what was decided, the rest in the officer's words."""
    home, found = house(), _mine(review_id)
    looked("look_letter", f"review:{review_id}", found.child.id)
    with home.db.reading() as s:
        return _letter(s, found, iro_letter.draft(s, home.vault, found), {})


def _letter(s: Session, found: Held, letter: Letter, problems: Mapping[str, str]) -> str:
    home = house()
    sent = iro_letter.newest(s, found.review.id, sent=True)
    fixed = iro_letter.parts(
        s, home.authority, replace(letter, opening="", answers=()), "en", found.review.iro_id
    )
    return render_template(
        "staff/letter.html", found=found, letter=letter, problems=problems, wrong=WRONG, bands=BANDS,
        saw=_saw(s, found.review.id), band_words=BAND_WORDS, sent=sent, fixed=fixed,
        went=iro_letter.went(s, sent) if sent else None,
        rows=[*letter.next, *[Next("")] * max(0, min(MORE_ROWS, ROWS_AT_MOST - len(letter.next)))],
    )  # fmt: skip


@pages.post("/reviews/<review_id>/letter")
@door.staff("iro")
def save_letter(review_id: str) -> Page:
    """Keep the draft, and show it as the child will read it."""
    home = house()
    _mine(review_id)
    with home.db.writing() as s:
        found = _locked(s, review_id)
        held = iro_letter.draft(s, home.vault, found)
        letter, saw = _typed(held), _saw(s, review_id)
        problems = letter.wrong
        if letter != held and saw != request.form.get("saw", saw):
            problems = {"opening": "saved_since"}
        if problems:
            return _letter(s, found, letter, problems), 422
        iro_letter.save(s, found, letter, signed_in().id, home.clock())
    flash("letter_saved")
    away = ".look_letter" if request.form.get("do") == "look" else ".iro_letter"
    return redirect(url_for(away, review_id=review_id), 303)


def _saw(s: Session, review_id: str) -> str:
    """Which writing of the letter stands on a page: one that was saved since is not written over unseen."""
    row = iro_letter.newest(s, review_id)
    return hashlib.sha256(row.sealed).hexdigest()[:16] if row else ""


def _typed(letter: Letter) -> Letter:
    """The letter with what the form says; which answers there are comes from the store alone."""
    form = request.form
    shown = {form[f"key-{n}"]: n for n in count_while("key-{}")}
    answers = tuple(_changed(one, shown[one.key]) if one.key in shown else one for one in letter.answers)
    rows = [
        Next(*(form.get(f"{name}-{n}", "").strip() for name in ("what", "who", "by")))
        for n in range(ROWS_AT_MOST)
    ]
    band = next((one for one in BANDS if one == form.get("band")), letter.band)
    return replace(
        letter, band=band, opening=form.get("opening", "").strip(), good=form.get("good", "").strip(),
        words=form.get("words", "").strip(), answers=answers,
        next=tuple(row for row in rows if row.what or row.who or row.by),
    )  # fmt: skip


def count_while(field: str) -> list[int]:
    """The numbers from 0 for which the form has this field."""
    found: list[int] = []
    for n in count():
        if field.format(n) not in request.form or n >= 200:
            return found
        found.append(n)
    raise AssertionError


def _changed(one: Answered, n: int) -> Answered:
    form = request.form
    return replace(
        one, keep=f"keep-{n}" in form, instead=form.get(f"instead-{n}", "").strip(),
        reason=form.get(f"reason-{n}", "").strip(),
    )  # fmt: skip


@pages.get("/reviews/<review_id>/letter/look")
@door.staff("iro")
def look_letter(review_id: str) -> Page:
    """The letter as the child will read it, with the press that sends it."""
    home, found = house(), _mine(review_id)
    with home.db.reading() as s:
        row = iro_letter.newest(s, review_id)
        if row is None:
            return redirect(url_for(".iro_letter", review_id=review_id), 303)
        letter = iro_letter.opened(found.key, row)
        own = [one.text for one in letter.own_words]
        theirs = _theirs(s, found, row.language, own)
        parts = iro_letter.parts(s, home.authority, letter, row.language, found.review.iro_id, theirs)
        post = iro_letter.by_post(s, home.vault, found, home.messengers.keys(), home.clock())
    looked("look_letter", f"iro_letter:{row.id}", found.child.id)
    code = spoken(row.language, "child", home.authority.languages)
    return render_template(
        "staff/letter_look.html",
        found=found,
        row=row,
        letter=letter,
        parts=parts,
        code=code,
        post=post,
        waiting=sum(not theirs(text) for text in dict.fromkeys(own)) if code != "en" else 0,
    )


def _theirs(s: Session, found: Held, language: str, texts: Sequence[str]) -> Theirs:
    """The officer's words in the language of the letter, as far as somebody translated them."""
    home = house()
    code = spoken(language, "child", home.authority.languages)
    return officers_words.theirs(s, home.vault, found.key, found.child.id, code, texts)


@pages.post("/reviews/<review_id>/letter/send")
@door.staff("iro")
def send_letter(review_id: str) -> Page:
    """Let the child read it. A second press does nothing."""
    home = house()
    _mine(review_id)
    try:
        with home.db.writing() as s:
            found, wanted = _locked(s, review_id), request.form.get("letter", "")[:32]
            iro_letter.send(s, home.vault, home.takers, found, wanted, signed_in().id, home.clock())
            post = iro_letter.by_post(s, home.vault, found, home.messengers.keys(), home.clock())
    except iro_letter.NotSent:
        flash("letter_gone")
    else:
        flash("letter_to_hand_over" if post else "letter_sent")
    return redirect(url_for(".iro_letter", review_id=review_id), 303)


@pages.get("/reviews/<review_id>/letter/paper")
@door.staff("iro")
def paper_letter(review_id: str) -> Page:
    """The letter on paper, for a child who gets post, or to hand over."""
    home, found = house(), _mine(review_id)
    with home.db.reading() as s:
        row = iro_letter.newest(s, review_id, sent=True)
        if row is None:
            return abort(404)
        letter = iro_letter.opened(found.key, row)
        own = [one.text for one in letter.own_words]
        theirs = _theirs(s, found, row.language, own)
        parts, typed = (
            iro_letter.parts(s, home.authority, letter, code, found.review.iro_id, said)
            for code, said in ((row.language, theirs), ("en", as_typed))
        )
        to = iro_letter.addressee(s, found)
    assert row.sent_at is not None
    looked("print_letter", f"iro_letter:{row.id}", found.child.id)
    return from_officer(
        to, home.authority, parts=parts, typed=typed if theirs.any(own) else (), written_on=london(row.sent_at).date(),
        language=spoken(row.language, "child", home.authority.languages), stylesheet=static_url("letter.css"),
        bar=render_template("staff/_paper_bar.html", review_id=review_id),
    )  # fmt: skip


@pages.get("/reviews/<review_id>/outcome")
@door.staff("iro")
def outcome_page(review_id: str) -> Page:
    """What parents who were not there are told: nothing but the day, until the officer adds to it."""
    found = _mine(review_id)
    looked("look_outcome", f"review:{review_id}", found.child.id)
    with house().db.reading() as s:
        return _outcome(s, found, False)


def _outcome(s: Session, found: Held, too_long: bool) -> str:
    form, parents = request.form, outcome.parents(s, found)
    standing = outcome.standing_for(s, found.review.id)
    read = {
        one.involvement_id: standing[one.consultation_id]
        for one in parents
        if one.consultation_id in standing
    }
    chosen = request.args.get("for", "")
    shared = outcome.opened(found.key, read[chosen]) if chosen in read else Shared(found.held_on, (), "")
    if form:
        shared = _shared(found)
    return render_template(
        "staff/outcome.html", found=found, parents=parents, read=read, shared=shared,
        decided=[one for one in outcome.offered(s, found) if one not in shared.lines],
        rows=[*shared.lines, *[""] * MORE_ROWS], wrong=WRONG["too_long"] if too_long else "",
        to=form.getlist("to") if form else [chosen],
        chosen=next((one for one in parents if one.involvement_id == chosen), None), reads={
            one.involvement_id: spoken(one.language, "parent", house().authority.languages) for one in parents
        },
    )  # fmt: skip


def _shared(found: Held) -> Shared:
    form = request.form
    typed = [form.get(f"line-{n}", "").strip() for n in count_while("line-{}")]
    ticked = [line.strip() for line in form.getlist("decided")]
    return Shared(
        found.held_on, tuple(line for line in (*typed, *ticked) if line), form.get("words", "").strip()
    )


@pages.post("/reviews/<review_id>/outcome")
@door.staff("iro")
def send_outcome(review_id: str) -> Page:
    """Let the chosen parents read it, and tell them that it is there."""
    home = house()
    _mine(review_id)
    with home.db.writing() as s:
        found = _locked(s, review_id)
        try:
            sent = outcome.send(
                s, found, _shared(found), request.form.getlist("to"), signed_in().id, home.clock()
            )
        except outcome.TooLong:
            return _outcome(s, found, True), 422
    flash("outcome_sent" if sent else "outcome_nobody")
    return redirect(url_for(".outcome_page", review_id=review_id), 303)


@pages.post("/reviews/<review_id>/outcome/<involvement_id>/withdraw")
@door.staff("iro")
def withdraw_outcome(review_id: str, involvement_id: str) -> Page:
    """One parent reads it no more; what others read stays."""
    home = house()
    _mine(review_id)
    with home.db.writing() as s:
        done = outcome.withdraw(s, _locked(s, review_id), involvement_id, signed_in().id, home.clock())
    flash("outcome_withdrawn" if done else "nothing_to_do")
    return redirect(url_for(".outcome_page", review_id=review_id), 303)
