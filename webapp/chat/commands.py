"""Replies that are no answer but something for us: stop, help, skip, a question of theirs, somebody else's phone.

Looked up as whole messages, courtesies apart: a word inside a sentence is the sentence's ("I want it to stop at five").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from webapp.chat.lexicon import LONGEST_PHRASE, Lexicon, Phrase
from webapp.chat.reading import About, Action, Kind, Reading

AT_ONCE = frozenset(["stop", "start", "help", "wrong_number", "wrong_person"])
"""What is heard whatever was asked, before any choice is looked for."""
_LITTLE = 8
"""Words up to which a reply to a question for words may still be a command with something added."""
_QUESTION_WORDS = frozenset(
    ["who", "what", "when", "where", "why", "how", "is", "are", "will", "can", "do", "does", "am", "could", "should",
     "did", "would"]
)  # fmt: skip

_MEANT = frozenset(["can", "you", "now", "okay"])
"""Courtesies that are also part of a command: "can I do this later, please"."""
_ASKED_OF = frozenset(
    [
        "i",
        "ive",
        "im",
        "it",
        "he",
        "she",
        "they",
        "we",
        "you",
        "my",
        "the",
        "there",
        "this",
        "anyone",
        "everyone",
    ]
)


def at_once(words: Sequence[str], kind: Kind, lexicon: Lexicon) -> Reading | None:
    """Stop, help, wrong number, wrong person."""
    plain = _plain(words)
    found = _whole(plain, kind, lexicon)
    if found is not None and found.action in AT_ONCE:
        return found
    if found is not None:
        return None
    if kind == "free_text" and len(plain) > _LITTLE:
        return _introduced(words, lexicon)
    for start in _starts(plain, words, lexicon):
        if (action := _opening(start, lexicon.openings)) in AT_ONCE:
            return _reading(action)
    if (found := _somebody_else(plain, words, kind, lexicon)) is not None:
        return found
    return None if kind == "free_text" else _inside(plain, lexicon)


def _language(plain: Phrase, lexicon: Lexicon) -> str | None:
    """The language that is asked for by its name alone, or after words such as "can I have it in"."""
    named = (
        lexicon.languages.get(plain[at:])
        for at in range(len(plain))
        if not at or plain[:at] in lexicon.language_words
    )
    return next((code for code in named if code), None)


def other(words: Sequence[str], kind: Kind, lexicon: Lexicon) -> Reading | None:
    """Skip, back, pause, menu, change, a language, a question of theirs, and what needs no answer."""
    plain = _plain(words)
    found = _whole(plain, kind, lexicon)
    if found is not None:
        return found
    if code := _language(plain, lexicon) or _language(_bare(plain, lexicon), lexicon):
        return Reading("language", language=code)
    if plain in lexicon.change_language:
        return Reading("language")
    if kind == "free_text":
        return None
    if plain and not _bare(plain, lexicon):
        return Reading("ignore")
    if said := _opening(_bare_start(plain, lexicon), lexicon.openings):
        return _reading(said)
    return _question(plain, words, lexicon)


def _bare_start(plain: Phrase, lexicon: Lexicon) -> Phrase:
    while plain and plain[0] in lexicon.courtesies and plain[0] != "can":
        plain = plain[1:]
    return plain


def _plain(words: Sequence[str]) -> Phrase:
    """Without signs and emoji; "s t o p" as one word."""
    plain = tuple(word for word in words if word[0].isalnum())
    if len(plain) > 2 and all(len(word) == 1 and word.isalpha() for word in plain):
        return ("".join(plain),)
    return plain


def _bare(plain: Phrase, lexicon: Lexicon) -> Phrase:
    return tuple(word for word in plain if word not in lexicon.courtesies)


def _whole(plain: Phrase, kind: Kind, lexicon: Lexicon) -> Reading | None:
    polite = tuple(word for word in plain if word not in lexicon.courtesies or word in _MEANT)
    for phrase in dict.fromkeys([plain, polite, _bare(plain, lexicon), _doubled(plain)]):
        said = lexicon.commands.get(phrase)
        if said is None or (said.endswith(":soft") and kind in ("free_text", "date", "time", "date_choice")):
            continue
        return _reading(said)
    return None


def _doubled(plain: Phrase) -> Phrase:
    """ "stop stop stop" as stop."""
    return plain[:1] if plain and len(set(plain)) == 1 else plain


def _reading(said: str) -> Reading:
    name, _, about = said.partition(":")
    return Reading(cast(Action, name), about=cast(About, about if name in ("ask", "request") else ""))


def _starts(plain: Phrase, words: Sequence[str], lexicon: Lexicon) -> list[Phrase]:
    """The message from its first word that isn't a courtesy, and from after its first stop."""
    rows = [plain]
    for at, word in enumerate(words[:12]):
        if word in ".!?,\n":
            rows.append(tuple(one for one in words[at + 1 :] if one[0].isalnum()))
    found: list[Phrase] = []
    for row in rows:
        while row and row[0] in lexicon.courtesies:
            row = row[1:]
        found.append(row)
    return found


def _opening(plain: Phrase, openings: Mapping[Phrase, str]) -> str:
    for length in range(min(LONGEST_PHRASE, len(plain)), 0, -1):
        if (said := openings.get(plain[:length])) is not None:
            return said
    return ""


def _inside(plain: Phrase, lexicon: Lexicon) -> Reading | None:
    for at in range(len(plain)):
        if (said := _opening(plain[at:], lexicon.inside)) and not _denied(plain[:at]):
            return _reading(said)
    return None


def _denied(before: Phrase) -> bool:
    return bool(
        {"not", "dont", "never", "no", "if", "to", "without", "dad", "him", "her", "them"} & set(before[-4:])
    )


def _somebody_else(plain: Phrase, words: Sequence[str], kind: Kind, lexicon: Lexicon) -> Reading | None:
    """ "This is his mum", "I'm not Amy", "he's asleep": nothing more may be said to whoever has the phone."""
    some = lexicon.somebody_else
    bare = _bare(plain, lexicon)
    for row in (plain, bare, *(_starts(plain, words, lexicon) if kind != "free_text" else ())):
        if any(row[:length] in some.phrases for length in range(1, LONGEST_PHRASE + 1)):
            return Reading("wrong_person")
        if row and row[0] not in lexicon.known:
            for other in (("he", *row[1:]), ("hes", *row[2:])):
                if any(other[:length] in some.phrases for length in range(2, LONGEST_PHRASE + 1)):
                    return Reading("wrong_person")
    for at in range(min(len(plain), 12)):
        if any(
            plain[at : at + length] in some.beginnings
            and _of_whom(plain[at + length :], plain[at : at + length], lexicon)
            for length in (1, 2, 3)
        ):
            return Reading("wrong_person")
    return None if kind == "free_text" else _not_them(bare, lexicon)


def _introduced(words: Sequence[str], lexicon: Lexicon) -> Reading | None:
    """A longer message whose first words are "this is Kai's mum"; "this is my mum" is a child's own."""
    first = _starts(_plain(words), words, lexicon)[0]
    if first[:2] != ("this", "is") or len(first) < 4:
        return None
    named = first[2].endswith("s") and first[2] not in lexicon.known
    others = lexicon.somebody_else.others
    whose = named or (first[2] in lexicon.somebody_else.whose and first[2] != "the")
    return Reading("wrong_person") if whose and (first[3] in lexicon.people or first[3] in others) else None


def _not_them(plain: Phrase, lexicon: Lexicon) -> Reading | None:
    """ "I'm not Amy", "there's no Amy here": a name is a word that no list has."""

    def is_name(at: int) -> bool:
        return len(plain) > at and plain[at].isalpha() and plain[at] not in lexicon.known

    if len(plain) == 3 and plain[:2] in (("im", "not"), ("this", "not"), ("its", "not")) and is_name(2):
        return Reading("wrong_person")
    if len(plain) == 3 and plain[:2] == ("this", "isnt") and is_name(2):
        return Reading("wrong_person")
    if plain[:1] == ("i",):
        plain = plain[1:]
    if plain[:2] == ("dont", "know") and plain[2:3] in (("any",), ("a",), ("no",), ("this",)) and is_name(3):
        return Reading("wrong_number")
    no = plain.index("no") if "no" in plain[:2] else -1
    if no >= 0 and plain[no + 2 :] == ("here",) and is_name(no + 1):
        return Reading("wrong_number")
    return None


def _of_whom(rest: Phrase, beginning: Phrase, lexicon: Lexicon) -> bool:
    """Who is writing, after "this is": his mum, Amy's carer, mum."""
    some = lexicon.somebody_else

    def relation(at: int) -> bool:
        return len(rest) > at and (rest[at] in lexicon.people or rest[at] in some.others)

    here = beginning[0] == "this" or beginning == ("im",)
    if not rest:
        return False
    if rest[0] in some.whose and (here or rest[0] != "the"):
        return relation(1) or relation(2)
    for at in (0, 1):
        if (
            rest[at : at + 1]
            and rest[at].endswith("s")
            and rest[at] not in lexicon.known
            and relation(at + 1)
        ):
            return at == 0 or rest[0] not in lexicon.known
    return beginning[0] == "this" and relation(0) and len(rest) <= 3


def _asks(plain: Phrase, lexicon: Lexicon) -> bool:
    """A question without its sign: "who is coming", "do I have to", "will dad be there"."""
    second = plain[1] if len(plain) > 2 else ""
    if plain[0] in ("who", "when", "where", "why", "how"):
        return plain[1:2] != () and plain[1] in _QUESTION_WORDS
    if plain[0] in ("do", "does", "is", "are", "will", "did"):
        return second in _ASKED_OF or second in lexicon.people
    return False


def asks_when(words: Sequence[str]) -> bool:
    """ "What time is it on Monday": names a day or a time, and is a question all the same."""
    plain = _plain(words)
    return plain[:1] in (("what",), ("which",)) and plain[1:3] in _WHEN


_WHEN = frozenset(
    (first, second) for first in ("time", "day", "date") for second in ("is", "it", "does", "will")
)


def _question(plain: Phrase, words: Sequence[str], lexicon: Lexicon) -> Reading | None:
    """Something they ask us in their own words."""
    if plain[:1] == ("what",) and (
        "mean" in plain or plain[1:2] in (("a",), ("an",), ("and",), ("is",), ("does",))
    ):
        return Reading("ask")
    if not plain or plain[0] not in _QUESTION_WORDS or not (_asks(plain, lexicon) or "?" in words[-3:]):
        return None
    said = frozenset(plain)
    if plain[0] in ("can", "could") and "i" not in said and "come" in said:
        # "Can mum come?" is a wish.
        return None
    about: About = ""
    if said & {"see", "read", "told", "tell", "know", "private", "find", "secret", "show"}:
        about = "read"
    elif plain[0] == "how" and said & {"many", "long", "much"}:
        about = "parts"
    elif plain[0] == "when" or said & {"time", "day", "date"}:
        about = "when"
    elif plain[0] == "where":
        about = "where"
    elif said & {"come", "there", "going", "invited"}:
        about = "coming"
    elif plain[0] == "who":
        about = "who"
    return Reading("ask", about=about)
