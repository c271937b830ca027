"""The pack for a review as a PDF: in the order of the page, with what is for the officer alone on sheets of its own."""

from __future__ import annotations

from flask import abort, request
from werkzeug.wrappers import Response

from webapp.documents.booklet_pdf import NotMadeError
from webapp.documents.pack_pdf import pack_pdf
from webapp.i18n import gettext as _
from webapp.review.sharing import Share
from webapp.services.looking_prepared import Prepared
from webapp.web.guard import door
from webapp.web.staff import looked, pages, words
from webapp.web.staff.pack_parts import Data, Sheets, alone
from webapp.web.staff.record import prepared_of

FOR: dict[str, tuple[Share, ...]] = {"iro": ("everyone", "social_worker"), "review": ("everyone",)}
"""Whom a pack is made for, and how far what stands on its open sheets may go."""


@pages.get("/reviews/<review_id>/pack.pdf")
@door.staff("iro")
def pack(review_id: str) -> Response:
    """For the officer, everything; with `for=review`, what everybody at the review may read and nothing else."""
    whom = request.args.get("for", "iro")
    if whom not in FOR:
        abort(404)
    prep = prepared_of(review_id)
    looked(f"take_pack_{whom}", f"review:{review_id}", prep.page.head.child_id)
    try:
        made = pack_pdf(data(prep, whom))
    except NotMadeError:
        abort(503)
    answer = Response(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'attachment; filename="review-pack.pdf"'
    return answer


def data(prep: Prepared, whom: str) -> Data:
    """Everything on the paper, in reading order."""
    head = prep.page.head
    at = prep.settled.at if prep.settled else head.held_at
    facts = [(_("Review"), words.full_day(at) if at else _("no date yet"))]
    made: Data = {"foot": _("Confidential. For everyone at the review."), "alone": None}
    if whom == "iro":
        sent = [f"{v.name}: {words.neat(p.record.booklet.title)}" for v in prep.page.voices for p in v.papers]
        facts += [(_("Child"), head.full_name), (_("Case number"), head.child_external_id)]
        facts.append((_("What came in"), "; ".join(sent) or _("Nothing yet.")))
        own = alone(prep)
        made["foot"] = _("Confidential. For the IRO and the social worker.")
        made["alone"] = own and {
            "title": _("For the IRO alone"), "foot": _("For the IRO alone. Take this sheet out."), "parts": own,
            "note": _("Take these sheets out before the rest is handed to anybody."),
        }  # fmt: skip
    return {
        **made, "alone": made["alone"] or None, "title": _("%(name)s’s review", name=head.known_as),
        "facts": [list(one) for one in facts], "parts": Sheets(prep, FOR[whom], names=whom == "iro").parts(),
    }  # fmt: skip
