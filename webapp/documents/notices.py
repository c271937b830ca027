"""The words of our emails. They say nothing about anybody: a subject line is read on lock screens and by
strangers.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from config import Authority, TextTemplate
from webapp.clock import london
from webapp.documents.words import day_in_words, render
from webapp.i18n import FROM_THE_RIGHT, direction, spoken

Template = TextTemplate
"""after: the invitation to say how a review was. reset: a forgotten secret was cleared, and this is the new way in.
The others tell that something stands on the page (`services/telling.py`); `cancelled` says itself what there is to say.
"""


@dataclass(frozen=True, slots=True)
class Notice:
    """A subject of one line, and the text."""

    subject: str
    body: str
    language: str = "en"
    """The one that it is said in."""


def notice(
    template: Template, authority: Authority, *, language: str, who: str, link: str, until: dt.date,
    time: str = "",
) -> Notice:  # fmt: skip
    """An invitation, a reminder or a new link. The same for everybody but for how simply it speaks; `until` is the last
    day, `time` when a meeting of tomorrow begins.
    """
    language = spoken(language, who, authority.languages)
    return worded(
        f"messages/{template}.txt",
        language,
        authority=authority,
        child=who == "child",
        adult=who != "child",
        link=link,
        until=day_in_words(until, language),
        time=time,
    )


def worry_notice(public_url: str, escalated: bool = False, language: str = "en") -> Notice:
    """The alert about a worry: no name, no words, a page that needs signing in (threats.md S10)."""
    address = f"{public_url.rstrip('/')}/staff/worries"
    return worded("messages/worry.txt", language, address=address, escalated=escalated)


def silence_notice(public_url: str, system: str, since: dt.datetime) -> Notice:
    """Tells staff that a case system has taken nothing since then."""
    return worded(
        "messages/silence.txt", "en", address=f"{public_url.rstrip('/')}/staff/unit/deliveries", system=system,
        since=f"{london(since):%H:%M, %-d %B %Y}",
    )  # fmt: skip


def many_looks_notice(public_url: str, most: int, _purpose: str) -> Notice:
    """Tells a manager that somebody opened very many children; not who, and of no child."""
    return worded("messages/many_looks.txt", "en", address=f"{public_url.rstrip('/')}/staff/", most=most)


def request_notice(public_url: str, authority: Authority, purpose: str) -> Notice:
    """Tells an officer that somebody asked for something, or the advocacy service that a child wants an advocate.

    No name and no words: the advocacy service rings the Review Unit and gives the reference.
    """
    _, request_id, to = purpose.split(":")
    return worded(
        "messages/request.txt", "en", authority=authority, advocate=to == "advocate", reference=request_id[:8].upper(),
        address=f"{public_url.rstrip('/')}/staff/",
    )  # fmt: skip


def officer_notice(public_url: str) -> Notice:
    """Tells an officer that something changed about people who are invited: no name, a page that needs signing in."""
    return worded("messages/officer.txt", "en", address=f"{public_url.rstrip('/')}/staff/")


def worded(template: str, language: str, **values: object) -> Notice:
    """A template's words: its first line is the subject; a blank line and the text follow."""
    subject, _, body = render(template, language, **values).strip().partition("\n")
    body = body.strip() + "\n"
    if direction(language) == "rtl":
        body = "".join(_from_the_right(line) for line in body.splitlines(keepends=True))
    return Notice(" ".join(subject.split()), body, language)


def _from_the_right(line: str) -> str:
    """A line of plain text that runs from the right even where it begins with a number or an English name; an address
    stays bare, so that it can be pressed.
    """
    return line if not line.strip() or line.startswith("http") else FROM_THE_RIGHT + line
