"""My Life, My Review and My Voice: what each age and each variant is asked, and that no word of it is false."""

from __future__ import annotations

import re

import pytest

from tests.booklet.test_words import parts, texts
from webapp.booklet.answers import Answer, Context
from webapp.booklet.definition import Fact, Question
from webapp.booklet.journey import core, extras, path
from webapp.booklet.loader import load_all

BOOKLET = load_all()["my_life"]
BANDS: dict[str, tuple[Fact, ...]] = {
    "4-7": ("age_4_7",), "8-11": ("age_8_11",), "12": ("age_12_plus",), "16": ("age_12_plus", "age_16_plus"),
}  # fmt: skip
MOST = {"4-7": 12, "8-11": 28, "12": 36, "16": 36}
"""In the core. The largest national survey of children in care asks 13, 34 and 49 (booklets.md)."""
VARIANTS: tuple[Fact, ...] = ("short_breaks", "secure", "unaccompanied", "adoption", "no_words")
EVERYTHING: tuple[Fact, ...] = (
    "has_people",
    "has_decisions",
    "has_brothers_or_sisters",
    "first_review",
    "foster",
)
OLDER = ("8-11", "12", "16")
OPENING = {"sw": Answer("more")}
"""An answer that opens the one question that waits for another."""


def walked(band: str, *facts: Fact) -> tuple[Question, ...]:
    return path(BOOKLET, OPENING, Context(facts=frozenset({*BANDS[band], *facts})))


def asked(band: str, *facts: Fact) -> list[str]:
    return [q.id for q in core(BOOKLET, walked(band, *facts)) if q.kind != "information"]


def offered(band: str, *facts: Fact) -> list[str]:
    return [q.id for leg in extras(BOOKLET, walked(band, *facts)) for q in leg.questions]


def everything_said(band: str, *facts: Fact) -> str:
    return " ".join(text for q in walked(band, *facts) for text in texts(q)).lower()


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("variant", [(), *((v,) for v in VARIANTS), *((v, "no_words") for v in VARIANTS[:4])])
def test_the_core_is_shorter_than_the_national_survey(band: str, variant: tuple[Fact, ...]) -> None:
    assert len(asked(band, *variant, *EVERYTHING)) <= MOST[band]


def test_a_six_year_old_is_done_in_about_ten_pages() -> None:
    assert len(core(BOOKLET, walked("4-7", "has_people"))) in (10, 11, 12)


@pytest.mark.parametrize("band", BANDS)
def test_every_extra_section_has_something_for_somebody_and_none_is_long(band: str) -> None:
    for leg in extras(BOOKLET, walked(band, *EVERYTHING)):
        assert 1 <= len(leg.questions) <= 8


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("variant", [(), *((v,) for v in VARIANTS)])
@pytest.mark.parametrize(
    "topic",
    [
        {"helping"}, {"feel_now"}, {"me", "me_little"}, {"home", "breaks", "here"},
        {"safe", "safe_little", "safe_breaks", "safe_here"}, {"trust", "talk_to"},
        {"school", "school_little", "lessons"}, {"worry"}, {"change"}, {"best"},
    ],
    ids=lambda topic: " ".join(sorted(topic)),
)  # fmt: skip
def test_each_topic_is_asked_about_once(band: str, variant: tuple[Fact, ...], topic: set[str]) -> None:
    assert len(topic & set(asked(band, *variant))) == 1


@pytest.mark.parametrize("band", OLDER)
@pytest.mark.parametrize(
    "name",
    [
        "listen",
        "bullied",
        "learn_help",
        "health_help",
        "upset",
        "friends",
        "sw",
        "iro_know",
        "iro_alone",
        "plan",
    ],
)
def test_from_eight_the_core_holds_what_reviews_turn_on(band: str, name: str) -> None:
    assert name in asked(band)


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("variant", [(), *((v,) for v in VARIANTS)])
def test_what_the_youngest_are_not_asked_they_may_still_say(band: str, variant: tuple[Fact, ...]) -> None:
    said = {*asked(band, *variant), *offered(band, *variant)}
    for either in (
        {"sw", "sw_little"}, {"iro_know", "iro_little"}, {"iro_alone", "iro_talk_little"},
        {"not_in_front", "not_in_front_little"}, {"upset", "upset_little"}, {"health_help", "body_little"},
        {"complain", "unfair_little"}, {"celebrate"}, {"friends", "friends_little"}, {"yes_no_ways", "talking_ways"},
    ):  # fmt: skip
        assert len(either & said) == 1, either


@pytest.mark.parametrize("band", OLDER)
def test_seeing_family_goes_person_by_person_where_there_are_any(band: str) -> None:
    assert "family" in asked(band, "has_people")
    assert "family" not in asked(band)
    assert "see_someone" in asked(band)
    (grid,) = [q for q in BOOKLET.questions if q.id == "family"]
    assert (grid.audience, grid.private) == ("iro", True)


def test_the_youngest_without_such_a_list_are_asked_in_one_question() -> None:
    assert "see_someone_little" in asked("4-7")
    assert "see_someone_little" not in asked("4-7", "has_people")


@pytest.mark.parametrize("band", BANDS)
def test_on_short_breaks_nothing_says_that_the_child_lives_elsewhere(band: str) -> None:
    said = everything_said(band, "short_breaks", *EVERYTHING)
    assert not re.search(r"\b(in care|leave care|foster|adopted|pep|pathway|stay living)\b", said)
    ids = {*asked(band, "short_breaks", *EVERYTHING), *offered(band, "short_breaks", *EVERYTHING)}
    assert not {"home", "home_stay", "why", "family", "pocket_money", "savings"} & ids
    assert {"breaks", "safe_breaks", "home_now"} <= ids


@pytest.mark.parametrize("band", OLDER)
def test_in_a_secure_unit_nothing_is_asked_that_cannot_be(band: str) -> None:
    said = everything_said(band, "secure")
    assert not re.search(r"\b(online|stay over|club|a pet|sleep at)\b", said)
    assert "where you live?" not in said
    assert {"here", "here_next", "safe_here", "lessons"} <= set(asked(band, "secure"))


@pytest.mark.parametrize("band", BANDS)
def test_an_unaccompanied_child_is_told_of_the_home_office_and_not_asked_about_the_past(band: str) -> None:
    questions = walked(band, "unaccompanied")
    assert [q.id for q in questions[:2]] == ["welcome", "home_office"]
    ids = {q.id for q in questions}
    assert not {"why", "story", "story_little", "memories", "see_someone", "see_someone_little"} & ids
    assert len({"find_someone", "find_someone_little"} & ids) == 1
    assert not re.search(r"\b(mum|dad|parents?)\b", everything_said(band, "unaccompanied"))


@pytest.mark.parametrize("band", OLDER)
def test_in_adoption_nobody_is_asked_whether_they_want_to_stay(band: str) -> None:
    ids = asked(band, "adoption")
    assert not {"home_stay", "why"} & set(ids)
    assert {"adoption_feel", "story"} <= set(ids)


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("variant", [(), *((v,) for v in VARIANTS if v != "adoption")])
def test_adoption_is_named_to_nobody_else(band: str, variant: tuple[Fact, ...]) -> None:
    assert "adopt" not in everything_said(band, *variant, *EVERYTHING)


def test_growing_up_begins_at_sixteen() -> None:
    grown = {"live_next", "pathway", "skills", "work", "adviser", "after_18"}
    assert grown <= {*asked("16"), *offered("16")}
    assert not grown & {*asked("12"), *offered("12")}


@pytest.mark.parametrize("band", BANDS)
def test_how_a_child_says_yes_and_no_is_asked_first_of_those_without_words(band: str) -> None:
    kept = [q.id for q in walked(band, "no_words") if q.communication]
    assert kept == ["yes_no_ways"]
    assert asked(band, "no_words")[1] == "yes_no_ways"
    assert [q.id for q in walked(band) if q.communication] == ["talking_ways"]
    assert "talking_ways" in offered(band)


def test_what_is_private_goes_to_the_iro_unless_the_child_says_otherwise() -> None:
    for question in BOOKLET.questions:
        if question.private and question.id != "home_office_help":
            assert question.audience == "iro", question.id


def test_what_adults_at_the_review_might_mind_is_not_shown_to_all_of_them() -> None:
    shown = {q.heading for q in BOOKLET.questions if q.audience == "review" and q.kind != "information"}
    assert not {"safeguarding", "contact", "health_physical", "recommendations", "background"} & shown


def test_a_drawing_may_be_an_answer_and_never_has_to_be() -> None:
    drawn = [q for q in BOOKLET.questions if q.may_add]
    assert {"me_little", "me", "worry", "change", "best"} <= {q.id for q in drawn}
    for question in drawn:
        assert "draw" not in f"{question.text} {question.easy}".lower()


@pytest.mark.parametrize("question", BOOKLET.questions, ids=lambda q: q.id)
def test_one_question_asks_one_thing(question: Question) -> None:
    for text in (question.text, question.easy or "", question.sms or ""):
        if question.kind == "information":
            assert "?" not in text
            continue
        assert text.count("?") == 1
        assert not re.search(r"\b(and why|and what|and who|and where|and how)\b", text), text


@pytest.mark.parametrize("question", BOOKLET.questions, ids=lambda q: q.id)
def test_every_choice_has_its_own_words(question: Question) -> None:
    for words in ("text", "easy"):
        shown = [getattr(part, words) or part.text for part in parts(question)[1:]]
        assert len(shown) == len(set(shown))


@pytest.mark.parametrize("question", BOOKLET.questions, ids=lambda q: q.id)
def test_no_question_leads(question: Question) -> None:
    assert not re.search(r"\b(isn't it|surely|of course|should you|right\?)", question.text.lower())
