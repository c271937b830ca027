"""What a member of staff was just shown and may load again: a fresh code or letter, kept sealed in their own cookie.

A press makes the code and leads to the page that shows it, so that loading that page again makes nothing. Only the
hash of a code is in the database; the code itself lies here, for a while and for this sign-in alone.
"""

from __future__ import annotations

import base64
import datetime as dt
import json

from flask import session

from webapp.house import house
from webapp.store import SealBroken
from webapp.web.staff import signed_in

COOKIE = "shown"
FOR = dt.timedelta(minutes=20)
PLACE = "shown.cookie"


def keep(subject: str, **values: str) -> None:
    """Keep these for the page that shows them; what was kept before is gone."""
    key, wrapped = house().vault.new_key(_owner())
    text = json.dumps({"subject": subject, "at": house().clock().timestamp(), **values})
    session[COOKIE] = [base64.b64encode(part).decode() for part in (wrapped, key.seal(text, PLACE))]


def kept(subject: str) -> dict[str, str] | None:
    """What was kept for this page; None where it is another's, too old, or not ours."""
    try:
        wrapped, sealed = (base64.b64decode(part) for part in session.get(COOKIE) or ())
        found: dict[str, str] = json.loads(house().vault.key(wrapped, _owner()).open(sealed, PLACE))
    except (ValueError, SealBroken):
        return None
    fresh = house().clock().timestamp() - float(found["at"]) < FOR.total_seconds()
    return found if fresh and found["subject"] == subject else None


def _owner() -> str:
    return f"shown:{signed_in().id}"
