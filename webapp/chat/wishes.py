"""What is wanted and what is refused in a reply, clause by clause; "unclear" where the two could be mixed up."""

from __future__ import annotations

from collections.abc import Sequence

from webapp.chat.clauses import REFUSING, Clause, clauses, corrected, without_signs
from webapp.chat.mentions import Said, Wishes, pairs, perhaps, walk
from webapp.chat.naming import NEAR_UNDER_NOT, Names
from webapp.chat.tagging import Item


def wishes(items: Sequence[Item], names: Names, *, one: bool = False, people: bool = False) -> Wishes:
    """Read the whole reply; `one` where a single choice can be taken: then "not X, Y" takes Y.

    `people` are invited only in words that are understood: "dad makes me nervous" is neither yes nor no.
    """
    found = Wishes()
    refusing = any(item.tag in REFUSING for item in items)
    gone = listing = False
    if one:
        items = _no_another(_no_likeness(items))
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


def _no_likeness(items: Sequence[Item]) -> list[Item]:
    """ "I want Dawn to say it": somebody who is to do something is no misspelt "draw"."""
    found = list(items)
    for at, item in enumerate(items[:-1]):
        if item.named and item.named.likeness < NEAR_UNDER_NOT and items[at + 1].words[0] in ("to", "can"):
            found[at] = Item("other", item.words)
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
    before: list[Said] = []
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
            said = [Said(one.named, -1) for one in said]
        told.update(number for one in said for number in one.named.choices if clause.has("history"))
        for one in said:
            _taken_back(found, one, before)
            _take(found, one, refusing, clause)
        # "Everyone however dad": whoever is named behind a "but" after everyone may be the exception.
        found.unclear |= found.everyone and clause.joiner == "but" and any(one.open for one in said)
        before += said
    return found


def _taken_back(found: Wishes, one: Said, before: list[Said]) -> None:
    """ "Mum and dad. Not dad": who was only named is refused by what comes later."""
    same = [said for said in before if said.named.choices == one.named.choices]
    if one.sign < 0 and not one.open and len(one.named.choices) == 1 and all(said.open for said in same):
        found.wanted = [number for number in found.wanted if number not in one.named.choices]


def _understood(clause: Clause, said: list[Said]) -> None:
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


def _take(found: Wishes, one: Said, refusing: bool, clause: Clause) -> None:
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
    clause: Clause, said: list[Said], before: list[Said], following: list[Clause], single: bool
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
    # "Not dad. Nan" could be a list; "not dad. Nan and Amy" and "never 4. Nan is fine" are a sentence of their own.
    apart = clause.joiner == "stop" and (len(said) > 1 or clause.has("praise", "okay", "yes"))
    started = clause.items[0].tag == "or"
    for one in said:
        if one.open and clause.joiner in ("comma", "stop"):
            one.sign = -1 if listed or started else 1 if single or apart else 0


def _without_names(clause: Clause, found: Wishes, before: list[Said]) -> None:
    """ "Dad. I don't want him there": who is meant was named before, or is not known."""
    if clause.reason and not clause.refuses():
        return
    if clause.has("doubt", "hurt") and not clause.reason and not (before and before[-1].sign < 0):
        found.unclear = True
    if clause.has("stranger", "everyone") or not clause.has("not", "after", "except", "no"):
        return
    if before and before[-1].sign < 0 and (clause.joiner == "remark" or clause.reason):
        return
    bare = not clause.reason and {item.tag for item in clause.items} <= {"not", "after", "no", "filler"}
    one = {said.named.choices for said in before if said.sign > 0}
    if bare and before:
        # "Mum? Yes. Dad? No way."
        one = {before[-1].named.choices} if before[-1].sign > 0 else set()
    if clause.has("except") or (found.everyone and clause.has("not", "after")):
        found.unclear = True
    elif bare or _of_them(clause) or (clause.has("after", "no") and not clause.reason):
        numbers = next(iter(one)) if len(one) == 1 else frozenset[int]()
        if len(numbers) == 1 and (bare or _about_coming(clause)) and before[-1].open:
            found.wanted = [number for number in found.wanted if number not in numbers]
            found.refuse(numbers)
        elif before or clause.refuses():
            # "I don't want him (dad) there": who is named later may be who is meant.
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


def _mentions(clause: Clause, found: Wishes, names: Names) -> list[Said]:
    items = [item for item in clause.items if item.tag not in ("filler", "if_you_like", "praise")]
    _of_all(items, clause, found, names)
    if clause.has("doubt", "hurt"):
        return [Said(item.named, 0) for item in items if item.named]
    if clause.has("perhaps") and clause.named:
        found.perhaps = True
        return perhaps(items)
    if (marked := pairs(items)) is not None:
        return marked
    return walk(items, found)


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
