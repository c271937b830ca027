"""A booklet's question as it is asked by text: in one step, or in a few.

`next_step` says what to ask now; `take` merges what was read into the answer. A step's numbered choices stand for
`ids`: option ids, people's refs, dates, rows. Information asks nothing: `lead` gives its words for the next message.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from webapp.booklet.answers import Answer, Context, Person, grid_rows
from webapp.booklet.definition import FACES, Base, Grid, Option, Question
from webapp.booklet.saying import day
from webapp.booklet.wording import FACE_WORDS, YES_NO_WORDS, Translate, fill, related, worded
from webapp.chat import phrases
from webapp.chat.phrases import say
from webapp.chat.reading import Asked, Choice, Kind
from webapp.chat.taking import take

__all__ = ["Step", "Way", "lead", "next_step", "take"]

Way = Literal["", "people", "refuse"]
"""What a list of choices is for, where it isn't plainly choosing: who comes, or what must not be."""

YES_NO_IDS = ("yes", "no", "not_sure")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to ask. `show`: how many of the choices are listed; the others are understood all the same."""

    id: str
    asked: Asked
    ids: tuple[str, ...] = ()
    easy: str = ""
    """The same in simpler words, for asking again."""
    private: bool = False
    """Most private: the web page and the IRO in person are offered too."""
    way: Way = ""
    show: int | None = None
    again: bool = False
    """True where the choices stood in the message before: they are listed anew only where it wasn't understood."""


def next_step(
    question: Question, context: Context, so_far: Answer | None, done: Collection[str], translate: Translate
) -> Step | None:
    """The step to ask now; None where this question has been asked to its end (or asks nothing).

    `so_far` is what the steps in `done` gave. Somebody who skipped the question is asked no more of it.
    """
    if so_far is not None and so_far.skipped:
        return None
    for step in _steps(question, _Voice(context, translate), so_far):
        if step.id not in done:
            return step
    return None


def lead(questions: Sequence[Question], question_id: str, context: Context, translate: Translate) -> str:
    """The words to read that stand right before this question on the path; empty where there are none."""
    found: list[str] = []
    voice = _Voice(context, translate)
    for question in questions:
        if question.id == question_id:
            return "\n".join(found)
        found = [*found, voice.of(question)] if question.kind == "information" else []
    return ""


@dataclass(frozen=True, slots=True)
class _Voice:
    """In whose words the question is asked."""

    context: Context
    translate: Translate

    def words(self, text: str) -> str:
        return fill(self.translate(text), self.context.names)

    def of(self, part: Base | Option) -> str:
        return self.words(worded(part, "sms"))

    def choice(self, option: Option) -> Choice:
        """A choice by its words for a text message; the words on the page and the easy ones are other names for it."""
        shown = self.of(option)
        others = (self.words(text) for text in (option.text, option.easy) if text)
        return Choice(shown, tuple(sorted({text for text in others if text != shown})), option.alone)


def _steps(question: Question, voice: _Voice, so_far: Answer | None) -> Iterator[Step]:
    yield from ASKERS[question.kind](question, voice, so_far)
    if question.more and so_far and not so_far.words and _asks_more(question, so_far):
        yield Step("more", Asked("free_text", voice.words(question.more)), private=question.private)


def _asks_more(question: Base, so_far: Answer) -> bool:
    value = so_far.value
    held = value.get("where", ()) if isinstance(value, dict) else value
    chosen = {held} if isinstance(held, str) else set(held or ())
    return not chosen.isdisjoint(question.more_for)


def _step(question: Base, voice: _Voice, step: str, kind: Kind, choices: Sequence[Choice] = (),
          ids: Sequence[str] = (), text: str = "", **rest: object) -> Step:  # fmt: skip
    """A step in the question's own words, unless others are given."""
    asked = Asked(kind, text or voice.of(question), tuple(choices))
    easy = "" if text else voice.words(worded(question, "easy"))
    return Step(step, asked, tuple(ids), easy, question.private, **rest)  # type: ignore[arg-type]


def _nothing(question: Base, voice: _Voice, so_far: Answer | None) -> Iterator[Step]:
    return iter(())


def _yes_no(question: Base, voice: _Voice, so_far: Answer | None) -> Iterator[Step]:
    choices = [Choice(voice.translate(YES_NO_WORDS[id_])) for id_ in YES_NO_IDS]
    yield _step(question, voice, "pick", "yes_no", choices, YES_NO_IDS)


def _faces(question: Base, voice: _Voice, so_far: Answer | None) -> Iterator[Step]:
    choices = [Choice(voice.translate(FACE_WORDS[face])) for face in FACES]
    yield _step(question, voice, "pick", "scale", choices, FACES)


def _options(question: Base) -> tuple[Option, ...]:
    found: tuple[Option, ...] = question.options  # type: ignore[attr-defined]
    return found


def _choose(question: Base, voice: _Voice, so_far: Answer | None) -> Iterator[Step]:
    kind: Kind = "pick_one" if question.kind == "choose_one" else "pick_many"
    offered = _options(question)
    yield _step(question, voice, "pick", kind, [voice.choice(o) for o in offered], [o.id for o in offered])


def _words(question: Base, voice: _Voice, so_far: Answer | None) -> Iterator[Step]:
    yield _step(question, voice, "words", "free_text")


def _people(question: Base, voice: _Voice, so_far: Answer | None) -> Iterator[Step]:
    """Who comes, and who must not; then whoever isn't on the list."""
    people = voice.context.people
    if people:
        refs = [person.ref for person in people]
        yield _step(
            question, voice, "want", "pick_many", [_person(p, voice) for p in people], refs, way="people"
        )
    text = say(phrases.ANYONE_ELSE if people else phrases.WHO_ELSE, voice.translate)
    nobody = Choice(voice.translate(YES_NO_WORDS["no"]), (say(phrases.NOBODY, voice.translate),))
    asked = Asked("free_text", text, (nobody,))
    yield Step("else", asked, private=question.private and not people, show=0)


def _person(person: Person, voice: _Voice) -> Choice:
    related_as = related(person.relation, person.role)
    relation = voice.translate(related_as) if related_as else ""
    about = "" if _same(relation, person.name) else relation[:1].lower() + relation[1:]
    if person.must_come:
        has_to = say(phrases.HAS_TO_COME, voice.translate)
        about = f"{about}, {has_to}" if about else has_to
    shown = f"{person.name} ({about})" if about else person.name
    return Choice(shown, tuple(name for name in (person.name, relation) if name))


def _same(relation: str, name: str) -> bool:
    """True where the name says all: Mum, your mum."""
    return name.casefold() in relation.casefold().split()


def _place(question: Base, voice: _Voice, so_far: Answer | None) -> Iterator[Step]:
    offered = _options(question)
    choices, ids = [voice.choice(o) for o in offered], [o.id for o in offered]
    yield _step(question, voice, "where", "pick_many", choices, ids)
    if not (so_far and isinstance(so_far.value, dict) and so_far.value.get("not_where")):
        text = say(phrases.WHERE_NOT, voice.translate)
        yield _step(
            question, voice, "not_where", "pick_many", choices, ids, text=text, way="refuse", again=True
        )


def _times(question: Base, voice: _Voice, so_far: Answer | None) -> Iterator[Step]:
    """Good, then bad; a date of the review's window is understood where it is typed, and not listed."""
    offered = _options(question)
    choices = [*(voice.choice(o) for o in offered), *(_date(d) for d in voice.context.dates)]
    ids = [*(o.id for o in offered), *(d.isoformat() for d in voice.context.dates)]
    asked = voice.of(question)  # the easy words ask for both sides at once
    yield _step(question, voice, "good", "pick_many", choices, ids, text=asked, show=len(offered))
    if not (so_far and isinstance(so_far.value, dict) and so_far.value.get("bad")):
        text = say(phrases.WHEN_NOT, voice.translate)
        yield _step(question, voice, "bad", "pick_many", choices, ids, text=text, way="refuse", again=True,
                    show=len(offered))  # fmt: skip


def _date(date: dt.date) -> Choice:
    return Choice(day(date.isoformat()), date=date)


def _grid(question: Base, voice: _Voice, so_far: Answer | None) -> Iterator[Step]:
    """Row by row; or all in one list, where being named means one of the choices."""
    assert isinstance(question, Grid)
    if question.named:
        choices = [voice.choice(topic) for topic in question.topics] or [
            Choice(text) for _, text in grid_rows(question, voice.context)
        ]
        ids = [id_ for id_, _ in grid_rows(question, voice.context)]
        yield _step(question, voice, "rows", "pick_many", choices, ids, way="refuse")
        return
    words = {topic.id: voice.of(topic) for topic in question.topics}
    offered = _options(question)
    choices, ids = [voice.choice(o) for o in offered], [o.id for o in offered]
    for n, (row, text) in enumerate(grid_rows(question, voice.context)):
        label = words.get(row, text)
        asked = f"{voice.of(question)}\n{label}" if n == 0 else label
        yield _step(question, voice, f"row:{row}", "pick_one", choices, ids, text=asked)


ASKERS: dict[str, Callable[[Base, _Voice, Answer | None], Iterator[Step]]] = {
    "information": _nothing,
    "yes_no": _yes_no,
    "choose_one": _choose,
    "choose_many": _choose,
    "faces": _faces,
    "words": _words,
    "people": _people,
    "place": _place,
    "times": _times,
    "grid": _grid,
}
