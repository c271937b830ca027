"""What replies mean: the tables of tests/chat/replies, a file per language, and what holds for any text at all."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.chat.reading import Asked, Choice, LastPrompt, Reading
from webapp.chat.replies import read

TABLES = sorted((Path(__file__).parent / "replies").glob("*.yaml"))
NOW = dt.datetime(2026, 11, 23, 16, 0, tzinfo=dt.UTC)
PEOPLE = tuple(Choice(text) for text in ("Mum", "Dad", "Nan", "Sam Hill", "Uncle Phil"))
WHO = Asked("pick_many", "Who would you like to come?", PEOPLE)
KINDS: list[Asked] = [
    WHO,
    Asked("pick_one", "Who should run it?", PEOPLE),
    Asked(
        "yes_no", "Do you want your dad to come?", tuple(Choice(text) for text in ("Yes", "No", "Not sure"))
    ),
    Asked("free_text", "What would you like to talk about?"),
    Asked("scale", "How is school?", tuple(Choice(text) for text in ("Awful", "Bad", "OK", "Good", "Great"))),
    Asked("date", "Which day?"),
    Asked("time", "What time?"),
    Asked("date_choice", "Which day?", (Choice("Tue 8 December, 4pm"), Choice("Wed 9 December, 10am"))),
]


def _tables() -> list[Any]:
    return [
        pytest.param(table, id=f"{path.stem}-{number}-{table['kind']}")
        for path in TABLES
        for number, table in enumerate(yaml.safe_load(path.read_text("utf-8")), 1)
    ]


def _short(found: Reading, kind: str) -> str:
    """A reading as the tables write it."""
    if found.action != "answer" or kind == "free_text":
        return found.action
    if found.date or found.time:
        return found.date.isoformat() if found.date else f"{found.time:%H:%M}"
    one = found.value or (str(found.score) if found.score else "")
    return one or " ".join([*map(str, found.choices), *(f"!{number}" for number in found.exclude)])


@pytest.mark.parametrize("table", _tables())
def test_each_reply_of_the_table_means_what_stands_beside_it(table: dict[str, Any]) -> None:
    asked = Asked(table["kind"], table["question"], tuple(Choice(text) for text in table.get("choices", ())))
    told = {
        text: _short(read(asked, text, table.get("language", "en"), NOW), asked.kind)
        for text in table["replies"]
    }
    assert told == {text: str(meaning) for text, meaning in table["replies"].items()}


def _is_fair(found: Reading, asked: Asked) -> bool:
    numbers = range(1, len(asked.choices) + 1)
    empty = found.action != "answer"
    fits = {
        "pick_many": set(found.choices) <= set(numbers) and bool(found.choices or found.exclude),
        "pick_one": len(found.choices) == 1 and found.choices[0] in numbers,
        "date_choice": len(found.choices) == 1 and found.choices[0] in numbers,
        "yes_no": found.value is not None and not found.choices,
        "scale": found.score in numbers,
        "date": found.date is not None and found.date >= NOW.date(),
        "time": found.time is not None,
        "free_text": not found.choices,
    }[asked.kind]
    return (empty or fits) and set(found.exclude) <= set(numbers) - set(found.choices)


PIECES = """mum dad nan sam phil not no yes dont want everyone but except 1 2 3 9 and or , . wait actually both all none
maybe if tuesday 4 half past dec the last one only cos he him can come cant skip stop ok 👍 😢 أبي لا نہیں dim neb ?
uncle mums boyfriend 4/12 31 february 25:00"""
WORDS = st.lists(st.sampled_from(PIECES.split()), max_size=12).map(" ".join)
CALM = st.lists(
    st.sampled_from(
        [
            "nan",
            "sam",
            "phil",
            "1",
            "3",
            "and",
            ",",
            "he",
            "him",
            "yes",
            "ok",
            "cos",
            "please",
            "only",
            "i want",
        ]
    ),
    max_size=8,
)


@pytest.mark.parametrize("asked", KINDS, ids=lambda asked: asked.kind)
@given(
    text=st.one_of(st.text(max_size=300), WORDS),
    language=st.sampled_from(["en", "cy", "ar", "ur", "xx", "../en", ""]),
)
@settings(max_examples=120)
def test_any_text_has_a_reading_that_its_question_can_have(asked: Asked, text: str, language: str) -> None:
    assert _is_fair(read(asked, text, language, NOW), asked)


@given(said=CALM.map(" ".join), refusal=st.sampled_from(
    ["not dad", "dad cant come", "i dont want dad there", "no dad", "everyone except dad", "without dad", "never dad"]
))  # fmt: skip
@settings(max_examples=300)
def test_whoever_is_refused_is_never_invited_whatever_else_is_named(said: str, refusal: str) -> None:
    for text in (f"{refusal}. {said}", f"{said}, {refusal}", f"{said} but {refusal}", f"{refusal} {said}"):
        found = read(WHO, text, "en", NOW)
        assert 2 not in found.choices, text


@pytest.mark.parametrize("asked", KINDS, ids=lambda asked: asked.kind)
@pytest.mark.parametrize("text", ["2", "yes", "no", "both", "👍"])
def test_a_bare_reply_to_an_old_question_is_asked_about(asked: Asked, text: str) -> None:
    old, gone = LastPrompt(NOW - dt.timedelta(days=3)), LastPrompt(NOW, superseded=True)
    assert {read(asked, text, "en", NOW, last).action for last in (old, gone)} <= {"clarify", "ignore"}


def test_a_name_answers_an_old_question_since_no_other_question_has_it() -> None:
    assert read(WHO, "nan", "en", NOW, LastPrompt(NOW - dt.timedelta(days=3))).choices == (3,)


def test_stop_is_heard_however_old_the_question_is() -> None:
    assert read(WHO, "STOP", "en", NOW, LastPrompt(NOW - dt.timedelta(days=30))).action == "stop"


def test_what_is_said_beside_a_choice_is_kept_as_it_was_typed() -> None:
    text = "NAN pls!! cos she's ace 🙂"
    found = read(WHO, text, "en", NOW)
    assert (found.choices, found.text) == ((3,), text)


def test_words_answer_a_question_for_words_whole() -> None:
    text = "  Stop at 5pm\n\nplease \u202e🙂 "
    assert read(KINDS[3], text, "en", NOW).text == text


@pytest.mark.parametrize(
    "one", ["a", "1", "n", "no ", "not ", "'", " ", "\n", "👍", "ﷺ", "\u0301", "1/", "ي", "dad "]
)
@pytest.mark.parametrize("asked", KINDS, ids=lambda asked: asked.kind)
def test_a_flood_of_one_character_is_read_in_a_bounded_number_of_words(asked: Asked, one: str) -> None:
    assert _is_fair(read(asked, one * 1_600, "en", NOW), asked)
    assert _is_fair(read(asked, (one * 100_000)[:100_000], "ar", NOW), asked)
