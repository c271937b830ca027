"""What an officer reads before a review: its page, and what was decided, what differs and what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.booklet.definition import Booklet, Heading
from webapp.booklet.records import Item
from webapp.booklet.wishes import InviteChoicesRecord
from webapp.review.comparing import Compared, Spoken, compare
from webapp.review.deciding import Wish
from webapp.review.matters import ALONE, ALONE_WHERE, DECISIONS, HUSHED, NOTHING_HUSHED
from webapp.review.seating import Seat, seats
from webapp.review.since import Changed, since
from webapp.services import deciding_desk, looking_screening
from webapp.services.access import open_response_key
from webapp.services.deciding_desk import Decided, Desk, WhenAndWhere
from webapp.services.looking import child_key
from webapp.services.looking_records import Paper, Shown, Voice, read_record, says_something
from webapp.services.looking_review import ReviewPage, own_review
from webapp.services.looking_screening import Seen
from webapp.services.talk_wishes import with_talks
from webapp.store import Child, Consultation, Record, Response, Review, Vault


@dataclass(frozen=True, slots=True)
class Asked:
    """Wishes of one question that share what became of them: one line of the table."""

    kind: str
    wishes: tuple[Wish, ...]
    decided: Decided | None
    again: bool
    """It was decided, and the child asks for something else now."""


@dataclass(frozen=True, slots=True)
class SinceThen:
    """What one person says otherwise than before the last review, in the same booklet."""

    voice: Voice
    paper: Paper
    sent_at: dt.datetime
    changes: tuple[Changed, ...]
    look_first: frozenset[str] = frozenset()
    """Questions whose answer of then the officer should read before anybody else does."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything on the page that is read before a review."""

    page: ReviewPage
    asked: tuple[Asked, ...]
    settled: WhenAndWhere | None
    seats: tuple[Seat[Voice], ...]
    hushed: tuple[tuple[Voice, Shown], ...]
    """What may not be said in front of somebody, beside the child's wishes in the menu."""
    alone: tuple[Shown, ...]
    """The child's answers that ask for a talk alone, or say where."""
    compared: tuple[Compared[Voice], ...]
    since: tuple[SinceThen, ...]
    before_elsewhere: bool
    """The last review was another officer's: what was said then was said to them, and is not compared."""

    def under(self, voice: Voice, heading: Heading) -> list[Shown]:
        """What stands under a heading and nowhere else on the page."""
        return [shown for shown in self.page.under(voice, heading) if not self._stands_above(shown)]

    def _stands_above(self, shown: Shown) -> bool:
        above = [*self.alone, *(one for _, one in self.hushed)]
        told = {
            (seat.spoken.item.question, seat.spoken.item.answered_at) for seat in self.seats if seat.spoken
        }
        item = shown.item
        return (
            any(shown is one for one in above)
            or (item.question, item.answered_at) in told
            or (item.kind == "grid" and item.question in {question for _, question in DECISIONS})
        )

    @property
    def headings(self) -> list[Heading]:
        """The headings that anybody said something under."""
        return [one for one in self.page.headings if any(self.under(v, one) for v in self.page.voices)]

    def verdict(self, shown: Shown) -> Compared[Voice] | None:
        """How this answer stands to the others', where it was compared."""
        return next((c for c in self.compared if any(s.item is shown.item for s in c.said)), None)

    @property
    def people(self) -> list[Asked]:
        """The lines about one person each."""
        return [line for line in self.asked if line.kind == "who"]

    @property
    def rest(self) -> list[tuple[str, list[Asked]]]:
        """Every other line, by what it is about; what stands whole among the child's own words is left out."""
        found: dict[str, list[Asked]] = {}
        for line in self.asked:
            in_words = line.kind == "about" and not any(wish.ids for wish in line.wishes)
            if line.kind != "who" and not (in_words and line.decided is None):
                found.setdefault(line.kind, []).append(line)
        return list(found.items())

    @property
    def differing(self) -> int:
        """On how many matters somebody says yes and somebody no."""
        return sum(one.verdict == "differ" for one in self.compared)

    @property
    def any_decided(self) -> bool:
        """Something was decided, if only what holds no more."""
        return any(one.decided for one in self.asked)

    @property
    def decided(self) -> int:
        """How many wishes are decided as they are asked now."""
        return sum(len(one.wishes) for one in self.asked if one.decided and not one.again)

    @property
    def told_at(self) -> dt.datetime | None:
        """When the child was last told of decisions; None where of none yet."""
        return max(
            (one.decided.told_at for one in self.asked if one.decided and one.decided.told_at), default=None
        )

    @property
    def wishes(self) -> int:
        """How many wishes there are to decide."""
        return sum(len(one.wishes) for one in self.asked)


def prepared(
    session: Session,
    vault: Vault,
    booklets: Mapping[str, Booklet],
    now: dt.datetime,
    iro_id: str,
    review_id: str,
) -> Prepared | None:
    """The page of a review, where it is this officer's at this moment; None for anybody else's and for none."""
    page = own_review(session, vault, booklets, now, iro_id, review_id)
    if page is None:
        return None
    desk = deciding_desk.desk(session, vault, iro_id, review_id, told=page.talks)
    spoken = [
        Spoken(voice, paper.asked.booklet_id, shown.item, paper.asked.involvement_id or "")
        for voice, paper, shown in _every(page.voices)
    ]
    wishes = desk.wishes if desk else _wishes(session, vault, page)
    held = _held(session, vault, page, desk)
    changes, elsewhere = _since(session, vault, booklets, iro_id, page)
    return Prepared(
        page=page,
        asked=tuple(_lines(wishes, held)),
        settled=desk.settled if desk else held[1],
        seats=seats(wishes, desk.refused_by_others if desk else (), [s for s in spoken if s.who.who != "child"]),
        hushed=tuple(
            (voice, shown) for voice, paper, shown in _every(page.voices)
            if (paper.asked.booklet_id, shown.item.question) in HUSHED and _hushes(shown.item)
        ),
        alone=tuple(shown for _, paper, shown in _every(page.voices) if _asks_alone(paper, shown.item)),
        compared=compare(spoken),
        since=changes,
        before_elsewhere=elsewhere,
    )  # fmt: skip


def _every(voices: Iterable[Voice]) -> Iterable[tuple[Voice, Paper, Shown]]:
    for voice in voices:
        for paper in voice.papers:
            for part in paper.headings.values():
                for shown in part:
                    yield voice, paper, shown


def _hushes(item: Item) -> bool:
    if item.skipped or not says_something(item):
        return False
    chosen = [choice.id for row in item.answer.rows for choice in row.choices]
    chosen += [choice.id for choice in item.answer.choices]
    typed = item.answer.words or any(row.words for row in item.answer.rows)
    return bool(typed) or any(one not in NOTHING_HUSHED for one in chosen)


def _asks_alone(paper: Paper, item: Item) -> bool:
    key = (paper.asked.booklet_id, item.question)
    if item.skipped or not says_something(item):
        return False
    return key in ALONE_WHERE or bool(ALONE.get(key, frozenset()) & {one.id for one in item.answer.choices})


def _wishes(session: Session, vault: Vault, page: ReviewPage) -> tuple[Wish, ...]:
    """The child's wishes of a review that is over, which nobody decides any more."""
    papers = page.child.papers if page.child else ()
    menus = [paper.record for paper in papers if isinstance(paper.record, InviteChoicesRecord)]
    child = session.get_one(Child, page.head.child_id)
    return with_talks(session, child_key(vault, child.id, child.key), page.head.id, menus, page.talks)


Held = tuple[dict[str, Decided], WhenAndWhere | None]


def _held(session: Session, vault: Vault, page: ReviewPage, desk: Desk | None) -> Held:
    """Decisions by key and what was settled, of a review that is over too."""
    if desk is not None:
        return desk.decided, desk.settled
    child = session.get_one(Child, page.head.child_id)
    key = child_key(vault, child.id, child.key)
    found = deciding_desk.decisions(session, key, page.head.id)
    return {one.key: one for one in found}, deciding_desk.settled(session, key, page.head.id)


def _lines(wishes: Sequence[Wish], held: Held) -> Iterable[Asked]:
    """One line for each person, and for each other question one for each thing that became of it."""
    groups: dict[tuple[Any, ...], list[Wish]] = {}
    for wish in wishes:
        one = held[0].get(wish.key)
        fate = (one.outcome, one.instead, one.reason, one.digest == wish.digest) if one else ()
        apart = wish.key if wish.kind == "who" else ""
        groups.setdefault((wish.kind, wish.question, apart, fate), []).append(wish)
    for (kind, *_), several in groups.items():
        one = held[0].get(several[0].key)
        yield Asked(kind, tuple(several), one, bool(one and one.digest != several[0].digest))


def _since(
    session: Session, vault: Vault, booklets: Mapping[str, Booklet], iro_id: str, page: ReviewPage
) -> tuple[tuple[SinceThen, ...], bool]:
    """What each person says otherwise than the last time; and whether the last time was another officer's."""
    before, elsewhere = _before(session, vault, iro_id, page)
    screened = looking_screening.seen(session, [own for own, _ in before.values()]) if before else {}
    found = []
    for voice in page.voices:
        for paper in voice.papers:
            key = paper.asked.involvement_id or page.head.child_id, paper.asked.booklet_id
            if key in before and paper.asked.stage == "before":
                own, old = before[key]
                known = [
                    item for item in _items(old) if not screened.get(own, {}).get(item.question, Seen()).held
                ]
                changes = since(known, _items(paper.record))
                first = _look_first(old, booklets.get(key[1]), screened.get(own, {}))
                found.append(SinceThen(voice, paper, old.sent_at, changes, first))
    return tuple(found), elsewhere


def _look_first(old: Any, booklet: Booklet | None, screened: Mapping[str, Seen]) -> frozenset[str]:
    concerns = {one.id: set(one.concern) for one in booklet.questions} if booklet else {}
    unsure = {question for question, one in screened.items() if one.state != "clear"}
    return frozenset(
        unsure | {one.question for one in _items(old) if _chosen(one) & concerns.get(one.question, set())}
    )


def _chosen(item: Item) -> set[str]:
    said = item.answer
    return {choice.id for choice in said.choices} | {c.id for row in said.rows for c in row.choices}


def _items(record: Any) -> list[Item]:
    return [item for part in record.headings for item in part.items]


def _before(
    session: Session, vault: Vault, iro_id: str, page: ReviewPage
) -> tuple[dict[tuple[str, str], tuple[str, Any]], bool]:
    """What each person last sent before this officer's own earlier reviews, by person and booklet, each with its
    response. One query.
    """
    latest = (
        func.row_number()
        .over(partition_by=(Consultation.respondent, Response.booklet_id), order_by=Review.window_end.desc())
        .label("latest")
    )
    ranked = (
        select(Record.id, Record.sealed, Response.id.label("response_id"), Response.key, Consultation.respondent,
               Response.booklet_id, Review.iro_id, latest)
        .join(Response, Response.id == Record.response_id)
        .join(Consultation, Consultation.id == Response.consultation_id)
        .join(Review, Review.id == Consultation.review_id)
        .where(
            Consultation.child_id == page.head.child_id, Review.id != page.head.id, Consultation.stage == "before",
            Review.window_end < page.head.window_end, Record.revision == Response.revision,
        )
        .subquery()
    )  # fmt: skip
    rows = session.execute(select(ranked).where(ranked.c.latest == 1)).all()
    found = {}
    for row in rows:
        if row.iro_id == iro_id:
            key = open_response_key(vault, row.response_id, row.key)
            record = read_record(key.open(row.sealed, f"record.sealed:{row.id}"))
            found[row.respondent, row.booklet_id] = row.response_id, record
    return found, any(row.iro_id != iro_id for row in rows)
