"""What is heard in any state: a call for help, STOP and START, a number that isn't theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from webapp import safety
from webapp.chat import phrases
from webapp.services import access, screening, worries
from webapp.services import conversing_rows as rows
from webapp.services.auditing import note
from webapp.services.conversing_talk import Desk, Talk
from webapp.store import Consultation, Query


def help_(talk: Talk) -> None:
    """A call for help: who can help now, at once, whoever writes; and a worry, where we know who it may be.

    Somebody who isn't recognised yet may be any of those who are asked at this number: it is raised for each child.
    """
    if talk.found is None and not talk.candidates:
        talk.stranger = talk.row is None
        talk.say(f"{talk.words(phrases.HELP)}\n{talk.words(phrases.HELP_NUMBERS)}")
        return
    open_now = worries.truth_for(talk.desk.authority, talk.now).office_hours
    told = phrases.HELP_TOLD_OPEN if open_now else phrases.HELP_TOLD_CLOSED
    talk.say(f"{talk.words(told)}\n{talk.words(phrases.HELP_NUMBERS)}")
    talk.needs_session = True
    talk.writes.append(lambda query: _raise(query, talk))


def _raise(query: Query, talk: Talk) -> None:
    assert isinstance(query, Session)
    if talk.found is not None:
        row = talk.found.row
        standing = talk.standing
        worries.raise_worry(
            query, talk.desk.vault, talk.desk.authority, consultation_id=row.consultation_id, now=talk.now,
            visit_id=row.visit_id, words=talk.said.body.strip(),
            booklet_id=standing.booklet_id if standing else None,
            question_id=standing.question_id if standing else None,
        )  # fmt: skip
        return
    raise_for_each(query, talk.desk, talk.candidates, "button", talk.said.body.strip(), talk.now)


def raise_for_each(
    session: Session, desk: Desk, candidates: Iterable[Any], source: str, words: str, now: dt.datetime,
    urgent: bool = False,
) -> None:  # fmt: skip
    """A worry for each child of whom it may be; nobody was recognised."""
    once = {one.child_id: one for one in candidates}
    for one in once.values():
        raise_for(session, desk, one.id, source, words, now, urgent)


def raise_for(
    session: Session, desk: Desk, consultation_id: str, source: str, words: str, now: dt.datetime, urgent: bool,
    recognised: bool = False,
) -> None:  # fmt: skip
    """A worry for whoever was asked so; what was read goes round whom it may be about."""
    about: Collection[str] = ()
    if source == worries.SCREENING:
        review_id = session.get_one(Consultation, consultation_id).review_id
        about = safety.mentions(words, screening.names_of(session, desk.vault, review_id, now))
    worries.raise_worry(
        session, desk.vault, desk.authority, consultation_id=consultation_id, now=now, recognised=recognised,
        source=source, urgent=urgent, words=words, about=about,
    )  # fmt: skip


def info(talk: Talk) -> None:
    """What this is, and who can help: nobody said that they need it."""
    talk.say(f"{talk.words(phrases.INFO)}\n{talk.words(phrases.HELP_NUMBERS)}")
    talk.stranger = talk.row is None and not talk.candidates


def stop(talk: Talk) -> None:
    """STOP and its like: this number gets no more of our messages. The provider may have said so already."""
    rest = talk.stranger = talk.row is None and not talk.candidates
    talk.writes.append(
        lambda query: rows.OPT_OUT.run(
            query, number_hash=talk.number_hash, unknown_count=0, opted_out_at=talk.now, opted_out_word="stop"
        )
    )
    talk.writes.append(lambda query: rows.SHUT.run(query, number_is=talk.number_hash, why="opted_out"))
    _note(talk, "opted_out")
    if not talk.said.opt_out_type:
        talk.tell(phrases.STOPPED)
        talk.last = not rest


def start(talk: Talk) -> None:
    """START and its like: they want our messages again."""
    talk.stranger = talk.row is None and not talk.candidates
    opt_in(talk)


def opt_in(talk: Talk) -> None:
    """From now on this number gets messages again."""
    talk.writes.append(
        lambda query: rows.OPT_IN.run(
            query, number_hash=talk.number_hash, unknown_count=0, opted_in_at=talk.now, wrong_number_at=None
        )
    )
    talk.writes.append(lambda query: rows.OPENED_AGAIN.run(query, number_is=talk.number_hash))
    _note(talk, "opted_in")


def opted_out(talk: Talk) -> bool:
    """True where this number wants nothing from us."""
    phone = talk.phone
    if phone is None or phone.opted_out_at is None:
        return False
    return phone.opted_in_at is None or phone.opted_in_at < phone.opted_out_at


def wrong(talk: Talk, how: str) -> None:
    """It isn't who we meant: say nothing of anybody, stop, and let staff see it. Never a worry."""
    talk.writes.append(
        lambda query: rows.WRONG.run(
            query,
            number_hash=talk.number_hash,
            unknown_count=0,
            wrong_number_at=talk.now,
            wrong_number_how=how,
        )
    )
    talk.writes.append(lambda query: rows.SHUT.run(query, number_is=talk.number_hash, why=how))
    _note(talk, how)
    if talk.found is not None:
        visit_id = talk.found.row.visit_id
        talk.writes.append(lambda query: access.end(query, visit_id, talk.now))
    talk.tell(phrases.WRONG_NUMBER if how == "wrong_number" else phrases.WRONG_PERSON)
    talk.keep()
    talk.go("stopped", consultation_id=None, visit_id=None, booklet_id=None, prompt_id=None, misses=0)


def _note(talk: Talk, action: str) -> None:
    """Write it down for everybody who is reached at this number, as far as it may be them."""
    found = talk.found
    for of in [found.row.consultation_id] if found is not None else [one.id for one in talk.candidates]:
        talk.writes.append(partial(_noted, now=talk.now, action=action, of=of))


def _noted(query: Query, now: dt.datetime, action: str, of: str) -> None:
    note(query, now, "system", action, f"consultation:{of}")
