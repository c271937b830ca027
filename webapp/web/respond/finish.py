"""The end of a booklet: check, send, what happens next, the own copy, and leaving it for later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from markupsafe import Markup

from webapp.booklet.answers import SKIPPED, Context, Person, free_texts
from webapp.booklet.definition import Grid, Question
from webapp.booklet.records import Said
from webapp.booklet.saying import Voice
from webapp.booklet.saying import said as put
from webapp.booklet.wording import worded
from webapp.clock import london
from webapp.house import house
from webapp.i18n import gettext, in_english, language, translate
from webapp.review.timetable import dates_of
from webapp.services import access, answering, asking_for, on_paper, submitting, visits
from webapp.services.surroundings import complete
from webapp.web import looks, visiting
from webapp.web.guard import door
from webapp.web.respond import adding, pages
from webapp.web.respond.booklet import Page, Sitting, sayer
from webapp.web.respond.showing import NOT_FOREIGN


def _sitting() -> Sitting:
    home = house()
    with home.db.looking() as s:
        found = visiting.inside(s)
        sitting = Sitting(s, found)
        sitting.pictures = adding.shown(s, found, sitting.booklet)
        for kind in ("times", "grid"):
            sitting.context = complete(
                s, home.vault, home.authority.timetable, found, sitting.context, kind, home.clock()
            )
    return sitting


@pages.get("/b/<booklet_id>/check")
@door.visit
def check() -> Page:
    """Every question on my path with what I said, and a way to change each; in parts where it is long."""
    sitting = _sitting()
    if sitting.found.closed:
        return redirect(url_for(".copy"), 303)
    parts = in_parts(lines(sitting))
    at = request.args.get("at", "")
    here = next((n for n, part in enumerate(parts) if any(line.question.id == at for line in part)), 0)
    here = min(max(request.args.get("part", here + 1, int), 1), len(parts))
    return render_template(
        "respond/check.html",
        lines=parts[here - 1],
        part=here,
        of=len(parts),
        sitting=sitting,
        row=sitting.found.row,
        found=sitting.found,
        say=sayer(sitting.context),
    )


@pages.post("/b/<booklet_id>/send")
@door.visit
def send() -> Page:
    """Send what I have so far. Pressing twice sends once."""
    sitting = _sitting()
    home = house()
    if not sitting.found.closed:
        try:
            submitting.send(
                home.db, home.vault, home.booklets, home.authority.timetable, home.takers,
                sitting.found, home.clock(),
            )  # fmt: skip
            if sitting.found.row.paper_id:
                return _typed(sitting.found.row)
            visiting.signs_of_life()
        except submitting.NothingToSend:  # a second press, or nothing new: the next page is the same
            pass
        except answering.Ended:  # a hold, the review or another tab came between
            return redirect(url_for(".check"), 303)
    return redirect(url_for(".sent"), 303)


def _typed(row: Any) -> Page:
    """A booklet on paper is keyed in: this visit is over, and whoever typed it is back at their own page."""
    home = house()
    with home.db.writing() as s:
        on_paper.keyed(s, home.clock(), row.visit_id)
    visiting.back_to_staff()
    flash("keyed")
    return redirect(url_for("staff.unit_review", review_id=row.review_id), 303)


@pages.get("/b/<booklet_id>/sent")
@door.visit
def sent() -> Page:
    """It is sent: who reads it, what happens next and when, how to change my mind."""
    sitting = _sitting()
    if not sitting.found.row.sent_at:
        return redirect(url_for(".home"), 303)
    return render_template(
        "respond/sent.html",
        sitting=sitting,
        row=sitting.found.row,
        say=sayer(sitting.context),
        others=_others(sitting),
        kinds=" ".join(asking_for.may_ask(sitting.found)),
        **_ahead(sitting),
    )


def _others(sitting: Sitting) -> list[visits.OnTheShelf]:
    """The booklets of this person that they haven't sent."""
    if len(sitting.found.booklets) == 1:
        return []
    home = house()
    with home.db.looking() as s:
        shelf = visits.shelf(s, sitting.found, home.booklets)
    return [one for one in shelf if one.booklet.id != sitting.booklet.id and not one.sent_at]


def _ahead(sitting: Sitting) -> dict[str, dt.date | None]:
    """The day of the review and the day by which it is settled, as far as they are still to come."""
    home, held_at = house(), sitting.found.row.held_at
    if held_at is None or held_at <= home.clock():
        return {"review_on": None, "settle_by": None}
    day = london(held_at).date()
    by = dates_of(day, home.authority.timetable).settle_by
    return {"review_on": day, "settle_by": by if by >= london(home.clock()).date() else None}


@pages.get("/b/<booklet_id>/copy")
@door.visit
def copy() -> Page:
    """My own copy of what I said."""
    sitting = _sitting()
    if sitting.found.closed and not sitting.said:
        return redirect(url_for(".home"), 303)
    said = lines(sitting, _sent(sitting))
    return render_template(
        "respond/copy.html", lines=said, sitting=sitting, row=sitting.found.row, found=sitting.found
    )


def _sent(sitting: Sitting) -> dict[str, visits.Said]:
    """What was sent as the answer to each question that was answered anew since."""
    home, found = house(), sitting.found
    fresh = [name for name, kept in sitting.said.items() if kept.version > found.row.sent_version]
    if not found.row.sent_at or not fresh:
        return {}
    with home.db.looking() as s:
        return answering.as_sent(s, visits.response_key(home.vault, found), found, fresh)


@pages.post("/b/stop")
@door.visit
def stop() -> Page:
    """Stop for now: everything is saved; the visit ends, and the browser keeps nothing."""
    home = house()
    with home.db.writing() as s:
        found = visiting.standing(s)
        mine = visits.shelf(s, found, home.booklets) if found and found.own else []
        if found is not None:
            access.end(s, found.row.visit_id, home.clock())
    if found and found.row.paper_id:
        visiting.back_to_staff()
        return redirect(url_for("staff.unit_review", review_id=found.row.review_id), 303)
    helper = bool(found and found.row.helper_staff_id)
    visiting.forget()
    return render_template(
        "respond/rest.html", saved=bool(found and found.open), stopped=True, helper=helper,
        sent=any(one.sent_at for one in mine) and not any(one.unsent for one in mine),
        after=bool(found and found.row.when == "after"),
    )  # fmt: skip


PART_AT_MOST, LINE_COSTS = 4_400, 40
"""Bytes of text in one part of the check page, unpacked, and what each line adds to its own words. With them a part
with words in every box stays below 4,000 bytes on the line (tests/web/test_bytes.py)."""


@dataclass(frozen=True, slots=True)
class Before:
    """An answer that was sent, and then changed."""

    told: Said | None
    audience: str


@dataclass(frozen=True, slots=True)
class Line:
    """One question and what was said to it, in the reader's words."""

    question: Question
    text: str
    kept: visits.Said | None
    told: Said | None
    """None where it was left out."""
    pictures: list[adding.Shown]
    fresh: bool = False
    """Said since it was last sent."""
    before: Before | None = None
    """What was sent, where that is another answer."""
    foreign: Markup = NOT_FOREIGN
    """Marks the names of the rows, where they are in staff's own English words."""


def lines(sitting: Sitting, sent: Mapping[str, visits.Said] = MappingProxyType({})) -> list[Line]:
    """Every question of the core, and of the extra ones those with something said, in order.

    `sent`: what was sent as the answer to questions that have another answer since.
    """
    say = sayer(sitting.context)
    voice = Voice(_with_unlisted(sitting, sent), {}, language(), looks.wording(), translate)

    def tell(question: Question, kept: visits.Said | None) -> Said | None:
        return put(question, kept.answer, voice) if kept and not kept.answer.skipped else None

    found = []
    for question in sitting.path:
        kept = sitting.said.get(question.id)
        if question.kind == "information" or (not kept and question.id in sitting.booklet.extra_ids):
            continue
        words, drawn = say(worded(question, looks.wording())), sitting.pictures.get(question.id, [])
        fresh = bool(kept and sitting.found.row.sent_at and kept.version > sitting.found.row.sent_version)
        was = sent.get(question.id)
        before = Before(tell(question, was), was.audience) if was else None
        of_staff = isinstance(question, Grid) and question.rows == "decisions"
        foreign = in_english() if of_staff else NOT_FOREIGN
        found.append(Line(question, words, kept, tell(question, kept), drawn, fresh, before, foreign))
    return found


def in_parts(said: list[Line]) -> list[list[Line]]:
    """The lines in parts that a slow line carries at once; one part at least, and no line is cut."""
    parts: list[list[Line]] = [[]]
    room = PART_AT_MOST
    for line in said:
        answer = line.kept.answer if line.kept else SKIPPED
        size = len("".join([line.text, *free_texts(answer.value, answer.words)]).encode()) + LINE_COSTS
        if size > room and parts[-1]:
            parts.append([])
            room = PART_AT_MOST
        parts[-1].append(line)
        room -= size
    return parts


def _with_unlisted(sitting: Sitting, sent: Mapping[str, visits.Said]) -> Context:
    """The context with somebody unnamed in the place of each person who was answered about and isn't listed now."""
    context = sitting.context
    values = [
        held[q.id].answer.value
        for q in sitting.path
        for held in (sitting.said, sent)
        if q.kind == "people" and q.id in held
    ]
    told = {ref for value in values if value for ref in value["people"]} - {p.ref for p in context.people}
    words = gettext("Someone who isn’t on the list now")
    return replace(context, people=(*context.people, *(Person(ref, words, "", "") for ref in sorted(told))))
