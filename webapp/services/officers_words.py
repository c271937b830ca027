"""The officer's own words, on their way to somebody who reads another language than English.

A translation is found by the words themselves, in the language that it was made for: where a word of them changes, none
is found, and they stand as they were typed until somebody translates them anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Authority
from webapp.i18n import spoken
from webapp.review.letter import STAFFS, Own, own_reason
from webapp.services import asking_for, deciding_desk, iro_letter, telling
from webapp.store import Child, Consultation, Key, Request, Translation, Vault


@dataclass(frozen=True, slots=True)
class Theirs:
    """What of the officer's words stands in one language: called with a text, it gives that, else nothing."""

    by_text: Mapping[str, str]

    def __call__(self, text: str) -> str:
        """The text in their language; empty where nobody translated these very words."""
        return self.by_text.get(tidy(text), "") if self.by_text else ""

    def all(self, texts: Iterable[str]) -> bool:
        """Nothing of these is left in English."""
        return all(self(text) for text in texts)

    def any(self, texts: Iterable[str]) -> bool:
        """Something of these was translated."""
        return any(self(text) for text in texts)


def tidy(text: str) -> str:
    """The text with nothing but its words and lines: a blank line more makes no other words."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def paragraphs(text: str) -> list[str]:
    """An answer in pieces: what is added to it later takes no translation away from what was said before."""
    return [one.strip() for one in re.split(r"\n\s*\n", text) if one.strip()]


def mark(vault: Vault, language: str, text: str, *, adult: bool = False) -> str:
    """Keyed hash of these words, to be read in this language. A child and an adult are spoken to in different ways (in
    Welsh ti and chi), so what was translated for one is no translation for the other.
    """
    return vault.lookup("translation_for_adult" if adult else "translation_for", f"{language}\n{tidy(text)}")


def theirs(
    session: Session, vault: Vault, key: Key, child_id: str, language: str, texts: Iterable[str], *,
    adult: bool = False,
) -> Theirs:  # fmt: skip
    """These texts in the language of a page or a letter, as far as somebody translated them. One query, none for
    English.
    """
    some = () if language == STAFFS else texts
    marks = {mark(vault, language, one, adult=adult): tidy(one) for one in some if one}
    if not marks:
        return Theirs({})
    rows = session.scalars(
        select(Translation)
        .where(Translation.child_id == child_id, Translation.words.in_(list(marks)))
        .where(Translation.done.is_not(None))
        .order_by(Translation.done_at)
    )
    return Theirs({marks[one.words]: done(key, one)["text"] for one in rows})


def place(translation_id: str, column: str) -> str:
    """Where a translation is sealed for."""
    return f"translation.{column}:{translation_id}"


def done(key: Key, one: Translation) -> dict[str, str]:
    """What was put in, {text, by}; empty where nothing was."""
    found: dict[str, str] = json.loads(key.open_some(one.done, place(one.id, "done")) or "{}")
    return found


def asked_in(session: Session, authority: Authority, request: Request) -> str:
    """The language in which somebody reads the answer to what they asked for."""
    if request.who == "child":
        return _read_by(session, authority, request.review_id, request.child_id)
    own = session.get_one(Consultation, request.consultation_id)
    return spoken(own.language, request.who, authority.languages)


def _read_by(session: Session, authority: Authority, review_id: str, child_id: str) -> str:
    """The language that the child of this review is written to in."""
    asked = telling.childs(session, review_id) or telling.childs(session, review_id, "after")
    language = asked.language if asked else session.get_one(Child, child_id).language
    return spoken(language, "child", authority.languages)


def of_review(
    session: Session, vault: Vault, key: Key, review_id: str, *, answers: bool = True
) -> Iterator[Own]:
    """Every text of an officer's own that the child of this review reads, or will read once it is sent; with `answers`
    also to what they asked for. Six queries.
    """
    asked = {wish.key: wish for wish in deciding_desk.wishes_of(session, vault, key, review_id)}
    for one in deciding_desk.decisions(session, key, review_id):
        wish = asked.get(one.key)
        if wish is not None and wish.digest == one.digest:  # else the child reads nothing of it
            yield from own_reason(one.reason, one.instead, wish.kind, wish.name)
    settled = deciding_desk.settled(session, key, review_id)
    if settled and settled.place:
        yield Own("place", settled.place)
    newest = iro_letter.newest(session, review_id)
    sent = newest if newest is None or newest.sent_at else iro_letter.newest(session, review_id, sent=True)
    for row in dict.fromkeys([sent, newest]):
        if row is not None:
            yield from iro_letter.opened(key, row).own_words
    if not answers:
        return
    wanted = select(Request).where(Request.review_id == review_id, Request.who == "child")
    for request in session.scalars(wanted.where(Request.answer.is_not(None)).order_by(Request.made_at)):
        yield from of_answer(key, request)


def of_answer(key: Key, request: Request) -> Iterator[Own]:
    """What the officer answered, piece by piece."""
    answer = key.open_some(request.answer, asking_for.answer_place(request.id))
    for piece in paragraphs(answer):
        yield Own("answer", piece, request.kind)
