"""A child's wishes, one by one, and what may be decided about each."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.casesystem.records import a_person, an_item, invite_choices
from webapp.booklet.records import Said
from webapp.booklet.wishes import InviteChoicesRecord
from webapp.review import deciding as d
from webapp.review.deciding import Chosen, Wish
from webapp.review.deciding_words import AGREED, ASKED_FOR, draft, finished

REASON = "The hall is shut that week."


def choice(name: str) -> dict[str, str]:
    """Something chosen."""
    return {"id": name, "label": name.title(), "label_staff": name.title()}


def a_row(name: str, *chosen: str, **rest: Any) -> dict[str, Any]:
    """A line of an answer."""
    return {
        "id": name, "label": name, "label_staff": name, "relation": "", "choices": [choice(c) for c in chosen],
        "words": "", "part_only": False, "which_part": "", "reason": "", "added": False, **rest,
    }  # fmt: skip


def asked(
    question: str, kind: str, *chosen: str, rows: Sequence[Any] = (), words: str = ""
) -> dict[str, Any]:
    """A question with its answer."""
    answer = {"choices": [choice(c) for c in chosen], "rows": list(rows), "words": words}
    return {**an_item("x"), "question": question, "kind": kind, "answer": answer}


def menu(*items: dict[str, Any], people: Sequence[dict[str, Any]] = (), **wishes: Any) -> InviteChoicesRecord:
    """A record of the menu: its answers, and which list of wishes each question stands in."""
    bare = {"asked_staff": "?", "audience": "iro_and_social_worker", "state": "asked"}
    shapes: dict[str, dict[str, Any]] = {
        "when": {"good": [], "bad": [], "words": ""},
        "not_in_front": {"topic": "", "topic_label": "", "choices": [], "words": ""},
    }
    listed = {
        name: [{**bare, "question": q, **shapes.get(name, {"choices": [], "words": ""})} for q in questions]
        for name, questions in wishes.items()
    }
    record = invite_choices(
        *people, headings=[{"heading": "childs_view", "items": list(items)}], wishes=listed
    )
    return InviteChoicesRecord.model_validate(record)


def with_people(*said: tuple[str, str, dict[str, Any]]) -> InviteChoicesRecord:
    """A menu with people only: name, yes or no, and what else is known."""
    rows = [a_row(name, come, reason=more.get("reason", "")) for name, come, more in said]
    people = [a_person(name, come, **{"person": name, **more}) for name, come, more in said]
    return menu(asked("who", "people", rows=rows), people=people)


def keys(found: Sequence[Wish]) -> list[str]:
    """Their keys."""
    return [wish.key for wish in found]


WHOLE = menu(
    asked("who", "people", rows=[a_row("nan", "yes"), a_row("dad", "no", reason="CANARY")], words="not Uncle Bob"),
    asked("where", "place", rows=[a_row("where", "home", "cafe"), a_row("not_where", "school")]),
    asked("when", "times", rows=[a_row("good", "monday"), a_row("bad", "lessons")]),
    asked("comfort", "choose_many", "breaks", "music", words="my cat"),
    asked("chair", "choose_one", "not_sure"),
    asked("attend", "choose_one", "all"),
    asked("not_in_front", "grid", rows=[a_row("family", "not_there"), a_row("school", "fine")]),
    people=[a_person("Nan", "yes", person="nan"), a_person("Dad", "no", person="dad", reason="CANARY")],
    people_words=["who"], where=["where"], not_where=["where"], when=["when"], how=["comfort"], chair=["chair"],
    attend=["attend"], not_in_front=["not_in_front"],
)  # fmt: skip


def test_every_wish_has_a_key_of_its_own_and_what_asks_for_nothing_is_none() -> None:
    assert keys(d.wishes(WHOLE)) == [
        "who:nan", "who:dad", "people_words:who", "attend:attend", "where:where", "not_where:where", "when:when",
        "how:comfort:breaks", "how:comfort:music", "how:comfort:words", "not_in_front:not_in_front:family",
    ]  # fmt: skip


def test_a_private_reason_stands_apart_from_what_is_shown_as_the_wish() -> None:
    dad = next(wish for wish in d.wishes(WHOLE) if wish.key == "who:dad")
    assert dad.reason == "CANARY"
    assert "CANARY" not in dad.said.model_dump_json()


def test_the_key_of_somebody_who_was_added_says_no_name_and_stays_with_spaces_and_capitals() -> None:
    once, again = (
        d.wishes(with_people((name, "yes", {"person": None, "added_by_child": True})))[0]
        for name in ("Uncle  Phil", "uncle phil")
    )
    assert once.key == again.key
    assert "phil" not in once.key


def test_two_people_of_the_same_name_are_two_wishes() -> None:
    twice = ("Sam", "yes", {"person": None, "added_by_child": True})
    assert len(set(keys(d.wishes(with_people(twice, twice))))) == 2


def test_agree_the_rest_leaves_what_needs_a_decision_of_its_own() -> None:
    left = d.leaves(d.wishes(WHOLE))
    assert left == {"who:dad": "refused", "people_words:who": "in_words"}
    assert "who:dad" not in keys(d.rest(d.wishes(WHOLE)))


@pytest.mark.parametrize(
    ("come", "more", "facts", "why"),
    [
        ("no", {}, {}, "refused"),
        ("no", {"person": None, "added_by_child": True}, {}, "refused"),
        ("not_sure", {}, {}, "not_sure"),
        ("yes", {"person": None, "added_by_child": True}, {}, "added"),
        ("yes", {}, {"may_not_come": ["p"]}, "held_back"),
        ("yes", {}, {"refused_by_others": ["p"]}, "refused_by_another"),
        ("yes", {}, {}, None),
    ],
)  # fmt: skip
def test_who_is_left_for_a_decision_of_their_own(
    come: str, more: dict[str, Any], facts: dict[str, Any], why: str | None
) -> None:
    (wish,) = d.wishes(with_people(("p", come, more)))
    assert d.leaves([wish], **facts).get(wish.key) == why


def test_an_added_person_whom_the_social_worker_checked_is_one_of_the_rest() -> None:
    (wish,) = d.wishes(with_people(("Phil", "yes", {"person": None, "added_by_child": True})))
    assert d.rest([wish], checked=[wish.key]) == (wish,)


def pair(*items: dict[str, Any], **wishes: Any) -> tuple[Wish, ...]:
    """The wishes of a menu of these answers."""
    return d.wishes(menu(*items, **wishes))


@pytest.mark.parametrize(
    "found",
    [
        pair(
            asked("where", "place", rows=[a_row("where", "school"), a_row("not_where", "school", "office")]),
            where=["where"], not_where=["where"],
        ),
        pair(asked("when", "times", rows=[a_row("good", "monday"), a_row("bad", "monday")]), when=["when"]),
        pair(
            asked("attend", "choose_one", "not_this_time"), asked("chair", "choose_one", "me"),
            attend=["attend"], chair=["chair"],
        ),
        pair(
            asked("attend", "choose_one", "nearby"), asked("my_words", "choose_many", "say"),
            attend=["attend"], words=["my_words"],
        ),
        d.wishes(menu(
            asked("who", "people", rows=[a_row("Yusuf", "yes")]), asked("brothers_sisters", "choose_one", "own"),
            people=[a_person("Yusuf", "yes", role="sibling")], how=["brothers_sisters"],
        )),
    ],
    ids=["where", "when", "chair", "say", "siblings"],
)  # fmt: skip
def test_wishes_that_contradict_are_not_agreed_in_one_press(found: tuple[Wish, ...]) -> None:
    assert d.rest(found) == ()
    assert set(d.leaves(found).values()) == {"contradicts"}


def test_of_two_that_contradict_one_can_be_agreed_and_then_not_the_other() -> None:
    found = pair(
        asked("attend", "choose_one", "not_this_time"), asked("chair", "choose_one", "me"),
        attend=["attend"], chair=["chair"],
    )  # fmt: skip
    pairs = d.contradicting(found)
    one = Chosen("agreed", was=found[0].digest)
    assert d.problem(found[0], one, pairs=pairs) is None
    assert d.problem(found[0], one, pairs=pairs, agreed=[found[1].key]) == "contradicts"


def test_words_in_a_language_that_staff_may_not_read_are_not_agreed_unread() -> None:
    item = {**asked("about", "words", words="بدي أحكي عن المدرسة"), "language": "ar"}
    assert set(d.leaves(pair(item, about=["about"])).values()) == {"unread"}


def decide(come: str = "yes", outcome: str = "agreed", added: bool = False, **rest: Any) -> str | None:
    """What is wrong with deciding so about a person."""
    more = {"person": None, "added_by_child": True} if added else {}
    (wish,) = d.wishes(with_people(("p", come, more)))
    facts = {name: rest.pop(name) for name in ("may_not_come", "checked") if name in rest}
    return d.problem(wish, Chosen(outcome, was=rest.pop("was", wish.digest), **rest), **facts)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (None, {}),
        (None, {"come": "no"}),
        ("outcome", {"outcome": "invited"}),
        ("passed_to", {"passed_to": "everybody"}),
        ("changed_since", {"was": "0" * 32}),
        ("too_long", {"note": "x" * 2_001}),
        ("nothing_to_agree", {"come": "not_sure"}),
        ("added", {"added": True}),
        (None, {"added": True, "outcome": "asked_for"}),
        (None, {"added": True, "come": "no"}),
        ("held_back", {"may_not_come": ["p"]}),
        ("held_back", {"may_not_come": ["p"], "outcome": "asked_for"}),
        (None, {"may_not_come": ["p"], "outcome": "not_possible", "reason": REASON}),
        (None, {"may_not_come": ["p"], "come": "no"}),
        ("say_instead", {"outcome": "changed", "reason": REASON}),
        ("say_why", {"outcome": "changed", "instead": "Half of it"}),
        ("say_why", {"outcome": "not_possible"}),
        ("say_why", {"outcome": "not_possible", "come": "no"}),
        ("say_why", {"outcome": "not_possible", "reason": "They can't, because …"}),
        (None, {"outcome": "not_possible", "come": "no", "reason": REASON}),
    ],
)  # fmt: skip
def test_what_may_be_decided_about_a_person(wrong: str | None, said: dict[str, Any]) -> None:
    assert decide(**said) == wrong


def test_what_only_the_officer_may_see_is_passed_to_nobody() -> None:
    item = {**asked("not_in_front", "grid", rows=[a_row("family", "not_there")]), "audience": "iro"}
    (wish,) = pair(item, not_in_front=["not_in_front"])
    assert d.problem(wish, Chosen("agreed", passed_to="unit", was=wish.digest)) == "alone"


def test_a_decision_is_open_again_where_the_wish_changed_or_went() -> None:
    before = {wish.key: wish.digest for wish in d.wishes(WHOLE)}
    later = menu(asked("comfort", "choose_many", "breaks", words="my dog"), how=["comfort"])
    found = d.wishes(later)
    assert d.reopened(found, before) == set(before) - {"how:comfort:breaks"}


def test_a_yes_that_becomes_a_no_is_open_again_and_another_name_for_the_same_person_is_not() -> None:
    (yes,) = d.wishes(with_people(("p", "yes", {})))
    (no,) = d.wishes(with_people(("p", "no", {})))
    assert yes.key == no.key
    assert d.reopened([no], {yes.key: yes.digest}) == {yes.key}
    assert d.reopened([yes], {yes.key: yes.digest}) == frozenset()


@pytest.mark.parametrize("kind", [*d.KINDS[1:], "who"])
@pytest.mark.parametrize("refused", [False, True])
def test_what_is_agreed_has_a_whole_reason_and_what_is_not_waits_for_somebodys(
    kind: str, refused: bool
) -> None:
    assert all(finished(draft(kind, outcome, refused=refused)) for outcome in ("agreed", "asked_for"))
    assert not any(finished(draft(kind, outcome, refused=refused)) for outcome in ("changed", "not_possible"))
    assert draft(kind, "invited") == ""


def test_what_a_child_is_told_is_short() -> None:
    sentences = [s for text in (*AGREED.values(), *ASKED_FOR.values()) for s in text.split(". ")]
    assert all(len(s.split()) <= 15 for s in sentences)


COMES = st.sampled_from(["yes", "no", "not_sure"])
PEOPLE = st.lists(
    st.tuples(st.sampled_from("abcdef"), COMES, st.booleans()), max_size=6, unique_by=lambda p: p[0]
)
SIDES = st.sets(st.sampled_from(["home", "school", "cafe"]))


@given(PEOPLE, SIDES, SIDES, st.sets(st.sampled_from("abcdef")), st.sets(st.sampled_from("abcdef")))
def test_the_rest_never_takes_a_refusal_somebody_unchecked_or_two_that_contradict(
    people: list[tuple[str, str, bool]], good: set[str], bad: set[str], away: set[str], others: set[str]
) -> None:
    said = [a_row(name, come, added=added) for name, come, added in people]
    listed = [
        a_person(name, come, person=None if added else name, added_by_child=added)
        for name, come, added in people
    ]
    found = d.wishes(menu(
        asked("who", "people", rows=said),
        asked("where", "place", rows=[a_row("where", *sorted(good)), a_row("not_where", *sorted(bad))]),
        people=listed, where=["where"], not_where=["where"],
    ))  # fmt: skip
    taken = d.rest(found, may_not_come=away, refused_by_others=others)
    assert not any(wish.refused or wish.added or wish.person in away | others for wish in taken)
    assert not any(a in keys(taken) and b in keys(taken) for a, b in d.contradicting(found))
    assert {wish.key for wish in found} == set(keys(taken)) | set(
        d.leaves(found, may_not_come=away, refused_by_others=others)
    )
    agree = [Chosen("agreed", was=wish.digest) for wish in taken]
    pairs = d.contradicting(found)
    assert [
        d.problem(w, c, away, agreed=set(keys(taken)) - {w.key}, pairs=pairs)
        for w, c in zip(taken, agree, strict=True)
    ] == [None] * len(taken)


@given(st.uuids(), st.integers(1, 9))
def test_the_same_wish_in_another_record_is_the_same_wish(other: uuid.UUID, revision: int) -> None:
    again = WHOLE.model_copy(update={"id": other, "revision": revision, "language": "cy"})
    assert [(w.key, w.digest) for w in d.wishes(again)] == [(w.key, w.digest) for w in d.wishes(WHOLE)]
    assert {w.record_id for w in d.wishes(again)} == {other.hex}
    assert all(isinstance(w.said, Said) for w in d.wishes(again))
