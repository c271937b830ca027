"""Where a visit stands: everything that a booklet page needs to know, in one query, and the answers in a second."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select, update

from webapp.booklet.answers import Answer, Context
from webapp.booklet.definition import Booklet
from webapp.review.asking import Place, place_stopped, role_asked
from webapp.services.definitions import booklet_of
from webapp.store import (
    AnswerRow,
    Child,
    Consultation,
    Decision,
    Involvement,
    Key,
    LastDecision,
    Prepared,
    Query,
    Response,
    Review,
    Settled,
    Vault,
    Visit,
    table_of,
)  # fmt: skip

SAVE_AFTER_REST = dt.timedelta(hours=24)
"""How long after its last sign of life a resting visit may still save what was typed."""
COOKIE_LIVES = SAVE_AFTER_REST + dt.timedelta(hours=2)
"""The browser's cookie outlives the visit: signs of life sign it anew, but for those of the first minutes."""
TOUCH_EVERY = dt.timedelta(minutes=5)
"""A page view counts as a sign of life at most this often: a write on every view would be slow."""
FAMILY = ("parent", "sibling", "grandparent", "relative")

visit, consultation, review, child, involvement, response, answer, decision, decided, settled = (
    table_of(t).c
    for t in (
        Visit,
        Consultation,
        Review,
        Child,
        Involvement,
        Response,
        AnswerRow,
        LastDecision,
        Decision,
        Settled,
    )
)  # the tables themselves: a booklet page reads plain columns, and needs none of the mapper's work

_STANDING = (
    select(
        visit.id.label("visit_id"), visit.stage, visit.seen_at, visit.ended_at, visit.helper_staff_id,
        visit.paper_id,
        consultation.id.label("consultation_id"), consultation.review_id, consultation.child_id,
        consultation.involvement_id, consultation.stage.label("when"), consultation.booklets, consultation.who,
        consultation.facts, consultation.language, consultation.closes_on, consultation.state,
        consultation.respondent, consultation.secret_kind, consultation.secret_reset_at,
        review.external_id.label("review_external_id"), review.held_at, review.window_start, review.window_end,
        review.status.label("review_status"),
        child.external_id.label("child_external_id"), child.key.label("child_key"), child.known_as, child.hold,
        involvement.hold.label("own_hold"), involvement.ended_at.label("role_ended_at"), involvement.no_contact,
        involvement.role, involvement.consulted, involvement.parental_responsibility,
        response.id.label("response_id"), response.key.label("response_key"), response.booklet_id,
        response.definition, response.version, response.sent_version, response.sent_at, response.revision,
        exists().where(decision.review_id == consultation.review_id).label("has_decisions"),
        and_(
            consultation.involvement_id.is_(None),
            consultation.stage == "before",
            visit.paper_id.is_(None),
            or_(
                exists().where(decided.review_id == consultation.review_id, decided.told_at.is_not(None),
                               decided.superseded_at.is_(None)),
                exists().where(settled.review_id == consultation.review_id, settled.told_at.is_not(None)),
            ),
        ).label("was_told"),
        exists().where(involvement.child_id == consultation.child_id, or_(*(involvement.role == of for of in FAMILY)),
                       involvement.ended_at.is_(None), involvement.may_be_named)
        .correlate(Consultation.__table__).label("has_family"),
    )
    .select_from(Visit.__table__)
    .join(Consultation.__table__, consultation.id == visit.consultation_id)
    .join(Review.__table__, review.id == consultation.review_id)
    .join(Child.__table__, child.id == consultation.child_id)
    .outerjoin(Involvement.__table__, involvement.id == consultation.involvement_id)
    .outerjoin(
        Response.__table__,
        and_(response.consultation_id == consultation.id, response.booklet_id == bindparam("booklet_id")),
    )
)  # fmt: skip
_STATE = Prepared(_STANDING.where(visit.token_hash == bindparam("token_hash")))
_STATE_OF = Prepared(_STANDING.where(visit.id == bindparam("visit_id")))
_ANSWERS = Prepared(
    select(answer.question_id, answer.sealed, answer.audience, answer.version, answer.typed_by, answer.channel)
    .where(answer.response_id == bindparam("response_id"))
)  # fmt: skip


def still_open() -> ColumnElement[bool]:
    """True in the database while the visit `visit_id` may change answers: asked inside the statement that writes,
    since a hold, a review that was held or another tab may have come between.
    """
    return (
        exists()
        .select_from(
            Visit.__table__
            .join(Consultation.__table__, consultation.id == visit.consultation_id)
            .join(Review.__table__, review.id == consultation.review_id)
            .join(Child.__table__, child.id == consultation.child_id)
            .outerjoin(Involvement.__table__, involvement.id == consultation.involvement_id)
        )
        .where(
            visit.id == bindparam("visit_id"), visit.ended_at.is_(None), consultation.state != "stopped",
            or_(review.status != "held", consultation.stage == "after"), review.status != "cancelled",
            child.hold == "none",
            or_(
                consultation.involvement_id.is_(None),
                and_(involvement.hold == "none", involvement.ended_at.is_(None), ~involvement.no_contact,
                     involvement.consulted),
            ),
        )
    )  # fmt: skip


_SHELF = Prepared(
    select(response.id, response.booklet_id, response.definition, response.version, response.sent_version,
           response.sent_at, exists().where(answer.response_id == response.id).label("begun"))
    .where(response.consultation_id == bindparam("of"))
)  # fmt: skip
_OPEN = Prepared(select(still_open().label("open")))
_NEAR = Prepared(select(child.near).where(child.id == bindparam("of")))
_SEEN = Prepared(update(table_of(Visit)).where(visit.id == bindparam("of")).values(seen_at=bindparam("at")))


class Said:
    """An answer in force, with who may see it. Opened when it is first looked at: most pages look at one or two."""

    __slots__ = ("_answer", "audience", "channel", "typed_by", "version")

    def __init__(
        self, answer: Answer | Callable[[], Answer], audience: str, version: int, typed_by: str = "",
        channel: str = "web",
    ) -> None:  # fmt: skip
        self._answer, self.audience, self.version, self.typed_by = answer, audience, version, typed_by
        self.channel = channel

    @property
    def answer(self) -> Answer:
        """What was said. Raises SealBroken where it can't be opened."""
        if not isinstance(self._answer, Answer):
            self._answer = self._answer()
        return self._answer


class Answers(Mapping[str, Answer]):
    """What was said, by question, without who may see it."""

    def __init__(self, said: Mapping[str, Said]) -> None:
        self._said = said

    def __getitem__(self, question_id: str) -> Answer:
        return self._said[question_id].answer

    def __contains__(self, question_id: object) -> bool:
        return question_id in self._said

    def __iter__(self) -> Iterator[str]:
        return iter(self._said)

    def __len__(self) -> int:
        return len(self._said)


@dataclass(frozen=True, slots=True)
class Standing:
    """One visit and all that its pages need, of the booklet that it is about, if any.

    `row` holds the columns of the query above by name; those of a response are None where no booklet was named, or
    none of theirs.
    """

    row: Any
    resting: bool
    open: bool
    """False where nothing may be shown or saved: ended, stopped, on hold, or not asked in this role any more."""
    over: bool = False
    """True where the visit itself is past: whoever comes in again may go on."""

    @property
    def own(self) -> bool:
        """True where this person may see and give answers."""
        return self.open and not self.resting and self.row.stage == "own"

    @property
    def closed(self) -> bool:
        """True once the review is over (of those asked after it, once it is cancelled): answers can only be read."""
        over = ("cancelled",) if self.row.when == "after" else ("held", "cancelled")
        return self.row.review_status in over

    @property
    def booklets(self) -> list[str]:
        """The ids of this person's booklets, in order."""
        found: list[str] = self.row.booklets.split()
        return found

    @property
    def unsent(self) -> bool:
        """True where something was said since it was last sent."""
        return bool(self.row.version and self.row.version > self.row.sent_version)

    @property
    def facts(self) -> frozenset[Any]:
        """The facts that choose the questions."""
        more = {"has_decisions": self.row.has_decisions, "has_people": self.row.has_family}
        return frozenset(name for name in (*self.row.facts.split(), *more) if more.get(name, True))


@dataclass(frozen=True, slots=True)
class OnTheShelf:
    """One of this person's booklets, and how far they are in it."""

    booklet: Booklet
    begun: bool
    sent_at: dt.datetime | None
    unsent: bool
    """Something was said since it was last sent."""


def find(
    query: Query, vault: Vault, token: str, now: dt.datetime, idle: dt.timedelta, booklet_id: str = ""
) -> Standing | None:
    """The visit behind a cookie, or None where there is none, at one of its booklets where one is named.

    Expired and ended visits are found, and say so.
    """
    row = _STATE.first(query, token_hash=vault.lookup("visit", token), booklet_id=booklet_id)
    if row is None:
        return None
    age = now - row.seen_at
    over = row.ended_at is not None or age >= SAVE_AFTER_REST
    return Standing(row, resting=age >= idle, open=not over and not stopped(row), over=over)


def by_text(query: Query, visit_id: str, booklet_id: str) -> Standing | None:
    """The visit of a conversation by text: it lasts for weeks, and never rests."""
    row = _STATE_OF.first(query, visit_id=visit_id, booklet_id=booklet_id)
    if row is None:
        return None
    over = row.ended_at is not None
    return Standing(row, resting=False, open=not over and not stopped(row), over=over)


def stopped(row: Any) -> bool:
    """True where this person is not asked any more: a hold, or not in the role in which they were asked."""
    return row.state == "stopped" or row.hold != "none" or not _still_asked(row)


def _still_asked(row: Any) -> bool:
    """True where this person would still be asked in the role in which they were."""
    if row.involvement_id is None:
        return True
    place = cast(Place, _Place(row))
    return place_stopped(place) is None and role_asked(place) == row.who


class _Place:
    """The involvement behind a visit, for the rules of who is asked."""

    __slots__ = ("consulted", "ended_at", "hold", "no_contact", "parental_responsibility", "role")

    def __init__(self, row: Any) -> None:
        self.role, self.parental_responsibility, self.consulted = (
            row.role, row.parental_responsibility, row.consulted,
        )  # fmt: skip
        self.no_contact, self.hold, self.ended_at = row.no_contact, row.own_hold, row.role_ended_at


def is_still_open(query: Query, visit_id: str) -> bool:
    """True while this visit may change answers, whatever came between."""
    return bool(_OPEN.first(query, visit_id=visit_id).open)


def touch(query: Query, visit_id: str, now: dt.datetime) -> None:
    """A sign of life."""
    _SEEN.run(query, of=visit_id, at=now)


def response_key(vault: Vault, standing: Standing) -> Key:
    """The key that seals this person's answers."""
    return vault.key(standing.row.response_key, f"response:{standing.row.response_id}")


def answers(query: Query, vault: Vault, standing: Standing) -> dict[str, Said]:
    """What this person has said so far."""
    if standing.row.response_id is None:
        return {}
    response_id, key = standing.row.response_id, response_key(vault, standing)

    def opened(question_id: str, sealed: bytes) -> Answer:
        return read(key.open(sealed, place(response_id, question_id)))

    return {
        row.question_id: Said(
            partial(opened, row.question_id, row.sealed), row.audience, row.version, row.typed_by, row.channel
        )
        for row in _ANSWERS.all(query, response_id=response_id)
    }


def place(response_id: str, question_id: str) -> str:
    """Where an answer is sealed for."""
    return f"answer.sealed:{response_id}/{question_id}"


def read(text: str) -> Answer:
    """An answer from its sealed JSON."""
    kept = json.loads(text)
    return Answer(kept["value"], kept["words"], kept["skipped"])


def written(answer: Answer) -> str:
    """An answer as the JSON that is sealed."""
    return json.dumps(
        {"value": answer.value, "words": answer.words, "skipped": answer.skipped},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def booklet(query: Query, standing: Standing, booklets: Mapping[str, Booklet]) -> Booklet:
    """The booklet this person answers: the definition that they began with."""
    return booklet_of(query, standing.row.definition, booklets.get(standing.row.booklet_id))


def shelf(query: Query, standing: Standing, booklets: Mapping[str, Booklet]) -> list[OnTheShelf]:
    """All of this person's booklets, in the order in which they were given; one query."""
    rows = {row.booklet_id: row for row in _SHELF.all(query, of=standing.row.consultation_id)}
    return [
        OnTheShelf(
            booklet_of(query, row.definition, booklets.get(name)), bool(row.begun), row.sent_at,
            row.version > row.sent_version,
        )
        for name in standing.booklets
        if (row := rows.get(name))
    ]  # fmt: skip


def child_name(vault: Vault, standing: Standing) -> str:
    """What the child is called."""
    key = vault.key(standing.row.child_key, f"child:{standing.row.child_id}")
    return key.open(standing.row.known_as, f"child.known_as:{standing.row.child_id}")


def near(query: Query, vault: Vault, standing: Standing) -> dict[str, dict[str, str]]:
    """Who to turn to where this child lives, away from here: advocate and duty, as far as the case system knows them.

    For the child alone, once they said the one thing they know: it tells where they live.
    """
    row = standing.row
    if row.who != "child" or row.stage == "opened" or not standing.open:
        return {}
    key = vault.key(row.child_key, f"child:{row.child_id}")
    found: dict[str, dict[str, str]] = json.loads(
        key.open_some(_NEAR.first(query, of=row.child_id).near, f"child.near:{row.child_id}") or "{}"
    )
    return found


class Names(Mapping[str, str]):
    """The names for a booklet's blanks, opened only where a text has one."""

    def __init__(self, vault: Vault, standing: Standing) -> None:
        self._vault, self._standing = vault, standing

    def __getitem__(self, blank: str) -> str:
        if blank != "child":
            raise KeyError(blank)
        return child_name(self._vault, self._standing)

    def __iter__(self) -> Iterator[str]:
        return iter(("child",))

    def __len__(self) -> int:
        return 1


def bare_context(vault: Vault, standing: Standing) -> Context:
    """Facts and names, enough for the path and for questions without rows."""
    return Context(facts=standing.facts, names=Names(vault, standing))
