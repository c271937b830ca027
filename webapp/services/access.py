"""How a person without an account comes in: link or code, then one known fact.

A link alone opens nothing; link and fact open an empty booklet; link, fact and the secret of `own_secret` open what
was said. Wrong, expired and revoked links look the same. Tries are counted in the database.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
import re
import secrets
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from babel.dates import get_month_names
from sqlalchemy import and_, bindparam, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from webapp.i18n import COVERS
from webapp.services import limits
from webapp.services.auditing import note
from webapp.store import (
    Child,
    Consultation,
    Involvement,
    Key,
    Link,
    Person,
    Prepared,
    Query,
    Response,
    Staff,
    Vault,
    Visit,
    new_id,
    table_of,
)

CODE_LETTERS = "BCDFGHJKMNPQRTVWXY2346789"
CODE_LENGTH = 10
"""No vowels and no look-alikes; ten of these 25 are 46 bits, and tries are limited."""
MONTHS = [
    (name.casefold(), n)
    for code in ("en", *COVERS)
    for n, name in sorted(get_month_names("wide", "stand-alone", code.replace("-", "_")).items())
]
"""The months in each language that somebody may be asked in."""
SPELT = {
    "febuary": 2, "fawrth": 3, "fai": 5, "fehefin": 6, "orffennaf": 7, "agust": 8,
    "fedi": 9, "dachwedd": 11, "ragfyr": 12,
}  # fmt: skip
"""As they are spelt too: slips, and Welsh after "o"."""

_link, _asked, _child, _role, _person, _visit = (
    table_of(t).c for t in (Link, Consultation, Child, Involvement, Person, Visit)
)
_LINKS = (
    select(_link.id, _link.consultation_id, _link.revoked_at, _link.expires_at, _asked.state, _asked.language,
           _asked.child_id, _asked.who, _child.hold, _role.hold.label("own_hold"), _role.ended_at, _role.no_contact,
           func.coalesce(_person.format, _child.format).label("format"),
           and_(_asked.who == "child", _child.near.is_not(None)).label("near"))
    .select_from(table_of(Link))
    .join(table_of(Consultation), _asked.id == _link.consultation_id)
    .join(table_of(Child), _child.id == _asked.child_id)
    .outerjoin(table_of(Involvement), _role.id == _asked.involvement_id)
    .outerjoin(table_of(Person), _person.id == _role.person_id)
)  # fmt: skip
_BY_TOKEN = Prepared(_LINKS.where(_link.token_hash == bindparam("hashed")))
_BY_CODE = Prepared(_LINKS.where(_link.code_hash == bindparam("hashed")))
_BEGIN = Prepared(
    insert(table_of(Visit)).inline(),
    columns=(
        "id",
        "token_hash",
        "consultation_id",
        "link_id",
        "stage",
        "helper_staff_id",
        "opened_at",
        "seen_at",
    ),
)
_END = Prepared(
    update(table_of(Visit))
    .where(_visit.id == bindparam("of"), _visit.ended_at.is_(None))
    .values(ended_at=bindparam("at"))
)
_REACH = Prepared(
    update(table_of(Visit))
    .where(_visit.id == bindparam("of"))
    .values(stage=bindparam("to"), seen_at=bindparam("at"))
)
_SPEAK = Prepared(
    update(table_of(Consultation)).where(_asked.id == bindparam("of")).values(language=bindparam("to"))
)
_LOCK = Prepared(select(_asked.id).where(_asked.id == bindparam("of")).with_for_update())
_FACT = Prepared(
    select(_child.id, _child.key, _child.known_fact, _role.id.label("role_id"), _role.known_fact.label("own_fact"),
           _person.id.label("person_id"), _person.key.label("person_key"))
    .select_from(table_of(Consultation))
    .join(table_of(Child), _child.id == _asked.child_id)
    .outerjoin(table_of(Involvement), _role.id == _asked.involvement_id)
    .outerjoin(table_of(Person), _person.id == _role.person_id)
    .where(_asked.id == bindparam("of"))
)  # fmt: skip


class Closed(Exception):
    """This link, code or visit opens nothing. Says no more: wrong, expired and revoked are one to a stranger."""


class TooOften(Exception):
    """Too many wrong tries; `seconds` until the next."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"again in {seconds} s")
        self.seconds = seconds


class Wrong(Exception):
    """Not the right fact or secret."""


class Unclear(Exception):
    """What was said can't be a birthday, a postcode or a word at all: asked again, and not counted."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A visit has begun: the cookie's token, once."""

    visit_id: str
    token: str


def make_link(
    session: Session, vault: Vault, consultation_id: str, now: dt.datetime, expires: dt.datetime
) -> tuple[str, str]:
    """A fresh link token (128 bits) and code for this consultation; only their hashes are kept."""
    token = secrets.token_urlsafe(16)
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    session.add(
        Link(
            consultation_id=consultation_id,
            token_hash=vault.lookup("token", token),
            code_hash=vault.lookup("code", code),
            made_at=now,
            expires_at=expires,
        )
    )
    session.flush()
    return token, code


def show_code(code: str) -> str:
    """A code in two groups of five, as a letter prints it."""
    return f"{code[:5]}-{code[5:]}"


def read_code(typed: str) -> str:
    """A typed code without its gaps and case."""
    return re.sub(r"[^A-Z0-9]", "", typed.upper())[:40]


def revoke_links(session: Session, consultation_id: str, now: dt.datetime, end_visits: bool = True) -> None:
    """Every link of this consultation dies, and every visit that came through one."""
    session.execute(
        update(Link)
        .where(Link.consultation_id == consultation_id, Link.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    if end_visits:
        session.execute(
            update(Visit)
            .where(Visit.consultation_id == consultation_id, Visit.ended_at.is_(None))
            .values(ended_at=now)
        )


def find_link(query: Query, vault: Vault, now: dt.datetime, *, token: str = "", code: str = "") -> Any:
    """The live link of this token or code. Raises Closed for wrong, expired, revoked, on hold and no longer asked
    alike.
    """
    found = (
        _BY_TOKEN.first(query, hashed=vault.lookup("token", token))
        if token
        else _BY_CODE.first(query, hashed=vault.lookup("code", code))
    )
    if found is None or found.revoked_at or found.expires_at <= now:
        raise Closed
    if found.state == "stopped" or found.hold != "none":
        raise Closed
    if found.own_hold not in (None, "none") or found.ended_at or found.no_contact:  # none of these: the child
        raise Closed
    return found


def begin(query: Query, vault: Vault, link: Any, now: dt.datetime) -> Opened:
    """A visit at its first stage: it may say the one thing it knows, and nothing else."""
    return _begin(query, vault, link.consultation_id, now, "opened", link_id=link.id)


def begin_side_by_side(
    session: Session, vault: Vault, consultation_id: str, staff: Staff, now: dt.datetime
) -> Opened:
    """A visit on a worker's own device, from the worker's sign-in, which the caller ends. Shown in the record.

    Raises Closed where this consultation is stopped, where the worker's account was closed, or where answers wait for
    the person: a secret was cleared, or they began by text and have none yet.
    """
    consultation = session.get_one(Consultation, consultation_id)
    waits = exists().where(
        Consultation.id == consultation_id, Consultation.secret_kind.is_(None),
        or_(Consultation.secret_reset_at.is_not(None), Consultation.by_text_at.is_not(None)),
        Response.consultation_id == Consultation.id, Response.version > 0,
    )  # fmt: skip
    session.refresh(staff, with_for_update=True)
    if not staff.active or consultation.state == "stopped" or session.scalar(select(waits)):
        raise Closed
    opened = _begin(session, vault, consultation_id, now, "known", helper_staff_id=staff.id)
    note(
        session,
        now,
        f"staff:{staff.id}",
        "side_by_side",
        f"consultation:{consultation_id}",
        consultation.child_id,
    )
    return opened


def _begin(
    query: Query, vault: Vault, consultation_id: str, now: dt.datetime, stage: str,
    link_id: str | None = None, helper_staff_id: str | None = None,
) -> Opened:  # fmt: skip
    token, visit_id = secrets.token_urlsafe(16), new_id()
    _BEGIN.run(
        query, id=visit_id, token_hash=vault.lookup("visit", token), consultation_id=consultation_id, link_id=link_id,
        stage=stage, helper_staff_id=helper_staff_id, opened_at=now, seen_at=now,
    )  # fmt: skip
    return Opened(visit_id, token)


def speak(
    query: Query, consultation_id: str, language: str, actor: str, child_id: str, now: dt.datetime
) -> None:
    """From now on this person is spoken to in this language: on the pages of their next visit, in messages and letters.

    Whoever holds their link may choose it, as they may read what the link shows: no answer and no name. Who did is
    written down (`actor` as for `auditing.note`), so that staff can set it back.
    """
    _SPEAK.run(query, of=consultation_id, to=language)
    note(query, now, actor, f"language_{language}"[:40], f"consultation:{consultation_id}", child_id)


def end(query: Query, visit_id: str, now: dt.datetime) -> None:
    """This visit is over: its cookie opens nothing more."""
    _END.run(query, of=visit_id, at=now)


def reach(query: Query, visit_id: str, stage: str, now: dt.datetime) -> None:
    """This visit has come to this stage."""
    _REACH.run(query, of=visit_id, to=stage, at=now)


def fact_kind(query: Query, vault: Vault, consultation_id: str) -> str:
    """What this person is asked to say: birthday, postcode or word."""
    return _fact(query, vault, consultation_id)[0]


def _fact(query: Query, vault: Vault, consultation_id: str) -> tuple[str, str]:
    row = _FACT.first(query, of=consultation_id)
    if row.role_id:
        key = vault.key(row.person_key, f"person:{row.person_id}")
        sealed, where = row.own_fact, f"involvement.known_fact:{row.role_id}"
    else:
        key = vault.key(row.key, f"child:{row.id}")
        sealed, where = row.known_fact, f"child.known_fact:{row.id}"
    if not sealed:
        return "birthday", ""
    fact = json.loads(key.open(sealed, where))
    return fact["kind"], same_fact(fact["kind"], fact["value"])


def same_fact(kind: str, said: str) -> str:
    """What was said, in one form: 5/3, 05-03 and "5 March" are one birthday, "fy1 2ab" and "FY12AB" one postcode.

    Day before month, as the British say it. Empty where a birthday is no day of any year.
    """
    if kind == "birthday":
        parts = [_number(part) for part in re.findall(r"\d+|[^\W\d_]+", said.casefold())]
        numbers = [n for n in parts if n][:2]
        return "-".join(f"{n:02d}" for n in numbers) if _is_a_day(numbers) else ""
    return re.sub(r"\W", "", said).casefold()


def _number(part: str) -> int:
    """A number, or the number of a month whose name begins so; else 0."""
    if part.isdecimal():
        return int(part[:4])
    begun = next((n for name, n in MONTHS if len(part) > 2 and name.startswith(part)), 0)
    return begun or SPELT.get(part, 0)


def _is_a_day(numbers: list[int]) -> bool:
    """True for a day and a month that some year has: 29 February too."""
    return len(numbers) == 2 and 1 <= numbers[1] <= 12 and 1 <= numbers[0] <= monthrange(2024, numbers[1])[1]


def say_fact(
    query: Query, vault: Vault, visit_id: str, consultation_id: str, said: str, now: dt.datetime
) -> None:
    """The one thing they know: right, and the visit goes on to `known`.

    Raises TooOften before looking, where tries ran out; Unclear where it can't be one; Wrong where it isn't right
    (the try is counted: the caller commits it all the same).
    """
    _LOCK.run(query, of=consultation_id)
    who = _tries_of(vault, consultation_id)
    if wait := limits.try_again_in(query, now, "fact", who):
        raise TooOften(wait)
    kind, right = _fact(query, vault, consultation_id)
    given = same_fact(kind, said)
    if not given:
        raise Unclear
    if not right or not hmac.compare_digest(given.encode(), right.encode()):
        limits.failed(query, now, "fact", who)
        raise Wrong
    limits.passed(query, now, "fact", who)
    reach(query, visit_id, "known", now)
    note(query, now, f"visit:{visit_id}", "recognised", f"consultation:{consultation_id}")


def say_fact_among(
    query: Query, vault: Vault, consultation_ids: Iterable[str], said: str, now: dt.datetime
) -> list[str]:
    """Whose the one thing they know is, of several who share a phone: all whom it fits, in the order given.

    Raises as `say_fact` does. What fits nobody is a wrong try at everybody's; where it fits one of them it is no try at
    the others'.
    """
    asked = list(consultation_ids)
    for one in sorted(asked):  # in one order, so that two who wait for each other can't both wait for ever
        _LOCK.run(query, of=one)
    waits = {one: limits.try_again_in(query, now, "fact", _tries_of(vault, one)) for one in asked}
    may = [one for one in asked if not waits[one]]
    if not may:
        raise TooOften(min(waits.values()))
    facts = {one: _fact(query, vault, one) for one in may}
    given = {one: text for one in may if (text := same_fact(facts[one][0], said))}
    if not given:
        raise Unclear
    right = [
        one
        for one, text in given.items()
        if facts[one][1] and hmac.compare_digest(text.encode(), facts[one][1].encode())
    ]
    for one in right or given:
        (limits.passed if right else limits.failed)(query, now, "fact", _tries_of(vault, one))
    if not right:
        raise Wrong
    return right


def _tries_of(vault: Vault, consultation_id: str) -> str:
    return vault.lookup("limit", f"fact:{consultation_id}")


def begin_by_text(query: Query, vault: Vault, consultation_id: str, now: dt.datetime) -> str:
    """A visit of somebody whom `say_fact_among` has recognised by their number and what they know; gives its id."""
    visit_id = _begin(query, vault, consultation_id, now, "own").visit_id
    note(query, now, f"visit:{visit_id}", "recognised", f"consultation:{consultation_id}")
    return visit_id


def begin_on_paper(
    session: Session, vault: Vault, consultation_id: str, paper_id: str, staff_id: str, now: dt.datetime
) -> Opened:
    """A visit in which staff type a booklet that came back on paper; `on_paper.begin` says whether it may be."""
    opened = _begin(session, vault, consultation_id, now, "own", helper_staff_id=staff_id)
    session.execute(update(Visit).where(Visit.id == opened.visit_id).values(paper_id=paper_id))
    return opened


def stop_typing(session: Session, consultation_id: str, now: dt.datetime) -> None:
    """Whoever types this person's paper types no more: the person is in themselves."""
    typing = Visit.consultation_id == consultation_id, Visit.paper_id.is_not(None), Visit.ended_at.is_(None)
    session.execute(update(Visit).where(*typing).values(ended_at=now))


def open_response_key(vault: Vault, response_id: str, wrapped: bytes) -> Key:
    """The key of one response."""
    return vault.key(wrapped, f"response:{response_id}")
