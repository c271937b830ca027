"""Reviews from a file: uploaded, looked through, and taken in once somebody has seen what would change."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from webapp.house import house
from webapp.services import importing, jobs, working
from webapp.web.guard import door
from webapp.web.staff import import_words, job_pages, looked, pages, signed_in

ORDER = {
    "ready": ("changed", "new", "refused", "same"),
    "after": ("moved", "refused", "changed", "new", "updated", "added", "same"),
}
"""What is listed first, before a file is taken in and after."""


@pages.get("/unit/import")
@door.staff("unit")
def import_reviews() -> str:
    """Choose a file; what became of those before."""
    return _start("")


@pages.post("/unit/import")
@door.staff("unit")
def upload_reviews() -> Answer | tuple[str, int]:
    """Keep the file, and look through it. Nothing of it is taken in."""
    home, file = house(), request.files.get("file")
    if file is None or not file.filename:
        return _start("none"), 422
    content = file.stream.read(importing.BYTES_AT_MOST + 1)
    try:
        with home.db.writing() as s:
            job_id = importing.upload(s, home.vault, home.clock(), signed_in(), file.filename, content)
    except importing.NotAFileError as error:
        return _start(error.code), 422
    return redirect(url_for(".imported", job_id=job_id), 303)


def _start(wrong: str) -> str:
    home = house()
    with home.db.reading() as s:
        before = jobs.recent(s, home.vault, importing.KIND)
    looked("list_imports", f"staff:{signed_in().id}")
    return render_template("staff/import.html", before=before, wrong=wrong, iw=import_words)


@pages.get("/unit/import/<job_id>")
@door.staff("unit")
def imported(job_id: str) -> str:
    """How far it is, or what would change, or what became of each review."""
    home, job = house(), job_pages.found(job_id, importing.KIND)
    order = ORDER["ready" if job.state == "ready" else "after"]
    kinds = [state for state in order if job.counts.get(state)]
    show, number = request.args.get("show", ""), request.args.get("page", "1")
    show = show if show in kinds else next(iter(kinds), "")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    with home.db.reading() as s:
        worker = working.pulse(s, home.clock())
        rows = importing.rows_of(s, job.key, job_id, [show], job.counts.get(show, 0), page)
    looked("look_import", f"job:{job_id}")
    return render_template(
        "staff/import_job.html", job=job, kinds=kinds, show=show, rows=rows, worker=worker, iw=import_words
    )


@pages.post("/unit/import/<job_id>/take-in")
@door.staff("unit")
def take_in_reviews(job_id: str) -> Answer:
    """What was shown is to happen; pressed twice, it happens once."""
    return job_pages.press(job_id, importing.KIND, ".imported", importing.take_in)


@pages.post("/unit/import/<job_id>/stop")
@door.staff("unit")
def stop_import(job_id: str) -> Answer:
    """Stop after the review that is being taken in; what is done stays."""
    return job_pages.press(job_id, importing.KIND, ".imported", jobs.stop)


@pages.post("/unit/import/<job_id>/again")
@door.staff("unit")
def check_import_again(job_id: str) -> Answer:
    """The same file against what stands in the database now."""
    return job_pages.press(job_id, importing.KIND, ".imported", importing.look_again)


@pages.post("/unit/import/<job_id>/away")
@door.staff("unit")
def throw_import_away(job_id: str) -> Answer:
    """Erase the file; nothing of it is taken in."""
    return job_pages.press(job_id, importing.KIND, ".imported", importing.throw_away)
