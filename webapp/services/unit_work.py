"""What the Review Unit does for one person who is asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from config import Authority
from webapp.clock import london
from webapp.review.timetable import end_of_day
from webapp.services import access, auditing, limits, own_secret
from webapp.services.inviting_changes import last_day
from webapp.services.recipients import recipients
from webapp.services.staff import SignedIn
from webapp.store import Vault


@dataclass(frozen=True, slots=True)
class Made:
    """A fresh code, shown once, and the last day that it is good."""

    code: str
    until: dt.date


def still_good(session: Session, vault: Vault, now: dt.datetime, code: str) -> bool:
    """True while a code that was shown still opens something."""
    try:
        access.find_link(session, vault, now, code=access.read_code(code))
    except access.Closed:
        return False
    return True


def let_try_again(
    session: Session, vault: Vault, now: dt.datetime, signed: SignedIn, consultation_id: str, child_id: str
) -> None:
    """Whoever was locked out by wrong answers to the one thing they know may try again at once."""
    limits.forget(session, "fact", vault.lookup("limit", f"fact:{consultation_id}"))
    auditing.note(
        session, now, f"staff:{signed.id}", "let_try_again", f"consultation:{consultation_id}", child_id
    )


class OnlySent(Exception):
    """The way in goes to the person themselves and is shown to nobody."""


def new_code(
    session: Session,
    vault: Vault,
    authority: Authority,
    now: dt.datetime,
    signed: SignedIn,
    consultation_id: str,
) -> Made | None:
    """Every link of this person dies, and a new one is made, under the checks that go before every message.

    None where those say no; then nothing is changed. Raises OnlySent where a secret was cleared and answers wait:
    a code that staff can read would open them.
    """
    today = london(now).date()
    recipient = recipients(session, vault, [consultation_id], today).get(consultation_id)
    if recipient is None or recipient.refused(today) or recipient.consultation.state == "stopped":
        return None
    if own_secret.sealed_off(session, recipient.consultation):
        raise OnlySent
    until = last_day(authority, recipient.consultation.closes_on, today)
    access.revoke_links(session, consultation_id, now)
    _, code = access.make_link(session, vault, consultation_id, now, end_of_day(until))
    auditing.note(
        session, now, f"staff:{signed.id}", "new_link", f"consultation:{consultation_id}", recipient.child.id
    )
    return Made(access.show_code(code), until)
