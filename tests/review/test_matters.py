"""Every question and choice that the rules name stands in a booklet."""

from __future__ import annotations

from webapp.booklet.definition import choices
from webapp.booklet.loader import load_all
from webapp.review import matters

BOOKLETS = load_all()


def question(key: matters.Question) -> object:
    booklet, name = key
    found = [q for q in BOOKLETS[booklet].questions if q.id == name]
    assert found, key
    return found[0]


def test_every_matter_is_asked_and_its_choices_are_offered() -> None:
    for questions in [*matters.SAME.values(), matters.ALONE, matters.APART]:
        for key, sides in questions.items():
            assert set(sides) <= choices(question(key)), key  # type: ignore[arg-type]


def test_every_grid_about_decisions_and_every_hushed_question_is_there() -> None:
    for key in [*matters.DECISIONS, *matters.HUSHED, *matters.ALONE_WHERE]:
        question(key)


def test_every_booklet_that_asks_what_became_of_decisions_is_named() -> None:
    asked = {
        (booklet.id, q.id)
        for booklet in BOOKLETS.values()
        for q in booklet.questions
        if getattr(q, "rows", "") == "decisions"
    }
    assert asked == set(matters.DECISIONS)
