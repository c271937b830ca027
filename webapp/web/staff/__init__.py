"""The staff's side: reviewing officers, duty, the Review Unit and social workers, each with their own pages."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, NoReturn

from flask import Blueprint, abort, g, request, session

from webapp.house import house
from webapp.services import asked_desk, auditing, duty, many_looks
from webapp.services import staff as accounts
from webapp.services import stand_in as stand_ins
from webapp.services.staff import SignedIn

pages = Blueprint("staff", __name__, url_prefix="/staff")

COOKIE = "staff"
AWAKE_EVERY = dt.timedelta(seconds=60)
"""How often a sign-in's last use is written down: not on every request."""
ID = re.compile(r"[0-9a-f]{32}")


def of_request() -> SignedIn | None:
    """The member of staff behind this request; None where nobody is signed in any more."""
    token = session.get(COOKIE)
    if not isinstance(token, str):
        return None
    home = house()
    now = home.clock()
    with home.db.reading() as s:
        signed = accounts.visiting(s, home.vault, now, token)
    if signed is None:
        session.pop(COOKIE, None)
        session["ended"] = True
        return None
    if signed.stands_in_until and signed.stands_in_until <= now:
        with home.db.writing() as s:
            stand_ins.end_over(s, now, signed.id)
    if now - signed.seen_at >= AWAKE_EVERY:
        with home.db.writing() as s:
            accounts.seen(s, now, signed.visit_id)
    return signed


def leave() -> None:
    """End this browser's sign-in on the server; the caller clears the browser."""
    token = session.get(COOKIE)
    if isinstance(token, str):
        home = house()
        with home.db.writing() as s:
            accounts.leave(s, home.vault, home.clock(), token)


def signed_in() -> SignedIn:
    """The member of staff that the guard let through."""
    found: SignedIn = g.staff
    return found


def looked(action: str, subject: str, child_id: str | None = None) -> None:
    """Put this look into the audit trail before anything is shown: with the reason, where an officer stands in."""
    home, signed = house(), signed_in()
    now, actor = home.clock(), f"staff:{signed.id}"
    with home.db.writing() as s:
        stands = (
            stand_ins.reason_for(s, home.vault, signed.id, child_id)
            if child_id and signed.stands_in_until
            else None
        )
        if stands is None:
            auditing.note(s, now, actor, action, subject, child_id)
        else:
            g.stands_in = stands.stands
            auditing.note(s, now, actor, action, subject, child_id, stands.stands.reason, stands.key)
        if child_id:
            many_looks.watch(s, home.authority, now, signed.id)


def not_yours(subject: str, row_id: str) -> NoReturn:
    """Turn away from a row that isn't this person's, exactly as from one that isn't there; written down (A7)."""
    if ID.fullmatch(row_id):
        looked("turned_away", f"{subject}:{row_id}")
    abort(404)


@pages.before_request
def _ids_are_ids() -> None:
    """What is no id of ours is nobody's page, before any database is asked (PostgreSQL refuses a NUL aloud)."""
    given = request.view_args or {}
    if not all(ID.fullmatch(value) for name, value in given.items() if name.endswith("_id")):
        abort(404)


@pages.context_processor
def _bar() -> dict[str, Any]:
    """What the bar on top needs: who is signed in, and how many worries wait for them. The page of a failure asks the
    database for nothing.
    """
    from webapp.web.staff import words

    signed: SignedIn | None = g.get("staff")
    waiting = asked = arrange = 0
    if signed is not None and signed.has("duty", "iro", "unit") and not g.get("failed"):
        with house().db.reading() as s:
            waiting = duty.count_open(s, signed) if signed.has("duty", "iro") else 0
            asked = asked_desk.waiting(s, signed.id) if signed.has("iro") else 0
            arrange = asked_desk.to_arrange(s) if signed.has("unit") else 0
    return {
        "signed": signed,
        "worries_waiting": waiting,
        "requests_waiting": asked,
        "to_arrange": arrange,
        "w": words,
        "now": house().clock(),
        "authority": house().authority,
    }


from webapp.web.staff import (  # noqa: E402  they hang their views on `pages`
    account_pages,  # noqa: F401
    after,  # noqa: F401
    agenda,  # noqa: F401
    child,  # noqa: F401
    child_talk,  # noqa: F401
    deciding,  # noqa: F401
    deliveries,  # noqa: F401
    guest_letters,  # noqa: F401
    guests,  # noqa: F401
    pack,  # noqa: F401
    participation,  # noqa: F401
    passed,  # noqa: F401
    passkeys,  # noqa: F401
    record,  # noqa: F401
    requests,  # noqa: F401
    reviews,  # noqa: F401
    set_up,  # noqa: F401
    side_by_side,  # noqa: F401
    sign_in,  # noqa: F401
    single_sign_on,  # noqa: F401
    stand_in,  # noqa: F401
    translations,  # noqa: F401
    unit,  # noqa: F401
    unit_contact,  # noqa: F401
    unit_day,  # noqa: F401
    unit_import,  # noqa: F401
    unit_paper,  # noqa: F401
    unit_print,  # noqa: F401
    worries,  # noqa: F401
)
