"""The reviewing officer's own reviews: the list, and one review whole."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.house import house
from webapp.services import guests, looking, looking_pictures, looking_prepared, translating
from webapp.web.guard import door
from webapp.web.images import image, sound
from webapp.web.staff import ID, looked, not_yours, pages, preparing_words, signed_in
from webapp.web.staff.guests import STATES

FIRST_PAGE = (
    ("iro", "staff.mine"),
    ("duty", "staff.worries"),
    ("unit", "staff.unit_today"),
    ("social_worker", "staff.children"),
    ("administrator", "staff.accounts"),
    ("manager", "staff.participation"),
)


@pages.get("/")
@door.staff()
def home() -> Any:
    """Everybody's first page: an officer's reviews stand here, the others go on to their own."""
    if signed_in().has("iro"):
        return mine()
    first = next((endpoint for role, endpoint in FIRST_PAGE if signed_in().has(role)), None)
    return redirect(url_for(first), 303) if first else abort(404)


@pages.get("/reviews")
@door.staff("iro")
def mine() -> str | Response:
    """My reviews by date: who has answered and who has not."""
    tab, page = asked_for()
    home, ids = house(), found_ids()
    with home.db.reading() as s:
        found = looking.caseload(s, home.vault, home.clock(), signed_in().id, tab, page, ids)
    looked(f"list_reviews_{tab}" if ids is None else "search_reviews", f"staff:{signed_in().id}")
    return render_template("staff/reviews.html", found=found, tab=tab, own="staff.mine", ids=ids)


@pages.post("/reviews/find")
@door.staff("iro")
def find_mine() -> Response:
    """Find among my own children, by name or number. What was typed stands in no address: it may be a name."""
    home = house()
    with home.db.reading() as s:
        ids = looking.find_children(s, home.vault, request.form.get("sought", "")[:80], signed_in().id)
    return redirect(url_for(".mine", found=",".join(ids)), 303)


def found_ids() -> list[str] | None:
    """The children that a search led to, by our own ids; None where nothing was searched for."""
    given = request.args.get("found")
    if given is None:
        return None
    return [one for one in given.split(",") if ID.fullmatch(one)][: looking.FOUND_AT_MOST]


def asked_for() -> tuple[looking.Tab, int]:
    """The tab and the page that the address asks for; anything odd means the first."""
    wanted = request.args.get("show", "")
    tab = next((tab for tab in looking.TABS if tab == wanted), looking.TABS[0])
    page = request.args.get("page", "1")
    return tab, int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1


@pages.get("/reviews/<review_id>")
@door.staff("iro")
def review(review_id: str) -> str:
    """One review, whole; another officer's is as if it weren't there."""
    home = house()
    with home.db.reading() as s:
        found = looking_prepared.prepared(
            s, home.vault, home.booklets, home.clock(), signed_in().id, review_id
        )
    if found is None:
        not_yours("review", review_id)
    with home.db.reading() as s:
        known = translating.of_review(s, home.vault, found.page, home.authority)
        invited = guests.invited(s, home.vault, review_id, found.page.held)
    looked("look_review", f"review:{review_id}", found.page.head.child_id)
    return render_template(
        "staff/review.html",
        page=found.page,
        prep=found,
        pw=preparing_words,
        all_open="all" in request.args,
        translations=known,
        invited=invited,
        states=STATES,
    )


@pages.get("/reviews/<review_id>/pictures/<picture_id>")
@door.staff("iro")
def picture(review_id: str, picture_id: str) -> Response:
    """A drawing, a photo or a voice note that was sent, whole or small; each look is written down."""
    home = house()
    with home.db.reading() as s:
        found = looking_pictures.picture(
            s, home.vault, signed_in().id, review_id, picture_id, small="small" in request.args
        )
    if found is None:
        not_yours("attachment", picture_id)
    looked("look_picture", f"attachment:{picture_id}", found.child_id)
    return (sound if found.media_type.startswith("audio/") else image)(found.content, found.media_type)
