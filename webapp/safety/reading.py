"""Reads a text for worries, by the reviewed lists. It finds plain disclosures, and some hints; it never clears a text:
whoever is responsible reads every word (threats.md 1).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from webapp.safety.lists import KINDS, PhraseList, Rule, languages, phrase_list
from webapp.safety.normalising import Sentence, plain, sentences
from webapp.safety.patterns import Pattern, end_of
from webapp.safety.weighing import features, scales, windows

BACK = 5
"""How many words before a phrase are looked at for a "not"."""
AHEAD = 4
"""How many words after it are looked at for "any more" and the like."""
LEAST_NAME = 3
"""Letters of a name that is looked for."""
FOREIGN = 0.2
"""Where more of the letters than this are not Latin, no list has read the text."""

LEAST_NOW = -2.5
"""From this weight on, what was found can't wait. Nought is even odds, as for the other weights."""
LEAST_ADULT = -2.0
"""From this weight on, a text that is also written in whole sentences is read as an adult's form."""


@dataclass(frozen=True, slots=True)
class Least:
    """What the words of a text have to weigh for a flag."""

    ruled: float
    """Where one rule flags; with two, twice this."""
    guarded: float
    """Where a rule would flag but for ordinary talk in the sentence (raped at a party)."""
    unruled: float
    """Where no rule flags."""


LEAST = Least(ruled=-3.0, guarded=-0.5, unruled=-0.2)
LEAST_OF_ADULTS = Least(ruled=0.3, guarded=1.5, unruled=2.2)
"""Forms of carers and parents are full of what is past and managed: a flag on each would bury the children's."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the lists say of a text. `kind` is empty without a flag; "hint" where nothing was said outright."""

    flag: bool = False
    urgent: bool = False
    kind: str = ""
    screened: bool = False
    """False where there is no list for its language: a person has to read it today. A flag may stand all the same."""


def read(text: str, language: str, child: bool = False) -> Found:
    """Read a text by every list, since people mix languages. Never raises; takes time in proportion to its length.

    `child` says that a child wrote it, however well; otherwise its manner tells whether an adult's measure holds.
    """
    screened = language.casefold().replace("_", "-").split("-")[0] in languages() and not _foreign(text)
    found = [one for code in languages() for one in _weighed(text, phrase_list(code), child)]
    if not found:
        return Found(screened=screened)
    kind = min((kind for kind, _ in found), key=KINDS.index)
    return Found(True, any(urgent for _, urgent in found), kind, screened)


def _weighed(text: str, phrases: PhraseList, child: bool) -> list[tuple[str, bool]]:
    """What is sure; and what the rules find in the rest, where the words don't weigh too much against it, or a hint
    where they weigh enough alone.
    """
    said = sentences(text, phrases.lexicon)
    sure = _found(said, phrases, phrases.sure)
    rest = [one for one in said if not _is_calm(one, phrases)]
    least = LEAST_OF_ADULTS if not child and _is_an_adults(text, said, phrases) else LEAST
    return sure + _ruled(rest, phrases, least)


def _is_an_adults(text: str, said: list[Sentence], phrases: PhraseList) -> bool:
    """A capital to begin with, a stop at the end, and an adult's words between."""
    points, typed = scales(phrases.language), text.strip()
    if points is None or not typed[:1].isupper() or typed[-1:] not in ".!?":
        return False
    rows = [points.adult.of(features(words, phrases.shapes)) for words in windows(said)]
    return bool(rows) and sum(rows) / len(rows) >= LEAST_ADULT


def _is_calm(sentence: Sentence, phrases: PhraseList) -> bool:
    there = frozenset(sentence.words)
    calm, uneasy = (
        any(_possible(one, there) and _matches(one, sentence) for one in several)
        for several in (phrases.calm, phrases.uneasy)
    )
    return calm and not uneasy


def _ruled(said: list[Sentence], phrases: PhraseList, least: Least) -> list[tuple[str, bool]]:
    found = _found(said, phrases, phrases.rules)
    points = scales(phrases.language)
    if points is None:
        return found
    rows = [features(words, phrases.shapes) for words in windows(said)]
    worry = max(map(points.worry.of, rows), default=points.worry.start)
    if any(urgent for _, urgent in found):
        least = LEAST  # what can't wait is nobody's ordinary talk
    if found and worry < least.ruled * len(found):
        return []
    if not found and worry >= least.guarded:
        found = _found(said, phrases, phrases.rules, guarded=False)
    if not found and worry < least.unruled:
        return []
    now = max(map(points.now.of, rows), default=points.now.start) >= LEAST_NOW
    return [(kind, urgent or now) for kind, urgent in found] or [
        ("hint", now or _is_now(said, frozenset(word for one in said for word in one.words), phrases))
    ]


def mentions(text: str, names: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Who of those who work with a child a flagged sentence may be about: by what people call them, or by a name given.

    `names` are names by role; the roles are those of the lists (iro, social_worker, carer). Telling somebody is not
    being worried about them: "I told my carer" names nobody.
    """
    found: set[str] = set()
    for code in languages():
        phrases = phrase_list(code)
        said = sentences(text, phrases.lexicon)
        there = frozenset(word for one in said for word in one.words)
        called = {role: set(ways) for role, ways in phrases.roles.items()}
        for role, several in names.items():
            called.setdefault(role, set()).update(part for name in several for part in _parts(name))
        for rule in (*phrases.sure, *phrases.rules):
            for sentence in _sentences_of(rule, said, there, phrases):
                found |= {role for role, ways in called.items() if _named(sentence.words, ways, phrases)}
    return frozenset(found)


def _parts(name: str) -> list[tuple[str, ...]]:
    """A name's words, as they may stand in a text; too short ones are other words too."""
    return [(part,) for part in plain(name).split() if len(part) >= LEAST_NAME and part.isalpha()]


def _named(words: tuple[str, ...], ways: set[tuple[str, ...]], phrases: PhraseList) -> bool:
    for at in range(len(words)):
        if any(words[at : at + len(way)] == way for way in ways):
            before = words[max(0, at - 3) : at]
            if not phrases.telling.intersection(before):
                return True
    return False


def _foreign(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    other = sum(1 for c in letters if "LATIN" not in unicodedata.name(c, ""))
    return other > len(letters) * FOREIGN


def _found(
    said: list[Sentence], phrases: PhraseList, rules: tuple[Rule, ...], guarded: bool = True
) -> list[tuple[str, bool]]:
    there = frozenset(word for one in said for word in one.words)
    found = [
        (rule.kind, rule.urgent) for rule in rules if any(_sentences_of(rule, said, there, phrases, guarded))
    ]
    if not found:
        return []
    now = _is_now(said, there, phrases)
    return [(kind, urgent or now) for kind, urgent in found]


def _is_now(said: list[Sentence], there: frozenset[str], phrases: PhraseList) -> bool:
    return any(_anywhere(one, said, there, phrases) for one in phrases.urgent)


def _sentences_of(
    rule: Rule, said: list[Sentence], there: frozenset[str], phrases: PhraseList, guarded: bool = True
) -> Iterator[Sentence]:
    """The sentences that this rule flags, or would but for its guards."""
    may = [one for one in rule.say if _possible(one, there)]
    if not may or (rule.along and not any(_anywhere(one, said, there) for one in rule.along)):
        return
    guards = [one for one in rule.unless if guarded and _possible(one, there)]
    for sentence in said:
        if any(_says(rule, one, sentence, phrases) for one in may) and not any(
            _matches(one, sentence) for one in guards
        ):
            yield sentence


def _possible(pattern: Pattern, there: frozenset[str]) -> bool:
    return all(not need.isdisjoint(there) for need in pattern.needs)


def _says(rule: Rule, pattern: Pattern, sentence: Sentence, phrases: PhraseList) -> bool:
    words = sentence.words
    for start in _starts(pattern, words):
        end = end_of(pattern.steps, words, start, phrases.nots)
        if end >= 0 and not (rule.negated and _turned_round(sentence, start, end, rule.past, phrases)):
            return True
    return False


def _starts(pattern: Pattern, words: tuple[str, ...]) -> list[int]:
    """Places where the pattern may begin."""
    first = pattern.steps[0]
    if first.edge == "^":
        return [0]
    if not first.needed:
        return list(range(len(words)))
    return [n for n, word in enumerate(words) if word in first.tails]


def _matches(pattern: Pattern, sentence: Sentence, nots: frozenset[str] = frozenset()) -> bool:
    return any(end_of(pattern.steps, sentence.words, n, nots) >= 0 for n in _starts(pattern, sentence.words))


def _anywhere(
    pattern: Pattern, said: list[Sentence], there: frozenset[str], phrases: PhraseList | None = None
) -> bool:
    nots = phrases.nots if phrases else frozenset()
    return _possible(pattern, there) and any(_matches(pattern, one, nots) for one in said)


def _turned_round(sentence: Sentence, start: int, end: int, past: bool, phrases: PhraseList) -> bool:
    """True where a "not" stands before it with only light words between, and nothing after it says that it was so."""
    words = sentence.words
    for at in range(start - 1, max(-1, start - 1 - BACK), -1):
        if at + 1 in sentence.pauses:
            return False
        for tail in phrases.not_phrases.get(words[at], ()):
            if words[at + 1 : at + 1 + len(tail)] == tail and at + 1 + len(tail) <= start:
                return not (past and _still(words, end, phrases))
        if words[at] not in phrases.light:
            return False
    return False


def _still(words: tuple[str, ...], end: int, phrases: PhraseList) -> bool:
    return any(
        words[at + 1 : at + 1 + len(tail)] == tail
        for at in range(end, min(len(words), end + AHEAD))
        for tail in phrases.still.get(words[at], ())
    )
