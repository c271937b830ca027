"""Each mention of a choice in one clause: wanted, refused, or not to be told, by the words that stand nearest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from webapp.chat.clauses import REFUSING
from webapp.chat.naming import Named
from webapp.chat.tagging import Item


@dataclass
class Wishes:
    """What a reply says of the choices."""

    wanted: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    unclear: bool = False
    everyone: bool = False
    nobody: bool = False
    only: bool = False
    perhaps: bool = False
    """Something was named with a "maybe": neither wanted nor refused."""

    def want(self, numbers: Iterable[int]) -> None:
        """Add choices that are wanted."""
        self.wanted += [one for one in sorted(numbers) if one not in self.wanted]

    def refuse(self, numbers: Iterable[int]) -> None:
        """Add choices that are refused."""
        self.refused += [one for one in sorted(numbers) if one not in self.refused]


@dataclass
class Said:
    """One mention: +1 wanted, -1 refused, 0 can't tell."""

    named: Named
    sign: int
    open: bool = False
    """Nothing said so beside it: wanted because it is named at all."""


def perhaps(items: list[Item]) -> list[Said]:
    """ "Nan and maybe Linda": only what stands before the "maybe", with an "and" between, is sure."""
    at = next(at for at, item in enumerate(items) if item.tag == "perhaps")
    sure = items[:at] if at and items[at - 1].tag == "and" else []
    if any(item.tag in (*REFUSING, "doubt") for item in items):
        return [Said(item.named, 0) for item in items if item.named]
    return [Said(item.named, 1, open=True) for item in sure if item.named]


def pairs(items: list[Item]) -> list[Said] | None:
    """ "Mum yes dad no" and "yes mum no dad": each yes and no with its names. None where it isn't of that kind."""
    row = [item for item in items if item.tag not in ("and", "or")]
    tags = ["name" if item.named else item.tag for item in row]
    marks = [tag for tag in tags if tag in ("yes", "no")]
    if set(tags) - {"name", "yes", "no"} or "name" not in tags or not marks:
        return None
    if tags[0] == "no" and len(row) > 1 and row[1].tag == "number":
        return [Said(item.named, 0) for item in row if item.named]
    if len(marks) == 1 and tags[0] == "name" and tags[-1] == "name":
        return [Said(item.named, 0 if "no" in marks else 1) for item in row if item.named]
    if (tags[0] == "name") == (tags[-1] == "name"):
        return [Said(item.named, 0) for item in row if item.named]
    said: list[Said] = []
    sign = 0
    for item in row if tags[0] != "name" else reversed(row):
        if item.named:
            said.append(Said(item.named, sign))
        else:
            sign = 1 if item.tag == "yes" else -1
    return said


def walk(items: list[Item], found: Wishes) -> list[Said]:
    """Signs by what stands nearest before each name, or after it where nothing stands before."""
    said: list[Said] = []
    sign, since = None, False
    for at, item in enumerate(items):
        behind = items[at + 1 :]
        if item.named:
            said.append(Said(item.named, sign if sign is not None else 1, open=sign is None))
            since = True
        elif item.tag == "not" and said and (since or sign != -1) and not any(one.named for one in behind):
            _not_at_the_end(said, behind, found)
        elif item.tag in ("not", "except"):
            found.unclear |= (sign == -1 and not since) or _of_somebody_else(item, said)
            sign, since = -1, False
        elif item.tag in ("after", "no", "except_after"):
            sign, since = _after(item, behind, said, sign, since, found)
        elif item.tag == "history":
            # "No, I said mum."
            sign, since = None, False
        elif item.tag in ("want", "yes", "only", "mind"):
            found.unclear |= _of_somebody_else(item, said) and any(one.named for one in behind)
            sign, since = _wanted(item, said, sign, since)
    return said


def _of_somebody_else(item: Item, said: list[Said]) -> bool:
    """ "Mum doesn't want dad there" is what mum wants."""
    return (
        bool(said)
        and said[-1].open
        and item.words[0] in ("dont", "want", "like", "love", "need", "hate", "wont")
    )


def _wanted(item: Item, said: list[Said], sign: int | None, since: bool) -> tuple[int | None, bool]:
    """ "Nan can come" is for who stands before it; "I want nan" for who stands behind, unless a "not" does too."""
    waiting = [one for one in said if one.open]
    if waiting and item.tag != "only" and not (sign is None and item.words[0] in ("i", "id", "ill")):
        for one in waiting:
            one.open = False
        return sign, since
    return (sign, since) if sign == -1 and not since else (1, False)


def _not_at_the_end(said: list[Said], behind: list[Item], found: Wishes) -> None:
    """ "Can Phil not be there": who stands before it is refused, unless something else isn't ("nan is not well")."""
    waiting = said if len(said) == 1 else [one for one in said if one.open]
    if not waiting or any(one.tag in ("other", "stranger") for one in behind):
        found.unclear = True
    for one in waiting:
        one.sign, one.open = -1, False


def _after(
    item: Item, rest: list[Item], said: list[Said], sign: int | None, since: bool, found: Wishes
) -> tuple[int | None, bool]:
    """ "Dad can't come" refuses who stands before it; "can't have dad" and "no dad" who stands behind."""
    waiting = [one for one in said if one.open]
    behind = next((one for one in rest if one.tag not in ("them",)), None)
    if item.words[0] == "cant" and behind is not None and rest[0].named and not said and len(item.words) == 1:
        # "Can't nan come?"
        found.unclear = True
    if item.tag == "no" and behind is not None and behind.named and not waiting:
        if behind.tag == "number":
            found.unclear = True
        return -1, False
    if waiting:
        for one in waiting:
            one.sign, one.open = -1, False
        return sign, since
    if len(said) == 1 and said[0].sign > 0 and item.tag == "after":
        # "I'd rather dad didn't come."
        said[0].sign = -1
    elif said and said[-1].sign > 0:
        found.unclear = True
    if item.tag == "after" and not said:
        return -1, False
    return sign, since
