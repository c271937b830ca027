"""How far an answer may go on paper: never wider than its owner chose, and often less."""

from __future__ import annotations

from typing import Any

import pytest

from tests.review.speaking import item, line
from webapp.booklet.loader import load_all
from webapp.booklet.records import Said
from webapp.review.deciding import Wish
from webapp.review.sharing import AS_ASKED, SHARES, share, share_of_wish

QUESTIONS = [
    (booklet, q) for booklet in load_all().values() for q in booklet.questions if q.kind != "information"
]


@pytest.mark.parametrize("audience", list(AS_ASKED))
@pytest.mark.parametrize("flagged", [True, False])
def test_no_answer_goes_further_than_it_was_meant(audience: Any, *, flagged: bool) -> None:
    for booklet, question in QUESTIONS:
        one = item(question.id, "x", kind=question.kind, audience=audience, private=question.private)
        for everybody in ({"child"}, {"child", "parent", "adopter"}):
            found = share(one, booklet.who, everybody, flagged=flagged)
            assert SHARES.index(found) >= SHARES.index(AS_ASKED[audience])
            assert not flagged or found == "alone"


def test_what_is_hushed_private_or_about_who_comes_is_narrower_than_its_audience() -> None:
    rows = [line("dad", "no", reason="why")]
    assert share(item("not_in_front", rows=rows), "child", {"child"}) == "alone"
    assert share(item("who_should_not_see", words="x"), "parent", {"parent"}) == "alone"
    assert share(item("who", rows=rows, kind="people"), "child", {"child"}) == "social_worker"
    assert share(item("safety", "online", private=True), "carer", {"carer"}) == "social_worker"
    assert share(item("school", "5"), "child", {"child"}) == "everyone"


def test_adopters_and_birth_parents_are_kept_apart_and_the_child_is_not() -> None:
    everybody = {"child", "parent", "adopter"}
    assert share(item("settling", "5"), "adopter", everybody) == "social_worker"
    assert share(item("next", words="x"), "parent", everybody) == "social_worker"
    assert share(item("next", words="x"), "parent", {"child", "parent"}) == "everyone"
    assert share(item("fun", words="x"), "child", everybody) == "everyone"


@pytest.mark.parametrize(
    "kind,audience,far",
    [("how", "review", "everyone"), ("who", "review", "social_worker"), ("people_words", "review", "social_worker"),
     ("where", "iro_and_social_worker", "social_worker"), ("how", "iro", "alone"), ("not_in_front", "review", "alone")],
)  # fmt: skip
def test_a_decision_goes_no_further_than_its_wish(kind: str, audience: str, far: str) -> None:
    wish = Wish(
        key=kind, kind=kind, question="q", asked="", asked_staff="", audience=audience, language="en",
        said=Said(choices=[], rows=[], words=""),
    )  # fmt: skip
    assert share_of_wish(wish) == far
