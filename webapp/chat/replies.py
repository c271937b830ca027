"""What somebody meant by what they wrote: `read`, for every kind of question. Pure, and never raises.

A reply is brought to one spelling (normal, lexicon); whole messages that are something for us come first (commands);
then the reader of the question's kind. What isn't understood surely is "clarify": to ask again costs a text, a wrong
guess may invite somebody whom a child refused."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from webapp.chat import commands, normal, picking, saying, scoring
from webapp.chat.lexicon import Lexicon, lexicon
from webapp.chat.naming import names
from webapp.chat.reading import Asked, LastPrompt, Reading
from webapp.chat.tagging import tagged
from webapp.clock import london

LATE = dt.timedelta(days=2)
"""After this a bare "2" or "yes" may be about something else: it is asked about."""
_NAH = re.compile(
    r"(?:(?<=[.,!?\n])|(?<=[.,!?] ))n(?:ah{1,9}|ope|aw)\s(?=\w)(?!not\b|i\b|i'?m\b|thanks\b)", re.IGNORECASE
)
"""Behind a stop it takes back where one is chosen ("draw. nah write"); "no library" could also refuse."""
_BARE = frozenset(
    ["number", "yes", "no", "okay", "all", "both", "none", "unsure", "mind", "filler", "and", "or", "only", "stop",
     "comma", "sign", "want", "ignore", "not", "except", "them"]
)  # fmt: skip


def read(
    asked: Asked, text: str, language: str, now: dt.datetime, last_prompt: LastPrompt | None = None
) -> Reading:  # fmt: skip
    """What `text` means as a reply to `asked`, which was the last thing sent."""
    words_of = lexicon(_spoken(asked, language))
    put = _NAH.sub(" wait ", text) if asked.kind == "pick_one" else text
    words = words_of.written(put, names(asked.choices, words_of).known)
    found = commands.at_once(words, asked.kind, words_of) or _read(asked, words, words_of, now, text)
    says = ("answer", "none_suit", "no_preference")
    if found.action in says and last_prompt is not None and _late(last_prompt, now):
        found = found if not _is_bare(asked, words, words_of) else Reading("clarify")
    if asked.kind == "free_text" and found.action == "answer":
        return replace(found, text=text)
    if found.action in ("answer", "clarify") and _says_more(asked, words, words_of):
        return replace(found, text=text)
    return found


@lru_cache(maxsize=512)
def _spoken(asked: Asked, language: str) -> str:
    """Welsh where the question itself is in Welsh, whatever language is on record: Wales asks in both."""
    if language != "en":
        return language
    row = [word for text in (asked.text, *(one.text for one in asked.choices)) for word in normal.words(text)]
    welsh = sum(word in lexicon("cy").known and word not in lexicon("en").known for word in row)
    english = sum(word in lexicon("en").known for word in row)
    return "cy" if welsh > 1 and welsh > english else "en"


def _read(asked: Asked, words: list[str], words_of: Lexicon, now: dt.datetime, text: str) -> Reading:
    if asked.kind == "free_text":
        if not any(word[0].isalnum() or word in words_of.emoji or word in words_of.faces for word in words):
            return (
                Reading("answer")
                if any(not one.isascii() and not one.isspace() for one in text) and words
                else Reading("clarify")
            )
        return commands.other(words, asked.kind, words_of) or Reading("answer")
    if not words:
        return Reading("clarify")
    whole = (
        picking.whole(asked, words, words_of)
        if asked.kind in ("pick_one", "pick_many", "date_choice")
        else None
    )
    if whole is not None:
        return whole
    found = _of_kind(asked, words, words_of, now)
    other = commands.other(words, asked.kind, words_of)
    if other is not None and other.action == "ask" and commands.asks_when(words):
        return other
    if other is None or (found.action == "answer" and _own(asked, other, found)):
        return found
    return other


def _own(asked: Asked, other: Reading, found: Reading) -> bool:
    """Whether the question's own reading goes before a command of the same words: "tomorrow", "OK"."""
    if other.action == "request":  # "I want an advocate" where an advocate is one of the choices
        return bool(found.choices or found.exclude)
    if other.action in ("ignore", "clarify") or (
        other.action == "pause" and asked.kind in ("pick_one", "pick_many")
    ):
        return True
    if other.action == "change_answer":
        return asked.kind == "yes_no"
    return asked.kind in ("date", "time", "date_choice", "scale") and other.action in ("pause", "ask")


def _of_kind(asked: Asked, words: list[str], words_of: Lexicon, now: dt.datetime) -> Reading:
    here = london(now) if now.tzinfo else now
    if asked.kind == "yes_no":
        return saying.yes_no(asked, words, words_of)
    if asked.kind == "scale":
        return scoring.scale(asked, words, words_of)
    if asked.kind == "date":
        return saying.a_date(words, here, words_of)
    if asked.kind == "time":
        return saying.a_time(words, words_of)
    if (whole := picking.part(asked, words, words_of)) is not None:
        return whole
    if asked.kind == "date_choice":
        return picking.offered_day(asked, saying.meant(words, words_of), here, words_of)
    return picking.read(asked, words, words_of)


def _late(last: LastPrompt, now: dt.datetime) -> bool:
    if last.superseded:
        return True
    sent, here = last.sent_at, now
    if (sent.tzinfo is None) != (here.tzinfo is None):
        sent, here = (one.replace(tzinfo=one.tzinfo or dt.UTC) for one in (sent, here))
    return here - sent > LATE


def _is_bare(asked: Asked, words: Sequence[str], words_of: Lexicon) -> bool:
    """Only numbers, yes, no and the like: nothing in it shows which question it is about."""
    if asked.kind in ("free_text", "scale", "yes_no"):
        items = tagged(words, names((), words_of), words_of)
        return len(words) < 6 and all(item.tag in _BARE or item.words[0].isdigit() for item in items)
    items = tagged(words, names(asked.choices, words_of), words_of)
    return all(item.tag in _BARE or item.words[0].isdigit() for item in items)


def _says_more(asked: Asked, words: Sequence[str], words_of: Lexicon) -> bool:
    """Words beside the choice itself: kept with it."""
    items = tagged(words, names(asked.choices, words_of), words_of)
    return any(item.tag in ("other", "because", "stranger", "doubt", "but", "unsure") for item in items) or (
        sum(normal.is_word(word) for word in words) > 6
    )
