"""Typed words made comparable: case, apostrophes, invisible letters, lookalikes, text-speak, digits for letters,
letters typed apart, letters typed too often, and spelling.

What comes out is only compared with the lists; nobody is shown it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһкмтвнгпαεορτυνικıɑɡℓ|",
    "aeopcyxijsdhkmtbhrnaeoptuvikiagll",
)
LEET = str.maketrans("013457@$!|+", "oieastasilt")
LEET_L = str.maketrans("013457@$!|+", "oleastasllt")
APOSTROPHES = re.compile("(?<=\\w)['’‘`´ʼ′](?=\\w)")
WITH_APOSTROPHE = re.compile("(?<!\\w)\\w+(?:['’‘`´ʼ′]\\w+)+")
APART = re.compile(r"(?<!\w)(?:[^\W\d_][.\-_*~]){2,}[^\W\d_](?!\w)")
SPLIT = re.compile(r"(?:(?<!\d)[.](?!\d)|[.](?=\s|$)|!(?!\w)|[?;\n\r\u061f\u06d4])+")
TOKEN = re.compile(r"[^\W_][\w@$*|]*(?:[!][\w@$*]+)*|[@$*][\w@$*]+|[,:()\-–—/]")
REPEATS = re.compile(r"(.)\1{2,}")
PAIRS = re.compile(r"(.)\1+")
PAUSES = frozenset(",:()-–—/")
LONGEST_WORD = 60
"""Characters of one word that are read: nothing meant is longer, and a wall of one letter costs no time."""
LEAST_CORE = 8
"""Letters of a core word, or one less."""
CORE_WRONG = 2
"""Letters that may be wrong in it."""
LEAST_MISSPELT = 6
"""Letters: shorter words are too often another word (beats, bears)."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words in order, and the places before which somebody paused (a comma, a dash)."""

    words: tuple[str, ...]
    pauses: frozenset[int]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the normaliser knows of a language, taken from its list."""

    known: frozenset[str]
    """Every word of the list, and those that only look like one of its words."""
    short: Mapping[str, tuple[str, ...]]
    """Text-speak, dialect and usual misspellings, with what they stand for."""
    emoji: Mapping[str, str]
    misspelt: Mapping[str, str]
    """Each word whose misspellings are looked for, by what is left when one letter is taken out."""
    core: tuple[str, ...]
    """Long words that must not be missed: two letters of them may be wrong."""
    starred: tuple[str, ...]
    """Words that people write with stars in them."""

    @property
    def signs(self) -> re.Pattern[str]:
        """Any emoji of the list."""
        return re.compile("|".join(sorted(map(re.escape, self.emoji), key=len, reverse=True)) or r"(?!)")


def gaps(words: Iterable[str]) -> dict[str, str]:
    """Each word by itself and by every form of it with one letter taken out."""
    found: dict[str, str] = {}
    for word in words:
        for form in (word, *_shorter(word)):
            found.setdefault(form, word)
    return found


def _shorter(word: str) -> list[str]:
    return [word[:n] + word[n + 1 :] for n in range(1, len(word))]


def plain(text: str) -> str:
    """The text in small Latin letters without marks, invisible characters and lookalikes."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    kept = (c for c in folded if unicodedata.category(c) not in ("Mn", "Cf", "Cs", "Co"))
    return "".join(kept).translate(LOOKALIKES)


def sentences(text: str, lexicon: Lexicon) -> list[Sentence]:
    """The text as sentences of comparable words. Linear in its length; never raises on any text."""
    line = plain(text)
    line = lexicon.signs.sub(lambda m: f" {lexicon.emoji[m.group()]} ", line)
    line = WITH_APOSTROPHE.sub(lambda m: _unapostrophed(m.group(), lexicon), line)
    line = APART.sub(lambda m: re.sub(r"[^\w]|_", "", m.group()), line)
    line = re.sub(r"\.{2,}|…", " ", line)
    found = [_sentence(part, lexicon) for part in SPLIT.split(line)]
    return [one for one in found if one.words]


def _unapostrophed(word: str, lexicon: Lexicon) -> str:
    """The word without its apostrophes; what it stands for where it would be another word (od'd is not odd)."""
    meant = lexicon.short.get(APOSTROPHES.sub("'", word))
    return " ".join(meant) if meant else APOSTROPHES.sub("", word)


def _sentence(part: str, lexicon: Lexicon) -> Sentence:
    words: list[str] = []
    pauses: set[int] = set()
    for token in _joined(TOKEN.findall(part), lexicon):
        if token in PAUSES:
            pauses.add(len(words))
            continue
        for word in canonical(token[:LONGEST_WORD], lexicon):
            if len(words) < 3 or words[-3:] != [word] * 3:  # "no no no no no": three say it all
                words.append(word)
    return Sentence(tuple(words), frozenset(pauses))


def _joined(tokens: list[str], lexicon: Lexicon) -> list[str]:
    """Letters that were typed apart, put together: "k i l l" is one word."""
    found: list[str] = []
    run: list[str] = []
    for token in [*tokens, ""]:
        if len(token) == 1 and token.isalpha():
            run.append(token)
            continue
        if len(run) >= 3 and len(set(run)) > 1:
            found.append("".join(run))
        else:
            found += run
        run = []
        if token:
            found.append(token)
    return found


def canonical(token: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The words that a typed word stands for; itself where nothing is known about it."""
    for form in _forms(token):
        if form in lexicon.short:
            return lexicon.short[form]
        if form in lexicon.known:
            return (form,)
    bare = REPEATS.sub(r"\1\1", token)
    if "*" in bare:
        return (_unstarred(bare, lexicon),)
    if not bare.isalpha():
        return tuple(part for part in re.split(r"[!|@$]", bare) if part) or (bare,)
    spelt = _spelt(bare, lexicon)
    if spelt:
        return (spelt,)
    return _parted(bare, lexicon) or (bare,)


def _forms(token: str) -> list[str]:
    """The token as typed, without letters typed too often, and with digits read as letters."""
    found = [token, REPEATS.sub(r"\1\1", token), REPEATS.sub(r"\1", token)]
    if PAIRS.search(token) and REPEATS.search(token):
        found.append(PAIRS.sub(r"\1", token))
    if not token.isalpha() and any(c.isalpha() for c in token):
        for table in (LEET, LEET_L):
            letters = token.translate(table)
            found += [letters, REPEATS.sub(r"\1", letters)]
    return found


def _unstarred(token: str, lexicon: Lexicon) -> str:
    letters = "".join("[a-z]{1,6}" if c == "*" else re.escape(c) for c in re.sub(r"\*+", "*", token))
    whole = re.compile(letters)
    return next((word for word in lexicon.starred if whole.fullmatch(word)), token)


def _spelt(word: str, lexicon: Lexicon) -> str:
    """The listed word that this is a misspelling of: one letter more, less, other, or two changed round."""
    if not LEAST_MISSPELT - 1 <= len(word) <= 16:
        return ""
    for form in (word, *_shorter(word)):
        found = lexicon.misspelt.get(form)
        if found and found[0] == word[0] and abs(len(found) - len(word)) <= 1:
            return found
    if len(word) < LEAST_CORE - 1:
        return ""
    near = process.extractOne(word, lexicon.core, scorer=OSA.distance, score_cutoff=CORE_WRONG)
    return near[0] if near and near[0][0] == word[0] and len(near[0]) >= LEAST_CORE - 1 else ""


def _parted(word: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Words typed without a space between them ("killmyself"), where every part is known."""
    if not 5 <= len(word) <= 30:
        return ()
    best: list[tuple[str, ...] | None] = [(), *[None] * len(word)]
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 12), end):
            before, part = best[start], word[start:end]
            whole = part in lexicon.known and (
                len(part) > 2 or part in ("i", "me", "my", "to", "he", "im", "on", "up")
            )
            if before is not None and whole and (best[end] is None or len(best[end] or ()) > len(before) + 1):
                best[end] = (*before, part)
    found = best[len(word)] or ()
    return found if 2 <= len(found) <= 6 else ()
