"""What a file of reviews would change, in words: each field's name, and its values as staff read them elsewhere."""

from __future__ import annotations

import datetime as dt
from typing import Any

from webapp.i18n import gettext, ngettext
from webapp.i18n import lazy_gettext as _
from webapp.services.jobs import Seen
from webapp.web.staff import words as w

FIELDS = {
    "kind": _("Kind of review"), "status": _("State of the review"), "held_at": _("Day and time"),
    "window_start": _("First day that the law allows"), "window_end": _("Last day that the law allows"),
    "place": _("Place"), "meeting_id": _("Meeting that is shared"), "iro": _("Reviewing officer’s number"),
    "social_worker": _("Social worker’s number"), "last_decisions": _("Decisions of the last review"),
    "given_name": _("First name"), "family_name": _("Family name"), "known_as": _("Called"),
    "birth_date": _("Birthday"), "birth_year": _("Year of birth"),
    "birth_date_assigned": _("Birthday given by officials"), "unaccompanied": _("Came without family"),
    "sex": _("Sex"), "legal_status": _("Legal status"), "placement": _("Where the child lives"),
    "out_of_area": _("Lives outside the area"), "came_into_care": _("Came into care"), "language": _("Language"),
    "speaks": _("Speaks"), "needs_interpreter": _("Needs an interpreter"), "format": _("How it is printed"),
    "communication": _("How the child says yes and no"), "no_words": _("Doesn’t use words"), "plan": _("Plan"),
    "hold": _("On hold"), "near_advocate": _("Advocate near the child"), "near_duty": _("Duty team near the child"),
    "way": _("Reached by"), "email": _("Email"), "phone": _("Phone"), "address": _("Postal address"),
    "known_fact": _("The one thing they know"), "called": _("What the child calls them"),
    "relation": _("Who they are to the child"), "name": _("Name"),
    "parental_responsibility": _("Parental responsibility"), "consulted": _("Is asked for views"),
    "consult_authorised_by": _("Not asked, as decided by"), "may_attend": _("The child may choose them"),
    "must_attend": _("Has to be there"), "no_contact": _("No contact allowed"),
    "may_know_address": _("May know the address"), "may_know_school": _("May know the school"),
    "may_be_named": _("The child may read their name"),
}  # fmt: skip
STATES = {
    "new": _("New"), "changed": _("Would change"), "same": _("As they are"), "refused": _("Refused"),
    "added": _("New, taken in"), "updated": _("Changed"), "moved": _("Not taken in: changed since you looked"),
}  # fmt: skip
WHY_NOT = {
    "empty": _("This file is empty."), "too_big": _("This file has more than 10 MB. Cut it into smaller ones."),
    "workbook": _("This is a workbook. Save it as “CSV UTF-8” and choose that file."),
    "utf16": _("This text is UTF-16. Save it as UTF-8."),
    "kind": _("This is neither CSV nor JSON Lines. The name ends in .csv or .jsonl."),
    "list": _("This is one JSON list. Put each review on a line of its own, without commas between."),
    "none": _("Choose a file first."),
}  # fmt: skip
_TABLES = {
    "kind": w.KINDS, "status": w.STATUSES, "legal_status": w.LEGAL, "placement": w.PLACEMENTS, "hold": w.HOLDS,
    "format": w.FORMATS, "way": w.WAYS,
}  # fmt: skip
_FACTS = {
    "birthday": _("a birthday (its value is not shown)"), "postcode": _("a postcode (its value is not shown)"),
    "word": _("a word (it is not shown)"),
}  # fmt: skip
_DAYS = ("window_start", "window_end", "birth_date", "came_into_care")


def value(name: str, said: Any) -> str:
    """One value of one field."""
    if name == "known_fact":
        return w.say(_FACTS, said) if said else gettext("nothing")
    if said is None or said == "":
        return gettext("no") if name in _YES_NO else gettext("nothing")
    if said is True:
        return gettext("yes")
    if name in _TABLES:
        return w.say(_TABLES[name], said) or gettext("standard")
    if name == "language":
        return w.language_name(said)
    if name == "held_at":
        return w.full_day(dt.datetime.fromisoformat(said))
    return w.day(dt.date.fromisoformat(said)) if name in _DAYS else str(said)


_YES_NO = (
    "birth_date_assigned", "unaccompanied", "out_of_area", "needs_interpreter", "no_words", "parental_responsibility",
    "consulted", "may_attend", "must_attend", "no_contact", "may_know_address", "may_know_school", "may_be_named",
)  # fmt: skip


def state(job: Seen, code: str) -> str:
    """What these reviews of a file are, before it is taken in and after."""
    if code in ("new", "changed") and job.state != "ready":
        return gettext("Not taken in")
    return w.say(STATES, code)


def how_it_stands(job: Seen) -> str:
    """One sentence on how far a file is."""
    done = f"{job.done:,}"
    if job.state == "checking":
        return gettext("Looking through it: %(done)s reviews so far.", done=done)
    if job.state == "ready":
        return gettext("Looked through, and nothing taken in yet.")
    if job.state == "taking_in":
        return gettext("Taking it in: %(done)s of %(total)s.", done=done, total=f"{job.total:,}")
    if job.state != "done" and job.reason in ENDS:
        return w.say(ENDS, job.reason)
    taken = job.counts.get("added", 0) + job.counts.get("updated", 0)
    words = str(ngettext("%(num)d review taken in.", "%(num)d reviews taken in.", taken))
    return gettext("Stopped: %(words)s", words=words) if job.state == "stopped" else words


ENDS = {
    "thrown_away": _("Thrown away: nothing was taken in."), "too_late": _("The file was erased after a day."),
    "ours": _("A mistake on our side stopped it. What was taken in stays."),
}  # fmt: skip
