"""Who is asked what before a review, who is not and why, and whom the child's menu lists: rules over plain
facts.

The case system says what each person may do, know and get in this child's case; nothing here widens it. Where
two facts disagree the safer one wins: `no_contact` beats `consulted`. Reasons are codes; pages and reports
word them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from webapp.booklet.definition import Booklet, Fact, Who

YOUNGEST = 4
"""A child of four takes part (England's yearly return, SSDA903, counts participation from then)."""
ADULT = 18
WHATSAPP_AGE = 13
"""WhatsApp's own minimum age in the United Kingdom (faq.whatsapp.com/695318248185629)."""
PHONE_WAYS = frozenset({"sms", "whatsapp"})

Reason = Literal[
    "hold", "adult", "too_young", "not_consulted", "no_contact", "person_hold", "ended", "no_role",
    "no_booklet", "review_cancelled", "review_held", "review_not_held", "closed", "worker_said_no",
]  # fmt: skip
"""Why somebody is not asked, or why nothing more is sent to them."""

Unreachable = Literal[
    "way_none", "no_sender", "no_email", "no_address", "on_paper_only", "no_phone", "opted_out", "wrong_number",
]  # fmt: skip
"""Why somebody who is asked can't be reached: staff hand them their booklet."""

CARER_FACTS: Mapping[str, Fact] = {
    "carer_foster": "foster", "carer_connected": "connected", "carer_residential": "residential",
}  # fmt: skip
PLACEMENT_FACTS: Mapping[str, Fact] = {
    "foster": "foster", "connected": "connected", "residential": "residential", "secure": "secure",
    "custody": "secure", "adoption": "adoption",
}  # fmt: skip
AGE_FACTS: frozenset[Fact] = frozenset({"under_4", "age_4_7", "age_8_11", "age_12_plus", "age_16_plus"})
"""Fixed once somebody is asked, so that nobody's questions change with a birthday; all else follows the case."""
Stage = Literal["before", "after"]
"""When somebody is asked: before the review, or after it how it was."""
GIVEN: Mapping[Who, tuple[tuple[Who, ...], ...]] = {
    "child": (("child",),),
    "parent": (("parent",),),
    "carer": (("carer",), ("observer",)),
    "adopter": (("adopter", "carer"), ("observer",)),
}
"""Whose booklets each is given; of those in one bracket, the first for whom there are any. Nobody is given the
observer's booklet instead of their own.
"""
WITH_RESPONSIBILITY = frozenset({"grandparent", "relative", "sibling", "friend", "other"})
"""Roles that get the parent's form where the person holds parental responsibility."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Which way to use, and what there is to use it with; never the address itself."""

    way: str = "none"
    email: bool = False
    address: bool = False
    phone: bool = False
    shut: Literal["", "opted_out", "wrong_number"] = ""
    """Why nothing may go to this phone any more."""
    whatsapp: bool = False
    """They are old enough for WhatsApp, and said yes to it."""


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules need to know of a child and this review."""

    child_id: str
    age: int
    """On the day of the review."""
    review_kind: str
    legal_status: str
    placement: str
    hold: str = "none"
    adopters: bool = False
    """An adopter has a place in the case."""
    unaccompanied: bool = False
    out_of_area: bool = False
    needs_interpreter: bool = False
    no_words: bool = False
    """The child doesn't use words."""
    has_decisions: bool = False

    @property
    def adoption(self) -> bool:
        """True from the placement order on: from then the reviews are adoption reviews.

        Adoption Agencies Regulations 2005, regulation 36 (1) and (3).
        """
        return (
            self.adopters
            or self.review_kind == "adoption"
            or self.placement == "adoption"
            or self.legal_status == "placement_order"
        )

    @property
    def short_breaks(self) -> bool:
        """The child lives at home."""
        return "short_breaks" in (self.review_kind, self.legal_status)


class Place(Protocol):
    """One person's place in one child's case: what the store keeps of it, under the same names."""

    id: str
    role: str
    parental_responsibility: bool
    consulted: bool
    may_attend: bool
    no_contact: bool
    may_be_named: bool
    hold: str
    ended_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who is asked: which booklets, and what is true of them and this review."""

    respondent: str
    """The involvement's id, or the child's."""
    who: Who
    booklets: tuple[str, ...]
    """In the order in which they are offered."""
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class NotAsked:
    """Somebody who isn't asked, and why."""

    respondent: str
    reason: Reason


def age_on(day: dt.date, birth_date: dt.date | None, birth_year: int) -> int:
    """Whole years on a day. Where only the year is known it counts from 1 January, so that no four-year-old
    is left out.

    Somebody born on 29 February has their birthday on 1 March of other years.
    """
    born = birth_date or dt.date(birth_year, 1, 1)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def role_asked(place: Place) -> Who | None:
    """Which kind of booklet a place in the case calls for; None for those who give their views in other
    ways.
    """
    if place.role in CARER_FACTS:
        return "carer"
    if place.role == "adopter":
        return "adopter"
    if place.role == "parent" or (place.parental_responsibility and place.role in WITH_RESPONSIBILITY):
        return "parent"
    return None


def child_stopped(case: Case) -> Reason | None:
    """Why nobody at all is asked about this child now."""
    if case.hold != "none":
        return "hold"
    return "adult" if case.age >= ADULT else None


def place_stopped(place: Place) -> Reason | None:
    """Why this person is not asked and gets nothing."""
    if place.ended_at is not None:
        return "ended"
    if place.hold != "none":
        return "person_hold"
    if place.no_contact:
        return "no_contact"
    if not place.consulted:
        return "not_consulted"
    return None if role_asked(place) else "no_role"


def given(booklets: Iterable[Booklet], who: Who, stage: Stage, facts: Collection[Fact]) -> tuple[str, ...]:
    """The booklets that somebody is given at one time, in order: their own first, and the review menu before all.

    A booklet that is asked apart from reviews is never given by itself.
    """
    fitting: dict[Who, list[str]] = {}
    for booklet in sorted(booklets, key=lambda one: (one.record != "invite_choices", one.id)):
        if booklet.asked == stage and _fits(booklet, facts):
            fitting.setdefault(booklet.who, []).append(booklet.id)
    groups = GIVEN.get(who, ())
    found = [next((fitting[own] for own in group if own in fitting), []) for group in groups]
    return tuple(name for several in found for name in several) if found and found[0] else ()


def _fits(booklet: Booklet, facts: Collection[Fact]) -> bool:
    """True where these facts allow the booklet as a whole."""
    wanted = not booklet.only_for or not set(booklet.only_for).isdisjoint(facts)
    return wanted and set(booklet.not_for).isdisjoint(facts)


def ask_child(
    case: Case, places: Iterable[Place], booklets: Iterable[Booklet], stage: Stage = "before"
) -> Asked | NotAsked:
    """The child's own booklets. Under four there are none: those who know the child say what they have seen."""
    if reason := child_stopped(case) or ("too_young" if case.age < YOUNGEST else None):
        return NotAsked(case.child_id, reason)
    facts = childs_facts(case, places)
    if not (names := given(booklets, "child", stage, facts)):
        return NotAsked(case.child_id, "no_booklet")
    return Asked(case.child_id, "child", names, facts)


def childs_facts(case: Case, places: Iterable[Place]) -> tuple[Fact, ...]:
    """What is true of the child and this review."""
    facts = {*_shared_facts(case), *_childs_facts(case)}
    listed = [place for place in places if may_be_listed(place, facts)]
    if listed:
        facts.add("has_people")
    if any(place.role == "sibling" for place in listed):
        facts.add("has_brothers_or_sisters")
    return tuple(sorted(facts))


def _childs_facts(case: Case) -> Iterable[Fact]:
    if fact := PLACEMENT_FACTS.get(case.placement):
        yield fact
    if case.unaccompanied:
        yield "unaccompanied"
    if case.out_of_area:
        yield "out_of_area"
    if case.needs_interpreter:
        yield "needs_interpreter"


def ask_person(
    case: Case, place: Place, booklets: Iterable[Booklet], needs_interpreter: bool = False,
    stage: Stage = "before",
) -> Asked | NotAsked:  # fmt: skip
    """The booklets of one person in the case, as far as they may be asked."""
    who = role_asked(place)
    reason: Reason | None = child_stopped(case) or place_stopped(place)
    if reason or who is None:
        return NotAsked(place.id, reason or "no_role")
    facts = persons_facts(case, place, needs_interpreter)
    if not (names := given(booklets, who, stage, facts)):
        return NotAsked(place.id, "no_booklet")
    return Asked(place.id, who, names, facts)


def persons_facts(case: Case, place: Place, needs_interpreter: bool) -> tuple[Fact, ...]:
    """What is true of one person and this review.

    A parent's facts never tell where the child lives: neither the placement nor the area is among them.
    """
    facts = set(_shared_facts(case))
    if fact := CARER_FACTS.get(place.role):
        facts.add(fact)
    if needs_interpreter:
        facts.add("needs_interpreter")
    if not place.may_attend:
        facts.add("may_not_attend")
    return tuple(sorted(facts))


def with_fixed_age(had: str, found: Iterable[Fact]) -> str:
    """The facts found now with the age facts that they had when they were asked."""
    return " ".join(sorted({*found} - AGE_FACTS | {*had.split()} & AGE_FACTS))


def _shared_facts(case: Case) -> Iterable[Fact]:
    if case.age < YOUNGEST:
        yield "under_4"
    elif case.age <= 7:
        yield "age_4_7"
    elif case.age <= 11:
        yield "age_8_11"
    else:
        yield "age_12_plus"
    if case.age >= 16:
        yield "age_16_plus"
    if case.no_words:
        yield "no_words"
    if case.adoption:
        yield "adoption"
    if case.short_breaks:
        yield "short_breaks"
    if case.review_kind == "first":
        yield "first_review"
    if case.has_decisions:
        yield "has_decisions"


def may_be_listed(place: Place, facts: Collection[Fact]) -> bool:
    """Whether the child's menu lists this person unasked: may be named, may come, and a yes could reach them.

    `facts` are the child's. Never in adoption the birth parents; never an unaccompanied child's mum and dad,
    since their families may be dead; nobody who has died or is missing. The child may always add people.
    """
    if place.ended_at is not None or not place.may_be_named or not place.may_attend or place.no_contact:
        return False
    if place.hold in ("died", "missing"):
        return False
    return not (place.role == "parent" and ("adoption" in facts or "unaccompanied" in facts))


def may_send(
    case: Case, place: Place | None, review_status: str, closes_on: dt.date, today: dt.date,
    stage: Stage = "before",
) -> Reason | None:  # fmt: skip
    """The check before every single message: None where it may go, else why not. `place` is None for the
    child.
    """
    if review_status == "cancelled":
        return "review_cancelled"
    if (review_status == "held") != (stage == "after"):
        return "review_not_held" if stage == "after" else "review_held"
    if today > closes_on:
        return "closed"
    if reason := child_stopped(case):
        return reason
    if place is None:
        return "too_young" if case.age < YOUNGEST else None
    return place_stopped(place)


def way_to(reach: Reach, ways: Collection[str], on_paper: bool = False) -> tuple[str, Unreachable | None]:
    """The way that a message takes, or "" and why there is none.

    `ways` are those that have a sender here. Where the wanted one has none, a letter goes if there is an
    address: no other way is chosen for somebody, since another mailbox may be read by somebody else.
    `on_paper`: secure units and custody, where no message reaches a child. Text and WhatsApp reach the same phone: a
    text goes where WhatsApp may not; whoever said STOP there gets neither, nor a letter unasked.
    """
    if reach.way == "none":
        return "", "way_none"
    if reach.way == "email" and reach.email and "email" in ways and not on_paper:
        return "email", None
    if reach.way in PHONE_WAYS and not on_paper and not PHONE_WAYS.isdisjoint(ways):
        return _by_phone(reach, ways)
    if reach.address and "letter" in ways:
        return "letter", None
    if on_paper:
        return "", "on_paper_only"
    if reach.way == "letter" and "letter" in ways:
        return "", "no_address"
    return "", "no_email" if reach.way == "email" and "email" in ways else "no_sender"


def _by_phone(reach: Reach, ways: Collection[str]) -> tuple[str, Unreachable | None]:
    if not reach.phone:
        return "", "no_phone"
    if reach.shut:
        return "", reach.shut
    if reach.way == "whatsapp" and reach.whatsapp and "whatsapp" in ways:
        return "whatsapp", None
    return ("sms", None) if "sms" in ways else ("", "no_sender")


def old_enough_for_whatsapp(day: dt.date, birth_date: dt.date | None, birth_year: int) -> bool:
    """Thirteen on that day at the latest: WhatsApp's own lowest age in the United Kingdom. Where only the year is
    known, the child is as young as may be.
    """
    return age_on(day, birth_date or dt.date(birth_year, 12, 31), birth_year) >= WHATSAPP_AGE


def on_paper(case: Case) -> bool:
    """True where the child has no phone and no computer of their own."""
    return case.placement in ("secure", "custody")
