"""The end of a booklet: check, send, what happens next, the own copy, and leaving it for later."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from webapp.booklet.definition import Question
from webapp.booklet.records import Said
from webapp.booklet.saying import Voice
from webapp.booklet.saying import said as put
from webapp.house import house
from webapp.i18n import language, translate
from webapp.services import access, submitting, visits
from webapp.services.surroundings import complete
from webapp.web import visiting
from webapp.web.guard import door
from webapp.web.respond import pages
from webapp.web.respond.booklet import Page, Sitting, sayer


def _sitting() -> tuple[Sitting | None, Answer | None]:
    home = house()
    with home.db.reading() as s:
        found = visiting.standing(s)
        if away := visiting.turned_away(found):
            return None, away
        assert found is not None
        sitting = Sitting(s, found)
        for kind in ("times", "grid"):
            sitting.context = complete(
                s, home.vault, home.authority.timetable, found, sitting.context, kind, home.clock()
            )
    return sitting, None


@pages.get("/b/check")
@door.visit
def check() -> Page:
    """Every question on my path with what I said, and a way to change each."""
    sitting, away = _sitting()
    if sitting is None:
        return away or redirect(url_for(".home"), 303)
    if sitting.found.closed:
        return redirect(url_for(".copy"), 303)
    return render_template(
        "respond/check.html",
        lines=lines(sitting),
        sitting=sitting,
        row=sitting.found.row,
        found=sitting.found,
    )


@pages.post("/b/send")
@door.visit
def send() -> Page:
    """Send what I have so far. Pressing twice sends once."""
    sitting, away = _sitting()
    if sitting is None:
        return away or redirect(url_for(".home"), 303)
    home = house()
    if not sitting.found.closed:
        with contextlib.suppress(
            submitting.NothingToSend
        ):  # a second press, or nothing new: the next page is the same
            submitting.send(
                home.db, home.vault, home.booklets, home.authority.timetable, home.authority.case_systems,
                sitting.found, home.clock(),
            )  # fmt: skip
    return redirect(url_for(".sent"), 303)


@pages.get("/b/sent")
@door.visit
def sent() -> Page:
    """It is sent: who reads it, what happens next and when, how to change my mind."""
    sitting, away = _sitting()
    if sitting is None:
        return away or redirect(url_for(".home"), 303)
    if not sitting.found.row.sent_at:
        return redirect(url_for(".home"), 303)
    return render_template(
        "respond/sent.html", sitting=sitting, row=sitting.found.row, say=sayer(sitting.context)
    )


@pages.get("/b/copy")
@door.visit
def copy() -> Page:
    """My own copy of what I said."""
    sitting, away = _sitting()
    if sitting is None:
        return away or redirect(url_for(".home"), 303)
    return render_template(
        "respond/copy.html", lines=lines(sitting), sitting=sitting, row=sitting.found.row, found=sitting.found
    )


@pages.post("/b/stop")
@door.visit
def stop() -> Page:
    """Stop for now: everything is saved; the visit ends, and the browser keeps nothing."""
    home = house()
    with home.db.writing() as s:
        found = visiting.standing(s)
        if found is not None:
            access.end(s, found.row.visit_id, home.clock())
    helper = bool(found and found.row.helper_staff_id)
    visiting.forget()
    return render_template("respond/rest.html", saved=bool(found and found.open), stopped=True, helper=helper)


@dataclass(frozen=True, slots=True)
class Line:
    """One question and what was said to it, in the reader's words."""

    question: Question
    text: str
    kept: visits.Said | None
    told: Said | None


def lines(sitting: Sitting) -> list[Line]:
    """Every question on the path, in order."""
    say = sayer(sitting.context)
    voice = Voice(sitting.context, {}, language(), "standard", translate)
    found = []
    for question in sitting.path:
        if question.kind == "information":
            continue
        kept = sitting.said.get(question.id)
        told = put(question, kept.answer, voice) if kept and not kept.answer.skipped else None
        found.append(Line(question, say(question.text), kept, told))
    return found
