"""A reply cut up: at what it takes back ("no wait"), at stops, "but" and "because", and where a new wish starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.chat.tagging import Item

REFUSING = frozenset(["not", "after", "except", "except_after", "no"])
_CUT = frozenset(["stop", "comma", "but", "because", "fix", "fix_weak"])


@dataclass
class Clause:
    """A stretch of a reply without a stop in it, and what stands before it."""

    joiner: str
    items: list[Item]
    reason: bool = False
    """After "because": it explains, and chooses nothing."""

    def has(self, *tags: str) -> bool:
        """Whether anything of these kinds is in it."""
        return any(item.tag in tags for item in self.items)

    @property
    def named(self) -> list[Item]:
        """What names choices in it."""
        return [item for item in self.items if item.named is not None]


def corrected(items: list[Item]) -> list[tuple[str, list[Item]]]:
    """The reply cut where it takes something back: "2 no wait 3"."""
    parts: list[tuple[str, list[Item]]] = [("", [])]
    for item in items:
        if item.tag in ("fix", "fix_weak"):
            parts.append((item.tag, []))
        else:
            parts[-1][1].append(item)
    return parts


def clauses(items: Sequence[Item]) -> list[Clause]:
    """Cut at stops, commas, "but", "because", and where "and" or a new "I want" starts another wish."""
    found = [Clause("", [])]
    for at, item in enumerate(items):
        last = found[-1]
        if item.tag in _CUT:
            reason = item.tag == "because" or (last.reason and item.tag == "comma")
            found.append(Clause(item.tag, [], reason))
        elif item.tag == "and" and _starts_a_wish(items, at, last):
            found.append(Clause("and", []))
        elif (
            item.tag == "want" and last.has(*REFUSING) and last.named and item.words[0] in ("i", "id", "ill")
        ):
            found.append(Clause("and", [item]))
        else:
            last.items.append(item)
    return [clause for clause in found if clause.items]


def _starts_a_wish(items: Sequence[Item], at: int, last: Clause) -> bool:
    following = [item for item in items[at + 1 : at + 6] if item.tag not in ("filler", "sign")]
    if not following:
        return False
    if last.reason:
        return following[0].tag in ("name", "number") and not last.named
    if following[0].tag in ("not", "only", "except", "no"):
        return True
    return following[0].tag == "want" and following[0].words[0] in ("i", "id", "ill")


def without_signs(items: Sequence[Item]) -> list[Item]:
    """ "Dad: no" and "1. yes 2 - no" are written without the signs between."""
    found: list[Item] = []
    for at, item in enumerate(items):
        marks = [one.tag for one in items[at + 1 : at + 2]] in (["yes"], ["no"])
        between = bool(found) and found[-1].named is not None and marks and item.words[0] in ".:-=)>~"
        if item.tag != "sign" and not between:
            found.append(item)
    return found
