"""What somebody wrote before they were recognised is part of no answer: the worker reads it for worries.

The screening of answers is in `screening`. Who wrote is not known: a worry is raised for each child of whom it may be.
So is what somebody writes once their review is over: the worry is then theirs.
"""

from __future__ import annotations

from sqlalchemy import select, update

from webapp.clock import Clock
from webapp.services import screening, worries
from webapp.services.conversing_safe import raise_for, raise_for_each
from webapp.services.conversing_talk import Desk
from webapp.services.conversing_who import candidates
from webapp.store import Conversation, Inbound

AT_ONCE = 50


def read_once(desk: Desk, clock: Clock) -> int:
    """Read what waits, the oldest first; gives how many messages that were. One that fails stops no other."""
    with desk.db.reading() as session:
        waiting = session.execute(
            select(Inbound, Conversation.key, Conversation.language)
            .join(Conversation, Conversation.id == Inbound.conversation_id)
            .where(Inbound.screening == "waiting")
            .order_by(Inbound.handled_at)
            .limit(AT_ONCE)
        ).all()
    return sum(_read(desk, clock, one, key, language) for one, key, language in waiting)


def _read(desk: Desk, clock: Clock, one: Inbound, wrapped: bytes, language: str) -> int:
    def words() -> str:
        key = desk.vault.key(wrapped, f"conversation:{one.conversation_id}")
        return key.open_some(one.sealed, f"inbound.sealed:{one.id}")

    got = screening.reading(words, language, child=False, inbound=one.id)
    now = clock()
    with desk.db.writing() as session:
        taken = session.execute(
            update(Inbound)
            .where(Inbound.id == one.id, Inbound.screening == "waiting")
            .values(screening=got.state)
            .returning(Inbound.id)
        ).first()
        if taken is None:
            return 0  # another worker was quicker
        if got.found.flag:
            whose = candidates(session, desk, one.number_hash, one.channel, now)
            raise_for_each(session, desk, whose, worries.SCREENING, got.text, now, got.found.urgent)
            if not whose and one.consultation_id:  # known here since before their review was over
                raise_for(
                    session, desk, one.consultation_id, worries.SCREENING, got.text, now, got.found.urgent,
                    recognised=True,
                )  # fmt: skip
    return 1
