"""Every fixed message: cheap, short, true, and read by a nine-year-old."""

from __future__ import annotations

import re
from typing import Any

import pytest
from textstat import textstat

from config import ROOT, load_authority
from webapp.booklet.wording import english
from webapp.chat import phrases
from webapp.chat.parts import count, is_gsm
from webapp.chat.phrases import Phrase, numbers, say

AUTHORITY = load_authority(ROOT / "webapp/demo/authority.yaml")
BLANKS: dict[str, Any] = {
    **numbers(AUTHORITY), "done": 12, "all": 20, "choice": "Music", "other": "Breaks", "number": 12,
    "other_number": 13, "link": "https://reviews.sandhaven.example/o/abcdefghijklmnopqrstuvwxyz",
    "day": "Wednesday 25 November", "what": "School, Where I live", "title": "My Life, My Review and My Voice",
    "count": 20, "time": "16:00",
}  # fmt: skip
PHRASES = {name: value for name, value in vars(phrases).items() if isinstance(value, Phrase)}
LONGER = {"INVITATION", "REMINDER", "AFTERWARDS", "CONSENT", "UNKNOWN_NUMBER", "WHO_READS", "MENU", "SENT",
          "HELP_NUMBERS"}  # fmt: skip
"""These may take two parts; every other takes one."""
WORDS = [
    (name, adult) for name, phrase in PHRASES.items() for adult in (False, True) if not adult or phrase.adult
]
NAMES = re.compile(
    "|".join(
        re.escape(w)
        for w in sorted(
            ["Independent Reviewing Officer", "social worker", "Review team", "IRO", "web page", "number", "computer",
             "meeting", "review", *map(str, numbers(AUTHORITY).values())], key=len, reverse=True,
        )
    )
)  # fmt: skip
"""The domain's own words, and names and numbers: a child learns them, and they count as one short word."""


def said(name: str, adult: bool = False) -> str:
    return say(PHRASES[name], english, adult=adult, **BLANKS)


@pytest.mark.parametrize(("name", "adult"), WORDS)
def test_a_message_is_cheap(name: str, adult: bool) -> None:
    text = said(name, adult)
    assert is_gsm(text)
    assert count(text) <= (2 if name in LONGER or adult else 1)


@pytest.mark.parametrize("name", sorted(PHRASES))
def test_a_childs_message_is_read_by_a_nine_year_old(name: str) -> None:
    text = NAMES.sub("Kim", said(name).replace(BLANKS["link"], "Kim"))
    if len(text.split()) > 3:
        assert textstat.flesch_kincaid_grade(text if text[-1] in ".?!" else f"{text}.") + 5 <= 9, text


@pytest.mark.parametrize(("name", "adult"), WORDS)
def test_a_sentence_is_short_and_says_nothing_untrue(name: str, adult: bool) -> None:
    text = said(name, adult)
    assert all(len(sentence.split()) < 25 for sentence in re.split(r"(?<=[.?!:]) ", text))
    assert not re.search(
        r"\b(secret|only|confidential|nobody will|always be here|someone is watching)\b", text, re.I
    )
    assert not re.search(r"[‘’“”–—…]", PHRASES[name].text + PHRASES[name].adult)


@pytest.mark.parametrize("name", ["INVITATION", "REMINDER", "AFTERWARDS", "CONSENT", "UNKNOWN_NUMBER", "WRONG_PERSON",
                                  "STOPPED", "STARTED", "WHICH_CHILD", "WRONG_FACT", "LOCKED", "CLOSED", "TOLD",
                                  "TOMORROW", "LETTER", "HALFWAY", "OUTCOME", "CANCELLED"])  # fmt: skip
def test_what_a_stranger_may_read_tells_nothing_of_a_child(name: str) -> None:
    assert not re.search(r"\b(your review|in care|social worker|your IRO|booklet)\b", said(name))
    assert not PHRASES[name].adult, "it would tell who is meant"


def test_no_word_that_a_provider_keeps_is_ever_a_command() -> None:
    kept = {"stop", "stopall", "unsubscribe", "end", "quit", "cancel", "revoke", "optout", "start", "yes", "unstop",
            "help", "info"}  # fmt: skip
    assert kept.isdisjoint(phrases.COMMANDS.values())
    assert not [
        name for name in PHRASES if re.search(r"\b(reply|send) (yes|end|quit|cancel)\b", said(name), re.I)
    ]


def test_the_safe_words_hold_the_numbers_of_the_settings() -> None:
    for words in (said("SAFE_WORDS"), said("HELP_NUMBERS")):
        for number in ("999", "0800 1111", AUTHORITY.duty.day.phone, AUTHORITY.duty.night.phone):
            assert number in words
    assert AUTHORITY.advocate.phone in said("HELP_NUMBERS")
    assert AUTHORITY.duty.day.phone in said("SAFE_WORDS", adult=True)


@pytest.mark.parametrize("told", ["HELP", "HELP_TOLD_OPEN", "HELP_TOLD_CLOSED"])
def test_a_call_for_help_gets_true_words_and_numbers_in_two_parts(told: str) -> None:
    text = f"{said(told)}\n{said('HELP_NUMBERS')}"
    assert "computer" in text
    assert count(text) <= 2


def test_a_number_with_gaps_keeps_its_order_in_words_that_run_from_the_right() -> None:
    def arabic(text: str) -> str:
        return "رقم %(emergency)s" if "%" in text else text

    assert (
        say(Phrase("Ring %(emergency)s"), arabic, emergency="01632 960 200")
        == "رقم \u206801632 960 200\u2069"
    )


def test_a_blank_without_a_value_is_an_error_and_not_a_text() -> None:
    with pytest.raises(KeyError):
        say(phrases.WHEN_KNOWN, english)


def test_an_address_stands_bare_among_words_that_run_from_the_right() -> None:
    """A phone may take a mark behind it for a part of it."""
    text = phrases.say(
        phrases.LINK, lambda _: "\u0635\u0641\u062d\u06c1: %(link)s", link="https://a.example/o/x-"
    )
    assert text.endswith(": https://a.example/o/x-")
