"""What Hypothesis draws of a conversation: questions of every kind, and any reading that a step can have."""

from __future__ import annotations

import datetime as dt
from typing import Any, get_args

from hypothesis import strategies as st

from tests.booklet.strategies import said
from webapp.booklet.answers import Context, Decision, Person
from webapp.booklet.definition import Base, Question
from webapp.booklet.loader import load_all
from webapp.booklet.wording import english
from webapp.chat.reading import Action, Asked, Reading
from webapp.chat.steps import Step, next_step

BOOKLETS = load_all()
QUESTIONS: list[Question] = [q for b in BOOKLETS.values() for q in b.questions]
PEOPLE = (
    Person("p1", "Ruth Abara", "Your IRO", "iro", must_come=True),
    Person("p2", "Amy Pond", "Your social worker", "social_worker", must_come=True),
    Person("p3", "Margaret Hill", "Your grandma", "grandparent", family=True),
    Person("p4", "Joe Hill", "Your dad", "father", family=True),
    Person("p5", "Uncle Phil", "Your uncle", "uncle", family=True),
    Person("p6", "Miss Lee", "Your teacher", "teacher"),
)
CONTEXT = Context(
    people=PEOPLE,
    decisions=(Decision("d1", "Sam sees the dentist."), Decision("d2", "Sam can stay over at Nan's.")),
    dates=(dt.date(2026, 12, 1), dt.date(2026, 12, 2)),
    names={"child": "Sam", "name": "Alex", "iro": "Ruth Abara", "council": "Northsea Council"},
)


def first_step(question: Base, done: tuple[str, ...] = ()) -> Step:
    """The step that a question begins with; with `done`, one that comes later."""
    found = next_step(question, CONTEXT, None, done, english)  # type: ignore[arg-type]
    assert found is not None
    return found


def readings(step: Step) -> st.SearchStrategy[Reading]:
    """Any reading that this step can have: only what its kind has is filled in, and refused is never chosen."""
    return _filled(step.asked).flatmap(
        lambda rest: st.builds(
            lambda action, text: Reading(action=action, text=text, **rest),
            st.sampled_from(get_args(Action)),
            said
            | st.sampled_from(["", "my mate Josh", "not uncle phil", "no", "coz its loud", "nan & grandad"]),
        )
    )


def _filled(asked: Asked) -> st.SearchStrategy[dict[str, Any]]:
    numbers = list(range(1, len(asked.choices) + 1))
    match asked.kind:
        case "yes_no":
            return st.fixed_dictionaries({"value": st.sampled_from([None, "yes", "no", "not_sure"])})
        case "scale":
            return st.fixed_dictionaries({"score": st.none() | st.integers(1, 5)})
        case "pick_one" | "pick_many":
            most = 1 if asked.kind == "pick_one" else len(numbers)
            return st.permutations(numbers).flatmap(
                lambda order: st.tuples(st.integers(0, most), st.integers(0, 3)).map(
                    lambda cut: {
                        "choices": tuple(order[: cut[0]]),
                        "exclude": tuple(order[cut[0] : cut[0] + cut[1]]),
                    }
                )
            )
    return st.just({})
