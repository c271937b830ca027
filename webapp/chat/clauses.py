"""A reply cut up: at what it takes back ("no wait"), at stops, "but" and "because", and where a new wish starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.chat.tagging import Item

REFUSING = frozenset(["not", "after", "except", "except_after", "no"])
_CUT = frozenset(["stop", "comma", "but", "because", "fix", "fix_weak"])
_SUBJECTS = frozenset(["i", "ive", "im", "he", "she", "they", "we", "hes", "shes", "theyre", "it", "its"])
_WISHING = frozenset(["i", "id", "ill", "can", "could", "put", "add"])
_OF_COMING = frozenset(
    ["want", "let", "invite", "invited", "bring", "come", "coming", "allowed", "welcome", "have", "like", "without",
     "except", "there", "put"]
)  # fmt: skip


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

    def refuses(self) -> bool:
        """Whether its "not" is about coming ("I don't want her"), not about life ("I never see her")."""
        row = [item for item in self.items if item.tag != "filler"]
        return any(
            item.tag in REFUSING
            and (
                _OF_COMING & set(item.words)
                or any(
                    one.named or (one.tag == "want" and item.words != ("isnt",))
                    for one in row[at + 1 : at + 2]
                )
            )
            for at, item in enumerate(row)
        )

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
        elif _another_wish(item, last):
            found.append(Clause("and", [item]))
        elif _starts_a_remark(item, last):
            found.append(Clause("remark", [item], last.reason))
        else:
            last.items.append(item)
    return [clause for clause in found if clause.items]


def _another_wish(item: Item, last: Clause) -> bool:
    """ "Not dad I want nan", "not dad everyone else is fine"."""
    if not (last.has(*REFUSING) and last.named):
        return False
    return item.tag == "rest" or item.words == ("so",) or (item.tag == "want" and item.words[0] in _WISHING)


def _starts_a_remark(item: Item, last: Clause) -> bool:
    """ "Nan she listens to me": what is said of somebody right behind the name chooses nothing more."""
    before = next((one for one in reversed(last.items) if one.tag != "praise"), None)
    return (
        before is not None
        and before.named is not None
        and item.tag in ("them", "filler", "no", "other")
        and item.words[0] in _SUBJECTS
    ) or (before is not None and before.tag == "hurt" and item.words[0] in _SUBJECTS)


def _starts_a_wish(items: Sequence[Item], at: int, last: Clause) -> bool:
    following = [item for item in items[at + 1 : at + 6] if item.tag not in ("filler", "sign")]
    if not following:
        return False
    if last.reason:
        explained = [item.tag for item in following[1:2]] == ["because"]
        return following[0].tag in ("name", "number") and (not last.named or explained)
    if following[0].tag in ("not", "only", "except", "no"):
        return True
    return following[0].tag == "want" and following[0].words[0] in _WISHING


def without_signs(items: Sequence[Item]) -> list[Item]:
    """ "Dad: no" and "1. yes 2 - no" are written without the signs between."""
    found: list[Item] = []
    for at, item in enumerate(items):
        marks = [one.tag for one in items[at + 1 : at + 2]] in (["yes"], ["no"])
        between = bool(found) and found[-1].named is not None and marks and item.words[0] in ":-=)>~"
        between |= bool(found) and found[-1].tag == "number" and marks and item.words == (".",)
        if item.tag != "sign" and not between:
            found.append(item)
    return found
