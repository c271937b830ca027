"""A booklet on paper for one person who is asked: what stands on it, with a code of its own made now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from config import Authority, Settings
from webapp.booklet.answers import Context
from webapp.booklet.definition import Booklet
from webapp.clock import london
from webapp.documents.booklet_paper import PICTURES, Paper, Style, WayIn, printed_in
from webapp.review.timetable import end_of_day
from webapp.services import access, auditing, own_secret, surroundings
from webapp.services.inviting_changes import last_day
from webapp.services.recipients import Recipient, recipients
from webapp.services.visits import FAMILY, Standing
from webapp.store import Involvement, LastDecision, Review, Vault

STYLE_OF: Mapping[str, Style] = {"large_print": "large", "easy_read": "easy"}
"""How a booklet is printed for somebody who needs it so; any other need: standard."""


@dataclass(frozen=True, slots=True)
class Press:
    """What a booklet for one person is made from, and who pressed the button."""

    vault: Vault
    authority: Authority
    settings: Settings
    now: dt.datetime
    actor: str

    @property
    def today(self) -> dt.date:
        """Today in London."""
        return london(self.now).date()


def paper_for(
    session: Session, press: Press, consultation_id: str, booklet: Booklet, style: Style | None, more: bool,
    language: str = "", link: WayIn | None = None,
) -> Paper | None:  # fmt: skip
    """What is printed for this person, in their language and as they need it unless a language or a style is given.

    None where the checks that go before every message say no. Its code is one more: those printed before stay good.
    Where a secret was cleared and answers wait it has none, since staff could open them with it. `link`: one that was
    made for the same printing.
    """
    recipient = recipients(session, press.vault, [consultation_id], press.today).get(consultation_id)
    if recipient is None or recipient.refused(press.today) or recipient.consultation.state == "stopped":
        return None
    consultation, person = recipient.consultation, recipient.person or recipient.child
    review = session.get_one(Review, consultation.review_id)
    until = last_day(press.authority, consultation.closes_on, press.today)
    auditing.note(
        session,
        press.now,
        press.actor,
        "print_booklet",
        f"consultation:{consultation_id}",
        recipient.child.id,
    )
    return Paper(
        press.authority,
        press.settings.public_url,
        _context(session, press, recipient, review),
        style or STYLE_OF.get(person.format, "standard"),
        printed_in(booklet, language or consultation.language, press.authority),
        name=recipient.names()[1],
        way_in=_way_in(session, press, recipient, until, link),
        send_by=consultation.closes_on,
        reference=review.external_id,
        more=more,
        pictures=pictures(press.settings),
    )


def pictures(settings: Settings) -> tuple[Path, ...]:
    """Where drawings are looked for: the council's own first."""
    return (Path(settings.media) / "pictures", PICTURES) if settings.media else (PICTURES,)


def _way_in(
    session: Session, press: Press, recipient: Recipient, until: dt.date, link: WayIn | None
) -> WayIn | None:
    asked = recipient.consultation
    if own_secret.sealed_off(session, asked):
        return None
    if link:
        return link
    token, code = access.make_link(session, press.vault, asked.id, press.now, end_of_day(until))
    return WayIn(token, code, until)


def _context(session: Session, press: Press, recipient: Recipient, review: Review) -> Context:
    """All that any question needs: nobody knows yet which will be answered."""
    child, asked = recipient.child, recipient.consultation
    row = SimpleNamespace(
        child_id=child.id, child_key=child.key, review_id=review.id, facts=asked.facts,
        held_at=review.held_at, window_start=review.window_start, window_end=review.window_end,
        has_decisions=session.scalar(select(exists().where(LastDecision.review_id == review.id))),
        has_family=session.scalar(select(exists().where(
            Involvement.child_id == child.id, Involvement.role.in_(FAMILY), Involvement.ended_at.is_(None),
            Involvement.may_be_named,
        ))),
    )  # fmt: skip
    standing = Standing(row, resting=False, open=True)
    key = press.vault.key(child.key, f"child:{child.id}")
    context = Context(standing.facts, names={"child": key.open(child.known_as, f"child.known_as:{child.id}")})
    rules = press.authority.timetable
    for kind in ("grid", "times"):
        context = surroundings.complete(session, press.vault, rules, standing, context, kind, press.now)
    return context
