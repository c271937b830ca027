"""What each of our own booklets asks of whom (and what it must never ask)."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from tests.booklet.strategies import FACTS
from webapp.booklet.answers import Answer, Context
from webapp.booklet.definition import Base, Fact, Wish
from webapp.booklet.journey import path
from webapp.booklet.loader import load_all

OURS = load_all()
CHILDS, PARENTS, CARERS = OURS["my_review_my_choice"], OURS["parent"], OURS["carer"]
MOST_BY_AGE: dict[Fact, int] = {"age_4_7": 13, "age_8_11": 34, "age_12_plus": 49}
VARIANTS: tuple[Fact, ...] = ("secure", "short_breaks", "adoption", "unaccompanied")


def ids(name: str, *facts: Fact) -> list[str]:
    return [q.id for q in path(OURS[name], {}, Context(facts=frozenset(facts)))]


def said(question: Base) -> str:
    """All the words of a question, in small letters."""
    parts = [question, *getattr(question, "options", ()), *getattr(question, "topics", ())]
    keys = ("text", "easy", "sms", "hint", "why", "more")
    return " ".join(text for part in parts for key in keys if (text := getattr(part, key, None))).lower()


def test_the_whole_menu_can_be_chosen_from() -> None:
    assert {q.wish for q in CHILDS.questions if q.wish} == set(get_args(Wish))


@pytest.mark.parametrize("age", [*MOST_BY_AGE, "age_16_plus"])
@pytest.mark.parametrize("variant", [None, *VARIANTS])
def test_every_child_of_every_age_is_offered_the_whole_menu(age: Fact, variant: Fact | None) -> None:
    facts: tuple[Fact, ...] = (age, variant) if variant else (age,)
    if age == "age_16_plus":
        facts = (*facts, "age_12_plus")
    asked = path(CHILDS, {}, Context(facts=frozenset(facts)))
    wishes = [q.wish for q in asked if q.wish]
    assert set(wishes) == set(get_args(Wish))
    for single in ("attend", "who", "where", "when", "chair", "card"):
        assert wishes.count(single) == 1


@pytest.mark.parametrize(("age", "most"), MOST_BY_AGE.items())
@pytest.mark.parametrize("variant", [None, *VARIANTS])
def test_a_child_is_asked_fewer_things_than_the_national_survey_asks(
    age: Fact, most: int, variant: Fact | None
) -> None:
    facts: set[Fact] = {age, "has_brothers_or_sisters"} | ({variant} if variant else set())
    answers = {"attend": Answer("part"), "my_words": Answer(["iro_first"])}
    asked = [q for q in path(CHILDS, answers, Context(facts=frozenset(facts))) if q.kind != "information"]
    assert len(asked) < most


def test_an_older_child_is_asked_about_twenty_things() -> None:
    asked = [
        q for q in path(CHILDS, {}, Context(facts=frozenset({"age_12_plus"}))) if q.kind != "information"
    ]
    assert 18 <= len(asked) <= 24


def test_a_child_in_a_secure_unit_is_offered_places_that_are_there() -> None:
    asked = ids("my_review_my_choice", "secure", "age_12_plus")
    assert "where_secure" in asked
    assert "about_leaving" in asked
    assert not {"where", "together"} & set(asked)
    (where,) = [q for q in CHILDS.questions if q.id == "where_secure"]
    assert not re.search("café|phone|club", said(where))


def test_an_unaccompanied_child_is_told_about_the_home_office() -> None:
    assert "home_office" in ids("my_review_my_choice", "unaccompanied")
    assert "home_office" not in ids("my_review_my_choice")


def test_short_breaks_have_words_of_their_own() -> None:
    asked = ids("my_review_my_choice", "short_breaks", "age_8_11")
    assert "welcome_short_breaks" in asked
    assert "welcome" not in asked
    assert "about_breaks" in asked
    parents = ids("parent", "short_breaks")
    assert "care_breaks" in parents
    assert not {"care", "coming_home", "family_time"} & set(parents)


def test_reasons_and_what_must_not_be_said_go_to_the_iro() -> None:
    for question in CHILDS.questions:
        if question.wish == "not_in_front":
            assert (question.audience, question.private) == ("iro", True)
        if question.wish == "who":
            assert question.private
            assert "will not tell them" in (question.why or "")


def test_a_parent_is_never_asked_where_the_child_lives_nor_which_school() -> None:
    for question in PARENTS.questions:
        words = said(question)
        assert not re.search(
            r"\b(where (does|is) \{child\}|address of \{child\}|which school|name of the school)", words
        )
        if "lives" in words:
            assert "don't need to know" in words


def test_in_adoption_a_parent_is_asked_neither_to_come_nor_about_coming_home() -> None:
    asked = ids("parent", "adoption")
    assert not {"come", "support", "safe_together", "coming_home", "family_time", "consents"} & set(asked)
    assert "letterbox" in asked
    for question in path(PARENTS, {}, Context(facts=frozenset({"adoption"}))):
        assert not re.search(
            "coming home|come home|will you come|invited to the review|adopter", said(question)
        )


def test_a_parent_who_may_not_come_is_not_asked_whether_they_will() -> None:
    assert not {"come", "support", "safe_together"} & set(ids("parent", "may_not_attend"))
    assert "ring" in ids("parent", "may_not_attend")


def test_no_question_to_a_parent_turns_on_what_the_child_said() -> None:
    allowed = {"adoption", "may_not_attend", "short_breaks", "first_review"}
    assert {fact for q in PARENTS.questions for fact in (*q.only_for, *q.not_for)} <= allowed


@pytest.mark.parametrize("facts", [(), *((fact,) for fact in FACTS)])
def test_a_parent_reads_about_courts_and_solicitors_before_the_first_question(
    facts: tuple[Fact, ...],
) -> None:
    asked = path(PARENTS, {}, Context(facts=frozenset(facts)))
    assert [q.id for q in asked[:2]] == ["welcome", "who_reads"]
    assert "court" in said(asked[1])
    assert "solicitor" in said(asked[1])
    assert "even before you press send" in said(asked[1])


def test_questions_that_can_feel_like_evidence_say_why_and_may_be_skipped() -> None:
    by_id = {q.id: q for q in PARENTS.questions}
    for name in ("changes", "family_health", "agree_plan", "safe_together", "coming_home"):
        assert by_id[name].why
    assert "solicitor" in said(by_id["changes"])
    assert "skip" in said(by_id["changes"])


def test_carers_are_told_apart() -> None:
    residential, foster, connected = (
        ids("carer", "residential"),
        ids("carer", "foster"),
        ids("carer", "connected"),
    )
    own = {"key_sessions", "incidents", "group_living", "carry_on_home"}
    assert own <= set(residential)
    assert not own & {*foster, *connected}
    assert "connected_family" in connected
    assert {"household", "carry_on"} <= set(foster) & set(connected)
    assert not {"household", "carry_on", "connected_family"} & set(residential)


def test_skills_for_independence_are_asked_about_from_twelve() -> None:
    assert "skills" not in ids("carer", "foster", "age_8_11")
    assert "skills" in ids("carer", "foster", "age_12_plus")
    assert "staying_put" in ids("carer", "foster", "age_12_plus", "age_16_plus")


def test_last_decisions_are_asked_about_where_there_are_any() -> None:
    assert "last_decisions" in ids("carer", "has_decisions")
    assert "last_decisions" not in ids("carer")


@pytest.mark.parametrize("booklet", OURS.values(), ids=OURS.keys())
def test_every_booklet_leaves_room_for_anything_else(booklet: object) -> None:
    last = {"my_review_my_choice": "anything", "parent": "anything", "carer": "note_to_iro"}
    if getattr(booklet, "id", "") in last:
        question = next(q for q in booklet.questions if q.id == last[booklet.id])  # type: ignore[attr-defined]
        assert (question.kind, question.audience) == ("words", "iro")
