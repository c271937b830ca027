"""Who may be invited to a review meeting, and who may not, with why: rules over plain facts.

A child's no to a person stops every invitation, whichever way it was said. Only a decision of the reviewing officer
with a reason overrides it, and then the child is told first. What the case system says of a person comes before all:
nothing that anybody decided here widens it. The same rules hold when a name is ticked and before each single message.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from webapp.review.asking import Place, role_asked
from webapp.review.deciding import Wish

Said = Literal["yes", "no", "not_sure", ""]
Barred = Literal[
    "review_over", "child_hold", "ended", "person_hold", "no_contact", "may_not_attend", "adoption", "check_says_no",
    "waits_check", "words_undecided", "words_wait", "refused", "tell_first", "refused_by_another", "shares_address",
    "undecided", "asked_for", "not_possible", "withdrawn",
]  # fmt: skip
"""Why nothing goes to somebody, the weightiest first."""
COMES_ALL_THE_SAME = frozenset(["changed", "not_possible"])
"""Outcomes by which an officer overrides a child's no."""
ANSWERS = ("coming", "part", "sends_views", "not_coming")
TOLD = frozenset(["invited", *ANSWERS])
"""States of a guest to whom an invitation went."""
REPLIED = frozenset(ANSWERS)
UNASKED = ("to_invite", "waits_check")
"""States of a guest who is to be told of the meeting and was not yet."""
STILL_TO_BE_ASKED = frozenset([None, "words_wait"])
"""Of these a child is told "we will ask"; that words wait is nothing that a child is to see."""
CHANGES_BY_HAND = frozenset(["refused", "tell_first", "refused_by_another", "undecided"])
"""After an invitation went out, these are for the officer to see to: the guest hears nothing more until then."""


NOT_TO_BE_SEEN = CHANGES_BY_HAND | {"words_undecided", "words_wait", "shares_address"}
"""What a child said is why: nothing that a guest sees may change by it before the officer acts."""


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision in force for what a child said of a person."""

    outcome: str
    told: bool
    """The child may read it."""

    @property
    def overrides(self) -> bool:
        """True where it says that somebody comes whom the child refused."""
        return self.outcome in COMES_ALL_THE_SAME


@dataclass(frozen=True, slots=True)
class Meeting:
    """What is true of the review as a whole."""

    status: str
    child_stopped: bool
    """A hold, or the child is of age: no message goes to anybody."""
    adoption: bool
    words_undecided: bool = False
    """The child wrote words about who comes, which nobody has decided: they may say no to anybody."""
    words_held: bool = False
    """Their officer is not shown those words for now, and is not told that there are any."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who might be invited."""

    said: Said = ""
    """What the child said of them; empty where the child left it open."""
    decided: Decided | None = None
    places: tuple[Place, ...] = ()
    """Every place that they have in the child's case; none where the child added them."""
    checked: Literal["", "may_be_asked", "may_not"] = ""
    """What the social worker said of them, if anything."""
    refused_by_others: tuple[Decided | None, ...] = ()
    """For each other child of the meeting who said no to them: what was decided about that."""
    shares_address: bool = False
    """Their mailbox or phone is also that of somebody whom a child refused."""
    must_attend: bool = False


def barred(meeting: Meeting, one: Candidate) -> Barred | None:
    """Why nothing may go to this person now; None where it may."""
    if meeting.status in ("cancelled", "held"):
        return "review_over"
    if meeting.child_stopped:
        return "child_hold"
    return _kept_away(meeting, one.places) or _unchecked(one) or _not_decided(meeting, one)


def _kept_away(meeting: Meeting, places: Collection[Place]) -> Barred | None:
    """What the case system says. Where somebody has several places, the strictest word holds."""
    live = [place for place in places if place.ended_at is None]
    if places and not live:
        return "ended"
    if any(place.hold != "none" for place in live):
        return "person_hold"
    if any(place.no_contact for place in places):
        return "no_contact"
    if any(not place.may_attend for place in live):
        return "may_not_attend"
    if meeting.adoption and any(role_asked(place) == "parent" for place in places):
        return "adoption"
    return None


def _unchecked(one: Candidate) -> Barred | None:
    if one.checked == "may_not":
        return "check_says_no"
    return "waits_check" if not one.places and one.checked != "may_be_asked" else None


def _not_decided(meeting: Meeting, one: Candidate) -> Barred | None:
    if meeting.words_undecided:
        return "words_wait" if meeting.words_held else "words_undecided"
    if no := refused(one):
        return no
    if one.shares_address:
        return "shares_address"
    return _not_agreed(one)


def refused(one: Candidate) -> Barred | None:
    """Whose no stands in the way, unless it is overridden and that child was told."""
    if one.said == "no" and not (one.decided and one.decided.overrides):
        return "refused"
    if one.said == "no" and one.decided and not one.decided.told:
        return "tell_first"
    open_no = any(other is None or not other.overrides or not other.told for other in one.refused_by_others)
    return "refused_by_another" if open_no else None


def _not_agreed(one: Candidate) -> Barred | None:
    if one.said in ("", "no"):  # nobody asked against it; or it is overridden
        return None
    if one.decided is None:
        return "undecided"
    outcome = one.decided.outcome
    return outcome if outcome in ("asked_for", "not_possible") else None  # type: ignore[return-value]


def proposed(meeting: Meeting, one: Candidate) -> bool:
    """Whether they are ticked before the officer touches anything: agreed to, or there as a rule. Nobody whom a child
    said no to ever is.
    """
    if barred(meeting, one) or one.said in ("no", "not_sure") or one.refused_by_others:
        return False
    if one.said == "yes":
        return one.decided is not None and one.decided.outcome == "agreed"
    return one.must_attend


def refuses_siblings(wishes: Iterable[Wish]) -> Wish | None:
    """The wish to have a review without brothers and sisters: a no to each whom the child didn't say yes to."""
    return next((wish for wish in wishes if wish.question == "brothers_sisters" and "own" in wish.ids), None)


def words_about_people(wishes: Iterable[Wish]) -> Wish | None:
    """What the child wrote about who comes, in their own words."""
    return next((wish for wish in wishes if wish.kind == "people_words"), None)


def same_name(one: str, other: str) -> bool:
    """Whether two names are one for a reader: case and spaces aside."""
    plain = [" ".join(name.casefold().split()) for name in (one, other)]
    return bool(plain[0]) and plain[0] == plain[1]


def place_for(place: str, place_for_others: str, *, knows_address: bool) -> str:
    """Where it is, for this reader. Whoever may not know where the child lives gets the words for others or none:
    never the child's.
    """
    return (place if knows_address else place_for_others).strip()


def may_answer(state: str, at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether a guest may still say whether they come: from the invitation until the meeting begins."""
    return state in TOLD and at is not None and now < at
