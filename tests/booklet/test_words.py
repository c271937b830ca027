"""The words of our own booklets: short, plain, true, and fit for every channel."""

from __future__ import annotations

import re

import pytest
from textstat import textstat

from webapp.booklet.definition import Base, Booklet, Option
from webapp.booklet.loader import load_all
from webapp.booklet.rules import GSM7
from webapp.booklet.wording import brief

OURS = load_all()
AGE_OF_GRADE_0 = 5
READING_AGE = 9
READING_AGE_EASY = 7
LONGEST_SENTENCE = 25
HEARD_ANYWAY = re.compile(r"\b(social worker|personal adviser|advocate|adopted|Home Office)\b")
"""The names of people and things in a child's own life: no other word would be the right one."""
QUESTIONS = [(b, q) for b in OURS.values() for q in b.questions]
NAMES = [f"{b.id}-{q.id}" for b, q in QUESTIONS]
CHILDS = [(b, q) for b, q in QUESTIONS if b.who == "child"]
CHILDS_NAMES = [f"{b.id}-{q.id}" for b, q in CHILDS]
OBSERVERS = OURS["observer"].questions


def parts(question: Base) -> list[Base | Option]:
    return [question, *getattr(question, "options", ()), *getattr(question, "topics", ())]


def texts(question: Base) -> list[str]:
    """Everything that a person may read of a question."""
    keys = ("text", "easy", "sms", "hint", "why", "more", "row_more")
    return [text for part in parts(question) for key in keys if (text := getattr(part, key, None))]


def reading_age(*words: str | None) -> float:
    """Flesch-Kincaid grade and five; an abbreviation is read letter by letter, a line ends a sentence."""
    lines = [HEARD_ANYWAY.sub("Sam", text).replace("IRO", "I R O") for text in words if text]
    ended = " ".join(text if text[-1] in ".?!" else f"{text}." for text in lines)
    return float(textstat.flesch_kincaid_grade(ended)) + AGE_OF_GRADE_0


@pytest.mark.parametrize(("booklet", "question"), CHILDS, ids=CHILDS_NAMES)
def test_a_childs_question_is_read_by_a_nine_year_old(booklet: Booklet, question: Base) -> None:
    assert reading_age(question.text, question.hint, question.why, question.more) <= READING_AGE


@pytest.mark.parametrize(("booklet", "question"), CHILDS, ids=CHILDS_NAMES)
def test_easy_read_is_read_by_a_seven_year_old(booklet: Booklet, question: Base) -> None:
    assert reading_age(question.easy) <= READING_AGE_EASY


@pytest.mark.parametrize("name", sorted({b.id for b, _ in CHILDS}))
def test_the_choices_too_are_read_by_a_nine_year_old(name: str) -> None:
    options = [option for question in OURS[name].questions for option in parts(question)[1:]]
    assert reading_age(*(option.text for option in options)) <= READING_AGE
    assert reading_age(*(option.easy or option.text for option in options)) <= READING_AGE_EASY


@pytest.mark.parametrize(("booklet", "question"), QUESTIONS, ids=NAMES)
def test_a_sentence_is_short(booklet: Booklet, question: Base) -> None:
    for text in texts(question):
        for sentence in re.split(r"[.?!:]\s", text):
            limit = LONGEST_SENTENCE + 5 * (booklet.who != "child")
            assert len(sentence.split()) < limit, sentence


@pytest.mark.parametrize(("booklet", "question"), QUESTIONS, ids=NAMES)
def test_nothing_is_promised_that_is_not_true(booklet: Booklet, question: Base) -> None:
    for text in texts(question):
        assert not re.search(
            r"\b(secrets?|secretly|only|confidential|nobody will|no one will|never know|must answer)\b",
            text,
            re.I,
        )
        assert (
            not re.search(r"\b(in danger of|or else|you have to|have no choice)\b", text, re.I)
            or "don't have to" in text
        )


@pytest.mark.parametrize(("booklet", "question"), QUESTIONS, ids=NAMES)
def test_every_question_has_easy_and_text_message_words(booklet: Booklet, question: Base) -> None:
    assert question.easy
    assert question.sms
    for part in parts(question):
        assert set(part.sms or part.text) <= GSM7


@pytest.mark.parametrize(("booklet", "question"), QUESTIONS, ids=NAMES)
def test_plain_apostrophes_and_dashes_keep_a_text_message_cheap(booklet: Booklet, question: Base) -> None:
    assert not [text for text in texts(question) if re.search("[‘’“”–—…]", text)]


@pytest.mark.parametrize(("booklet", "question"), CHILDS, ids=CHILDS_NAMES)
def test_a_child_is_you_and_never_named(booklet: Booklet, question: Base) -> None:
    assert not [text for text in texts(question) if "{" in text]


@pytest.mark.parametrize(("booklet", "question"), CHILDS, ids=CHILDS_NAMES)
def test_a_childs_question_has_a_picture(booklet: Booklet, question: Base) -> None:
    assert question.picture


@pytest.mark.parametrize(
    ("booklet", "question"), [(b, q) for b, q in CHILDS if b.id != "my_review_my_choice"]
)
def test_each_choice_of_these_has_a_picture_too(booklet: Booklet, question: Base) -> None:
    assert [part.id for part in parts(question)[1:] if not part.picture] == []


@pytest.mark.parametrize(("booklet", "question"), CHILDS, ids=CHILDS_NAMES)
def test_words_that_are_not_true_for_every_child_are_left_out(booklet: Booklet, question: Base) -> None:
    said = " ".join(texts(question)).lower()
    if "short_breaks" not in question.not_for:
        assert not re.search(r"\b(in|leave) care\b", said)
    assert "the people you live with" not in said
    if not question.only_for:
        assert not re.search(r"\b(mum|dad|mother|father|parents)\b", said)


@pytest.mark.parametrize("question", OBSERVERS, ids=lambda q: q.id)
def test_what_was_seen_is_never_written_as_what_the_child_said(question: Base) -> None:
    said = " ".join(texts(question))
    assert not re.search(
        r"\{child\}(?:'s)? (?:says?|said|tells?|told|words)|(?<!not as )words of \{child\}", said
    )


def test_what_the_child_would_choose_is_marked_as_the_writers_view() -> None:
    would = [q for q in OBSERVERS if q.id.startswith("would_")]
    assert {q.id for q in would} == {"would_people", "would_place", "would_time"}
    assert all(q.text.startswith("In your view, ") for q in would)
    before = OBSERVERS[[q.id for q in OBSERVERS].index(would[0].id) - 1]
    assert (before.kind, "your view" in before.text) == ("information", True)


def test_how_a_child_says_yes_and_no_is_kept_for_the_iro() -> None:
    kept = {q.id for q in OBSERVERS if q.communication}
    assert {"shows_yes", "shows_no", "shows_happy", "shows_upset"} <= kept


def test_staff_have_a_short_name_for_every_question_and_never_for_other_words() -> None:
    for booklet, question in QUESTIONS:
        if question.kind != "information":
            asked = question.text.replace("{child}", "Zoë (Zo)")
            assert 1 <= len(brief(question, asked).split()) <= 6, f"{booklet.id}-{question.id}"
            assert not brief(question, f"{asked} And why?"), "asked in other words once: those stand"
    assert brief(None, "Said by text message, beside the questions") == ""


def test_one_question_of_the_same_words_has_one_short_name() -> None:
    named = {(question.id, question.text, question.short) for _, question in QUESTIONS if question.short}
    assert len(named) == len({(name, text) for name, text, _ in named})
