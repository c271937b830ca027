"""The agenda: what may come on the table at all, in which order, and how an officer changes it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.review.speaking import item, line
from webapp.booklet.definition import Heading, Question, choices
from webapp.booklet.loader import load_all
from webapp.booklet.records import Item
from webapp.review.agenda import (
    ACTS,
    MATTERS,
    NEVER,
    OWN,
    POINTS_AT_MOST,
    TOPICS,
    Heard,
    Kept,
    act,
    gone,
    hushed_in_words,
    points,
    suggest,
)
from webapp.web.staff.preparing_words import KEPT_OUT, POINTS

BOOKLETS = load_all()
BARE = ("welcome", "agree", "end")
QUESTIONS = [
    (booklet, q) for booklet in BOOKLETS.values() for q in booklet.questions if q.kind != "information"
]


def canary(question: Question, audience: str, *, private: bool = False) -> Item:
    """An answer with a word of its own in every field that somebody can fill, and every choice chosen."""
    ids = sorted(choices(question)) or ["CANARY-CHOICE"]
    rows = [
        line(f"CANARY-ROW-{n}", *ids, words="CANARY-ROWWORDS", reason="CANARY-REASON", which_part="CANARY-PART",
             relation="CANARY-RELATION", part_only=True, added=True)
        for n in range(2)
    ]  # fmt: skip
    return item(
        question.id,
        *ids,
        words="CANARY-WORDS",
        rows=rows,
        kind=question.kind,
        audience=audience,
        private=private,
    )


def heard(booklet: str, found: Item, heading: Heading = "childs_view", *, flagged: bool = False) -> Heard:
    return Heard(BOOKLETS[booklet].who, booklet, heading, found, flagged)


def menu(name: str, *ids: str, words: str = "", **rest: Any) -> Heard:
    return heard("my_review_my_choice", item(name, *ids, words=words, **rest))


@pytest.mark.parametrize("audience", ["iro", "iro_and_social_worker"])
def test_no_answer_that_is_not_for_everyone_makes_a_point(audience: str) -> None:
    for booklet, question in QUESTIONS:
        one = heard(booklet.id, canary(question, audience), question.heading)
        assert suggest([one], decisions=False).keys == BARE, (booklet.id, question.id)


def test_whatever_was_typed_in_whichever_field_the_table_holds_only_words_of_ours() -> None:
    everything = [heard(booklet.id, canary(q, "review"), q.heading) for booklet, q in QUESTIONS]
    found = suggest(everything, decisions=True, refused=["parent"])
    assert set(found.keys) <= set(POINTS)
    assert {key for key, _ in found.kept_out} - {f"about:CANARY-ROW-{n}" for n in range(2)} <= set(POINTS)
    assert {why for _, why in found.kept_out} <= set(KEPT_OUT)
    assert not any("CANARY" in key for key in found.keys)


@pytest.mark.parametrize("heading", sorted(NEVER))
def test_safety_and_disagreements_make_no_point_even_where_they_are_for_everyone(heading: Heading) -> None:
    for booklet, question in QUESTIONS:
        if (booklet.id, question.id) not in {key for several in MATTERS.values() for key in several}:
            one = Heard(booklet.who, "my_life", heading, canary(question, "review"))
            assert suggest([one], decisions=False).keys == BARE


def test_what_is_private_flagged_or_skipped_makes_no_point() -> None:
    school = item("school", "5")
    told = suggest([heard("my_life", school, "education")], decisions=False).keys
    assert "heading:education" in told
    for one in (
        heard("my_life", school, "education", flagged=True),
        heard("my_life", item("school", "5", private=True), "education"),
        heard("my_life", item("school", skipped=True), "education"),
        heard("my_life", item("school"), "education"),
    ):
        assert suggest([one], decisions=False).keys == BARE


def test_a_topic_that_the_child_keeps_from_anybody_is_off_the_table_from_every_side() -> None:
    rows = [line("school", "not_some", words="my teacher"), line("family", "fine")]
    told = [
        menu("about", "family", "school"), menu("not_in_front", rows=rows, audience="iro", private=True),
        heard("carer", item("education", words="He is behind"), "education"),
    ]  # fmt: skip
    found = suggest(told, decisions=False)
    assert found.keys == ("welcome", "about:family", "agree", "end")
    assert found.kept_out == (("about:school", "hushed"),)
    again = [heard("my_life", item("not_in_front", rows=rows, audience="iro")), told[0]]
    assert suggest(again, decisions=False).keys == found.keys, "the other booklet says it too"


def test_words_that_no_list_can_keep_out_are_told_of() -> None:
    assert hushed_in_words([menu("not_in_front", words="my accident", audience="iro")])
    assert hushed_in_words([heard("my_life", item("not_in_front_little", "yes"))])
    assert hushed_in_words([heard("parent", item("not_in_front_of_child", words="The court"))])
    assert not hushed_in_words([heard("my_life", item("not_in_front_little", "no"))])
    assert not hushed_in_words([menu("about", "family", words="my dog")])


def test_the_childs_topics_come_in_the_childs_order_before_everybody_elses() -> None:
    told = [
        menu("good_news", words="I swim"), menu("about", "fun", "home", "other"),
        menu("comfort", "game", "breaks", "food"),
        menu("questions", words="When?"), heard("carer", item("decide", words="Sleepovers"), "recommendations"),
        heard("carer", item("health", words="Well"), "health_physical"),
        heard("carer", item("friends", words="Two"), "leisure"),
    ]  # fmt: skip
    assert suggest(told, decisions=True, not_possible=["food"]).keys == (
        "welcome", "game", "good_news", "about:fun", "about:home", "about:other", "questions", "decisions", "breaks",
        "heading:health_physical", "carer", "agree", "end",
    )  # fmt: skip


def test_parents_stay_off_the_table_of_an_adoption_and_of_a_child_who_said_no_to_one() -> None:
    parent = heard("parent", item("talk_about", words="Me"), "parents_views")
    assert "parent" in suggest([parent], decisions=False).keys
    adopter = heard("adopter", item("settling", "5"), "placement")
    assert ("parent", "adoption") in suggest([parent, adopter], decisions=False).kept_out
    refused = suggest([parent], decisions=False, refused=["parent"])
    assert ("parent", "refused") in refused.kept_out
    assert "parent" not in refused.keys


def test_every_topic_of_the_menu_and_every_point_has_words() -> None:
    asked = next(q for q in BOOKLETS["my_review_my_choice"].questions if q.id == "about")
    assert choices(asked) <= set(TOPICS)
    hushing = [q for b in BOOKLETS.values() for q in b.questions if q.id == "not_in_front"]
    assert {topic.id for q in hushing for topic in getattr(q, "topics", ())} <= set(TOPICS)
    assert {f"about:{topic}" for topic in TOPICS} <= set(POINTS)


def keys(kept: tuple[Kept, ...]) -> list[str]:
    return [one.key for one in kept]


SOME = (Kept("welcome"), Kept("decisions"), Kept("agree"), Kept("end"))


def test_a_point_goes_up_and_down_past_what_was_taken_out() -> None:
    kept = act(SOME, "out", "decisions")
    assert keys(act(kept, "up", "agree")) == ["agree", "welcome", "decisions", "end"]
    assert keys(act(kept, "down", "welcome")) == ["decisions", "agree", "welcome", "end"]
    assert act(kept, "up", "welcome") == kept
    assert act(act(kept, "back", "decisions"), "out", "decisions") == kept


def test_a_point_gets_other_words_and_ours_back_and_one_of_the_officers_own_is_never_empty() -> None:
    named = act(SOME, "name", "decisions", "  Sea   swimming ")
    assert named[1] == Kept("decisions", "Sea swimming")
    assert act(named, "name", "decisions", "") == SOME
    added = act(SOME, "add", f"{OWN}1", "A quiz")
    assert keys(added) == ["welcome", "decisions", f"{OWN}1", "agree", "end"]
    assert act(added, "name", f"{OWN}1", " ") == added
    assert act(SOME, "add", f"{OWN}1", "  ") == SOME
    assert act(SOME, "add", "decisions", "twice") == SOME
    many = tuple(Kept(f"{OWN}{n}", "x") for n in range(POINTS_AT_MOST))
    assert act(many, "add", f"{OWN}new", "one more") == many


def test_what_is_new_stands_by_its_neighbour_and_what_nobody_asks_for_goes() -> None:
    kept = (Kept("end"), Kept(f"{OWN}1", "A quiz"), Kept("welcome"), Kept("about:school", "Lessons"))
    now = ("welcome", "about:family", "agree", "end")
    found = points(kept, now)
    assert [(one.kept.key, one.new) for one in found] == [
        ("end", False), (f"{OWN}1", False), ("welcome", False), ("about:family", True), ("agree", True),
    ]  # fmt: skip
    assert gone(kept, now) == (Kept("about:school", "Lessons"),)
    assert not any(one.new for one in points((), now)), "nothing was saved yet"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(ACTS), st.sampled_from([*keys(SOME), "nobody", f"{OWN}1"]), st.text(max_size=5)
        )
    )
)
def test_whatever_is_pressed_no_point_is_lost_or_doubled(presses: list[tuple[str, str, str]]) -> None:
    kept: tuple[Kept, ...] = SOME
    for what, key, words in presses:
        kept = act(kept, what, key, words)
    assert set(keys(SOME)) <= set(keys(kept)) <= {*keys(SOME), f"{OWN}1"}
    assert len(kept) == len(set(keys(kept)))
