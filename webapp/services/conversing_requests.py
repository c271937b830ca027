"""What is open to them at any time, by text: an advocate, a talk with their officer, a review sooner.

It is asked back first, so that words which were meant as an answer are never taken for a request.
"""

from __future__ import annotations

import contextlib

from sqlalchemy.orm import Session

from webapp.chat import phrases
from webapp.chat.phrases import Phrase
from webapp.chat.reading import Asked, Choice, Reading
from webapp.chat.steps import Step
from webapp.review.requests import KINDS, Kind
from webapp.services import asking_for
from webapp.services import conversing_finish as finish
from webapp.services import conversing_going as going
from webapp.services.asking_for import Wish
from webapp.services.conversing_sitting import Sitting
from webapp.services.conversing_talk import Talk
from webapp.store import Query

STAGE, NO = "request", "none"
FIRST: dict[Kind, Phrase] = {
    "advocate": phrases.ASK_ADVOCATE, "contact_iro": phrases.ASK_IRO, "sooner": phrases.ASK_SOONER,
    "disagree": phrases.ASK_DISAGREE, "talk": phrases.ASK_TALK,
}  # fmt: skip
YES_WORDS, NO_WORDS = "Yes", "No"
"""As the booklets' own, so that they are translated."""


def may(talk: Talk, about: str) -> Kind | None:
    """What was asked for, where this person may ask for it."""
    offered = asking_for.may_ask(talk.found) if talk.found is not None else ()
    return next((kind for kind in KINDS if kind == about and kind in offered), None)


def asked(query: Query, talk: Talk, reading: Reading) -> None:
    """Ask back whether they mean it."""
    kind = may(talk, reading.about)
    if kind is None:
        return
    choices = (Choice(talk.translate(YES_WORDS)), Choice(talk.translate(NO_WORDS)))
    step = Step(STAGE, Asked("pick_one", talk.words(FIRST[kind]), choices), (kind, NO))
    talk.choose(STAGE, step, was=talk["stage"], said=talk.said.body)
    talk.answered = True  # their words go with the request


def chosen(query: Query, talk: Talk, sitting: Sitting, picked: str) -> None:
    """They mean it, or they don't; then what was asked before is asked again."""
    was, said = talk.kept.get("was", ""), talk.kept.get("said", "")
    back = {"back": talk.kept["back"]} if "back" in talk.kept else {}
    talk.keep(**back)
    talk.go(was or "asking")
    words = ""
    if kind := may(talk, picked):
        too_often = asking_for.too_often(query, sitting.found, talk.now)
        words = talk.words(phrases.REQUESTED_TOO_OFTEN if too_often else phrases.REQUESTED)
        if not too_often:
            _make(talk, sitting, kind, said)
    if talk.closed:
        talk.say(words or talk.words(phrases.ANOTHER_TIME))
        talk.go("done")
        return
    if was == "asking":
        going.resume(query, talk, sitting, before=words)
        return
    talk.say(*([words] if words else []))
    if was != "done":
        finish.offer(query, talk, sitting)
    elif not words:
        talk.tell(phrases.ANOTHER_TIME)


def _make(talk: Talk, sitting: Sitting, kind: Kind, said: str) -> None:
    """The request itself, in this turn's own transaction."""
    desk, found = talk.desk, sitting.found
    wish = Wish(kind, said, press=talk.inbound_id, channel=talk.said.channel, language=talk.language)
    talk.needs_session = True

    def make(inside: Query) -> None:
        assert isinstance(inside, Session)
        with contextlib.suppress(asking_for.TooMany, asking_for.TooLong):
            asking_for.make(inside, desk.vault, desk.authority, desk.takers, found, wish, talk.now)

    talk.writes.append(make)
