"""What was typed to a question that can't be saved comes back, to copy or to send once more. Nothing else is shown."""

from __future__ import annotations

from flask import render_template, request

from webapp.services import visits
from webapp.web import visiting
from webapp.web.security import typed_again, typed_words


def why_not(found: visits.Standing | None) -> str | None:
    """Why this visit may save nothing, as a code; None where it may, though it rests and shows nothing.

    Codes: unknown (who comes in again may press again), closed, gone (no booklet of theirs), over. Whoever hasn't
    given their secret learns no more than that.
    """
    if found is None or found.over or found.row.stage != "own":
        return "unknown"
    known = visiting.mark(found)
    if request.form.get("whose", known) != known:
        return "unknown"
    if not found.open:
        return "closed"
    if found.row.response_id is None:
        return "gone"
    return "over" if found.closed else None


def page(why: str, problem: str = "", *, begun: bool = False) -> tuple[str, int]:
    """This request's words given back, and why they aren't saved. `problem`: the code of an unfair answer; `begun`:
    there are answers of theirs to read.
    """
    typed = typed_again() if why == "unknown" else []
    return (
        render_template(
            "respond/unsaved.html",
            why=why,
            problem=problem,
            begun=begun,
            words=typed_words(),
            typed=typed,
            to=request.full_path.removesuffix("?") if typed else "",
        ),
        409,
    )
