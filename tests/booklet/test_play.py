"""A booklet in a terminal gives the same answers as anywhere else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.booklet.naughty import NAUGHTY
from tests.booklet.strategies import contexts
from tests.booklet.test_answers import CONTEXT, EXAMPLES, only
from webapp.booklet.answers import SKIPPED, Answer, Context, check
from webapp.booklet.definition import Booklet
from webapp.booklet.loader import load_all
from webapp.booklet.play import ASKERS, PROBLEMS, play
from webapp.booklet.wording import Translate, english


class Terminal:
    """Somebody who types these lines and then hangs up; `shown` is all that they were told."""

    def __init__(self, *lines: str) -> None:
        self.lines: Iterator[str] = iter(lines)
        self.shown: list[str] = []

    def ask(self, prompt: str) -> str:
        self.shown.append(prompt)
        try:
            return next(self.lines)
        except StopIteration:
            raise EOFError from None


def typed(
    name: str, *lines: str, context: Context = CONTEXT, translate: Translate = english
) -> dict[str, Answer]:
    terminal = Terminal(*lines)
    return play(EXAMPLES[name], context, terminal.ask, terminal.shown.append, translate)


@pytest.mark.parametrize(
    ("name", "lines", "value", "words"),
    [
        ("yes_no", ["1", "Because"], "yes", "Because"),
        ("choose_one", ["2"], "blue", ""),
        ("choose_many", ["2, 1"], ["red", "blue"], ""),
        ("faces", ["5", ""], "5", ""),
        ("words", ["I <3 my dog"], None, "I <3 my dog"),
        (
            "place",
            ["2", "1", "Nan's", "The park"],
            {"where": ["school"], "not_where": ["home"], "not_words": "Nan's"},
            "The park",
        ),
        ("times", ["1 3", "2"], {"good": ["morning", "2027-03-01"], "bad": ["evening"]}, ""),
    ],
)
def test_numbers_and_words_become_the_answer(name: str, lines: list[str], value: object, words: str) -> None:
    assert typed(name, *lines) == {only(name).id: Answer(value, words)}


def test_people_are_asked_about_one_by_one_and_others_may_be_added() -> None:
    answers = typed("people", "3", "He shouts", "", "Nan Rose", "my nan", "1", "cake", "", "", "Thanks")
    assert answers["who"] == Answer(
        {
            "people": {"mum": {"come": "no", "part": False, "which": "", "why": "He shouts"}},
            "added": [
                {"name": "Nan Rose", "who": "my nan", "come": "yes", "part": True, "which": "cake", "why": ""}
            ],
        },
        "Thanks",
    )


def test_a_grid_goes_row_by_row() -> None:
    value = {"school": {"choice": "not_some", "words": "Mr Hill"}}
    assert typed("grid_topics", "2", "Mr Hill", "", "")["not_in_front"] == Answer(value)


def test_a_wrong_number_is_asked_again() -> None:
    terminal = Terminal("9", "two", "1 2", "2")
    answers = play(EXAMPLES["choose_one"], CONTEXT, terminal.ask, terminal.shown.append)
    assert answers == {"colour": Answer("blue")}
    assert terminal.shown.count(PROBLEMS["not_offered"]) == 3


def test_an_answer_that_is_not_fair_is_asked_again_with_why() -> None:
    terminal = Terminal("1 3", "3")
    assert play(EXAMPLES["choose_many"], CONTEXT, terminal.ask, terminal.shown.append) == {
        "colours": Answer(["none"])
    }
    assert PROBLEMS["alone"] in terminal.shown


def test_skip_back_and_save() -> None:
    assert typed("follow_up", "skip") == {"attend": SKIPPED}
    assert typed("follow_up", "2", "BACK", "1") == {"attend": Answer("all")}
    assert typed("follow_up", "2", "save", "1") == {"attend": Answer("part")}
    assert typed("follow_up", "back", "1") == {"attend": Answer("all")}


def test_the_end_of_the_input_keeps_what_there_is() -> None:
    assert typed("follow_up", "2") == {"attend": Answer("part")}


def test_names_fill_the_blanks_and_words_are_translated() -> None:
    terminal = Terminal("Da", "")
    play(
        EXAMPLES["blanks"],
        CONTEXT,
        terminal.ask,
        terminal.shown.append,
        lambda text: text.replace("How is", "Sut mae"),
    )
    assert "[1/1] Sut mae Sam doing?" in terminal.shown


def test_commands_are_translated_too() -> None:
    answers = typed("follow_up", "hepgor", translate=lambda text: {"skip": "hepgor"}.get(text, text))
    assert answers == {"attend": SKIPPED}


def test_every_kind_of_question_can_be_asked() -> None:
    kinds = {q.kind for b in (*EXAMPLES.values(), *load_all().values()) for q in b.questions}
    assert kinds == {*ASKERS, "information"}


@given(
    st.sampled_from([*EXAMPLES.values(), *load_all().values()]),
    contexts(),
    st.lists(st.sampled_from(("1", "2", "1 2", "", "skip", "back", "99", *NAUGHTY)), max_size=60),
)
def test_whatever_is_typed_gives_fair_answers(booklet: Booklet, context: Context, lines: list[str]) -> None:
    terminal = Terminal(*lines)
    questions = {q.id: q for q in booklet.questions}
    for name, answer in play(booklet, context, terminal.ask, terminal.shown.append).items():
        assert answer == SKIPPED or check(questions[name], answer.value, answer.words, context) == answer


def test_more_is_offered_after_the_core_until_an_empty_line() -> None:
    answers = typed(
        "extra", "5", "4", "1", "1", "Judo", "back", "3", "Drums", "I want to sail", "", "unheard"
    )
    assert answers == {
        "home": Answer("5"), "school": Answer("4"),
        "club": Answer("no", "Drums"), "new": Answer(None, "I want to sail"),
    }  # fmt: skip


def test_a_core_without_more_ends_as_it_is() -> None:
    assert list(typed("extra", "5", "4", "")) == ["home", "school"]
