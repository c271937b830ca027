"""A person's own secret: set before the first answer, given ever after, and what happens when it is forgotten.

One secret opens all of a person's booklets. Where a child does them with a worker each time there is none: they open
to that worker's own sign-in and to no other.
"""

from __future__ import annotations

import datetime as dt
import hmac
import re
import unicodedata
from collections.abc import Mapping

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from webapp.booklet.definition import Booklet
from webapp.services import limits
from webapp.services.access import Closed, TooOften, Wrong, reach, revoke_links, stop_typing
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
_asked = table_of(Consultation).c
_KEPT = Prepared(
    select(_asked.secret_kind, _asked.secret_hash, _asked.secret_of)
    .where(_asked.id == bindparam("of"))
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
    """Keyed and bound to their first response: so short a secret is protected by the key and the limit on tries."""
    plain = " ".join(sorted(value.split())) if kind == "pictures" else value
    return vault.lookup("secret", f"{response_id}:{kind}:{plain}")


def set_secret(
    session: Session, vault: Vault, booklets: Mapping[str, Booklet], visit_id: str, consultation_id: str,
    kind: str, value: str, now: dt.datetime,
) -> None:  # fmt: skip
    """The person's own secret, before their first answer or after a reset; the first time, makes a response for each
    of their booklets.

    Kind `worker` (side by side only) sets none: they then open to the same worker's sign-in alone. Raises
    Wrong where the secret isn't a fair one, Closed where there is a secret already, or where old answers would be
    opened by anything but a link that was made after the reset.
    """
    if kind != "worker" and not fair_secret(kind, value):
        raise Wrong
    visit = session.get_one(Visit, visit_id)
    if kind == "worker" and not visit.helper_staff_id:
        raise Closed
    asked = session.get_one(Consultation, consultation_id, with_for_update=True, populate_existing=True)
    if asked.secret_kind is not None or (
        sealed_off(session, asked) and not _through_new_link(session, visit, asked)
    ):
        raise Closed
    asked.secret_of = asked.secret_of or _begun(session, vault, booklets, asked, now)
    asked.secret_kind = kind
    asked.secret_hash = (
        f"staff:{visit.helper_staff_id}"
        if kind == "worker"
        else secret_hash(vault, asked.secret_of, kind, value)
    )
    asked.secret_reset_at = asked.by_text_at = None
    stop_typing(session, asked.id, now)
    visit.stage, visit.seen_at = "own", now
    session.flush()
    note(session, now, f"visit:{visit_id}", "set_secret", f"consultation:{asked.id}")


def _begun(
    session: Session, vault: Vault, booklets: Mapping[str, Booklet], asked: Consultation, now: dt.datetime
) -> str:
    """A response for each of this person's booklets; gives the first one's id. A booklet that is gone is left out."""
    names = [name for name in asked.booklets.split() if name in booklets]
    made = [_response(session, vault, booklets[name], asked.id, now) for name in names]
    if not made:
        raise LookupError(f"no booklet of {asked.booklets!r} is there")
    session.add_all(made)
    session.flush()
    return made[0].id


def _response(
    session: Session, vault: Vault, booklet: Booklet, consultation_id: str, now: dt.datetime
) -> Response:
    response_id = new_id()
    _, wrapped = vault.new_key(f"response:{response_id}")
    return Response(
        id=response_id, consultation_id=consultation_id, booklet_id=booklet.id, key=wrapped,
        definition=keep(session, booklet, now), started_at=now,
    )  # fmt: skip


def begin_by_text(
    session: Session, vault: Vault, booklets: Mapping[str, Booklet], consultation_id: str, now: dt.datetime
) -> None:
    """Somebody recognised by their number has no secret and may have said nothing yet: their booklets are made.

    From then on a link that was sent before opens nothing of it: who holds that link need not hold the phone.
    """
    asked = session.get_one(Consultation, consultation_id, with_for_update=True, populate_existing=True)
    asked.secret_of = asked.secret_of or _begun(session, vault, booklets, asked, now)
    if asked.secret_kind is None and asked.by_text_at is None:
        asked.by_text_at = now
    stop_typing(session, asked.id, now)
    session.flush()


def _sealed_since(asked: Consultation) -> dt.datetime | None:
    """When the last thing happened after which only a newer link opens what was said."""
    return max((at for at in (asked.secret_reset_at, asked.by_text_at) if at is not None), default=None)


def sealed_off(session: Session, asked: Consultation) -> bool:
    """True where there are answers and no secret, since it was reset or since they were said by text: only a link made
    after that may lead to them.
    """
    if asked.secret_kind is not None or _sealed_since(asked) is None:
        return False
    return bool(
        session.scalar(select(exists().where(Response.consultation_id == asked.id, Response.version > 0)))
    )


def _through_new_link(session: Session, visit: Visit, asked: Consultation) -> bool:
    made = session.scalar(select(Link.made_at).where(Link.id == visit.link_id)) if visit.link_id else None
    since = _sealed_since(asked)
    return made is not None and since is not None and made >= since


def tries_of(vault: Vault, secret_of: str) -> str:
    """The name under which wrong tries at a secret are counted."""
    return vault.lookup("limit", f"secret:{secret_of}")


def give_secret(
    query: Query, vault: Vault, visit_id: str, consultation_id: str, value: str, now: dt.datetime
) -> None:
    """The secret: right, and the visit goes on to `own`. Raises TooOften, or Wrong (counted: commit it)."""
    kept = _KEPT.first(query, of=consultation_id)
    who = tries_of(vault, kept.secret_of or "")
    if wait := limits.try_again_in(query, now, "secret", who):
        raise TooOften(wait)
    given = secret_hash(vault, kept.secret_of or "", kept.secret_kind or "", value)
    if not kept.secret_hash or not hmac.compare_digest(given, kept.secret_hash):
        limits.failed(query, now, "secret", who)
        note(query, now, f"visit:{visit_id}", "wrong_secret", f"consultation:{consultation_id}")
        raise Wrong
    limits.passed(query, now, "secret", who)
    _opens(query, visit_id, consultation_id, now)


def worker_opens(session: Session, visit_id: str, asked: Consultation, now: dt.datetime) -> None:
    """Booklets that have no secret, because the child does them with a worker, are opened side by side again.

    Raises Closed for anybody but the worker who began it.
    """
    helper = session.get_one(Visit, visit_id).helper_staff_id
    if not helper or asked.secret_kind != "worker" or asked.secret_hash != f"staff:{helper}":
        raise Closed
    _opens(session, visit_id, asked.id, now)


def _opens(query: Query, visit_id: str, consultation_id: str, now: dt.datetime) -> None:
    reach(query, visit_id, "own", now)
    note(query, now, f"visit:{visit_id}", "opened_own", f"consultation:{consultation_id}")


def reset_secret(session: Session, vault: Vault, asked: Consultation, staff: Staff, now: dt.datetime) -> None:
    """Staff clear a forgotten secret: every link and visit ends, a new link goes to the person, who is told there.

    Whoever clears it gains nothing: old answers open only through what is sent to the person themselves.
    """
    asked.secret_kind = asked.secret_hash = None
    asked.secret_reset_at = now
    revoke_links(session, asked.id, now)
    limits.forget(session, "secret", tries_of(vault, asked.secret_of or ""))
    note(session, now, f"staff:{staff.id}", "reset_secret", f"consultation:{asked.id}", asked.child_id)
    again = Message(
        id=new_id(), purpose=f"reset:{asked.id}:{now.isoformat()}", consultation_id=asked.id,
        child_id=asked.child_id, way="", template="reset", language=asked.language, state="waiting", made_at=now,
        due_at=now,
    )  # fmt: skip
    session.add(again)
