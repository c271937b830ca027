"""Makes one message or letter for one person, with a link of its own that exists nowhere else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from config import Authority
from webapp.clock import london
from webapp.documents.letter import Addressee, letter
from webapp.documents.notices import Template, notice
from webapp.messaging import Outgoing
from webapp.review.timetable import end_of_day
from webapp.services.access import make_link, show_code
from webapp.services.inviting_changes import last_day
from webapp.services.recipients import Recipient
from webapp.store import Vault


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What each message says of us, and when it is made."""

    vault: Vault
    authority: Authority
    public_url: str
    now: dt.datetime

    @property
    def today(self) -> dt.date:
        """Today in London."""
        return london(self.now).date()


def link_of(letterhead: Letterhead, token: str) -> str:
    """The address that opens with this token."""
    return f"{letterhead.public_url.rstrip('/')}/o/{token}"


def outgoing(
    session: Session, letterhead: Letterhead, recipient: Recipient, message_id: str, way: str, template: Template,
    with_link: bool,
) -> Outgoing:  # fmt: skip
    """What the messenger is handed. Without a link where somebody makes it later: then there is nothing to
    read yet.
    """
    if not with_link:
        return Outgoing(message_id, way, "", "", "", recipient.consultation.language)
    until = last_day(letterhead.authority, recipient.consultation.closes_on, letterhead.today)
    token, code = make_link(
        session, letterhead.vault, recipient.consultation.id, letterhead.now, end_of_day(until)
    )
    if way == "letter":
        return _letter(letterhead, recipient, message_id, template, token, code, until)
    link = link_of(letterhead, token)
    words = notice(
        template,
        letterhead.authority,
        language=recipient.consultation.language,
        child=recipient.involvement is None,
        link=link,
        until=until,
    )
    return Outgoing(
        message_id, way, str(recipient.reach["email"]), words.subject, words.body, recipient.consultation.language,
        link=link, reply_to=letterhead.authority.unit_email,
    )  # fmt: skip


def _letter(
    letterhead: Letterhead, recipient: Recipient, message_id: str, template: Template, token: str, code: str,
    until: dt.date,
) -> Outgoing:  # fmt: skip
    name, _ = recipient.names()
    return Outgoing(
        message_id, "letter", "\n".join([name, *recipient.reach["address"]]), "", "",
        recipient.consultation.language, link=link_of(letterhead, token), code=show_code(code),
        page=letter_page(letterhead, recipient, template, token, code, until),
    )  # fmt: skip


def letter_page(
    letterhead: Letterhead, recipient: Recipient, template: Template, token: str, code: str, until: dt.date,
    stylesheet: str = "/static/letter.css",
) -> str:  # fmt: skip
    """The letter as a page to print."""
    name, called = recipient.names()
    return letter(
        Addressee(name, recipient.reach["address"], called, recipient.consultation.who),
        letterhead.authority,
        public_url=letterhead.public_url,
        token=token,
        code=code,
        until=until,
        printed_on=letterhead.today,
        language=recipient.consultation.language,
        reminder=template == "remind",
        stylesheet=stylesheet,
    )
