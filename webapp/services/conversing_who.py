"""Who is this? A number says little: phones are shared and numbers given away. The one thing they know tells the rest.

Nothing is said to a number that it wouldn't say to a stranger who holds the phone: no name, and not which child.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from webapp.chat import phrases
from webapp.chat.reading import Reading
from webapp.clock import london
from webapp.services import access, conversing_going, own_secret, visits
from webapp.services import conversing_rows as rows
from webapp.services.access import TooOften, Unclear, Wrong
from webapp.services.conversing_talk import Desk, Talk
from webapp.store import Query

STRANGERS_REPLIES = 3
"""Replies to an unknown number on one day."""
LETTERS_TRIED = 3
WHATSAPP_FROM = 13
"""WhatsApp's own least age in the United Kingdom; accounts for younger children are managed by a parent."""
ASKS = {
    "birthday": phrases.ASK_BIRTHDAY, "postcode": phrases.ASK_POSTCODE, "word": phrases.ASK_WORD,
}  # fmt: skip


def find(query: Query, talk: Talk) -> None:
    """Everybody whom this number may be: asked now, not stopped, and allowed on this way. Where that is nobody, whoever
    was recognised here before their review was over.
    """
    texts = talk.desk.authority.text_messages
    on = texts.sms if talk.said.channel == "sms" else texts.whatsapp
    if not on or (talk.phone is not None and talk.phone.wrong_number_at):
        return
    talk.candidates = candidates(query, talk.desk, talk.number_hash, talk.said.channel, talk.now)
    if not talk.candidates:
        talk.found = talk.over
    if talk.candidates and talk["stage"] == "new":
        talk.to["language"] = talk.spoken_to.language


def candidates(query: Query, desk: Desk, number_hash: str, channel: str, now: dt.datetime) -> tuple[Any, ...]:
    """The consultations of those who are reached at this number, in the order in which they close."""
    today = london(now).date()
    found = [
        one
        for group in (rows.CHILDREN, rows.ADULTS)
        for one in group.all(query, number_is=number_hash, today=today)
        if _may_write(desk, one, channel, today)
    ]
    return tuple(sorted(found, key=lambda one: (one.closes_on, one.id)))


def _may_write(desk: Desk, one: Any, channel: str, today: dt.date) -> bool:
    over = one.review_status == "cancelled" or (one.review_status == "held") != (one.when == "after")
    if over or visits.stopped(one) or one.secret_kind == "worker":
        return False
    return channel == "sms" or one.who != "child" or _age(desk, one, today) >= WHATSAPP_FROM


def _age(desk: Desk, one: Any, today: dt.date) -> int:
    """The child's age today; 0 where nobody knows the birthday."""
    key = desk.vault.key(one.child_key, f"child:{one.child_id}")
    born = key.open_some(one.birth_date, f"child.birth_date:{one.child_id}")
    if not born:
        return 0
    day = dt.date.fromisoformat(born)
    return today.year - day.year - ((today.month, today.day) < (day.month, day.day))


def meet(talk: Talk, reading: Reading) -> None:
    """The first message of somebody whom we may know: what texts are, who reads the answers, and the one thing."""
    who_we_are = talk.words(phrases.WHO_IS_THIS) if reading.action == "ask" else ""
    talk.say("\n".join(text for text in (who_we_are, talk.words(phrases.CONSENT)) if text))
    talk.inside = lambda query: _ask_fact(query, talk)
    talk.keep()
    talk.go("fact", misses=0, consultation_id=None, visit_id=None, booklet_id=None, prompt_id=None)
    if talk.said.channel == "whatsapp":
        talk.writes.append(
            lambda query: rows.ON_WHATSAPP.run(
                query, number_hash=talk.number_hash, unknown_count=0, whatsapp_opt_in_at=talk.now,
                whatsapp_opt_in_by="person", whatsapp_opt_in_how="wrote_first",
            )
        )  # fmt: skip


def _ask_fact(query: Query, talk: Talk, before: str = "") -> None:
    kinds = {access.fact_kind(query, talk.desk.vault, one.id) for one in talk.candidates}
    asked = talk.words(ASKS[kinds.pop()] if len(kinds) == 1 else phrases.ASK_ANY_FACT)
    talk.say(f"{before}\n{asked}" if before else asked)


def ask_again(talk: Talk, reading: Reading) -> None:
    """They said something else before we know who they are: who we are is told to anybody, nothing more."""
    told = {"language": phrases.LANGUAGE_NOW, "ask": phrases.WHO_IS_THIS}.get(reading.action)
    words = talk.words(told) if told else ""
    if talk["stage"] == "fact":
        talk.inside = lambda query: _ask_fact(query, talk, words)
        return
    asked = talk.words(phrases.WHICH_CHILD if talk["stage"] == "which" else phrases.WHO_ARE_YOU)
    talk.say(f"{words}\n{asked}" if words else asked)


def hear_fact(talk: Talk) -> None:
    """The one thing they know, perhaps; or the 1 of the invitation, once more."""
    if talk.said.body.strip(" .!") == "1":
        talk.inside = lambda query: _ask_fact(query, talk)
        return
    talk.needs_session = True
    talk.inside = lambda query: _fact(query, talk)


def _fact(query: Query, talk: Talk) -> None:
    assert isinstance(query, Session)
    asked = [one.id for one in talk.candidates]
    try:
        right = access.say_fact_among(query, talk.desk.vault, asked, talk.said.body, talk.now)
    except TooOften:
        talk.tell(phrases.LOCKED)
    except Unclear:
        _ask_fact(query, talk, talk.words(phrases.AGAIN))
    except Wrong:
        talk.tell(phrases.WRONG_FACT)
    else:
        _narrow(query, talk, [one for one in talk.candidates if one.id in right])


def _narrow(session: Session, talk: Talk, fits: Sequence[Any]) -> None:
    """One of these it is. Which child comes first, then as whom: both asked without a name."""
    if len({one.child_id for one in fits}) > 1:
        talk.keep(right=[one.id for one in fits])
        talk.tell(phrases.WHICH_CHILD)
        talk.go("which")
    elif len({one.involvement_id for one in fits}) > 1:
        talk.keep(right=[one.id for one in fits])
        talk.tell(phrases.WHO_ARE_YOU)
        talk.go("whom")
    else:
        recognise(session, talk, fits[0])


def hear_letter(talk: Talk) -> None:
    """The first letter of a child's name, or more of it, perhaps."""
    _choose_among(talk, phrases.WHICH_CHILD, lambda one, said: _plain(_called(talk, one)).startswith(said))


def hear_role(talk: Talk) -> None:
    """1 for the child, 2 for an adult, perhaps."""
    _choose_among(talk, phrases.WHO_ARE_YOU, lambda one, said: said == ("1" if one.who == "child" else "2"))


def _choose_among(talk: Talk, again: phrases.Phrase, fits: Any) -> None:
    said = _plain(talk.said.body)
    left = [one for one in talk.candidates if one.id in talk.kept.get("right", ())]
    chosen = [one for one in left if said and fits(one, said)]
    if chosen:
        talk.needs_session = True
        talk.inside = lambda query: _narrow(query, talk, chosen)  # type: ignore[arg-type]
        return
    tried = talk["misses"] + 1
    if tried >= LETTERS_TRIED or not left:
        talk.tell(phrases.LOCKED)
        talk.keep()
        talk.go("fact", misses=0)
        return
    talk.say(f"{talk.words(phrases.AGAIN)}\n{talk.words(again)}")
    talk.to["misses"] = tried


def _called(talk: Talk, one: Any) -> str:
    key = talk.desk.vault.key(one.child_key, f"child:{one.child_id}")
    return key.open(one.known_as, f"child.known_as:{one.child_id}")


def _plain(text: str) -> str:
    """Letters and figures alone, without accents: "zoe" is Zoë."""
    parted = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in parted if c.isalnum())


def recognise(session: Session, talk: Talk, one: Any) -> None:
    """This is who it is: a visit begins, as on the web, and the first question is asked."""
    desk = talk.desk
    visit_id = access.begin_by_text(session, desk.vault, one.id, talk.now)
    own_secret.begin_by_text(session, desk.vault, desk.booklets, one.id, talk.now)
    talk.keep()
    talk.go("asking", consultation_id=one.id, visit_id=visit_id, booklet_id=None, prompt_id=None, misses=0)
    talk.to["language"] = one.language if talk["language"] == "en" else talk["language"]
    talk.found = visits.by_text(session, visit_id, "")
    assert talk.found is not None
    conversing_going.go_on(session, talk, before=talk.words(phrases.RECOGNISED))


def stranger(talk: Talk) -> None:
    """Nobody whom we ask: one same polite reply, whatever is stored, a few times a day (threats.md A15)."""
    talk.stranger = True

    def answer(query: Query) -> None:
        today = london(talk.now).date()
        count = rows.STRANGER.first(
            query, number_hash=talk.number_hash, unknown_day=today, unknown_count=1
        ).unknown_count
        if count <= STRANGERS_REPLIES:
            talk.tell(phrases.UNKNOWN_NUMBER)

    talk.inside = answer
