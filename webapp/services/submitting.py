"""Send: freeze what was said, and put it on its way to the case system, in one transaction."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config import Timetable
from webapp.booklet import journey
from webapp.booklet.answers import Context
from webapp.booklet.definition import Booklet
from webapp.booklet.records import as_json
from webapp.booklet.views import Envelope, StoredAnswer, build
from webapp.i18n import translate
from webapp.services import outbox, visits
from webapp.services.answering import Ended
from webapp.services.auditing import note
from webapp.services.surroundings import complete, people
from webapp.store import (
    AnswerRow,
    Database,
    Involvement,
    Key,
    Person,
    Record,
    Response,
    Staff,
    Vault,
    new_id,
)  # fmt: skip

WORKER = "staff:"
KINDS = {"views": "views/1", "invite_choices": "invite-choices/1"}


class NothingToSend(Exception):
    """Nothing was said since it was last sent."""


@dataclass(frozen=True, slots=True)
class _Frozen:
    """A record ready to be kept: sealed outside the write lock."""

    record_id: str
    kind: str
    sealed: bytes
    version: int
    revision: int
    supersedes: str | None


def send(
    db: Database, vault: Vault, booklets: Mapping[str, Booklet], timetable: Timetable, adapters: Sequence[str],
    standing: visits.Standing, now: dt.datetime,
) -> int:  # fmt: skip
    """Freeze and pass on everything that was said so far; gives the revision.

    Sending twice sends once: raises NothingToSend where nothing has changed, and Ended where the visit may change
    nothing any more. Where an answer arrives while the record is being made, the record is made again.
    """
    while True:
        with db.reading() as s:
            frozen = _freeze(s, vault, booklets, timetable, standing, now)
        with db.writing() as s:
            if not s.scalar(select(visits.still_open()).params(visit_id=standing.row.visit_id)):
                raise Ended
            if _keep(s, vault, frozen, adapters, standing, now):
                return frozen.revision


def _freeze(
    s: Session, vault: Vault, booklets: Mapping[str, Booklet], timetable: Timetable, standing: visits.Standing,
    now: dt.datetime,
) -> _Frozen:  # fmt: skip
    row = standing.row
    response = s.get_one(Response, row.response_id)
    if response.version <= response.sent_version:
        raise NothingToSend
    booklet = visits.booklet(s, standing, booklets)
    key = visits.response_key(vault, standing)
    context = visits.bare_context(vault, standing)
    for kind in ("times", "grid"):
        context = complete(s, vault, timetable, standing, context, kind, now)
    rows = s.scalars(select(AnswerRow).where(AnswerRow.response_id == row.response_id)).all()
    helpers = _helpers(s, {r.typed_by for r in rows} | {f"{WORKER}{row.helper_staff_id}"})
    stored = _stored(rows, key, helpers)
    context = dataclasses.replace(context, people=people(s, vault, standing, also=_named(stored.values())))
    record_id, revision = new_id(), response.revision + 1
    before = s.scalar(
        select(Record.id).where(Record.response_id == response.id).order_by(Record.revision.desc()).limit(1)
    )
    record = build(
        booklet, stored, context,
        Envelope(
            id=uuid.UUID(record_id), review_id=row.review_external_id, child_id=row.child_external_id,
            **_respondent(s, row), language=_language(stored.values()) or row.language, wording="standard", sent_at=now,
            completed=_completed(booklet, stored, context), revision=revision,
            supersedes=uuid.UUID(before) if before else None, helped_by=", ".join(sorted(set(helpers.values()))),
            person_ids=_person_ids(s, row.child_id),
        ),
        translate,
    )  # fmt: skip
    text = json.dumps(as_json(record), ensure_ascii=False)
    return _Frozen(
        record_id,
        KINDS[booklet.record],
        key.seal(text, f"record.sealed:{record_id}"),
        response.version,
        revision,
        before,
    )


def _stored(rows: Iterable[AnswerRow], key: Key, helpers: Mapping[str, str]) -> dict[str, StoredAnswer]:
    return {
        r.question_id: StoredAnswer(
            answer=visits.read(key.open(r.sealed, visits.place(r.response_id, r.question_id))),
            audience=r.audience, channel=r.channel, language=r.language, wording=r.wording,  # type: ignore[arg-type]
            answered_at=r.answered_at, typed_by=helpers.get(r.typed_by, r.typed_by),
        )
        for r in rows
    }  # fmt: skip


def _completed(
    booklet: Booklet, stored: Mapping[str, StoredAnswer], context: Context
) -> Literal["sent", "sent_so_far"]:
    path = journey.path(booklet, {name: one.answer for name, one in stored.items()}, context)
    return "sent" if all(q.id in stored for q in path if q.kind != "information") else "sent_so_far"


def _respondent(s: Session, row: object) -> dict[str, str]:
    involvement_id: str | None = row.involvement_id  # type: ignore[attr-defined]
    if involvement_id is None:
        return {"respondent_id": row.child_external_id, "role": "child"}  # type: ignore[attr-defined]
    found = s.execute(
        select(Person.external_id, Involvement.role)
        .join(Involvement, Involvement.person_id == Person.id)
        .where(Involvement.id == involvement_id)
    ).one()
    return {"respondent_id": found.external_id, "role": found.role}


def _person_ids(s: Session, child_id: str) -> dict[str, str]:
    rows = s.execute(
        select(Involvement.id, Person.external_id)
        .join(Person, Person.id == Involvement.person_id)
        .where(Involvement.child_id == child_id)
    )
    return dict(rows.all())


def _helpers(s: Session, said: Iterable[str]) -> dict[str, str]:
    """The names of the workers behind `staff:ID`: everyone with whom an answer in force was given or this is sent."""
    rows = s.execute(
        select(Staff.id, Staff.name).where(Staff.id.in_([one.removeprefix(WORKER) for one in said]))
    )
    return {f"{WORKER}{staff_id}": name for staff_id, name in rows}


def _named(stored: Iterable[StoredAnswer]) -> set[str]:
    """Everybody about whom something was said, who may not be listed any more: the record says who is meant."""
    values = [one.answer.value for one in stored if isinstance(one.answer.value, dict)]
    return {ref for value in values for ref in (*value, *value.get("people", {}))}


def _language(stored: Collection[StoredAnswer]) -> str:
    """The language of most answers; of those with as many, the one that was used last."""
    counts = Counter(one.language for one in stored)
    last = {one.language: one.answered_at for one in sorted(stored, key=lambda one: one.answered_at)}
    return max(counts, key=lambda name: (counts[name], last[name]), default="")


def _keep(
    s: Session,
    vault: Vault,
    frozen: _Frozen,
    adapters: Sequence[str],
    standing: visits.Standing,
    now: dt.datetime,
) -> bool:
    row = standing.row
    taken = s.execute(
        update(Response)
        .where(Response.id == row.response_id, Response.version == frozen.version,
               Response.revision == frozen.revision - 1, Response.sent_version < frozen.version, visits.still_open())
        .values(sent_version=frozen.version, revision=frozen.revision, sent_at=now)
        .returning(Response.id),
        {"visit_id": row.visit_id},
    ).first()  # fmt: skip
    if taken is None:
        return False
    s.add(
        Record(
            id=frozen.record_id,
            response_id=row.response_id,
            review_id=row.review_id,
            kind=frozen.kind,
            revision=frozen.revision,
            supersedes=frozen.supersedes,
            sealed=frozen.sealed,
            made_at=now,
        )
    )
    s.flush()
    outbox.put(s, vault, row.review_id, frozen.record_id, now, adapters)
    visits.touch(s, row.visit_id, now)
    note(s, now, f"visit:{row.visit_id}", "sent", f"record:{frozen.record_id}", row.child_id)
    return True
