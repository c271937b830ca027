"""A reply as a row of things that carry meaning: names of choices, numbers, "not", "only", "but", stops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from webapp.chat.lexicon import LONGEST_PHRASE, Lexicon, Phrase
from webapp.chat.naming import Named, Names, find

STOPS = frozenset(".!?;\n:)")
COMMAS = frozenset(",(-~*>=")
SAYING = ("yes", "no", "unsure", "mind", "okay", "none")
"""Tags that answer by themselves. Beside a name what else the phrase does goes first: "maybe", "don't want"."""
_WHOLE = {"all": "all", "both": "both", "mind": "all", "rest": "all", "none": "only"}
"""What these are before an exception: "anyone but dad" is all, "no one but nan" is only nan."""
_BUT = frozenset(["but", "ond"])
_DEGREES = frozenset(["quite", "really", "very", "so", "just", "even", "always", "ever", "definitely"])
_EDGES = frozenset(
    ["and", "&", ",", ".", ";", "/", "+", "\n", "or", "not", "only", "just", "please", "because", "!", "?", "yes", "no",
     "-", "thanks", "except", "but", "wait", "actually", "mean", "meant", "sorry", "definitely"]
)  # fmt: skip
"""Words beside which "one" is a number, as it isn't in "the other one" and "one of them"."""
_BEFORE_A_NUMBER = frozenset(
    ["filler", "only", "want", "yes", "not", "except", "fix", "fix_weak", "no", "number", "all", "both", "or", "and",
     "after", "sign", "praise", "history"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """Some words and what they do. Tags: those of `cues` in the words' files, and name, number, stranger (somebody
    else's name or a person who is no choice), stop, comma, other (words that mean nothing to us)."""

    tag: str
    words: Phrase
    named: Named | None = None


def tagged(words: Sequence[str], names: Names, lexicon: Lexicon, *, naming: bool = True) -> list[Item]:
    """The row, every word in it once. `naming`: where a phrase can do two things, what it does to a name."""
    items: list[Item] = []
    at = 0
    while at < len(words):
        item = _next(words, at, names, lexicon, items, naming)
        items.append(item)
        at += len(item.words)
    items = _ranges(_first_few(_all_of_so_many(_everyone_but(_parted(items)), names), names))
    return _numbers_that_count(_merged(_strangers(_ages(items), names, lexicon)), lexicon)


def _ages(items: list[Item]) -> list[Item]:
    """ "I'm not 5", "im 9": how old they are, and no choice."""
    found = list(items)
    for at, item in enumerate(items[1:], 1):
        if item.tag == "number" and items[at - 1].words in (("im",), ("im", "not")):
            found[at - 1 : at + 1] = [Item("filler", items[at - 1].words), Item("other", item.words)]
    return found


_TAKEN = frozenset(
    ["take", "cross", "leave", "kick", "cut", "count", "rule", "scratch", "get", "keep", "miss"]
)
_SWAPPED = frozenset(["swap", "replace", "change", "switch"])


def _apart(items: list[Item], at: int) -> bool:
    """ "Mum. No, nan": a "no" between stops, between names."""
    return (
        items[at - 1].words[0] in ".,!?"
        and [one.tag for one in items[at + 1 : at + 2]] == ["comma"]
        and any(one.named for one in items[:at])
        and any(one.named for one in items[at + 2 : at + 5])
    )


def _parted(items: list[Item]) -> list[Item]:
    """ "Take dad off", "swap dad for nan": verbs that refuse by a word behind the name. "No, not dad" takes back."""
    found = list(items)
    for at, item in enumerate(items):
        near = items[at + 1 : at + 6]
        if item.words == ("no",) and at and near and (near[0].tag in ("not", "only") or _apart(items, at)):
            found[at] = replace(item, tag="fix_weak")
        if item.words[0] not in _TAKEN | _SWAPPED or item.named or (at and items[at - 1].tag == "not"):
            continue
        ends = ("off", "out", "away") if item.words[0] in _TAKEN else ("for", "with", "to")
        end = next((i for i, one in enumerate(near) if one.words[0] in ends), 0)
        if (
            end
            and any(one.named for one in near[:end])
            and not any(one.tag in ("stop", "comma") for one in near[:end])
        ):
            found[at] = Item("not", item.words)
            found[at + 1 + end] = Item("filler" if item.words[0] in _TAKEN else "but", near[end].words)
    return found


def _everyone_but(items: list[Item]) -> list[Item]:
    """ "Everyone but dad": this "but" is an exception; and in "all except no 5" the "no" is "number"."""
    found: list[Item] = []
    excepted = False
    last = -1
    for at, item in enumerate(items):
        tag = found[last].tag if last >= 0 else ""
        if excepted and item.words == ("no",) and at + 1 < len(items) and items[at + 1].tag == "number":
            item = replace(item, tag="filler")
        if item.tag == "but" and item.words[0] in _BUT and tag in _WHOLE and not _denied(items, at + 1):
            item = replace(item, tag="except")
        if item.tag == "except" and tag in _WHOLE:
            found[last] = replace(found[last], tag=_WHOLE[tag])
            item = replace(item, tag="filler" if tag == "none" else "except")
        if item.words == ("-",) and tag == "all":
            item = replace(item, tag="doubt")
        excepted |= item.tag == "except"
        found.append(item)
        last = at if item.tag not in ("filler", "them") else last
    return found


def _denied(items: list[Item], at: int) -> bool:
    """ "Everyone but not dad": a "not" follows."""
    while at < len(items) and items[at].tag == "filler":
        at += 1
    return at < len(items) and items[at].tag in ("not", "after")


def _all_of_so_many(items: list[Item], names: Names) -> list[Item]:
    """ "All 4" where there are four."""
    found: list[Item] = []
    for item in items:
        if item.tag == "number" and item.named and found and found[-1].tag == "all" and len(item.words) == 1:
            its_all = item.named.choices == {len(names.together)}
            item = Item("filler" if its_all else "doubt", item.words)
        found.append(item)
    return found


def _first_few(items: list[Item], names: Names) -> list[Item]:
    """ "The first two", "the last 3"."""
    found: list[Item] = []
    for item in items:
        end = found[-1].words[-1] if found and found[-1].tag == "number" else ""
        few = min(item.named.choices) if item.tag == "number" and item.named else -1
        if (
            end in ("first", "top", "last", "bottom")
            and few > 1
            and item.words[0].isalnum()
            and item.words[0][-1] not in "thd"
        ):
            start = 1 if end in ("first", "top") else names.count - few + 1
            named = Named(frozenset(range(start, start + few)), plural=True, number=True)
            found[-1] = Item("number", found[-1].words + item.words, named)
        else:
            found.append(item)
    return found


def _ranges(items: list[Item]) -> list[Item]:
    """ "1-3" and "1 to 3" are three choices; "1-2-3" is a list."""
    found: list[Item] = []
    for at, item in enumerate(items):
        first = items[at - 2] if at > 1 else None
        if item.tag == "number" and first is not None and first.tag == "number" and _means_to(items, at):
            assert item.named is not None
            assert first.named is not None
            low, high = min(first.named.choices), min(item.named.choices)
            if 0 < low < high:
                named = Named(frozenset(range(low, high + 1)), plural=True, number=True)
                found[-2:] = [Item("number", first.words + items[at - 1].words + item.words, named)]
                continue
        found.append(item)
    return found


def _means_to(items: list[Item], at: int) -> bool:
    sign = items[at - 1].words
    chained = at > 3 and items[at - 3].words == sign
    return (
        sign in (("-",), ("to",), ("till",), ("thru",), ("through",))
        and not chained
        and [one.words for one in items[at + 1 : at + 2]] != [sign]
    )


def _next(
    words: Sequence[str], at: int, names: Names, lexicon: Lexicon, before: list[Item], naming: bool
) -> Item:  # fmt: skip
    word = words[at]
    named = find(names, lexicon, words, at)
    cue, length = _cue(words, at, lexicon, naming)
    end = at + length
    if length > 1 and words[end - 1] == "me" and end < len(words) and find(names, lexicon, words, end):
        # "Just me mum": here "me" is "my".
        cue, length = _cue(words[: end - 1], at, lexicon, naming)
    ordinal = _number(words, at, names, lexicon)
    longest = max(named.length if named else 0, length, ordinal.length if ordinal else 0)
    if (
        ordinal is not None
        and ordinal.length == longest
        and not (named and named.whole and named.length >= longest)
    ):
        return Item("number", tuple(words[at : at + longest]), ordinal)
    if named is not None and named.length == longest and not (length == longest and _is_talk(word, before)):
        return Item("name", tuple(words[at : at + longest]), named)
    if length:
        return Item(cue, tuple(words[at : at + length]))
    if word in lexicon.number_words and at + 1 < len(words):
        return Item("filler", (word,))
    if word in lexicon.emoji:
        return Item(lexicon.emoji[word], (word,))
    if not word[0].isalnum():
        return Item("stop" if word in STOPS else "comma" if word in COMMAS else "sign", (word,))
    return Item("other", (word,))


def _is_talk(word: str, before: list[Item]) -> bool:
    """ "yes bro" calls nobody's brother."""
    return (
        word in ("bro", "mate") and bool(before) and before[-1].tag in ("yes", "no", "unsure", "mind", "okay")
    )


def _cue(words: Sequence[str], at: int, lexicon: Lexicon, naming: bool) -> tuple[str, int]:
    """The longest phrase that starts here, with words such as "quite" left out of it or not."""
    row = [
        i for i in range(at, min(at + 2 * LONGEST_PHRASE, len(words))) if i == at or words[i] not in _DEGREES
    ]
    found: tuple[str, int] = ("", 0)
    for places in (range(at, min(at + LONGEST_PHRASE, len(words))), row[:LONGEST_PHRASE]):
        for length in range(len(places), 0, -1):
            long = places[length - 1] - at + 1
            if long > found[1] and (tags := lexicon.cues.get(tuple(words[i] for i in places[:length]))):
                found = min(tags, key=lambda tag: (tag in SAYING) == naming), long
    return found


def _number(words: Sequence[str], at: int, names: Names, lexicon: Lexicon) -> Named | None:
    """A figure, a number word or "the last one", as the choice that has this place; -1 where there is no such."""
    for length in range(min(5, len(words) - at), 0, -1):
        place = lexicon.ordinals.get(tuple(words[at : at + length]))
        if place is not None:
            return _place(place, length, names)
    word = words[at]
    figure = word[:-2] if word[-2:] in ("st", "nd", "rd", "th") else word
    if figure.isdigit():
        return _place(int(figure) or 9999 if len(figure) < 4 else 9999, 1, names)
    if word in lexicon.numbers and word != "one":
        return _place(lexicon.numbers[word], 1, names)
    if word == "one" and _one_is_a_number(words, at, lexicon):
        return _place(1, 1, names)
    return None


def _one_is_a_number(words: Sequence[str], at: int, lexicon: Lexicon) -> bool:
    """Not in "the other one", "one of them"."""
    before, after = words[at - 1] if at else ",", words[at + 1] if at + 1 < len(words) else ","
    return (before in _EDGES or before in lexicon.number_words or _is_number(before, lexicon)) and (
        after in _EDGES or _is_number(after, lexicon)
    )


def _is_number(word: str, lexicon: Lexicon) -> bool:
    return word.isdigit() or word in lexicon.numbers


def _place(place: int, length: int, names: Names) -> Named:
    middle = (names.count + 1) // 2 if names.count % 2 else 0
    number = middle if place == 0 else names.count + 1 + place if place < 0 else place
    return Named(frozenset([number if 1 <= number <= names.count else -1]), length, number=True)


def _strangers(items: list[Item], names: Names, lexicon: Lexicon) -> list[Item]:
    """ "Mum's boyfriend" is not mum, "aunty Jo" not another aunt, "my old social worker" not the one on the list."""
    found: list[Item] = []
    somebody = False
    for at, item in enumerate(items):
        before, after = items[at - 1] if at else None, items[at + 1] if at + 1 < len(items) else None
        strange = item.tag == "name" and (
            _after_another(item, before, somebody, names, lexicon)
            or _before_another(item, after, names, lexicon)
        )
        somebody |= item.tag == "name"
        found.append(Item("stranger", item.words) if strange else item)
    return found


def _own(item: Item, names: Names) -> frozenset[str]:
    """The words that a named choice is shown with."""
    numbers = item.named.choices if item.named else frozenset[int]()
    return frozenset[str]().union(*(names.own.get(one, frozenset()) for one in numbers))


def _after_another(item: Item, before: Item | None, somebody: bool, names: Names, lexicon: Lexicon) -> bool:
    """Amy's mum, dad's mum, my old social worker, aunty Jo, Jade and her mum."""
    if before is None or item.named is None:
        return False
    word, own = before.words[-1], _own(item, names)
    if before.tag == "name":
        return item.named.person and _whose(before, names) and not _together(before, item)
    if word in lexicon.people and word not in own and before.tag in ("other", "filler", "praise"):
        return True
    if not item.named.person:
        return False
    if word in ("her", "his", "their"):
        return somebody
    theirs = (
        word.endswith("s") and len(word) > 3 and (before.tag == "stranger" or word[:-1] in lexicon.people)
    )
    possessive = before.tag == "other" and word.endswith("s") and len(word) > 2 and not word.endswith("ss")
    return theirs or possessive or (word in lexicon.other_people and word not in own)


def _before_another(item: Item, after: Item | None, names: Names, lexicon: Lexicon) -> bool:
    """Mum's boyfriend, Kieran's boss, uncle Bob where it is Phil who is shown."""
    if after is None or item.named is None:
        return False
    word, own = after.words[0], _own(item, names)
    whose = _whose(item, names)
    if after.tag == "name":
        return whose and not _together(item, after) and bool(after.named and after.named.person)
    if (
        after.tag != "name"
        and (item.named.person or whose)
        and word in lexicon.belongings
        and word not in own
    ):
        return True
    unknown = after.tag == "other" and word.isalpha() and word not in lexicon.known
    return unknown and (whose or (item.named.person and len(own) > len(item.words)))


def _whose(item: Item, names: Names) -> bool:
    """ "Dads", "Kierans": more than one, or something of theirs."""
    word = item.words[-1]
    return word.endswith("s") and not word.endswith("ss") and word not in _own(item, names)


def _together(first: Item, second: Item) -> bool:
    return bool(first.named and second.named and first.named.choices & second.named.choices)


def _merged(items: list[Item]) -> list[Item]:
    """ "Uncle Phil" is one name, and so is "2. Nan"; "2. Nan" where 2 is somebody else is none."""
    found: list[Item] = []
    for item in items:
        numbered = [one.tag for one in found[-2:]] in (["number", "stop"], ["number", "sign"])
        if item.tag == "name" and numbered and found[-1].words[0] in ".:)":
            found.pop()
        if found and (named := _one_name(found[-1], item)) is not None:
            found[-1] = Item("name", found[-1].words + item.words, named)
        else:
            found.append(item)
    return found


def _one_name(first: Item, second: Item) -> Named | None:
    if first.named is None or second.named is None or second.tag != "name":
        return None
    both = first.named.choices & second.named.choices
    if not both and first.tag != "number":
        return None
    return replace(
        second.named,
        choices=both or frozenset([-1]),
        whole=first.named.whole or second.named.whole,
        likeness=max(first.named.likeness, second.named.likeness),
        plural=first.named.plural or second.named.plural,
    )


def _numbers_that_count(items: list[Item], lexicon: Lexicon) -> list[Item]:
    """Figures inside a sentence ("I have 2 dogs") are no choices; alone, first or after "number" they are."""
    found = list(items)
    for at, item in enumerate(items):
        if item.tag != "number":
            continue
        before, after = items[:at], items[at + 1 : at + 2]
        if before and before[-1].words[-1] in lexicon.number_words:
            continue
        start = next(
            (i for i in range(at - 1, -1, -1) if items[i].tag in ("stop", "comma", "but", "because", "and")),
            -1,
        )
        first = all(one.tag in _BEFORE_A_NUMBER for one in before[start + 1 :])
        if not first or (after and after[0].tag in ("other", "stranger")):
            found[at] = Item("other", item.words)
    return found
