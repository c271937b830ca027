"""A social worker's page of one of their children: what is to be checked and arranged, who is asked and how far, and
what the child shares with them.

Of what the child said they get, answer by answer, what its audience lets them see, and nothing else of anybody's. An
answer that screening has not read yet, or worries about, is left out: it may be about the worker, and duty and the
reviewing officer have it first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from config import Timetable
from webapp.booklet.definition import Booklet, Heading
from webapp.booklet.records import Item
from webapp.clock import london
from webapp.review.checking import Change, Entry
from webapp.review.deciding import Wish
from webapp.review.deciding import wishes as wishes_of
from webapp.review.timetable import Dates, dates_of, day_of
from webapp.services import (
    checking,
    checking_people,
    deciding_desk,
    looking,
    mailing,
    passing,
    statutory_talk,
)
from webapp.services.checking import Checked, OwnReview
from webapp.services.checking_people import SHARED
from webapp.services.looking import Asked
from webapp.services.looking_records import HEADINGS, Paper, Shown, papers, says_something
from webapp.services.mailing import Standing
from webapp.services.passing import Work
from webapp.services.statutory_talk import Talk
from webapp.services.whose import OVER, workers_own
from webapp.store import Consultation, Decision, Involvement, MailingCheck, Person, PersonCheck, Review, Vault

READ = ("", "clear", "not_screened")
"""States of screening in which an answer is shown: nothing worries in it, as far as anybody can tell here."""


@dataclass(frozen=True, slots=True)
class InCase:
    """Somebody in the case: what the case system says, and what the social worker said of them."""

    entry: Entry
    name: str
    called: str
    change: Change | None
    """Since the last press that these people may be asked."""
    checked: Checked | None


@dataclass(frozen=True, slots=True)
class Added:
    """Somebody whom the child added."""

    wish: Wish
    checked: Checked | None

    @property
    def relation(self) -> str:
        """Who they are, in the child's words."""
        return self.wish.said.rows[0].relation


@dataclass(frozen=True, slots=True)
class ChildPage:
    """Everything on the social worker's page of one child."""

    review: Review
    external_id: str
    known_as: str
    full_name: str
    age: int
    hold: str
    dates: Dates
    asked: tuple[Asked, ...]
    people: tuple[InCase, ...]
    gone: tuple[Change, ...]
    """Who was in the set at the last press and is no longer in the case."""
    standing: Standing
    added: tuple[Added, ...]
    work: tuple[Work, ...]
    shared: Mapping[Heading, tuple[Item, ...]]
    talks: tuple[Talk, ...]
    sent: bool
    """The child has sent a booklet, shared or not."""

    @property
    def over(self) -> bool:
        """True where the review was held or cancelled: nothing is checked any more."""
        return self.review.status in OVER

    @property
    def to_check(self) -> list[Added]:
        """People whom nobody has checked."""
        return [one for one in self.added if one.checked is None]

    @property
    def to_arrange(self) -> list[Work]:
        """Work that waits."""
        return [one for one in self.work if one.open]

    @property
    def together(self) -> Asked | None:
        """What the worker may sit down to with the child now."""
        stage = "after" if self.review.status == "held" else "before"
        return next(
            (one for one in self.asked
             if one.who == "child" and one.first and one.step != "stopped" and one.stage == stage),
            None,
        )  # fmt: skip


def review_of(session: Session, worker_id: str, child_id: str) -> str | None:
    """The review of this worker's child that matters now: the next that is not over, else the last; None where the
    child isn't theirs.
    """
    rows = session.execute(
        select(Review.id, Review.status, Review.held_at, Review.window_end).where(
            Review.child_id == child_id, workers_own(worker_id)
        )
    ).all()
    coming = [row for row in rows if row.status not in OVER]
    if coming:
        return str(min(coming, key=lambda row: (row.window_end, row.id)).id)
    return str(max(rows, key=lambda row: (row.window_end, row.id)).id) if rows else None


def child_page(
    session: Session, vault: Vault, booklets: Mapping[str, Booklet], timetable: Timetable, now: dt.datetime,
    worker_id: str, child_id: str,
) -> ChildPage | None:  # fmt: skip
    """The page; None where the child isn't this worker's at this moment. A constant number of queries."""
    review_id = review_of(session, worker_id, child_id)
    own = checking.own_review(session, vault, worker_id, review_id) if review_id else None
    if own is None:
        return None
    review, key, today = own.review, own.key, london(now).date()
    found = looking.asked_of(session, [review.id])
    asked = looking.told_apart(session, vault, found).get(review.id, [])
    childs = [one for one in asked if one.who == "child" and one.involvement_id is None]
    said = papers(session, vault, childs, booklets)
    standing = mailing.standing(session, key, review.id, child_id)
    checks = checking.checks(session, key, review.id)
    wishes = checking_people.added(session, vault, review.id)
    day = day_of(review.held_at, review.window_end, today, postponed=review.status == "postponed")
    return ChildPage(
        review=review, asked=tuple(asked), standing=standing, dates=dates_of(day, timetable), **_who(own, today),
        people=_people(vault, _in_case(session, child_id), standing, checks),
        gone=tuple(one for one in standing.changes if one.what == "ended"),
        added=tuple(Added(wish, _of(checks, key=wish.key)) for wish in wishes.values()),
        work=passing.work(session, vault, timetable, review, key, "social_worker", today),
        shared=shared(said.values()), talks=statutory_talk.talks(session, key, review.id), sent=bool(said),
    )  # fmt: skip


def _who(own: OwnReview, today: dt.date) -> dict[str, Any]:
    child = own.child

    def name(which: str) -> str:
        return own.key.open(getattr(child, which), f"child.{which}:{child.id}")

    return {
        "external_id": child.external_id, "known_as": name("known_as"), "hold": child.hold,
        "full_name": f"{name('given_name')} {name('family_name')}",
        "age": looking.age(own.key, child.id, child.birth_date, child.birth_year, today),
    }  # fmt: skip


def shared(said: Iterable[Paper]) -> dict[Heading, tuple[Item, ...]]:
    """What a child shares with their social worker, under the headings of the record: an answer whose audience names
    them, without any private reason. Whatever is not plainly theirs is left out.
    """
    found: dict[Heading, tuple[Item, ...]] = {}
    for heading in HEADINGS:
        items = [
            _bare(one.item) for paper in said for one in paper.headings.get(heading, ()) if _may_see(one)
        ]
        if items:
            found[heading] = tuple(items)
    return found


def _may_see(one: Shown) -> bool:
    item = one.item
    return item.audience in SHARED and one.seen.state in READ and not item.skipped and says_something(item)


def _bare(item: Item) -> Item:
    """Without private reasons; whether an added person was checked stands in its own part of the page."""
    rows = [row.model_copy(update={"reason": "", "added": False}) for row in item.answer.rows]
    return item.model_copy(update={"answer": item.answer.model_copy(update={"rows": rows})})


def _of(checks: Iterable[Checked], *, key: str = "", involvement: str = "") -> Checked | None:
    wanted = (key, involvement) if involvement else (key, None)
    return next(
        (one for one in checks if one.key == wanted[0] and wanted[1] in (None, one.involvement_id)), None
    )


def _in_case(session: Session, child_id: str) -> list[Any]:
    return list(
        session.execute(
            select(Involvement.id, Involvement.called, Person.id.label("person_id"), Person.key, Person.name)
            .join(Person, Person.id == Involvement.person_id)
            .where(Involvement.child_id == child_id)
        )
    )


def _people(
    vault: Vault, rows: Iterable[Any], standing: Standing, checks: list[Checked]
) -> tuple[InCase, ...]:
    names = {}
    for row in rows:
        key = vault.key(row.key, f"person:{row.person_id}")
        called = key.open_some(row.called, f"involvement.called:{row.id}")
        names[row.id] = (key.open(row.name, f"person.name:{row.person_id}"), called)
    changed = {one.involvement: one for one in standing.changes}
    return tuple(
        InCase(
            one,
            *names[one.involvement],
            changed.get(one.involvement),
            _of(checks, involvement=one.involvement),
        )
        for one in standing.entries
    )


@dataclass(frozen=True, slots=True)
class ToDo:
    """What waits for the social worker about one review, as the list tells it."""

    to_check: int
    to_arrange: int
    to_press: bool
    """Adults are due, and nobody has said that these people may be asked."""

    @property
    def anything(self) -> bool:
        """True where anything waits."""
        return bool(self.to_check or self.to_arrange or self.to_press)


def to_do(session: Session, vault: Vault, review_ids: Collection[str]) -> dict[str, ToDo]:
    """What waits in each of these reviews; four queries, however many they are."""
    marks: dict[str, set[str]] = {}
    for review_id, record in deciding_desk.menus_of(session, vault, review_ids):
        found = [wish for wish in wishes_of(record) if checking_people.to_be_checked(wish)]
        marks[review_id] = {vault.lookup("wish", f"{review_id}:{wish.key}") for wish in found}
    checked = session.scalars(
        select(PersonCheck.wish).where(
            PersonCheck.review_id.in_(list(marks)), PersonCheck.superseded_at.is_(None), PersonCheck.wish.is_not(None)
        )
    ).all()  # fmt: skip
    work = session.execute(
        select(Decision.review_id, func.count())
        .where(
            Decision.review_id.in_(review_ids), Decision.passed_to == "social_worker", Decision.arranged == "",
            Decision.superseded_at.is_(None),
        )
        .group_by(Decision.review_id)
    )  # fmt: skip
    arrange: dict[str, int] = dict(work.all())
    held = exists().where(
        MailingCheck.review_id == Consultation.review_id, MailingCheck.superseded_at.is_(None)
    )
    due = session.scalars(
        select(Consultation.review_id).where(
            Consultation.review_id.in_(review_ids), Consultation.state == "due",
            Consultation.involvement_id.is_not(None), ~held,
        )
    ).all()  # fmt: skip
    return {
        one: ToDo(len(marks.get(one, set()) - set(checked)), arrange.get(one, 0), one in due)
        for one in review_ids
    }
