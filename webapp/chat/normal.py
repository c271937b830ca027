"""What was typed, brought to one plain spelling and cut into words; nothing here knows what a word means."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 2_000
"""Characters that are looked at. What a reply means stands near its start; all of it is kept as it was typed."""
MOST_WORDS = 160

_KEYCAP = re.compile("([0-9])\ufe0f?\u20e3")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[^\w\s]|\n")
_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
"""Between letters: "step-dad" is "step dad", which the lists know."""
_RUNS = re.compile(r"\d+|[^\W\d]+")
_ENDINGS = frozenset(["st", "nd", "rd", "th"])


def _to(given: str, plain: str) -> dict[int, str]:
    return dict(zip(map(ord, given), plain, strict=True))


_SIGNS = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u00b4`\u02b9"), "'"),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-"),
    **_to("؟،؛۔。、", "?,;..,"),
}
_LETTERS = {
    # Letters of other alphabets that look like ours: who wants to get past a filter types them.
    **_to("аеорсухіѕјԁԛԝһкмтвнпг", "aeopcyxisjdqwhkmtbhnr"),
    **_to("αορτικνυε", "aoptikvue"),
    **_to("օսոꜱᴛᴏᴘʜᴇʟɪᴜɴᴅ", "ounstopheliund"),
    # One Arabic letter, typed in several ways on Arabic and Urdu keyboards.
    **_to("ىیکہھۃة", "ييكههوه".replace("و", "ه")),
    **{start + i: chr(ord("a") + i) for start in (0x1F150, 0x1F170) for i in range(26)},
}
_UNSEEN = dict.fromkeys(map(ord, "\u034f\u115f\u1160\u3164\uffa0\u2800\u20e3ـ♀♂"))


def plain(text: str) -> str:
    """One spelling for what looks the same: small letters, plain signs and digits, no accents, nothing unseen."""
    if text.isascii():
        return text[:LONGEST].replace("`", "'").casefold()
    spread = unicodedata.normalize("NFKD", _KEYCAP.sub(r" \1 ", text[:LONGEST]).replace("🔟", " 10 "))
    small = spread[:LONGEST].translate(_SIGNS).translate(_UNSEEN).casefold().translate(_LETTERS)
    return "".join(_character(one) for one in small)


def _character(one: str) -> str:
    if one.isascii():
        return one
    kind = unicodedata.category(one)
    if kind in ("Mn", "Cf", "Me") or 0x1F3FB <= ord(one) <= 0x1F3FF:
        return ""
    return str(unicodedata.digit(one)) if kind == "Nd" else one


def words(text: str) -> list[str]:
    """The words, figures, signs and emoji of a text, in order: "2nd", "4", "pm", "dont", ",", "👍"."""
    found: list[str] = []
    for word in _WORD.findall(_HYPHEN.sub(" ", plain(text))):
        if len(found) >= MOST_WORDS:
            break
        if bare := word.replace("'", ""):
            found.append(bare)
    return found


def split_figures(word: str) -> list[str]:
    """ "4pm" is 4 and pm, "1n2" is 1 and n and 2, "2nd" stays whole."""
    runs = _RUNS.findall(word)
    found: list[str] = []
    for run in runs:
        if run in _ENDINGS and found and found[-1].isdigit():
            found[-1] += run
        else:
            found.append(run)
    return found


def is_word(word: str) -> bool:
    """Letters or figures, not a sign."""
    return word[:1].isalnum()


def shorter(word: str) -> list[str]:
    """ "yesss" and "noooo" as they may be meant: long runs as one letter, as two, then every run as one."""
    one = re.sub(r"(.)\1{2,}", r"\1", word)
    two = re.sub(r"(.)\1{2,}", r"\1\1", word)
    return [one, two, re.sub(r"(.)\1+", r"\1", word)]
