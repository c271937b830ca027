"""What is asked in a text message, and what a reply to it means. Both ends of the conversation share these shapes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Kind = Literal["yes_no", "pick_one", "pick_many", "free_text", "date_choice", "date", "time", "scale"]

Action = Literal[
    "answer", "clarify", "skip", "back", "pause", "no_preference", "none_suit", "change_answer", "menu", "language",
    "ask", "request", "help", "stop", "start", "wrong_number", "wrong_person", "ignore",
]  # fmt: skip
"""clarify: not understood, or not surely; no_preference: "don't mind"; none_suit: "none of them"; ask: a question of
theirs ("who is this?"); request: something that is open to them at any time ("I want an advocate"); ignore: "ok thanks"
where nothing was asked of us.
"""

About = Literal["", "who", "read", "when", "where", "coming", "parts", "decided",
                "contact_iro", "advocate", "sooner", "disagree", "talk"]  # fmt: skip
"""What an `ask` is about: who is this, who will read it, when, where, who is coming, how long it takes; and what a
`request` is for.
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice as it is shown, with other names for it ("Nan" for Margaret Hill) and the day that it stands for."""

    text: str
    also: tuple[str, ...] = ()
    alone: bool = False
    """Goes with no other: none of these."""
    date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked, its choices numbered from 1 in this order."""

    kind: Kind
    text: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class LastPrompt:
    """The last thing that was sent to them before they wrote."""

    sent_at: dt.datetime
    superseded: bool = False
    """True where the question was answered elsewhere, or another was sent since."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply means. Only what its question can have is ever filled in; numbers of choices count from 1."""

    action: Action
    value: Literal["yes", "no", "not_sure"] | None = None
    choices: tuple[int, ...] = ()
    """What they want: one for pick_one and date_choice, any number for pick_many."""
    exclude: tuple[int, ...] = ()
    """What they refuse in so many words: never among `choices`."""
    score: int | None = None
    text: str = ""
    """Their words beside the choice, or all of them for free_text: as typed."""
    date: dt.date | None = None
    time: dt.time | None = None
    about: About = ""
    language: str = ""
    """The code of the language that they asked for."""
