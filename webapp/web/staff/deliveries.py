"""What goes to the case systems, for the Review Unit: what waits, where, why and since when; never an answer."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from webapp.house import house
from webapp.i18n import lazy_gettext as _
from webapp.services import delivering_again, looking_deliveries, receipts, working
from webapp.web.guard import door
from webapp.web.staff import looked, pages, signed_in

TABS: dict[str, Any] = {
    "all": _("Everything that waits"), "parked": _("Stopped"), "waiting": _("Tried again by itself"),
}  # fmt: skip
KINDS = {
    "views": _("a booklet"), "invite-choices": _("a review menu"), "withdrawal": _("taken back"),
    "participation": _("a suggested participation code"), "paper_copy": _("a paper copy"),
}  # fmt: skip
WHY = {
    "http": _("the case system answered “%(code)s”"), "mapping": _("the mapping does not fit: “%(code)s”"),
    "not_valid": _("the record is not as published: “%(code)s”"), "schema": _("the record is not as published"),
    "no_answer": _("no answer in time"), "no_line": _("no connection"), "broken_line": _("the connection broke"),
    "no_secure_line": _("no secure connection"), "not_now": _("the case system is busy"),
    "disk": _("the folder cannot be written to"), "erased": _("erased here"),
    "seal_broken": _("cannot be opened with our keys"),
    "picture": _("a picture is missing"),
    "too_large": _("too large for the case system"), "no_mailbox": _("no such mailbox"), "refused": _("refused"),
    "address_refused": _("the mailbox was refused"), "our_sign_in": _("our own account is refused"),
    "token": _("our own account is refused"), "key": _("our own account is refused"),
    "error": _("a mistake in our adapter"), "by_hand": _("stopped by a person"), "replayed": _("sent once more"),
    "not_read": _("what was typed is read for worries first"),
}  # fmt: skip
"""By the first word of the reason's code; the rest of it says where."""
REASON_AT_MOST = 500


def why(code: str) -> str:
    """What a reason's code means. One that is new here stands for itself."""
    words = WHY.get(code.partition(" ")[0])
    if words is None:
        return code.replace("_", " ")
    return str(words) % {"code": code}


def kind(schema: str) -> str:
    """What is on its way."""
    name = schema.partition("/")[0]
    return str(KINDS[name]) if name in KINDS else name


@pages.get("/unit/deliveries")
@door.staff("unit")
def deliveries() -> str:
    """Each case system, everything that waits for it, and what became of the last fourteen days."""
    home, now = house(), house().clock()
    show = next((name for name in TABS if name == request.args.get("show")), "all")
    page = request.args.get("page", "1")
    with home.db.reading() as s:
        found = looking_deliveries.waiting(
            s, home.vault, show, int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
        )
        systems = looking_deliveries.systems(s, home.case_systems, now)
        days = looking_deliveries.days(s, home.takers, now)
        worker = working.pulse(s, now)
    looked("list_deliveries", f"staff:{signed_in().id}")
    return render_template(
        "staff/deliveries.html", found=found, systems=systems, days=days, tab=show, tabs=TABS, worker=worker, why=why,
        kind=kind, ids=None, own="staff.deliveries",
    )  # fmt: skip


@pages.post("/unit/deliveries/<delivery_id>/again")
@door.staff("unit")
def deliver_again(delivery_id: str) -> Answer:
    """Try one once more, at once."""
    home = house()
    with home.db.writing() as s:
        again = receipts.retry(s, delivery_id, home.clock(), _me())
    flash("again" if again else "no_change")
    return _back()


@pages.post("/unit/deliveries/<delivery_id>/park")
@door.staff("unit")
def park_delivery(delivery_id: str) -> Answer:
    """Stop one, with the reason that somebody gives; what comes after it in its review waits too."""
    home, reason = house(), " ".join(request.form.get("reason", "").split())[:REASON_AT_MOST]
    if not reason:
        flash("say_why")
        return _back()
    with home.db.writing() as s:
        parked = receipts.park(s, home.vault, delivery_id, home.clock(), _me(), reason)
    flash("parked" if parked else "no_change")
    return _back()


@pages.post("/unit/deliveries/again")
@door.staff("unit")
def deliver_all_again() -> Answer:
    """Try everything of one case system, also what stopped: somebody mended it."""
    home = house()
    with home.db.writing() as s:
        again = delivering_again.retry_all(s, request.form.get("system", "")[:40], home.clock(), _me())
    flash("again" if again else "no_change")
    return _back()


def _me() -> str:
    return f"staff:{signed_in().id}"


def _back() -> Answer:
    show = request.form.get("show", "")
    return redirect(url_for(".deliveries", show=show if show in TABS else None), 303)
