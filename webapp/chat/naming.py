"""Which choice somebody names: by its words or a part of them, by who it is to them, or misspelt.

A name is never guessed: what fits two choices names both, and whoever reads it has to ask."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

from rapidfuzz import fuzz

from webapp.chat.lexicon import Lexicon, Phrase
from webapp.chat.reading import Choice

NEAR = 75
"""Likeness, of 100, from which a word may be a misspelling."""
NEAR_UNDER_NOT = 85
"""The same beside a "not", where a wrong guess would invite or refuse somebody else."""
SHORTEST = 4
"""Letters from which a word is compared at all."""
_MARGIN = 9
LEADING = frozenset(
    ["a", "an", "the", "my", "your", "our", "at", "in", "on", "by", "to", "with", "for", "of", "about"]
)
"""Words that a choice may begin with and a reply leaves out: "the IRO", "at school"."""
_APART = re.compile(r"[(),;:/–—]| - |\bor\b|\n")
_JOINED = re.compile(r"[^\W\d_]+-[^\W\d_]+")
"""Kelly-Ann, who is Kellyann to others."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Named:
    """Words that name choices: one, or several that they fit alike."""

    choices: frozenset[int]
    length: int = 1
    """How many words."""
    whole: bool = False
    """A whole name as it is shown, not a word of it."""
    likeness: float = 100.0
    person: bool = False
    """A word such as nan: another name beside it may make it somebody else."""
    plural: bool = False
    number: bool = False


@dataclass(frozen=True)
class Names:
    """The choices of one question, ready to be looked up."""

    count: int
    phrases: Mapping[Phrase, frozenset[int]]
    words: Mapping[str, frozenset[int]]
    groups: Mapping[str, frozenset[int]]
    stems: Mapping[str, frozenset[int]]
    own: Mapping[int, frozenset[str]]
    """The words of each choice."""
    alone: frozenset[int]
    """Choices that go with no other: none of these."""
    known: frozenset[str]

    @property
    def together(self) -> frozenset[int]:
        """What "all of them" means."""
        return frozenset(range(1, self.count + 1)) - self.alone


@lru_cache(maxsize=256)
def names(choices: tuple[Choice, ...], lexicon: Lexicon) -> Names:
    """Every way to name each choice."""
    phrases: dict[Phrase, set[int]] = {}
    words: dict[str, set[int]] = {}
    groups: dict[str, set[int]] = {}
    stems: dict[str, set[int]] = {}
    own: dict[int, frozenset[str]] = {}
    for number, choice in enumerate(choices, 1):
        spelled = [*_parts(choice, lexicon)]
        own[number] = frozenset(word for phrase in spelled for word in phrase)
        for phrase in spelled:
            phrases.setdefault(phrase, set()).add(number)
            for first, second in pairwise(phrase):
                if first.isdigit():
                    # "30 minutes" in "less than 30 minutes" is a name, and no number of a choice.
                    phrases.setdefault((first, second), set()).add(number)
            if phrase in lexicon.alike:
                groups.setdefault("=" + lexicon.alike[phrase], set()).add(number)
        joined = {one.replace("-", "").casefold() for one in _JOINED.findall(choice.text)}
        for word in joined | (own[number] - lexicon.empty):
            words.setdefault(word, set()).add(number)
            stems.setdefault(stem(word), set()).add(number)
            for group in _groups(word, lexicon):
                groups.setdefault(group, set()).add(number)
    alone = frozenset(
        number for number, choice in enumerate(choices, 1) if choice.alone or _none(choice, lexicon)
    )
    known = frozenset(words) | {word for phrase in phrases for word in phrase}
    return Names(
        len(choices), _frozen(phrases), _frozen(words), _frozen(groups), _frozen(stems), own, alone, known
    )


def _parts(choice: Choice, lexicon: Lexicon) -> Iterable[Phrase]:
    """The whole name and the parts of it that are names: "Karen (your foster carer)" is Karen, and foster carer."""
    for text in (choice.text, *choice.also):
        for part in (text, *_APART.split(text)):
            plain = tuple(word for word in lexicon.written(part) if word[0].isalnum())
            bare = plain
            while len(bare) > 1 and bare[0] in LEADING:
                bare = bare[1:]
            yield from (phrase for phrase in (plain, bare) if phrase)


def _none(choice: Choice, lexicon: Lexicon) -> bool:
    tags = lexicon.cues.get(tuple(word for word in lexicon.written(choice.text) if word[0].isalnum()), ())
    return bool({"none", "unsure", "mind", "no"} & set(tags))


def _groups(word: str, lexicon: Lexicon) -> Iterable[str]:
    yield from lexicon.people.get(word, ())
    if (word,) in lexicon.alike:
        yield "=" + lexicon.alike[(word,)]


def _frozen(sets: Mapping[T, set[int]]) -> dict[T, frozenset[int]]:
    return {key: frozenset(value) for key, value in sets.items()}


def stem(word: str) -> str:
    """A word without the ending that most often comes and goes; never shorter than three letters."""
    for ending in ("ings", "ing", "ies", "es", "ed", "s", "y", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            break
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] else word


def find(names: Names, lexicon: Lexicon, words: Sequence[str], at: int) -> Named | None:
    """The name that starts here, the longest there is."""
    whole = _phrase(names, words, at)
    if whole is not None and whole.length > 1:
        return whole
    if (also := _alike(names, lexicon, words, at, 2)) is not None:
        return also
    if (near := _second_misspelt(names, words, at)) is not None:
        return near
    word = words[at]
    if not word[:1].isalpha() or word in lexicon.empty:
        return whole
    person = word in lexicon.people
    if whole is not None:
        # "Sam" is a whole name, and "Sam Smith" begins with it: both, unless it says who somebody is (mum).
        more = frozenset() if person or len(whole.choices) > 1 else _starting(names, word)
        return replace(whole, choices=whole.choices | more, person=person)
    return _by_word(names, lexicon, words, at)


def _phrase(names: Names, words: Sequence[str], at: int) -> Named | None:
    for length in range(min(10, len(words) - at), 0, -1):
        if (found := names.phrases.get(tuple(words[at : at + length]))) is not None:
            return Named(found, length, whole=True)
    return None


def _second_misspelt(names: Names, words: Sequence[str], at: int) -> Named | None:
    """ "Mr Sing" is Mr Singh, though "sing" is a word of its own."""
    if at + 1 >= len(words) or words[at] not in names.words or not words[at + 1].isalpha():
        return None
    near = [
        (likeness, numbers)
        for phrase, numbers in names.phrases.items()
        if len(phrase) >= 2
        and phrase[0] == words[at]
        and words[at + 1] not in names.words
        and (likeness := fuzz.ratio(phrase[1], words[at + 1])) >= NEAR_UNDER_NOT
    ]
    if len({numbers for _, numbers in near}) != 1:
        return None
    return Named(near[0][1], 2, likeness=near[0][0])


def _starting(names: Names, word: str) -> frozenset[int]:
    return frozenset(
        number for phrase, numbers in names.phrases.items() if phrase[0] == word for number in numbers
    )


def _by_word(names: Names, lexicon: Lexicon, words: Sequence[str], at: int) -> Named | None:
    word = words[at]
    people = lexicon.people.get(word, frozenset())
    if (found := names.words.get(word)) is not None:
        return Named(found, person=bool(people), plural=bool(people) and word.endswith("s"))
    if (also := _alike(names, lexicon, words, at)) is not None:
        return also
    found = frozenset[int]().union(*(names.groups.get(group, frozenset()) for group in people))
    if found:
        return Named(found, person=True, plural=word.endswith("s"))
    of_stem = names.stems.get(stem(word))
    if word in lexicon.known:
        # "Draw" is "drawing"; words that turn the meaning ("want", "like") are no names.
        fits = of_stem is not None and len(word) >= SHORTEST and (word,) not in lexicon.cues
        return Named(of_stem) if of_stem is not None and fits else None
    if (found := of_stem) is not None:
        return Named(found, plural=word.endswith("s"))
    return _misspelt(names, word)


def _alike(names: Names, lexicon: Lexicon, words: Sequence[str], at: int, least: int = 1) -> Named | None:
    """Other words for a choice, the longest first: "video call" is one thing, and no phone."""
    for length in range(min(5, len(words) - at), least - 1, -1):
        group = lexicon.alike.get(tuple(words[at : at + length]))
        more = words[at + length : at + length + 1]
        if (
            words[at] in ("i", "id", "ill")
            and more
            and more[0][0].isalnum()
            and words[at + length - 1] != "it"
        ):
            # "I want" in "I want somebody else to": it begins a wish, and is no "me".
            continue
        if group is not None and "=" + group in names.groups:
            return Named(names.groups["=" + group], length)
    return None


def _misspelt(names: Names, word: str) -> Named | None:
    if len(word) < SHORTEST:
        return None
    near = [
        (fuzz.ratio(word, other, score_cutoff=NEAR), numbers)
        for other, numbers in names.words.items()
        if len(other) >= SHORTEST
    ]
    best = max((likeness for likeness, _ in near), default=0.0)
    if best < NEAR:
        return None
    return Named(
        frozenset[int]().union(
            *(numbers for likeness, numbers in near if likeness >= best - _MARGIN and likeness)
        ),
        likeness=best,
    )
