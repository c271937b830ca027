"""Side by side: a worker and a child at the worker's own device. The worker's sign-in ends before the child begins."""

from __future__ import annotations

from flask import redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from webapp.house import house
from webapp.i18n import spoken
from webapp.services import access, looking, looking_child, looking_together
from webapp.services import staff as accounts
from webapp.services.looking_together import Pair
from webapp.services.whose import OVER
from webapp.store import Staff
from webapp.web import visiting
from webapp.web.guard import door
from webapp.web.staff import COOKIE, looked, not_yours, pages, signed_in
from webapp.web.staff.reviews import asked_for


@pages.get("/children")
@door.staff("social_worker")
def children() -> str:
    """A social worker's own children and their reviews: who has answered, and the way to sit down with one."""
    tab, page = asked_for()
    home = house()
    with home.db.reading() as s:
        found = looking.worker_caseload(s, home.vault, home.clock(), signed_in().id, tab, page)
        open_ids = [line.id for line in found.lines if line.status not in OVER]
        to_do = looking_child.to_do(s, home.vault, open_ids)
    looked(f"list_children_{tab}", f"staff:{signed_in().id}")
    return render_template(
        "staff/reviews.html", found=found, tab=tab, own="staff.children", ids=None, to_do=to_do
    )


@pages.get("/together/<consultation_id>")
@door.staff("iro", "social_worker")
def together(consultation_id: str) -> str:
    """What is about to happen, before anything happens."""
    pair = _pair(consultation_id)
    looked("look_side_by_side", f"consultation:{consultation_id}", pair.child_id)
    return render_template("staff/together.html", pair=pair)


def _pair(consultation_id: str) -> Pair:
    home = house()
    with home.db.reading() as s:
        pair = looking_together.pair(s, home.vault, signed_in(), consultation_id)
    if pair is None:
        not_yours("consultation", consultation_id)
    return pair


@pages.post("/together/<consultation_id>")
@door.staff("iro", "social_worker")
def begin_together(consultation_id: str) -> Response | tuple[str, int]:
    """Sign the worker out and hand the device to the child, in one transaction."""
    pair, home, signed = _pair(consultation_id), house(), signed_in()
    if pair.why_not:
        return render_template("staff/together.html", pair=pair), 409
    try:
        with home.db.writing() as s:
            worker = s.get_one(Staff, signed.id)
            opened = access.begin_side_by_side(s, home.vault, consultation_id, worker, home.clock())
            accounts.leave(s, home.vault, home.clock(), session.get(COOKIE, ""))
    except access.Closed:  # stopped or cleared a moment ago
        return render_template("staff/together.html", pair=_pair(consultation_id)), 409
    visiting.start(
        opened, spoken(pair.language, "child", home.authority.languages), "child", pair.format, pair.near
    )
    return redirect(url_for("respond.shelf"), 303)
