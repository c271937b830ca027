"""Finds what people sent while we could not be reached, and has it handled once (threats.md F16).

The provider keeps every message that came in. From time to time we ask for those since we last asked, and hand on what
no webhook has told us.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select

from webapp import logs
from webapp.clock import Clock
from webapp.messaging import Messenger, Provider, TryAgain
from webapp.store import Database, Inbound, Note

log = logs.get("catching_up")
LAST = "caught_up"
AGAIN = dt.timedelta(minutes=15)
"""We look so far back behind where we were: lists of the provider may be a little behind."""
AT_FIRST = dt.timedelta(hours=1)
NOT_YET = dt.timedelta(minutes=1)
"""So young a message may still be on its way to the webhook."""
TOO_OLD = dt.timedelta(days=2)
"""An answer to something older would come out of nowhere: after a longer silence we begin here."""
Take = Callable[[Mapping[str, str], dt.datetime], None]
"""Handles one message: its fields as the webhook has them, and when it was sent."""


def catch_up(db: Database, messengers: Mapping[str, Messenger], take: Take, clock: Clock) -> int:
    """Have what we missed handled; how much that was. Where one fails, the next run takes it up again."""
    provider = next((one for one in messengers.values() if isinstance(one, Provider)), None)
    if provider is None:
        return 0
    now = clock()
    with db.reading() as session:
        last = session.scalar(select(Note.at).where(Note.name == LAST))
    since = max(last - AGAIN, now - TOO_OLD) if last else now - AT_FIRST
    try:
        came = provider.came_in(since)
    except TryAgain as error:
        log.warning("not_listed", code=error.reason)
        return 0
    taken, failed = 0, 0
    for fields, sent_at in _missed(db, came, now):
        try:
            take(fields, sent_at)
            taken += 1
        except Exception as error:  # one that can't be handled must not keep the others waiting
            log.error("not_taken", **logs.trouble(error))
            failed += 1
    if not failed:
        with db.writing() as session:
            session.merge(Note(name=LAST, value="", at=now))
    return taken


def _missed(
    db: Database, came: Sequence[Mapping[str, str]], now: dt.datetime
) -> list[tuple[Mapping[str, str], dt.datetime]]:
    """Those that nobody told us about, with when they were sent, the oldest first."""
    if not came:
        return []
    with db.reading() as session:
        known = set(
            session.scalars(
                select(Inbound.provider_id).where(
                    Inbound.provider_id.in_([one["MessageSid"] for one in came])
                )
            )
        )
    found = [
        (one, dt.datetime.fromisoformat(one["DateSent"])) for one in came if one["MessageSid"] not in known
    ]
    return [(one, sent_at) for one, sent_at in found if sent_at <= now - NOT_YET]
