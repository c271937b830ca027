"""What was asked for, before those who answer: the officer with its words, the Review Unit with the kind alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from webapp.review.requests import OPEN, THE_UNIT_SEES, WORDS_AT_MOST
from webapp.services import asking_for, telling
from webapp.services.asking_events import announce
from webapp.services.auditing import note
from webapp.services.looking_screening import Seen, of_officers_page
from webapp.services.whose import open_to, sees_request
from webapp.store import (
    Child,
    Consultation,
    Involvement,
    Key,
    Message,
    Person,
    Request,
    Review,
    Screening,
    Vault,
    Worry,
)

Takers = Mapping[str, Sequence[str]]
LISTED = 200
DONE_LISTED = 25


class NotNow(ValueError):
    """It can't be done so; `code` says why: say_something, too_long, closed, answer_first."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Line:
    """One request in a list: never its words."""

    id: str
    kind: str
    who: str
    wants: str
    made_at: dt.datetime
    state: str
    answered_at: dt.datetime | None
    closed_at: dt.datetime | None
    arranged_at: dt.datetime | None
    child: str
    child_external_id: str
    review_id: str
    """The child's review on whose road it was asked."""
    oldest: bool = False
    """It has waited longer than any other that nobody answered."""


@dataclass(frozen=True, slots=True)
class Whole:
    """One request, opened for its officer."""

    line: Line
    child_id: str
    person: str
    """The name of an adult who asked; empty where it was the child."""
    role: str
    words: str
    reach: str
    channel: str
    language: str
    with_worker: bool
    own_review: bool
    """The review on whose road it was asked is open to this officer."""
    seen_at: dt.datetime | None
    answer: str
    screened: Seen
    message: Message | None
    """That tells them that they were answered."""


def waiting(session: Session, iro_id: str) -> int:
    """How many requests wait for this officer's answer."""
    query = select(func.count()).select_from(Request).where(Request.state.in_(OPEN), sees_request(iro_id))
    return session.scalar(query) or 0


def to_arrange(session: Session) -> int:
    """How many requests wait for the Review Unit."""
    return session.scalar(select(func.count()).select_from(Request).where(*_units())) or 0


def of_officer(session: Session, vault: Vault, iro_id: str) -> tuple[list[Line], list[Line]]:
    """What waits for this officer, the newest first with the oldest marked, and what was answered lately."""
    rows = session.execute(
        _lines().where(Request.state.in_(OPEN), sees_request(iro_id)).order_by(Request.made_at.desc()).limit(LISTED)
    ).all()  # fmt: skip
    done = session.execute(
        _lines()
        .where(Request.state.not_in(OPEN), sees_request(iro_id))
        .order_by(func.coalesce(Request.closed_at, Request.answered_at).desc())
        .limit(DONE_LISTED)
    ).all()
    return _read(vault, rows, mark=True), _read(vault, done)


def of_unit(session: Session, vault: Vault) -> list[Line]:
    """What the Review Unit helps to arrange, and whatever has no officer: by kind, the oldest first."""
    return _read(
        vault, session.execute(_lines().where(*_units()).order_by(Request.made_at).limit(LISTED)).all()
    )


def _units() -> tuple[Any, ...]:
    nobodys = Review.id == Request.review_id, Review.iro_id.is_(None)
    no_officer = select(Review.id).where(*nobodys).correlate(Request).exists()
    return (
        Request.state != "closed",
        Request.arranged_at.is_(None),
        or_(Request.kind.in_(THE_UNIT_SEES), no_officer),
    )


def _lines() -> Select[*tuple[Any, ...]]:
    return select(Request, Child).join(Child, Child.id == Request.child_id)


def _read(vault: Vault, rows: Iterable[Any], *, mark: bool = False) -> list[Line]:
    several = list(rows)
    oldest = several[-1].Request.id if mark and len(several) > 1 else ""
    return [_line(vault, row.Request, row.Child, row.Request.id == oldest) for row in several]


def _line(vault: Vault, one: Request, child: Child, oldest: bool = False) -> Line:
    key = vault.key(child.key, f"child:{child.id}")
    name = " ".join(
        key.open(getattr(child, part), f"child.{part}:{child.id}") for part in ("known_as", "family_name")
    )
    return Line(
        one.id, one.kind, one.who, one.wants, one.made_at, one.state, one.answered_at, one.closed_at, one.arranged_at,
        name, child.external_id, one.review_id, oldest,
    )  # fmt: skip


def whole(session: Session, vault: Vault, iro_id: str, request_id: str) -> Whole | None:
    """One request, where it is this officer's at this moment; None for anybody else's and for none (threats.md A7).

    Where its words may be about the officer it is a press without words, until somebody has closed that worry.
    """
    row = session.execute(
        select(Request, Child, Involvement, Person, Screening, Worry, Message, open_to(iro_id))
        .join(Child, Child.id == Request.child_id)
        .join(Review, Review.id == Request.review_id)
        .join(Consultation, Consultation.id == Request.consultation_id)
        .outerjoin(Involvement, Involvement.id == Consultation.involvement_id)
        .outerjoin(Person, Person.id == Involvement.person_id)
        .outerjoin(Screening, Screening.source == asking_for.SOURCE + Request.id)
        .outerjoin(Worry, Worry.id == Screening.worry_id)
        .outerjoin(Message, Message.purpose == telling.ANSWERED + ":" + Request.id)
        .where(Request.id == request_id, sees_request(iro_id))
    ).first()
    if row is None:
        return None
    one, child, place, person, screening, worry, message, own = row
    key = vault.key(child.key, f"child:{child.id}")
    seen = Seen()
    if screening is not None:
        about, closed_at = (worry.about, worry.closed_at) if worry else (None, None)
        seen = of_officers_page(screening.state, screening.kind, screening.urgent, about, closed_at)
    said = {"words": "", "reach": ""} if seen.held else asking_for.opened(key, one)
    name = ""
    if person is not None:
        name = vault.key(person.key, f"person:{person.id}").open(person.name, f"person.name:{person.id}")
    return Whole(
        _line(vault, one, child), child.id, name, place.role if place else "", said["words"], said["reach"],
        one.channel, one.language, bool(one.typed_by), own, one.seen_at,
        key.open_some(one.answer, asking_for.answer_place(one.id)),
        seen, message,
    )  # fmt: skip


def see(session: Session, request_id: str, staff_id: str, now: dt.datetime) -> None:
    """The officer says that they have read it: whoever asked may read when. Once is enough."""
    one = _locked(session, request_id)
    if one.seen_at is None:
        one.seen_at = now
        one.state = "seen" if one.state == "new" else one.state
        note(session, now, f"staff:{staff_id}", "request_seen", f"request:{one.id}", one.child_id)


def answer(
    session: Session, vault: Vault, takers: Takers, request_id: str, staff_id: str, words: str, now: dt.datetime,
    *, close: bool = False,
) -> None:  # fmt: skip
    """Say something to whoever asked, below what was said before, and tell them once that there is something to read.

    Raises NotNow where nothing is said, it is too long, or the request is closed. The same words twice stand once.
    """
    one, said = _open(session, request_id), _fair(words)
    key, where = _childs_key(session, vault, one), asking_for.answer_place(one.id)
    before = key.open_some(one.answer, where)
    if before != said and not before.endswith(f"\n\n{said}"):
        one.answer = key.seal(f"{before}\n\n{said}" if before else said, where)
        one.answered_at, one.answered_by, one.state = now, staff_id, "answered"
        one.seen_at = one.seen_at or now
        note(session, now, f"staff:{staff_id}", "request_answered", f"request:{one.id}", one.child_id)
        asked = session.get_one(Consultation, one.consultation_id)
        telling.put(session, asked, telling.ANSWERED, f"{telling.ANSWERED}:{one.id}", now)
        if not close:
            announce(session, vault, takers, key, one, now)
    if close:
        _close(session, vault, takers, key, one, staff_id, now)


def close(
    session: Session, vault: Vault, takers: Takers, request_id: str, staff_id: str, now: dt.datetime
) -> None:
    """It is dealt with. Raises NotNow where it is closed already, or somebody disagrees and nobody has answered."""
    one = _open(session, request_id)
    if one.kind == "disagree" and one.answer is None:
        raise NotNow("answer_first")
    _close(session, vault, takers, _childs_key(session, vault, one), one, staff_id, now)


def _close(
    session: Session, vault: Vault, takers: Takers, key: Key, one: Request, staff_id: str, now: dt.datetime
) -> None:
    one.state, one.closed_at, one.closed_by = "closed", now, staff_id
    one.seen_at = one.seen_at or now
    note(session, now, f"staff:{staff_id}", "request_closed", f"request:{one.id}", one.child_id)
    announce(session, vault, takers, key, one, now)


def arrange(
    session: Session, vault: Vault, takers: Takers, request_id: str, staff_id: str, now: dt.datetime
) -> bool:
    """The Review Unit has seen to it; False where it isn't theirs, or somebody did so before."""
    one = session.scalars(
        select(Request).where(Request.id == request_id, *_units()).with_for_update()
    ).first()
    if one is None:
        return False
    one.arranged_at, one.arranged_by = now, staff_id
    note(session, now, f"staff:{staff_id}", "request_arranged", f"request:{one.id}", one.child_id)
    announce(session, vault, takers, _childs_key(session, vault, one), one, now)
    return True


def _childs_key(session: Session, vault: Vault, one: Request) -> Key:
    child = session.get_one(Child, one.child_id)
    return vault.key(child.key, f"child:{child.id}")


def _locked(session: Session, request_id: str) -> Request:
    return session.scalars(select(Request).where(Request.id == request_id).with_for_update()).one()


def _open(session: Session, request_id: str) -> Request:
    one = _locked(session, request_id)
    if one.state == "closed":
        raise NotNow("closed")
    return one


def _fair(words: str) -> str:
    said = "".join(c for c in words if c != "\0").replace("\r\n", "\n").strip()
    if not said:
        raise NotNow("say_something")
    if len(said) > WORDS_AT_MOST:
        raise NotNow("too_long")
    return said
