"""Every word that a phrase tells people to send does what it says, in each language."""

from __future__ import annotations

import datetime as dt

import pytest

from webapp.chat import phrases, replies
from webapp.chat.reading import Action, Asked, Choice

NOW = dt.datetime(2027, 2, 1, 12, tzinfo=dt.UTC)
MEANS: dict[str, Action] = {
    "back": "back", "skip": "skip", "save": "pause", "menu": "menu", "change": "change_answer",
}  # fmt: skip
ASKED = (
    Asked("free_text", "What would you like to say?"),
    Asked("pick_one", "Where?", (Choice("Home"), Choice("School"))),
)


@pytest.mark.parametrize("language", ["en", "cy", "ar", "ur"])
@pytest.mark.parametrize("asked", ASKED, ids=lambda one: one.kind)
@pytest.mark.parametrize("word", MEANS)
def test_an_english_command_is_heard_in_every_language(word: str, asked: Asked, language: str) -> None:
    assert replies.read(asked, phrases.COMMANDS[word].upper(), language, NOW).action == MEANS[word]


def test_every_command_is_one_of_these_or_a_word_of_the_service_itself() -> None:
    assert set(phrases.COMMANDS) == {*MEANS, "check", "link"}
