"""What is wanted and what is refused in a reply, clause by clause; "unclear" where the two could be mixed up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from webapp.chat.clauses import REFUSING, Clause, clauses, corrected, without_signs
from webapp.chat.naming import NEAR_UNDER_NOT, Named, Names
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
class _Said:
    """One mention: +1 wanted, -1 refused, 0 can't tell."""

    named: Named
    sign: int
    open: bool = False
    """Nothing said so beside it: wanted because it is named at all."""


def wishes(items: Sequence[Item], names: Names, *, one: bool = False, people: bool = False) -> Wishes:
    """Read the whole reply; `one` where a single choice can be taken: then "not X, Y" takes Y.

    `people` are invited only in words that are understood: "dad makes me nervous" is neither yes nor no.
    """
    found = Wishes()
    refusing = any(item.tag in REFUSING for item in items)
    gone = listing = False
    if one:
        items = _no_another(items)
    for part, (joiner, row) in enumerate(corrected(without_signs(items))):
        said = _read(clauses(row), names, refusing, one, people)
        if part == 0:
            found = said
        else:
            _correct(found, said, joiner, row, replaced=gone or listing)
        listing = bool(row) and row[-1].tag == "and"
        gone = bool(part and said.refused and not said.wanted)
    if found.everyone:
        found.want(one for one in sorted(names.together) if one not in found.refused)
    if -1 in found.wanted or -1 in found.refused or set(found.wanted) & set(found.refused):
        found.unclear = True
    found.wanted = [one for one in found.wanted if one > 0 and one not in found.refused]
    found.refused = [one for one in found.refused if one > 0]
    return found


def _no_another(items: Sequence[Item]) -> list[Item]:
    """ "School. No library": not the library, or rather the library? Where one can be taken, it has to be asked."""
    found = list(items)
    for at, item in enumerate(items[:-1]):
        after = next((one for one in items[at + 1 :] if one.tag != "filler"), None)
        if item.words == ("no",) and after and after.named and any(one.named for one in items[:at]):
            found[at] = Item("doubt", item.words)
    return found


def _correct(found: Wishes, said: Wishes, joiner: str, row: list[Item], *, replaced: bool) -> None:
    """Let what comes after "no wait" hold. Several choices before and one after it could mean anything, unless one was
    taken back just before (`replaced`): "mum and dad, oops not dad, I mean nan"."""
    says = [item for item in row if item.tag not in ("filler", "stop", "comma", "them")]
    if not says:
        found.unclear |= joiner == "fix" and bool(found.wanted or found.everyone)
        return
    found.unclear = (found.unclear and not said.wanted) or said.unclear
    found.everyone = (found.everyone and not said.wanted) or said.everyone
    found.nobody = said.nobody or (found.nobody and not said.wanted)
    if said.nobody and not said.wanted:
        found.unclear = True
    if said.wanted:
        if says[0].tag == "and" or not found.wanted or replaced:
            found.want(said.wanted)
        elif said.only or len(found.wanted) == 1 or len(said.wanted) > 1:
            found.wanted = list(said.wanted)
        else:
            found.unclear = True
        found.refused = [one for one in found.refused if one not in said.wanted]
    elif not said.refused and any(item.tag in (*REFUSING, "doubt", "perhaps") for item in says):
        found.unclear = True
    found.wanted = [one for one in found.wanted if one not in said.refused]
    found.refuse(said.refused)


def _read(parts: list[Clause], names: Names, refusing: bool, single: bool, people: bool) -> Wishes:
    found = Wishes()
    before: list[_Said] = []
    told: set[int] = set()
    for at, clause in enumerate(parts):
        said = _mentions(clause, Wishes() if clause.reason else found, names)
        if people and not clause.reason:
            _understood(clause, said)
        _inherit(clause, said, before, parts[at + 1 :], single)
        if clause.reason:
            said = [one for one in said if one.sign < 0 and clause.refuses()]
        if not clause.named:
            _without_names(clause, found, before)
        if clause.joiner == "but" and any(one.sign > 0 for one in said):
            # "I put 2 but I want 3."
            found.wanted = [number for number in found.wanted if number not in told]
        if clause.has("only") and found.everyone and any(one.sign > 0 for one in said):
            # "All of them. Just mum."
            found.everyone = False
        if clause.has("hurt") and any(more.refuses() and _of_them(more) for more in parts[at + 1 : at + 2]):
            # "Dad is horrible, I don't want him."
            said = [_Said(one.named, -1) for one in said]
        told.update(number for one in said for number in one.named.choices if clause.has("history"))
        for one in said:
            _taken_back(found, one, before)
            _take(found, one, refusing, clause)
        # "Everyone however dad": whoever is named behind a "but" after everyone may be the exception.
        found.unclear |= found.everyone and clause.joiner == "but" and any(one.open for one in said)
        before += said
    return found


def _taken_back(found: Wishes, one: _Said, before: list[_Said]) -> None:
    """ "Mum and dad. Not dad": who was only named is refused by what comes later."""
    same = [said for said in before if said.named.choices == one.named.choices]
    if one.sign < 0 and not one.open and len(one.named.choices) == 1 and all(said.open for said in same):
        found.wanted = [number for number in found.wanted if number not in one.named.choices]


def _understood(clause: Clause, said: list[_Said]) -> None:
    """Beside words that mean nothing to us a name alone is no wish; nor is one of two with an "or" between."""
    strange = any(
        item.tag == "other"
        and item.words[0].isalnum()
        and (at == 0 or clause.items[at - 1].tag != "stranger")
        for at, item in enumerate(clause.items)
    )
    either = clause.has("or") and sum(one.sign > 0 for one in said) > 1
    for one in said:
        if one.sign > 0 and ((strange and one.open) or either):
            one.sign = 0


def _take(found: Wishes, one: _Said, refusing: bool, clause: Clause) -> None:
    numbers = one.named.choices
    unsure = one.named.likeness < NEAR_UNDER_NOT and refusing
    several = one.named.plural or (one.sign > 0 and clause.has("both", "all"))
    if one.sign == 0 or unsure or (len(numbers) > 1 and not several):
        found.unclear = True
    elif one.sign > 0:
        found.want(numbers)
    else:
        found.refuse(numbers)


def _inherit(
    clause: Clause, said: list[_Said], before: list[_Said], following: list[Clause], single: bool
) -> None:
    """ "Not dad, Phil or Amy" refuses all three; "not dad, nan" could be either way."""
    if not before or not said or before[-1].sign >= 0 or clause.reason or not said[0].open:
        return
    if len(said) == 1 and said[0].named.choices == before[-1].named.choices:
        # "Not Lee (my dad)."
        said[0].sign = -1
        return
    run = [clause]
    for more in following:
        if more.joiner != "comma":
            break
        run.append(more)
    listed = clause.joiner == "comma" and any(one.has("or") for one in run)
    started = clause.items[0].tag == "or"
    for one in said:
        if one.open and clause.joiner in ("comma", "stop"):
            one.sign = -1 if listed or started else 1 if single else 0


def _without_names(clause: Clause, found: Wishes, before: list[_Said]) -> None:
    """ "Dad. I don't want him there": who is meant was named before, or is not known."""
    if clause.reason and not clause.refuses():
        return
    if clause.has("doubt", "hurt") and not clause.reason and not (before and before[-1].sign < 0):
        found.unclear = True
    if clause.has("stranger", "everyone") or not clause.has("not", "after", "except", "no"):
        return
    if clause.has("except") or (found.everyone and clause.has("not", "after")):
        found.unclear = True
    elif _of_them(clause) or (clause.has("after", "no") and not clause.reason):
        if before and before[-1].sign < 0 and clause.joiner == "remark":
            return
        one = [said for said in before if said.sign > 0]
        if len(one) == 1 and one[0].open and len(one[0].named.choices) == 1 and _about_coming(clause):
            found.wanted = [number for number in found.wanted if number not in one[0].named.choices]
            found.refuse(one[0].named.choices)
        elif before:
            found.unclear = True


def _about_coming(clause: Clause) -> bool:
    """Not of life ("she never listens"), which may be a reason for either."""
    return not clause.reason and (clause.refuses() or not clause.has("other", "filler"))


def _of_them(clause: Clause) -> bool:
    """Him, her, they; not "her boyfriend"."""
    return any(
        item.tag == "them"
        and (at + 1 == len(clause.items) or clause.items[at + 1].tag not in ("other", "stranger"))
        for at, item in enumerate(clause.items)
    )


def _mentions(clause: Clause, found: Wishes, names: Names) -> list[_Said]:
    items = [item for item in clause.items if item.tag not in ("filler", "if_you_like", "praise")]
    _of_all(items, clause, found, names)
    if clause.has("doubt", "hurt"):
        return [_Said(item.named, 0) for item in items if item.named]
    if clause.has("perhaps") and clause.named:
        found.perhaps = True
        return _perhaps(items)
    pairs = _pairs(items)
    if pairs is not None:
        return pairs
    return _walk(items, found)


def _perhaps(items: list[Item]) -> list[_Said]:
    """ "Nan and maybe Linda": only what stands before the "maybe", with an "and" between, is sure."""
    at = next(at for at, item in enumerate(items) if item.tag == "perhaps")
    sure = items[:at] if at and items[at - 1].tag == "and" else []
    if any(item.tag in (*REFUSING, "doubt") for item in items):
        return [_Said(item.named, 0) for item in items if item.named]
    return [_Said(item.named, 1, open=True) for item in sure if item.named]


def _of_all(items: list[Item], clause: Clause, found: Wishes, names: Names) -> None:
    """Everyone, nobody, both: for the whole list, unless the clause says of whom."""
    tags = {item.tag for item in items}
    if clause.reason:
        return
    found.only |= bool(tags & {"only", "only_them"})
    if "rest" in tags:
        _of_the_rest(tags, clause, found)
    if "none" in tags:
        found.unclear |= bool(clause.named) or "not" in tags
        found.nobody = True
    if _before_except(items):
        _all_except(items, found)
    elif tags & {"all", "both"}:
        _of_everyone(items, clause, found, names)


def _of_the_rest(tags: set[str], clause: Clause, found: Wishes) -> None:
    """ "Everyone else is fine": all who aren't refused. "Everyone else no" adds nothing."""
    if clause.named or "perhaps" in tags:
        found.unclear = True
    elif not tags & REFUSING:
        found.everyone = True


def _of_everyone(items: list[Item], clause: Clause, found: Wishes, names: Names) -> None:
    tags = [item.tag for item in items]
    before = tags[: min(tags.index(tag) for tag in ("all", "both") if tag in tags)]
    if "not" in before or {"after", "doubt", "no"} & set(tags):
        found.unclear = True
    elif not clause.named:
        found.everyone = True
        found.unclear |= bool({"other", "stranger"} & set(tags))
        found.unclear |= "both" in tags and len(names.together) != 2


def _all_except(items: list[Item], found: Wishes) -> None:
    """ "Everyone but dad"; where it isn't clear who is excepted, nobody is invited."""
    tags = [item.tag for item in items]
    found.everyone = True
    if "except_after" in tags:
        found.unclear |= not any(item.named for item in items[: tags.index("except_after")])
        return
    at = tags.index("except") if "except" in tags else tags.index("not")
    found.unclear |= "other" in tags[:at] or not any(item.named for item in items[at:])


def _before_except(items: list[Item]) -> bool:
    tags = [item.tag for item in items]
    if "except_after" in tags:
        return any(tag in ("all", "both") for tag in tags)
    everyone = next((at for at, tag in enumerate(tags) if tag in ("all", "both")), None)
    return everyone is not None and any(tag in ("except", "not") for tag in tags[everyone + 1 :])


def _pairs(items: list[Item]) -> list[_Said] | None:
    """ "Mum yes dad no" and "yes mum no dad": each yes and no with its names. None where it isn't of that kind."""
    row = [item for item in items if item.tag not in ("and", "or")]
    tags = ["name" if item.named else item.tag for item in row]
    marks = [tag for tag in tags if tag in ("yes", "no")]
    if set(tags) - {"name", "yes", "no"} or "name" not in tags or not marks:
        return None
    if tags[0] == "no" and len(row) > 1 and row[1].tag == "number":
        return [_Said(item.named, 0) for item in row if item.named]
    if len(marks) == 1 and tags[0] == "name" and tags[-1] == "name":
        return [_Said(item.named, 0 if "no" in marks else 1) for item in row if item.named]
    if (tags[0] == "name") == (tags[-1] == "name"):
        return [_Said(item.named, 0) for item in row if item.named]
    said: list[_Said] = []
    sign = 0
    for item in row if tags[0] != "name" else reversed(row):
        if item.named:
            said.append(_Said(item.named, sign))
        else:
            sign = 1 if item.tag == "yes" else -1
    return said


def _walk(items: list[Item], found: Wishes) -> list[_Said]:
    """Signs by what stands nearest before each name, or after it where nothing stands before."""
    said: list[_Said] = []
    sign, since = None, False
    for at, item in enumerate(items):
        behind = items[at + 1 :]
        if item.named:
            said.append(_Said(item.named, sign if sign is not None else 1, open=sign is None))
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


def _of_somebody_else(item: Item, said: list[_Said]) -> bool:
    """ "Mum doesn't want dad there" is what mum wants."""
    return (
        bool(said)
        and said[-1].open
        and item.words[0] in ("dont", "want", "like", "love", "need", "hate", "wont")
    )


def _wanted(item: Item, said: list[_Said], sign: int | None, since: bool) -> tuple[int | None, bool]:
    """ "Nan can come" is for who stands before it; "I want nan" for who stands behind, unless a "not" does too."""
    waiting = [one for one in said if one.open]
    if waiting and item.tag != "only" and not (sign is None and item.words[0] in ("i", "id", "ill")):
        for one in waiting:
            one.open = False
        return sign, since
    return (sign, since) if sign == -1 and not since else (1, False)


def _not_at_the_end(said: list[_Said], behind: list[Item], found: Wishes) -> None:
    """ "Can Phil not be there": who stands before it is refused, unless something else isn't ("nan is not well")."""
    waiting = said if len(said) == 1 else [one for one in said if one.open]
    if not waiting or any(one.tag in ("other", "stranger") for one in behind):
        found.unclear = True
    for one in waiting:
        one.sign, one.open = -1, False


def _after(
    item: Item, rest: list[Item], said: list[_Said], sign: int | None, since: bool, found: Wishes
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
