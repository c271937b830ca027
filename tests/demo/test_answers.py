"""What made-up people say is a fair answer to every question of every booklet, and has words of its own."""

from __future__ import annotations

import random

import pytest

from webapp.booklet.answers import Context, Decision, Person
from webapp.booklet.definition import Booklet
from webapp.booklet.loader import load_all
from webapp.demo.answers import give
from webapp.demo.playing import _answers
from webapp.demo.words import CHILD

OURS = load_all()
PEOPLE = (
    Person("p1", "Ann", "Your nan", "grandparent", family=True),
    Person("p2", "Jo", "Your IRO", "iro", True),
)
LIFE = Context(frozenset({"age_8_11", "has_people", "has_decisions"}), PEOPLE, (Decision("d1", "A bike"),), (),
               {"child": "Sam", "name": "Ann", "iro": "Jo", "council": "Northsea"})  # fmt: skip


@pytest.mark.parametrize("booklet", OURS.values(), ids=OURS.keys())
@pytest.mark.parametrize("seed", range(5))
def test_every_question_gets_a_fair_answer(booklet: Booklet, seed: int) -> None:
    rng = random.Random(seed)
    for question in booklet.questions:
        if question.kind != "information":
            give(question, LIFE, rng, booklet.who)


def test_a_child_answers_the_core_and_looks_into_some_of_the_rest() -> None:
    booklet = OURS["my_life"]
    told = [{q.id for q, _ in _answers(booklet, LIFE, random.Random(seed), "child")} for seed in range(20)]
    extra = [len(one & booklet.extra_ids) for one in told]
    assert min(len(one - booklet.extra_ids) for one in told) >= 24
    assert 0 < sum(extra) / len(extra) < len(booklet.extra_ids) / 2


def test_a_child_has_words_for_most_of_their_life_and_none_for_what_nobody_asks() -> None:
    asked = {q.id for b in OURS.values() if b.who == "child" for q in b.questions}
    assert set(CHILD) <= asked
    open_ = {q.id for q in OURS["my_life"].questions if q.kind == "words" and not q.only_for}
    assert len(open_ & set(CHILD)) > len(open_) / 2
