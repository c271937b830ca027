"""What Hypothesis draws: any JSON at all, lives that a booklet may meet, and answers that somebody might give."""

from __future__ import annotations

import datetime as dt
from typing import Any, get_args

from hypothesis import strategies as st

from tests.booklet.naughty import NAUGHTY
from webapp.booklet.answers import SKIPPED, Answer, Context, Decision, Person, check, grid_rows
from webapp.booklet.definition import COMES, Base, Booklet, Fact, choices
from webapp.booklet.views import StoredAnswer

FACTS: tuple[Fact, ...] = get_args(Fact)
DAYS = (dt.date(2027, 3, 1), dt.date(2027, 3, 2))
NAMES = {"child": "Sam", "name": "Alex", "iro": "Jo Field", "council": "Northsea Council"}
NOON = dt.datetime(2027, 2, 1, 12, 0, tzinfo=dt.UTC)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(NAUGHTY),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
said = st.text(max_size=40) | st.sampled_from(NAUGHTY)


@st.composite
def contexts(draw: st.DrawFn) -> Context:
    """A life: facts, people, last decisions, dates."""
    facts = draw(st.frozensets(st.sampled_from(FACTS), max_size=5))
    people = tuple(
        Person(
            f"p{n}",
            draw(st.sampled_from(("Ann", "Bo {child}", "Çelik"))),
            "Aunt",
            "aunt",
            draw(st.booleans()),
            True,
        )
        for n in range(draw(st.integers(0, 3)))
    )
    decisions = tuple(Decision(f"d{n}", f"Decision {n}") for n in range(draw(st.integers(0, 2))))
    return Context(facts, people, decisions, draw(st.sampled_from(((), DAYS))), NAMES)


def values(question: Base, context: Context) -> st.SearchStrategy[Any]:
    """Values of the right shape: not always fair (two sides may hold the same)."""
    offered = sorted(choices(question))
    some = st.lists(st.sampled_from(offered), unique=True, max_size=3) if offered else st.just([])
    match question.kind:
        case "yes_no" | "choose_one" | "faces":
            return st.none() | st.sampled_from(offered)
        case "choose_many":
            return some
        case "place":
            return st.fixed_dictionaries({"where": some, "not_where": some, "not_words": said})
        case "times":
            days = some | st.just([day.isoformat() for day in context.dates])
            return st.fixed_dictionaries({"good": days, "bad": some})
        case "people":
            return _people(context)
        case "grid":
            cell = st.fixed_dictionaries({"choice": st.sampled_from(["", *offered]), "words": said})
            return st.fixed_dictionaries({}, optional={row: cell for row, _ in grid_rows(question, context)})
    return st.none()


def _people(context: Context) -> st.SearchStrategy[Any]:
    coming = {"come": st.sampled_from(["", *COMES]), "part": st.booleans(), "which": said, "why": said}
    known = {person.ref: st.fixed_dictionaries(coming) for person in context.people}
    added = st.fixed_dictionaries({"name": said, "who": said, **coming})
    return st.fixed_dictionaries(
        {"people": st.fixed_dictionaries({}, optional=known), "added": st.lists(added, max_size=2)}
    )


@st.composite
def sittings(draw: st.DrawFn, booklet: Booklet, context: Context) -> dict[str, StoredAnswer]:
    """Somebody's answers: fair ones to some of the questions, on the path or off it."""
    found = {}
    for question in draw(st.lists(st.sampled_from(booklet.questions), unique_by=lambda q: q.id)):
        answer = check(question, draw(values(question, context)), draw(said), context)
        kept = answer if isinstance(answer, Answer) and draw(st.booleans()) else SKIPPED
        found[question.id] = stored(kept, question)
    return found


def stored(answer: Answer, question: Base, **rest: Any) -> StoredAnswer:
    """The answer as it was kept, with a web page's pins unless others are given."""
    pins: dict[str, Any] = {
        "audience": question.audience,
        "channel": "web",
        "language": "en",
        "wording": "standard",
    }
    return StoredAnswer(answer=answer, answered_at=NOON, **{**pins, **rest})
