"""One review, whole, for its own reviewing officer. A constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from webapp.booklet.definition import Booklet, Heading
from webapp.booklet.records import Row as RecordRow
from webapp.clock import london
from webapp.review.comparing import Verdict, verdict
from webapp.review.matters import DONE, Side
from webapp.services import looking
from webapp.services.looking import Asked
from webapp.services.looking_doors import Doorstep, doorsteps
from webapp.services.looking_records import (
    HEADINGS,
    Paper,
    Shown,
    Voice,
    Wanted,
    papers,
    rows_about_decisions,
    wanted,
)
from webapp.services.looking_screening import held_back
from webapp.services.outbox import RECORDS
from webapp.services.statutory_talk import Talk, talks
from webapp.services.whose import handed_on, open_to, sees_worry
from webapp.store import Child, Delivery, Involvement, Key, LastDecision, Person, Review, Staff, Vault, Worry
from webapp.store import Decision as Decided

STATES = {"yes": "done", "no": "not_done"}


@dataclass(frozen=True, slots=True)
class Head:
    """Whose review it is, and when."""

    id: str
    external_id: str
    child_id: str
    child_external_id: str
    known_as: str
    full_name: str
    age: int
    birth_date_assigned: bool
    kind: str
    status: str
    held_at: dt.datetime | None
    window_start: dt.date
    window_end: dt.date
    place: str
    placement: str
    out_of_area: bool
    legal_status: str
    days_in_care: int | None
    language: str
    speaks: str
    needs_interpreter: bool
    format: str
    communication: str
    plan: str
    hold: str
    social_worker: str
    iro: str
    former: bool = False
    """The child is another officer's now: nothing is told of how they live today."""


@dataclass(frozen=True, slots=True)
class Together:
    """Another child whose review is the same meeting."""

    review_id: str
    known_as: str
    own: bool
    """The same officer's: then it can be opened from here."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of the last review, and what each respondent said became of it."""

    text: str
    said: tuple[tuple[Voice, RecordRow], ...]

    @property
    def state(self) -> str:
        """done or not_done where everybody who chose says the same; else unknown. The words stand beside it."""
        chosen = {STATES.get(side or "", "unknown") for side in self._sides}
        return chosen.pop() if len(chosen) == 1 else "unknown"

    @property
    def verdict(self) -> Verdict | None:
        """How those who know compare; None where fewer than two do."""
        known = [side for side in self._sides if side]
        return verdict(known) if len(known) > 1 else None

    @property
    def _sides(self) -> list[Side | None]:
        return [DONE.get(choice.id) for _, row in self.said for choice in row.choices]


@dataclass(frozen=True, slots=True)
class Sent:
    """How far the records are on their way to the case system."""

    counts: dict[str, int]
    last_received: dt.datetime | None

    @property
    def state(self) -> str:
        """none, parked, waiting, sent or received: the worst that holds for any of them."""
        return next((s for s in ("parked", "waiting", "sent", "received") if self.counts.get(s)), "none")


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Everything on the officer's page of one review."""

    head: Head
    asked: tuple[Asked, ...]
    voices: tuple[Voice, ...]
    wanted: Wanted
    decisions: tuple[Decision, ...]
    together: tuple[Together, ...]
    worries: tuple[str, ...]
    sent: Sent
    doorsteps: dict[str, Doorstep]
    names: dict[str, str]
    """Full names by the case system's id, of everybody in the child's case."""
    decided: bool = False
    """Something of what the child asked is decided."""
    talks: tuple[Talk, ...] = ()
    """What the child said to their social worker about who and where; never in the place of their own answers."""
    held: Collection[str] = frozenset()
    """Where words are sealed that this officer is not shown for now, since they may be about them."""
    languages: Collection[str] = frozenset()
    """In which the people of the case are written to."""

    @property
    def communication(self) -> list[tuple[Voice, Shown]]:
        """How the child says yes, no and the rest, and who tells it."""
        return [
            (voice, shown) for voice in self.voices for paper in voice.papers for shown in paper.communication
        ]

    @property
    def look_first(self) -> list[tuple[Voice, Shown]]:
        """What screening found, and choices that stand out: what is urgent first, then what was found."""
        found = [
            (voice, shown)
            for voice in self.voices
            for paper in voice.papers
            for shown in (*(one for part in paper.headings.values() for one in part), *paper.set_aside)
            if shown.look_first
        ]
        return sorted(found, key=lambda one: (not one[1].seen.urgent, one[1].seen.state != "worried"))

    @property
    def unread(self) -> dict[str, int]:
        """How many answers no list could read, by language."""
        found: dict[str, int] = {}
        for voice in self.voices:
            for paper in voice.papers:
                for part in paper.headings.values():
                    for shown in part:
                        if shown.seen.state == "not_screened":
                            found[shown.item.language] = found.get(shown.item.language, 0) + 1
        return found

    @property
    def answered(self) -> list[Voice]:
        """Those who have sent something: the columns."""
        return [voice for voice in self.voices if voice.papers]

    def under(self, voice: Voice, heading: Heading) -> list[Shown]:
        """What this person said under a heading, but for the words that stand at the top of the page."""
        return [shown for shown in voice.under(heading) if not any(shown is top for top in self.wanted.words)]

    @property
    def child(self) -> Voice | None:
        """The child's own voice, where the child is asked."""
        return next((voice for voice in self.voices if voice.who == "child"), None)

    @property
    def headings(self) -> list[Heading]:
        """The headings that anybody said something under, in the record's order."""
        return [heading for heading in HEADINGS if any(self.under(voice, heading) for voice in self.voices)]


def own_review(
    session: Session,
    vault: Vault,
    booklets: Mapping[str, Booklet],
    now: dt.datetime,
    iro_id: str,
    review_id: str,
) -> ReviewPage | None:
    """The page of a review, where it is this officer's at this moment; None for anybody else's and for none."""
    row = session.execute(_whole().where(Review.id == review_id, open_to(iro_id))).first()
    if row is None:
        return None
    key = looking.child_key(vault, row.Child.id, row.Child.key)
    head, former = head_of(row, key, london(now).date()), handed_on(session, row.Review)
    if former:
        head = replace(
            head, placement="", out_of_area=False, legal_status="", days_in_care=None, hold="none", plan="",
            communication="", former=True,
        )  # fmt: skip
    asked = tuple(looking.asked_of(session, [review_id]).get(review_id, ()))
    names, by_external, languages = _names(session, vault, head.child_id)
    voices = _voices(head.known_as, asked, names, papers(session, vault, asked, booklets))
    child = [paper for voice in voices if voice.who == "child" for paper in voice.papers]
    held = held_back(session, [review_id]).sources
    return ReviewPage(
        head=head,
        asked=asked,
        voices=voices,
        wanted=wanted(child),
        decisions=_decisions(session, key, review_id, voices),
        together=_together(session, vault, row.Review, iro_id),
        worries=tuple(
            session.scalars(
                select(Worry.id)
                .where(Worry.child_id == head.child_id, Worry.closed_at.is_(None), sees_worry(iro_id))
                .order_by(Worry.raised_at)
            )
        ),
        sent=sent_of(session, review_id),
        doorsteps=doorsteps(session, vault, now, asked, head.child_id),
        names=by_external,
        decided=row.decided,
        talks=talks(session, key, review_id, held),
        held=held,
        languages=languages,
    )


def _whole() -> Any:
    worker, officer = _aliases()
    return (
        select(
            Review,
            Child,
            worker.name.label("worker_name"),
            officer.name.label("officer_name"),
            exists().where(Decided.review_id == Review.id, Decided.superseded_at.is_(None)).label("decided"),
        )
        .join(Child, Child.id == Review.child_id)
        .outerjoin(worker, worker.id == Review.social_worker_id)
        .outerjoin(officer, officer.id == Review.iro_id)
    )


def _aliases() -> tuple[Any, Any]:
    from sqlalchemy.orm import aliased

    return aliased(Staff), aliased(Staff)


def head_of(row: Any, key: Key, today: dt.date) -> Head:
    """The head of a review's page from the rows of review and child."""
    review: Review = row.Review
    child: Child = row.Child

    def own(name: str) -> str:
        return key.open_some(getattr(child, name), f"child.{name}:{child.id}")

    return Head(
        id=review.id, external_id=review.external_id, child_id=child.id, child_external_id=child.external_id,
        known_as=own("known_as"), full_name=f"{own('given_name')} {own('family_name')}".strip(),
        age=looking.age(key, child.id, child.birth_date, child.birth_year, today),
        birth_date_assigned=child.birth_date_assigned, kind=review.kind, status=review.status,
        held_at=review.held_at, window_start=review.window_start, window_end=review.window_end,
        place=key.open_some(review.place, f"review.place:{review.id}"), placement=child.placement,
        out_of_area=child.out_of_area, legal_status=child.legal_status,
        days_in_care=(today - child.came_into_care).days if child.came_into_care else None,
        language=child.language, speaks=own("speaks"), needs_interpreter=child.needs_interpreter,
        format=child.format, communication=own("communication"), plan=own("plan"), hold=child.hold,
        social_worker=row.worker_name or "", iro=row.officer_name or "",
    )  # fmt: skip


def _names(
    session: Session, vault: Vault, child_id: str
) -> tuple[dict[str, str], dict[str, str], frozenset[str]]:
    """The names of everybody in this child's case: by involvement, and by the case system's id; and the languages that
    they are written to in. One query.
    """
    rows = session.execute(
        select(
            Involvement.id, Person.id.label("person_id"), Person.external_id, Person.key, Person.name, Person.language
        )
        .join(Person, Person.id == Involvement.person_id)
        .where(Involvement.child_id == child_id)
    ).all()  # fmt: skip
    names, by_external = {}, {}
    for row in rows:
        name = vault.key(row.key, f"person:{row.person_id}").open(row.name, f"person.name:{row.person_id}")
        names[row.id] = by_external[row.external_id] = name
    return names, by_external, frozenset(row.language for row in rows)


def _voices(
    known_as: str, asked: Sequence[Asked], names: dict[str, str], found: dict[str, Paper]
) -> tuple[Voice, ...]:
    """One column for each person, however many booklets they were asked."""
    groups: dict[tuple[str, str], list[Asked]] = {}
    for one in asked:
        groups.setdefault((one.who, one.involvement_id or ""), []).append(one)
    voices = [
        Voice(
            who=who,
            role=several[0].role,
            name=names.get(involvement_id, "") if involvement_id else known_as,
            asked=tuple(several),
            papers=tuple(found[one.response_id] for one in several if one.response_id in found),
        )
        for (who, involvement_id), several in groups.items()
    ]
    return tuple(sorted(voices, key=lambda voice: looking.WHO_FIRST.get(voice.who, 9)))


def _decisions(session: Session, key: Key, review_id: str, voices: Sequence[Voice]) -> tuple[Decision, ...]:
    rows = session.execute(
        select(LastDecision.id, LastDecision.external_id, LastDecision.text)
        .where(LastDecision.review_id == review_id)
        .order_by(LastDecision.position)
    ).all()
    said = rows_about_decisions(voices, [row.id for row in rows] + [row.external_id for row in rows])
    return tuple(
        Decision(
            key.open(row.text, f"last_decision.text:{row.id}"),
            tuple(said.get(row.external_id, ())) + tuple(said.get(row.id, ())),
        )
        for row in rows
    )


def _together(session: Session, vault: Vault, review: Review, iro_id: str) -> tuple[Together, ...]:
    if not review.meeting_external_id:
        return ()
    rows = session.execute(
        select(Review.id, Review.iro_id, Child.id.label("child_id"), Child.key, Child.known_as)
        .join(Child, Child.id == Review.child_id)
        .where(Review.meeting_external_id == review.meeting_external_id, Review.id != review.id)
        .where(Review.status != "cancelled")
        .order_by(Child.birth_year, Review.id)
    )
    return tuple(
        Together(
            row.id,
            looking.child_key(vault, row.child_id, row.key).open(
                row.known_as, f"child.known_as:{row.child_id}"
            ),
            row.iro_id == iro_id,
        )
        for row in rows
    )


def sent_of(session: Session, review_id: str) -> Sent:
    """The deliveries of one review, worries aside: that there is one is not for everybody here to know."""
    rows = session.execute(
        select(Delivery.state, Delivery.received_at).where(
            Delivery.review_id == review_id, Delivery.lane == RECORDS
        )
    ).all()
    counts: dict[str, int] = {}
    for state, _ in rows:
        counts[state] = counts.get(state, 0) + 1
    return Sent(counts, max((at for _, at in rows if at), default=None))
