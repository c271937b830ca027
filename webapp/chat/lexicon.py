"""The words of a language as `words/*.yaml` lists them, ready to be looked up; English stands behind every language."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, product
from operator import itemgetter
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

from webapp.chat import normal

FOLDER = Path(__file__).parent / "words"
LONGEST_PHRASE = 9
Phrase = tuple[str, ...]
# "da" and "ma" before a word are "the" and "my"; on their own they are somebody's dad and mum.
_BEFORE_A_WORD = {"da": "the", "ma": "my"}
_SHORTEST_SLIP = 6
_TURNING = frozenset(
    [
        "not",
        "except",
        "all",
        "both",
        "none",
        "only",
        "because",
        "fix",
        "fix_weak",
        "rest",
        "unsure",
        "mind",
        "perhaps",
    ]
)
_PART = re.compile(r"\[([^\]]*)\]|\(([^)]*)\)|([^\s\[\]()]+)")


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Everything that is known of a language, by phrase. Tags and actions are the keys of the YAML files."""

    same: Mapping[Phrase, Phrase]
    prefixes: Mapping[str, str]
    """Beginnings that are written together with a word (Arabic's "and", "the"), and the word that each is."""
    cues: Mapping[Phrase, tuple[str, ...]]
    """A phrase may do several things: \"maybe\" answers one question and makes a name in another doubtful."""
    commands: Mapping[Phrase, str]
    openings: Mapping[Phrase, str]
    inside: Mapping[Phrase, str]
    numbers: Mapping[str, int]
    ordinals: Mapping[Phrase, int]
    number_words: frozenset[str]
    people: Mapping[str, frozenset[str]]
    alike: Mapping[Phrase, str]
    emoji: Mapping[str, str]
    faces: Mapping[str, int]
    feelings: Mapping[Phrase, int]
    days: Mapping[str, int]
    months: Mapping[str, int]
    times: Mapping[Phrase, str]
    languages: Mapping[Phrase, str]
    language_words: frozenset[Phrase]
    change_language: frozenset[Phrase]
    asks_against: frozenset[Phrase]
    empty: frozenset[str]
    courtesies: frozenset[str]
    belongings: frozenset[str]
    other_people: frozenset[str]
    somebody_else: SomebodyElse
    turning: Mapping[str, tuple[str, ...]]
    """Long words that turn the meaning (everyone, except, because, Wednesday) by their first letter."""
    longest: Mapping[str, int]
    """How many words the longest phrase of `same` has that begins with this one; 0: respelt before a word alone."""
    known: frozenset[str]
    """Every word of the lists: none of them is a misspelling of something else."""

    def written(self, text: str, also_known: Iterable[str] = ()) -> list[str]:
        """The words of a text in the spelling of the lists."""
        words = normal.words(text)
        if words == ["n"]:
            return ["no"]
        also = frozenset(also_known)
        known = self.known | also
        words = [word if word in known or word.isdigit() else self._respelt(word, also) for word in words]
        return _figures(_written(words, self.same, self.longest, known, self.prefixes), self.numbers)

    def _respelt(self, word: str, names: frozenset[str]) -> str:
        """ "Evreyone", "becuase": one slip of the finger from a word that turns the meaning, and from no name."""
        listed = self.turning.get(word[0], ())
        if not listed or len(word) < _SHORTEST_SLIP:
            return word
        near = [one for one, *_ in process.extract(word, listed, scorer=OSA.distance, score_cutoff=1)]
        meant = {self.days.get(one, one) for one in near}
        if len(meant) != 1 or process.extractOne(word, names, scorer=OSA.distance, score_cutoff=1):
            return word
        return near[0]


@dataclass(frozen=True)
class SomebodyElse:
    """How others say that the phone is in their hands."""

    beginnings: frozenset[Phrase]
    whose: frozenset[str]
    others: frozenset[str]
    phrases: frozenset[Phrase]


def spelled_out(listed: str) -> list[str]:
    """Every phrase of a list: "[go|come] back, (stop|end) it" is go back, come back, back, stop it, end it."""
    found: list[str] = []
    for pattern in re.split(r"[,\n]", listed):
        parts = [
            ["", *maybe.split("|")] if maybe else either.split("|") if either else [word]
            for maybe, either, word in _PART.findall(pattern)
        ]
        if parts:
            found += [" ".join(" ".join(one).split()) for one in product(*parts)]
    return found


_SOUNDS_LIKE = {"too": "two", "to": "two", "tu": "two", "for": "four", "won": "one", "free": "three"}
_BETWEEN_NUMBERS = frozenset(
    [",", "and", "&", ".", ";", "+", "/", "please", "number", "just", "!", "\n", "or", "not"]
)


def _figures(words: list[str], numbers: Mapping[str, int]) -> list[str]:
    """ "No.4" as number 4; and in a row of numbers ("one, too and three") what sounds like one."""
    found: list[str] = []
    for at, word in enumerate(words):
        after = words[at + 1 : at + 3]
        if word == "no" and after[:1] == ["."] and after[1:] and after[1].isdigit():
            found.append("number")
        elif not (word == "." and found[-1:] == ["number"] and words[at - 1] == "no"):
            found.append(word)

    def counts(word: str) -> bool:
        return word.isdigit() or word in numbers

    if any(map(counts, found)) and all(
        counts(word) or word in _SOUNDS_LIKE or word in _BETWEEN_NUMBERS for word in found
    ):
        for at, word in enumerate(found):
            before, after = found[at - 1] if at else "and", found[at + 1 : at + 2]
            if word in _SOUNDS_LIKE and not counts(before) and (after or before == "and"):
                found[at] = _SOUNDS_LIKE[word]
    return found


def _written(
    words: list[str],
    same: Mapping[Phrase, Phrase],
    longest: Mapping[str, int],
    known: frozenset[str],
    prefixes: Mapping[str, str] | None = None,
) -> list[str]:
    whole = [piece for word in words for piece in _as_known(word, known, prefixes or {})]
    return _respelled_twice(whole[: normal.MOST_WORDS], same, longest)[: normal.MOST_WORDS]


def _respelled_twice(
    words: list[str], same: Mapping[Phrase, Phrase], longest: Mapping[str, int]
) -> list[str]:
    # "doesnt rly matter" is "dont really matter" first.
    once = _respelled(words, same, longest)
    return once if once == words else _respelled(once, same, longest)


def _respelled(whole: list[str], same: Mapping[Phrase, Phrase], longest: Mapping[str, int]) -> list[str]:
    if longest.keys().isdisjoint(whole):
        return whole
    found: list[str] = []
    at = 0
    while at < len(whole):
        follows = whole[at + 1 : at + 2]
        if (
            whole[at] in _BEFORE_A_WORD
            and follows
            and follows[0][0].isalpha()
            and follows[0] not in ("and", "n", "or")
        ):
            found.append(_BEFORE_A_WORD[whole[at]])
            at += 1
            continue
        for length in range(min(longest.get(whole[at], 0), len(whole) - at), 0, -1):
            if (other := same.get(tuple(whole[at : at + length]))) is not None:
                found += other
                at += length
                break
        else:
            found.append(whole[at])
            at += 1
    return found


def _as_known(word: str, known: frozenset[str], prefixes: Mapping[str, str]) -> list[str]:
    if word in known or not normal.is_word(word) or word.isdigit():
        return [word]
    if any(one.isdigit() for one in word):
        return normal.split_figures(word)
    for prefix, meaning in prefixes.items():
        if word.startswith(prefix) and word.removeprefix(prefix) in known:
            return [one for one in (meaning, word.removeprefix(prefix)) if one]
    return [next((one for one in normal.shorter(word) if one in known), word)]


def _listed(given: Any) -> list[str]:
    return spelled_out(given) if isinstance(given, str) else []


@lru_cache
def lexicon(language: str) -> Lexicon:
    """The words of a language and of English; of English alone where we have no list of that language."""
    read = [_read("en")]
    if language != "en" and language.isalpha() and (FOLDER / f"{language}.yaml").is_file():
        read.append(_read(language))
    return _joined(read)


def _read(language: str) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    given: dict[str, Any] = yaml.load((FOLDER / f"{language}.yaml").read_text("utf-8"), loader)
    return given


def _section(files: list[dict[str, Any]], *names: str) -> list[tuple[Any, str]]:
    """(key, phrase) of one part of all files, the language before English."""
    pairs: list[tuple[Any, str]] = []
    for file in reversed(files):
        part: Any = file
        for name in names:
            part = (part or {}).get(name)
        for key, listed in (part or {}).items():
            pairs += [(key, phrase) for phrase in _listed(listed)]
    return pairs


def _numbers(files: list[dict[str, Any]], name: str) -> list[tuple[str, int]]:
    return [(str(word), value) for file in files for word, value in (file.get(name) or {}).items()]


def _words(text: str) -> list[str]:
    """One copy of each word, in however many phrases and languages it stands: a tenth of the memory."""
    return [sys.intern(word) for word in normal.words(text)]


class _Reader:
    """Brings phrases of the lists to the spelling of the lists: they too say "I am" here and "im" there."""

    def __init__(self, files: list[dict[str, Any]]) -> None:
        pairs = _section(files, "same")
        self.same: dict[Phrase, Phrase] = {}
        for right, wrong in pairs:
            self.same.setdefault(tuple(_words(wrong)), tuple(_words(right)))
        for right, _wrong in pairs:
            self.same.pop(tuple(normal.words(right)), None)
        self.longest = dict.fromkeys(_BEFORE_A_WORD, 0)
        for phrase in self.same:
            if phrase:
                self.longest[phrase[0]] = min(5, max(len(phrase), self.longest.get(phrase[0], 0)))
        self.plain: set[str] = {word for phrase in self.same for word in phrase}
        self.plain.update(word for phrase in self.same.values() for word in phrase)

    def phrase(self, text: str) -> Phrase:
        raw = _words(text)
        self.plain.update(raw)
        found = tuple(_respelled_twice(raw[: normal.MOST_WORDS], self.same, self.longest))
        self.plain.update(found)
        return found

    def table(self, pairs: Iterable[tuple[Any, str]]) -> dict[Phrase, Any]:
        """The first that lists a phrase has it: a language before English."""
        found: dict[Phrase, Any] = {}
        for key, text in pairs:
            found.setdefault(self.phrase(text), key)
        found.pop((), None)
        return found


def _joined(files: list[dict[str, Any]]) -> Lexicon:
    reader = _Reader(files)
    people: dict[str, set[str]] = {}
    for group, word in _section(files, "people"):
        for one in reader.phrase(word)[-1:]:
            people.setdefault(one, set()).add(str(group))
    cues: dict[Phrase, list[str]] = {}
    for tag, text in _section(files, "cues"):
        cues.setdefault(reader.phrase(text), []).append(str(tag))
    emoji = {one: str(key) for key, listed in _emoji(files) for one in normal.words(listed)}
    faces = {
        one: int(key)
        for file in files
        for key, listed in (file.get("emoji", {}).get("faces") or {}).items()
        for one in normal.words(listed)
    }
    for phrase in _listed(files[0]["common"]):
        reader.plain.update(phrase.split())
    prefixes = {key: value for file in files for key, value in (file.get("prefixes") or {}).items()}
    fields: dict[str, Any] = {
        "prefixes": dict(sorted(prefixes.items(), key=lambda pair: -len(pair[0]))),
        "cues": {phrase: tuple(dict.fromkeys(tags)) for phrase, tags in cues.items() if phrase},
        "commands": reader.table(_section(files, "commands")),
        "openings": reader.table(_section(files, "openings")),
        "inside": reader.table(_section(files, "inside")),
        "numbers": {one: value for text, value in _numbers(files, "numbers") for one in normal.words(text)},
        "ordinals": {
            reader.phrase(text): value
            for part in ("ordinals", "ordinal_phrases")
            for text, value in _numbers(files, part)
        },
        "number_words": frozenset(one for file in files for one in _listed(file.get("number_words"))),
        "people": {word: frozenset(groups) for word, groups in people.items()},
        "alike": reader.table(_section(files, "alike")),
        "emoji": emoji,
        "faces": faces,
        "feelings": reader.table(_section(files, "feelings")),
        "days": {one: value for text, value in _numbers(files, "days") for one in normal.words(text)},
        "months": {one: value for text, value in _numbers(files, "months") for one in normal.words(text)},
        "times": reader.table(_section(files, "times")),
        "languages": reader.table(_section(files, "languages")),
        **{
            name: frozenset(reader.phrase(one) for file in files for one in _listed(file.get(name)))
            for name in ("language_words", "change_language", "asks_against")
        },
        **{
            name: frozenset(
                one for file in files for text in _listed(file.get(name)) for one in reader.phrase(text)
            )
            for name in ("empty", "courtesies", "belongings", "other_people")
        },
        "somebody_else": _somebody(reader, files),
    }
    turning = {word for phrase, tags in cues.items() if _TURNING & set(tags) for word in phrase}
    turning.update(word for part in ("numbers", "days", "months") for word in fields[part])
    slips = sorted(
        word for word in turning if len(word) >= _SHORTEST_SLIP and word.isascii() and word.isalpha()
    )
    fields["turning"] = {first: tuple(row) for first, row in groupby(slips, key=itemgetter(0))}
    reader.plain.update(word for part in ("numbers", "days", "months", "people") for word in fields[part])
    return Lexicon(same=reader.same, longest=reader.longest, known=frozenset(reader.plain), **fields)


def _emoji(files: list[dict[str, Any]]) -> list[tuple[Any, str]]:
    return [
        pair for file in files for pair in (file.get("emoji") or {}).items() if isinstance(pair[1], str)
    ]  # fmt: skip


def _somebody(reader: _Reader, files: list[dict[str, Any]]) -> SomebodyElse:
    def phrases(name: str) -> frozenset[Phrase]:
        return frozenset(
            reader.phrase(one)
            for file in files
            for one in _listed((file.get("somebody_else") or {}).get(name))
        )

    def single(name: str) -> frozenset[str]:
        return frozenset(word for phrase in phrases(name) for word in phrase[-1:])

    return SomebodyElse(phrases("beginnings"), single("whose"), single("others"), phrases("phrases"))
