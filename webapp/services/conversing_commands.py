"""Words that steer, and questions of theirs: answered truly, and then the question again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy.orm import Session

from webapp.booklet.saying import day
from webapp.chat import checking, phrases
from webapp.chat.parts import straighten
from webapp.chat.reading import Asked, Choice, Reading
from webapp.chat.steps import Step
from webapp.clock import london
from webapp.i18n import covers, language_names
from webapp.review.timetable import end_of_day
from webapp.services import access
from webapp.services import conversing_choices as choices
from webapp.services import conversing_finish as finish
from webapp.services import conversing_going as going
from webapp.services import conversing_requests as requests
from webapp.services.auditing import note
from webapp.services.conversing_sitting import keep_words, sit
from webapp.services.conversing_talk import Talk
from webapp.store import Query

OURS: dict[str, str] = {
    "link": "link", "web": "link", "page": "link", "website": "link", "check": "check", "send": "check",
    "info": "info",
}  # fmt: skip
"""Words of ours that mean the same whatever was asked; `send` alone too."""


def said(talk: Talk) -> str:
    """What they wrote; where that is a command as we offer it in their language, the English word for it."""
    plain = _plain(talk)
    return next(
        (word for word, text in phrases.COMMANDS.items() if plain == talk.translate(text).casefold()),
        talk.said.body,
    )


def ours(talk: Talk) -> str:
    """Which of our own words this whole message is: link, check or info; empty where it is none."""
    offered = said(talk)
    return OURS.get(_plain(talk), offered if offered in ("link", "check") else "")


def _plain(talk: Talk) -> str:
    return straighten(talk.said.body).strip(" .!?\n").casefold()


def back(query: Query, talk: Talk, reading: Reading) -> None:
    """The question before this one; within a question of several steps, its first step again."""
    sitting, standing = sit(query, talk), talk.standing
    if standing is None or talk["stage"] != "asking":
        finish.offer(query, talk, sitting)
        return
    here = sitting.question(standing.question_id)
    if here is not None and standing.done:
        going.ask(query, talk, sitting, here)
        return
    leg = sitting.leg_of(standing.question_id)
    ids = [q.id for q in leg]
    at = ids.index(standing.question_id) if standing.question_id in ids else 0
    talk.to["misses"] = 0
    if at == 0:
        going.resume(query, talk, sitting, before=talk.words(phrases.FIRST_ALREADY))
    else:
        going.ask(query, talk, sitting, leg[at - 1])


def pause(query: Query, talk: Talk, reading: Reading) -> None:
    """Everything is saved; the question stands until they come back."""
    talk.tell(phrases.SAVED)
    talk.last = True


def menu(query: Query, talk: Talk, reading: Reading) -> None:
    """What can be done here."""
    talk.tell(phrases.MENU)
    talk.tell(phrases.MENU_ANY_TIME)


def change(query: Query, talk: Talk, reading: Reading) -> None:
    """An answer that they gave before."""
    choices.change(query, talk, sit(query, talk))


def check(query: Query, talk: Talk) -> None:
    """What they said so far."""
    finish.offer(query, talk, sit(query, talk))


def language(query: Query, talk: Talk, reading: Reading) -> None:
    """Another language: the one they named, or which there are."""
    offered = [code for code in talk.desk.authority.languages if covers(code, talk.who)]
    if reading.language in offered:
        speak(query, talk, reading.language)
        return
    listed = tuple(Choice(language_names(code)) for code in offered)
    talk.choose(
        "language", Step("language", Asked("pick_one", talk.words(phrases.LANGUAGES), listed), tuple(offered))
    )


def hear_language(query: Query, talk: Talk, reading: Reading) -> None:
    """Which language they chose from the list."""
    chosen = choices.picked(talk, reading)
    if chosen:
        speak(query, talk, chosen)
    else:
        going.resume(query, talk, sit(query, talk))


def speak(query: Query, talk: Talk, code: str) -> None:
    """From now on in this language, here and wherever we write to them; then the question in it."""
    talk.to["language"] = code
    if talk.found is None:
        talk.tell(phrases.LANGUAGE_NOW)
        return
    row = talk.found.row
    talk.writes.append(
        lambda inside: access.speak(
            inside, row.consultation_id, code, f"visit:{row.visit_id}", row.child_id, talk.now
        )
    )
    if talk["stage"] == "language":
        talk.keep()
    if talk.closed:
        talk.tell(phrases.LANGUAGE_NOW)
        return
    going.resume(query, talk, sit(query, talk), before=talk.words(phrases.LANGUAGE_NOW))


def nothing_asked(query: Query, talk: Talk) -> None:
    """Words where no question stands: more than one of them is kept for the IRO, and they are asked whether to send."""
    sitting = sit(query, talk)
    if len(talk.said.body.split()) < 2:
        talk.tell(phrases.NO_QUESTION)
        return
    keep_words(talk, sitting, None, talk.said.body)
    more = bool(finish.sections_with_more(sitting))
    words = talk.words(phrases.NOT_SENT_YET)
    talk.choose("check", checking.what_now(talk.translate, more=more, adult=talk.adult), before=words)


def link(talk: Talk) -> None:
    """A link to their web page, made now: whoever began by text opens what they said through no older one."""
    talk.needs_session = True
    assert talk.found is not None
    row = talk.found.row

    def make(query: Query) -> None:
        assert isinstance(query, Session)
        desk = talk.desk
        good = talk.now + dt.timedelta(days=desk.authority.link_days)
        until = good if row.was_told or talk.closed else min(end_of_day(row.closes_on), good)
        token, _ = access.make_link(query, desk.vault, row.consultation_id, talk.now, max(until, talk.now))
        note(query, talk.now, f"visit:{row.visit_id}", "link_by_text", f"consultation:{row.consultation_id}")
        talk.tell(phrases.LINK, link=f"{desk.public_url.rstrip('/')}/o/{token}")

    talk.inside = make


def asked(query: Query, talk: Talk, reading: Reading) -> None:
    """A question of theirs: a true answer, and then ours again."""
    if reading.about == "decided":
        link(talk)
        return
    sitting = sit(query, talk)
    count = len(sitting.open)
    words = ANSWERS[reading.about](talk, count) if reading.about in ANSWERS else talk.words(phrases.MENU)
    stage = talk["stage"]
    if stage == "asking":
        going.resume(query, talk, sitting, before=words)
    else:
        talk.say(words)


def _when(talk: Talk, count: int) -> str:
    assert talk.found is not None
    held_at = talk.found.row.held_at
    if held_at is None or held_at <= talk.now:
        return talk.words(phrases.WHEN_UNKNOWN)
    return talk.words(phrases.WHEN_KNOWN, day=day(london(held_at).date().isoformat()))


ANSWERS: dict[str, Callable[[Talk, int], str]] = {
    "who": lambda talk, count: talk.words(phrases.WHO_IS_THIS),
    "read": lambda talk, count: talk.words(phrases.WHO_READS),
    "when": _when,
    "where": lambda talk, count: talk.words(phrases.WHERE_IT_IS),
    "coming": lambda talk, count: talk.words(phrases.WHO_IS_COMING),
    "parts": lambda talk, count: talk.words(phrases.HOW_MUCH_LEFT, count=count),
}
"""What may be asked. Where it is, who comes and what was decided is told to nobody by text, which may
be in anybody's hands: a link leads there."""

ANYTIME: dict[str, Callable[[Query, Talk, Reading], None]] = {
    "back": back, "pause": pause, "menu": menu, "language": language, "ask": asked, "request": requests.asked,
}  # fmt: skip
