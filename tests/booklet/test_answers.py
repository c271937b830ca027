"""answers.check: what is kept, what is refused, and that nothing at all can break it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.booklet.strategies import NAMES, anything, contexts, said, values
from webapp.booklet.answers import (
    CODE_POINTS_AT_MOST,
    WORDS_AT_MOST,
    Answer,
    Context,
    Decision,
    Person,
    Problem,
    check,
    free_texts,
    length,
)
from webapp.booklet.definition import Base, Booklet
from webapp.booklet.loader import load_all

EXAMPLES = load_all("tests/booklet/examples")
QUESTIONS = [q for b in (*EXAMPLES.values(), *load_all().values()) for q in b.questions]
MUM = Person("mum", "Dawn", "Your mum", "mother", family=True)
IRO = Person("iro", "Jo Field", "Your IRO", "iro", must_come=True)
CONTEXT = Context(
    people=(MUM, IRO), decisions=(Decision("d1", "Find a club"),), dates=(dt.date(2027, 3, 1),), names=NAMES
)


def only(name: str) -> Base:
    """The one question of an example that has one."""
    booklet: Booklet = EXAMPLES[name]
    return booklet.questions[-1]


def kept(name: str, value: Any, words: str = "") -> Answer:
    answer = check(only(name), value, words, CONTEXT)
    assert isinstance(answer, Answer), answer
    return answer


def problem(name: str, value: Any, words: object = "") -> Problem:
    answer = check(only(name), value, words, CONTEXT)
    assert isinstance(answer, Problem), answer
    return answer


@given(st.sampled_from(QUESTIONS), anything, anything, contexts())
def test_any_json_is_an_answer_or_a_problem(question: Base, value: Any, words: Any, context: Context) -> None:
    assert isinstance(check(question, value, words, context), Answer | Problem)


@given(st.data(), st.sampled_from(QUESTIONS), contexts(), anything)
def test_junk_inside_the_right_shape_is_an_answer_or_a_problem(
    data: st.DataObject, question: Base, context: Context, junk: Any
) -> None:
    value = data.draw(values(question, context))
    if isinstance(value, dict) and value:
        key = data.draw(st.sampled_from(sorted(value)))
        inner = value[key]
        if isinstance(inner, dict) and inner and data.draw(st.booleans()):
            inner[data.draw(st.sampled_from(sorted(inner)))] = junk
        else:
            value[key] = junk
    assert isinstance(check(question, value, "", context), Answer | Problem)


@given(st.data(), st.sampled_from(QUESTIONS), contexts())
def test_a_kept_answer_stays_the_same_through_json_and_another_check(
    data: st.DataObject, question: Base, context: Context
) -> None:
    answer = check(question, data.draw(values(question, context)), data.draw(said), context)
    if isinstance(answer, Answer):
        value = json.loads(json.dumps(answer.value))
        assert check(question, value, answer.words, context) == answer


@given(st.data(), st.sampled_from(QUESTIONS), contexts())
def test_every_free_text_inside_an_answer_is_found(
    data: st.DataObject, question: Base, context: Context
) -> None:
    answer = check(question, data.draw(values(question, context)), data.draw(said), context)
    if isinstance(answer, Answer):
        ids = {
            *choices_in(question),
            *(p.ref for p in context.people),
            *(d.isoformat() for d in context.dates),
        }
        left = [text for text in strings(answer.value) if text and text not in ids]
        for text in [*left, *([answer.words] if answer.words else [])]:
            assert text in free_texts(answer.value, answer.words)


def choices_in(question: Base) -> set[str]:
    from webapp.booklet.definition import choices

    return choices(question)


def strings(value: Any) -> list[str]:
    """Every string that stands as a value anywhere inside."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in inner for text in strings(item)]


def test_a_choice_that_is_not_offered_is_refused() -> None:
    assert problem("choose_one", "green").code == "not_offered"
    assert problem("yes_no", "maybe").code == "not_offered"
    assert problem("faces", "6").code == "not_offered"
    assert problem("faces", 5).code == "not_offered"


def test_none_of_these_goes_with_nothing_else() -> None:
    assert problem("choose_many", ["none", "red"]).code == "alone"
    assert kept("choose_many", ["none"]).value == ["none"]


def test_many_choices_are_kept_once_and_in_the_booklets_order() -> None:
    assert kept("choose_many", ["blue", "red", "blue"]).value == ["red", "blue"]


def test_a_place_cannot_be_wanted_and_unwanted() -> None:
    assert problem("place", {"where": ["home"], "not_where": ["home"]}) == Problem("both", "not_where")
    value = kept("place", {"where": ["school"], "not_where": ["home"], "not_words": "Gran's"}).value
    assert value == {"where": ["school"], "not_where": ["home"], "not_words": "Gran's"}


def test_a_day_outside_the_window_is_refused() -> None:
    assert kept("times", {"good": ["2027-03-01"], "bad": ["evening"]}).value["good"] == ["2027-03-01"]
    assert problem("times", {"good": ["2027-03-02"]}).code == "not_offered"


def test_a_person_who_is_not_listed_cannot_be_chosen() -> None:
    assert problem("people", {"people": {"stranger": {"come": "yes"}}}) == Problem("not_offered", "people")


def test_a_wish_about_a_person_keeps_part_and_reason() -> None:
    row = {"come": "no", "part": False, "which": "", "why": "He shouts"}
    assert kept("people", {"people": {"mum": row}}).value == {"people": {"mum": row}, "added": []}


def test_no_may_be_said_of_somebody_who_has_to_come() -> None:
    assert kept("people", {"people": {"iro": {"come": "no"}}}).value["people"]["iro"]["come"] == "no"


def test_somebody_the_child_adds_is_meant_to_come() -> None:
    added = kept("people", {"added": [{"name": "Nan\n Rose", "who": "my nan"}]}).value["added"]
    assert added == [
        {"name": "Nan Rose", "who": "my nan", "come": "yes", "part": False, "which": "", "why": ""}
    ]


def test_who_they_are_will_do_for_a_name() -> None:
    assert (
        kept("people", {"added": [{"name": "", "who": "my old teacher"}]}).value["added"][0]["name"]
        == "my old teacher"
    )


def test_a_reason_about_nobody_is_asked_about_and_not_dropped() -> None:
    assert problem("people", {"added": [{"name": "", "why": "She hits me"}]}) == Problem("no_name", "added-0")
    assert kept("people", {"added": [{"name": " ", "come": "yes"}]}).value == {}


def test_more_people_than_a_page_holds_are_refused() -> None:
    assert problem("people", {"added": [{"name": f"P{n}"} for n in range(13)]}).code == "too_many"


def test_a_grid_keeps_rows_that_say_something() -> None:
    value = {"school": {"choice": "not_some", "words": "Mr Hill"}, "health": {"choice": "", "words": ""}}
    assert kept("grid_topics", value).value == {"school": {"choice": "not_some", "words": "Mr Hill"}}
    assert problem("grid_topics", {"moon": {"choice": "fine"}}).code == "not_offered"
    assert problem("grid_topics", {"school": {"choice": ["fine"]}}) == Problem("not_offered", "school")


def test_words_beside_a_row_are_kept_whether_or_not_they_were_asked_for() -> None:
    assert kept("grid_decisions", {"d1": {"choice": "done", "words": "x"}}).value["d1"]["words"] == "x"


def test_words_are_kept_with_or_without_a_box_for_them() -> None:
    assert kept("choose_one", "red", "x").words == "x"
    assert kept("yes_no", "yes", "because").words == "because"


@pytest.mark.parametrize(
    "name", ["yes_no", "choose_many", "place", "times", "people", "grid_topics", "words"]
)
def test_nothing_said_is_an_empty_answer(name: str) -> None:
    assert kept(name, None).empty


def test_the_limit_is_said_and_never_cuts() -> None:
    assert kept("words", None, "x" * WORDS_AT_MOST).words == "x" * WORDS_AT_MOST
    assert problem("words", None, "x" * (WORDS_AT_MOST + 1)) == Problem("too_long", "words")


def test_a_long_answer_in_joined_emoji_is_counted_as_people_count() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert kept("words", None, family * 1500 + "x" * 3500).words.startswith(family)
    assert length(family * 1500 + "x" * 3500) == WORDS_AT_MOST


def test_marks_piled_on_one_letter_are_not_endless() -> None:
    assert problem("words", None, "a" + "\u0301" * WORDS_AT_MOST * CODE_POINTS_AT_MOST).code == "too_long"


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("abc", 3), ("e\u0301", 1), ("👍🏽", 1), ("🇬🇧🇦🇫", 2), ("1\ufe0f\u20e3", 1), ("👨‍👩‍👧‍👦!", 2)],
)
def test_length_is_what_people_see(text: str, count: int) -> None:
    assert length(text) == count
