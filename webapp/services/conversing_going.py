"""From question to question by text: hear a reply, keep it, ask what comes next."""

from __future__ import annotations

from webapp.booklet.answers import SKIPPED
from webapp.booklet.definition import Question
from webapp.chat import checking, phrases, replies, steps
from webapp.chat.reading import Reading
from webapp.chat.steps import Step
from webapp.chat.taking import TAKEN, take
from webapp.services import conversing_finish as finish
from webapp.services.conversing_sitting import (
    Sitting,
    ask_step,
    keep,
    keep_words,
    sit,
    so_far_of,
    step_of,
    welcome_back,
    with_rows,
)  # fmt: skip
from webapp.services.conversing_talk import Talk
from webapp.store import Query

MISSES = 3
"""Replies to one question that weren't understood: then the words are kept and the next question comes."""


def hear(
    query: Query, talk: Talk, sitting: Sitting, question: Question, step: Step, reading: Reading
) -> None:
    """A reply to the question that was sent."""
    prompt = talk.prompt
    elsewhere = sitting.version(question.id) != prompt.answer_version
    on_the_page = elsewhere and sitting.said[question.id].channel == "web"
    if reading.action == "clarify" and talk.now - prompt.sent_at > replies.LATE:
        resume(query, talk, sitting, before=talk.words(phrases.OTHER_QUESTION))
    elif reading.action not in TAKEN and reading.action != "skip":
        not_understood(query, talk, sitting, question, step)
    elif on_the_page and reading.action != "skip":
        words = [*talk.kept.get("raw", []), talk.said.body]
        talk.choose("late", checking.page_or_text(talk.translate), raw="\n".join(words), prompt=prompt.id)
    else:
        taken(query, talk, sitting, question, step, reading, talk.said.body)


def taken(
    query: Query, talk: Talk, sitting: Sitting, question: Question, step: Step, reading: Reading, raw: str
) -> None:
    """Keep what was said, and go on: with the next step of this question, or the next question."""
    done = [*talk.prompt.done.split(), step.id]
    answer = take(question, step, reading, so_far_of(sitting, question.id), raw)
    keep(talk, sitting, question.id, answer, question.audience)
    talk.to["misses"] = 0
    over = reading.action == "skip" and (answer.skipped or len(done) == 1)
    following = None if over else steps.next_step(question, sitting.context, answer, done, talk.translate)
    before = welcome_back(talk, sitting)
    if talk.older:
        resume(query, talk, sitting)
    elif following is not None:
        ask_step(talk, sitting, question, following, done, before=before)
    else:
        next_question(query, talk, sitting, question, before=before)


def not_understood(query: Query, talk: Talk, sitting: Sitting, question: Question, step: Step) -> None:
    """Ask again, more simply; then with an example; the third time keep the words for the IRO and go on."""
    missed = talk["misses"] + 1
    words = [*talk.kept.get("missed", []), talk.said.body]
    rest = {name: value for name, value in talk.kept.items() if name != "missed"}
    if missed < MISSES:
        back = welcome_back(talk, sitting)
        ask_step(talk, sitting, question, step, talk.prompt.done.split(), repeat=missed, before=back)
        talk.keep(**rest, missed=words)
        talk.to["misses"] = missed
        return
    keep_words(talk, sitting, question, "\n".join(words))
    talk.keep(**rest)
    talk.to["misses"] = 0
    next_question(query, talk, sitting, question, before=talk.words(phrases.MOVED_ON))


def next_question(query: Query, talk: Talk, sitting: Sitting, after: Question, before: str = "") -> None:
    """The next open question of this leg; at its end the rest of the core, then the check.

    Whoever came from the check to change something goes back there, by way of what their change has opened.
    """
    if talk.kept.get("back") == "check":
        opened = [q for q in sitting.open if q.only_if and q.only_if.question == after.id]
        following = opened[0] if opened else None
    else:
        leg = sitting.leg_of(after.id)
        ids = [q.id for q in leg]
        later = leg[ids.index(after.id) + 1 :] if after.id in ids else ()
        following = next((q for q in later if q.id not in sitting.said), None)
        if following is None and after.id not in sitting.booklet.extra_ids:
            following = next(iter(sitting.open), None)
    if following is not None:
        ask(query, talk, sitting, following, before=before)
    else:
        finish.offer(query, talk, sitting, before=before)


def ask(query: Query, talk: Talk, sitting: Sitting, question: Question, before: str = "") -> None:
    """Ask this question from its beginning; one that has nothing to ask here counts as skipped."""
    context = with_rows(query, talk, sitting, question.kind)
    step = steps.next_step(question, context, so_far_of(sitting, question.id), (), talk.translate)
    if step is None:
        keep(talk, sitting, question.id, SKIPPED, question.audience)
        next_question(query, talk, sitting, question, before=before)
        return
    lead = steps.lead(sitting.path, question.id, context, talk.translate)
    ask_step(talk, sitting, question, step, [], before="\n".join(text for text in (before, lead) if text))


def go_on(query: Query, talk: Talk, before: str = "") -> None:
    """Where they are: the first question that is open; else what comes after the questions."""
    sitting = sit(query, talk)
    following = next(iter(sitting.open), None)
    if following is not None:
        ask(query, talk, sitting, following, before=before)
    elif sitting.found.unsent or sitting.raised or not sitting.found.row.sent_at:
        finish.offer(query, talk, sitting, before=before)
    else:
        finish.after_sending(query, talk, sitting, before=before)


def resume(query: Query, talk: Talk, sitting: Sitting, before: str = "") -> None:
    """The question that stands, once more; or wherever they are, where none does."""
    talk.to["misses"] = 0
    standing = talk.standing
    if standing is None:
        go_on(query, talk, before=before)
    elif (known := step_of(query, talk, sitting, standing)) is not None:
        question, step = known
        if not standing.done:
            lead = steps.lead(sitting.path, question.id, sitting.context, talk.translate)
            before = "\n".join(text for text in (before, lead) if text)
        ask_step(talk, sitting, question, step, standing.done.split(), before=before, anew=True)
    elif (asked := sitting.question(standing.question_id)) is not None:
        ask(query, talk, sitting, asked, before=before)
    else:
        go_on(query, talk, before=before)
