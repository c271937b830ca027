"""The messenger's port: one message to one person by one way. One adapter per provider stands behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message, ready to go. It lives in memory only: link and code are never stored."""

    id: str
    """Ours, the same at every try: what is sent carries it, so that a repeat can be told."""
    way: str
    to: str
    """An email address, the lines of a postal address, or a phone number in international form."""
    subject: str
    body: str
    """Plain text."""
    language: str = "en"
    link: str = ""
    code: str = ""
    page: str = ""
    """A letter as a whole HTML page."""
    reply_to: str = ""
    calendar: str = ""
    """Email: a calendar file (RFC 5545) that goes with the text."""
    method: str = "REQUEST"
    """What the file asks of a calendar: REQUEST or CANCEL (RFC 5546)."""
    content_sid: str = ""
    """WhatsApp: the template that says this where somebody hasn't written to us within 24 hours; `body` is not sent."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """What fills the template's blanks."""
    buttons: tuple[str, ...] = ()
    """WhatsApp: up to three words of 20 characters to press; `body` says the same with numbers."""
    items: tuple[tuple[str, str], ...] = ()
    """WhatsApp: up to ten things to pick from, of 24 characters, each with up to 72 that explain it."""
    list_title: str = ""
    """What the button says that opens the list."""


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


UNKNOWN = "unknown"
"""The reason of TryAgain where the message may have gone out all the same."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A message that the provider holds. In memory only."""

    provider_id: str
    way: str
    to: str
    body: str
    status: str
    made_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Fetched:
    """A voice note or a picture as it came, of a type that nobody checked yet."""

    content: bytes
    said_type: str


@runtime_checkable
class Provider(Messenger, Protocol):
    """A messenger whose provider can be asked what went out and what came in.

    Each method raises TryAgain and no other error for whatever the line or the provider does; GiveUp where the
    provider says that there is no such thing.
    """

    def sent_to(self, way: str, to: str, since: dt.datetime) -> Sequence[Listed]:
        """What it holds for one number from then on: whether a message whose outcome nobody knows went out."""
        ...

    def came_in(self, since: dt.datetime) -> Sequence[Mapping[str, str]]:
        """What people sent us from then on, the oldest first: each as the fields of the webhook that told us, or should
        have, with `DateSent` as an ISO moment.
        """
        ...

    def fetch(self, address: str, at_most: int) -> Fetched:
        """A voice note or a picture, at most so many bytes; GiveUp `too_big` where it is more."""
        ...

    def forget(self, address: str) -> None:
        """Delete it there. Once it is gone, doing so again is no error."""
        ...
