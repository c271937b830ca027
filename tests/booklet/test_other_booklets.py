"""What the booklets beside the review menu and the two forms ask of whom: observer, adopter, afterwards, the home."""

from __future__ import annotations

import re

import pytest

from webapp.booklet.answers import Answer, Context
from webapp.booklet.definition import Base, Fact
from webapp.booklet.journey import path
from webapp.booklet.loader import load_all

OURS = load_all()
AGES: tuple[Fact, ...] = ("age_4_7", "age_8_11", "age_12_plus")


def asked(name: str, *facts: Fact, **answers: str) -> list[Base]:
    """The questions (not the things to read) that this person is asked."""
    given = {question: Answer(value) for question, value in answers.items()}
    found = path(OURS[name], given, Context(facts=frozenset(facts)))
    return [q for q in found if q.kind != "information"]


def said(question: Base) -> str:
    parts = [question, *getattr(question, "options", ()), *getattr(question, "topics", ())]
    keys = ("text", "easy", "sms", "hint", "why", "more", "row_more")
    return " ".join(text for part in parts for key in keys if (text := getattr(part, key, None))).lower()


def test_the_observer_is_for_small_children_and_children_without_words() -> None:
    assert set(OURS["observer"].only_for) == {"under_4", "no_words"}
    assert {b.id for b in OURS.values() if b.who == "observer"} == {"observer"}


def test_what_comes_after_the_review_is_told_apart_from_what_comes_before() -> None:
    after = {b.id for b in OURS.values() if b.asked == "after"}
    assert after == {"how_was_it", "how_was_it_parent", "how_was_it_carer"}
    assert OURS["foster_review_child"].asked == "apart"


@pytest.mark.parametrize(("age", "most"), [("age_4_7", 9), ("age_8_11", 13), ("age_12_plus", 13)])
def test_how_was_it_is_short_and_shorter_for_the_youngest(age: Fact, most: int) -> None:
    longest = asked("how_was_it", age, people="no", know_decided="all")
    assert 6 <= len(longest) <= most


def test_somebody_who_got_whom_they_asked_for_is_not_asked_whether_they_were_told_why() -> None:
    assert "told_why" not in {q.id for q in asked("how_was_it", "age_8_11", people="all")}
    assert "told_why" in {q.id for q in asked("how_was_it", "age_8_11", people="some")}


@pytest.mark.parametrize("fact", ["adoption", "may_not_attend"])
def test_a_parent_who_was_not_asked_to_come_is_not_asked_whether_they_were_there(fact: Fact) -> None:
    assert not {"came", "safe"} & {q.id for q in asked("how_was_it_parent", fact)}
    assert {"heard", "clear", "anything"} <= {q.id for q in asked("how_was_it_parent", fact)}


def test_no_question_to_a_parent_afterwards_turns_on_what_the_child_said() -> None:
    facts = {fact for q in OURS["how_was_it_parent"].questions for fact in (*q.only_for, *q.not_for)}
    assert facts <= {"adoption", "may_not_attend"}


def test_a_birth_parent_in_adoption_is_asked_what_to_keep_for_the_child_and_offered_support() -> None:
    own = {"keep_for_child", "own_support", "letterbox"}
    assert own <= {q.id for q in asked("parent", "adoption")}
    assert not own & {q.id for q in asked("parent")}


@pytest.mark.parametrize("question", OURS["adopter"].questions, ids=lambda q: q.id)
def test_an_adopter_is_never_asked_who_they_are_or_where_they_live(question: Base) -> None:
    assert not re.search(
        r"what is your (name|surname|address|number|postcode)|where do you live|which school", said(question)
    )
    assert not question.may_add  # a photo can show a street, a uniform, a face


def test_what_an_adopter_says_of_names_home_and_safety_goes_to_the_iro() -> None:
    by_id = {q.id: q for q in OURS["adopter"].questions}
    for name in ("name", "privacy", "safety"):
        assert (by_id[name].audience, by_id[name].private) == ("iro", True)


def test_an_adopter_reads_who_will_see_it_before_the_first_question() -> None:
    first = OURS["adopter"].questions[:3]
    assert [q.kind for q in first] == ["information"] * 3
    assert "court" in said(first[1])
    assert "even before you press send" in said(first[1])


@pytest.mark.parametrize("age", AGES)
def test_a_child_in_a_foster_home_is_asked_what_the_yearly_check_is_about(age: Fact) -> None:
    names = {q.id for q in asked("foster_review_child", age)}
    assert {"being_here", "good", "change", "listens", "rules", "tell", "safe", "clothes", "friends"} <= names
    assert len(names) < {"age_4_7": 15, "age_8_11": 20, "age_12_plus": 20}[age]


def test_what_a_child_says_about_the_carers_goes_to_the_reviewer_first() -> None:
    by_id = {q.id: q for q in OURS["foster_review_child"].questions}
    for name in ("being_here", "change", "listens", "rules", "tell", "safe", "may_tell"):
        assert by_id[name].audience == "iro"
    assert "may have to" in said(by_id["may_tell"])
