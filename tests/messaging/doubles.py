"""Messengers for tests: one that keeps what it is given, one that fails as told; and a mail server on this
machine.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from typing import Any

from aiosmtpd.controller import Controller

from webapp.messaging import Outgoing, Sent


class KeepingMessenger:
    """Takes everything and keeps it."""

    def __init__(self, carries_link: bool = True) -> None:
        self.carries_link = carries_link
        self.taken: list[Outgoing] = []

    def send(self, outgoing: Outgoing) -> Sent:
        """Keep it."""
        self.taken.append(outgoing)
        return Sent(f"kept-{len(self.taken)}")


class FailingMessenger:
    """Raises what it is told to, for as long as it is told to; keeps what it was asked to send."""

    carries_link = True

    def __init__(self, error: Callable[[], BaseException] | None) -> None:
        self.error = error
        self.tried: list[Outgoing] = []

    def send(self, outgoing: Outgoing) -> Sent:
        """Fail, or take it once the error is gone."""
        self.tried.append(outgoing)
        if self.error:
            raise self.error()
        return Sent("taken")


@dataclass
class Mailbox:
    """An aiosmtpd handler: keeps mail, and answers as told where a reply is set."""

    at_rcpt: str = ""
    at_data: str = ""
    at_mail: str = ""
    mail: list[tuple[list[str], EmailMessage]] = field(default_factory=list)

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        """MAIL FROM."""
        envelope.mail_from = address
        return self.at_mail or "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        """RCPT TO."""
        if self.at_rcpt:
            return self.at_rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """DATA."""
        if self.at_data:
            return self.at_data
        parsed = BytesParser(EmailMessage, policy=SMTP).parsebytes(envelope.content)
        self.mail.append((list(envelope.rcpt_tos), parsed))
        return "250 OK"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def mail_server(handler: Mailbox, **options: Any) -> Controller:
    """A mail server on this machine, not started."""
    return Controller(handler, hostname="127.0.0.1", port=free_port(), **options)
