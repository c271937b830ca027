"""How each kind of question is answered with a pen: a table from kind to what is drawn for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from webapp.booklet.answers import grid_rows
from webapp.booklet.definition import Grid, Option, Question
from webapp.booklet.wording import RELATIONS, YES_NO_WORDS, labels, related, worded
from webapp.documents import booklet_words as w
from webapp.documents.glyphs import printable

if TYPE_CHECKING:
    from webapp.documents.booklet_paper import Page

BLANK_ROWS = 4
"""Rows to write in where a booklet is printed for nobody in particular."""
MOUTHS = ("M12 29q8-9 16 0", "M13 28q7-5 14 0", "M13 26h14", "M13 25q7 5 14 0", "M12 24q8 9 16 0")
SKINS = ("#f2a097", "#f8c79b", "#ffe08a", "#c7e59a", "#8fd3a8")
Drawn = dict[str, Any]


def drawn(page: Page, question: Question) -> Drawn:
    """What stands below the question's words. Raises KeyError for a kind that has no place on paper."""
    return KINDS[question.kind](page, question)


def _words(page: Page, question: Any) -> Drawn:
    return {"lines": max(question.rows, 2)}


def _nothing(page: Page, question: Any) -> Drawn:
    return {}


def _ticks(page: Page, question: Any) -> Drawn:
    many = question.kind == "choose_many"
    return {"note": page.say(w.TICK_MANY if many else w.TICK_ONE), "choices": _choices(page, question)}


def _choices(page: Page, question: Question) -> list[Drawn]:
    options: dict[str, Option] = {option.id: option for option in getattr(question, "options", ())}
    found = []
    for name, text in labels(question, "easy" if page.easy else "standard").items():
        option = options.get(name)
        picture = option.picture if option else {"yes": "yes", "not_sure": "maybe", "no": "no"}.get(name)
        hint = option.hint if option else None
        found.append({"text": page.say(text), "hint": page.say(hint), "picture": page.picture(picture)})
    return found


def _faces(page: Page, question: Any) -> Drawn:
    return {
        "note": page.say(w.TICK_ONE),
        "choices": [
            {"text": page.say(text), "picture": face(int(name))} for name, text in labels(question).items()
        ],
    }


def face(number: int) -> str:
    """The drawn face 1 (really bad) to 5 (really good)."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" fill="none" stroke="#20183a" stroke-width="2.4"'
        f' stroke-linecap="round"><circle cx="20" cy="20" r="17" fill="{SKINS[number - 1]}"/>'
        f'<path d="M14 15v2m12-2v2{MOUTHS[number - 1]}"/></svg>'
    )


def _people(page: Page, question: Any) -> Drawn:
    known = [
        {
            "text": printable(person.name),
            "hint": _relation(page, related(person.relation, person.role)),
            "fixed": page.say(w.MUST_COME) if person.must_come else "",
            "part": page.say(w.WHICH_PART) if not page.easy else "",
        }
        for person in page.paper.context.people
    ]
    return {
        "note": page.say(w.TICK_ROWS),
        "head": page.say(w.WHO),
        "sides": [page.say(text) for text in YES_NO_WORDS.values()],
        "rows": known or _blank_rows(),
        "else": {
            "title": page.say(w.ANYONE_ELSE),
            "hint": page.say(w.CHECKED_FIRST),
            "name": page.say(w.THEIR_NAME),
            "who": page.say(w.WHO_ARE_THEY),
            "rows": 2 if page.easy else 3,
        },
    }


def _relation(page: Page, words: str) -> Any:
    return page.say(words) if words in RELATIONS else page.given(words) if words else ""


def _blank_rows() -> list[Drawn]:
    return [{"text": "", "hint": "", "fixed": "", "part": ""} for _ in range(BLANK_ROWS)]


def _place(page: Page, question: Any) -> Drawn:
    return {**_sides(page, question, w.PLACE_SIDES), "else_words": page.say(w.NOT_WORDS)}


def _times(page: Page, question: Any) -> Drawn:
    days = [{"text": page.day(day), "hint": "", "picture": ""} for day in page.paper.context.dates]
    return {
        **_sides(page, question, w.TIME_SIDES),
        "days": page.say(w.REAL_DAYS) if days else "",
        "dates": days,
    }


def _sides(page: Page, question: Any, sides: tuple[str, ...]) -> Drawn:
    return {
        "note": page.say(w.TICK_ROWS),
        "head": "",
        "sides": [page.say(side) for side in sides],
        "rows": _choices(page, question),
    }


def _grid(page: Page, question: Any) -> Drawn:
    assert isinstance(question, Grid)
    ours = {topic.id: topic for topic in question.topics}
    rows: list[Drawn] = []
    for name, text in grid_rows(question, page.paper.context):
        topic = ours.get(name)
        said = page.say(worded(topic, "easy" if page.easy else "standard")) if topic else page.given(text)
        rows.append({"text": said, "hint": "", "picture": page.picture(topic.picture if topic else None)})
    return {
        "note": page.say(w.TICK_ROWS),
        "head": "",
        "sides": [choice["text"] for choice in _choices(page, question)],
        "rows": rows or _blank_rows(),
        "row_more": page.say(question.row_more),
    }


KINDS: dict[str, Callable[[Page, Any], Drawn]] = {
    "information": _nothing,
    "yes_no": _ticks,
    "choose_one": _ticks,
    "choose_many": _ticks,
    "faces": _faces,
    "words": _words,
    "people": _people,
    "place": _place,
    "times": _times,
    "grid": _grid,
}
