"""A reading becomes an answer that is fair, and nobody who was refused is ever wanted."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.chat.drawing import BOOKLETS, CONTEXT, QUESTIONS, first_step, readings
from webapp.booklet.answers import SKIPPED, Answer, check
from webapp.booklet.definition import Base, Question
from webapp.booklet.wording import english
from webapp.chat.reading import Action, Reading
from webapp.chat.steps import Step, next_step, take

MENU = {q.id: q for q in BOOKLETS["my_review_my_choice"].questions}
LIFE = {q.id: q for q in BOOKLETS["my_life"].questions}
ASKED = [q for q in QUESTIONS if q.kind != "information"]


def told(question: Base, *replies: Reading, raw: str = "", so_far: Answer | None = None) -> Answer:
    """The answer after these replies, each to the next step."""
    answer, done = so_far, tuple[str, ...]()
    for reading in replies:
        step = next_step(question, CONTEXT, answer, done, english)  # type: ignore[arg-type]
        assert step is not None
        answer, done = take(question, step, reading, answer, raw), (*done, step.id)
    assert answer is not None
    return answer


def says(*choices: int, out: tuple[int, ...] = (), text: str = "", action: Any = "answer") -> Reading:
    return Reading(action, choices=choices, exclude=out, text=text)


@given(data=st.data())
@settings(max_examples=400)
def test_any_reading_that_a_step_can_have_gives_a_fair_answer(data: st.DataObject) -> None:
    question: Question = data.draw(st.sampled_from(ASKED))
    answer, done, refused = None, tuple[str, ...](), set[str]()
    for _ in range(12):
        step = next_step(question, CONTEXT, answer, done, english)
        if step is None:
            break
        reading = data.draw(readings(step))
        answer, done = (
            take(question, step, reading, answer, data.draw(st.text(max_size=20))),
            (*done, step.id),
        )
        if step.id in ("want", "where", "good") and reading.action == "answer":
            refused = {step.ids[n - 1] for n in reading.exclude}
        assert answer == SKIPPED or check(question, answer.value, answer.words, CONTEXT) == answer
        assert not refused & set(wanted(answer.value))
    else:
        pytest.fail(f"{question.id} is asked without an end")


def wanted(value: Any) -> list[str]:
    """Whatever this value says is wanted."""
    if not isinstance(value, dict):
        return []
    rows = value.get("people", {})
    coming = [ref for ref, row in rows.items() if row["come"] == "yes"]
    return [*coming, *value.get("where", []), *value.get("good", [])]


@given(data=st.data())
@settings(max_examples=100)
def test_a_skip_or_a_word_that_steers_changes_nothing(data: st.DataObject) -> None:
    question: Question = data.draw(st.sampled_from(ASKED))
    step, before = first_step(question), Answer(words="said before")
    steers: list[Action] = ["skip", "clarify", "menu", "help", "back", "ignore", "stop"]
    action = data.draw(st.sampled_from(steers))
    assert take(question, step, Reading(action), before) == before
    assert take(question, step, Reading(action), None) == SKIPPED


def test_who_was_neither_chosen_nor_refused_stays_unanswered() -> None:
    people = told(MENU["who"], says(3, 6, out=(5,))).value["people"]
    assert {ref: row["come"] for ref, row in people.items()} == {"p3": "yes", "p5": "no", "p6": "yes"}


def test_none_of_them_refuses_each_in_so_many_words() -> None:
    answer = told(MENU["who"], says(action="none_suit"), raw="none of them")
    assert {row["come"] for row in answer.value["people"].values()} == {"no"}
    assert answer.words == "none of them"


def test_everyone_does_not_undo_an_earlier_no() -> None:
    first = told(MENU["who"], says(3, out=(5,)))
    again = told(MENU["who"], says(1, 2, 3, 4, 5, 6), so_far=first)
    assert again.value["people"]["p5"]["come"] == "no"
    assert again.value["people"]["p4"]["come"] == "yes"


def test_naming_somebody_by_themselves_takes_back_a_no() -> None:
    first = told(MENU["who"], says(3, out=(5,)))
    assert told(MENU["who"], says(3, 5), so_far=first).value["people"]["p5"]["come"] == "yes"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Josh", ["Josh"]),
        ("my mate josh and auntie Kim", ["my mate josh", "auntie Kim"]),
        ("Zoë, Tom & Mrs O'Neill", ["Zoë", "Tom", "Mrs O'Neill"]),
        ("no", []),
        ("nobody!", []),
        ("not uncle phil", []),
        ("anyone but my dad", []),
        ("I would like it if my old football coach could come along please", []),
    ],
)
def test_people_who_are_added_by_name(text: str, names: list[str]) -> None:
    answer = told(MENU["who"], says(3), Reading("answer", text=text))
    assert [row["name"] for row in answer.value["added"]] == names
    assert {row["come"] for row in answer.value["added"]} <= {"yes"}
    plain_no = text in ("no", "nobody!")
    assert answer.words == ("" if names or plain_no else text)


def test_where_it_must_not_be_is_what_is_named_with_or_without_a_not() -> None:
    expected = {"where": ["school"], "not_where": ["home", "office"], "not_words": ""}
    assert told(MENU["where"], says(2), says(1, 3)).value == expected
    assert told(MENU["where"], says(2), says(out=(1, 3))).value == expected


def test_a_place_that_is_wanted_and_then_refused_is_refused() -> None:
    value = told(MENU["where"], says(1, 2), says(2)).value
    assert value == {"where": ["home"], "not_where": ["school"], "not_words": ""}


def test_anywhere_else_spares_what_was_wanted() -> None:
    value = told(MENU["where"], says(1), says(*range(1, 10))).value
    assert value["where"] == ["home"]
    assert len(value["not_where"]) == 8


def test_a_no_in_the_first_reply_saves_the_second_question() -> None:
    question = MENU["when"]
    answer = told(question, says(1, 2, out=(12,), text="i have football"))
    assert answer == Answer({"good": ["monday", "tuesday"], "bad": ["lessons"]}, "i have football")
    assert next_step(question, CONTEXT, answer, ("good",), english) is None


def test_a_day_of_the_window_is_understood_and_not_listed() -> None:
    step = first_step(MENU["when"])
    assert step.show == 13
    assert step.ids[13:] == ("2026-12-01", "2026-12-02")
    assert told(MENU["when"], says(14)).value == {"good": ["2026-12-01"], "bad": []}


def test_rows_that_are_named_get_the_choice_that_the_booklet_gives() -> None:
    answer = told(MENU["not_in_front"], says(1, out=(8,)))
    assert answer.value == {
        "family": {"choice": "not_there", "words": ""},
        "trouble": {"choice": "not_there", "words": ""},
    }


def test_a_grid_is_asked_row_by_row_and_keeps_the_words_beside_each() -> None:
    answer = told(LIFE["safe"], says(1), says(4, text="year 9s"), Reading("skip"), says(2))
    assert answer.value == {
        "home": {"choice": "always", "words": ""},
        "school": {"choice": "never", "words": "year 9s"},
        "online": {"choice": "mostly", "words": ""},
    }


def test_one_that_goes_with_no_other_gives_way_to_what_was_chosen() -> None:
    assert told(MENU["comfort"], says(1, 7)).value == ["breaks"]
    assert told(MENU["comfort"], says(action="none_suit"), raw="none") == Answer(["none"], "none")


def test_what_has_no_place_among_the_choices_is_kept_in_their_words() -> None:
    answer = told(MENU["meetings"], says(action="no_preference"), raw="dont mind")
    assert answer == Answer(None, "dont mind")
    assert told(MENU["attend"], says(1, text="but im nervous")) == Answer("all", "but im nervous")


def test_somewhere_else_is_asked_where_and_only_then() -> None:
    answer = told(MENU["where"], says(9), Reading("skip"))
    more = next_step(MENU["where"], CONTEXT, answer, ("where", "not_where"), english)
    assert more is not None
    assert (more.id, more.asked.text) == ("more", "If it is somewhere else, where?")
    assert (
        take(MENU["where"], more, Reading("answer", text="the boat house"), answer).words == "the boat house"
    )
    other = told(MENU["where"], says(1), Reading("skip"))
    assert next_step(MENU["where"], CONTEXT, other, ("where", "not_where"), english) is None


def test_faces_and_yes_or_no_are_read_by_meaning_or_number() -> None:
    faces, sure = LIFE["home"], LIFE["worry"]
    assert told(faces, Reading("answer", score=4)).value == "4"
    assert told(sure, Reading("answer", value="not_sure")).value == "not_sure"
    assert told(sure, says(2)).value == "no"


def test_a_question_that_was_skipped_asks_no_more() -> None:
    assert next_step(LIFE["safe"], CONTEXT, SKIPPED, ("row:home",), english) is None


def test_each_kind_is_asked_and_information_is_not() -> None:
    kinds: dict[str, Step | None] = {}
    for question in QUESTIONS:
        kinds.setdefault(question.kind, next_step(question, CONTEXT, None, (), english))
    assert {kind for kind, step in kinds.items() if step is None} == {"information"}
    assert len(kinds) == 10
