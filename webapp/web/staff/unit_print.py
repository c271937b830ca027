"""Letters and booklets for many people: chosen, made by the worker, fetched as PDFs by whoever chose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from webapp.documents.booklet_paper import STYLES
from webapp.house import house
from webapp.i18n import gettext, ngettext
from webapp.i18n import lazy_gettext as _
from webapp.services import jobs, looking_day, printing_bulk, working
from webapp.services.jobs import Seen
from webapp.services.printing_bulk import Wanted
from webapp.web.guard import door
from webapp.web.staff import job_pages, looked, not_yours, pages, signed_in
from webapp.web.staff.guest_letters import why_not

WHOM = {
    "letters": _("Everybody whose letter waits to be printed"), "week": _("Everybody who is due to be asked this week"),
    "silent": _("Everybody who was asked and has not answered"),
    "unreachable": _("Everybody who can’t be reached another way"),
    "list": _("These children or reviews"),
}  # fmt: skip
WHAT = {
    "letters": _("the letter"), "both": _("the letter and the booklets"), "booklets": _("the booklets on paper"),
}  # fmt: skip
WHY = {
    "not_asked": _("not asked at the moment"), "printed_since": _("a colleague printed this letter meanwhile"),
    "not_this_one": _("this kind of letter can only be printed by itself"),
    "not_made": _("the PDF could not be made: print it from the review’s page"),
}  # fmt: skip
OF_KIND = {"letters": "letters", "due": "week", "silent": "silent"} | dict.fromkeys(
    ("unreachable", "wrong_number", "opted_out"), "unreachable"
)
"""Which choice stands for a kind of the day's work."""


@pages.get("/unit/print")
@door.staff("unit")
def print_papers() -> str:
    """Choose what to print for whom; what was printed before."""
    kind = next((one for one in get_args(looking_day.Kind) if one == request.args.get("for")), "letters")
    whom = OF_KIND.get(kind, "letters")
    return _start(Wanted("letters" if whom == "letters" else "booklets", whom))


@pages.post("/unit/print")
@door.staff("unit")
def start_printing() -> Answer | tuple[str, int]:
    """One job for everybody who is meant now."""
    home, form = house(), request.form
    wanted = Wanted(
        what=next((one for one in printing_bulk.WHATS if one == form.get("what")), "letters"),
        whom=next((one for one in printing_bulk.WHOMS if one == form.get("whom")), "letters"),
        style=next((one for one in STYLES if one == form.get("style")), ""),
        more=bool(form.get("more")), listed=form.get("listed", "")[:20_000],
    )  # fmt: skip
    if wanted.whom != "letters" and wanted.what != "booklets":
        return _start(wanted, "no_letter"), 422
    if wanted.whom == "list":
        with home.db.reading() as s:
            missing = printing_bulk.unknown(s, wanted.listed)
        if missing:
            return _start(wanted, "unknown", missing), 422
    try:
        with home.db.writing() as s:
            job_id = printing_bulk.start(s, home.vault, home.clock(), signed_in(), wanted)
    except printing_bulk.NobodyError:
        return _start(wanted, "nobody"), 422
    return redirect(url_for(".printed", job_id=job_id), 303)


def _start(wanted: Wanted, wrong: str = "", missing: Sequence[str] = ()) -> str:
    home = house()
    with home.db.reading() as s:
        before = jobs.recent(s, home.vault, printing_bulk.KIND)
        counts = printing_bulk.counted(s, home.clock())
    looked("list_printings", f"staff:{signed_in().id}")
    return render_template(
        "staff/print.html", before=before, counts=counts, wanted=wanted, wrong=wrong, whom=WHOM, what=WHAT,
        missing=missing, at_most=printing_bulk.AT_MOST, how_it_stands=how_it_stands,
    )  # fmt: skip


@pages.get("/unit/print/<job_id>")
@door.staff("unit")
def printed(job_id: str) -> str:
    """How far it is; the files; whose papers were not printed, and why."""
    home, job = house(), job_pages.found(job_id, printing_bulk.KIND)
    with home.db.reading() as s:
        worker = working.pulse(s, home.clock())
        failed = printing_bulk.failed_of(s, home.vault, job_id)
    looked("look_printing", f"job:{job_id}")
    return render_template(
        "staff/print_job.html", job=job, failed=failed, worker=worker, whom=WHOM, what=WHAT, why=WHY,
        invited=printing_bulk.INVITED, why_not=why_not,
        mine=job.made_by == signed_in().id, how_it_stands=how_it_stands, over=job.over(home.clock()),
    )  # fmt: skip


@pages.post("/unit/print/<job_id>/stop")
@door.staff("unit")
def stop_printing(job_id: str) -> Answer:
    """Stop after the file that is being made; what is made stays."""
    return job_pages.press(job_id, printing_bulk.KIND, ".printed", jobs.stop)


@pages.post("/unit/print/<job_id>/go-on")
@door.staff("unit")
def go_on_printing(job_id: str) -> Answer:
    """The rest of what was stopped."""
    return job_pages.press(job_id, printing_bulk.KIND, ".printed", printing_bulk.go_on)


@pages.post("/unit/print/<job_id>/file/<int:position>")
@door.staff("unit")
def fetch_papers(job_id: str, position: int) -> Answer:
    """One PDF, for whoever had it printed; nobody else is let have the codes in it."""
    home, job = house(), job_pages.found(job_id, printing_bulk.KIND)
    if job.over(home.clock()):
        flash("nothing_to_do")
        return redirect(url_for(".printed", job_id=job_id), 303)
    with home.db.writing() as s:
        found = printing_bulk.take(s, home.vault, home.clock(), signed_in(), job, position)
    if found is None:
        not_yours("job", job_id)
    name = {"Content-Disposition": f'attachment; filename="papers-{position}.pdf"'}
    return Answer(found, mimetype="application/pdf", headers=name)


def how_it_stands(job: Seen) -> str:
    """One sentence on how far a printing is."""
    made, total = f"{job.done:,}", f"{job.total:,}"
    if job.running:
        return gettext("Being made: %(made)s of %(total)s people.", made=made, total=total)
    words = str(
        ngettext("Papers for %(num)d person.", "Papers for %(num)d people.", job.counts.get("printed", 0))
    )
    if job.state == "stopped":
        return gettext("Stopped. %(words)s", words=words)
    return (
        gettext("A mistake on our side stopped it. %(words)s", words=words)
        if job.state == "broken"
        else words
    )
