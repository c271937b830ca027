"""Which questions of the booklets ask the same thing, and which tell what a meeting must take care of.

All of it by ids of questions and choices, never by words. tests/review/test_matters.py holds every id against the
booklets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from webapp.booklet.definition import FACES

Side = Literal["yes", "partly", "no"]
"""Which way an answer points. What points nowhere (not sure, not seen yet) has no side."""
Question = tuple[str, str]
"""A booklet and a question in it."""
FACE: Mapping[str, Side] = dict(zip(FACES, ("no", "no", "partly", "yes", "yes"), strict=True))
AGREE: Mapping[str, Side] = {"agree": "yes", "partly": "partly", "disagree": "no"}
DONE: Mapping[str, Side] = {
    "yes": "yes", "done": "yes", "some": "partly", "partly": "partly", "no": "no", "not_done": "no",
}  # fmt: skip
SAME: Mapping[str, Mapping[Question, Mapping[str, Side]]] = {
    "home": {
        ("my_life", "home"): FACE, ("my_life", "here"): FACE, ("carer", "settled"): FACE,
        ("adopter", "settling"): FACE, ("observer", "settled"): FACE,
    },
    "stay": {
        ("my_life", "home_stay"): {"yes": "yes", "no": "no"},
        ("carer", "carry_on"): {"long_term": "yes", "for_now": "partly", "with_support": "partly", "no": "no"},
    },
    "breaks": {("my_life", "breaks"): FACE, ("carer", "breaks_going"): FACE},
    "plan": {("my_life", "plan"): AGREE, ("parent", "agree_plan"): AGREE},
    "bullying": {
        ("my_life", "bullied"): {"often": "yes", "sometimes": "yes", "no": "no"},
        ("carer", "safety"): {"bullying": "yes", "none": "no"},
    },
}  # fmt: skip
"""Matters that several people are asked about, each with the side that every choice is on."""
DECISIONS: frozenset[Question] = frozenset(
    [("my_life", "decisions"), ("carer", "last_decisions"), ("adopter", "last_decisions")]
)
"""What became of the last review's decisions, one row each."""
ALONE: Mapping[Question, frozenset[str]] = {
    ("my_life", "iro_alone"): frozenset(["yes", "not_sure"]),
    ("my_life", "iro_talk_little"): frozenset(["yes", "not_sure"]),
}
"""Where a child may ask to talk to their officer alone, and the choices that ask for it."""
ALONE_WHERE: frozenset[Question] = frozenset([("my_review_my_choice", "iro_where")])
HUSHED: frozenset[Question] = frozenset(
    [
        ("my_life", "not_in_front"), ("my_life", "not_in_front_little"), ("parent", "not_in_front_of_child"),
        ("parent", "who_should_not_see"), ("adopter", "privacy"),
    ]
)  # fmt: skip
"""What may not be said in front of somebody, beside the wishes of the review menu."""
NOTHING_HUSHED: frozenset[str] = frozenset(["fine", "no"])
APART: Mapping[Question, frozenset[str]] = {
    ("parent", "come"): frozenset(["apart"]),
    ("parent", "safe_together"): frozenset(["no", "not_sure"]),
}
"""Where a parent may say that they should not sit with the others."""
