"""What a reply makes of an answer: a Reading merged into the shapes of `webapp.booklet.answers`.

Whoever was refused never becomes wanted: what stands under `exclude` counts against, whatever else was said, and
"everyone" doesn't undo an earlier no. Whoever was neither chosen nor refused stays unanswered.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any

from webapp.booklet.answers import (
    ADDED_AT_MOST,
    NAME_AT_MOST,
    SKIPPED,
    WORDS_AT_MOST,
    Answer,
    NotFairError,
    clean,
    length,
    one_line,
)  # fmt: skip
from webapp.booklet.definition import Base
from webapp.chat.reading import Reading

if TYPE_CHECKING:
    from webapp.chat.steps import Step

TAKEN = frozenset(["answer", "no_preference", "none_suit", "change_answer"])
"""The readings that say something about what was asked."""

AND = re.compile(r"\s*(?:,|;|\n|&|\+|\band\b|\bn\b)\s*", re.I)
REFUSES = re.compile(
    r"\b(?:no|not|non|none|never|without|except|but|isn'?t|don'?t|dont|doesn'?t|won'?t|can'?t|cant|hate|ddim|dim|nid|paid|"
    r"heb|peidiwch|byth)\b|لا|ليس|غير|بدون|نہیں|نہ|مت",
    re.I,
)
"""Where one of these stands, somebody may be refused: such words are kept as words and add nobody."""
NONE = "none"
"""The id of a choice that says "none of these"."""
WORDS_IN_A_NAME = 7
"""What is longer is a story, and is kept as words."""


def take(question: Base, step: Step, reading: Reading, so_far: Answer | None = None, raw: str = "") -> Answer:
    """The answer after this reply; it always passes `answers.check`.

    `so_far`: what was said to this question before. `raw`: the message as typed, which is kept as the answer's words
    where its meaning has no place among the choices ("don't mind"). A skip of the first step gives SKIPPED; of a later
    one, what was said so far. Words beyond the limit are cut (no provider's message is as long).
    """
    if reading.action not in TAKEN:
        return so_far or SKIPPED
    before = so_far if so_far and not so_far.skipped else Answer()
    if not reading.text and not _is_plain(step, reading):
        reading = dataclasses.replace(reading, text=raw)
    taken = TAKERS.get(step.id, _row)(question, step, reading, before)
    answer = Answer(taken.value, _joined("" if step.id in FIRST else before.words, taken.words))
    return SKIPPED if answer.empty else answer


def _is_plain(step: Step, reading: Reading) -> bool:
    """True where the value tells all that was meant."""
    if step.again or reading.choices or reading.value or reading.score:
        return True
    return bool(reading.exclude) and (step.way == "refuse" or step.id in SIDED)


def _joined(before: str, new: str) -> str:
    found = _fair(new)
    if not found or found in before:
        return before
    return _fair(f"{before}\n{found}") if before else found


def _fair(text: str, at_most: int = WORDS_AT_MOST) -> str:
    try:
        return clean(text, at_most)
    except NotFairError:
        return clean(text[:at_most], at_most)


def _ids(step: Step, numbers: Iterable[int]) -> list[str]:
    """What these numbers stand for, in the order of the list."""
    wanted = set(numbers)
    return [id_ for n, id_ in enumerate(step.ids, start=1) if n in wanted]


def _wanted(step: Step, reading: Reading) -> list[str]:
    refused = set(_ids(step, reading.exclude))
    return [id_ for id_ in _ids(step, reading.choices) if id_ not in refused]


def _named(step: Step, reading: Reading) -> list[str]:
    """Where the question is what must not be: named is named, "school" as well as "not school"."""
    return _ids(step, {*reading.choices, *reading.exclude})


def _is_all(step: Step, ids: Collection[str]) -> bool:
    return len(step.ids) > 1 and set(ids) == set(step.ids)


def _pick(question: Base, step: Step, reading: Reading, before: Answer) -> Answer:
    """One choice, or some."""
    wanted = _wanted(step, reading)
    if question.kind == "choose_many":
        return _many(question, step, reading, wanted)
    if reading.action == "none_suit":
        wanted = [id_ for id_ in step.ids if id_ == NONE]
    said = reading.value if question.kind == "yes_no" and reading.value else None
    if question.kind == "faces" and reading.score and 1 <= reading.score <= len(step.ids):
        said = step.ids[reading.score - 1]  # type: ignore[assignment]
    return Answer(said or (wanted[0] if len(wanted) == 1 else None), reading.text)


def _many(question: Base, step: Step, reading: Reading, wanted: list[str]) -> Answer:
    alone = {option.id for option in question.options if option.alone}  # type: ignore[attr-defined]
    if reading.action == "none_suit" and not wanted:
        wanted = [id_ for id_ in step.ids if id_ == NONE]
    if len(wanted) > 1:
        wanted = [id_ for id_ in wanted if id_ not in alone] or wanted[:1]
    return Answer(wanted, reading.text)


def _words(question: Base, step: Step, reading: Reading, before: Answer) -> Answer:
    return Answer(before.value, reading.text)


def _want(question: Base, step: Step, reading: Reading, before: Answer) -> Answer:
    """Who comes. "None of them" refuses each in so many words."""
    earlier = before.value or {}
    rows: dict[str, Any] = earlier.get("people", {})
    wanted, refused = _wanted(step, reading), set(_ids(step, reading.exclude))
    if reading.action == "none_suit" and not wanted:
        refused = set(step.ids)
    had = {ref for ref, row in rows.items() if row.get("come") == "no"}
    chosen = set(wanted) - (had if _is_all(step, {*wanted, *refused}) else set())
    refused |= had - chosen
    known = {
        ref: {**_row_of(rows.get(ref)), "come": "no" if ref in refused else "yes"}
        for ref in [*step.ids, *(ref for ref in rows if ref not in step.ids)]
        if ref in refused or ref in chosen
    }
    return Answer(_people(known, earlier.get("added", [])), reading.text)


def _row_of(row: Any) -> dict[str, Any]:
    return {"part": False, "which": "", "why": "", **(row or {})}


def _people(known: dict[str, Any], added: list[Any]) -> dict[str, Any]:
    return {"people": known, "added": added} if known or added else {}


def _else(question: Base, step: Step, reading: Reading, before: Answer) -> Answer:
    """Whoever else is wanted, by name; "no" adds nobody, and a story or a refusal is kept as words."""
    earlier = before.value or {}
    people, added = earlier.get("people", {}), earlier.get("added", [])
    text = _fair(reading.text)
    if reading.action != "answer" or not text or _says_no(step, text):
        return Answer(_people(people, added))
    names = [name for part in AND.split(text) if (name := _name(part))]
    if REFUSES.search(text) or not names or len(added) + len(names) > ADDED_AT_MOST:
        return Answer(_people(people, added), text)
    if any(len(name.split()) > WORDS_IN_A_NAME or length(name) > NAME_AT_MOST for name in names):
        return Answer(_people(people, added), text)
    new = [{"name": name, "who": "", **_row_of({"come": "yes"})} for name in names]
    order = ("name", "who", "come", "part", "which", "why")
    return Answer(_people(people, [*added, *({key: row[key] for key in order} for row in new)]))


def _name(text: str) -> str:
    try:
        return one_line(text.strip(" ."), "name")
    except NotFairError:
        return text


def _says_no(step: Step, text: str) -> bool:
    said = text.strip(" .!").casefold()
    nobody = {other.casefold() for choice in step.asked.choices for other in (choice.text, *choice.also)}
    return said in nobody | {"0", "no", "n", "nope", "nah", "no one", "noone", "nobody", "none", "na", "neb"}


def _where(question: Base, step: Step, reading: Reading, before: Answer) -> Answer:
    where, refused = _sides(step, reading, before, "not_where")
    return Answer(_place(where, refused, (before.value or {}).get("not_words", "")), reading.text)


def _not_where(question: Base, step: Step, reading: Reading, before: Answer) -> Answer:
    earlier = before.value or {}
    where, refused = _refusing(step, reading, earlier.get("where", []), earlier.get("not_where", []))
    return Answer(_place(where, refused, _joined(earlier.get("not_words", ""), reading.text)))


def _place(where: list[str], not_where: list[str], said: str) -> dict[str, Any]:
    return {"where": where, "not_where": not_where, "not_words": said} if where or not_where or said else {}


def _good(question: Base, step: Step, reading: Reading, before: Answer) -> Answer:
    return Answer(_times(*_sides(step, reading, before, "bad")), reading.text)


def _bad(question: Base, step: Step, reading: Reading, before: Answer) -> Answer:
    earlier = before.value or {}
    good, bad = _refusing(step, reading, earlier.get("good", []), earlier.get("bad", []))
    return Answer(_times(good, bad), reading.text)


def _times(good: list[str], bad: list[str]) -> dict[str, Any]:
    return {"good": good, "bad": bad} if good or bad else {}


def _sides(step: Step, reading: Reading, before: Answer, against: str) -> tuple[list[str], list[str]]:
    """What is wanted now, and what is refused now or was before and isn't chosen by name now."""
    had = set((before.value or {}).get(against, ()))
    wanted, refused = _wanted(step, reading), set(_ids(step, reading.exclude))
    if _is_all(step, {*wanted, *refused}):
        wanted = [id_ for id_ in wanted if id_ not in had]
    refused |= had - set(wanted)
    return wanted, [id_ for id_ in step.ids if id_ in refused]


def _refusing(step: Step, reading: Reading, wanted: list[str], had: list[str]) -> tuple[list[str], list[str]]:
    """What is left of what was wanted, and what is refused; "anywhere else" spares what was wanted."""
    named = set(_named(step, reading))
    if _is_all(step, named):
        named -= set(wanted)
    refused = named | set(had)
    return [id_ for id_ in wanted if id_ not in refused], [id_ for id_ in step.ids if id_ in refused]


def _rows(question: Base, step: Step, reading: Reading, before: Answer) -> Answer:
    """The rows that were named get the choice that the booklet gives them; what was said of others stays."""
    rows = before.value or {}
    named = set(_named(step, reading))
    said = {row: {**_cell(rows.get(row)), "choice": question.named} for row in named}  # type: ignore[attr-defined]
    kept = {row: said.get(row) or rows[row] for row in step.ids if row in said or row in rows}
    return Answer(kept, reading.text)


def _row(question: Base, step: Step, reading: Reading, before: Answer) -> Answer:
    """One row: its choice, and the words beside it."""
    row = step.id.partition(":")[2]
    wanted = _wanted(step, reading)
    cell = {"choice": wanted[0] if len(wanted) == 1 else "", "words": _fair(reading.text)}
    rows = {**(before.value or {})}
    if any(cell.values()):
        rows[row] = cell
    return Answer(rows)


def _cell(cell: Any) -> dict[str, Any]:
    return {"choice": "", "words": "", **(cell or {})}


TAKERS: dict[str, Callable[[Base, Step, Reading, Answer], Answer]] = {
    "pick": _pick,
    "words": _words,
    "more": _words,
    "want": _want,
    "else": _else,
    "where": _where,
    "not_where": _not_where,
    "good": _good,
    "bad": _bad,
    "rows": _rows,
}
FIRST = frozenset(["pick", "words", "want", "where", "good", "rows"])
"""The steps that begin a question: words that were said to it before are said anew."""
SIDED = frozenset(["want", "where", "good"])
"""The steps whose value holds what is refused, too."""
