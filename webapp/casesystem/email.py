"""The `email` adapter: each event as one email to a mailbox of the council's, over a line that is always encrypted.

Options: `to` (one mailbox), or `by` (`iro`, `social_worker`) with `mailboxes` (whose event goes to which of them) and
perhaps `to` for all others; `sender`; `ca` (a file of certificates to trust beside the machine's own).
Secret: `url`, smtp://user:password@host:port (STARTTLS or nothing) or smtps://...; without it the settings' own server.

**One email for one event.** All of it is made from the event alone, also its Message-ID and date: what is sent again
after a broken line is the very same email, and mailboxes and archives tell it by its Message-ID. SMTP (RFC 5321, 6.1)
knows no better promise.

    4xx                                    not now                          try again
    silence or a broken line               nobody knows                     try again: the same email
    no line, no TLS, our sign-in, sender   the same for every event         away
    5xx to RCPT TO                         the mailbox is not there         away; of several: give up
    552 to DATA; any other 5xx             too large; refused               give up
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict

from webapp.booklet.records import Views
from webapp.casesystem import Given
from webapp.casesystem.files import TYPES, checked, named
from webapp.casesystem.port import Away, Event, GiveUp, Outward, Taken, TryAgain

PORTS = {"smtp": 587, "smtps": 465}
TIMEOUT = 20.0
"""Seconds for one answer of the server; all of it together has the adapter's time limit."""
BODY = """\
This email carries a record for a review, as a PDF to read and as JSON for a case system.

It may hold a child's own words. File it where only those can read it who may, then delete this email.
{held_back}
Reference: {reference}
"""
WORRY = """\
Somebody may not be safe. Nothing about it stands in this email.

Read it now, after signing in: {page}

Reference: {reference}
"""
SMALL = """\
Something changed about a record for a review. The file beside this email says what, for a case system.

Reference: {reference}
"""
HELD_BACK = "\n{number} answers are held back, because fewer people may see them than read this mailbox.\n"


class Options(BaseModel):
    """The adapter's settings."""

    model_config = ConfigDict(extra="forbid")
    to: str = ""
    by: Literal["", "iro", "social_worker"] = ""
    mailboxes: dict[str, str] = {}
    sender: str = ""
    ca: str = ""


class Mailboxes:
    """Whose events go where. Raises ValueError where an address is no good."""

    def __init__(self, to: str = "", by: str = "", of: Mapping[str, str] | None = None) -> None:
        self.to = _address(to, "to") if to else None
        self.by = by
        self.of = {who: _address(one, f"mailboxes.{who}") for who, one in (of or {}).items()}
        if bool(by) != bool(self.of) or not (to or by):
            raise ValueError("options: to must be one email address, or by with mailboxes must say which")

    def of_event(self, event: Event) -> Address:
        """The mailbox. Raises GiveUp where nobody said which."""
        whose = {"iro": event.iro, "social_worker": event.social_worker}.get(self.by, "")
        found = self.of.get(whose, self.to)
        if found is None:
            raise GiveUp(f"no_mailbox_for {self.by}")
        return found


class Email(Outward):
    """Sends through one server. Raises ValueError where an address or the URL is no good."""

    time_limit = 60.0
    wants_paper = True

    def __init__(
        self, url: str, sender: str, to: str | Mailboxes, ca: Path | None = None, timeout: float = TIMEOUT
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("secret url must look like smtp://user:password@host:port or smtps://...")
        self.secure, self.host = parts.scheme == "smtps", parts.hostname
        self.port = parts.port or PORTS[parts.scheme]
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.sender = _address(sender, "sender")
        self.to = to if isinstance(to, Mailboxes) else Mailboxes(to)
        self.tls = ssl.create_default_context()
        if ca:
            self.tls.load_verify_locations(ca)
        self.timeout = timeout

    def deliver(self, event: Event) -> Taken:
        """Send it. The same event again is the same email again."""
        message = self.message(event)
        sending = False
        try:
            with self._open() as server:
                sending = True
                server.send_message(message)
                with contextlib.suppress(smtplib.SMTPException, OSError):
                    server.quit()
        except smtplib.SMTPException as error:
            raise _meaning(error, sending, several=bool(self.to.of)) from None
        except ssl.SSLError:
            raise Away("no_secure_line") from None
        except OSError:
            raise (TryAgain("no_answer") if sending else Away("no_line")) from None
        return Taken(str(message["Message-ID"]))

    def message(self, event: Event) -> EmailMessage:
        """The email. Its headers hold nothing that anybody typed."""
        content = json.dumps(event.record, ensure_ascii=False, indent=2).encode() + b"\n"
        record = checked(event, content)
        files = named(event, record) if isinstance(record, Views) else {}
        reference = event.key[:16]
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = self.sender, self.to.of_event(event)
        message["Subject"] = f"For a review: {reference}"
        message["Message-ID"] = f"<{event.key}@{self.sender.domain}>"
        message["Date"] = format_datetime(_moment(record))
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(_body(event, reference), cte="quoted-printable")
        message.add_attachment(content, maintype="application", subtype="json", filename=f"{reference}.json")
        if event.paper:
            message.add_attachment(
                event.paper, maintype="application", subtype="pdf", filename=f"{reference}.pdf"
            )
        for name, picture in files.values():
            main, _, kind = TYPES[name.rpartition(".")[2]].partition("/")
            message.add_attachment(picture, maintype=main, subtype=kind, filename=name[48:])
        message.set_boundary(hashlib.sha256(f"boundary {event.key}".encode()).hexdigest()[:40])
        return message

    @contextlib.contextmanager
    def _open(self) -> Iterator[smtplib.SMTP]:
        """A line that is encrypted and signed in. It is cut at the adapter's time limit, whatever drips in."""
        server = (
            smtplib.SMTP_SSL(timeout=self.timeout, context=self.tls)
            if self.secure
            else smtplib.SMTP(timeout=self.timeout)
        )
        # Whom TLS asks the certificate for: the constructor sets it only where it also connects.
        server._host = self.host  # type: ignore[attr-defined]
        cutter = threading.Timer(self.time_limit - self.timeout, _cut, [server])
        cutter.daemon = True
        cutter.start()
        try:
            code, said = server.connect(self.host, self.port)
            if code != 220:
                raise smtplib.SMTPConnectError(code, said)
            if not self.secure:
                server.starttls(context=self.tls)
            if self.user:
                server.login(self.user, self.password)
            yield server
        finally:
            cutter.cancel()
            server.close()


def make(given: Given) -> Email:
    """The adapter as settings have it. Raises ValueError."""
    options = given.read(Options)
    if strange := sorted(set(given.secrets) - {"url"}):
        raise ValueError(f"there is no secret {strange[0]}")
    url = given.secrets.get("url") or given.settings.smtp_url
    if not url:
        raise ValueError("secret url is needed: smtp://user:password@host:port or smtps://...")
    sender = options.sender or given.settings.smtp_from
    ca = given.folder / options.ca if options.ca else None
    if ca and not ca.is_file():
        raise ValueError("options: ca is no file")
    return Email(url, sender, Mailboxes(options.to, options.by, options.mailboxes), ca)


def _address(text: str, what: str) -> Address:
    """One plain address. A list, a comment, a line break or a group is none. Raises ValueError."""
    try:
        found = Address(addr_spec=text)
    except (ValueError, IndexError, MessageError):
        found = None
    if found is None or not (found.username and found.domain) or set(text) & set("\r\n\0,;<> \t"):
        raise ValueError(f"options: {what} must be one email address")
    return found


def _moment(record: object) -> dt.datetime:
    """When it happened: an email that is sent again has the same date."""
    moments = (
        getattr(record, name, None)
        for name in ("sent_at", "withdrawn_at", "raised_at", "made_at", "as_of", "recorded_at")
    )
    return next(one for one in moments if isinstance(one, dt.datetime))


def _body(event: Event, reference: str) -> str:
    if event.kind == "worry":
        return WORRY.format(page=event.record["page"], reference=reference)
    if event.kind not in ("views", "invite_choices", "paper_copy"):
        return SMALL.format(reference=reference)
    number = event.record.get("held_back", 0)
    return BODY.format(reference=reference, held_back=HELD_BACK.format(number=number) if number else "")


def _cut(server: smtplib.SMTP) -> None:
    with contextlib.suppress(OSError, AttributeError):
        server.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]


def _meaning(error: smtplib.SMTPException, sending: bool, several: bool) -> TryAgain | GiveUp:
    code = getattr(error, "smtp_code", 0)
    match error:
        case smtplib.SMTPRecipientsRefused():
            worst = max(code for code, _ in error.recipients.values())
            if worst < 500:
                return TryAgain("not_now")
            return GiveUp("no_mailbox") if several else Away("no_mailbox")
        case smtplib.SMTPSenderRefused():
            return (
                GiveUp("too_large")
                if code == 552
                else Away("our_address")
                if code >= 500
                else TryAgain("not_now")
            )
        case smtplib.SMTPAuthenticationError() | smtplib.SMTPHeloError():
            return Away("our_sign_in")
        case smtplib.SMTPNotSupportedError():
            return Away("no_secure_line")
        case smtplib.SMTPServerDisconnected() | smtplib.SMTPConnectError():
            return TryAgain("no_answer") if sending else Away("no_line")
        case smtplib.SMTPResponseException() if code >= 500 and sending:
            return GiveUp("too_large" if code == 552 else "refused")
        case smtplib.SMTPResponseException():
            return TryAgain("not_now") if sending else Away("not_now")
        case _:
            return TryAgain("unknown")
