"""What a child wished for, wish by wish, and what an officer may decide about each: rules over the frozen record.

A wish is not a decision. Each wish has a key that stays the same over revisions and says nothing that anybody typed.
What was agreed once holds for what was asked then: where the child asks for something else, it is open again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Literal

from webapp.booklet.records import Choice, Item, Row, Said
from webapp.booklet.wishes import InviteChoicesRecord, PersonWish
from webapp.review.deciding_words import finished

Outcome = Literal["agreed", "asked_for", "changed", "not_possible"]
OUTCOMES: tuple[Outcome, ...] = ("agreed", "asked_for", "changed", "not_possible")
PASSED_TO = ("", "unit", "social_worker")
KINDS = (
    "people", "people_words", "attend", "words", "where", "not_where", "when", "how", "chair", "about",
    "not_in_front", "help", "outcome",
)  # fmt: skip
"""Lists of the record whose wishes are decided, in the order of the page. The card is the child's own."""
EACH_CHOICE = frozenset(["how", "help", "words"])
"""Here each choice is a wish of its own: breaks may be possible where music isn't."""
NOTHING_ASKED = frozenset(["not_sure", "none", "fine"])
"""Ids of choices that ask for nothing."""
NOTHING_KEPT = frozenset(["fine", "no"])
"""The same, of what may not be said in front of whom."""
AWAY = frozenset(["not_this_time", "nearby"])
IN_A_TALK = "talk"
"""In the place of a question's id: said to the social worker in a talk, and so in no record."""
RUNS_IT = frozenset(["me", "me_and_iro"])

Why = Literal[
    "refused", "refused_by_another", "not_sure", "added", "held_back", "contradicts", "in_words", "unread"
]
"""Why a wish waits for a decision of its own."""
Wrong = Literal[
    "outcome", "passed_to", "nothing_to_agree", "added", "held_back", "contradicts", "say_instead", "say_why",
    "alone", "changed_since", "decided_since", "too_long",
]  # fmt: skip
"""What is wrong with a decision, as a code."""
WORDS_AT_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that the child asked for, as it was asked."""

    key: str
    kind: str
    question: str
    asked: str
    """The question, as it was shown to the child."""
    asked_staff: str
    said: Said
    """The part of the answer that is this wish. A private reason is left in `reason`, never here."""
    audience: str
    language: str
    person: str = ""
    """As in the case system; empty for who isn't there, and where the wish is about nobody."""
    name: str = ""
    role: str = ""
    come: str = ""
    reason: str = ""
    added: bool = False
    must_come: bool = False
    record_id: str = ""
    revision: int = 0
    talk_id: str = ""
    """Of the talk in which it was said, the latest where it was said in several."""
    talk_on: dt.date | None = None

    @property
    def refused(self) -> bool:
        """True where the child said no to this person."""
        return self.kind == "who" and self.come == "no"

    @property
    def in_a_talk(self) -> bool:
        """True where it was said in a talk with the social worker, and stands in no record."""
        return self.question == IN_A_TALK

    @property
    def ids(self) -> frozenset[str]:
        """Ids of everything chosen in it."""
        rows = [choice.id for row in self.said.rows for choice in row.choices]
        return frozenset([*(choice.id for choice in self.said.choices), *rows])

    @property
    def typed(self) -> bool:
        """True where it holds words that somebody typed, other than a name."""
        rows = self.said.rows
        return bool(self.said.words or self.reason or any(row.words or row.which_part for row in rows))

    @property
    def digest(self) -> str:
        """Changes with what is asked for, and with nothing else: not with a language, nor with how it is shown."""
        rows = [
            [row.id or row.label, sorted(c.id for c in row.choices), row.words, row.part_only, row.which_part]
            for row in self.said.rows
        ]
        told = [self.key, sorted(c.id for c in self.said.choices), rows, self.said.words, self.reason]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an officer wants to decide about one wish."""

    outcome: str
    instead: str = ""
    reason: str = ""
    note: str = ""
    passed_to: str = ""
    was: str = ""
    """The digest of the wish that they read."""
    held: str | None = None
    """The decision about it that they had before them, by its id; empty: none. None where nobody says."""


def wishes(record: InviteChoicesRecord) -> tuple[Wish, ...]:
    """Every wish of one record that can be decided, in the order of the page."""
    items = {item.question: item for part in record.headings for item in part.items}
    found: list[Wish] = []
    seen: Counter[str] = Counter()
    for kind in KINDS:
        listed: list[Any] = getattr(record.wishes, kind)
        for question in dict.fromkeys(wish.question for wish in listed):
            item = items.get(question)
            if item is None:
                continue
            mine = [wish for wish in listed if wish.question == question]
            for wish in _of(kind, item, mine):
                seen[wish.key] += 1
                key = wish.key if seen[wish.key] == 1 else f"{wish.key}:{seen[wish.key]}"
                found.append(replace(wish, key=key, record_id=record.id.hex, revision=record.revision))
    return tuple(found)


def _of(kind: str, item: Item, mine: Sequence[Any]) -> Iterator[Wish]:
    said = item.answer
    if kind == "people":
        yield from (_person(item, row, wish) for row, wish in zip(said.rows, mine, strict=False) if wish.come)
    elif kind in ("where", "not_where"):
        rows = [row for row in said.rows if row.id == kind]
        yield _wish(kind, item, rows=rows, words=said.words if kind == "where" else "")
    elif kind == "not_in_front":
        yield from _kept_back(item)
    elif kind == "people_words":
        yield _wish(kind, item, words=said.words)
    else:
        yield from _plain_wishes(kind, item)


def _plain_wishes(kind: str, item: Item) -> Iterator[Wish]:
    said = item.answer
    if item.kind == "grid":
        yield from (_wish(kind, item, row.id, rows=[row]) for row in said.rows)
    elif kind in EACH_CHOICE:
        yield from (_wish(kind, item, c.id, choices=[c]) for c in said.choices if c.id not in NOTHING_ASKED)
        if said.words:
            yield _wish(kind, item, "words", words=said.words)
    elif said.words or said.rows or any(c.id not in NOTHING_ASKED for c in said.choices):
        yield _wish(kind, item, choices=said.choices, rows=said.rows, words=said.words)


def _kept_back(item: Item) -> Iterator[Wish]:
    said = item.answer
    for row in said.rows:
        if row.words or any(choice.id not in NOTHING_KEPT for choice in row.choices):
            yield _wish("not_in_front", item, row.id, rows=[row])
    if said.words or any(choice.id not in NOTHING_KEPT for choice in said.choices):
        yield _wish("not_in_front", item, choices=said.choices, words=said.words)


def _wish(
    kind: str, item: Item, part: str = "", *, choices: Sequence[Choice] = (), rows: Sequence[Row] = (), words: str = ""
) -> Wish:  # fmt: skip
    said = Said(
        choices=list(choices), rows=[row.model_copy(update={"reason": ""}) for row in rows], words=words
    )
    return Wish(
        key=":".join(one for one in (kind, item.question, part) if one), kind=kind, question=item.question,
        asked=item.asked, asked_staff=item.asked_staff, said=said, audience=item.audience, language=item.language,
    )  # fmt: skip


def _person(item: Item, row: Row, wish: PersonWish) -> Wish:
    """A person by their id in the case system; one who was added, by a digest of the name."""
    who = wish.person or f"+{hashlib.sha256(_plain(wish.name).encode()).hexdigest()[:16]}"
    return replace(
        _wish("who", item, rows=[row]), key=f"who:{who}", person=wish.person or "", name=wish.name,
        role=wish.role, come=wish.come or "", reason=wish.reason, added=wish.added_by_child, must_come=wish.must_come,
    )  # fmt: skip


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def contradicting(found: Iterable[Wish]) -> frozenset[tuple[str, str]]:
    """Pairs of keys that can't both be done; a wish that contradicts itself stands with itself."""
    listed = list(found)
    pairs = {(a.key, b.key) for a, b in combinations(listed, 2) if _contradict(a, b) or _contradict(b, a)}
    return frozenset(pairs | {(one.key, one.key) for one in listed if _contradicts_itself(one)})


def _contradicts_itself(wish: Wish) -> bool:
    if wish.kind != "when":
        return False
    sides = [{choice.id for choice in row.choices} for row in wish.said.rows]
    return any(a & b for a, b in combinations(sides, 2))


def _contradict(a: Wish, b: Wish) -> bool:
    if a.kind == "where" and b.kind == "not_where":
        return bool(a.ids & b.ids)
    if a.in_a_talk and b.kind == "who" and not b.in_a_talk:
        return a.person == b.person
    if a.kind == "attend" and a.ids & AWAY:
        return (b.kind == "chair" and bool(b.ids & RUNS_IT)) or (b.kind == "words" and "say" in b.ids)
    if a.question == "brothers_sisters" and b.kind == "who" and b.role == "sibling":
        return b.come == ("yes" if "own" in a.ids else "no" if "together" in a.ids else "")
    return False


def leaves(
    found: Sequence[Wish], decided: Collection[str] = (), may_not_come: Collection[str] = (),
    refused_by_others: Collection[str] = (), checked: Collection[str] = (),
) -> dict[str, Why]:  # fmt: skip
    """The open wishes that one press for the rest must not take, each with why; what is not in it may be taken.

    `decided` are keys that have a decision in force. People by their id in the case system: those who may not come at
    the moment, and those whom another child of the same meeting said no to. `checked`: keys of people whom the child
    added and the social worker has checked.
    """
    pairs = contradicting(found)
    told = {}
    for wish in found:
        if wish.key in decided:
            continue
        why = _alone(wish, may_not_come, refused_by_others, checked)
        if why is None and any(wish.key in pair for pair in pairs):
            why = "contradicts"
        if why:
            told[wish.key] = why
    return told


def _alone(
    wish: Wish, may_not_come: Collection[str], refused_by_others: Collection[str], checked: Collection[str]
) -> Why | None:
    if wish.refused:
        return "refused"
    if wish.kind == "who" and wish.person and wish.person in may_not_come:
        return "held_back"
    if wish.kind == "who" and wish.added and wish.key not in checked:
        return "added"
    if wish.kind == "who" and wish.come != "yes":
        return "not_sure"
    if wish.person and wish.person in refused_by_others:
        return "refused_by_another"
    if wish.kind == "people_words":  # may say no to somebody
        return "in_words"
    return "unread" if wish.typed and not wish.language.startswith("en") else None


def rest(
    found: Sequence[Wish], decided: Collection[str] = (), may_not_come: Collection[str] = (),
    refused_by_others: Collection[str] = (), checked: Collection[str] = (),
) -> tuple[Wish, ...]:  # fmt: skip
    """What "agree the rest" takes."""
    left = leaves(found, decided, may_not_come, refused_by_others, checked)
    return tuple(wish for wish in found if wish.key not in decided and wish.key not in left)


def problem(
    wish: Wish, chosen: Chosen, may_not_come: Collection[str] = (), checked: Collection[str] = (),
    agreed: Collection[str] = (), pairs: Collection[tuple[str, str]] = (),
) -> Wrong | None:  # fmt: skip
    """What is wrong with deciding this; None where nothing is.

    `agreed`: keys of the other wishes that are agreed; `pairs`: those that contradict.
    """
    if chosen.outcome not in OUTCOMES:
        return "outcome"
    if chosen.passed_to not in PASSED_TO:
        return "passed_to"
    if chosen.was != wish.digest:
        return "changed_since"
    if max(len(chosen.instead), len(chosen.reason), len(chosen.note)) > WORDS_AT_MOST:
        return "too_long"
    if chosen.passed_to and wish.audience == "iro":
        return "alone"
    return _unfit(wish, chosen, may_not_come, checked) or _unsaid(wish, chosen, agreed, pairs)


def _unfit(
    wish: Wish, chosen: Chosen, may_not_come: Collection[str], checked: Collection[str]
) -> Wrong | None:
    """A person who can't be asked is not agreed to; one whom nobody has checked is asked for at most."""
    if wish.kind != "who" or wish.refused:
        return None
    if chosen.outcome in ("agreed", "asked_for") and wish.person and wish.person in may_not_come:
        return "held_back"
    if chosen.outcome == "agreed" and wish.added and wish.key not in checked:
        return "added"
    return "nothing_to_agree" if chosen.outcome == "agreed" and wish.come != "yes" else None


def _unsaid(
    wish: Wish, chosen: Chosen, agreed: Collection[str], pairs: Collection[tuple[str, str]]
) -> Wrong | None:
    if chosen.outcome == "agreed":
        with_it = {other for pair in pairs if wish.key in pair for other in pair}
        if (wish.key, wish.key) in pairs or (with_it - {wish.key}) & set(agreed):
            return "contradicts"
    if chosen.outcome == "changed" and not chosen.instead.strip():
        return "say_instead"
    if chosen.outcome in ("changed", "not_possible") and not finished(chosen.reason):
        return "say_why"
    return "say_why" if chosen.reason.strip() and not finished(chosen.reason) else None


def reopened(found: Iterable[Wish], decided: Mapping[str, str]) -> frozenset[str]:
    """Keys of decisions that hold no more: their wish is gone, or asks for something else now.

    `decided` gives for each key the digest of the wish that was decided.
    """
    now = {wish.key: wish.digest for wish in found}
    return frozenset(key for key, digest in decided.items() if now.get(key) != digest)
