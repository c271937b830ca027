"""Answers in, frozen record out: every answer under its heading, once; the menu's wishes beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args
from uuid import UUID

from webapp.booklet.answers import Answer, Context
from webapp.booklet.definition import Audience, Base, Booklet, Heading, Question
from webapp.booklet.journey import core, path
from webapp.booklet.loader import fingerprint
from webapp.booklet.records import (
    Attachment,
    BookletPin,
    Channel,
    HeadingViews,
    Item,
    NotAnswered,
    Respondent,
    SetAside,
    ViewsRecord,
)
from webapp.booklet.saying import TranslateTo, Voice, as_it_is, said
from webapp.booklet.wishes import InviteChoicesRecord
from webapp.booklet.wishing import wishes
from webapp.booklet.wording import Wording, fill, worded

BESIDE: dict[str, str] = {"by_text": "Said by text message, beside the questions"}
"""What stands in the place of a question's id where words came that answered none, and what staff read there."""
NARROW_TO_WIDE: tuple[Audience, ...] = ("iro", "iro_and_social_worker", "review")


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer with all that was pinned to it when it was given."""

    answer: Answer
    audience: Audience
    channel: Channel
    language: str
    wording: Wording
    answered_at: dt.datetime
    typed_by: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a record says about itself. Ids are the case system's, but for `id` and `supersedes`."""

    id: UUID
    review_id: str
    child_id: str
    respondent_id: str
    role: str
    language: str
    wording: Wording
    sent_at: dt.datetime
    completed: Literal["sent", "sent_so_far"] = "sent"
    revision: int = 1
    supersedes: UUID | None = None
    helped_by: str = ""
    person_ids: Mapping[str, str] = field(default_factory=dict)
    """Person.ref to id in the case system, where the two differ."""
    attachments: tuple[Attachment, ...] = ()


def build(
    booklet: Booklet,
    answers: Mapping[str, StoredAnswer],
    context: Context,
    envelope: Envelope,
    translate: TranslateTo = as_it_is,
) -> ViewsRecord | InviteChoicesRecord:
    """The frozen record of these answers.

    Labels are frozen in the language and wording in which each question was asked, and in English. What
    stands off the path is listed under `set_aside`, so that each answer is in the record exactly once; an
    information page has no answer and is left out.
    """
    known = {question.id: question for question in booklet.questions}
    asked = path(booklet, {name: stored.answer for name, stored in answers.items()}, context)
    items = {}
    for name in _in_order(answers, known):
        stored, question = answers[name], known.get(name)
        if question is None or question.kind != "information":
            voice = Voice(context, envelope.person_ids, stored.language, stored.wording, translate)
            items[name] = _item(name, question, stored, voice)
    told = {question.id: items[question.id] for question in asked if question.id in items}
    common = {
        **_cover(booklet, envelope, items.values()),
        "headings": _headings(told.values(), known),
        "not_answered": [
            NotAnswered(question=q.id, asked_staff=fill(q.text, context.names))
            for q in core(booklet, asked)
            if q.id not in items and q.kind != "information"
        ],
        "set_aside": [
            SetAside(why="off_path" if name in known else "not_in_booklet", item=item)
            for name, item in items.items()
            if name not in told
        ],
    }
    if booklet.record == "views":
        return ViewsRecord(**common)
    return InviteChoicesRecord(**common, wishes=wishes(asked, told, context, envelope.person_ids))


def _in_order(answers: Mapping[str, StoredAnswer], known: Mapping[str, Base]) -> list[str]:
    """The booklet's order, then what the booklet no longer has."""
    return [name for name in known if name in answers] + sorted(name for name in answers if name not in known)


def _cover(booklet: Booklet, envelope: Envelope, items: Collection[Item]) -> dict[str, Any]:
    return {
        "id": envelope.id,
        "revision": envelope.revision,
        "supersedes": envelope.supersedes,
        "audience": min(map(_narrowest, items), key=NARROW_TO_WIDE.index, default="review"),
        "attachments": list(envelope.attachments),
        "review_id": envelope.review_id,
        "child_id": envelope.child_id,
        "respondent": Respondent(id=envelope.respondent_id, role=envelope.role, who=booklet.who),
        "booklet": BookletPin(id=booklet.id, title=booklet.title, definition=fingerprint(booklet)),
        "language": envelope.language,
        "wording": envelope.wording,
        "channels": sorted({item.channel for item in items}),
        "helped_by": envelope.helped_by,
        "completed": envelope.completed,
        "sent_at": envelope.sent_at,
    }


def _narrowest(item: Item) -> Audience:
    return "iro" if any(row.reason for row in item.answer.rows) else item.audience


def _item(name: str, question: Question | None, stored: StoredAnswer, voice: Voice) -> Item:
    """The question as it was asked and the answer; of a question that is gone, the raw value."""
    return Item(
        question=name,
        kind=question.kind if question else "",
        asked=voice.shown(worded(question, stored.wording)) if question else name,
        asked_staff=voice.staff(question.text) if question else BESIDE.get(name, name),
        answer=said(question, stored.answer, voice),
        audience=stored.audience,
        private=question.private if question else True,
        channel=stored.channel,
        language=stored.language,
        wording=stored.wording,
        answered_at=stored.answered_at,
        typed_by=stored.typed_by,
        skipped=stored.answer.skipped,
    )


def _headings(items: Collection[Item], known: Mapping[str, Base]) -> list[HeadingViews]:
    under: dict[Heading, list[Item]] = {heading: [] for heading in get_args(Heading)}
    for item in items:
        under[known[item.question].heading].append(item)
    return [HeadingViews(heading=heading, items=there) for heading, there in under.items() if there]
