"""What the words of a text weigh together: a second opinion beside the rules, since no list has every way of saying it.

Each word, each pair of neighbours and each pair of their classes (WHO HITS ME) has points, for a worry or against it.
The points are learned from the tables of texts in tests/safety/texts (`flask safety weigh`) and stand in
points/en.yaml, where anybody can read which word counts for how much. A language without such a file is not weighed.
"""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from webapp.safety.normalising import Sentence

FOLDER = Path(__file__).parent / "points"
WINDOW = 18
"""Words weighed at once: one sentence of a disclosure isn't drowned by a page of ordinary talk."""
ROUNDS = 60
RATE = 0.15
HOLD = 2.5
"""How hard learning pulls points back to nought: a word seen once weighs little."""
LEAST = 0.08
"""Points nearer to nought than this are left out of the file."""


@dataclass(frozen=True, slots=True)
class Points:
    """Points by feature, and where counting starts. Nought is even odds."""

    start: float
    by_feature: Mapping[str, float]

    def of(self, features: Iterable[str]) -> float:
        """The points of these features together."""
        get = self.by_feature.get
        return self.start + sum(get(one, 0.0) for one in features)


@dataclass(frozen=True, slots=True)
class Scales:
    """One language's points: `worry` (is it one?), `now` (if so, can't it wait?), `adult` (do adults write so?)."""

    worry: Points
    now: Points
    adult: Points


@cache
def scales(language: str) -> Scales | None:
    """The points of a language; None where it has none."""
    path = FOLDER / f"{language}.yaml"
    if not path.exists():
        return None
    raw = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    return Scales(*(_points(raw[name]) for name in ("worry", "now", "adult")))


def _points(raw: Mapping[str, object]) -> Points:
    found: dict[str, float] = {}
    for value, features in raw.items():
        if value != "start" and isinstance(features, str):
            found.update((one, float(value)) for one in features.split(", "))
    return Points(float(str(raw["start"])), found)


def features(words: Sequence[str], shapes: Mapping[str, str]) -> set[str]:
    """Words, pairs, classes (in capitals) and pairs with a class in them; ^ and $ are the ends."""
    row = ["^", *words, "$"]
    classed = [shapes.get(word, word) for word in row]
    found = set(words)
    found.update(f"{a} {b}" for a, b in itertools.pairwise(row))
    found.update(word for word in classed if word.isupper())
    found.update(f"{a} {b}" for a, b in itertools.pairwise(classed) if a.isupper() or b.isupper())
    return found


def windows(said: Iterable[Sentence]) -> list[tuple[str, ...]]:
    """The sentences, long ones as pieces that overlap by half."""
    found: list[tuple[str, ...]] = []
    for one in said:
        last = max(1, len(one.words) - WINDOW // 2)
        found += [one.words[at : at + WINDOW] for at in range(0, last, WINDOW // 2)]
    return found


def learn(rows: Sequence[tuple[set[str], bool]]) -> Points:
    """Points under which the rows come out right: logistic regression by AdaGrad, the same for the same rows."""
    order = random.Random(7)
    shuffled = [(sorted(found), wanted) for found, wanted in rows]
    seen = Counter(one for found, _ in shuffled for one in found)
    points = dict.fromkeys(seen, 0.0)
    sums = dict.fromkeys(seen, 1.0)
    start, start_sum = 0.0, 1.0
    for _ in range(ROUNDS):
        order.shuffle(shuffled)
        for found, wanted in shuffled:
            total = start + sum(points[one] for one in found)
            wrong = wanted - 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
            start_sum += wrong * wrong
            start += RATE * wrong / math.sqrt(start_sum)
            for one in found:
                step = wrong - HOLD * points[one] / seen[one]
                sums[one] += step * step
                points[one] += RATE * step / math.sqrt(sums[one])
    return Points(start, {one: value for one, value in points.items() if abs(value) >= LEAST})


def written(points: Points) -> dict[str, object]:
    """Points as the file holds them: features by their points to one place, the heaviest first."""
    by_value: dict[str, list[str]] = {}
    for one, value in sorted(points.by_feature.items()):
        by_value.setdefault(f"{value:.1f}", []).append(one)
    ranked = sorted(by_value.items(), key=lambda item: -float(item[0]))
    return {"start": round(points.start, 2)} | {value: ", ".join(names) for value, names in ranked}
