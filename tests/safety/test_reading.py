"""How a text is read: what is put right before comparing, what a "not" turns round, and that it can't fail."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp import safety
from webapp.safety.lists import languages, phrase_list
from webapp.safety.patterns import PatternError, compile_pattern


@pytest.mark.parametrize(
    "text",
    [
        "MY DAD HITS ME", "my dad hitts me", "m y  d a d  h i t s  m e", "my d\u200bad h\u200bits me", "my dаd hits mе",
        "my dad h1ts me", "my dad h*ts me", "my dad hiiiiits me", "my dad hits me!!!", "🙂 my dad hits me 🙂",
        "my dad’s hitting me", "my dad. he hits me", "mydadhitsme", "me dad hits us", "ｍｙ ｄａｄ ｈｉｔｓ ｍｅ",
    ],
)  # fmt: skip
def test_the_same_words_however_they_are_typed(text: str) -> None:
    assert safety.read(text, "en").flag


@pytest.mark.parametrize(
    "text, flag",
    [
        ("my dad doesn't hit me", False),
        ("my dad never hits me", False),
        ("nobody hits me", False),
        ("no one has ever hurt me", False),
        ("i have never been hit", False),
        ("i am not being bullied", False),
        ("i don't self harm", False),
        ("if anyone hits me i tell my carer", False),
        ("my dad doesn't hit me any more", True),
        ("he doesn't hit me that hard", True),
        ("he stopped hitting me", True),
        ("nobody knows that he hits me", True),
        ("i don't like it when he hits me", True),
        ("no, he hits me", True),
        ("i dont want to live", True),
    ],
)
def test_a_not_turns_round_what_it_belongs_to_and_nothing_else(text: str, flag: bool) -> None:
    assert safety.read(text, "en").flag is flag


@pytest.mark.parametrize(
    "text, language, screened, flag",
    [
        ("I like it here", "en", True, False),
        ("I like it here", "en-GB", True, False),
        ("dwi'n hoffi yma", "cy", True, False),
        ("mae dad yn fy nharo i", "cy", True, True),
        ("my dad hits me", "cy", True, True),
        ("mae dad yn fy nharo i", "en", True, True),
        ("أحب بيتي", "ar", False, False),
        ("أبي يضربني", "en", False, False),
        ("my dad hits me", "ur", False, True),
        ("", "en", True, False),
    ],
)
def test_every_list_reads_every_text_and_only_what_has_a_list_counts_as_screened(
    text: str, language: str, screened: bool, flag: bool
) -> None:
    found = safety.read(text, language)
    assert (found.screened, found.flag) == (screened, flag)


@given(st.text(max_size=400), st.text(max_size=8))
@settings(max_examples=150)
def test_any_text_is_read(text: str, language: str) -> None:
    found = safety.read(text, language)
    assert found.flag == bool(found.kind)
    assert found.kind in ("", *safety.KINDS)
    assert found.flag or not found.urgent


def test_mixed_words_of_the_lists_are_read_too() -> None:
    """Whatever stands in the lists, in any order: where patterns could run wild."""
    for code in languages():
        words = sorted(phrase_list(code).lexicon.known)
        for start in range(0, len(words), 400):
            safety.read(" ".join(words[start : start + 400]), code)


@pytest.mark.parametrize("line", ["{nobody_knows_this}", "..", "a|{b}", "x?"])
def test_a_line_that_cannot_be_read_is_named(line: str) -> None:
    with pytest.raises(PatternError, match=r"nothing in it|can't be read|no class"):
        compile_pattern(line, {"b": [("b",)]})


def test_who_a_worry_may_be_about() -> None:
    names = {"iro": ["Ina Ruth"], "carer": ["Linda Smith"]}
    assert safety.mentions("linda hits me", names) == {"carer"}
    assert safety.mentions("my carer hits me", {}) == {"carer"}
    assert safety.mentions("ina touches me", names) == {"iro"}
    assert safety.mentions("i told linda that my dad hits me", names) == frozenset()
    assert safety.mentions("linda is nice. my dad hits me", names) == frozenset()


def test_the_command_answers_each_line_and_stops_at_none(app: Flask) -> None:
    lines = ['{"text": "my dad hits me", "language": "en"}', "junk", "[1]", '{"text": 5}', '{"text": "hi"}']
    result = app.test_cli_runner().invoke(args=["safety", "read"], input="\n".join(lines))
    answers = [json.loads(line) for line in result.output.splitlines()]
    assert answers[0] == {"flag": True, "urgent": False, "kind": "physical", "screened": True}
    assert [answer["flag"] for answer in answers] == [True, False, False, False, False]
    assert [answer["screened"] for answer in answers] == [True, False, False, False, True]


@pytest.mark.parametrize(
    "text, flag, urgent",
    [
        ("feeling suicidal", True, True),
        ("suicidle again", True, True),
        ("i od'd last week and nobody noticed", True, True),
        ("this is my goodbye", True, True),
        ("i was sexualy asaulted at a party", True, False),
        ("he broke mum's arm", True, False),
        ("my stepmum scalded my hand then put it under the cold tap", True, False),
        ("i am not suicidal", False, False),
        ("suicide squad is my best film", False, False),
        ("we talked about self harm in assembly", False, False),
        ("burned my hand on the oven, linda put it under the tap", False, False),
        ("mum would actually murder me if i lost it", False, False),
        ("he broke mum's favourite mug", False, False),
    ],
)
def test_what_is_said_plainly_is_found_and_what_was_cared_for_is_let_be(
    text: str, flag: bool, urgent: bool
) -> None:
    found = safety.read(text, "en")
    assert (found.flag, found.urgent) == (flag, urgent)
