"""Somebody at one of their booklets by text: what was said so far, what was asked, and keeping an answer."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field, replace
from typing import Any

from webapp.booklet import journey
from webapp.booklet.answers import Answer, Context, check
from webapp.booklet.definition import Booklet, Question
from webapp.booklet.views import BESIDE
from webapp.chat import phrases, prompts, steps
from webapp.chat.reading import LastPrompt
from webapp.chat.steps import Step
from webapp.services import answering, surroundings, visits
from webapp.services import conversing_rows as rows
from webapp.services.conversing_talk import Again, Talk
from webapp.store import Query, new_id

WELCOME_AFTER = dt.timedelta(days=3)
WORDING = "sms"
NOTE = next(iter(BESIDE))
"""Words that answered no question are kept for the IRO all the same."""


@dataclass
class Sitting:
    """Where they are in one booklet: as the web knows it, whatever was said there."""

    found: visits.Standing
    booklet: Booklet
    said: dict[str, visits.Said]
    context: Context
    path: tuple[Question, ...]
    raised: int = field(default=0)
    """Answers that this turn will have kept."""

    @property
    def answers(self) -> visits.Answers:
        """What was said so far, by question."""
        return visits.Answers(self.said)

    def question(self, question_id: str) -> Question | None:
        """The question, where it is on the path."""
        return next((q for q in self.path if q.id == question_id), None)

    def leg_of(self, question_id: str) -> tuple[Question, ...]:
        """The questions that are walked together with this one, information left out."""
        leg = journey.leg(self.booklet, self.path, question_id).questions
        return tuple(q for q in leg if q.kind != "information")

    @property
    def core(self) -> tuple[Question, ...]:
        """What everyone is asked."""
        return tuple(q for q in journey.core(self.booklet, self.path) if q.kind != "information")

    @property
    def open(self) -> list[Question]:
        """What of it they have neither answered nor skipped."""
        return [q for q in self.core if q.id not in self.said]

    def version(self, question_id: str) -> int:
        """Of the answer to this question; 0 where there is none."""
        before = self.said.get(question_id)
        return before.version if before else 0


def sit(query: Query, talk: Talk) -> Sitting:
    """The booklet that the conversation is about; where it is about none, the first that isn't sent."""
    desk = talk.desk
    assert talk.found is not None
    if talk.sitting is not None and talk.sitting.found is talk.found:
        known: Sitting = talk.sitting
        return known
    if talk.found.row.response_id is None:
        shelf = visits.shelf(query, talk.found, desk.booklets)
        wanted = next((one for one in shelf if not one.sent_at or one.unsent), shelf[0])
        open_booklet(query, talk, wanted.booklet.id)
    booklet = visits.booklet(query, talk.found, desk.booklets)
    said = visits.answers(query, desk.vault, talk.found)
    context = visits.bare_context(desk.vault, talk.found)
    path = journey.path(booklet, visits.Answers(said), context)
    talk.sitting = made = Sitting(talk.found, booklet, said, context, path)
    return made


def open_booklet(query: Query, talk: Talk, booklet_id: str) -> None:
    """From now on the conversation is about this one of their booklets."""
    assert talk.found is not None
    talk.to["booklet_id"] = booklet_id
    talk.found = visits.by_text(query, talk.found.row.visit_id, booklet_id)
    assert talk.found is not None


def with_rows(query: Query, talk: Talk, sitting: Sitting, *kinds: str) -> Context:
    """The context with the people, decisions and dates that these kinds of questions need."""
    rules = talk.desk.authority.timetable
    for kind in kinds:
        sitting.context = surroundings.complete(
            query, talk.desk.vault, rules, sitting.found, sitting.context, kind, talk.now
        )
    return sitting.context


def step_of(query: Query, talk: Talk, sitting: Sitting, prompt: Any) -> tuple[Question, Step] | None:
    """The question that was sent, as it was sent; None where it can't be asked so any more."""
    question = sitting.question(prompt.question_id) if prompt.booklet_id == sitting.booklet.id else None
    if question is None:
        return None
    context = with_rows(query, talk, sitting, question.kind)
    so_far = so_far_of(sitting, question.id)
    step = steps.next_step(question, context, so_far, prompt.done.split(), talk.translate)
    same = step is not None and step.id == prompt.step and list(step.ids) == json.loads(prompt.ids)
    return (question, step) if step is not None and same else None


def so_far_of(sitting: Sitting, question_id: str) -> Answer | None:
    """What was said to this question, if anything."""
    said = sitting.said.get(question_id)
    return said.answer if said and not said.answer.skipped else None


def last_prompt(talk: Talk) -> LastPrompt | None:
    """When the question was sent that this message is read against; None where they say themselves which one it is.

    Where the page has answered it since, they are asked which counts, so that isn't told here.
    """
    return LastPrompt(talk.prompt.sent_at) if talk.prompt is not None and not talk.older else None


def keep(talk: Talk, sitting: Sitting, question_id: str, answer: Answer, audience: str) -> None:
    """Keep this answer, sealed now and written under the lock; what says the same as before is not written again."""
    before, found = sitting.said.get(question_id), sitting.found
    audience = before.audience if before else audience
    talk.answered = True
    if answering.same(before, answer, audience):
        return
    sitting.raised += 1
    expected = found.row.version + sitting.raised
    key = visits.response_key(talk.desk.vault, found)
    saying = answering.saying(key, found.row.response_id, question_id, answer, audience)
    language = talk.language

    def write(query: Query) -> None:
        version = answering.record(
            query, found, saying, now=talk.now, channel=talk.said.channel, language=language, wording=WORDING
        )
        if version != expected:  # something was said on the page meanwhile
            raise Again

    talk.writes.append(write)
    sitting.said[question_id] = visits.Said(answer, audience, expected, "", talk.said.channel)
    if journey.waits_for(sitting.booklet, question_id):
        sitting.path = journey.path(sitting.booklet, sitting.answers, sitting.context)


def keep_words(talk: Talk, sitting: Sitting, question: Question | None, words: str) -> None:
    """Words that no choice could be read in are kept as they came, beside whatever was said before."""
    name, audience = (question.id, question.audience) if question else (NOTE, "iro")
    before = so_far_of(sitting, name) or Answer()
    whole = f"{before.words}\n{words}" if before.words else words
    if question is None:
        keep(talk, sitting, name, Answer(None, whole.strip()), audience)
        return
    fair = check(question, before.value, whole, sitting.context)
    keep(talk, sitting, name, fair if isinstance(fair, Answer) else Answer(before.value, whole), audience)


def ask_step(
    talk: Talk, sitting: Sitting, question: Question, step: Step, done: list[str], *, before: str = "",
    repeat: int = 0, anew: bool = False,
) -> None:  # fmt: skip
    """Send this step, and write down that it was sent. `anew`: something else came between, so that "the same numbers"
    are listed again.
    """
    outs = prompts.ask(
        replace(step, again=step.again and not anew), channel=talk.said.channel, translate=talk.translate,
        repeat=repeat, before=before, adult=talk.adult,
    )  # fmt: skip
    prompt_id = new_id()
    row: dict[str, Any] = {
        "id": prompt_id, "conversation_id": talk.id, "consultation_id": sitting.found.row.consultation_id,
        "sequence": talk["turns"] + 1, "booklet_id": sitting.booklet.id, "question_id": question.id, "step": step.id,
        "done": " ".join(done), "ids": json.dumps(step.ids), "answer_version": sitting.version(question.id),
        "sent_at": talk.now,
    }  # fmt: skip

    def write(query: Query) -> None:
        rows.ASK.run(query, **row)

    talk.writes.append(write)
    talk.say(*outs)
    talk.asks = (len(talk.out) - 1, prompt_id)
    talk.go("asking", prompt_id=prompt_id)


def welcome_back(talk: Talk, sitting: Sitting) -> str:
    """A gentle recap for somebody who was away for days; empty for anybody else."""
    if talk.row is None or talk.now - talk.row.seen_at < WELCOME_AFTER:
        return ""
    core = sitting.core
    done = sum(q.id in sitting.said for q in core)
    return talk.words(phrases.WELCOME_BACK, done=done, all=len(core))
