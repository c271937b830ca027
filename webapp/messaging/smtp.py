"""Email by SMTP.

smtps://user:password@host:port speaks TLS from the start (port 465); smtp://... asks for STARTTLS (port 587)
and gives nothing away without it, this machine aside. What the server answers (RFC 5321, 4.2.3; RFC 4954, 6):

    421 450 451 452 and every other 4xx   not now                             try again
    530 534 535 538                       our own sign-in is refused          try again, once it is mended
    any 5xx to MAIL FROM                  our own address is refused          try again, once it is mended
    550 551 553 to RCPT TO                no such mailbox                     give up
    552 to RCPT TO                        the mailbox is full                 give up
    any other 5xx                         this message is refused             give up
    silence, a broken line                nobody knows                        try again, with the same Message-ID
"""

from __future__ import annotations

import smtplib
import ssl
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from urllib.parse import unquote, urlsplit

from webapp.messaging.port import GiveUp, Outgoing, Sent, TryAgain

TIMEOUT = 20
"""Seconds for each answer of the server."""
SIGN_IN_CODES = frozenset({530, 534, 535, 538})
GIVE_UP_REASONS = {550: "no_mailbox", 551: "no_mailbox", 553: "no_mailbox", 552: "mailbox_full"}
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
PORTS = {"smtp": 587, "smtps": 465}


class SmtpMessenger:
    """Sends email through one server. Raises ValueError where the URL or the sender's address is no good."""

    carries_link = True

    def __init__(self, url: str, sender: str, sender_name: str = "", timeout: float = TIMEOUT) -> None:
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("MYREVIEW_SMTP_URL must look like smtp://user:password@host:port or smtps://...")
        self.secure = parts.scheme == "smtps"
        self.host, self.port = parts.hostname, parts.port or PORTS[parts.scheme]
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.sender = _address(sender, sender_name)
        if self.sender is None:
            raise ValueError("MYREVIEW_SMTP_FROM must be one email address")
        self.timeout = timeout

    def send(self, outgoing: Outgoing) -> Sent:
        """Send one email. Every try of one message has the same Message-ID."""
        message = self._message(outgoing)
        try:
            with self._open() as server:
                server.send_message(message)
        except smtplib.SMTPException as error:
            raise _meaning(error) from None
        except ssl.SSLError:
            raise TryAgain("no_secure_line") from None
        except OSError:
            raise TryAgain("no_line") from None
        return Sent(message["Message-ID"])

    def _message(self, outgoing: Outgoing) -> EmailMessage:
        to, reply_to = _address(outgoing.to), _address(outgoing.reply_to)
        if to is None:
            raise GiveUp("bad_address")
        if self.sender is None:  # refused in __init__
            raise GiveUp("bad_sender")
        message = EmailMessage(policy=SMTP)
        try:
            message["From"], message["To"], message["Subject"] = self.sender, to, outgoing.subject
            message["Message-ID"] = f"<{outgoing.id}@{self.sender.domain}>"
            message["Date"] = formatdate(localtime=False)
            message["Auto-Submitted"] = "auto-generated"
            if reply_to:
                message["Reply-To"] = reply_to
            message.set_content(outgoing.body, cte="quoted-printable")
            if outgoing.calendar:
                message.add_alternative(
                    outgoing.calendar, subtype="calendar", cte="base64",
                    params={"method": outgoing.method, "name": "invitation.ics"},
                )  # fmt: skip
            message["Content-Language"] = outgoing.language  # after the content, which clears it
        except (ValueError, MessageError):
            raise GiveUp("bad_message") from None
        return message

    def _open(self) -> smtplib.SMTP:
        if self.secure:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            self._greet(server)
        except BaseException:
            server.close()
            raise
        return server

    def _greet(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        if not self.secure and (server.has_extn("starttls") or self.host not in THIS_MACHINE):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if self.user:
            server.login(self.user, self.password)


def _address(text: str, name: str = "") -> Address | None:
    """One plain address, or None: a list, a comment, a line break or a group is none."""
    try:
        found = Address(display_name=name, addr_spec=text)
        fair = bool(found.username and found.domain) and not set(text + name) & set("\r\n\0,;<>")
    except (ValueError, IndexError, MessageError):
        return None
    return found if fair else None


def _refused_recipient(code: int) -> TryAgain | GiveUp:
    return TryAgain("not_now") if code < 500 else GiveUp(GIVE_UP_REASONS.get(code, "refused"))


def _refused_message(code: int) -> TryAgain | GiveUp:
    if code in SIGN_IN_CODES:
        return TryAgain("our_sign_in")
    return TryAgain("not_now") if code < 500 else GiveUp("refused")


def _meaning(error: smtplib.SMTPException) -> TryAgain | GiveUp:
    match error:
        case smtplib.SMTPRecipientsRefused():
            return _refused_recipient(max(code for code, _ in error.recipients.values()))
        case smtplib.SMTPSenderRefused():
            return TryAgain("our_address" if error.smtp_code >= 500 else "not_now")
        case smtplib.SMTPAuthenticationError() | smtplib.SMTPHeloError():
            return TryAgain("our_sign_in")
        case smtplib.SMTPServerDisconnected() | smtplib.SMTPConnectError():
            return TryAgain("no_line")
        case smtplib.SMTPResponseException():
            return _refused_message(error.smtp_code)
        case smtplib.SMTPNotSupportedError():
            return TryAgain("no_secure_line")
        case _:
            return TryAgain("unknown")
