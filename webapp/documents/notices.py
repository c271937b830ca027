"""The words of our emails. They say nothing about anybody: a subject line is read on lock screens and by
strangers.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from config import Authority
from webapp.documents.words import day_in_words, render, spoken

Template = Literal["invite", "remind", "reset"]
"""reset: somebody cleared a forgotten secret, and this is the new way in."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A subject of one line, and the text."""

    subject: str
    body: str
    language: str = "en"
    """The one that it is said in."""


def notice(
    template: Template, authority: Authority, *, language: str, child: bool, link: str, until: dt.date
) -> Notice:
    """An invitation, a reminder or a new link. The same for everybody but for how simply it speaks; `until` is the last
    day.
    """
    file = f"messages/{template}.txt"
    language = spoken(file, language, authority)
    return _notice(
        file,
        language,
        authority=authority,
        child=child,
        link=link,
        until=day_in_words(until, language),
    )


def worry_notice(public_url: str, escalated: bool = False, language: str = "en") -> Notice:
    """The alert about a worry: no name, no words, a page that needs signing in (threats.md S10)."""
    address = f"{public_url.rstrip('/')}/staff/worries"
    return _notice("messages/worry.txt", language, address=address, escalated=escalated)


def _notice(template: str, language: str, **values: object) -> Notice:
    """The template's first line is the subject; a blank line and the text follow."""
    subject, _, body = render(template, language, **values).strip().partition("\n")
    return Notice(" ".join(subject.split()), body.strip() + "\n", language)
