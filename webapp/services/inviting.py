"""Who is due what: makes a consultation for everybody who is asked before a review that is coming, and after one
that was held, and keeps it true.

Run as often as anybody likes. It reads the reviews that are near or already have somebody asked, in batches,
and opens a writing transaction only for a batch that has something to change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from config import Authority
from webapp import logs
from webapp.booklet.definition import Booklet
from webapp.clock import Clock, london
from webapp.clock import today as london_today
from webapp.review.asking import Asked, NotAsked, Stage, ask_child, ask_person, with_fixed_age
from webapp.review.checking import entries, version
from webapp.review.timetable import Dates, dates_after, dates_of, day_of, end_of_day, invite_day
from webapp.services import iro_letter
from webapp.services.inviting_changes import ACTIVE, Changes, kept_link, live_link, write
from webapp.services.mailing import versions
from webapp.services.recipients import case_of, recipients, said_no
from webapp.store import (
    Child,
    Consultation,
    Database,
    Involvement,
    LastDecision,
    Person,
    Response,
    Review,
    SealBroken,
    Vault,
    new_id,
)

log = logs.get("inviting")
BATCH = 250
LOOK_AHEAD = dt.timedelta(days=7)
"""People stand in the lists as due some days before they are asked."""
OVERDUE = dt.timedelta(days=90)
"""A review may still be held after the last day that the law allows; its people are asked all the same."""
LETTER_WITHIN = dt.timedelta(days=7)
"""For so long the question how a review was waits for the officer's letter to the child."""
Progress = Callable[[int, int], None]


@dataclass
class PlanReport:
    """What changed in who is due what."""

    reviews: int = 0
    added: int = 0
    moved: int = 0
    stopped: int = 0
    revived: int = 0


def plan(
    db: Database, vault: Vault, authority: Authority, booklets: Mapping[str, Booklet], ways: Collection[str],
    clock: Clock, progress: Progress | None = None,
) -> PlanReport:  # fmt: skip
    """Bring who is due what into step with the reviews, the people and the holds. `ways` have a sender here.

    Each batch is a transaction of its own: whoever stops it leaves whole batches behind, and the next run
    goes on.
    """
    report = PlanReport()
    now, today = clock(), london_today(clock)
    planner = _Planner(vault, authority, list(booklets.values()), ways, now, today)
    with db.reading() as session:
        ids = list(session.scalars(_near(authority, today, after=planner.asks_after)))
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        with db.reading() as session:
            changes = planner.changes(session, batch)
        if changes:
            with db.writing() as session:
                report.added += write(session, changes, authority, now, today)
        report.reviews += len(batch)
        report.moved += len(changes.moved)
        report.stopped += len(changes.stopped)
        report.revived += len(changes.revived)
        if progress:
            progress(report.reviews, len(ids))
    return report


def _near(authority: Authority, today: dt.date, after: bool) -> Any:
    near = today + dt.timedelta(days=authority.timetable.invite_days_before) + LOOK_AHEAD
    start, end = end_of_day(today - dt.timedelta(days=1)), end_of_day(near)
    coming = and_(
        Review.status.in_(("planned", "postponed")),
        or_(and_(Review.held_at >= start, Review.held_at < end), Review.window_end <= near),
        or_(Review.held_at.is_(None), Review.held_at >= start, Review.status == "postponed"),
    )
    if after:
        since = today - dt.timedelta(days=authority.timetable.how_was_it_days + 1)
        held = and_(Review.status == "held", Review.held_at >= end_of_day(since), Review.held_at < start)
        coming = or_(coming, held)
    asked = select(Consultation.review_id).where(
        Consultation.state.in_(ACTIVE), Consultation.closes_on >= today
    )
    return select(Review.id).where(Review.window_end >= today - OVERDUE, or_(coming, Review.id.in_(asked)))


@dataclass
class _Planner:
    """What stays the same through one run."""

    vault: Vault
    authority: Authority
    booklets: Sequence[Booklet]
    ways: Collection[str]
    now: dt.datetime
    today: dt.date
    places: dict[str, list[Any]] = field(default_factory=dict)
    decided: set[str] = field(default_factory=set)
    letters: dict[str, dt.datetime] = field(default_factory=dict)
    """When the officer's letter was first sent, by review."""
    said_no: set[tuple[str, str]] = field(default_factory=set)
    """Reviews and involvements: whom the social worker keeps from being asked."""
    checked: dict[str, str] = field(default_factory=dict)
    """By review: the version of the set of people that the social worker said may be asked."""

    @property
    def asks_after(self) -> bool:
        """True where there is any booklet that asks how a review was."""
        return any(booklet.asked == "after" for booklet in self.booklets)

    def changes(self, session: Session, review_ids: Sequence[str]) -> Changes:
        """What has to change for these reviews: eight queries at most, however many they are."""
        rows = session.execute(_reviews(review_ids)).all()
        self.places = {}
        for place in session.execute(_places({row.id for row in rows})):
            self.places.setdefault(place.child_id, []).append(place)
        self.decided = set(
            session.scalars(
                select(LastDecision.review_id).where(LastDecision.review_id.in_(review_ids)).distinct()
            )
        )
        held = [row.review_id for row in rows if row.status == "held"]
        self.letters = iro_letter.first_sent(session, held) if held else {}
        self.said_no, self.checked = said_no(session, review_ids), versions(session, review_ids)
        existing: dict[str, dict[tuple[str, str], Any]] = {}
        for consultation in session.execute(_consultations(review_ids, self.now)):
            own = existing.setdefault(consultation.review_id, {})
            own[consultation.stage, consultation.respondent] = consultation
        changes = Changes()
        for row in rows:
            try:
                self._review(row, existing.get(row.review_id, {}), changes)
            except SealBroken:
                log.error("unreadable", review=row.review_id)
        self._reachable_again(session, changes)
        return changes

    def _review(self, row: Any, existing: Mapping[tuple[str, str], Any], changes: Changes) -> None:
        day = day_of(row.held_at, row.window_end, self.today, postponed=row.status == "postponed")
        dates = dates_of(day, self.authority.timetable)
        if row.status == "cancelled":
            active = [c for c in existing.values() if c.state in ACTIVE]
            changes.stopped.update({c.id: ("review_cancelled", c.child_id) for c in active})
            return
        if (was := self.checked.get(row.review_id)) and was != version(entries(self.places.get(row.id, []))):
            changes.outdated.append(row.review_id)
        stage: Stage = "after" if row.status == "held" else "before"
        if stage == "after":
            due_on, closes_on = dates_after(day, self.authority.timetable)
            dates = replace(dates, invite_on=due_on, closes_on=closes_on, reminders=())
        else:  # it was called held by mistake
            early = [c for c in existing.values() if c.stage == "after" and c.state in ACTIVE]
            changes.stopped.update({c.id: ("review_not_held", c.child_id) for c in early})
        open_now = dates.invite_on <= self.today + LOOK_AHEAD and self.today <= dates.closes_on
        for outcome, language in self._outcomes(row, stage):
            have = existing.get((stage, outcome.respondent))
            own = dates
            if stage == "after" and outcome.respondent == row.id:
                own = replace(dates, invite_on=self._after_the_letter(row.review_id, due_on))
            if have is not None:
                self._keep(have, outcome, language, own, changes)
            elif isinstance(outcome, Asked) and open_now:
                changes.added.append(self._new(row, outcome, language, own, stage))

    def _after_the_letter(self, review_id: str, due_on: dt.date) -> dt.date:
        """When the child is asked how it was: the day after the officer's letter, which may answer what it asks (do you
        know what was decided?); after a week without one, all the same.
        """
        sent = self.letters.get(review_id)
        last = due_on + LETTER_WITHIN
        return min(last, max(due_on, london(sent).date() + dt.timedelta(days=1))) if sent else last

    def _outcomes(self, row: Any, stage: Stage) -> Iterator[tuple[Asked | NotAsked, str]]:
        places = self.places.get(row.id, [])
        case = case_of(
            self.vault.key(row.key, f"child:{row.id}"), row, row, self.today,
            adopters=any(place.role == "adopter" and place.ended_at is None for place in places),
            has_decisions=row.review_id in self.decided,
        )  # fmt: skip
        yield ask_child(case, places, self.booklets, stage), row.language
        for place in places:
            asked = ask_person(case, place, self.booklets, place.needs_interpreter, stage)
            if isinstance(asked, Asked) and (row.review_id, place.id) in self.said_no:
                asked = NotAsked(place.id, "worker_said_no")
            yield asked, place.language

    def _new(self, row: Any, asked: Asked, language: str, dates: Dates, stage: Stage) -> dict[str, Any]:
        return {
            "id": new_id(),
            "review_id": row.review_id,
            "child_id": row.id,
            "involvement_id": None if asked.respondent == row.id else asked.respondent,
            "respondent": asked.respondent,
            "stage": stage,
            "booklets": " ".join(asked.booklets),
            "who": asked.who,
            "facts": " ".join(asked.facts),
            "language": language,
            "due_on": invite_day(dates, self.today),
            "closes_on": dates.closes_on,
            "state": "due",
            "reminders": 0,
        }

    def _keep(
        self, have: Any, outcome: Asked | NotAsked, language: str, dates: Dates, changes: Changes
    ) -> None:
        """Bring one that exists into step; age and language are fixed once somebody is asked."""
        if isinstance(outcome, NotAsked):
            if have.state in ACTIVE:
                changes.stopped[have.id] = (outcome.reason, have.child_id)
            return
        if self.today <= dates.closes_on:
            again = invite_day(dates, self.today), dates.closes_on
            if have.state == "unreachable":
                changes.unreachable[have.id] = again
            elif have.state == "stopped" or (have.state == "asked" and self._asked_for_nothing(have, dates)):
                changes.revived[have.id] = again
        wanted = self._wanted(have, outcome, language, dates)
        wanted = {name: value for name, value in wanted.items() if getattr(have, name) != value}
        if wanted and (have.state in ACTIVE or have.id in changes.revived):
            changes.moved[have.id] = wanted

    def _asked_for_nothing(self, have: Any, dates: Dates) -> bool:
        """True where what they were sent opens nothing any more, and these dates need it: the review moved to after
        the close or the end of their links, or all links were revoked. A link that is merely old is none: reminders
        bring a fresh one.
        """
        if have.live_link:
            return False
        early = have.asked_at is not None and london(have.asked_at).date() < dates.invite_on <= self.today
        return early or have.closes_on < self.today or not have.kept_link

    def _wanted(self, have: Any, outcome: Asked, language: str, dates: Dates) -> dict[str, Any]:
        wanted: dict[str, Any] = {"closes_on": dates.closes_on}
        if have.state == "due":
            wanted |= {"facts": " ".join(outcome.facts), "language": language}
            if not have.begun:
                wanted["booklets"] = " ".join(outcome.booklets)
            if dates.invite_on > self.today or have.due_on > self.today:
                wanted["due_on"] = invite_day(dates, self.today)
        else:
            wanted["facts"] = with_fixed_age(have.facts, outcome.facts)
            # reminders whose day lies ahead again are sent on it
            wanted["reminders"] = min(have.reminders, sum(day <= self.today for day in dates.reminders))
        return wanted

    def _reachable_again(self, session: Session, changes: Changes) -> None:
        """Those who could not be reached, and now can: an address came, or a sender was switched on."""
        found = recipients(session, self.vault, list(changes.unreachable), self.today)
        for own, dates in changes.unreachable.items():
            person = found.get(own)
            if person and person.consultation.reason in UNREACHABLE and person.way(self.ways)[0]:
                changes.revived[own] = dates


UNREACHABLE = frozenset({
    "way_none", "no_sender", "no_email", "no_address", "on_paper_only", "no_phone", "opted_out", "wrong_number",
    "wrong_person",
})  # fmt: skip
"""Reasons that a change in the import or in the settings can mend, or a START; a mailbox that refused us waits for a
person.
"""


def _reviews(ids: Sequence[str]) -> Any:
    return (
        select(
            Review.id.label("review_id"), Review.kind, Review.status, Review.held_at, Review.window_end,
            Child.id, Child.key, Child.birth_date, Child.birth_year, Child.legal_status,
            Child.placement, Child.hold, Child.unaccompanied, Child.out_of_area, Child.needs_interpreter,
            Child.no_words, Child.language,
        )
        .join(Child, Child.id == Review.child_id)
        .where(Review.id.in_(ids))
    )  # fmt: skip


def _places(child_ids: Collection[str]) -> Any:
    return (
        select(
            Involvement.id, Involvement.child_id, Involvement.role, Involvement.parental_responsibility,
            Involvement.consulted, Involvement.may_attend, Involvement.no_contact, Involvement.may_be_named,
            Involvement.hold, Involvement.ended_at, Person.language, Person.needs_interpreter,
        )
        .join(Person, Person.id == Involvement.person_id)
        .where(Involvement.child_id.in_(child_ids))
    )  # fmt: skip


def _consultations(ids: Sequence[str], now: dt.datetime) -> Any:
    return select(
        Consultation.id, Consultation.review_id, Consultation.child_id, Consultation.respondent, Consultation.state,
        Consultation.reason, Consultation.due_on, Consultation.closes_on, Consultation.facts, Consultation.language,
        Consultation.reminders, Consultation.asked_at, Consultation.stage, Consultation.booklets,
        exists().where(Response.consultation_id == Consultation.id).label("begun"),
        live_link(now).label("live_link"), kept_link().label("kept_link"),
    ).where(Consultation.review_id.in_(ids))  # fmt: skip
