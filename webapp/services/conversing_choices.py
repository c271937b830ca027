"""What was chosen where no booklet's question was asked: check, change, say more, the next booklet, page or text."""

from __future__ import annotations

from collections.abc import Callable

from webapp.booklet.definition import Question
from webapp.chat import checking, phrases, prompts, replies
from webapp.chat.reading import Reading
from webapp.services import conversing_finish as finish
from webapp.services import conversing_going as going
from webapp.services import conversing_requests as requests
from webapp.services import conversing_rows as rows
from webapp.services import submitting
from webapp.services.conversing_sitting import Sitting, keep_words, open_booklet, sit, step_of
from webapp.services.conversing_talk import Again, Sent, Talk
from webapp.store import Query


def picked(talk: Talk, reading: Reading) -> str:
    """The id of what was chosen; empty where nothing was."""
    ids = talk.chosen_from().ids
    if reading.action == "none_suit":
        return "none" if "none" in ids else ""
    chosen = reading.choices if reading.action == "answer" else ()
    return ids[chosen[0] - 1] if len(chosen) == 1 and chosen[0] <= len(ids) else ""


def hear(query: Query, talk: Talk, reading: Reading) -> None:
    """What was chosen in this stage; asked again where nothing was."""
    chosen, sitting = picked(talk, reading), sit(query, talk)
    if chosen:
        talk.to["misses"] = 0
        STAGES[talk["stage"]](query, talk, sitting, chosen)
    elif talk["stage"] == requests.STAGE:
        requests.chosen(query, talk, sitting, requests.NO)
    elif reading.action == "skip" and talk["stage"] == "next":
        _next(query, talk, sitting, "not_now")
    elif reading.action == "skip" and talk["stage"] == "check":
        talk.tell(phrases.SAVED)
        talk.last = True
    elif reading.action == "skip":
        finish.offer(query, talk, sitting)
    else:
        _again(talk, sitting)


def _again(talk: Talk, sitting: Sitting) -> None:
    """Ask again. Words that may have been more than a slip are kept for the IRO."""
    if len(talk.said.body.split()) > 1:
        keep_words(talk, sitting, None, talk.said.body)
    missed = min(talk["misses"] + 1, 2)
    talk.to["misses"] = missed
    ask_again(talk, repeat=missed)


def ask_again(talk: Talk, *, repeat: int = 0, before: str = "") -> None:
    """What `choose` asked last, once more."""
    talk.say(
        *prompts.ask(
            talk.chosen_from(), channel=talk.said.channel, translate=talk.translate, repeat=repeat, before=before,
            adult=talk.adult,
        )
    )  # fmt: skip


def _check(query: Query, talk: Talk, sitting: Sitting, chosen: str) -> None:
    if chosen == "send":
        send(query, talk, sitting)
    elif chosen == "more":
        sections = [leg.extra for leg in finish.sections_with_more(sitting) if leg.extra]
        talk.choose("more", checking.which_section(sections, talk.translate))
    else:
        change(query, talk, sitting)


def change(query: Query, talk: Talk, sitting: Sitting) -> None:
    """Which answer do they want to change?"""
    asked = {q.id for q in finish.changeable(sitting)}
    parts = [s for s in sitting.booklet.sections if any(q.id in asked for q in s.questions)]
    if not parts:
        going.go_on(query, talk)
    elif len(parts) == 1:
        _part(query, talk, sitting, parts[0].id)
    else:
        talk.choose("part", checking.which_section(parts, talk.translate))


def _part(query: Query, talk: Talk, sitting: Sitting, chosen: str) -> None:
    section = next((s for s in sitting.booklet.sections if s.id == chosen), None)
    theirs = {q.id for q in section.questions} if section else set()
    asked = [q for q in finish.changeable(sitting) if q.id in theirs]
    if len(asked) == 1:
        _ask_again(query, talk, sitting, asked[0])
    elif asked:
        talk.choose("question", checking.which_question(asked, sitting.context, talk.translate))
    else:
        finish.offer(query, talk, sitting)


def _question(query: Query, talk: Talk, sitting: Sitting, chosen: str) -> None:
    asked = sitting.question(chosen)
    if asked is None:
        finish.offer(query, talk, sitting)
    else:
        _ask_again(query, talk, sitting, asked)


def _ask_again(query: Query, talk: Talk, sitting: Sitting, asked: Question) -> None:
    talk.keep(back="check")
    going.ask(query, talk, sitting, asked)


def _more(query: Query, talk: Talk, sitting: Sitting, chosen: str) -> None:
    leg = next(
        (leg for leg in finish.sections_with_more(sitting) if leg.extra and leg.extra.id == chosen), None
    )
    talk.keep()
    if leg is None:
        finish.offer(query, talk, sitting)
        return
    first = next(q for q in leg.questions if q.kind != "information" and q.id not in sitting.said)
    going.ask(query, talk, sitting, first)


def _next(query: Query, talk: Talk, sitting: Sitting, chosen: str) -> None:
    booklet = talk.kept.get("booklet", "")
    talk.keep()
    if chosen == "begin" and booklet:
        open_booklet(query, talk, booklet)
        going.go_on(query, talk)
        return
    talk.tell(phrases.ANOTHER_TIME)
    talk.last = True
    talk.go("done")


def _late(query: Query, talk: Talk, sitting: Sitting, chosen: str) -> None:
    """The page answered this question after it was sent by text: which of the two counts was asked."""
    prompt = rows.PROMPT_OF.first(query, of=talk.id, named=talk.kept.get("prompt", ""))
    known = step_of(query, talk, sitting, prompt) if prompt else None
    raw = talk.kept.get("raw", "")
    back = {"back": "check"} if talk.kept.get("back") else {}
    talk.keep(**back)
    if known is None:
        going.go_on(query, talk)
        return
    question, step = known
    if chosen == "page":
        going.next_question(query, talk, sitting, question)
        return
    talk.prompt = Sent(
        prompt.id, prompt.booklet_id, prompt.question_id, prompt.step, prompt.done, prompt.ids,
        sitting.version(question.id), talk.now,
    )  # fmt: skip
    reading = replies.read(step.asked, raw, talk.language, talk.now)
    going.taken(query, talk, sitting, question, step, reading, raw)


def send(query: Query, talk: Talk, sitting: Sitting) -> None:
    """Everything said so far goes to the IRO, in this turn's own transaction; sending twice sends once."""
    desk, found = talk.desk, sitting.found
    try:
        frozen = submitting.freeze(
            query, desk.vault, desk.booklets, desk.authority.timetable, found, talk.now
        )
    except submitting.NothingToSend:
        if not found.row.sent_at:  # nothing was ever said
            going.go_on(query, talk, before=talk.words(phrases.NOTHING_YET))
            return
    else:

        def write(inside: Query) -> None:
            if not submitting.keep(inside, desk.vault, frozen, desk.takers, found, talk.now):
                raise Again

        talk.writes.append(write)
    finish.after_sending(query, talk, sitting)


STAGES: dict[str, Callable[[Query, Talk, Sitting, str], None]] = {
    "check": _check, "part": _part, "question": _question, "more": _more, "next": _next, "late": _late,
    requests.STAGE: requests.chosen,
}  # fmt: skip
