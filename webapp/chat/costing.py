"""What a whole booklet costs by text: every message to somebody who answers each question once, in parts.

It is played with the functions that a conversation uses, from the invitation to "sent", the safe words included.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from webapp.booklet.answers import Answer, Context
from webapp.booklet.definition import Booklet, Question
from webapp.booklet.journey import core, path
from webapp.booklet.wording import Translate
from webapp.chat import phrases
from webapp.chat.checking import summary, what_now
from webapp.chat.parts import count
from webapp.chat.phrases import Phrase, say
from webapp.chat.prompts import ask
from webapp.chat.reading import Reading
from webapp.chat.steps import Step, lead, next_step, take

EVERY = 5
"""The safe words stand in the first message, in every fifth, and in the last."""
A_LINK = f"https://reviews.council.gov.uk/o/{'x' * 26}"


@dataclass
class Talk:
    """One conversation as it is paid for."""

    booklet: Booklet
    context: Context
    translate: Translate
    numbers: Mapping[str, str]
    sent: list[str] = field(default_factory=list)

    @property
    def adult(self) -> bool:
        """True where an adult is spoken to."""
        return self.booklet.who != "child"

    def say(self, phrase: Phrase, **blanks: object) -> str:
        """A phrase, with the authority's numbers. Before they are recognised everyone is spoken to as a child."""
        adult = self.adult and len(self.sent) > 1
        return say(phrase, self.translate, adult=adult, **{**self.numbers, **blanks})

    @property
    def safe(self) -> str:
        """The safe words, where the next message is due to hold them; the invitation is no part of the talk."""
        due = len(self.sent) == 1 or (self.sent and len(self.sent) % EVERY == 0)
        return self.say(phrases.SAFE_WORDS) if due else ""

    def send(self, *lines: str) -> None:
        """Send these lines as one message."""
        self.sent.append("\n".join(line for line in lines if line))

    def ask(self, step: Step, before: str = "") -> None:
        """Ask a step, with the safe words where they are due."""
        out = ask(
            step, channel="sms", translate=self.translate, before=before, after=self.safe, adult=self.adult
        )
        self.sent += [one.text for one in out]


def messages(
    booklet: Booklet, context: Context, translate: Translate, numbers: Mapping[str, str]
) -> list[str]:
    """Everything that is sent to somebody who answers each question of the core once and sends it."""
    talk = Talk(booklet, context, translate, numbers)
    invitation = phrases.AFTERWARDS if booklet.asked == "after" else phrases.INVITATION
    talk.send(talk.say(invitation), talk.say(phrases.LINK, link=A_LINK))
    talk.send(talk.say(phrases.CONSENT), talk.say(phrases.ASK_BIRTHDAY), talk.safe)
    answers: dict[str, Answer] = {}
    welcome = talk.say(phrases.RECOGNISED)
    for question in _walk(booklet, answers, context):
        before = lead(path(booklet, answers, context), question.id, context, translate)
        answers[question.id] = _asked(question, talk, "\n".join(line for line in (welcome, before) if line))
        welcome = ""
    questions = path(booklet, answers, context)
    told = summary(booklet, questions, answers, answers.keys(), context, translate, adult=talk.adult)
    talk.sent += [one.text for one in told[:-1]]
    talk.ask(what_now(translate, more=bool(booklet.extra_ids), adult=talk.adult), told[-1].text)
    talk.send(
        talk.say(phrases.SENT_AFTER if booklet.asked == "after" else phrases.SENT),
        talk.say(phrases.SAFE_WORDS),
    )
    return talk.sent


def parts(booklet: Booklet, context: Context, translate: Translate, numbers: Mapping[str, str]) -> int:
    """The parts of all of it."""
    return sum(map(count, messages(booklet, context, translate, numbers)))


def _walk(booklet: Booklet, answers: dict[str, Answer], context: Context) -> Iterator[Question]:
    while True:
        asked = core(booklet, path(booklet, answers, context))
        question = next((q for q in asked if q.id not in answers and q.kind != "information"), None)
        if question is None:
            return
        yield question


def _asked(question: Question, talk: Talk, before: str) -> Answer:
    """All steps of one question, each answered by its first choices."""
    answer, done = None, tuple[str, ...]()
    while step := next_step(question, talk.context, answer, done, talk.translate):
        talk.ask(step, before)
        answer, done, before = take(question, step, _reply(step), answer), (*done, step.id), ""
    return answer or Answer()


def _reply(step: Step) -> Reading:
    kind = step.asked.kind
    if kind == "yes_no":
        return Reading("answer", value="yes")
    if kind == "scale":
        return Reading("answer", score=4)
    if step.way == "people":
        return Reading("answer", choices=(1, 2, 3), exclude=tuple(range(5, 1 + min(5, len(step.ids)))))
    if kind == "pick_many":
        last = (step.show or len(step.ids)) if step.way == "refuse" else 0
        return Reading("answer", choices=(last,) if last else (1, 2))
    one = kind == "pick_one" or bool(step.asked.choices)
    return Reading("answer", choices=(1,)) if one else Reading("answer", text="Some words")
