"""What is sent: numbered, cheap, and pressable on WhatsApp within its limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chat.drawing import BOOKLETS, CONTEXT, QUESTIONS
from webapp.booklet.answers import SKIPPED, Answer, Context
from webapp.booklet.definition import Base
from webapp.booklet.journey import path
from webapp.booklet.wording import english
from webapp.chat.checking import (
    begin,
    one_more,
    page_or_text,
    summary,
    what_now,
    which_question,
    which_section,
)
from webapp.chat.parts import AT_MOST, count, is_gsm
from webapp.chat.prompts import BELOW, BODY, BUTTON, ITEM, ask, split
from webapp.chat.steps import Step, lead, next_step
from webapp.i18n import begun_from_the_right

MENU = {q.id: q for q in BOOKLETS["my_review_my_choice"].questions}
LIFE = {q.id: q for q in BOOKLETS["my_life"].questions}


def steps(question: Base) -> list[Step]:
    """Each step of a question that can be asked before anything is said."""
    found: list[Step] = []
    while step := next_step(question, CONTEXT, None, tuple(s.id for s in found), english):  # type: ignore[arg-type]
        found.append(step)
    return found


STEPS = [step for q in QUESTIONS for step in steps(q)]


@pytest.mark.parametrize("repeat", [0, 1, 2])
def test_every_question_goes_out_in_plain_letters_with_its_choices_numbered(repeat: int) -> None:
    for step in STEPS:
        (out,) = ask(step, channel="sms", translate=english, repeat=repeat)
        assert is_gsm(out.text)
        assert not out.buttons
        assert not out.items
        shown = step.asked.choices if step.show is None else step.asked.choices[: step.show]
        if not step.again or repeat:
            assert all(f"\n{n} {c.text}\n" in f"{out.text}\n" for n, c in enumerate(shown, start=1))


@pytest.mark.parametrize("repeat", [0, 1, 2])
def test_what_can_be_pressed_fits_and_begins_with_its_number_or_says_its_words(repeat: int) -> None:
    pressed = 0
    for step in STEPS:
        for out in ask(step, channel="whatsapp", translate=english, repeat=repeat):
            assert len(out.buttons) <= 3
            assert len(out.items) <= 10
            assert all(len(title) <= BUTTON for title in out.buttons)
            assert all(len(title) <= ITEM and len(below) <= BELOW for title, below in out.items)
            titles = [*out.buttons, *(title for title, _ in out.items)]
            words = [choice.text[: BUTTON - 1] for choice in step.asked.choices]
            if not out.buttons or not all(map(str.startswith, out.buttons, words)):
                assert [title.split()[0] for title in titles] == [str(n) for n in range(1, len(titles) + 1)]
            assert len({*titles}) == len(titles)
            assert not titles or len(out.text) <= BODY
            assert not titles or step.asked.kind != "pick_many"
            pressed += bool(titles)
    assert pressed > 50


def test_asking_again_is_simpler_and_then_shows_how() -> None:
    (step,) = steps(MENU["attend"])
    first, second, third = (
        ask(step, channel="sms", translate=english, repeat=n)[0].text.splitlines() for n in (0, 1, 2)
    )
    assert first[0] == "Do you want to be at your review?"
    assert second[:2] == ["Sorry, I didn't get that. Please send one number.", "Do you want to be there?"]
    assert third[-2:] == ["If you mean I am not sure yet, send 5.", "Or send SKIP."]


def test_the_same_numbers_are_listed_again_where_it_was_not_understood() -> None:
    good, bad = steps(MENU["when"])
    assert ask(bad, channel="sms", translate=english)[0].text.count("\n") == 1
    assert "13 Clubs" in ask(bad, channel="sms", translate=english, repeat=1)[0].text
    assert "1 December" not in ask(good, channel="sms", translate=english)[0].text


def test_who_comes_names_everyone_and_says_who_must() -> None:
    (text,) = (out.text for out in ask(steps(MENU["who"])[0], channel="sms", translate=english))
    assert "2 Amy Pond (your social worker, must come)" in text
    assert "3 Margaret Hill (your grandma)" in text
    assert "NOT" in text
    assert text.endswith("Or use your web page, or tell your IRO.")


def test_words_to_read_stand_before_the_question_that_follows_them() -> None:
    booklet = BOOKLETS["my_review_my_choice"]
    context = Context(facts=frozenset(["age_8_11"]))
    questions = path(booklet, {}, context)
    assert lead(questions, "helping", context, english).startswith("Your review is a meeting about you.")
    assert lead(questions, "attend", context, english) == ""


@given(st.text(max_size=300), st.integers(10, 60))
def test_a_long_message_is_parted_and_nothing_is_lost(text: str, most: int) -> None:
    found = list(split(text, most))
    assert all(0 < len(one) <= most for one in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_a_long_message_leaves_room_for_what_tells_a_phone_where_each_line_begins() -> None:
    found = ask(STEPS[0], channel="sms", translate=english, before="\n".join(["Maya کو خوشی ہے۔"] * 150))
    assert len(found) > 1
    told = [begun_from_the_right(one.text, "ur") for one in found]
    assert max(map(len, told)) <= AT_MOST
    assert sum(map(len, told)) >= sum(len(one.text) for one in found) + 150


ANSWERS = {
    "attend": Answer("part", "i get bored CANARY"),
    "my_words": Answer(["say", "drawn"]),
    "who": Answer(
        {
            "people": {
                "p3": {"come": "yes", "part": False, "which": "", "why": "CANARY"},
                "p5": {"come": "no", "part": False, "which": "", "why": "CANARY"},
            },
            "added": [{"name": "CANARY", "who": "", "come": "yes", "part": False, "which": "", "why": ""}],
        }
    ),
    "where": Answer({"where": ["school"], "not_where": ["home"], "not_words": "CANARY"}),
    "when": Answer({"good": ["monday", "2026-12-01"], "bad": []}),
    "not_in_front": Answer({"past": {"choice": "not_there", "words": "CANARY"}}),
    "good_news": Answer(words="CANARY"),
    "chair": Answer("me"),
    "card": SKIPPED,
}


def told(by_text: set[str]) -> str:
    booklet = BOOKLETS["my_review_my_choice"]
    outs = summary(booklet, booklet.questions, ANSWERS, by_text, CONTEXT, english)
    return "\n".join(out.text for out in outs)


def test_the_summary_tells_the_choices_and_reads_no_words_back() -> None:
    assert told(set(ANSWERS)).splitlines() == [
        "You said:",
        "You at your review: Yes, for part of it; I say it, I draw it",
        "Who comes: Margaret Hill (Not: Uncle Phil) (your words)",
        "Where and when: School (Not: Where I live) (your words); Mon, Tuesday 1 December 2026",
        "How it goes: Me",
        "What you talk about: your words; Ask me on my own: What happened before",
    ]


def test_what_was_said_on_the_web_page_is_never_read_back() -> None:
    text = told({"chair"})
    assert "Phil" not in text
    assert "Who comes: said on the web page" in text
    assert "How it goes: Me" in text
    assert told(set()).count("said on the web page") == 5


def test_nothing_said_is_said_so() -> None:
    booklet = BOOKLETS["my_review_my_choice"]
    (out,) = summary(booklet, booklet.questions, {}, (), CONTEXT, english)
    assert out.text == "You have said nothing yet."


def test_the_steps_around_it_stand_for_what_they_say() -> None:
    booklet = BOOKLETS["my_life"]
    extra = [section for section in booklet.sections if section.extra]
    assert what_now(english).ids == ("send", "change")
    assert what_now(english, more=True).ids == ("send", "change", "more")
    assert which_section(extra, english).ids == (*(s.id for s in extra), "none")
    assert which_question(booklet.questions[:2], CONTEXT, english).ids == tuple(
        q.id for q in booklet.questions[:2]
    )
    assert begin("Hello", english).ids == ("begin", "wrong_person")
    assert page_or_text(english).ids == ("page", "text")
    for step in (what_now(english, more=True), one_more(booklet.title, english), page_or_text(english)):
        assert count(ask(step, channel="sms", translate=english)[0].text) == 1
        assert len(ask(step, channel="whatsapp", translate=english)[0].buttons) == len(step.ids)


def test_a_button_says_its_words_whole_where_only_the_number_would_cut_them() -> None:
    (out,) = ask(what_now(english), channel="whatsapp", translate=english)
    assert out.buttons == ("Send it to your IRO", "Change something")
