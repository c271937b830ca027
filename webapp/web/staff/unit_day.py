"""The Review Unit's day: everything that is to be done, on one page, counts first."""

from __future__ import annotations

from flask import render_template, request

from webapp.clock import london
from webapp.house import house
from webapp.services import looking_day, signposts, working
from webapp.web.guard import door
from webapp.web.staff import looked, not_yours, pages, signed_in


@pages.get("/unit/today")
@door.staff("unit")
def unit_today() -> str:
    """How much of each kind waits, and the first of each."""
    home = house()
    with home.db.reading() as s:
        parts = looking_day.day(s, home.vault, home.clock())
        worker = working.pulse(s, home.clock())
    looked("list_unit_today", f"staff:{signed_in().id}")
    old = signposts.are_old(home.authority, london(home.clock()).date())
    return render_template("staff/unit_today.html", parts=parts, worker=worker, old_signposts=old)


@pages.get("/unit/today/<kind>")
@door.staff("unit")
def unit_part(kind: str) -> str:
    """All of one kind, page by page."""
    name = next((known for known in looking_day.KINDS if known == kind), None)
    if name is None:
        not_yours("part", "")
    home, page = house(), request.args.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 1
    with home.db.reading() as s:
        part = looking_day.part(s, home.vault, home.clock(), name, number)
    looked(f"list_unit_{name}", f"staff:{signed_in().id}")
    return render_template("staff/unit_part.html", part=part)
