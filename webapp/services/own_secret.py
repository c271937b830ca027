"""A person's own secret: set before the first answer, given ever after, and what happens when it is forgotten.

A booklet that a child does with a worker each time has none: it opens to that worker's own sign-in and to no other.
"""

from __future__ import annotations

import datetime as dt
import hmac
import re
import unicodedata

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from webapp.booklet.definition import Booklet
from webapp.services import limits
from webapp.services.access import Closed, TooOften, Wrong, reach, revoke_links
from webapp.services.auditing import note
from webapp.services.definitions import keep
from webapp.store import (
    Consultation,
    Link,
    Message,
    Prepared,
    Query,
    Response,
    Staff,
    Vault,
    Visit,
    new_id,
    table_of,
)  # fmt: skip

PICTURES: tuple[str, ...] = (
    "sun", "moon", "star", "tree", "flower", "fish", "boat", "house", "kite", "ball", "key", "cup", "cloud", "apple",
    "heart", "umbrella",
)  # fmt: skip
PICTURES_CHOSEN = 3
PIN = re.compile(r"[0-9]{4,8}")
_response = table_of(Response).c
_KEPT = Prepared(
    select(_response.secret_kind, _response.secret_hash)
    .where(_response.id == bindparam("of"))
    .with_for_update()
)


def fair_secret(kind: str, value: str) -> bool:
    """Three different pictures that we offer, or 4 to 8 digits that aren't all the same."""
    if kind == "pictures":
        chosen = value.split()
        return len(chosen) == len(set(chosen)) == PICTURES_CHOSEN and set(chosen) <= set(PICTURES)
    return kind == "pin" and bool(PIN.fullmatch(value)) and len(set(value)) > 1


def read_pin(typed: str) -> str:
    """A typed number in plain digits, whichever keyboard wrote it, without its gaps."""
    return "".join(str(unicodedata.digit(c, c)) for c in typed if not c.isspace())


def secret_hash(vault: Vault, response_id: str, kind: str, value: str) -> str:
    """Keyed and bound to the response: so short a secret is protected by the key and the limit on tries."""
    plain = " ".join(sorted(value.split())) if kind == "pictures" else value
    return vault.lookup("secret", f"{response_id}:{kind}:{plain}")


def set_secret(
    session: Session, vault: Vault, booklet: Booklet, visit_id: str, consultation_id: str,
    kind: str, value: str, now: dt.datetime,
) -> None:  # fmt: skip
    """The person's own secret, before their first answer or after a reset; makes the response where there is none.

    Kind `worker` (side by side only) sets none: the booklet then opens to the same worker's sign-in alone. Raises
    Wrong where the secret isn't a fair one, Closed where there is a secret already, or where old answers would be
    opened by anything but a link that was made after the reset.
    """
    if kind != "worker" and not fair_secret(kind, value):
        raise Wrong
    visit = session.get_one(Visit, visit_id)
    if kind == "worker" and not visit.helper_staff_id:
        raise Closed
    response = session.scalar(
        select(Response).where(Response.consultation_id == consultation_id).with_for_update()
    )
    if response is None:
        response = _begun(session, vault, booklet, consultation_id, now)
    elif response.secret_kind is not None or (
        sealed_off(response) and not _through_new_link(session, visit, response)
    ):
        raise Closed
    response.secret_kind = kind
    response.secret_hash = (
        f"staff:{visit.helper_staff_id}" if kind == "worker" else secret_hash(vault, response.id, kind, value)
    )
    response.secret_reset_at = None
    visit.stage, visit.seen_at = "own", now
    session.flush()
    note(session, now, f"visit:{visit_id}", "set_secret", f"response:{response.id}")


def _begun(
    session: Session, vault: Vault, booklet: Booklet, consultation_id: str, now: dt.datetime
) -> Response:
    response_id = new_id()
    _, wrapped = vault.new_key(f"response:{response_id}")
    response = Response(
        id=response_id, consultation_id=consultation_id, key=wrapped, definition=keep(session, booklet, now),
        started_at=now,
    )  # fmt: skip
    session.add(response)
    return response


def sealed_off(response: Response) -> bool:
    """True where there are answers and no secret since a reset: only a link made after it may lead to them."""
    return response.secret_kind is None and response.secret_reset_at is not None and response.version > 0


def _through_new_link(session: Session, visit: Visit, response: Response) -> bool:
    made = session.scalar(select(Link.made_at).where(Link.id == visit.link_id)) if visit.link_id else None
    return made is not None and response.secret_reset_at is not None and made >= response.secret_reset_at


def give_secret(
    query: Query, vault: Vault, visit_id: str, response_id: str, value: str, now: dt.datetime
) -> None:
    """The secret: right, and the visit goes on to `own`. Raises TooOften, or Wrong (counted: commit it)."""
    kept = _KEPT.first(query, of=response_id)
    who = vault.lookup("limit", f"secret:{response_id}")
    if wait := limits.try_again_in(query, now, "secret", who):
        raise TooOften(wait)
    given = secret_hash(vault, response_id, kept.secret_kind or "", value)
    if not kept.secret_hash or not hmac.compare_digest(given, kept.secret_hash):
        limits.failed(query, now, "secret", who)
        note(query, now, f"visit:{visit_id}", "wrong_secret", f"response:{response_id}")
        raise Wrong
    limits.passed(query, now, "secret", who)
    _opens(query, visit_id, response_id, now)


def worker_opens(session: Session, visit_id: str, response: Response, now: dt.datetime) -> None:
    """A booklet that has no secret, because the child does it with a worker, is opened side by side again.

    Raises Closed for anybody but the worker who began it.
    """
    helper = session.get_one(Visit, visit_id).helper_staff_id
    if not helper or response.secret_kind != "worker" or response.secret_hash != f"staff:{helper}":
        raise Closed
    _opens(session, visit_id, response.id, now)


def _opens(query: Query, visit_id: str, response_id: str, now: dt.datetime) -> None:
    reach(query, visit_id, "own", now)
    note(query, now, f"visit:{visit_id}", "opened_own", f"response:{response_id}")


def reset_secret(
    session: Session, vault: Vault, response: Response, staff: Staff, child_id: str, now: dt.datetime
) -> None:
    """Staff clear a forgotten secret: every link and visit ends, a new link goes to the person, who is told there.

    Whoever clears it gains nothing: old answers open only through what is sent to the person themselves.
    """
    response.secret_kind = response.secret_hash = None
    response.secret_reset_at = now
    revoke_links(session, response.consultation_id, now)
    limits.forget(session, "secret", vault.lookup("limit", f"secret:{response.id}"))
    note(session, now, f"staff:{staff.id}", "reset_secret", f"response:{response.id}", child_id)
    asked = session.get_one(Consultation, response.consultation_id)
    again = Message(
        id=new_id(), purpose=f"reset:{response.id}:{now.isoformat()}", consultation_id=asked.id, child_id=child_id,
        way="", template="reset", language=asked.language, state="waiting", made_at=now, due_at=now,
    )  # fmt: skip
    session.add(again)
