"""Count participation by month: which reviews had what, by age, placement and the like. Nothing sealed is opened.

The worker counts anew every hour, so that a page for a manager adds up a few hundred rows and never walks over
children. What a child said after a review is counted when it is first sent, since afterwards it is sealed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    CTE,
    Select,
    and_,
    bindparam,
    case,
    delete,
    extract,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from config import Authority
from webapp.clock import LONDON, Clock, london
from webapp.store import (
    AnswerRow,
    Attendance,
    Child,
    Consultation,
    Database,
    Decision,
    HeardCount,
    Message,
    Note,
    Prepared,
    Query,
    Record,
    Response,
    Review,
    ReviewCount,
    table_of,
)

NOTE = "participation"
MONTHS = 15
"""How far back the hourly count goes: feedback, attendance and corrections come late. What is older stays as it is."""
PARTS = ("age", "placement", "area", "iro", "language", "way")
"""What reviews are counted by; each review has one value of each."""
UNDER_4 = "under_4"
CAME = (
    "social_worker", "parent", "carer_foster", "carer_connected", "carer_residential", "advocate",
    "independent_visitor", "designated_teacher",
)  # fmt: skip
NONE = "none"
MEASURES = (
    "reviews", "invited", "opened", "answered", "in_time", "decided", "wishes", "agreed", "recorded", "attended",
)  # fmt: skip


def first_of(day: dt.date) -> dt.date:
    """The first day of its month."""
    return day.replace(day=1)


def months_before(month: dt.date, n: int) -> dt.date:
    """The first day of the month so many months earlier."""
    at = month.year * 12 + month.month - 1 - n
    return dt.date(at // 12, at % 12 + 1, 1)


def count(db: Database, authority: Authority, clock: Clock, months: int = MONTHS) -> int:
    """Count this month and those before it anew; gives how many months were counted."""
    this = first_of(london(clock()).date())
    for back in range(months):
        month = months_before(this, back)
        with db.reading() as session:
            rows = list(_rows(session, month, clock(), authority.participation.in_time_days))
        with db.writing() as session:
            session.merge(Note(name=NOTE, value=str(MONTHS), at=clock()))
            session.flush()  # a second worker waits here
            session.execute(delete(ReviewCount).where(ReviewCount.month == month))
            if rows:
                session.execute(insert(ReviewCount), rows)
    return months


def count_hourly(db: Database, authority: Authority, clock: Clock) -> int:
    """For the worker: counts where nobody has within the hour. Always 0, so that the lane rests."""
    with db.reading() as session:
        last = session.scalar(select(Note.at).where(Note.name == NOTE))
    if last is None or clock() - last >= dt.timedelta(hours=1):
        count(db, authority, clock)
    return 0


def _rows(session: Session, month: dt.date, now: dt.datetime, in_time_days: int) -> Iterator[dict[str, Any]]:
    """Every part of one month. One query."""
    start, end = _moment(month), min(_moment(months_before(month, -1)), now)
    one = _reviews(session, start, end, in_time_days).cte("one")
    for row in session.execute(union_all(*_parts(one))):
        yield {"month": month, **row._mapping}


def _moment(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), LONDON).astimezone(dt.UTC)


def _parts(one: CTE) -> Iterator[Select[*tuple[Any, ...]]]:
    asked = one.c.age != UNDER_4
    sums = [func.sum(one.c[name]).label(name) for name in MEASURES]
    yield (
        select(literal("all").label("part"), literal("all").label("value"), *sums)
        .where(asked)
        .having(func.count() > 0)
    )
    yield select(literal("under_4"), literal(UNDER_4), *sums).where(~asked).having(func.count() > 0)
    for part in PARTS:
        yield select(literal(part), one.c[part], *sums).where(asked).group_by(one.c[part])
    sent = and_(asked, one.c.answered == 1)
    yield select(literal("channel"), one.c.channel, *sums).where(sent).group_by(one.c.channel)
    recorded = and_(asked, one.c.recorded == 1)
    yield select(literal("code"), one.c.code, *sums).where(recorded).group_by(one.c.code)
    for role in CAME:
        there = and_(recorded, (" " + one.c.came + " ").contains(f" {role} ", autoescape=True))
        yield select(literal("came"), literal(role), *sums).where(there).having(func.count() > 0)


def _reviews(
    session: Session, start: dt.datetime, end: dt.datetime, in_time_days: int
) -> Select[*tuple[Any, ...]]:
    """One row a review that was due in this time: noughts and ones, and what it is counted by."""
    asked = Consultation
    sent = (
        select(func.min(Record.made_at))
        .join(Response, Response.id == Record.response_id)
        .where(Response.consultation_id == asked.id, Record.revision == 1)
        .scalar_subquery()
    )
    opened = select(Response.id).where(Response.consultation_id == asked.id).exists()
    known = Attendance.id.is_not(None)
    wished = _decided(start, end)
    return (
        select(
            *_by(),
            func.coalesce(_channel(), NONE).label("channel"),
            func.coalesce(Attendance.participation_code, NONE).label("code"),
            func.coalesce(Attendance.attended, "").label("came"),
            literal(1).label("reviews"),
            _one(or_(asked.asked_at.is_not(None), opened)).label("invited"),
            _one(opened).label("opened"),
            _one(sent.is_not(None)).label("answered"),
            _one(sent <= _days_before(session, in_time_days)).label("in_time"),
            _one(wished.c.wishes > 0).label("decided"),
            func.coalesce(wished.c.wishes, 0).label("wishes"),
            func.coalesce(wished.c.agreed, 0).label("agreed"),
            _one(known).label("recorded"),
            _one(and_(known, Attendance.child_attended)).label("attended"),
        )
        .select_from(Review)
        .join(Child, Child.id == Review.child_id)
        .outerjoin(
            asked, and_(asked.review_id == Review.id, asked.respondent == Child.id, asked.stage == "before")
        )
        .outerjoin(wished, wished.c.review_id == Review.id)
        .outerjoin(
            Attendance, and_(Attendance.review_id == Review.id, Attendance.superseded_at.is_(None))
        )
        .where(Review.held_at >= start, Review.held_at < end, Review.status.in_(("planned", "held")))
    )  # fmt: skip


def _by() -> list[Any]:
    """What a review is counted by. The age is the one at the invitation; where nobody was invited, by the year."""
    facts, years = Consultation.facts, extract("year", Review.held_at) - Child.birth_year
    age = case(
        (facts.contains("under_4"), UNDER_4), (facts.contains("age_4_7"), "age_4_7"),
        (facts.contains("age_8_11"), "age_8_11"), (facts.contains("age_16_plus"), "age_16_plus"),
        (facts.contains("age_12_plus"), "age_12_15"), (years <= 4, UNDER_4), (years <= 7, "age_4_7"),
        (years <= 11, "age_8_11"), (years <= 15, "age_12_15"), else_="age_16_plus",
    )  # fmt: skip
    way = (
        select(Message.way)
        .where(Message.purpose == literal("invite:") + Consultation.id, Message.sent_at.is_not(None))
        .scalar_subquery()
    )
    return [
        age.label("age"), Child.placement.label("placement"),
        case((Child.out_of_area, "out"), else_="in").label("area"),
        func.coalesce(Review.iro_id, NONE).label("iro"),
        func.coalesce(Consultation.language, Child.language).label("language"),
        func.coalesce(way, NONE).label("way"),
    ]  # fmt: skip


def _channel() -> Any:
    """How the last answer of what was sent came in."""
    return (
        select(AnswerRow.channel)
        .join(Response, Response.id == AnswerRow.response_id)
        .where(Response.consultation_id == Consultation.id, Response.revision > 0)
        .order_by(AnswerRow.answered_at.desc(), AnswerRow.question_id)
        .limit(1)
        .correlate(Consultation)
        .scalar_subquery()
    )


def _decided(start: dt.datetime, end: dt.datetime) -> Any:
    return (
        select(
            Decision.review_id, func.count().label("wishes"),
            func.sum(case((Decision.outcome == "agreed", 1), else_=0)).label("agreed"),
        )
        .join(Review, Review.id == Decision.review_id)
        .where(Decision.superseded_at.is_(None), Review.held_at >= start, Review.held_at < end)
        .group_by(Decision.review_id)
        .subquery()
    )  # fmt: skip


def _days_before(session: Session, days: int) -> Any:
    """So many days before the review, in each database's own way."""
    if session.get_bind().dialect.name == "sqlite":
        return func.datetime(Review.held_at, f"-{days} days")
    return Review.held_at - text(f"interval '{int(days)} days'")


def _one(true: Any) -> Any:
    return case((true, 1), else_=0)


_REVIEW = Prepared(
    select(Review.held_at, Review.window_end, *_by())
    .select_from(Review)
    .join(Child, Child.id == Review.child_id)
    .outerjoin(
        Consultation,
        and_(
            Consultation.review_id == Review.id, Consultation.respondent == Child.id,
            Consultation.stage == "before",
        ),
    )
    .where(Review.id == bindparam("of"))
)  # fmt: skip
_told = table_of(HeardCount).c
_KEY = ["month", "part", "value"]
_COLUMNS = ("month", "part", "value", "told", "heard")
_SQLITE, _POSTGRES = sqlite_insert(table_of(HeardCount)), postgres_insert(table_of(HeardCount))
_RAISE = Prepared(
    sqlite=_SQLITE.on_conflict_do_update(
        index_elements=_KEY,
        set_={"told": _told.told + 1, "heard": _told.heard + _SQLITE.excluded.heard},
    ),
    postgresql=_POSTGRES.on_conflict_do_update(
        index_elements=_KEY,
        set_={"told": _told.told + 1, "heard": _told.heard + _POSTGRES.excluded.heard},
    ),
    columns=_COLUMNS,
)


def count_heard(query: Query, review_id: str, heard: bool) -> None:
    """A child said after this review, for the first time, whether they were listened to."""
    review = _REVIEW.first(query, of=review_id)
    month = first_of(london(review.held_at).date() if review.held_at else review.window_end)
    for part in ("all", *PARTS):
        value = "all" if part == "all" else getattr(review, part)
        value = "age_4_7" if value == UNDER_4 else value  # nobody younger is asked
        _RAISE.run(query, month=month, part=part, value=value, told=1, heard=int(heard))
