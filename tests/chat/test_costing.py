"""A whole booklet by text is cheap."""

from __future__ import annotations

from config import ROOT, load_authority
from tests.chat.drawing import BOOKLETS
from webapp.booklet.wording import english
from webapp.chat import costing, phrases
from webapp.chat.parts import count, is_gsm
from webapp.commands.chat_parts import context_for

NUMBERS = phrases.numbers(load_authority(ROOT / "webapp/demo/authority.yaml"))
MENU = BOOKLETS["my_review_my_choice"]


def test_the_review_menu_takes_at_most_forty_parts_for_a_child_with_six_people() -> None:
    context = context_for(MENU)
    sent = costing.messages(MENU, context, english, NUMBERS)
    assert len(context.people) == 6
    assert all(is_gsm(text) for text in sent)
    assert sum(map(count, sent)) <= 40


def test_the_safe_words_stand_in_the_first_every_fifth_and_the_last_message() -> None:
    sent = costing.messages(MENU, context_for(MENU), english, NUMBERS)
    safe = [n for n, text in enumerate(sent) if "0800 1111" in text]
    assert safe == sorted({1, *range(5, len(sent), 5), len(sent) - 1})


def test_every_question_of_the_menu_is_asked_once() -> None:
    sent = "\n".join(costing.messages(MENU, context_for(MENU), english, NUMBERS))
    for text in (
        "Who do you want there?",
        "Where must it NOT be?",
        "What is a BAD time?",
        "What good news",
        "NOT talk about",
    ):
        assert sent.count(text) == 1
