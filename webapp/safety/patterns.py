"""Patterns over words, as the lists write them, made ready to be matched.

    word|other_word     one of these; `_` stands for a blank inside a phrase, `+` for every form of a verb (hit+)
    {class}  {a|b}      any phrase of a class, or of several
    x?                  may be left out
    ..  ...  ....       up to three, six, twelve words between, none of them a "not"
    !x                  what comes next is not this
    *                   any one word but a "not"
    ^  $                the sentence begins, ends here

Matching looks at each place once for each pattern whose words are all in the text, and no gap is open-ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

Tails = Mapping[str, tuple[tuple[str, ...], ...]]
"""Phrases by their first word: what comes after it, the longest first."""
GAPS = {"..": 3, "...": 6, "....": 12}
VOWELS = "aeiou"


class PatternError(ValueError):
    """A list says something that can't be read."""


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of a pattern."""

    tails: Tails
    gap: int = 0
    optional: bool = False
    without: bool = False
    edge: str = ""
    any_word: bool = False
    or_end: bool = False
    """The sentence may also end here."""

    @property
    def needed(self) -> bool:
        """True where the pattern can't match without one of its words."""
        return bool(self.tails) and not (self.optional or self.without or self.or_end)


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern; `needs` are the first words of each piece that has to be there."""

    steps: tuple[Step, ...]
    needs: tuple[frozenset[str], ...]
    text: str


def forms(verb: str) -> list[str]:
    """A word with a plus behind it, in all its regular forms: kick+ is kick, kicks, kicked, kicking, kickin."""
    if not verb.endswith("+"):
        return [verb]
    base = verb[:-1]
    stem = base
    if base.endswith("e") and not base.endswith("ee"):
        stem = base[:-1]
    elif base.endswith("y") and base[-2] not in VOWELS:
        return [base, f"{base[:-1]}ies", f"{base[:-1]}ied", f"{base}ing", f"{base}in"]
    elif len(base) > 2 and base[-1] not in f"{VOWELS}wxy" and base[-2] in VOWELS and base[-3] not in VOWELS:
        stem = base + base[-1]
    es = f"{base}es" if base.endswith(("s", "x", "ch", "sh", "z", "o")) else f"{base}s"
    every = [base, es, f"{stem}ed", f"{stem}ing", f"{stem}in"]
    return every if stem in (base, base[:-1]) else [*every, f"{base}ed", f"{base}ing"]


def phrases(texts: Iterable[str]) -> list[tuple[str, ...]]:
    """Each phrase as words, verbs in all their forms."""
    return [
        way for text in texts for way in product(*(forms(word) for word in text.replace("_", " ").split()))
    ]


def tails(found: Iterable[tuple[str, ...]]) -> Tails:
    """The phrases by their first word."""
    by_first: dict[str, set[tuple[str, ...]]] = {}
    for phrase in found:
        by_first.setdefault(phrase[0], set()).add(phrase[1:])
    return {first: tuple(sorted(rest, key=lambda t: (-len(t), t))) for first, rest in by_first.items()}


def compile_pattern(text: str, classes: Mapping[str, list[tuple[str, ...]]]) -> Pattern:
    """A pattern from a line of a list. Raises PatternError, with the line, where it can't be read."""
    steps = tuple(_step(piece, classes, text) for piece in text.split())
    needs = tuple(sorted((frozenset(step.tails) for step in steps if step.needed), key=len))
    if not needs:
        raise PatternError(f"{text}: nothing in it has to be there")
    return Pattern(steps, needs, text)


def _step(piece: str, classes: Mapping[str, list[tuple[str, ...]]], text: str) -> Step:
    if piece in GAPS:
        return Step({}, gap=GAPS[piece])
    if piece in ("^", "$"):
        return Step({}, edge=piece)
    if piece == "*":
        return Step({}, any_word=True)
    without, optional = piece.startswith("!"), piece.endswith("?")
    core = piece.removeprefix("!").removesuffix("?")
    names = [name for name in core.strip("{}").split("|") if name not in ("", "$")]
    if core.startswith("{") and len(names) == 1 and names[0] not in classes:
        raise PatternError(f"{text}: there is no class {names[0]}")
    found: list[tuple[str, ...]] = []
    for name in names:
        if core.startswith("{") and name in classes:
            found += classes[name]
        else:
            found += phrases([name])
    if not found or "{" in core.strip("{}") or any("{" in word for way in found for word in way):
        raise PatternError(f"{text}: {piece} can't be read")
    return Step(tails(found), optional=optional, without=without, or_end="$" in core.strip("{}").split("|"))


def vocabulary(pattern: Pattern) -> set[str]:
    """Every word that a pattern knows."""
    return {
        word
        for step in pattern.steps
        for first, rest in step.tails.items()
        for tail in rest
        for word in (first, *tail)
    }


def end_of(steps: tuple[Step, ...], words: tuple[str, ...], at: int, nots: frozenset[str], k: int = 0) -> int:
    """Where the pattern ends when it begins at this place; -1 where it doesn't match there."""
    if k == len(steps):
        return at
    step = steps[k]
    if step.gap:
        return _over_a_gap(steps, words, at, nots, k)
    if step.edge:
        fits = at == 0 if step.edge == "^" else at == len(words)
        return end_of(steps, words, at, nots, k + 1) if fits else -1
    if step.or_end and at == len(words):
        return end_of(steps, words, at, nots, k + 1)
    for after in _after(step, words, at, nots):
        if step.without:
            return -1
        end = end_of(steps, words, after, nots, k + 1)
        if end >= 0:
            return end
    return end_of(steps, words, at, nots, k + 1) if step.optional or step.without else -1


def _over_a_gap(
    steps: tuple[Step, ...], words: tuple[str, ...], at: int, nots: frozenset[str], k: int
) -> int:
    for n in range(steps[k].gap + 1):
        if n and (at + n > len(words) or words[at + n - 1] in nots):
            break
        end = end_of(steps, words, at + n, nots, k + 1)
        if end >= 0:
            return end
    return -1


def _after(step: Step, words: tuple[str, ...], at: int, nots: frozenset[str]) -> list[int]:
    if at >= len(words):
        return []
    if step.any_word:
        return [at + 1] if words[at] not in nots else []
    found = step.tails.get(words[at], ())
    return [at + 1 + len(tail) for tail in found if words[at + 1 : at + 1 + len(tail)] == tail]
