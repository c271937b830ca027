"""What staff look at: the lists. A constant number of queries whatever the caseload; names opened for one page."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from webapp.clock import LONDON, london
from webapp.services.definitions import voice_in
from webapp.services.outbox import RECORDS
from webapp.services.whose import OVER, sees_worry, workers_own
from webapp.store import (
    Child,
    Consultation,
    Delivery,
    Involvement,
    Key,
    Person,
    Response,
    Review,
    Vault,
    Worry,
)

PER_PAGE = 50
FOUND_AT_MOST = 25
Tab = Literal["coming", "undated", "past"]
TABS: tuple[Tab, ...] = ("coming", "undated", "past")


@dataclass(frozen=True, slots=True)
class Asked:
    """One booklet of one person who is asked about a review, and how far they are. Nothing of what they say."""

    consultation_id: str
    stage: str
    """before or after the review."""
    who: str
    """As whom they speak in it: a carer in the observer's booklet is the observer."""
    role: str
    involvement_id: str | None
    booklet_id: str
    first: bool
    """Their first booklet of this time: what is told of the person once stands beside it."""
    several: bool
    """One of several of this time."""
    language: str
    state: str
    reason: str
    due_on: dt.date
    closes_on: dt.date
    asked_at: dt.datetime | None
    reminders: int
    response_id: str | None
    started_at: dt.datetime | None
    """Made with their secret, for all of their booklets at once."""
    said: bool
    """They have said something in it, sent or not."""
    sent_at: dt.datetime | None
    revision: int
    unsent: bool
    secret_kind: str
    secret_of: str | None
    secret_reset_at: dt.datetime | None
    initials: str = ""
    """Whose this is, where two people of one role are asked about the same review."""

    @property
    def step(self) -> str:
        """sent, opened, asked, due, unreachable or stopped: the one thing to say of it."""
        if self.revision:
            return "sent"
        if self.state in ("stopped", "unreachable"):
            return self.state
        return "opened" if self.said or (self.started_at and self.first) else self.state


@dataclass(frozen=True, slots=True)
class Line:
    """One review in a list."""

    id: str
    external_id: str
    child_id: str
    child_external_id: str
    known_as: str
    family_name: str
    age: int
    held_at: dt.datetime | None
    window_end: dt.date
    kind: str
    status: str
    hold: str
    shares_meeting: bool
    asked: tuple[Asked, ...]
    worries: int
    waiting: int
    parked: int


@dataclass(frozen=True, slots=True)
class Lines:
    """One page of a list. `count` is of the whole list."""

    lines: tuple[Line, ...]
    page: int
    count: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.count // PER_PAGE))


def caseload(
    session: Session, vault: Vault, now: dt.datetime, iro_id: str, tab: Tab, page: int = 1,
    found: Collection[str] | None = None,
) -> Lines:  # fmt: skip
    """One page of an officer's own reviews: coming up (soonest first), without a date, or past (latest first); or all
    of the children that were found.
    """
    own = Review.iro_id == iro_id
    if found is None:
        return _lines(session, vault, now, own, tab, page, iro_id)
    return _lines(session, vault, now, own & Review.child_id.in_(found), None, page, iro_id)


def worker_caseload(
    session: Session, vault: Vault, now: dt.datetime, worker_id: str, tab: Tab, page: int = 1
) -> Lines:
    """The same for a social worker's children."""
    return _lines(session, vault, now, workers_own(worker_id), tab, page)


def every_review(
    session: Session,
    vault: Vault,
    now: dt.datetime,
    tab: Tab,
    page: int = 1,
    found: Collection[str] | None = None,
) -> Lines:
    """The same for the whole authority."""
    if found is not None:
        return _lines(session, vault, now, Review.child_id.in_(found), None, page)
    return _lines(session, vault, now, None, tab, page)


def find_children(session: Session, vault: Vault, sought: str, iro_id: str = "") -> list[str]:
    """Ids of the children with this number, of theirs or of a review, in capitals or not; else of those each of whose
    sought words begins one of their names, accents and capitals aside. An officer's own alone where `iro_id` is given.

    Names are sealed, so they are opened one by one: two queries, and about 70 microseconds a child.
    """
    words = _plain(sought).split()
    if not words:
        return []
    own = [Review.iro_id == iro_id] if iro_id else []
    number = " ".join(words)
    by_number = session.scalars(
        select(Child.id).join(Review, Review.child_id == Child.id)
        .where(*own, (func.lower(Child.external_id) == number) | (func.lower(Review.external_id) == number))
        .distinct()
    ).all()  # fmt: skip
    if by_number:
        return list(by_number)[:FOUND_AT_MOST]
    mine = [Child.id.in_(select(Review.child_id).where(*own))] if own else []
    rows = session.execute(
        select(Child.id, Child.key, Child.known_as, Child.given_name, Child.family_name).where(*mine)
    )
    return [row.id for row in rows if _is_called(vault, row, words)][:FOUND_AT_MOST]


def _is_called(vault: Vault, row: Any, words: Sequence[str]) -> bool:
    key = child_key(vault, row.id, row.key)
    names = [
        name
        for column in ("known_as", "given_name", "family_name")
        for name in _plain(key.open(getattr(row, column), f"child.{column}:{row.id}")).split()
    ]
    return all(any(name.startswith(word) for name in names) for word in words)


def _plain(text: str) -> str:
    """Without accents and capitals: what somebody types in a hurry."""
    apart = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(c for c in apart if not unicodedata.combining(c) and c != "\0").casefold().strip()


def start_of_today(now: dt.datetime) -> dt.datetime:
    """Midnight in London: a review of this morning is still one of today's."""
    return london(now).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=LONDON)


def _lines(
    session: Session,
    vault: Vault,
    now: dt.datetime,
    whose: ColumnElement[bool] | None,
    tab: Tab | None,
    page: int,
    iro_id: str = "",
) -> Lines:
    wanted, order = _window(tab, start_of_today(now))
    if whose is not None:
        wanted = [whose, *wanted]
    count = session.scalar(select(func.count()).select_from(Review).where(*wanted)) or 0
    page = min(max(1, page), max(1, -(-count // PER_PAGE)))
    rows = session.execute(
        _one_line().where(*wanted).order_by(*order, Review.id).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    ).all()
    asked = told_apart(session, vault, asked_of(session, [row.id for row in rows]))
    worries = _open_worries(session, {row.child_id for row in rows}, iro_id)
    deliveries = delivery_counts(session, [row.id for row in rows])
    today = london(now).date()
    lines = tuple(_line(vault, row, today, asked, worries, deliveries) for row in rows)
    if iro_id:  # what holds for the child today is not told on a review that is over
        lines = tuple(replace(line, hold="none") if line.status in OVER else line for line in lines)
    return Lines(lines, page, count)


def _window(tab: Tab | None, start: dt.datetime) -> tuple[list[ColumnElement[bool]], list[Any]]:
    """Each tab is one range of ix_review_iro_held, so that a long caseload costs no more than a short one. What was
    searched for stands as it does under the tabs: coming up, without a date, past.
    """
    if tab is None:
        ahead = case((Review.held_at >= start, 0), (Review.held_at.is_(None), 1), else_=2)
        soonest = case((Review.held_at >= start, Review.held_at))
        return [], [ahead, soonest, Review.held_at.desc(), Review.window_end]
    if tab == "undated":
        return [Review.held_at.is_(None)], [Review.window_end]
    if tab == "past":
        return [Review.held_at < start], [Review.held_at.desc()]
    return [Review.held_at >= start], [Review.held_at]


def _one_line() -> Select[*tuple[Any, ...]]:
    return select(
        Review.id, Review.external_id, Review.child_id, Review.held_at, Review.window_end, Review.kind, Review.status,
        Review.meeting_external_id, Child.external_id.label("child_external_id"), Child.key, Child.known_as,
        Child.family_name, Child.birth_date, Child.birth_year, Child.hold,
    ).join(Child, Child.id == Review.child_id)  # fmt: skip


def _line(
    vault: Vault, row: Any, today: dt.date, asked: dict[str, list[Asked]], worries: dict[str, int],
    deliveries: dict[str, dict[str, int]],
) -> Line:  # fmt: skip
    key = child_key(vault, row.child_id, row.key)
    sent = deliveries.get(row.id, {})
    return Line(
        id=row.id, external_id=row.external_id, child_id=row.child_id, child_external_id=row.child_external_id,
        known_as=key.open(row.known_as, f"child.known_as:{row.child_id}"),
        family_name=key.open(row.family_name, f"child.family_name:{row.child_id}"),
        age=age(key, row.child_id, row.birth_date, row.birth_year, today),
        held_at=row.held_at, window_end=row.window_end, kind=row.kind, status=row.status, hold=row.hold,
        shares_meeting=bool(row.meeting_external_id), asked=tuple(asked.get(row.id, ())),
        worries=worries.get(row.child_id, 0), waiting=sent.get("waiting", 0), parked=sent.get("parked", 0),
    )  # fmt: skip


def child_key(vault: Vault, child_id: str, wrapped: bytes) -> Key:
    """The key of one child's own facts."""
    return vault.key(wrapped, f"child:{child_id}")


def age(key: Key, child_id: str, birth_date: bytes | None, birth_year: int, today: dt.date) -> int:
    """Whole years today; where only the year is known, as if born on its first day."""
    if not birth_date:
        return today.year - birth_year
    born = dt.date.fromisoformat(key.open(birth_date, f"child.birth_date:{child_id}"))
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


WHO_FIRST = {"child": 0, "parent": 1, "carer": 2, "adopter": 3, "observer": 4}
"""In what order people stand: what was seen after what was said."""


def asked_of(session: Session, review_ids: Sequence[str]) -> dict[str, list[Asked]]:
    """Who is asked about each of these reviews, booklet by booklet, the child first; one query."""
    if not review_ids:
        return {}
    rows = session.execute(
        select(
            Consultation, Involvement.role, Response.id.label("response_id"), Response.booklet_id,
            Response.started_at, Response.sent_at, Response.revision, Response.version, Response.sent_version,
        )
        .outerjoin(Involvement, Involvement.id == Consultation.involvement_id)
        .outerjoin(Response, Response.consultation_id == Consultation.id)
        .where(Consultation.review_id.in_(review_ids))
    ).all()  # fmt: skip
    people: dict[str, dict[str, Any]] = {}
    for row in rows:
        people.setdefault(row.Consultation.id, {})[row.booklet_id or ""] = row
    found: dict[str, list[Asked]] = {}
    for one in people.values():
        any_row = next(iter(one.values()))
        several = found.setdefault(any_row.Consultation.review_id, [])
        several += [_asked(any_row, name, one.get(name)) for name in any_row.Consultation.booklets.split()]
    for several in found.values():
        several.sort(key=lambda a: (a.stage == "after", WHO_FIRST.get(a.who, 9), a.role, a.consultation_id))
    return found


def told_apart(session: Session, vault: Vault, asked: dict[str, list[Asked]]) -> dict[str, list[Asked]]:
    """The same, with initials where two of one role are asked about the same review; one query where there are any."""
    alike: set[str] = set()
    for several in asked.values():
        people = {(one.role, one.involvement_id) for one in several if one.involvement_id}
        roles = [role for role, _ in people]
        alike |= {own for role, own in people if own and roles.count(role) > 1}
    if not alike:
        return asked
    rows = session.execute(
        select(Involvement.id, Person.id.label("own"), Person.key, Person.name)
        .join(Person, Person.id == Involvement.person_id)
        .where(Involvement.id.in_(alike))
    )
    names = {
        row.id: vault.key(row.key, f"person:{row.own}").open(row.name, f"person.name:{row.own}")
        for row in rows
    }
    short = {own: " ".join(part[0].upper() for part in name.split()[:3]) for own, name in names.items()}
    return {
        review: [replace(one, initials=short.get(one.involvement_id or "", "")) for one in several]
        for review, several in asked.items()
    }


def _asked(row: Any, booklet_id: str, response: Any) -> Asked:
    c: Consultation = row.Consultation
    names, who = c.booklets.split(), voice_in(booklet_id, c.who)
    return Asked(
        consultation_id=c.id, stage=c.stage, who=who, role=who if who == "observer" else row.role or c.who,
        involvement_id=c.involvement_id, booklet_id=booklet_id, first=booklet_id == names[0],
        several=len(names) > 1, language=c.language, state=c.state,
        reason=c.reason or "", due_on=c.due_on, closes_on=c.closes_on, asked_at=c.asked_at, reminders=c.reminders,
        response_id=response.response_id if response else None, started_at=response.started_at if response else None,
        said=bool(response and response.version), sent_at=response.sent_at if response else None,
        revision=response.revision if response else 0,
        unsent=bool(response and response.revision and response.version > response.sent_version),
        secret_kind=c.secret_kind or "", secret_of=c.secret_of, secret_reset_at=c.secret_reset_at,
    )  # fmt: skip


def _open_worries(session: Session, child_ids: Iterable[str], iro_id: str) -> dict[str, int]:
    """Per child: the open worries that this officer may see; nobody else is shown a number."""
    ids = list(child_ids)
    if not ids or not iro_id:
        return {}
    rows = session.execute(
        select(Worry.child_id, func.count())
        .where(Worry.child_id.in_(ids), Worry.closed_at.is_(None), sees_worry(iro_id))
        .group_by(Worry.child_id)
    )
    return dict(rows.all())


def delivery_counts(session: Session, review_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Per review: how many deliveries are in each state; one query."""
    if not review_ids:
        return {}
    rows = session.execute(
        select(Delivery.review_id, Delivery.state, func.count())
        .where(Delivery.review_id.in_(review_ids), Delivery.lane == RECORDS)
        .group_by(Delivery.review_id, Delivery.state)
    )
    found: dict[str, dict[str, int]] = {}
    for review_id, state, n in rows:
        found.setdefault(review_id, {})[state] = n
    return found
