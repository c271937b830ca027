"""Worries: the list, opening one with a reason, taking it, saying what was done."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.house import house
from webapp.services import duty, looking_screening, looking_worry, working
from webapp.services.duty import WorryLine
from webapp.web.guard import door
from webapp.web.staff import looked, not_yours, pages, signed_in


@pages.get("/worries")
@door.staff("duty", "iro")
def worries() -> str:
    """Every worry that this person may see, without names or words."""
    with house().db.reading() as s:
        found, worker = duty.worries(s, signed_in()), working.pulse(s, house().clock())
        unread = looking_screening.unread(s, house().clock()) if signed_in().has("duty") else ()
    looked("list_worries", f"staff:{signed_in().id}")
    return render_template("staff/worries.html", found=found, worker=worker, unread=unread)


@pages.get("/worries/<worry_id>")
@door.staff("duty", "iro")
def worry(worry_id: str) -> str:
    """One worry; names, how to reach people, and the words, once a reason was given."""
    return _page(worry_id, _mine(worry_id))


def _mine(worry_id: str) -> WorryLine:
    with house().db.reading() as s:
        line = duty.one(s, signed_in(), worry_id)
    if line is None:
        not_yours("worry", worry_id)
    return line


def _page(worry_id: str, line: WorryLine, problem: str = "", field: str = "", typed: str = "") -> str:
    home, details = house(), None
    signed = signed_in()
    with home.db.reading() as s:
        if duty.gave_reason(s, signed_in(), worry_id):
            details = looking_worry.details(
                s, home.vault, home.clock(), home.booklets, worry_id, duty=signed.has("duty") and not signed.has("iro")
            )  # fmt: skip
    looked(
        "look_worry_open" if details else "look_worry",
        f"worry:{worry_id}",
        details.child_id if details else None,
    )
    return render_template(
        "staff/worry.html", line=line, details=details, problem=problem, field=field, typed=typed,
        mine=line.taken_by_id == signed_in().id,
    )  # fmt: skip


@pages.post("/worries/<worry_id>/open")
@door.staff("duty", "iro")
def open_worry(worry_id: str) -> Response | tuple[str, int]:
    """Give the reason for opening it."""
    line, home = _mine(worry_id), house()
    try:
        with home.db.writing() as s:
            duty.give_reason(
                s, home.vault, home.clock(), signed_in(), worry_id, request.form.get("reason", "")
            )
    except duty.NotNow as error:
        return _page(worry_id, line, error.code, "reason", request.form.get("reason", "")), 422
    return redirect(url_for(".worry", worry_id=worry_id), 303)


@pages.post("/worries/<worry_id>/take")
@door.staff("duty", "iro")
def take_worry(worry_id: str) -> Response:
    """Take it, or take it over."""
    _mine(worry_id)
    home = house()
    try:
        with home.db.writing() as s:
            duty.take(s, home.clock(), signed_in(), worry_id)
        flash("taken")
    except duty.NotNow as error:
        flash(error.code)
    return redirect(url_for(".worry", worry_id=worry_id), 303)


@pages.post("/worries/<worry_id>/done")
@door.staff("duty", "iro")
def worry_done(worry_id: str) -> Response | tuple[str, int]:
    """Add what was done; with the second button it is closed as well."""
    line, home = _mine(worry_id), house()
    words, close = request.form.get("outcome", ""), "close" in request.form
    try:
        with home.db.writing() as s:
            duty.add_outcome(s, home.vault, home.clock(), signed_in(), worry_id, words, close)
    except duty.NotNow as error:
        return _page(worry_id, line, error.code, "outcome", words), 422
    flash("done_closed" if close else "done_added")
    return redirect(url_for(".worry", worry_id=worry_id), 303)
