"""A score: by figure, by the words beside it, by a face, or by how good or bad something sounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.chat.lexicon import LONGEST_PHRASE, Lexicon
from webapp.chat.naming import names
from webapp.chat.picking import read as read_choices
from webapp.chat.reading import Asked, Choice, Reading
from webapp.chat.tagging import STOPS, Item, tagged

CLARIFY = Reading("clarify")
_COUNTED = frozenset(
    ["minutes", "hour", "hours", "time", "times", "day", "days", "week", "weeks", "month", "months", "year", "years",
     "of", "people", "kids", "other", "others", "teachers", "brothers", "sisters", "boys", "girls", "dogs", "cats",
     "friends", "mates", "lessons", "things"]
)  # fmt: skip
"""Behind a number: it counts these, and is no score."""
_COMPARED = frozenset(["less", "than", "below", "under", "over", "above", "minus", "half", "between", "or"])
_STRONG = frozenset(
    ["very", "really", "so", "super", "extremely", "totally", "completely", "absolutely", "dead", "well"]
)
_MILD = frozenset(["quite", "pretty", "fairly", "mostly", "rather", "generally", "usually"])
_SMALL = frozenset(["bit", "little", "slightly", "kinda", "somewhat"])
_WEAK = frozenset(["that", "too", "quite", "overly", "particularly", "exactly", "massively"])
_AGAINST = frozenset(["not", "dont", "isnt", "aint", "never", "no", "cant", "wasnt", "didnt", "doesnt"])
_WEIGHTS = _STRONG | _MILD | _SMALL | _AGAINST
_TURN = frozenset(["but", "though", "although", "however", "except", "if", "unless", "when"])


def scale(asked: Asked, words: Sequence[str], lexicon: Lexicon) -> Reading:
    """The score that was meant; two that differ, one under a "not", or one that there isn't, is asked about."""
    count = len(asked.choices) or 5
    words = _last_said(words, asked, lexicon)
    found = _figures(words, count, lexicon)
    if found is not None:
        if _falls(asked, lexicon) and _is_of_many(words):
            return CLARIFY
        return Reading("answer", score=found) if found else CLARIFY
    if (shown := _shown(asked, words, lexicon)) is not None:
        return shown
    said = _without_reason(words, lexicon)
    plain = tuple(word for word in said if word[0].isalnum() and word not in lexicon.courtesies - _STRONG)
    levels = _levels(said, lexicon)
    level = float(lexicon.feelings[plain]) if plain in lexicon.feelings else _agreed(levels)
    if level is None and min(one or 0 for one in levels) < 0 < max(one or 0 for one in levels):
        # "Happy with gran, unhappy with mum."
        return CLARIFY
    if level is None:
        return _place(asked, words, lexicon)
    score = _at_level(asked, level, count, lexicon)
    return Reading("answer", score=score) if score else CLARIFY


def _last_said(words: Sequence[str], asked: Asked, lexicon: Lexicon) -> list[str]:
    """What stands behind the last "no wait"."""
    rows: list[list[str]] = [[]]
    for item in tagged(words, names(asked.choices, lexicon), lexicon):
        if item.tag in ("fix", "fix_weak"):
            rows.append([])
        else:
            rows[-1] += item.words
    said = [row for row in rows if any(word[0].isalnum() or word in lexicon.faces for word in row)]
    return said[-1] if said else list(words)


def _without_reason(words: Sequence[str], lexicon: Lexicon) -> list[str]:
    items = tagged(words, names((), lexicon), lexicon)
    kept: list[str] = []
    for item in items:
        if item.tag == "because":
            break
        kept += item.words
    return kept


def _number(word: str, lexicon: Lexicon) -> int | None:
    if word.isdigit():
        return int(word[:4])
    return lexicon.numbers.get(word)


def _figures(words: Sequence[str], count: int, lexicon: Lexicon) -> int | None:
    """The figure that was given; 0 where it can't be one score, None where there is none."""
    found: list[int] = []
    refused = False
    at = 0
    while at < len(words):
        number = _number(words[at], lexicon)
        before, after = words[at - 1] if at else "", words[at + 1] if at + 1 < len(words) else ""
        top = _top(words, at + 1, lexicon) if number is not None else None
        if number is not None and top is not None:
            found.append(_out_of(number, top[0], count))
            at += top[1]
        elif number is not None and not _counts_something(words[at], before, after, number > count):
            if before == "no":
                return 0
            if before in _AGAINST:
                refused = True
            else:
                found.append(number)
        at += 1
    if not found:
        return 0 if refused else None
    end = next((i for i, word in enumerate(words) if word == "because"), len(words))
    sure = len(set(found)) == 1 and not _COMPARED & set(words[:end])
    return found[0] if sure and 1 <= found[0] <= count else 0


def _counts_something(word: str, before: str, after: str, large: bool) -> bool:
    """ "5 minutes", "100 %", and the "one" of "the last one"."""
    if word == "one" and before not in ("", "a", "number", "is", "say", "about"):
        return True
    return after in _COUNTED or (after in ("%", "percent") and large)


def _top(words: Sequence[str], at: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """ "/5", "out of 5", "of 5" behind a number, as (5, words)."""
    row = list(words[at : at + 3])
    for lead in (["out", "of"], ["/"], ["of"], ["out"]):
        if row[: len(lead)] == lead and len(row) > len(lead):
            top = _number(row[len(lead)], lexicon)
            if top is not None:
                return top, len(lead) + 1
    return None


def _out_of(given: int, top: int, count: int) -> int:
    """10/10 is the best of any scale; 7/10 of five is nothing sure."""
    if top == count:
        return given
    return count if given == top and top in (10, 100) else 0


def _is_of_many(words: Sequence[str]) -> bool:
    return any(word in ("10", "100", "ten") for word in words)


def _shown(asked: Asked, words: Sequence[str], lexicon: Lexicon) -> Reading | None:
    """The words of one choice, whole."""
    known = names(asked.choices, lexicon)
    plain = tuple(word for word in words if word[0].isalnum() and word not in lexicon.courtesies - {"so"})
    found = known.phrases.get(plain)
    return Reading("answer", score=next(iter(found))) if found and len(found) == 1 else None


def _place(asked: Asked, words: Sequence[str], lexicon: Lexicon) -> Reading:
    """ "The middle one", a word of one choice only; or don't mind and don't know."""
    known = names(asked.choices or tuple(Choice(str(number)) for number in range(1, 6)), lexicon)
    said = tagged(words, known, lexicon)
    items: list[Item] = [item for item in said if item.named]
    against = any(word in _AGAINST or word == "or" for item in said if not item.named for word in item.words)
    if items and not against and len({item.named.choices for item in items if item.named}) == 1:
        named = items[0].named
        number = next(iter(named.choices)) if named and len(named.choices) == 1 else -1
        return Reading("answer", score=number) if number > 0 else CLARIFY
    if items:
        return CLARIFY
    found = read_choices(Asked("pick_one", ""), words, lexicon)
    return found if found.action in ("no_preference", "none_suit") else CLARIFY


@dataclass
class _Sounds:
    """What a stretch of words has said so far."""

    strong: bool = False
    mild: bool = False
    small: bool = False
    weak: bool = False
    against: bool = False
    at_all: bool = False

    def level(self, core: float | None) -> float | None:
        """From -2 (worst) to 2; "not very" alone is -1, halves lie between two levels."""
        if core is None:
            return self._alone()
        sign = 1 if core > 0 else -1
        if not core:
            return None if self.against else 0.0
        if self.against:
            if sign < 0:
                return 0.5
            if self.at_all:
                return -2.0
            return -1.0 if self.strong or self.weak or self.mild else -1.5
        if self.strong:
            return 2.0 * sign
        if self.small:
            return 0.5 if sign > 0 else -1.0
        return float(sign) if self.mild else core

    def _alone(self) -> float | None:
        if self.against:
            return -2.0 if self.at_all else -1.0 if self.strong or self.weak else None
        return 2.0 if self.strong else None


def _levels(words: Sequence[str], lexicon: Lexicon) -> list[float | None]:
    """How each stretch of the words sounds, from -2 to 2; None for one under a "not" that can't be weighed."""
    found: list[float | None] = []
    sounds, seen = _Sounds(), False
    row = list(words)
    at = 0
    while at < len(row):
        word = row[at]
        core, length = _core(row, at, sounds, lexicon)
        if core is not None:
            sounds.at_all |= row[at + length : at + length + 2] == ["at", "all"]
            as_listed = length > 1 and not (sounds.against or sounds.strong)
            found.append(core if as_listed else sounds.level(core))
            sounds, seen = _Sounds(), True
        elif word in lexicon.faces:
            found.append(float(lexicon.faces[word]))
        elif word in _TURN or word in STOPS or word in (",", "and"):
            if sounds.against and (word in _TURN or not seen):
                found.append(None if seen else sounds.level(None))
            sounds, seen = _Sounds(), False
        else:
            _weigh(row, at, sounds)
        at += length
    if sounds.against or not found:
        found.append(sounds.level(None))
    return found


def _core(row: Sequence[str], at: int, sounds: _Sounds, lexicon: Lexicon) -> tuple[float | None, int]:
    """How good or bad the phrase that starts here is, and its length: "sad", "in between", "unhappy"."""
    for length in range(min(LONGEST_PHRASE, len(row) - at), 0, -1):
        level = lexicon.feelings.get(tuple(row[at : at + length]))
        if level is not None and ((length > 1 and not sounds.against) or row[at] not in _WEIGHTS):
            return float(level), length
    word = row[at]
    return (-1.5, 1) if word.startswith("un") and (word[2:],) in lexicon.feelings else (None, 1)


def _weigh(row: Sequence[str], at: int, sounds: _Sounds) -> None:
    word = row[at]
    sounds.weak |= sounds.against and word in _WEAK
    sounds.strong |= word in _STRONG
    sounds.mild |= word in _MILD
    sounds.small |= word in _SMALL
    sounds.against |= word in _AGAINST
    sounds.at_all |= row[at : at + 2] == ["at", "all"]


def _agreed(levels: Sequence[float | None]) -> float | None:
    """One level where everything that was said is on one side: the strongest of it."""
    said = [level for level in levels if level is not None]
    if not said or len(said) != len(levels):
        return None
    sides = {(level > 0) - (level < 0) for level in said}
    return max(said, key=abs) if len(sides) == 1 else None


def _of_choice(choice: Choice, lexicon: Lexicon) -> float | None:
    return _agreed(_levels(lexicon.written(choice.text), lexicon))


def _falls(asked: Asked, lexicon: Lexicon) -> bool:
    """Whether the first choice is the best one."""
    said = [one for choice in asked.choices if (one := _of_choice(choice, lexicon)) is not None]
    return bool(said) and said[0] > said[-1]


def _at_level(asked: Asked, level: float, count: int, lexicon: Lexicon) -> int | None:
    """The one choice that sounds like this; by its place where the choices have no such words."""
    levels = [_of_choice(choice, lexicon) for choice in asked.choices]
    near = [
        (abs(one - level), number)
        for number, one in enumerate(levels, 1)
        if one is not None and abs(one - level) <= 0.5
    ]
    if near:
        best = min(near)[0]
        fitting = [number for gap, number in near if gap == best]
        return fitting[0] if len(fitting) == 1 else None
    if level % 1:
        return None
    place = -int(level) if _falls(asked, lexicon) else int(level)
    if count == 5:
        return place + 3
    if count == 3:
        return (place > 0) - (place < 0) + 2
    return {2: count, -2: 1}.get(place)
