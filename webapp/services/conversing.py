"""One message in, one reply out: the turn of a conversation by text message or WhatsApp.

A turn is worked out on what is read first, and written in one transaction: the message is claimed by the provider's id,
so that ten deliveries of one message give one effect and ten equal replies; where another message of the same person
came between, the turn is worked out again. Sealing and reading stay outside the write lock.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from webapp.booklet.answers import Answer
from webapp.booklet.definition import Question
from webapp.chat import phrases, replies
from webapp.chat.reading import Asked, Reading
from webapp.chat.steps import Step
from webapp.services import asking_for
from webapp.services import conversing_choices as choices
from webapp.services import conversing_commands as commands
from webapp.services import conversing_going as going
from webapp.services import conversing_keeping as keeping
from webapp.services import conversing_media as media
from webapp.services import conversing_requests as requests
from webapp.services import conversing_rows as rows
from webapp.services import conversing_safe as safe
from webapp.services import conversing_who as who
from webapp.services.answering import Ended
from webapp.services.conversing_sitting import (
    keep,
    keep_words,
    last_prompt,
    sit,
    so_far_of,
    step_of,
    welcome_back,
)
from webapp.services.conversing_talk import Again, Desk, Incoming, Media, Outgoing, Reply, Talk, load
from webapp.store import Query

__all__ = ["Desk", "Incoming", "Media", "Outgoing", "Reply", "turn"]

TRIES, IN_THE_OPEN = 8, 3
"""How often a turn is worked out, and how often of these before the lock is taken: whoever writes on the page all the
time must not keep a message waiting.
"""
SAYS_SOMETHING = {False: 4, True: 8}
"""Words from which on a message is kept for the IRO and read for worries, whatever it was taken for; True: for one that
steers or asks something.
"""
AWAY = dt.timedelta(minutes=10)
"""Whoever says hello after so long wants to go on."""
NOTHING_ASKED = Asked("free_text", "")


def turn(desk: Desk, said: Incoming, now: dt.datetime, *, posted: bool = False) -> Reply:
    """Handle one message. `posted`: the reply goes out by the provider, since no webhook waits for it.

    Commits. Raises what the database raises; then nothing was kept, and the same message may come again.
    """
    for tried in range(TRIES):
        try:
            if tried < IN_THE_OPEN:
                return _turn(desk, said, now, posted)
            with desk.db.writing() as session:
                rows.LOCK.all(session, channel_is=said.channel, number_is=desk.hashed(said.number))
                return keeping.write(session, _worked_out(session, desk, said, now), posted, None)
        except keeping.Taken:
            with desk.db.looking() as query:
                return keeping.before(query, desk, said)
        except (Again, Ended):
            continue
    raise RuntimeError("a conversation changed under every try")


def _worked_out(query: Query, desk: Desk, said: Incoming, now: dt.datetime) -> Talk:
    talk = load(query, desk, said, now)
    decide(query, talk)
    return talk


def _turn(desk: Desk, said: Incoming, now: dt.datetime, posted: bool) -> Reply:
    """Worked out first and written then; raises Again where somebody else's turn came between."""
    with desk.db.looking() as query:
        talk = _worked_out(query, desk, said, now)
    ready = None if talk.inside else keeping.Ready(talk, posted)
    if talk.needs_session:
        with desk.db.writing() as session:
            return keeping.write(session, talk, posted, ready)
    with desk.db.keeping() as query:
        return keeping.write(query, talk, posted, ready)


def decide(query: Query, talk: Talk) -> None:
    """What this message means here, and what follows from it."""
    if talk.found is None:
        who.find(query, talk)
    if talk.said.opt_out_type == "STOP":
        safe.stop(talk)
        return
    heard = _read(query, talk)
    if _always(query, talk, heard):
        return
    if safe.opted_out(talk):
        if talk.found is not None and not talk.closed and talk.said.body.strip():
            keep_words(talk, sit(query, talk), None, talk.said.body)
        talk.stranger = talk.row is None and not talk.candidates
    elif talk.found is None:
        _unrecognised(talk, heard)
    elif talk.closed:
        _over(query, talk, heard)
    else:
        _recognised(query, talk, heard)


@dataclass(frozen=True, slots=True)
class Heard:
    """What was read, and the booklet's question that it was read against, if any."""

    reading: Reading
    question: Question | None = None
    step: Step | None = None
    own: str = ""
    """One of our own words: link, check or info."""


def _read(query: Query, talk: Talk) -> Heard:
    own, last, question, asked = commands.ours(talk), None, None, NOTHING_ASKED
    step: Step | None = None
    if talk.closed and talk["stage"] != requests.STAGE:
        pass  # nothing that was asked can be answered any more
    elif talk.found is not None and (talk["stage"] == "asking" or talk.older) and talk.prompt is not None:
        sitting = sit(query, talk)
        last = last_prompt(talk)
        if known := step_of(query, talk, sitting, talk.prompt):
            question, step = known
            asked = step.asked
    elif talk["stage"] in (*choices.STAGES, "language"):
        asked = talk.chosen_from().asked
    reading = replies.read(asked, commands.said(talk), talk.language, talk.now, last)
    if reading.action == "request":
        reading = _as_an_answer(talk, asked, reading)
    return Heard(reading, question, step, own)


def _as_an_answer(talk: Talk, asked: Asked, reading: Reading) -> Reading:
    """Words that ask for something are an answer where a question for words stands, and nothing to us where this person
    can't ask for it.
    """
    if requests.may(talk, reading.about) and (asked is NOTHING_ASKED or asked.kind != "free_text"):
        return reading
    return Reading("answer", text=talk.said.body) if asked.kind == "free_text" else Reading("clarify")


def _always(query: Query, talk: Talk, heard: Heard) -> bool:
    """A call for help, STOP, START, the wrong phone: heard in any state. True where it was one.

    YES is an answer although the provider takes it for START too; but not of somebody who had opted out.
    """
    action = heard.reading.action
    opted_in = talk.said.opt_out_type == "START"
    if heard.own == "info":
        safe.info(talk)
    elif action == "help" or talk.said.opt_out_type == "HELP":
        safe.help_(talk)
    elif action == "stop":
        safe.stop(talk)
    elif action == "start" or (opted_in and safe.opted_out(talk)):
        _start(query, talk)
    elif action in ("wrong_number", "wrong_person") and (talk.found is not None or talk.candidates):
        safe.wrong(talk, action)
    else:
        if opted_in:
            safe.opt_in(talk)
        return False
    return True


def _start(query: Query, talk: Talk) -> None:
    """They want our messages again: what was asked is asked again, so that no "1" answers what they forgot."""
    safe.start(talk)
    provider_said = bool(talk.said.opt_out_type)
    if talk.found is None:
        if not provider_said:
            talk.tell(phrases.STARTED)
        if talk.row is not None:
            talk.keep()
            talk.go("new", misses=0)
        return
    before = "" if provider_said else talk.words(phrases.STARTED_AGAIN)
    if talk["stage"] == "asking" and not talk.closed:
        going.resume(query, talk, sit(query, talk), before=before)
    elif talk["stage"] in (*choices.STAGES, "language") and not talk.closed:
        choices.ask_again(talk, before=before)
    elif before:
        talk.say(before)


def _unrecognised(talk: Talk, heard: Heard) -> None:
    if not talk.candidates:
        if talk.over is not None:
            talk.tell(phrases.CLOSED)
        else:
            who.stranger(talk)
        return
    talk.unread = True
    stage = talk["stage"]
    talk.refused = bool(talk.said.media or talk.said.other)
    if heard.reading.action == "language" and heard.reading.language in talk.desk.authority.languages:
        talk.to["language"] = heard.reading.language
    if stage == "new" and talk.said.body.strip(" .!") == "2":
        safe.wrong(talk, "wrong_person")
    elif stage not in ("fact", "which", "whom"):
        who.meet(talk, heard.reading)
    elif heard.reading.action in ("language", "ask", "menu") or not talk.said.body.strip():
        who.ask_again(talk, heard.reading)
    elif stage == "fact":
        who.hear_fact(talk)
    elif stage == "which":
        who.hear_letter(talk)
    else:
        who.hear_role(talk)


def _over(query: Query, talk: Talk, heard: Heard) -> None:
    """The review is over, so nothing can be answered. What is open at any time stays so, as on the page; and no answer
    has these words, so the worker reads them for worries.
    """
    reading, talk.unread = heard.reading, True
    talk.refused = bool(talk.said.media or talk.said.other)
    if heard.own == "link" or (reading.action, reading.about) == ("ask", "decided"):
        commands.link(talk)
    elif reading.action == "request":
        requests.asked(query, talk, reading)
    elif talk["stage"] == requests.STAGE:
        choices.hear(query, talk, reading)
    elif reading.action == "language" and reading.language in talk.desk.authority.languages:
        commands.speak(query, talk, reading.language)
    else:
        talk.tell(phrases.CLOSED)
        if talk.found is not None and asking_for.may_ask(talk.found):
            talk.tell(phrases.MENU_ANY_TIME)


def _recognised(query: Query, talk: Talk, heard: Heard) -> None:
    if (talk.said.media or talk.said.other) and _with_media(query, talk, heard):
        return
    if _comes_back(query, talk):
        return
    steered = _steered(query, talk, heard)
    if not steered:
        _heard(query, talk, heard)
    if not talk.answered and len(talk.said.body.split()) >= SAYS_SOMETHING[steered]:
        keep_words(talk, sit(query, talk), None, talk.said.body)


def _comes_back(query: Query, talk: Talk) -> bool:
    """After a reminder "1" means to go on, and no answer to the question that stood before it."""
    said, standing = talk.said.body.strip(" .!"), talk.standing
    if (
        said not in ("1", "2")
        or talk["stage"] != "asking"
        or standing is None
        or talk.found is None
        or talk.older
    ):
        return False
    of = talk.found.row.consultation_id
    if rows.CALLED_SINCE.first(query, of=of, since=standing.sent_at) is None:
        return False
    going.resume(
        query, talk, sit(query, talk), before="" if said == "1" else talk.words(phrases.OTHER_QUESTION)
    )
    return True


def _steered(query: Query, talk: Talk, heard: Heard) -> bool:
    """Words that steer, whatever was asked. True where these were."""
    action = heard.reading.action
    if heard.own == "link":
        commands.link(talk)
    elif heard.own == "check" and talk["stage"] != "check":
        commands.check(query, talk)
    elif action in commands.ANYTIME:
        commands.ANYTIME[action](query, talk, heard.reading)
    elif action == "change_answer" and not _says_something(heard.reading):
        commands.change(query, talk, heard.reading)
    elif action == "ignore":
        _greeted(query, talk)
    else:
        return False
    return True


def _greeted(query: Query, talk: Talk) -> None:
    """Hi, or ok thanks: no answer to anything. Whoever was away hears again what was asked; right after we wrote there
    is nothing to say.
    """
    if talk.row is None or talk.now - talk.row.seen_at < AWAY:
        return
    if talk["stage"] == "asking":
        sitting = sit(query, talk)
        going.resume(query, talk, sitting, before=welcome_back(talk, sitting))
    elif talk["stage"] in choices.STAGES:
        choices.ask_again(talk)


def _heard(query: Query, talk: Talk, heard: Heard) -> None:
    stage = talk["stage"]
    if heard.question is not None and heard.step is not None:
        going.hear(query, talk, sit(query, talk), heard.question, heard.step, heard.reading)
    elif stage == "language":
        commands.hear_language(query, talk, heard.reading)
    elif stage in choices.STAGES:
        choices.hear(query, talk, heard.reading)
    elif stage == "asking":  # the question has dropped off their path
        if len(talk.said.body.split()) > 1:
            keep_words(talk, sit(query, talk), None, talk.said.body)
        going.go_on(query, talk)
    else:
        commands.nothing_asked(query, talk)


def _says_something(reading: Reading) -> bool:
    found = (reading.value, reading.choices, reading.exclude, reading.score, reading.date, reading.time)
    return any(one not in (None, ()) for one in found)


def _with_media(query: Query, talk: Talk, heard: Heard) -> bool:
    """A voice note or a photo is an answer to a question for words, where the authority takes them; else it is refused
    kindly, and its words are read. True where there is no more to hear.
    """
    texts, said, question = talk.desk.authority.text_messages, talk.said, heard.question
    taken = texts.whatsapp_media and said.channel == "whatsapp" and media.fit(said)
    if taken and question is not None and question.kind == "words":
        sitting = sit(query, talk)
        media.take(talk, sitting, question)
        if said.body.strip():
            return False
        keep(talk, sitting, question.id, so_far_of(sitting, question.id) or Answer(), question.audience)
        going.next_question(query, talk, sitting, question, before=talk.words(phrases.MEDIA_TAKEN))
        return True
    talk.refused = True
    if not said.body.strip() and talk["stage"] == "asking":
        going.resume(query, talk, sit(query, talk), before=talk.words(phrases.MEDIA_REFUSED))
        return True
    talk.tell(phrases.MEDIA_REFUSED)
    return not said.body.strip()
