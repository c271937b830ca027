"""Makes one message or letter for one person, with a link of its own that exists nowhere else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from config import Authority
from webapp.clock import london
from webapp.documents.letter import STYLESHEET, Addressee, letter
from webapp.documents.notices import Template, notice
from webapp.i18n import spoken
from webapp.messaging import Outgoing
from webapp.review.asking import PHONE_WAYS
from webapp.review.timetable import end_of_day
from webapp.services.access import make_link, show_code
from webapp.services.inviting_changes import last_day
from webapp.services.recipients import Recipient
from webapp.services.sending_texts import text
from webapp.services.telling import SAYS_ALL, TELLING
from webapp.services.telling import last_day as to_read_until
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


@dataclass(frozen=True, slots=True)
class Parcel:
    """All that one message is made of, opened and plain: packed once the transaction is over."""

    letterhead: Letterhead
    message_id: str
    way: str
    template: Template
    language: str
    to: Addressee
    email: str
    token: str = ""
    code: str = ""
    until: dt.date = dt.date.max
    phone: str = ""
    time: str = ""
    """When tomorrow's meeting begins, in London."""
    content_sid: str = ""
    """The template that WhatsApp approved for these words."""

    def pack(self) -> Outgoing:
        """What the messenger is handed. Without a link where somebody makes it later: then there is nothing
        to read.
        """
        if not self.token and self.template not in SAYS_ALL:
            return Outgoing(self.message_id, self.way, "", "", "", self.language)
        if self.way == "letter":
            return self._letter()
        return self._text() if self.way in PHONE_WAYS else self._notice()

    def page(self, stylesheet: str = STYLESHEET, bar: str = "") -> str:
        """The letter as a page to print. `bar` is HTML of ours that stands above it on a screen, never on paper."""
        return letter(
            self.to,
            self.letterhead.authority,
            public_url=self.letterhead.public_url,
            token=self.token,
            code=self.code,
            until=self.until,
            printed_on=self.letterhead.today,
            language=self.language,
            template=self.template,
            stylesheet=stylesheet,
            bar=bar,
        )

    def _link(self) -> str:
        return f"{self.letterhead.public_url.rstrip('/')}/o/{self.token}" if self.token else ""

    def _letter(self) -> Outgoing:
        to = "\n".join([self.to.name, *self.to.lines])
        language = spoken(self.language, self.to.who, self.letterhead.authority.languages)
        return Outgoing(
            self.message_id, self.way, to, "", "", language, link=self._link(), code=show_code(self.code),
            page=self.page(),
        )  # fmt: skip

    def _text(self) -> Outgoing:
        authority, link = self.letterhead.authority, self._link()
        language = spoken(self.language, self.to.who, authority.languages)
        return Outgoing(
            self.message_id, self.way, self.phone, "",
            text(self.template, authority, language=language, who=self.to.who, link=link, time=self.time),
            language, link=link, content_sid=self.content_sid,
            variables=self._blanks(link) if self.content_sid else {},
        )  # fmt: skip

    def _blanks(self, link: str) -> dict[str, str]:
        """What fills a template of WhatsApp."""
        return ({"1": link} if link else {}) | ({"2": self.time} if self.time else {})

    def _notice(self) -> Outgoing:
        authority = self.letterhead.authority
        words = notice(
            self.template, authority, language=self.language, who=self.to.who, link=self._link(),
            until=self.until, time=self.time,
        )  # fmt: skip
        return Outgoing(
            self.message_id, self.way, self.email, words.subject, words.body, words.language, link=self._link(),
            reply_to=authority.unit_email,
        )  # fmt: skip


def words_of(template: Template, recipient: Recipient) -> Template:
    """Which words an invitation has: before the review, or after it."""
    return "after" if template == "invite" and recipient.consultation.stage == "after" else template


def content_sid(authority: Authority, template: Template, recipient: Recipient) -> str:
    """The template that WhatsApp approved for these words in their language; "" where there is none."""
    asked = recipient.consultation
    approved = authority.text_messages.content_sids.get(words_of(template, recipient), {})
    return approved.get(spoken(asked.language, asked.who, authority.languages), "")


def parcel(
    session: Session, letterhead: Letterhead, recipient: Recipient, message_id: str, way: str, template: Template,
    with_link: bool, begins_at: dt.datetime | None = None,
) -> Parcel:  # fmt: skip
    """Everything for one message, with a link made now where it carries one. A name is opened for a letter
    only. `begins_at`: of tomorrow's meeting, where the message tells it.
    """
    consultation = recipient.consultation
    words = words_of(template, recipient)
    name, called = recipient.names() if way == "letter" and with_link else ("", "")
    to = Addressee(name, tuple(recipient.reach.get("address") or ()), called, consultation.who)
    bare = Parcel(
        letterhead,
        message_id,
        way,
        words,
        consultation.language,
        to,
        str(recipient.reach.get("email") or ""),
        phone=str(recipient.reach.get("phone") or ""),
        time=f"{london(begins_at):%H:%M}" if begins_at else "",
        content_sid=content_sid(letterhead.authority, template, recipient) if way == "whatsapp" else "",
    )
    if not with_link:
        return bare
    if template in TELLING:
        until = to_read_until(letterhead.authority, letterhead.today)
    else:
        until = last_day(letterhead.authority, consultation.closes_on, letterhead.today)
    token, code = make_link(session, letterhead.vault, consultation.id, letterhead.now, end_of_day(until))
    return replace(bare, token=token, code=code, until=until)
