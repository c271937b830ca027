"""The path is worked out from facts and answers each time: nothing on it can go stale."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.booklet.strategies import FACTS, contexts, sittings
from webapp.booklet.answers import SKIPPED, Answer, Context
from webapp.booklet.definition import Booklet, Fact
from webapp.booklet.journey import after, core, extras, first_open, leg, path
from webapp.booklet.loader import load_all

EXAMPLES = load_all("tests/booklet/examples")
BOOKLETS = [*EXAMPLES.values(), *load_all().values()]


def ids(booklet: Booklet, answers: dict[str, Answer] | None = None, *facts: Fact) -> list[str]:
    return [q.id for q in path(booklet, answers or {}, Context(facts=frozenset(facts)))]


@given(st.data(), st.sampled_from(BOOKLETS), contexts())
def test_the_path_keeps_the_booklets_order_and_repeats_nothing(
    data: st.DataObject, booklet: Booklet, context: Context
) -> None:
    answers = {name: kept.answer for name, kept in data.draw(sittings(booklet, context)).items()}
    order = [q.id for q in booklet.questions]
    places = [order.index(q.id) for q in path(booklet, answers, context)]
    assert places == sorted(set(places))


@given(st.data(), st.sampled_from(BOOKLETS), contexts())
def test_an_answer_changes_nothing_before_it(data: st.DataObject, booklet: Booklet, context: Context) -> None:
    answers = {name: kept.answer for name, kept in data.draw(sittings(booklet, context)).items()}
    before = path(booklet, answers, context)
    if before and answers:
        name = data.draw(st.sampled_from(sorted(answers)))
        fewer = path(booklet, {key: answer for key, answer in answers.items() if key != name}, context)
        order = [q.id for q in booklet.questions]
        place = order.index(name)
        assert [q for q in before if order.index(q.id) <= place] == [
            q for q in fewer if order.index(q.id) <= place
        ]


@given(st.data(), st.sampled_from(BOOKLETS), contexts())
def test_answering_what_is_open_ends(data: st.DataObject, booklet: Booklet, context: Context) -> None:
    answers = {name: kept.answer for name, kept in data.draw(sittings(booklet, context)).items()}
    for _ in range(len(booklet.questions) + 1):
        question = first_open(path(booklet, answers, context), answers)
        if question is None:
            return
        answers[question.id] = SKIPPED
    pytest.fail("there was always another question")


@given(st.sampled_from(BOOKLETS), contexts())
def test_going_on_from_each_question_walks_the_whole_path(booklet: Booklet, context: Context) -> None:
    questions = path(booklet, {}, context)
    walked = []
    question = questions[0] if questions else None
    while question:
        walked.append(question)
        question = after(questions, question.id)
    assert tuple(walked) == questions


@given(st.sampled_from(BOOKLETS), st.frozensets(st.sampled_from(FACTS)), contexts())
def test_the_path_needs_only_facts(booklet: Booklet, facts: frozenset[Fact], context: Context) -> None:
    rich = Context(facts, context.people, context.decisions, context.dates, context.names)
    assert path(booklet, {}, Context(facts=facts)) == path(booklet, {}, rich)


def test_a_follow_up_is_asked_where_its_choice_was_made() -> None:
    booklet = EXAMPLES["follow_up"]
    assert ids(booklet) == ["attend"]
    assert ids(booklet, {"attend": Answer("all")}) == ["attend"]
    assert ids(booklet, {"attend": Answer("part")}) == ["attend", "which_part"]
    assert ids(booklet, {"attend": SKIPPED}) == ["attend"]


def test_a_follow_up_of_a_question_that_dropped_away_drops_away_too() -> None:
    booklet = EXAMPLES["follow_up"]
    answers = {"attend": Answer("part"), "which_part": Answer("end")}
    assert ids(booklet, answers) == ["attend", "which_part", "why_the_end"]
    assert ids(booklet, {**answers, "attend": Answer("all")}) == ["attend"]


def test_facts_choose_between_variants() -> None:
    booklet = EXAMPLES["facts"]
    assert ids(booklet) == ["where"]
    assert ids(booklet, {}, "secure") == ["where_secure"]
    assert ids(booklet, {}, "age_12_plus") == ["where", "older"]
    assert ids(booklet, {}, "age_12_plus", "short_breaks") == ["where"]


def test_a_grid_without_rows_is_not_asked() -> None:
    assert ids(EXAMPLES["grid_decisions"]) == []
    assert ids(EXAMPLES["grid_decisions"], {}, "has_decisions") == ["last_time"]
    assert ids(EXAMPLES["grid_family"], {}, "has_people") == ["family"]


@pytest.mark.parametrize(
    ("value", "held"),
    [
        (None, set()),
        ("red", {"red"}),
        (["red", "blue"], {"red", "blue"}),
        ({"where": ["home"], "not_where": ["school"], "not_words": ""}, {"home"}),
        ({"good": ["morning"], "bad": ["evening"]}, {"morning"}),
        ({"d1": {"choice": "done", "words": ""}}, {"done"}),
        ({"people": {"mum": {"come": "no"}}, "added": []}, {"no"}),
    ],
)
def test_what_an_answer_holds(value: object, held: set[str]) -> None:
    from webapp.booklet.journey import _held

    assert _held(Answer(value)) - {""} == held


def test_information_is_read_and_never_open() -> None:
    questions = path(EXAMPLES["information"], {}, Context())
    first = first_open(questions, {})
    assert first is not None
    assert first.id == "said"


def test_the_core_comes_first_and_each_extra_section_by_itself() -> None:
    booklet = EXAMPLES["extra"]
    questions = path(booklet, {}, Context(facts=frozenset({"age_12_plus"})))
    assert [q.id for q in core(booklet, questions)] == ["home", "school"]
    found = [
        (one.extra.title if one.extra else "", [q.id for q in one.questions])
        for one in extras(booklet, questions)
    ]
    assert found == [("Fun", ["club", "new"]), ("Money", ["savings"])]


def test_an_extra_section_without_a_question_for_this_person_is_not_offered() -> None:
    booklet = EXAMPLES["extra"]
    assert [one.extra and one.extra.id for one in extras(booklet, path(booklet, {}, Context()))] == ["fun"]


def test_a_question_leads_on_within_its_own_leg() -> None:
    booklet = EXAMPLES["extra"]
    questions = path(booklet, {}, Context())
    assert [q.id for q in leg(booklet, questions, "school").questions] == ["home", "school"]
    assert [q.id for q in leg(booklet, questions, "new").questions] == ["club", "new"]
    assert leg(booklet, questions, "savings").extra is None


@given(st.sampled_from(BOOKLETS), contexts())
def test_core_and_extras_are_the_whole_path_in_its_order(booklet: Booklet, context: Context) -> None:
    questions = path(booklet, {}, context)
    more = [q for one in extras(booklet, questions) for q in one.questions]
    assert [*core(booklet, questions), *more] == list(questions)
