"""Bad input (naughty strings, bad bytes, huge and slow): kept whole or refused, never half kept."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from tests.booklet.naughty import NAUGHTY
from tests.booklet.test_answers import CONTEXT, EXAMPLES, kept, only, problem
from webapp.booklet.answers import NAME_AT_MOST, Answer, Problem, check, clean, length, one_line
from webapp.booklet.journey import path
from webapp.booklet.wording import blanks, fill

SIZES = (1600, 5000, 50_000)
FASTEST_OF = 5


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_words_are_kept_as_they_were_typed(text: str) -> None:
    assert kept("words", None, text).words == text.strip("\n ")
    assert kept("place", {"not_words": text}).value["not_words"] == text
    row = kept("people", {"people": {"mum": {"come": "no", "why": text, "which": text}}}).value["people"][
        "mum"
    ]
    assert (row["why"], row["which"]) == (text, text)
    assert kept("grid_topics", {"school": {"choice": "fine", "words": text}}).value["school"]["words"] == text


@pytest.mark.parametrize(
    "text", [text for text in NAUGHTY if text.isprintable() and len(text) <= NAME_AT_MOST]
)
def test_a_naughty_name_is_kept_as_it_was_typed(text: str) -> None:
    assert kept("people", {"added": [{"name": text, "who": text}]}).value["added"][0]["name"] == text


@pytest.mark.parametrize("text", NAUGHTY)
def test_a_name_is_one_line_without_control_characters(text: str) -> None:
    if len(text) <= NAME_AT_MOST:
        assert not any(c in one_line(text, "name") for c in "\n\r\t\x1b\x7f\0")


@pytest.mark.parametrize("text", ["a\ud800b", "\udfff", "a\0b"])
def test_what_no_database_can_store_is_dropped_and_the_rest_is_kept(text: str) -> None:
    words = kept("words", None, text).words
    assert words.encode("utf-8").decode("utf-8") == words
    assert words == "".join(c for c in text if c in "ab")


def test_a_joined_pair_of_surrogates_is_a_whole_character() -> None:
    assert kept("words", None, json.loads('"\\ud83d\\ude00"')).words == "\U0001f600"


def test_bytes_are_not_text() -> None:
    assert problem("words", None, b"abc").code == "not_text"


def test_a_name_that_looks_like_a_blank_is_not_filled_again() -> None:
    assert fill("How is {child}?", {"child": "{iro}", "iro": "Jo"}) == "How is {iro}?"
    assert fill("How is {child}?", {"child": "{0.__class__}"}) == "How is {0.__class__}?"


def test_a_missing_name_is_not_hidden() -> None:
    with pytest.raises(KeyError):
        fill("How is {child}?", {})


def test_deep_nesting_is_refused() -> None:
    deep: object = "x"
    for _ in range(5000):
        deep = [deep]
    for name in EXAMPLES:
        if only(name).kind not in ("words", "information"):
            assert isinstance(check(only(name), deep, "", CONTEXT), Problem)


def fastest(work: Callable[[], object]) -> float:
    """Seconds of the quickest of a few runs: what the work costs, whatever else the machine does."""
    times = []
    for _ in range(FASTEST_OF):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def ignoring_refusal(text: str) -> None:
    for limit in (80, 5000, 50_000):
        try:
            clean(text, limit)
        except ValueError:
            continue


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "char", ["a", " ", "\n", "\r", "\0", "{", "}", "\u0301", "\u200d", "👍", "🇬", "\ud800"]
)
def test_a_long_run_of_one_character_is_read_in_no_time(char: str, size: int) -> None:
    text = char * size
    assert fastest(lambda: ignoring_refusal(text)) < 0.05
    assert fastest(lambda: blanks(text)) < 0.05
    assert fastest(lambda: fill(text.replace("{", "("), {})) < 0.05
    assert fastest(lambda: length(text)) < 0.05


def test_a_path_costs_one_look_at_each_question() -> None:
    looks = 0

    class Counting(dict[str, Answer]):
        def get(self, *args: object) -> Answer | None:  # type: ignore[override]
            nonlocal looks
            looks += 1
            return None

        def __contains__(self, key: object) -> bool:
            nonlocal looks
            looks += 1
            return False

    booklet = EXAMPLES["follow_up"]
    path(booklet, Counting(), CONTEXT)
    assert looks <= 2 * len(booklet.questions)
