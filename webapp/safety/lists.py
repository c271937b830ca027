"""The reviewed lists of phrases, one file for each language, read and checked once.

A list is data (words/en.yaml): classes of phrases, rules that put them in order, what makes a rule not count, and what
makes it urgent. The top of words/en.yaml says how to add to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from webapp.safety.normalising import Lexicon, gaps
from webapp.safety.patterns import Pattern, PatternError, Tails, compile_pattern, phrases, tails, vocabulary

FOLDER = Path(__file__).parent / "words"
KINDS = (
    "suicide", "sexual", "physical", "exploitation", "self_harm", "danger_to_others", "domestic", "missing", "neglect",
    "forced", "secret", "emotional", "afraid", "bullying", "substance", "hint",
)  # fmt: skip
"""What a worry can be about, the gravest first: where several are found, the first is named."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Any of `say` flags, unless something of `unless` stands in the same sentence."""

    kind: str
    urgent: bool
    say: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]
    along: tuple[Pattern, ...]
    """Where given, one of these must stand somewhere in the text."""
    negated: bool
    """False where a "not" before it changes nothing."""
    past: bool
    """True where "not any more" still says that it was so."""


@dataclass(frozen=True, slots=True)
class PhraseList:
    """One language's list."""

    language: str
    lexicon: Lexicon
    nots: frozenset[str]
    """Words that turn what follows round."""
    not_phrases: Tails
    """The same, of several words, and what makes it only a question (if anyone)."""
    light: frozenset[str]
    """Words that may stand between a "not" and what it turns round."""
    still: Tails
    """Said afterwards, these mean that it was so, or is so at other times: any more, hard, every day."""
    urgent: tuple[Pattern, ...]
    rules: tuple[Rule, ...]
    sure: tuple[Rule, ...]
    """Rules that flag whatever the words weigh."""
    calm: tuple[Pattern, ...]
    """A sentence with one of these is only read for what is sure: accidents told with care, hyperbole, tiffs."""
    uneasy: tuple[Pattern, ...]
    """With one of these it isn't calm after all."""
    roles: Mapping[str, tuple[tuple[str, ...], ...]]
    """What people call those who work with a child."""
    telling: frozenset[str]
    """Words before a name that only say whom somebody told, or wants to talk to."""
    shapes: Mapping[str, str]
    """What stands for a word where words are weighed: WHO for dad, HIT for slaps."""


@cache
def phrase_list(language: str) -> PhraseList:
    """The list of a language. Raises PatternError where something in it can't be read."""
    path = FOLDER / f"{language}.yaml"
    raw = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
    classes = _classes(raw["classes"])
    guards: dict[str, tuple[Pattern, ...]] = {}
    for name, lines in raw["guards"].items():
        guards[name] = _patterns(lines, classes, guards)
    rules = tuple(_rule(one, classes, guards) for one in raw["rules"])
    sure = tuple(_rule(one, classes, guards) for one in raw.get("sure", ()))
    calm, uneasy = (_patterns(raw.get(name, ""), classes, guards) for name in ("calm", "uneasy"))
    urgent = _patterns(raw["urgent"], classes, {})
    nots = phrases(_listed(raw["nots"]))
    return PhraseList(
        language=language, lexicon=_lexicon(raw, (*rules, *sure), (*urgent, *calm, *uneasy)),
        rules=rules, sure=sure, calm=calm, uneasy=uneasy, urgent=urgent,
        nots=frozenset(words[0] for words in nots if len(words) == 1), not_phrases=tails(nots),
        light=frozenset(_listed(raw["light"])), still=tails(phrases(_listed(raw["still"]))),
        roles={role: tuple(phrases(_listed(text))) for role, text in raw["roles"].items()},
        telling=frozenset(_listed(raw["telling"])), shapes=_shapes(raw.get("shapes", {}), classes),
    )  # fmt: skip


@cache
def languages() -> tuple[str, ...]:
    """Languages that have a list."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def _listed(text: str) -> list[str]:
    """What stands between commas."""
    return [part.strip() for part in text.replace("\n", ",").split(",") if part.strip()]


def _classes(raw: Mapping[str, str]) -> dict[str, list[tuple[str, ...]]]:
    """Each class; a line that is the name of an earlier one in braces brings in all of it."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for name, text in raw.items():
        found[name] = []
        for line in _listed(text):
            if line.startswith("{"):
                found[name] += found[line.strip("{}")]
            else:
                found[name] += phrases([line])
    return found


def _shapes(raw: Mapping[str, str], classes: Mapping[str, list[tuple[str, ...]]]) -> dict[str, str]:
    """Each word by itself in these classes, with the sign for it; the first that has it counts."""
    found: dict[str, str] = {}
    for sign, names in raw.items():
        for name in _listed(names):
            for phrase in classes.get(name, [(name,)]):
                if len(phrase) == 1:
                    found.setdefault(phrase[0], sign)
    return found


def _patterns(
    text: str, classes: Mapping[str, list[tuple[str, ...]]], guards: Mapping[str, tuple[Pattern, ...]]
) -> tuple[Pattern, ...]:
    """A pattern a line; `@name` brings in the guards of that name."""
    found: list[Pattern] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("@"):
            found += guards[line[1:]]
        else:
            found.append(compile_pattern(line, classes))
    return tuple(found)


def _rule(
    raw: Mapping[str, Any],
    classes: Mapping[str, list[tuple[str, ...]]],
    guards: Mapping[str, tuple[Pattern, ...]],
) -> Rule:
    if raw["kind"] not in KINDS:
        raise PatternError(f"{raw['kind']}: not a kind")
    unknown = set(raw) - {"kind", "urgent", "say", "unless", "with", "negated", "past"}
    if unknown:
        raise PatternError(f"{raw['kind']}: {sorted(unknown)} is not read")
    return Rule(
        kind=raw["kind"],
        urgent=raw.get("urgent") == "yes",
        say=_patterns(raw["say"], classes, guards),
        unless=_patterns(raw.get("unless", ""), classes, guards),
        along=_patterns(raw.get("with", ""), classes, guards),
        negated=raw.get("negated", "yes") == "yes",
        past=raw.get("past", "yes") == "yes",
    )


def _lexicon(raw: Mapping[str, Any], rules: tuple[Rule, ...], others: tuple[Pattern, ...]) -> Lexicon:
    patterns = [one for rule in rules for one in (*rule.say, *rule.unless, *rule.along)]
    known = {word for one in (*patterns, *others) for word in vocabulary(one)}
    listed = [part for name in ("nots", "light", "still", "ordinary") for part in _listed(raw[name])]
    known |= {word for words in phrases(listed) for word in words}
    short = {word: tuple(meant.split()) for word, meant in raw["short"].items()}
    known |= {word for meant in short.values() for word in meant}
    return Lexicon(
        known=frozenset(known - set(short)), short=short, emoji=raw["emoji"],
        misspelt=gaps(_listed(raw["misspelt"])),
        core=tuple(_listed(raw.get("core", ""))), starred=tuple(_listed(raw["starred"])),
    )  # fmt: skip
