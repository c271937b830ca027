"""What was said, for the officer who reads it: only frozen records, opened with their response's key. Never drafts."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.booklet.definition import Booklet, Heading
from webapp.booklet.records import Attachment, Item, NotAnswered, Row, ViewsRecord
from webapp.booklet.views import BESIDE
from webapp.booklet.wishes import InviteChoicesRecord, TopicWish, Wish, Wishes
from webapp.review.holding import without_words
from webapp.services import looking_screening
from webapp.services.access import open_response_key
from webapp.services.left_out import sent_before, sent_whole
from webapp.services.looking import Asked
from webapp.services.looking_screening import Seen
from webapp.store import Record, Response, Staff, Vault

AnyRecord = ViewsRecord | InviteChoicesRecord
HEADINGS: tuple[Heading, ...] = Heading.__args__  # type: ignore[attr-defined]
WORKER = "staff:"


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer of a record, with what staff should know about it."""

    item: Item
    changed: bool
    """It is not what the record before this one held."""
    seen: Seen
    """What screening made of its free text."""
    typed_by: str
    apart: bool
    """It has a place of its own on the page: a wish, who helped, how the child says yes and no."""
    set_aside: str = ""
    concern: bool = False
    """A choice that the booklet asks the IRO to look at."""
    pictures: tuple[Attachment, ...] = ()

    @property
    def look_first(self) -> bool:
        """True where the officer is asked to look at it before all else."""
        return self.seen.state == "worried" or self.concern


@dataclass(frozen=True, slots=True)
class Helped:
    """Whose words these are, as far as it is known: a worker at their side, and what they say themselves."""

    worker: str
    paper: bool
    """That worker typed what stands on paper."""
    said: Shown | None
    asked: bool
    """They were asked who helped. Where they weren't, nothing is known: never that nobody did."""


NOTHING: frozenset[str] = frozenset()
HELPING = frozenset(["helping"])
"""Ids of questions that ask who helped."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One booklet as it was last sent."""

    asked: Asked
    record: AnyRecord
    helped_by: str
    headings: Mapping[Heading, tuple[Shown, ...]]
    set_aside: tuple[Shown, ...]
    communication: tuple[Shown, ...] = ()
    """How this child says yes, no and the rest."""

    @property
    def helped(self) -> Helped:
        """Who helped, by the sign-in it was done from and by what they say: either may be empty."""
        asked = [shown for part in self.headings.values() for shown in part if shown.item.question in HELPING]
        said = next((shown for shown in asked if not shown.item.skipped and says_something(shown.item)), None)
        left_open = any(one.question in HELPING for one in self.record.not_answered)
        return Helped(self.helped_by, "paper" in self.record.channels, said, bool(asked) or left_open)

    @property
    def skipped(self) -> list[Shown]:
        """Questions that they chose not to answer."""
        return [shown for part in self.headings.values() for shown in part if shown.item.skipped]

    @property
    def not_answered(self) -> list[NotAnswered]:
        """Questions that stood open."""
        return self.record.not_answered

    @property
    def wishes(self) -> Wishes | None:
        """The review menu's wishes, where this booklet is the menu."""
        return self.record.wishes if isinstance(self.record, InviteChoicesRecord) else None


@dataclass(frozen=True, slots=True)
class Voice:
    """One respondent: everything that they were asked and what they sent."""

    who: str
    role: str
    name: str
    asked: tuple[Asked, ...]
    papers: tuple[Paper, ...]

    def under(self, heading: Heading) -> list[Shown]:
        """What they said under a heading; skipped questions and what has a place of its own stand elsewhere."""
        return [
            shown
            for paper in self.papers
            for shown in paper.headings.get(heading, ())
            if not shown.apart and not shown.item.skipped and (says_something(shown.item) or shown.pictures)
        ]


def says_something(item: Item) -> bool:
    """True where there is anything to read."""
    return bool(item.answer.choices or item.answer.rows or item.answer.words)


def free_text(item: Item) -> bool:
    """True where the answer holds words that somebody typed."""
    rows = item.answer.rows
    return bool(item.answer.words) or any(r.words or r.reason or r.which_part or r.added for r in rows)


@dataclass(slots=True)
class _Box:
    """The newest record of one response, and the one before."""

    new: AnyRecord | None = None
    old: AnyRecord | None = None


def papers(
    session: Session, vault: Vault, asked: Sequence[Asked], booklets: Mapping[str, Booklet]
) -> dict[str, Paper]:
    """Per response: what was last sent. Three queries at most."""
    by_response = {one.response_id: one for one in asked if one.response_id and one.revision}
    if not by_response:
        return {}
    screened = looking_screening.seen(session, by_response)
    boxes = _newest(session, vault, by_response, screened)
    names = _workers(session, [box.new for box in boxes.values() if box.new])
    found = {}
    for response_id, box in boxes.items():
        if box.new is not None:
            one = by_response[response_id]
            found[response_id] = _paper(one, box, screened.get(response_id, {}), names, booklets)
    return found


def _newest(
    session: Session,
    vault: Vault,
    by_response: Mapping[str, Asked],
    screened: Mapping[str, Mapping[str, Seen]],
) -> dict[str, _Box]:
    rows = session.execute(
        select(Record.id, Record.response_id, Record.sealed, Response.key)
        .join(Response, Response.id == Record.response_id)
        .where(Response.id.in_(by_response), Record.revision >= sent_before(), ~sent_whole(Record.id))
        .order_by(Record.revision)
    )
    boxes: dict[str, _Box] = {}
    for record_id, response_id, sealed, wrapped in rows:
        key = open_response_key(vault, response_id, wrapped)
        held = [question for question, one in screened.get(response_id, {}).items() if one.held]
        record = read_record(key.open(sealed, f"record.sealed:{record_id}"), held)
        box = boxes.setdefault(response_id, _Box())
        box.old, box.new = box.new, record
    return boxes


def read_record(text: str, held: Collection[str] = ()) -> AnyRecord:
    """A frozen record from its JSON, without the words to questions that are `held`.

    Raises ValueError where the schema is none that we know.
    """
    raw = without_words(json.loads(text), held) if held else json.loads(text)
    if raw.get("schema") == "invite-choices/1":
        return InviteChoicesRecord.model_validate(raw)
    return ViewsRecord.model_validate(raw)


def _workers(session: Session, records: Iterable[AnyRecord]) -> dict[str, str]:
    """The names behind `staff:ID` in these records."""
    said = {text for record in records for text in (record.helped_by, *(i.typed_by for i in _items(record)))}
    ids = {text.removeprefix(WORKER) for text in said if text.startswith(WORKER)}
    if not ids:
        return {}
    rows = session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids)))
    return {f"{WORKER}{staff_id}": name for staff_id, name in rows}


def _items(record: AnyRecord) -> list[Item]:
    told = [item for part in record.headings for item in part.items]
    return told + [aside.item for aside in record.set_aside]


def _paper(
    asked: Asked,
    box: _Box,
    screened: Mapping[str, Seen],
    names: Mapping[str, str],
    booklets: Mapping[str, Booklet],
) -> Paper:
    record = box.new
    assert record is not None
    before = {item.question: item.answer for item in _items(box.old)} if box.old else None
    booklet = booklets.get(record.booklet.id)
    telling = {question.id for question in booklet.questions if question.communication} if booklet else set()
    concerns = {q.id: frozenset(q.concern) for q in booklet.questions} if booklet else {}
    apart = _wished(record) | HELPING | telling

    def shown(item: Item, why: str = "") -> Shown:
        drawn = _pictures(record, item)
        changed = before is not None and before.get(item.question) != item.answer
        changed = changed or (box.old is not None and drawn != _pictures(box.old, item))
        seen = screened.get(item.question, Seen())
        if seen.state != "worried" and not free_text(item):
            seen = Seen()
        typed_by, concern = (
            names.get(item.typed_by, item.typed_by),
            _chosen(item) & concerns.get(item.question, NOTHING),
        )
        return Shown(item, changed, seen, typed_by, item.question in apart, why, bool(concern), drawn)

    headings = {part.heading: tuple(shown(item) for item in part.items) for part in record.headings}
    return Paper(
        asked=asked,
        record=record,
        helped_by=names.get(record.helped_by, record.helped_by),
        headings=headings,
        set_aside=tuple(
            shown(aside.item, "beside" if aside.item.question in BESIDE else aside.why) for aside in record.set_aside
        ),
        communication=tuple(
            one for part in headings.values() for one in part
            if one.item.question in telling and says_something(one.item)
        ),
    )  # fmt: skip


def _chosen(item: Item) -> set[str]:
    rows = [choice.id for row in item.answer.rows for choice in row.choices]
    return {choice.id for choice in item.answer.choices} | set(rows)


def _pictures(record: AnyRecord, item: Item) -> tuple[Attachment, ...]:
    return tuple(one for one in record.attachments if one.question == item.question)


def _wished(record: AnyRecord) -> set[str]:
    if not isinstance(record, InviteChoicesRecord):
        return set()
    return {wish.question for field_ in Wishes.model_fields for wish in _wishes(record, field_)} | {
        item.question for item in _items(record) if item.kind == "people"
    }


def _wishes(record: InviteChoicesRecord, name: str) -> list[Any]:
    found: list[Any] = getattr(record.wishes, name)
    return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """The menu as the officer meets it: first what matters most, then wish by wish."""

    words: tuple[Shown, ...] = ()
    """Answers in the child's own words, the most important first."""
    mind: tuple[TopicWish, ...] = ()
    """What may not be said in front of whom."""
    alone_first: tuple[str, ...] = ()
    """The child's choices that ask for a talk alone before the meeting."""
    card: tuple[Wish, ...] = ()
    """The invitation card: the child's own, so nobody decides about it."""
    changed: frozenset[str] = field(default_factory=frozenset)


ALONE_FIRST = frozenset(["iro_first"])
"""Ids of choices of the menu that mean: I want to talk to my IRO alone first."""
MAY_BE_SAID = frozenset(["fine", "no"])
"""Ids of choices that ask for nothing to be kept from anybody."""


def wanted(child: Sequence[Paper]) -> Wanted:
    """What the child asked for, from the papers of the child."""
    menus = [paper for paper in child if paper.wishes]
    wishes = [paper.wishes for paper in menus if paper.wishes]
    return Wanted(
        words=tuple(_own_words(child)),
        mind=tuple(topic for one in wishes for topic in one.not_in_front if _to_mind(topic)),
        alone_first=tuple(
            choice.label_staff
            for one in wishes
            for name in Wishes.model_fields
            for wish in getattr(one, name)
            for choice in getattr(wish, "choices", ())
            if choice.id in ALONE_FIRST
        ),
        card=tuple(wish for one in wishes for wish in one.card if wish.choices or wish.words),
        changed=frozenset(
            s.item.question for p in menus for part in p.headings.values() for s in part if s.changed
        ),
    )


def _to_mind(topic: TopicWish) -> bool:
    return bool(topic.words) or any(choice.id not in MAY_BE_SAID for choice in topic.choices)


def _own_words(child: Sequence[Paper]) -> Iterable[Shown]:
    """What the child typed for the review: first what they want talked about, then the rest of the menu's own boxes.

    Where there is no menu, everything typed under the child's own heading.
    """
    about = {wish.question for paper in child if paper.wishes for wish in paper.wishes.about}
    menus = [paper for paper in child if paper.wishes]
    told = [shown for paper in menus for part in paper.headings.values() for shown in part]
    chosen = [shown for shown in told if shown.item.question in about]
    chosen += [shown for shown in told if shown.item.kind == "words" and not shown.apart]
    if not any(shown.item.answer.words for shown in chosen):
        chosen = [
            shown for paper in child for shown in paper.headings.get("childs_view", ()) if not shown.apart
        ]
    return [shown for shown in chosen if shown.item.answer.words]


def rows_about_decisions(voices: Sequence[Voice], ids: Iterable[str]) -> dict[str, list[tuple[Voice, Row]]]:
    """Per decision of the last review: what each respondent said became of it."""
    wanted_ids = set(ids)
    found: dict[str, list[tuple[Voice, Row]]] = {}
    for voice in voices:
        for paper in voice.papers:
            for part in paper.headings.values():
                for shown in part:
                    for row in shown.item.answer.rows if shown.item.kind == "grid" else ():
                        if row.id in wanted_ids:
                            found.setdefault(row.id, []).append((voice, row))
    return found
