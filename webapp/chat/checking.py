"""Check and send by text: what was said in a short list, and the steps around it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from webapp.booklet.answers import Answer, Context, grid_rows
from webapp.booklet.definition import Base, Booklet, Grid, Question, Section
from webapp.booklet.saying import day
from webapp.booklet.wording import Translate, fill, labels, worded
from webapp.chat import phrases
from webapp.chat.parts import straighten
from webapp.chat.phrases import Phrase, say
from webapp.chat.prompts import Channel, Out, split
from webapp.chat.reading import Asked, Choice
from webapp.chat.steps import Step

A_MESSAGE = {"sms": 765, "whatsapp": 900}
"""Characters of one message of a summary: five parts of a text message; and room for the buttons of WhatsApp."""


def summary(
    booklet: Booklet,
    questions: Sequence[Question],
    answers: Mapping[str, Answer],
    by_text: Collection[str],
    context: Context,
    translate: Translate,
    *,
    channel: Channel = "sms",
    adult: bool = False,
) -> list[Out]:
    """What was said, section by section, in the choices' words alone: nothing that somebody typed is read back.

    `by_text`: the questions whose answer was given in this conversation; of the others it is only told that they were
    answered on the web page. `context` needs the people, decisions and dates that the answers speak of.
    """
    teller = _Teller(context, translate)
    lines = [
        line
        for section in booklet.sections
        if (line := teller.section(section, questions, answers, frozenset(by_text)))
    ]
    if not lines:
        return [Out(say(phrases.NOTHING_YET, translate))]
    text = "\n".join([say(phrases.SAID_BY_TEXT, translate), *lines])
    return [Out(part) for part in split(straighten(text), A_MESSAGE[channel])]


class _Teller:
    def __init__(self, context: Context, translate: Translate) -> None:
        self.context, self.translate = context, translate

    def say(self, phrase: Phrase, what: str = "") -> str:
        return say(phrase, self.translate, what=what)

    def words(self, text: str) -> str:
        return fill(self.translate(text), self.context.names)

    def section(
        self, section: Section, questions: Sequence[Question], answers: Mapping[str, Answer], by_text: frozenset[str]
    ) -> str:  # fmt: skip
        asked = {q.id for q in questions}
        there = [
            q for q in section.questions if q.id in asked and q.id in answers and not answers[q.id].skipped
        ]
        told = [line for q in there if q.id in by_text and (line := self.answer(q, answers[q.id]))]
        if any(q.id not in by_text for q in there):
            told.append(self.say(phrases.ON_THE_PAGE))
        once = dict.fromkeys(told)
        return f"{self.words(section.title)}: {'; '.join(once)}" if once else ""

    def answer(self, question: Question, answer: Answer) -> str:
        """One answer in the choices' own words."""
        value, names = answer.value, self._names(question)
        told = list(self._value(question, value, names)) if value else []
        return " ".join(told) or (self.say(phrases.OWN_WORDS) if answer.words else "")

    def _value(self, question: Question, value: Any, names: Mapping[str, str]) -> Iterator[str]:
        if not isinstance(value, dict):
            ids = [value] if isinstance(value, str) else value
            yield ", ".join(names.get(id_, id_) for id_ in ids)
        elif isinstance(question, Grid):
            yield from self._grid(question, value, names)
        else:
            wanted, refused = _two_sides(question, value)
            if wanted:
                yield ", ".join(names.get(id_, day(id_)) for id_ in wanted)
            if refused:
                what = ", ".join(names.get(id_, day(id_)) for id_ in refused)
                yield f"({self.say(phrases.NOT_THESE, what=what)})"
            if value.get("added") or value.get("not_words"):
                yield f"({self.say(phrases.OWN_WORDS)})"

    def _grid(self, question: Grid, value: dict[str, Any], names: Mapping[str, str]) -> Iterator[str]:
        """The rows by choice, each choice told once."""
        chosen: dict[str, list[str]] = {}
        for row, text in grid_rows(question, self.context):
            if choice := value.get(row, {}).get("choice"):
                chosen.setdefault(choice, []).append(self.words(text) if question.rows == "topics" else text)
        yield ". ".join(f"{names[choice]}: {', '.join(rows)}" for choice, rows in chosen.items())

    def _names(self, question: Base) -> dict[str, str]:
        found = {id_: self.words(text) for id_, text in labels(question, "sms").items()}
        if question.kind == "people":
            found = {person.ref: person.name for person in self.context.people}
        return found


def _two_sides(question: Base, value: dict[str, Any]) -> tuple[list[str], list[str]]:
    if question.kind == "people":
        rows = value.get("people", {})
        return tuple([ref for ref, row in rows.items() if row.get("come") == come] for come in ("yes", "no"))  # type: ignore[return-value]
    sides = ("where", "not_where") if question.kind == "place" else ("good", "bad")
    return value.get(sides[0], []), value.get(sides[1], [])


def _fixed(step: str, text: Phrase, choices: Sequence[tuple[str, str]], translate: Translate) -> Step:
    asked = Asked("pick_one", say(text, translate), tuple(Choice(words) for _, words in choices))
    return Step(step, asked, tuple(id_ for id_, _ in choices))


def what_now(translate: Translate, *, more: bool = False, adult: bool = False) -> Step:
    """After the summary. Ids: send, change; and more, where there are extra sections to say more in."""
    choices = [
        ("send", say(phrases.SEND_IT, translate, adult=adult)),
        ("change", say(phrases.CHANGE_SOMETHING, translate)),
        *([("more", say(phrases.MORE, translate))] if more else []),
    ]
    return _fixed("what_now", phrases.WHAT_NOW, choices, translate)


def which_section(sections: Sequence[Section], translate: Translate, *, step: str = "which_section") -> Step:
    """Which part to change, or to say more in. Ids: the sections', and none for no more."""
    titles = [(section.id, translate(section.title)) for section in sections]
    none = ("none", say(phrases.NOTHING_MORE, translate))
    return _fixed(step, phrases.WHICH_PART, [*titles, none], translate)


def which_question(questions: Sequence[Question], context: Context, translate: Translate) -> Step:
    """Which question of a part to change. Ids: the questions'."""
    choices = [(q.id, fill(translate(worded(q, "sms")), context.names)) for q in questions]
    return _fixed("which_question", phrases.WHICH_QUESTION, choices, translate)


def begin(text: str, translate: Translate) -> Step:
    """What an invitation asks (its own words are `text`). Ids: begin, wrong_person."""
    choices = (Choice(say(phrases.BEGIN, translate)), Choice(say(phrases.NOT_FOR_ME, translate)))
    return Step("begin", Asked("pick_one", text, choices), ("begin", "wrong_person"), show=0)


def one_more(title: str, translate: Translate) -> Step:
    """Whether to go on with the next booklet. Ids: begin, not_now."""
    choices = (Choice(say(phrases.BEGIN, translate)), Choice(say(phrases.NOT_NOW, translate)))
    asked = Asked("pick_one", say(phrases.ONE_MORE, translate, title=title), choices)
    return Step("one_more", asked, ("begin", "not_now"))


def page_or_text(translate: Translate) -> Step:
    """Where the web page has answered since: which counts. Ids: page, text."""
    choices = [
        ("page", say(phrases.KEEP_THE_PAGE, translate)), ("text", say(phrases.TAKE_THE_TEXT, translate)),
    ]  # fmt: skip
    return _fixed("page_or_text", phrases.CHANGED_ON_THE_PAGE, choices, translate)
