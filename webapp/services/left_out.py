"""What a copy of a record goes to case systems without: words that may be about the child's reviewing officer, who can
read every case system, until somebody else has closed that worry.

A record waits until everything that was typed in its booklet has been read (`screening`). What nobody could read in ten
minutes is treated like what is held back, so that a reader that is broken stops no record. Nothing in such a copy says
that anything is missing (`review/holding.py`). What was held goes with a record of its own that supersedes it, as soon
as it may.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Exists, Select, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from webapp import logs
from webapp.casesystem.port import TryAgain
from webapp.clock import Clock
from webapp.services import outbox
from webapp.services.access import open_response_key
from webapp.services.auditing import note
from webapp.services.whose import ABOUT_THE_OFFICER
from webapp.store import (
    Announcement,
    Child,
    Database,
    LeftOut,
    Record,
    Response,
    Review,
    Screening,
    SealBroken,
    Vault,
    Worry,
    new_id,
)

READ_WITHIN = dt.timedelta(minutes=10)
AT_ONCE = 50

_log = logs.get("left_out")

Takers = Mapping[str, Sequence[str]]


class NotReadYet(TryAgain):
    """Something in the booklet waits to be read for worries: its record waits too, and was not tried."""

    def __init__(self) -> None:
        super().__init__("not_read", after=5)


def questions(
    db: Database, record_id: str | None, response_id: str | None, now: dt.datetime
) -> frozenset[str]:
    """The questions without whose words this record goes out now; none where it is no record's. Raises NotReadYet.

    What it went without once it goes without under its id for ever; that is kept before anything goes.
    """
    if record_id is None or response_id is None:
        return frozenset()
    with db.reading() as session:
        kept = _kept(session, record_id)
        held, unread = _held(session, response_id, now)
    if unread:
        raise NotReadYet
    if held <= kept:
        return kept
    with db.writing() as session:
        session.execute(select(Response.id).where(Response.id == response_id).with_for_update())
        whole = _kept(session, record_id) | held
        session.merge(LeftOut(record_id=record_id, questions=" ".join(sorted(whole)), at=now))
    return whole


def seen_now(
    session: Session, record_id: str | None, response_id: str | None, now: dt.datetime
) -> frozenset[str]:
    """The same for a person who tries something out: nothing waits, and nothing is kept."""
    if record_id is None or response_id is None:
        return frozenset()
    held, unread = _held(session, response_id, now)
    return _kept(session, record_id) | held | unread


def _kept(session: Session, record_id: str) -> frozenset[str]:
    found = session.scalar(select(LeftOut.questions).where(LeftOut.record_id == record_id))
    return frozenset((found or "").split())


def _held(session: Session, response_id: str, now: dt.datetime) -> tuple[frozenset[str], frozenset[str]]:
    """Questions of a response that are held back, and those that are about to be read."""
    rows = session.execute(
        select(Screening.question_id, Screening.state, Screening.made_at)
        .outerjoin(Worry, Worry.id == Screening.worry_id)
        .where(Screening.response_id == response_id, _keeps_back())
    ).all()
    unread = {row.question_id for row in rows if row.state == "waiting" and row.made_at > now - READ_WITHIN}
    held = {row.question_id for row in rows if row.state != "waiting" or row.made_at <= now - READ_WITHIN}
    return frozenset(held), frozenset(unread)


def _keeps_back() -> Any:
    return or_(Screening.state == "waiting", and_(Worry.closed_at.is_(None), ABOUT_THE_OFFICER))


def sent_whole(record_id: Any) -> Exists:
    """True for a record that went once more with what was left out: what it says is in the next one, as it was sent."""
    return exists().where(LeftOut.record_id == record_id, LeftOut.sent_as.is_not(None))


def sent_before() -> ColumnElement[int]:
    """The revision that a person had sent before what is in force of a Response; in force itself where none was."""
    other = aliased(Record)
    before = select(func.max(other.revision)).where(
        other.response_id == Response.id, other.revision < Response.revision, ~sent_whole(other.id)
    )
    return func.coalesce(before.correlate(Response).scalar_subquery(), Response.revision)


def renew_once(db: Database, vault: Vault, takers: Takers, clock: Clock) -> int:
    """Send anew what went out without words that may go by now; gives how many records. Any number of workers may."""
    with db.reading() as session:
        rows = session.execute(_newest()).all()
        ready = [row.record_id for row in rows if _released(session, row, clock())]
    done = 0
    for record_id in ready[:AT_ONCE]:
        try:
            with db.writing() as session:
                done += _renew(session, vault, takers, record_id, clock())
        except SealBroken:  # the others must go all the same
            _log.error("not_renewed", record=record_id, code="seal_broken")
    return done


def _newest() -> Select[*tuple[Any, ...]]:
    """Records that went out so, where nothing has replaced them and nobody has taken them back."""
    withdrawn = exists().where(Announcement.kind == "withdrawal", Announcement.subject == Record.id)
    return (
        select(LeftOut.record_id, LeftOut.questions, Record.response_id)
        .join(Record, Record.id == LeftOut.record_id)
        .join(Response, Response.id == Record.response_id)
        .where(LeftOut.sent_as.is_(None), Record.revision == Response.revision, ~withdrawn)
        .order_by(LeftOut.at)
    )


def _released(session: Session, row: Any, now: dt.datetime) -> bool:
    """Whether anything that was left out may go."""
    held, unread = _held(session, row.response_id, now)
    return not unread and not frozenset(row.questions.split()) <= held


def _renew(session: Session, vault: Vault, takers: Takers, record_id: str, now: dt.datetime) -> int:
    """The same record under the next revision; it is cut again where anything is held back still."""
    locked = select(Review.id).join(Record, Record.review_id == Review.id).where(Record.id == record_id)
    session.execute(locked.with_for_update(of=Review))
    found = session.execute(_newest().where(LeftOut.record_id == record_id)).first()
    if found is None or not _released(session, found, now):
        return 0  # sent again, or taken back, meanwhile
    row = session.execute(_whole(record_id)).one()
    raised = session.execute(
        update(Response)
        .where(Response.id == row.response_id, Response.revision == row.revision)
        .values(revision=row.revision + 1)
        .returning(Response.id)
        .execution_options(synchronize_session=False)
    ).first()
    if raised is None:
        return 0
    made = _again(session, vault, row)
    outbox.put(session, vault, row.review_id, made, now, takers.get(outbox.event_kind(row.kind), ()))
    if papers := takers.get("paper_copy", ()):
        outbox.put_paper_copy(session, vault, row, made, row.made_at, now, papers)
    note(session, now, "system", "sent_whole", f"record:{made}", row.child_id)
    return 1


def _whole(record_id: str) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Record.id, Record.response_id, Record.kind, Record.revision, Record.sealed, Record.made_at, Response.key,
            Review.id.label("review_id"), Review.external_id.label("review_external_id"), Child.id.label("child_id"),
            Child.external_id.label("child_external_id"), Child.key.label("child_key"),
        )
        .join(Response, Response.id == Record.response_id)
        .join(Review, Review.id == Record.review_id)
        .join(Child, Child.id == Review.child_id)
        .where(Record.id == record_id)
    )  # fmt: skip


def _again(session: Session, vault: Vault, row: Any) -> str:
    """What was sent, as a record that supersedes it; gives its id. When the person sent it stays what it was."""
    made, key = new_id(), open_response_key(vault, row.response_id, row.key)
    body = json.loads(key.open(row.sealed, f"record.sealed:{row.id}"))
    body |= {"id": str(uuid.UUID(made)), "revision": row.revision + 1, "supersedes": body["id"]}
    session.add(
        Record(
            id=made, response_id=row.response_id, review_id=row.review_id, kind=row.kind, revision=row.revision + 1,
            supersedes=row.id, sealed=key.seal(json.dumps(body, ensure_ascii=False), f"record.sealed:{made}"),
            made_at=row.made_at,
        )
    )  # fmt: skip
    session.flush()
    session.execute(update(LeftOut).where(LeftOut.record_id == row.id).values(sent_as=made))
    return made
