"""The made-up half-year behind: who was asked before past reviews, answered, came and felt heard. Written straight in.

Playing each booklet through would take minutes; what a manager's figures are counted from is here as in real use, the
answers are few.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import uuid
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from webapp.booklet.answers import Answer, Context
from webapp.booklet.records import Channel, as_json
from webapp.booklet.views import Envelope, StoredAnswer, build
from webapp.clock import london
from webapp.house import House
from webapp.i18n import translate
from webapp.review.asking import age_on
from webapp.services import answering, counting
from webapp.services.deciding_desk import decision_place
from webapp.services.definitions import keep
from webapp.store import (
    AnswerRow,
    Attendance,
    Child,
    Consultation,
    Decision,
    Message,
    Record,
    Response,
    Review,
    new_id,
)

BOOKLET, QUESTION, ASKED = "my_review_my_choice", "questions", "Something the child asked for"
NOT_ASKED, OPENED, SENT, RECORDED, CAME, DECIDED, AGREED, TOLD, HEARD = (
    0.06, 0.82, 0.86, 0.93, 0.7, 0.85, 0.78, 0.45, 0.74
)  # fmt: skip
"""How many of those before: the figures of a service that is on its way to its targets."""
CHANNELS: tuple[Channel, ...] = ("web", "web", "web", "web", "sms", "sms", "whatsapp", "paper")
WORDS = (
    "Can my nan come too?",
    "Not in a lesson, please.",
    "I want to sit next to my carer.",
    "It was fine last time.",
)


def make_history(house: House, seed: int) -> int:
    """What is known of reviews that are past; gives of how many."""
    rng, now = random.Random(seed), house.clock()
    rows: dict[Any, list[dict[str, Any]]] = {
        table: [] for table in (Consultation, Message, Response, AnswerRow, Record, Decision, Attendance)
    }
    with house.db.writing() as session:
        mark = keep(session, house.booklets[BOOKLET], now)
        past = _past(session, now)
        for review, child in past:
            _one(house, rng, rows, review, child, mark)
        for table, many in rows.items():
            if many:
                session.execute(insert(table), many)
        for review, child in past:
            if _age(review, child) > 4 and rng.random() < TOLD:
                counting.count_heard(session, review.id, rng.random() < HEARD)
    counting.count(house.db, house.authority, house.clock)
    return len(past)


def _past(session: Session, now: dt.datetime) -> list[tuple[Review, Child]]:
    known = select(Consultation.review_id).where(Consultation.stage == "before")
    query = (
        select(Review, Child)
        .join(Child, Child.id == Review.child_id)
        .where(
            Review.held_at < now, Review.status == "held", Review.id.not_in(known), Review.iro_id.is_not(None)
        )
        .order_by(Review.external_id)
    )
    return [(review, child) for review, child in session.execute(query)]


def _age(review: Review, child: Child) -> int:
    assert review.held_at is not None
    return age_on(london(review.held_at).date(), None, child.birth_year)


def _facts(age: int) -> str:
    if age < 8:
        return "age_4_7"
    return "age_8_11" if age < 12 else "age_12_plus" if age < 16 else "age_12_plus age_16_plus"


def _one(
    house: House, rng: random.Random, rows: dict[Any, list[dict[str, Any]]], review: Review, child: Child, mark: str
) -> None:  # fmt: skip
    """One review: each step only where the one before it happened."""
    assert review.held_at is not None
    held, age, came = review.held_at, _age(review, child), rng.random() < CAME
    answered = False
    if age >= 4 and rng.random() >= NOT_ASKED:
        consultation = new_id()
        asked = held - dt.timedelta(days=rng.randint(36, 42))
        on = london(held).date()
        rows[Consultation].append(
            {"id": consultation, "review_id": review.id, "child_id": child.id, "respondent": child.id,
             "booklets": BOOKLET, "who": "child", "facts": _facts(age), "language": child.language,
             "due_on": london(asked).date(), "closes_on": on, "state": "asked", "asked_at": asked}
        )  # fmt: skip
        rows[Message].append(
            {"id": new_id(), "purpose": f"invite:{consultation}", "consultation_id": consultation,
             "child_id": child.id, "way": rng.choice(("email", "letter", "letter")), "template": "invite",
             "language": child.language, "state": "sent", "made_at": asked, "due_at": asked, "sent_at": asked}
        )  # fmt: skip
        if rng.random() < OPENED:
            answered = rng.random() < SENT
            _answer(house, rng, rows, review, child, consultation, mark, answered)
    if rng.random() < RECORDED:
        code = "PN0" if age < 4 else rng.choice(("PN1", "PN1", "PN1", "PN2", "PN3", "PN4")) if came else (
            rng.choice(("PN5", "PN6", "PN6")) if answered else "PN7"
        )  # fmt: skip
        roles = [role for role, share in (("parent", 0.5), ("carer_foster", 0.8), ("social_worker", 0.95)) if
                 rng.random() < share]  # fmt: skip
        rows[Attendance].append(
            {"id": new_id(), "review_id": review.id, "child_attended": came and age >= 4, "participation_code": code,
             "attended": " ".join(roles), "held_on": london(held).date(), "recorded_by": review.iro_id,
             "recorded_at": held + dt.timedelta(days=1)}
        )  # fmt: skip


def _answer(
    house: House, rng: random.Random, rows: dict[Any, list[dict[str, Any]]], review: Review, child: Child,
    consultation: str, mark: str, answered: bool,
) -> None:  # fmt: skip
    assert review.held_at is not None
    response, record, at = (
        new_id(),
        new_id(),
        review.held_at - dt.timedelta(days=rng.choice((2, 5, 9, 16, 23, 30))),
    )
    key, wrapped = house.vault.new_key(f"response:{response}")
    said = Answer(None, rng.choice(WORDS))
    channel = rng.choice(CHANNELS)
    rows[Response].append(
        {"id": response, "consultation_id": consultation, "booklet_id": BOOKLET, "key": wrapped, "definition": mark,
         "started_at": at, "answered_at": at, "version": 1, "sent_version": int(answered),
         "sent_at": at if answered else None, "revision": int(answered)}
    )  # fmt: skip
    rows[AnswerRow].append(
        {"response_id": response, "question_id": QUESTION, "version": 1,
         "sealed": answering.saying(key, response, QUESTION, said, "review").sealed, "audience": "review",
         "channel": channel, "language": "en", "wording": "standard", "definition": mark, "answered_at": at}
    )  # fmt: skip
    if not answered:
        return
    made = build(
        house.booklets[BOOKLET],
        {QUESTION: StoredAnswer(said, "review", channel, "en", "standard", at)},
        Context(),
        Envelope(uuid.UUID(record), review.external_id, child.external_id, child.external_id, "child", "en", "standard",
                 at, "sent_so_far"),
        translate,
    )  # fmt: skip
    text = json.dumps(as_json(made), ensure_ascii=False)
    rows[Record].append(
        {"id": record, "response_id": response, "review_id": review.id, "kind": "invite-choices/1", "revision": 1,
         "sealed": key.seal(text, f"record.sealed:{record}"), "made_at": at}
    )  # fmt: skip
    if rng.random() < DECIDED:
        for number in range(rng.randint(3, 8)):
            rows[Decision].append(_decision(house, rng, review, child, record, number))


def _decision(
    house: House, rng: random.Random, review: Review, child: Child, record: str, number: int
) -> dict[str, Any]:
    made, wish = new_id(), f"how:history:{number}"
    body = {"key": wish, "digest": "", "asked": ASKED, "instead": "", "reason": "", "note": ""}
    child_key = house.vault.key(child.key, f"child:{child.id}")
    return {
        "id": made, "review_id": review.id, "wish": house.vault.lookup("wish", f"{review.id}:{wish}"),
        "record_id": record, "revision": 1, "outcome": "agreed" if rng.random() < AGREED else "changed",
        "sealed": child_key.seal(json.dumps(body), decision_place(made)), "decided_by": review.iro_id,
        "decided_at": (review.held_at or house.clock()) - dt.timedelta(days=1),
    }  # fmt: skip
