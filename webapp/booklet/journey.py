"""The path through a booklet, worked out from the answers each time: no "current page" can go stale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.booklet.answers import Answer, Context
from webapp.booklet.definition import Booklet, Fact, Grid, Question, Section

ROWS_NEED: dict[str, Fact] = {"decisions": "has_decisions", "family": "has_people"}
"""A grid whose rows come from the case is asked only where this fact says that there are any."""


def path(booklet: Booklet, answers: Mapping[str, Answer], context: Context) -> tuple[Question, ...]:
    """The questions that this person is asked, in order, given what they have said so far.

    Needs only the facts of the context, and looks only at the answers that a condition waits for. An answer to a
    question that has dropped off the path opens no other.
    """
    found: dict[str, Question] = {}
    for question in booklet.questions:
        when = question.only_if
        counts = when is not None and when.question in found and when.question in answers
        if asked(question, {when.question: answers[when.question]} if when and counts else {}, context):
            found[question.id] = question
    return tuple(found.values())


def waits_for(booklet: Booklet, question_id: str) -> bool:
    """True where the answer to this question may open or close others."""
    return any(q.only_if and q.only_if.question == question_id for q in booklet.questions)


def asked(question: Question, answers: Mapping[str, Answer], context: Context) -> bool:
    """True where this question belongs on the path of someone whose earlier answers are these."""
    if question.only_for and context.facts.isdisjoint(question.only_for):
        return False
    if question.not_for and not context.facts.isdisjoint(question.not_for):
        return False
    needed = ROWS_NEED.get(question.rows) if isinstance(question, Grid) else None
    if needed and needed not in context.facts:
        return False
    when = question.only_if
    return when is None or bool(_held(answers.get(when.question)) & set(when.holds))


def _held(answer: Answer | None) -> set[str]:
    """The ids chosen in an answer: a wish for a place or a time counts, a wish against one doesn't."""
    if answer is None or answer.value is None:
        return set()
    if isinstance(answer.value, str):
        return {answer.value}
    if isinstance(answer.value, list):
        return set(answer.value)
    rows = [*answer.value.get("people", {}).values(), *answer.value.values()]
    chosen = {row.get("choice") or row.get("come") or "" for row in rows if isinstance(row, dict)}
    return chosen | set(answer.value.get("where", ())) | set(answer.value.get("good", ()))


def after(questions: tuple[Question, ...], question_id: str) -> Question | None:
    """The question after this one on the path; None after the last."""
    ids = [q.id for q in questions]
    place = ids.index(question_id) + 1 if question_id in ids else 0
    return questions[place] if place < len(questions) else None


def first_open(questions: tuple[Question, ...], answers: Mapping[str, Answer]) -> Question | None:
    """The first question with no answer yet (information is read, not answered); None where all have one."""
    return next((q for q in questions if q.id not in answers and q.kind != "information"), None)


@dataclass(frozen=True, slots=True)
class Leg:
    """The questions that are walked in one go: the core of a booklet, or one extra section of it."""

    questions: tuple[Question, ...]
    extra: Section | None = None


def core(booklet: Booklet, questions: tuple[Question, ...]) -> tuple[Question, ...]:
    """What of this path everyone is asked; the rest is more, for those who want it."""
    return tuple(q for q in questions if q.id not in booklet.extra_ids)


def extras(booklet: Booklet, questions: tuple[Question, ...]) -> tuple[Leg, ...]:
    """The extra sections that have questions on this path, each with them."""
    if not booklet.extra_ids:
        return ()
    asked = frozenset(q.id for q in questions)
    legs = [
        Leg(tuple(q for q in section.questions if q.id in asked), section)
        for section in booklet.sections
        if section.extra
    ]
    return tuple(leg for leg in legs if leg.questions)


def leg(booklet: Booklet, questions: tuple[Question, ...], question_id: str) -> Leg:
    """The leg of this path that a question is on; the core where it is on none."""
    if question_id in booklet.extra_ids:
        for one in extras(booklet, questions):
            if any(q.id == question_id for q in one.questions):
                return one
    return Leg(core(booklet, questions))
