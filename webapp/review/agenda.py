"""The agenda of a review: which points the answers suggest, and how its officer changes them.

It lies on the table, before everybody. So a point is a code with words of ours: never anything that somebody typed, nor
a name. A point comes from an answer only where that answer is for everyone at the review, and neither private, nor
about safety, nor about a disagreement, nor flagged; a topic that the child doesn't want before everybody makes none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from webapp.booklet.definition import Heading, Who
from webapp.booklet.records import Item
from webapp.review.matters import HUSHED, NOTHING_HUSHED

NEVER: frozenset[Heading] = frozenset(["safeguarding", "disagreements"])
"""Headings that make no point of their own."""
BY_HEADING: tuple[Heading, ...] = (
    "placement", "contact", "education", "health_physical", "health_emotional", "leisure", "identity",
    "care_planning", "legal_rights",
)  # fmt: skip
"""Headings that make a point where somebody has something to say, in the order of the table."""
TOPICS: dict[str, frozenset[Heading]] = {
    "home": frozenset(["placement"]), "family": frozenset(["contact"]), "friends": frozenset(["leisure"]),
    "school": frozenset(["education"]), "health": frozenset(["health_physical"]),
    "feelings": frozenset(["health_emotional"]), "fun": frozenset(["leisure"]), "money": frozenset(),
    "plan": frozenset(["care_planning"]), "other": frozenset(), "past": frozenset(["background"]),
    "trouble": frozenset(),
}  # fmt: skip
"""What the menu calls a topic, and the headings that it covers."""
MENU = "my_review_my_choice"
ABOUT = ("about_breaks", "about_adoption", "about_leaving", "about_future", "questions")
"""Questions of the menu that make a point where the child wrote something."""
MATTERS: dict[str, frozenset[tuple[str, str]]] = {
    "carer": frozenset([("carer", "decide")]),
    "adopter": frozenset([("adopter", "decide")]),
    "parent": frozenset([("parent", "talk_about"), ("parent", "next")]),
    "observer": frozenset([("observer", "look_at")]),
}
"""Where adults say what the review should talk about."""
COMFORT = ("game", "music", "food", "breaks")
OWN = "own:"
"""Begins the key of a point that the officer added; the rest is random."""
WORDS_AT_MOST, POINTS_AT_MOST = 200, 40
Why = Literal["hushed", "refused", "adoption"]


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer, under its heading."""

    who: Who
    booklet: str
    heading: Heading
    item: Item
    flagged: bool = False
    """Screening found something in it, or the booklet asks the officer to look at it."""

    @property
    def for_the_room(self) -> bool:
        """True where it may make a point."""
        said = self.item.answer
        return (
            self.item.audience == "review" and not self.item.private and not self.item.skipped and not self.flagged
            and self.heading not in NEVER and bool(self.item.kind)
            and bool(said.choices or said.words or any(row.choices or row.words for row in said.rows))
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suggested:
    """What the answers come to."""

    keys: tuple[str, ...]
    kept_out: tuple[tuple[str, Why], ...]
    """Points that stay off the table, and why: for the officer alone."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One point as the officer keeps it."""

    key: str
    words: str = ""
    """The officer's own; empty: ours."""
    out: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """One point as it stands now."""

    kept: Kept
    new: bool
    """It comes from an answer that was sent since the officer last saved."""


def suggest(
    heard: Iterable[Heard], *, decisions: bool, not_possible: Collection[str] = (), refused: Collection[str] = ()
) -> Suggested:  # fmt: skip
    """The points in the order of the table.

    `decisions`: there are some of the last review. `not_possible`: ids of comforts that the officer decided against.
    `refused`: roles of people whom the child said no to.
    """
    told = list(heard)
    open_to_all = [one for one in told if one.for_the_room]
    hushed = hushed_topics(told)
    covered = {heading for topic in hushed for heading in TOPICS.get(topic, ())}
    comforts = {key for key in _comforts(open_to_all) if key not in not_possible}
    out: list[tuple[str, Why]] = [(f"about:{topic}", "hushed") for topic in sorted(hushed)]
    keys = ["welcome", *(key for key in ("game", "music") if key in comforts)]
    if _said(open_to_all, (MENU, "good_news")):
        keys.append("good_news")
    topics = [one for one in _topics(open_to_all) if one not in hushed]
    keys += [f"about:{topic}" for topic in topics]
    keys += [name for name in ABOUT if _said(open_to_all, (MENU, name))]
    keys += ["decisions"] if decisions else []
    keys += [key for key in ("breaks", "food") if key in comforts]
    covered |= {heading for topic in topics for heading in TOPICS[topic]}
    spoken = {one.heading for one in open_to_all if one.booklet != MENU}
    keys += [f"heading:{heading}" for heading in BY_HEADING if heading in spoken and heading not in covered]
    for who, why in _matters(told, open_to_all, refused):
        if why:
            out.append((who, why))
        else:
            keys.append(who)
    keys += ["agree", "end"]
    return Suggested(tuple(keys), tuple(out))


def _said(heard: Iterable[Heard], question: tuple[str, str]) -> bool:
    return any((one.booklet, one.item.question) == question for one in heard)


def _comforts(heard: Iterable[Heard]) -> set[str]:
    asked = [one for one in heard if (one.booklet, one.item.question) == (MENU, "comfort")]
    return {choice.id for one in asked for choice in one.item.answer.choices if choice.id in COMFORT}


def _topics(heard: Iterable[Heard]) -> list[str]:
    """What the child wants talked about, in the order of the answer."""
    asked = [one for one in heard if (one.booklet, one.item.question) == (MENU, "about")]
    return [choice.id for one in asked for choice in one.item.answer.choices if choice.id in TOPICS]


def _matters(
    told: Sequence[Heard], open_to_all: Sequence[Heard], refused: Collection[str]
) -> Iterator[tuple[str, Why | None]]:
    """What each kind of adult wants to talk about; None: it may lie on the table."""
    adoption = any(one.who == "adopter" for one in told)
    for who, questions in MATTERS.items():
        if any(_said(open_to_all, question) for question in questions):
            yield who, "adoption" if adoption and who == "parent" else "refused" if who in refused else None


def hushed_topics(heard: Iterable[Heard]) -> frozenset[str]:
    """Topics that the child doesn't want talked about before everybody, by whichever booklet they say so."""
    found = set()
    for one in heard:
        if one.who == "child" and one.item.question == "not_in_front" and not one.item.skipped:
            for row in one.item.answer.rows:
                if row.words or any(choice.id not in NOTHING_HUSHED for choice in row.choices):
                    found.add(row.id)
    return frozenset(found)


def hushed_in_words(heard: Iterable[Heard]) -> bool:
    """True where somebody wrote, or only said, that something is not for everybody: no list can keep that out."""
    for one in heard:
        named = (one.booklet, one.item.question) in HUSHED or one.item.question.startswith("not_in_front")
        said = one.item.answer
        if (
            named
            and not one.item.skipped
            and (said.words or any(c.id not in NOTHING_HUSHED for c in said.choices))
        ):
            return True
    return False


def points(kept: Sequence[Kept], suggested: Sequence[str]) -> tuple[Point, ...]:
    """The agenda now: the officer's order, without what nobody asks for any more; what is new by its neighbour."""
    there = {one.key for one in kept}
    found = [Point(one, False) for one in kept if one.key.startswith(OWN) or one.key in suggested]
    before = ""
    for key in suggested:
        if key not in there:
            at = next((n for n, one in enumerate(found, 1) if one.kept.key == before), 0)
            found.insert(at, Point(Kept(key), bool(kept)))
        before = key
    return tuple(found)


def gone(kept: Sequence[Kept], suggested: Collection[str]) -> tuple[Kept, ...]:
    """Points that stood on the agenda and that nobody asks for any more."""
    return tuple(
        one for one in kept if not one.key.startswith(OWN) and one.key not in suggested and not one.out
    )


Act = Literal["up", "down", "out", "back", "name", "add"]
ACTS: tuple[Act, ...] = ("up", "down", "out", "back", "name", "add")


def act(kept: Sequence[Kept], what: str, key: str, words: str = "") -> tuple[Kept, ...]:
    """The agenda after one press; the same where there is nothing to do.

    `up` and `down` pass over what was taken out. `name` with no words gives ours back, and of a point of the officer's
    own changes nothing.
    """
    found, words = list(kept), " ".join(words.split())[:WORDS_AT_MOST]
    if what == "add":
        new = all(one.key != key for one in found) and len(found) < POINTS_AT_MOST
        at = next((n for n, one in enumerate(found) if one.key == "agree"), len(found))
        return (
            (*found[:at], Kept(key, words), *found[at:])
            if words and new and key.startswith(OWN)
            else tuple(kept)
        )
    at = next((n for n, one in enumerate(found) if one.key == key), -1)
    if at < 0:
        return tuple(kept)
    if what in ("up", "down"):
        step = -1 if what == "up" else 1
        to = at + step
        while 0 <= to < len(found) and found[to].out:
            to += step
        if 0 <= to < len(found) and not found[at].out:
            found.insert(to, found.pop(at))
    elif what in ("out", "back"):
        found[at] = replace(found[at], out=what == "out")
    elif what == "name" and (words or not key.startswith(OWN)):
        found[at] = replace(found[at], words=words)
    return tuple(found)
