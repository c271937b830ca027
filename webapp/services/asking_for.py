"""Somebody asks for something at any time: a talk with their officer, an advocate, a review sooner, another answer.

Each press is one request, kept whole before anything is said to have been kept. The officer is told by email, and so is
the advocacy service where it has an address; no email says who it is about. Free words are read for worries like any
others (`screening`).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from config import Authority
from webapp.review.requests import (
    A_DAY,
    OPEN,
    REACH_AT_MOST,
    WANTS,
    WORDS_AT_MOST,
    Kind,
    offered,
    says_no_more,
)
from webapp.services import to_read
from webapp.services.asking_events import Takers, announce
from webapp.services.auditing import note
from webapp.services.visits import Standing
from webapp.services.whose import officer_of
from webapp.store import (
    Consultation,
    Key,
    Message,
    Prepared,
    Query,
    Request,
    Review,
    Staff,
    Vault,
    new_id,
    table_of,
)

SOURCE = "request.sealed:"
TEMPLATE = "request"
"""The email to those who are to look."""
SHOWN_FOR = dt.timedelta(days=365)
SHOWN_AT_MOST = 20
FRESH = dt.timedelta(days=30)
"""For so long the front page says that there is an answer."""


_request, _consultation = table_of(Request).c, table_of(Consultation).c
_ANSWERED = Prepared(
    select(_request.id)
    .join_from(Request.__table__, Consultation.__table__, _consultation.id == _request.consultation_id)
    .where(
        _request.child_id == bindparam("child"), _consultation.respondent == bindparam("respondent"),
        _request.who == bindparam("who"), _request.answered_at > bindparam("since"),
    )
    .limit(1)
)  # fmt: skip


_IN_A_DAY = Prepared(
    select(func.count(_request.id).label("times")).where(
        _request.consultation_id == bindparam("of"), _request.made_at > bindparam("since")
    )
)


class TooMany(Exception):
    """They asked for as much as fits into a day: nothing was kept."""


class TooLong(Exception):
    """The words are too long: nothing was kept."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed and chosen on a page, or said by text."""

    kind: Kind
    words: str = ""
    reach: str = ""
    wants: str = ""
    press: str = ""
    """What made it, once and only once: the form's own mark, or the message's id."""
    channel: str = "web"
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Asked:
    """One of somebody's own requests, as they may read it."""

    id: str
    kind: str
    words: str
    wants: str
    reach: str
    language: str
    made_at: dt.datetime
    state: str
    seen_at: dt.datetime | None
    answer: str
    answered_at: dt.datetime | None
    arranged_at: dt.datetime | None


def may_ask(standing: Standing) -> tuple[Kind, ...]:
    """What the person of this visit may ask for; nothing for whoever types a booklet that came on paper."""
    row = standing.row
    if not standing.open or row.stage != "own" or row.paper_id is not None:
        return ()
    after = row.when == "after" or row.review_status == "held"
    return offered(row.who, decided=after or bool(row.was_told))


def make(
    session: Session, vault: Vault, authority: Authority, takers: Takers, standing: Standing, wish: Wish,
    now: dt.datetime,
) -> str | None:  # fmt: skip
    """Keep what this person asks for; gives its id, and None where they may not ask for this.

    The same press twice is one request. So are the same words, or a press that adds nothing, while one of its kind is
    open and not arranged: whoever goes back and sends again has asked once. Other words are a request of their own.
    Raises TooMany and TooLong.
    """
    row = standing.row
    if wish.kind not in may_ask(standing):
        return None
    if len(wish.words) > WORDS_AT_MOST or len(wish.reach) > REACH_AT_MOST:
        raise TooLong
    session.execute(
        select(Review.id).where(Review.id == row.review_id).with_for_update()
    ).one()  # one after the other
    key = vault.key(row.child_key, f"child:{row.child_id}")
    body = {"words": wish.words.strip(), "reach": wish.reach.strip()}
    wants, mark = wish.wants if wish.wants in WANTS else "", wish.press or new_id()
    press = vault.lookup("request", json.dumps([row.consultation_id, wish.kind, mark, wants, body]))
    if before := _the_same(session, key, row.consultation_id, press, wish.kind, wants, body):
        note(session, now, f"visit:{row.visit_id}", "asked_again", f"request:{before}", row.child_id)
        return before
    if too_often(session, standing, now):
        raise TooMany
    made = Request(
        id=new_id(), consultation_id=row.consultation_id, review_id=row.review_id, child_id=row.child_id,
        kind=wish.kind, who=row.who, wants=wants, press=press, sealed=b"",
        channel=wish.channel, language=wish.language, made_at=now, state="new",
        typed_by=f"staff:{row.helper_staff_id}" if row.helper_staff_id else "",
    )  # fmt: skip
    made.sealed = key.seal(json.dumps(body, ensure_ascii=False), place(made.id))
    session.add(made)
    session.flush()
    if any(body.values()):
        to_read.put(
            session, now, source=place(made.id), sealed=made.sealed, language=wish.language, review_id=row.review_id,
            consultation_id=row.consultation_id,
        )  # fmt: skip
    note(session, now, f"visit:{row.visit_id}", f"asked_{wish.kind}", f"request:{made.id}", row.child_id)
    _tell_by_email(session, authority, key, made, now)
    announce(session, vault, takers, key, made, now)
    return made.id


def _the_same(
    session: Session, key: Key, consultation_id: str, press: str, kind: str, wants: str, body: Mapping[str, str]
) -> str | None:  # fmt: skip
    rows = session.scalars(
        select(Request)
        .where(
            Request.consultation_id == consultation_id,
            (Request.press == press)
            | (Request.state.in_(OPEN) & Request.arranged_at.is_(None) & (Request.kind == kind)),
        )
        .order_by(Request.made_at.desc(), Request.id)
    )
    for one in rows:
        same = opened(key, one) == body and one.wants == wants
        if one.press == press or same or says_no_more(**body, wants=wants, before=one.wants):
            return one.id
    return None


def too_often(query: Query, standing: Standing, now: dt.datetime) -> bool:
    """True where this person has asked for as much as fits into a day."""
    since = now - dt.timedelta(days=1)
    return bool(_IN_A_DAY.first(query, of=standing.row.consultation_id, since=since).times >= A_DAY)


def _tell_by_email(session: Session, authority: Authority, key: Key, made: Request, now: dt.datetime) -> None:
    """The officer, or the Review Unit where the child has none; and the advocacy service."""
    officer = session.get(Staff, officer_of(session, made.child_id, made.review_id) or "")
    mailboxes = [(officer.email if officer and officer.active else None) or authority.unit_email]
    if made.kind == "advocate" and authority.advocate_email:
        mailboxes.append(authority.advocate_email)
    for number, mailbox in enumerate(mailboxes):
        message_id = new_id()
        session.add(
            Message(
                id=message_id, purpose=f"{TEMPLATE}:{made.id}:{'advocate' if number else 'officer'}", way="email",
                child_id=made.child_id, template=TEMPLATE, language="en", made_at=now, due_at=now,
                to_sealed=key.seal(mailbox.strip(), f"message.to_sealed:{message_id}"),
            )
        )  # fmt: skip
    session.flush()


def answered(query: Query, standing: Standing, now: dt.datetime) -> bool:
    """True where this person has an answer from the last weeks."""
    row = standing.row
    found = _ANSWERED.first(
        query, child=row.child_id, respondent=row.respondent, who=row.who, since=now - FRESH
    )
    return found is not None


def place(request_id: str) -> str:
    """Where what was asked is sealed for."""
    return f"{SOURCE}{request_id}"


def answer_place(request_id: str) -> str:
    """Where the answer is sealed for."""
    return f"request.answer:{request_id}"


def opened(key: Key, one: Request) -> dict[str, str]:
    """What was typed: {words, reach}."""
    return said(key, one.id, one.sealed)


def said(key: Key, request_id: str, sealed: bytes) -> dict[str, str]:
    """The same of a row's columns."""
    found: dict[str, str] = json.loads(key.open(sealed, place(request_id)))
    return found


def own(session: Session, vault: Vault, standing: Standing, now: dt.datetime) -> Sequence[Asked]:
    """What this very person asked for in the last year, the newest first: nobody else's, whatever else was asked about
    the same child (threats.md A5).
    """
    row = standing.row
    rows = session.scalars(
        select(Request)
        .join(Consultation, Consultation.id == Request.consultation_id)
        .where(
            Request.child_id == row.child_id, Consultation.respondent == row.respondent, Request.who == row.who,
            Request.made_at > now - SHOWN_FOR,
        )
        .order_by(Request.made_at.desc(), Request.id)
        .limit(SHOWN_AT_MOST)
    ).all()  # fmt: skip
    key = vault.key(row.child_key, f"child:{row.child_id}")
    return [_asked(key, one) for one in rows]


def _asked(key: Key, one: Request) -> Asked:
    said = opened(key, one)
    return Asked(
        one.id, one.kind, said["words"], one.wants, said["reach"], one.language, one.made_at, one.state, one.seen_at,
        key.open_some(one.answer, answer_place(one.id)), one.answered_at, one.arranged_at,
    )  # fmt: skip
