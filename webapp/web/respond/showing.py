"""What a question page shows: words in the reader's language, choices with pictures, and what was chosen before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask_babel import format_date
from markupsafe import Markup

from webapp.booklet.answers import ADDED_AT_MOST, Answer, Context, Person, grid_rows
from webapp.booklet.definition import Question
from webapp.booklet.wording import RELATIONS, Wording, labels, related, worded
from webapp.i18n import gettext, in_english, language
from webapp.web.pictures import picture

Say = Callable[[str | None], str]
NO_PICTURE = NOT_FOREIGN = Markup()
YES_NO_PICTURES = {"yes": "yes", "not_sure": "maybe", "no": "no"}


@dataclass(slots=True)
class Choice:
    """One choice as shown."""

    id: str
    text: str
    hint: str = ""
    picture: Markup = NO_PICTURE
    chosen: bool = False


@dataclass(slots=True)
class Row:
    """One line of a list of people, days or topics, with what was said about it."""

    name: str
    text: str
    hint: str = ""
    chosen: str = ""
    said: dict[str, Any] = field(default_factory=dict)
    fixed: bool = False
    date: bool = False
    picture: Markup = NO_PICTURE
    foreign: Markup = NOT_FOREIGN
    """Marks words of staff's own, in English, on a page in another language."""


@dataclass(slots=True)
class Shown:
    """A question, ready for its template."""

    text: str
    hint: str
    why: str
    more: str
    choices: list[Choice] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    added: list[Row] = field(default_factory=list)
    words: str = ""
    not_words: str = ""
    row_more: str = ""
    picture: Markup = NO_PICTURE


def shown(
    question: Question, answer: Answer | None, context: Context, say: Say, wording: Wording = "standard"
) -> Shown:
    """Everything that the page of this question shows. Easy read has a picture of its own in place of hints."""
    value = answer.value if answer else None
    easy = wording == "easy"
    view = Shown(
        say(worded(question, wording)),
        "" if easy and question.easy else say(question.hint),
        say(question.why),
        say(question.more),
        words=answer.words if answer else "",
        picture=picture(question.picture) if easy and question.picture else NO_PICTURE,
    )
    options = {option.id: option for option in getattr(question, "options", ())}
    for name, text in labels(question, wording).items():
        option = options.get(name)
        draw = option.picture if option else YES_NO_PICTURES.get(name)
        drawn = picture(draw) if draw else NO_PICTURE
        chosen = name == value or (isinstance(value, list) and name in value)
        view.choices.append(
            Choice(name, say(text), say(option.hint) if option and not easy else "", drawn, chosen)
        )
    held = value if isinstance(value, dict) else {}
    if question.kind in ("place", "times"):
        sides = ("where", "not_where") if question.kind == "place" else ("good", "bad")
        view.rows = [
            Row(f"o-{c.id}", c.text, c.hint, _side(held, sides, c.id), picture=c.picture)
            for c in view.choices
        ]
        view.rows += [
            Row(
                f"o-{day.isoformat()}",
                format_date(day, "EEEE d MMMM"),
                "",
                _side(held, sides, day.isoformat()),
                date=True,
            )
            for day in (context.dates if question.kind == "times" else ())
        ]
        view.not_words = held.get("not_words", "")
    elif question.kind == "people":
        _people(view, held, context)
    elif question.kind == "grid":
        view.row_more = say(question.row_more)
        topics = {topic.id: worded(topic, wording) for topic in getattr(question, "topics", ())}
        drawings = {
            topic.id: topic.picture for topic in getattr(question, "topics", ()) if easy and topic.picture
        }
        for row, text in grid_rows(question, context):
            cell = held.get(row, {})
            words = say(topics[row]) if topics else text
            drawn = picture(drawings[row]) if row in drawings else NO_PICTURE
            foreign = in_english() if getattr(question, "rows", "") == "decisions" else NOT_FOREIGN
            view.rows.append(
                Row(row, words, "", cell.get("choice", ""), cell, picture=drawn, foreign=foreign)
            )
    return view


def _side(held: dict[str, Any], sides: tuple[str, str], name: str) -> str:
    return "good" if name in held.get(sides[0], ()) else "bad" if name in held.get(sides[1], ()) else ""


def _of(person: Person) -> tuple[str, Markup]:
    """What somebody is to the child, in the child's language where it is a usual word; and the marks of what isn't."""
    words = related(person.relation, person.role)
    if language() == "en" and person.relation.startswith("Your "):
        return person.relation, NOT_FOREIGN  # "Your nan" needs no other word
    return (gettext(words), NOT_FOREIGN) if words in RELATIONS else (words, in_english())


def _people(view: Shown, held: dict[str, Any], context: Context) -> None:
    chosen = held.get("people", {})
    for person in context.people:
        said, (relation, foreign) = chosen.get(person.ref, {}), _of(person)
        view.rows.append(
            Row(
                f"p-{person.ref}",
                person.name,
                relation,
                said.get("come", ""),
                said,
                person.must_come,
                foreign=foreign,
            )
        )
    blank = {"name": "", "who": "", "come": "", "part": False, "which": "", "why": ""}
    added = held.get("added", [])
    for n, row in enumerate([*added, blank] if len(added) <= ADDED_AT_MOST else added):
        name = row["name"] or gettext("Someone else")
        view.added.append(Row(f"a{n}", name, row.get("who", ""), row.get("come", ""), row))
