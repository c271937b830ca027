"""What several people said about the same thing is compared by what they chose, and by nothing else."""

from __future__ import annotations

import pytest

from tests.review.speaking import item
from webapp.booklet.records import Item
from webapp.review.comparing import Spoken, compare


def said(who: str, booklet: str, found: Item) -> Spoken[str]:
    return Spoken(who, booklet, found, who)


@pytest.mark.parametrize(
    "child,carer,verdict",
    [("5", "4", "same"), ("1", "2", "same"), ("1", "5", "differ"), ("3", "5", "between"), ("3", "3", "same")],
)
def test_faces_are_compared_by_the_side_that_they_are_on(child: str, carer: str, verdict: str) -> None:
    (found,) = compare(
        [said("Maya", "my_life", item("home", child)), said("Lin", "carer", item("settled", carer))]
    )
    assert (found.matter, found.verdict) == ("home", verdict)
    assert [one.who for one in found.said] == ["Maya", "Lin"]


def test_not_sure_not_seen_and_skipped_take_no_side() -> None:
    child = said("Maya", "my_life", item("plan", "unseen"))
    parents = [said("Grace", "parent", item("agree_plan", "not_sure")),
               said("Dan", "parent", item("agree_plan", "agree", skipped=True))]  # fmt: skip
    assert compare([child, *parents]) == ()


def test_two_parents_are_compared_with_each_other_and_what_differs_comes_first() -> None:
    found = compare(
        [
            said("Maya", "my_life", item("home", "4")), said("Lin", "carer", item("settled", "5")),
            said("Grace", "parent", item("agree_plan", "agree")), said("Dan", "parent", item("agree_plan", "disagree")),
        ]
    )  # fmt: skip
    assert [(one.matter, one.verdict) for one in found] == [("plan", "differ"), ("home", "same")]


def test_a_carer_who_is_also_the_observer_speaks_once() -> None:
    observer = Spoken("Lin, observer", "observer", item("settled", "1"), "Lin")
    assert compare([said("Lin", "carer", item("settled", "5")), observer]) == ()


def test_one_person_never_differs_from_themselves_and_words_are_never_weighed() -> None:
    maya = "Maya"
    assert compare([said(maya, "my_life", item("home", "1")), said(maya, "my_life", item("here", "5"))]) == ()
    assert (
        compare(
            [
                said(maya, "my_life", item("home", words="bad")),
                said("Lin", "carer", item("settled", words="good")),
            ]
        )
        == ()
    )


def test_a_carer_who_did_not_tick_bullying_has_not_said_that_there_is_none() -> None:
    child = said("Maya", "my_life", item("bullied", "often"))
    assert compare([child, said("Lin", "carer", item("safety", "online"))]) == ()
    assert compare([child, said("Lin", "carer", item("safety", "none"))])[0].verdict == "differ"
    assert compare([child, said("Lin", "carer", item("safety", "online", "bullying"))])[0].verdict == "same"
