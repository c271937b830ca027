"""Send: freeze what was said, and put it on its way to the case system, in one transaction."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import bindparam, insert, select, update

from config import Timetable
from webapp.booklet import journey
from webapp.booklet.answers import Context
from webapp.booklet.definition import Booklet
from webapp.booklet.records import Attachment, as_json
from webapp.booklet.views import Envelope, StoredAnswer, build
from webapp.i18n import translate
from webapp.services import counting, outbox, pictures, visits
from webapp.services.answering import Ended
from webapp.services.auditing import note
from webapp.services.surroundings import complete, people
from webapp.store import (
    AnswerRow,
    Database,
    Involvement,
    Key,
    Person,
    Prepared,
    Query,
    Record,
    Response,
    Staff,
    Vault,
    new_id,
    table_of,
)  # fmt: skip

WORKER = "staff:"
HOW_WAS_IT, LISTENED, HEARD = "how_was_it", "listened", 4
"""After a review: the booklet, the question how well people listened, and from which of its five faces on they did."""
KINDS = {"views": "views/1", "invite_choices": "invite-choices/1"}

_response, _answer, _record, _involvement, _person, _staff = (
    table_of(t).c for t in (Response, AnswerRow, Record, Involvement, Person, Staff)
)
_VERSIONS = Prepared(
    select(_response.version, _response.sent_version, _response.revision).where(
        _response.id == bindparam("of")
    )
)
_ANSWERS = Prepared(select(table_of(AnswerRow)).where(_answer.response_id == bindparam("response_id")))
_LAST = Prepared(
    select(_record.id)
    .where(_record.response_id == bindparam("of"))
    .order_by(_record.revision.desc())
    .limit(1)
)
_RESPONDENT = Prepared(
    select(_person.external_id, _involvement.role)
    .join_from(table_of(Involvement), table_of(Person), _involvement.person_id == _person.id)
    .where(_involvement.id == bindparam("of"))
)
_PEOPLE = Prepared(
    select(_involvement.id, _person.external_id)
    .join_from(table_of(Involvement), table_of(Person), _involvement.person_id == _person.id)
    .where(_involvement.child_id == bindparam("child_id"))
)
_HELPER = Prepared(select(_staff.name).where(_staff.id == bindparam("of")))
_TAKE = Prepared(
    update(table_of(Response))
    .where(_response.id == bindparam("of"), _response.version == bindparam("frozen"),
           _response.revision == bindparam("raised") - 1, _response.sent_version < bindparam("frozen"),
           visits.still_open())
    .values(sent_version=bindparam("frozen"), revision=bindparam("raised"), sent_at=bindparam("at"))
    .returning(_response.id)
)  # fmt: skip
_KEEP = Prepared(
    insert(table_of(Record)).inline(),
    columns=("id", "response_id", "review_id", "kind", "revision", "supersedes", "sealed", "made_at"),
)


class NothingToSend(Exception):
    """Nothing was said since it was last sent."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A record ready to be kept: sealed outside the write lock."""

    record_id: str
    kind: str
    sealed: bytes
    version: int
    revision: int
    supersedes: str | None
    heard: bool | None
    """What a child says of being listened to, where this is the first that they say after a review."""


def send(
    db: Database, vault: Vault, booklets: Mapping[str, Booklet], timetable: Timetable,
    takers: Mapping[str, Sequence[str]], standing: visits.Standing, now: dt.datetime,
) -> int:  # fmt: skip
    """Freeze and pass on everything that was said so far; gives the revision.

    `takers` names, by kind of event, the case systems that get it.
    Sending twice sends once: raises NothingToSend where nothing has changed, and Ended where the visit may change
    nothing any more. Where an answer arrives while the record is being made, the record is made again.
    """
    while True:
        with db.looking() as s:
            frozen = freeze(s, vault, booklets, timetable, standing, now)
        with db.keeping() as s:
            if not visits.is_still_open(s, standing.row.visit_id):
                raise Ended
            if keep(s, vault, frozen, takers, standing, now):
                return frozen.revision


def freeze(
    s: Query, vault: Vault, booklets: Mapping[str, Booklet], timetable: Timetable, standing: visits.Standing,
    now: dt.datetime,
) -> Frozen:  # fmt: skip
    """The record of everything said so far, sealed and not kept yet. Raises NothingToSend where nothing has changed."""
    row = standing.row
    response = _VERSIONS.first(s, of=row.response_id)
    if response.version <= response.sent_version:
        raise NothingToSend
    booklet = visits.booklet(s, standing, booklets)
    key = visits.response_key(vault, standing)
    context = visits.bare_context(vault, standing)
    for kind in ("times", "grid"):
        context = complete(s, vault, timetable, standing, context, kind, now)
    rows = _ANSWERS.all(s, response_id=row.response_id)
    helpers = _helpers(s, {r.typed_by for r in rows} | {f"{WORKER}{row.helper_staff_id}"})
    stored = _stored(rows, key, helpers)
    context = dataclasses.replace(context, people=people(s, vault, standing, also=_named(stored.values())))
    record_id, revision = new_id(), response.revision + 1
    before = last.id if (last := _LAST.first(s, of=row.response_id)) else None
    record = build(
        booklet, stored, context,
        Envelope(
            id=uuid.UUID(record_id), review_id=row.review_external_id, child_id=row.child_external_id,
            **_respondent(s, row), language=_language(stored.values()) or row.language, wording="standard", sent_at=now,
            completed=_completed(booklet, stored, context), revision=revision,
            supersedes=uuid.UUID(before) if before else None, helped_by=", ".join(sorted(set(helpers.values()))),
            person_ids=_person_ids(s, row.child_id), attachments=_pictures(s, booklet, key, row.response_id),
        ),
        translate,
    )  # fmt: skip
    text = json.dumps(as_json(record), ensure_ascii=False)
    return Frozen(
        record_id,
        KINDS[booklet.record],
        key.seal(text, f"record.sealed:{record_id}"),
        response.version,
        revision,
        before,
        _heard(booklet, stored) if revision == 1 else None,
    )


def _heard(booklet: Booklet, stored: Mapping[str, StoredAnswer]) -> bool | None:
    said = stored.get(LISTENED) if booklet.id == HOW_WAS_IT else None
    return None if said is None or said.answer.value is None else int(said.answer.value) >= HEARD


def _stored(rows: Iterable[Any], key: Key, helpers: Mapping[str, str]) -> dict[str, StoredAnswer]:
    return {
        r.question_id: StoredAnswer(
            answer=visits.read(key.open(r.sealed, visits.place(r.response_id, r.question_id))),
            audience=r.audience, channel=r.channel, language=r.language, wording=r.wording,
            answered_at=r.answered_at, typed_by=helpers.get(r.typed_by, r.typed_by),
        )
        for r in rows
    }  # fmt: skip


def _pictures(s: Query, booklet: Booklet, key: Key, response_id: str) -> tuple[Attachment, ...]:
    """Drawings, photos and voice notes: by WhatsApp they come to any question for words."""
    takes = any(q.may_add or q.kind == "words" for q in booklet.questions)
    return tuple(pictures.listed(s, key, response_id)) if takes else ()


def _completed(
    booklet: Booklet, stored: Mapping[str, StoredAnswer], context: Context
) -> Literal["sent", "sent_so_far"]:
    path = journey.path(booklet, {name: one.answer for name, one in stored.items()}, context)
    asked = journey.core(booklet, path)
    return "sent" if all(q.id in stored for q in asked if q.kind != "information") else "sent_so_far"


def _respondent(s: Query, row: Any) -> dict[str, str]:
    if row.involvement_id is None:
        return {"respondent_id": row.child_external_id, "role": "child"}
    found = _RESPONDENT.first(s, of=row.involvement_id)
    return {"respondent_id": found.external_id, "role": found.role}


def _person_ids(s: Query, child_id: str) -> dict[str, str]:
    return dict(_PEOPLE.all(s, child_id=child_id))


def _helpers(s: Query, said: Iterable[str]) -> dict[str, str]:
    """The names of the workers behind `staff:ID`: everyone with whom an answer in force was given or this is sent."""
    workers = [one for one in said if one.startswith(WORKER) and one != f"{WORKER}None"]
    found = {worker: _HELPER.first(s, of=worker.removeprefix(WORKER)) for worker in workers}
    return {worker: one.name for worker, one in found.items() if one}


def _named(stored: Iterable[StoredAnswer]) -> set[str]:
    """Everybody about whom something was said, who may not be listed any more: the record says who is meant."""
    values = [one.answer.value for one in stored if isinstance(one.answer.value, dict)]
    return {ref for value in values for ref in (*value, *value.get("people", {}))}


def _language(stored: Collection[StoredAnswer]) -> str:
    """The language of most answers; of those with as many, the one that was used last."""
    counts = Counter(one.language for one in stored)
    last = {one.language: one.answered_at for one in sorted(stored, key=lambda one: one.answered_at)}
    return max(counts, key=lambda name: (counts[name], last[name]), default="")


def keep(
    s: Query,
    vault: Vault,
    frozen: Frozen,
    takers: Mapping[str, Sequence[str]],
    standing: visits.Standing,
    now: dt.datetime,
) -> bool:
    """Keep what `freeze` made and put it on its way; False where something was said meanwhile, or may be no more."""
    row = standing.row
    taken = _TAKE.first(
        s, of=row.response_id, frozen=frozen.version, raised=frozen.revision, at=now, visit_id=row.visit_id
    )
    if taken is None:
        return False
    _KEEP.run(
        s, id=frozen.record_id, response_id=row.response_id, review_id=row.review_id, kind=frozen.kind,
        revision=frozen.revision, supersedes=frozen.supersedes, sealed=frozen.sealed, made_at=now,
    )  # fmt: skip
    names = takers.get(outbox.event_kind(frozen.kind), ())
    outbox.put(s, vault, row.review_id, frozen.record_id, now, names)
    if papers := takers.get("paper_copy", ()):
        outbox.put_paper_copy(s, vault, row, frozen.record_id, now, now, papers)
    if frozen.heard is not None:
        counting.count_heard(s, row.review_id, frozen.heard)
    visits.touch(s, row.visit_id, now)
    note(s, now, f"visit:{row.visit_id}", "sent", f"record:{frozen.record_id}", row.child_id)
    return True
