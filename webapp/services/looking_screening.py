"""What screening found, as staff may see it: beside answers and behind a worry; and what nothing has read."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Exists, and_, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.booklet.answers import free_texts
from webapp.booklet.definition import Booklet
from webapp.booklet.wording import BLANK, labels
from webapp.safety import KINDS
from webapp.services import asking_for, visits
from webapp.services.access import open_response_key
from webapp.services.screening import texts
from webapp.services.whose import ABOUT_THE_OFFICER
from webapp.store import (
    AnswerHistory,
    Child,
    Consultation,
    Request,
    Response,
    Review,
    Screening,
    Staff,
    Vault,
    Worry,
)

READ_WITHIN = dt.timedelta(days=30)
"""For so long the duty page names answers that no list could read."""
SHOWN_AT_MOST = 50
ASKED_FOR = {
    "contact_iro": "Contact my IRO", "advocate": "I want an advocate", "sooner": "Ask for a review sooner",
    "disagree": "I disagree with something", "talk": "Talk to me about it",
}  # fmt: skip
"""What stood above the box, in English, as a question's own words do."""
ELSEWHERE = {
    "halfway": "Has it happened? (half-way to the next review)", "guest": "Written by somebody who is invited",
    "statutory_talk": "Said to the social worker, who typed it", "translation": "What they wrote, translated",
}  # fmt: skip
"""The same of words that were no answer to a question."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of the free text of one question: the gravest that was ever found in it, else its newest state."""

    state: str = ""
    """waiting, not_screened, clear or worried; empty where nothing was typed."""
    kind: str = ""
    urgent: bool = False
    held: bool = False
    """It may be about the IRO, and nobody has closed that worry yet: the IRO's pages are without these words."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What the officer of a review is not shown for now, since it may be about them."""

    answers: frozenset[tuple[str, str]] = frozenset()
    """Responses and questions."""
    sources: frozenset[str] = frozenset()
    """Of other words: where they are sealed for."""


@dataclass(frozen=True, slots=True)
class FlaggedAnswer:
    """One answer behind a worry, as it was said at that moment."""

    asked: str
    said: tuple[str, ...]
    kind: str
    urgent: bool
    said_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Unread:
    """Answers of one child in a language without a list, and who reads them."""

    child_external_id: str
    language: str
    count: int
    since: dt.datetime
    iro: str


def seen(session: Session, response_ids: Iterable[str]) -> dict[str, dict[str, Seen]]:
    """By response and question. One query. What may be about the IRO is not told on the IRO's page."""
    rows = session.execute(
        select(
            Screening.response_id, Screening.question_id, Screening.state, Screening.kind, Screening.urgent,
            Worry.about, Worry.closed_at,
        )
        .outerjoin(Worry, Worry.id == Screening.worry_id)
        .where(Screening.response_id.in_(list(response_ids)), Screening.state != "gone")
        .order_by(Screening.id)
    )  # fmt: skip
    found: dict[str, dict[str, Seen]] = {}
    for row in rows:
        one = of_officers_page(row.state, row.kind, row.urgent, row.about, row.closed_at)
        here = found.setdefault(row.response_id, {})
        here[row.question_id] = _graver(here.get(row.question_id), one)
    return found


def of_officers_page(
    state: str, kind: str, urgent: bool, about: str | None, closed_at: dt.datetime | None
) -> Seen:
    """What the officer may know of one reading: nothing of what may be about them, not even once it was looked at."""
    if "iro" in (about or "").split():
        return Seen("clear", held=closed_at is None)
    return Seen(state, kind, urgent)


def _graver(before: Seen | None, now: Seen) -> Seen:
    if before is None:
        return now
    held = before.held or now.held
    if before.state != "worried":
        return replace(now, held=held)
    if now.state != "worried":
        return replace(before, held=held)
    kind = min((before.kind, now.kind), key=KINDS.index)
    return Seen("worried", kind, before.urgent or now.urgent, held)


def holds_back(review_id: ColumnElement[str] | InstrumentedAttribute[str]) -> Exists:
    """Whether anything of this review is kept from its officer for now, as a part of another statement."""
    return exists().where(Worry.review_id == review_id, Worry.closed_at.is_(None), ABOUT_THE_OFFICER)


def held_back(session: Session, review_ids: Collection[str]) -> HeldBack:
    """What their officers are not shown of these reviews for now. One query."""
    rows = session.execute(
        select(Screening.response_id, Screening.question_id, Screening.source)
        .join(Worry, Worry.id == Screening.worry_id)
        .where(Worry.review_id.in_(review_ids), Worry.closed_at.is_(None), ABOUT_THE_OFFICER)
    ).all()
    return HeldBack(
        frozenset((row.response_id, row.question_id) for row in rows if row.response_id),
        frozenset(row.source for row in rows if row.source),
    )


def flagged(
    session: Session, vault: Vault, booklets: Mapping[str, Booklet], worry_id: str, known_as: str
) -> tuple[FlaggedAnswer, ...]:
    """The answers that raised a worry, those that are urgent first; no other answer is opened."""
    rows = session.execute(
        select(
            Screening.question_id, Screening.kind, Screening.urgent, AnswerHistory.sealed,
            AnswerHistory.answered_at, Response.id, Response.key, Response.booklet_id,
        )
        .join(Response, Response.id == Screening.response_id)
        .join(
            AnswerHistory,
            and_(
                AnswerHistory.response_id == Screening.response_id,
                AnswerHistory.question_id == Screening.question_id,
                AnswerHistory.version == Screening.version,
            ),
        )
        .where(Screening.worry_id == worry_id)
        .order_by(Screening.urgent.desc(), Screening.id)
        .limit(SHOWN_AT_MOST)
    ).all()  # fmt: skip
    found: list[FlaggedAnswer] = []
    for row in rows:
        key = open_response_key(vault, row.id, row.key)
        said = visits.read(key.open(row.sealed, visits.place(row.id, row.question_id)))
        asked, words = _asked(booklets.get(row.booklet_id), row.question_id, known_as)
        chosen = said.value if isinstance(said.value, list) else [said.value]
        texts = [words.get(one, one) for one in chosen if isinstance(one, str)]
        one = FlaggedAnswer(
            asked, (*texts, *free_texts(said.value, said.words)), row.kind, row.urgent, row.answered_at
        )
        if not any((other.asked, other.said) == (one.asked, one.said) for other in found):
            found.append(one)
    return (*_others(session, vault, worry_id), *found)


def _others(session: Session, vault: Vault, worry_id: str) -> list[FlaggedAnswer]:
    """What raised this worry and is no answer in a booklet: as it was typed then, with where that was."""
    rows = session.execute(
        select(Screening, Request.kind.label("asked_for"), Child.id.label("child_id"), Child.key)
        .join(Review, Review.id == Screening.review_id)
        .join(Child, Child.id == Review.child_id)
        .outerjoin(Request, asking_for.SOURCE + Request.id == Screening.source)
        .where(Screening.worry_id == worry_id, Screening.sealed.is_not(None))
        .order_by(Screening.urgent.desc(), Screening.id)
        .limit(SHOWN_AT_MOST)
    )
    found = []
    for row in rows:
        one: Screening = row.Screening
        source, sealed = one.source or "", one.sealed or b""
        body = json.loads(vault.key(row.key, f"child:{row.child_id}").open(sealed, source))
        asked = ASKED_FOR.get(row.asked_for, "") or ELSEWHERE.get(source.partition(".")[0], "")
        asked = ": ".join(part for part in (asked, body.get("name", "")) if part)
        found.append(FlaggedAnswer(asked, tuple(texts(body)), one.kind, one.urgent, one.made_at))
    return found


def _asked(booklet: Booklet | None, question_id: str, known_as: str) -> tuple[str, Mapping[str, str]]:
    question = next((q for q in booklet.questions if q.id == question_id), None) if booklet else None
    if question is None:
        return question_id, {}
    return BLANK.sub(lambda b: known_as if b[1] == "child" else "…", question.text), labels(question)


def unread(session: Session, now: dt.datetime) -> tuple[Unread, ...]:
    """Words that no list could read, by child and language, the oldest first. One query."""
    rows = session.execute(
        select(
            Child.external_id, Screening.language, func.count(Screening.id), func.min(Screening.made_at),
            func.max(Staff.name),
        )
        .outerjoin(Response, Response.id == Screening.response_id)
        .outerjoin(Consultation, Consultation.id == Response.consultation_id)
        .join(Review, Review.id == func.coalesce(Screening.review_id, Consultation.review_id))
        .join(Child, Child.id == Review.child_id)
        .outerjoin(Staff, Staff.id == Review.iro_id)
        .where(Screening.state == "not_screened", Screening.made_at > now - READ_WITHIN)
        .group_by(Child.external_id, Screening.language)
        .order_by(func.min(Screening.made_at))
        .limit(SHOWN_AT_MOST)
    )  # fmt: skip
    return tuple(
        Unread(child, language, count, since, iro or "") for child, language, count, since, iro in rows
    )
