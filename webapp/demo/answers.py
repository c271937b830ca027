"""Answers that made-up people give, so that the pages of those who read them are not empty.

Every answer goes through the booklet's own check. Questions that these words don't know are answered by their kind.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from webapp.booklet.answers import SKIPPED, Answer, Context, check, grid_rows
from webapp.booklet.definition import Question
from webapp.demo.words import ADDED, BY_WHO, NOT_SURE, REFUSES

SKIPS = 0.12  # how many questions somebody leaves out
SAYS_MORE = 0.45  # how often words are added to a choice
REFUSES_DAD = 0.5
LIKELY = {
    "come": ("in_person", "in_person", "video", "phone", "talk_to_iro", "apart"),
    "chair": ("me_and_iro", "me_and_iro", "iro", "me"),
    "attend": ("all", "all", "part", "nearby", "not_this_time"),
    "agree_plan": ("agree", "partly", "partly", "disagree"),
    "social_worker": ("well", "well", "mixed"),
    "carry_on": ("long_term", "long_term", "for_now", "with_support"),
    "safety": ("none", "none", "none", "online"),
    "bullied": ("no", "no", "no", "sometimes"),
    "listen": ("mostly", "mostly", "always", "sometimes"),
    "sw": ("right", "right", "more"),
    "plan": ("agree", "partly", "partly", "unseen"),
    "why": ("yes", "not_really"),
    "advocate": ("no", "have", "not_sure"),
    "helping": ("nobody", "carer", "carer", "social_worker"),
}
"""Answers that are more likely than others."""


def give(question: Question, context: Context, rng: random.Random, who: str) -> Answer:
    """What a made-up person answers. Raises ValueError where it isn't a fair answer: the words have to be mended."""
    if rng.random() < SKIPS and question.kind != "people":
        return SKIPPED
    value = _VALUES[question.kind](question, context, rng)
    answer = check(question, value, _words(question, context, rng, who), context)
    if not isinstance(answer, Answer):
        raise ValueError(f"{question.id}: {answer.code} {answer.part}")
    return SKIPPED if answer.empty else answer


def _words(question: Question, context: Context, rng: random.Random, who: str) -> str:
    sayings = BY_WHO.get(who, {}).get(question.id, ())
    if not sayings or (question.kind != "words" and rng.random() > SAYS_MORE):
        return ""
    return rng.choice(sayings).replace("{child}", context.names.get("child", ""))


def _likely(question: Question, offered: Sequence[str], rng: random.Random) -> str:
    liked = [each for each in LIKELY.get(question.id, ()) if each in offered]
    return rng.choice(liked or list(offered))


def _one(question: Any, context: Context, rng: random.Random) -> str:
    return _likely(question, [option.id for option in question.options], rng)


def _yes_no(question: Any, context: Context, rng: random.Random) -> str:
    return rng.choice(("yes", "yes", "not_sure", "no"))


def _faces(question: Any, context: Context, rng: random.Random) -> str:
    return rng.choice(("2", "3", "4", "4", "5", "5"))


def _nothing(question: Any, context: Context, rng: random.Random) -> None:
    return None


def _many(question: Any, context: Context, rng: random.Random) -> list[str]:
    alone = [option.id for option in question.options if option.alone]
    first = _likely(question, [option.id for option in question.options], rng)
    if first in alone:
        return [first]
    others = [option.id for option in question.options if not option.alone]
    return sorted({first, *rng.sample(others, min(len(others), rng.randint(0, 2)))})


def _place(question: Any, context: Context, rng: random.Random) -> dict[str, Any]:
    ids = rng.sample([option.id for option in question.options if option.id != "other"], 3)
    said = rng.choice(("", "", "The room with the long table.", "Not at school where my friends can see."))
    return {"where": ids[: rng.randint(1, 2)], "not_where": ids[2:], "not_words": said}


def _times(question: Any, context: Context, rng: random.Random) -> dict[str, Any]:
    ids = [option.id for option in question.options]
    chosen = rng.sample(ids, min(4, len(ids)))
    days = [day.isoformat() for day in context.dates]
    return {"good": chosen[:2] + rng.sample(days, min(2, len(days))), "bad": chosen[2:]}


def _people(question: Any, context: Context, rng: random.Random) -> dict[str, Any]:
    people = {}
    for person in sorted(
        context.people, key=lambda one: (one.role, one.name)
    ):  # ids differ from load to load
        come = "yes" if person.must_come else rng.choices(("yes", "not_sure", "no"), (74, 16, 10))[0]
        why = ""
        if person.role == "parent" and person.relation == "Your dad" and rng.random() < REFUSES_DAD:
            come, why = "no", rng.choice(REFUSES)
        elif come == "not_sure":
            why = rng.choice(("", *NOT_SURE))
        part = come == "yes" and rng.random() < 0.15
        which = "The bit about school." if part else ""
        people[person.ref] = {"come": come, "part": part, "which": which, "why": why}
    added = (
        [dict(zip(("name", "who"), rng.choice(ADDED), strict=True), come="yes")] if rng.random() < 0.3 else []
    )
    return {"people": people, "added": added}


def _grid(question: Any, context: Context, rng: random.Random) -> dict[str, Any]:
    ids = [option.id for option in question.options]
    return {
        row: {"choice": rng.choice([ids[0], *ids]), "words": ""}
        for row, _ in sorted(grid_rows(question, context), key=lambda row: row[1])
        if rng.random() > SKIPS
    }


_VALUES: dict[str, Callable[[Any, Context, random.Random], Any]] = {
    "yes_no": _yes_no, "choose_one": _one, "choose_many": _many, "faces": _faces, "words": _nothing,
    "place": _place, "times": _times, "people": _people, "grid": _grid,
}  # fmt: skip
