"""What the pages of the worker's jobs share: one found or turned away, and a press on one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask import flash, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from webapp.house import house
from webapp.services import jobs
from webapp.services.jobs import Seen
from webapp.services.staff import SignedIn
from webapp.web.staff import not_yours, signed_in

Press = Callable[[Session, dt.datetime, SignedIn, str], bool]


def found(job_id: str, kind: str) -> Seen:
    """The job of this kind; 404 where there is none."""
    home = house()
    with home.db.reading() as s:
        job = jobs.seen(s, home.vault, job_id, kind)
    return job or not_yours("job", job_id)


def press(job_id: str, kind: str, page: str, what: Press) -> Response:
    """Do `what` to the job and go back to its page, saying so where there was nothing to do any more."""
    home = house()
    found(job_id, kind)
    with home.db.writing() as s:
        done = what(s, home.clock(), signed_in(), job_id)
    if not done:
        flash("nothing_to_do")
    return redirect(url_for(page, job_id=job_id), 303)
