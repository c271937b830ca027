"""The messenger's port: one message to one person by one way. One adapter per provider stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message, ready to go. It lives in memory only: link and code are never stored."""

    id: str
    """Ours, the same at every try: what is sent carries it, so that a repeat can be told."""
    way: str
    to: str
    """An email address, or the lines of a postal address."""
    subject: str
    body: str
    """Plain text."""
    language: str = "en"
    link: str = ""
    code: str = ""
    page: str = ""
    """A letter as a whole HTML page."""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took it; `provider_id` is its own name for the message."""

    provider_id: str


class NotSent(Exception):
    """Base of the two ways not to be sent; `reason` is a code, never an address and never the provider's
    words.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TryAgain(NotSent):
    """Not sent, or nobody knows: the line, the provider or our own settings are at fault. Worth another
    try.
    """


class GiveUp(NotSent):
    """Not sent and never will be like this: the address or the message is refused. A person has to look."""


class Messenger(Protocol):
    """Hands one message to a provider.

    `send` returns once the provider has taken the message; each wait has a limit of 20 seconds. It raises
    TryAgain or GiveUp and no other error for whatever the provider, the network or the message does. After
    TryAgain the message may have gone out all the same: calling again with the same `id` is allowed, and the
    adapter marks both with it, so that the receiving side can tell. It never tries again by itself, never
    sends to more than one recipient, and logs neither address nor text.
    """

    carries_link: bool
    """False where somebody makes the link later: a letter has its own at the moment it is printed."""

    def send(self, outgoing: Outgoing) -> Sent:
        """Send one message."""
        ...
