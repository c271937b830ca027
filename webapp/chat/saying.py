"""Replies to a yes-or-no question, and to a question for a day or a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from webapp.chat import clocks, days
from webapp.chat.clauses import Clause, clauses
from webapp.chat.lexicon import Lexicon
from webapp.chat.naming import Named, names
from webapp.chat.picking import CLARIFY
from webapp.chat.picking import read as read_choices
from webapp.chat.reading import Asked, Choice, Reading
from webapp.chat.tagging import Item, tagged

Value = Literal["yes", "no", "not_sure"]
_TAGS: dict[str, Value] = {
    "yes": "yes",
    "okay": "yes",
    "want": "yes",
    "no": "no",
    "not": "no",
    "after": "no",
    "unsure": "not_sure",
}
_ORDER: tuple[Value, ...] = ("yes", "no", "not_sure")


def yes_no(asked: Asked, words: Sequence[str], lexicon: Lexicon) -> Reading:
    """Yes, no or not sure; a clause that says two of them, or sets a condition, is asked about."""
    if list(words) in (["y"], ["n"]):
        return Reading("answer", value="yes" if words[0] == "y" else "no")
    values = _values(asked, lexicon)
    known = names(tuple(Choice(str(number)) for number in range(1, max(len(values), 2) + 1)), lexicon)
    items = [item for item in tagged(words, known, lexicon, naming=False) if item.tag != "sign"]
    letter = words[0] if len(words) == 1 else ""
    if letter in ("im", "ill", "id"):
        # "I am", "I will", "I would".
        return Reading("answer", value="yes")
    if letter in ("a", "b", "c"):
        items = [Item("number", (letter,), Named(frozenset(["abc".index(letter) + 1]), number=True))]
    if (number := _number(_after_correction(items))) is not None:
        value = values[number - 1] if 0 < number <= len(values) else None
        return Reading("answer", value=value) if value else CLARIFY
    if any(item.named and item.words[0].isdigit() for item in items):
        return CLARIFY
    parts = _last_word(items)
    if parts is None:
        return CLARIFY
    return _by_clause(clauses([
        replace(item, tag="but") if item.tag == "except" and item.words[0] == "but" else item for item in parts
    ]))  # fmt: skip


def _values(asked: Asked, lexicon: Lexicon) -> list[Value | None]:
    """What each numbered choice says; yes, no, not sure where none are shown."""
    if not asked.choices:
        return list(_ORDER)
    found: list[Value | None] = []
    none = names((), lexicon)
    for choice in asked.choices:
        items = tagged(lexicon.written(choice.text), none, lexicon, naming=False)
        found.append(next((_TAGS[item.tag] for item in items if item.tag in _TAGS), None))
    return found


def _number(items: list[Item]) -> int | None:
    """The number of a reply that is nothing but a number, before any "because"."""
    tags = [item.tag for item in items]
    row = items[: tags.index("because")] if "because" in tags else items
    named = [item.named for item in row if item.named]
    others = {item.tag for item in row if not item.named} - {"filler", "stop", "comma", "okay", "want"}
    if len(named) != 1 or others - {"other"} or (others and not row[0].named):
        return None
    return next(iter(named[0].choices))


def _last_word(items: list[Item]) -> list[Item] | None:
    """What stands after "no wait"; None where nothing does."""
    for at in range(len(items) - 1, -1, -1):
        if items[at].tag in ("fix", "fix_weak"):
            if at == len(items) - 1 and "no" in (items[at].words[-1], items[at].words[0] if not at else ""):
                # "Yes, sorry, no." "No, sorry."
                return [Item("no", ("no",))]
            after = [item for item in items[at + 1 :] if item.tag not in ("filler", "stop", "comma")]
            if any(item.tag in _TAGS for item in after):
                return items[at + 1 :]
            if items[at].tag == "fix" and any(item.tag in _TAGS for item in items[:at]):
                return None
    return [item for item in items if item.tag not in ("fix", "fix_weak")]


def _by_clause(parts: list[Clause]) -> Reading:
    found: list[Value] = []
    mind = condition = False
    for clause in parts:
        if clause.reason:
            continue
        tags = [item.tag for item in _under_a_not(_without_remark(clause.items))]
        condition |= "doubt" in tags or "perhaps" in tags
        mind |= "mind" in tags
        value = (
            "both"
            if _denied_twice(clause.items)
            else _of_clause(tags, lonely=clause.joiner != "but" or not found)
        )
        if value == "both":
            return CLARIFY
        if value is not None:
            found.append(value)
    if len(set(found)) > 1:
        return _mixed(found)
    if condition:
        return CLARIFY
    if found:
        return Reading("answer", value=found[0])
    return Reading("no_preference") if mind else CLARIFY


_NEGATED = frozenset(["dont", "cant", "wont", "wouldnt", "never", "not", "shouldnt"])


def _under_a_not(items: list[Item]) -> list[Item]:
    """Without the "want" or "think so" that a "don't" has taken already."""
    found: list[Item] = []
    for item in items:
        before = next((one for one in reversed(found) if one.tag != "filler"), None)
        taken = before is not None and before.tag in ("no", "not", "after") and before.words[-1] in _NEGATED
        if not (taken and item.tag in ("want", "yes", "okay")):
            found.append(item)
    return found


_OFTEN = frozenset(
    ["always", "never", "mostly", "rarely", "sometimes", "often", "hardly ever", "all the time"]
)


def _without_remark(items: list[Item]) -> list[Item]:
    """ "No she always cries": how often she does something is no second answer, but "no she can come" is."""
    bare = bool(items) and items[0].tag in ("yes", "no") and len(items[0].words) == 1
    if not bare or len(items) < 3 or items[1].tag not in ("them", "filler"):
        return items
    return [item for item in items if " ".join(item.words) not in _OFTEN]


def _denied_twice(items: list[Item]) -> bool:
    """ "I don't not want to"; a "no" that only begins ("no, I don't") is none of the two."""
    against = [item for item in items if item.tag in ("not", "after", "no")]
    while against and against[0].tag == "no" and against[0].words[0] == "no":
        against = against[1:]
    return len(against) > 1 and (
        any(item.tag == "not" for item in against) or against[0].words[-1] in _NEGATED - {"not", "never"}
    )


def _mixed(found: list[Value]) -> Reading:
    return CLARIFY


def _of_clause(tags: list[str], lonely: bool) -> Value | Literal["both"] | None:
    """What one clause says; after "yes but ..." only a bare yes or no counts."""
    if not lonely and any(tag in ("other", "stranger", "them", "filler") for tag in tags):
        return None
    said: set[Value] = {_TAGS[tag] for tag in tags if tag in ("yes", "no", "unsure", "okay")}
    verbs = [tag for tag in tags if tag in ("want", "not", "after")]
    if "except" in tags or ("only" in tags and "not" in tags):
        return "both"
    if verbs:
        said.add("no" if "not" in verbs or "after" in verbs else "yes")
        if verbs.count("not") + verbs.count("after") > 1:
            return "both"
    if said == {"yes", "not_sure"} or said == {"no", "not_sure"}:
        return "not_sure"
    return next(iter(said)) if len(said) == 1 else "both" if said else None


def _after_correction(items: list[Item]) -> list[Item]:
    at = max((at for at, item in enumerate(items) if item.tag in ("fix", "fix_weak")), default=-1)
    return items[at + 1 :] if any(item.named for item in items[at + 1 :]) else items


def a_date(words: Sequence[str], now: dt.datetime, lexicon: Lexicon) -> Reading:
    """A day, from today on."""
    words = meant(words, lexicon)
    found = days.day(words, now.date(), lexicon)
    rest = [word for at, word in enumerate(words) if at not in found.used]
    if not found.said:
        return _no_answer(words, lexicon)
    date = days.one_date(found, now.date())
    return CLARIFY if _doubtful(rest, lexicon) or date is None else Reading("answer", date=date)


def a_time(words: Sequence[str], lexicon: Lexicon) -> Reading:
    """A time of day."""
    words = meant(words, lexicon)
    found = clocks.clock(words, lexicon)
    if not found.said:
        return _no_answer(words, lexicon)
    if _doubtful(words, lexicon) or found.wrong or found.between or len(found.times) != 1:
        return CLARIFY
    return Reading("answer", time=found.times[0])


def meant(words: Sequence[str], lexicon: Lexicon) -> list[str]:
    """Without the reason behind a "because", and without what a "no wait" took back."""
    kept: list[str] = []
    reason = False
    for item in tagged(words, names((), lexicon), lexicon):
        if item.tag in ("fix", "fix_weak"):
            kept = [] if item.tag == "fix" or len(kept) < len(words) / 2 + 1 else kept
            reason = False
        elif item.tag == "because":
            reason = True
        elif not reason:
            kept += item.words
        reason &= item.words not in ((".",), ("!",), ("\n",))
    return kept or list(words)


def _no_answer(words: Sequence[str], lexicon: Lexicon) -> Reading:
    """Don't mind, don't know, none."""
    found = read_choices(Asked("pick_one", ""), words, lexicon)
    return found if found.action in ("no_preference", "none_suit") else CLARIFY


_UNSURE = frozenset(["not", "no", "or", "except", "doubt", "perhaps", "unsure", "after", "none", "fix"])


def _doubtful(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether a day or a time stands beside a "not", an "or", an "any but" and the like; the "/" of 1/4 is no "or"."""
    tags = {item.tag for item in tagged(words, names((), lexicon), lexicon) if item.words != ("/",)}
    return bool(tags & _UNSURE) or bool(tags & {"mind", "all"} and "but" in tags)
