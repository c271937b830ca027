"""What the Review Unit looks at: who is asked, what was sent to them and what is stuck. Never a word of an answer."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, func, literal_column, select
from sqlalchemy.orm import Session

from webapp.messaging.letter import TO_PRINT
from webapp.services import looking, looking_texts, on_paper
from webapp.services.looking import Asked
from webapp.services.looking_doors import Tries, locked_out, tries_of
from webapp.services.looking_review import Sent, sent_of
from webapp.store import (
    Child,
    Consultation,
    Delivery,
    Involvement,
    Key,
    Link,
    Message,
    Person,
    Review,
    Staff,
    Vault,
)

Stuck = Literal["letters", "failed", "waiting", "unreachable", "locked"]
STUCK: tuple[Stuck, ...] = ("letters", "failed", "waiting", "unreachable", "locked")
AT_MOST = 100


@dataclass(frozen=True, slots=True)
class Stood:
    """One thing that waits: which, for whom, since when and why."""

    id: str
    review_id: str
    child_external_id: str
    what: str
    who: str
    state: str
    reason: str
    attempts: int
    since: dt.datetime | None
    until: dt.datetime | None = None
    """When it ends by itself."""


@dataclass(frozen=True, slots=True)
class Sending:
    """One message to one person."""

    id: str
    way: str
    template: str
    language: str
    state: str
    reason: str
    attempts: int
    due_at: dt.datetime
    sent_at: dt.datetime | None
    code: str
    """The provider's own code of an error."""
    parts: int
    printed: bool


@dataclass(frozen=True, slots=True)
class AskedPerson:
    """One person asked at one time, with all their booklets and everything that was sent to them."""

    asked: Asked
    """Their first booklet: all but how far they are in it holds for every one."""
    booklets: tuple[Asked, ...]
    name: str
    language: str
    told_language: str
    """As the case system has it."""
    messages: tuple[Sending, ...]
    live_links: int
    tries: Tries
    knows: str
    """What they are asked for at the door: birthday, postcode or word."""
    papers: tuple[on_paper.Came, ...]
    """Booklets of theirs that came back on paper."""
    texts: tuple[looking_texts.Text, ...]
    """What went to and fro by text since they answered."""

    @property
    def not_taken(self) -> int:
        """Texts with pictures, sounds and places that were not taken: nothing of these is kept."""
        return sum(text.not_taken for text in self.texts)


@dataclass(frozen=True, slots=True)
class UnitReview:
    """The Review Unit's page of one review."""

    id: str
    external_id: str
    child_id: str
    child_external_id: str
    known_as: str
    full_name: str
    held_at: dt.datetime | None
    window_end: dt.date
    kind: str
    status: str
    hold: str
    iro: str
    people: tuple[AskedPerson, ...]
    sent: Sent


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter that is to be printed, or was."""

    id: str
    review_id: str
    child_id: str
    child_external_id: str
    role: str
    printed: bool


def letter(session: Session, message_id: str) -> Letter | None:
    """Which letter this is; None where it is none that can be printed."""
    row = session.execute(
        select(
            Message.id, Message.provider_id, Consultation.review_id, Child.id.label("child_id"),
            Child.external_id.label("child_external_id"),
            func.coalesce(Involvement.role, Consultation.who).label("role"),
        )
        .join(Consultation, Consultation.id == Message.consultation_id)
        .outerjoin(Involvement, Involvement.id == Consultation.involvement_id)
        .join(Child, Child.id == Consultation.child_id)
        .where(Message.id == message_id, Message.way == "letter", Message.state == "sent")
    ).first()  # fmt: skip
    if row is None:
        return None
    return Letter(
        row.id, row.review_id, row.child_id, row.child_external_id, row.role, row.provider_id != TO_PRINT
    )


def unprinted() -> tuple[ColumnElement[bool], ...]:
    """Letters that nobody has printed yet. Their id stands in the statement, and their state so that no index of states
    is preferred (most messages were sent): so ix_message_to_print is used.
    """
    waits = Message.provider_id == literal_column(f"'{TO_PRINT}'")
    return waits, Message.way == "letter", func.coalesce(Message.state, "") == "sent"


def stuck_counts(session: Session, vault: Vault, now: dt.datetime) -> dict[str, int]:
    """How much waits under each name, deliveries that stopped too (looking_deliveries lists them); five queries, two
    more where somebody is locked out.

    Messages about worries are not the Review Unit's to see.
    """
    messages = dict(
        session.execute(
            select(Message.state, func.count())
            .where(Message.state.in_(("waiting", "sending", "failed")), Message.consultation_id.is_not(None))
            .group_by(Message.state)
        ).all()
    )
    count = select(func.count()).select_from
    return {
        "letters": session.scalar(count(Message).where(*unprinted())) or 0,
        "failed": messages.get("failed", 0),
        "waiting": messages.get("waiting", 0) + messages.get("sending", 0),
        "unreachable": session.scalar(count(Consultation).where(Consultation.state == "unreachable")) or 0,
        "locked": len(locked_out(session, vault, now)),
        "parked": session.scalar(count(Delivery).where(Delivery.state == "parked")) or 0,
    }


def stuck(session: Session, vault: Vault, now: dt.datetime, which: Stuck) -> list[Stood]:
    """What waits under one name, the oldest first, at most AT_MOST. One query; for who is locked out, three."""
    if which == "locked":
        return [
            Stood(
                one.consultation_id, one.review_id, one.child_external_id, "locked", one.role, "locked", "",
                one.tries.fact + one.tries.secret, None, one.until,
            )
            for one in locked_out(session, vault, now)[:AT_MOST]
        ]  # fmt: skip
    rows = session.execute(_STUCK[which]().limit(AT_MOST))
    return [
        Stood(
            row.id,
            row.review_id or "",
            row.child_external_id or "",
            row.what,
            row.who or "",
            row.state,
            row.reason or "",
            row.attempts,
            row.since,
        )
        for row in rows
    ]


def _messages() -> Select[*tuple[Any, ...]]:
    role = func.coalesce(Involvement.role, Consultation.who)
    return (
        select(
            Message.id, Consultation.review_id, Child.external_id.label("child_external_id"),
            Message.template.label("what"), role.label("who"), Message.state, Message.reason, Message.attempts,
            Message.due_at.label("since"),
        )
        .join(Consultation, Consultation.id == Message.consultation_id)
        .outerjoin(Involvement, Involvement.id == Consultation.involvement_id)
        .join(Child, Child.id == Consultation.child_id)
        .order_by(Message.due_at, Message.id)
    )  # fmt: skip


def _letters() -> Select[*tuple[Any, ...]]:
    return _messages().where(*unprinted())


def _failed() -> Select[*tuple[Any, ...]]:
    return _messages().where(Message.state == "failed")


def _waiting() -> Select[*tuple[Any, ...]]:
    return _messages().where(Message.state.in_(("waiting", "sending")))


def _unreachable() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Consultation.id, Consultation.review_id, Child.external_id.label("child_external_id"),
            Consultation.stage.label("what"), func.coalesce(Involvement.role, Consultation.who).label("who"),
            Consultation.state, Consultation.reason, Consultation.reminders.label("attempts"),
            Consultation.asked_at.label("since"),
        )
        .outerjoin(Involvement, Involvement.id == Consultation.involvement_id)
        .join(Child, Child.id == Consultation.child_id)
        .where(Consultation.state == "unreachable")
        .order_by(Consultation.due_on, Consultation.id)
    )  # fmt: skip


_STUCK = {"letters": _letters, "failed": _failed, "waiting": _waiting, "unreachable": _unreachable}


def unit_review(session: Session, vault: Vault, now: dt.datetime, review_id: str) -> UnitReview | None:
    """One review for the Review Unit. A constant number of queries."""
    row = session.execute(
        select(Review, Child, Staff.name.label("iro"))
        .join(Child, Child.id == Review.child_id)
        .outerjoin(Staff, Staff.id == Review.iro_id)
        .where(Review.id == review_id)
    ).first()
    if row is None:
        return None
    review, child = row.Review, row.Child
    key = looking.child_key(vault, child.id, child.key)

    def own(name: str) -> str:
        return key.open(getattr(child, name), f"child.{name}:{child.id}")

    return UnitReview(
        id=review.id, external_id=review.external_id, child_id=child.id, child_external_id=child.external_id,
        known_as=own("known_as"), full_name=f"{own('given_name')} {own('family_name')}",
        held_at=review.held_at, window_end=review.window_end, kind=review.kind, status=review.status,
        hold=child.hold, iro=row.iro or "", people=_people(session, vault, now, row),
        sent=sent_of(session, review_id),
    )  # fmt: skip


def _people(session: Session, vault: Vault, now: dt.datetime, row: Any) -> tuple[AskedPerson, ...]:
    asked = looking.asked_of(session, [row.Review.id]).get(row.Review.id, [])
    names, knows, reads = _known(session, vault, row.Child)
    first: dict[str, looking.Asked] = {}
    for one in asked:
        first.setdefault(one.consultation_id, one)
    ids = list(first)
    messages = _sendings(session, ids)
    links = dict(
        session.execute(
            select(Link.consultation_id, func.count())
            .where(Link.consultation_id.in_(ids), Link.revoked_at.is_(None), Link.expires_at > now)
            .group_by(Link.consultation_id)
        ).all()
    )
    texts = looking_texts.texts(session, ids)
    tries, papers = tries_of(session, vault, now, asked), on_paper.came(session, ids)
    key = looking.child_key(vault, row.Child.id, row.Child.key)
    child = key.open(row.Child.known_as, f"child.known_as:{row.Child.id}")
    return tuple(
        AskedPerson(
            asked=one,
            booklets=tuple(each for each in asked if each.consultation_id == one.consultation_id),
            name=names.get(one.involvement_id, "") if one.involvement_id else child,
            language=one.language,
            told_language=reads.get(one.involvement_id or "", one.language),
            messages=tuple(messages.get(one.consultation_id, ())),
            live_links=links.get(one.consultation_id, 0),
            tries=tries[one.consultation_id],
            knows=knows.get(one.involvement_id or "", "birthday"),
            papers=papers.get(one.consultation_id, ()),
            texts=tuple(texts.get(one.consultation_id, ())),
        )
        for one in first.values()
    )


def _known(
    session: Session, vault: Vault, child: Child
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """The names of the people in a child's case, what each of them knows and which language the case system gives them,
    by involvement; the child's own has no involvement.
    """
    rows = session.execute(
        select(
            Involvement.id, Involvement.known_fact, Person.id.label("person_id"), Person.key, Person.name,
            Person.language,
        )
        .join(Person, Person.id == Involvement.person_id)
        .where(Involvement.child_id == child.id)
    )  # fmt: skip
    names, knows, reads = {}, {}, {"": child.language}
    for row in rows:
        key = vault.key(row.key, f"person:{row.person_id}")
        reads[row.id] = row.language
        names[row.id] = key.open(row.name, f"person.name:{row.person_id}")
        knows[row.id] = _kind(key, row.known_fact, f"involvement.known_fact:{row.id}")
    key = looking.child_key(vault, child.id, child.key)
    knows |= {"": _kind(key, child.known_fact, f"child.known_fact:{child.id}")}
    return names, knows, reads


def _kind(key: Key, sealed: bytes | None, where: str) -> str:
    kind: str = json.loads(key.open_some(sealed, where) or "{}").get("kind", "birthday")
    return kind


def _sendings(session: Session, ids: list[str]) -> Mapping[str, list[Sending]]:
    found: dict[str, list[Sending]] = {}
    rows = session.scalars(
        select(Message).where(Message.consultation_id.in_(ids)).order_by(Message.made_at, Message.id)
    )
    for m in rows:
        found.setdefault(m.consultation_id or "", []).append(
            Sending(
                m.id,
                m.way,
                m.template,
                m.language,
                m.state if m.way == "letter" else looking_texts.state_of(m),
                m.reason or "",
                m.attempts,
                m.due_at,
                m.sent_at,
                m.error_code or "",
                m.parts or 0,
                printed=m.way == "letter" and m.provider_id != TO_PRINT,
            )
        )
    return found
