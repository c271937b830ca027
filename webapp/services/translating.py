"""Words in a language that officers here don't read, and an officer's own for whoever reads another: who was asked
to translate them, and what they say.

What was typed always stands beside its translation. A translation holds for the very words that it was made of: once
those change, they wait again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Authority
from webapp.booklet.records import Item
from webapp.i18n import spoken
from webapp.review.letter import STAFFS, Own
from webapp.services import asking_for, officers_readers, officers_words, to_read
from webapp.services.auditing import note
from webapp.services.looking_review import ReviewPage
from webapp.services.looking_screening import held_back
from webapp.services.officers_readers import Reader
from webapp.services.officers_words import place
from webapp.store import Child, Key, Request, Response, Staff, Translation, Vault, new_id

WHOM_AT_MOST, TEXT_AT_MOST = 200, 10_000
INTO = "en"


class NotNow(ValueError):
    """It can't be done so; `code` says why: say_whom, say_text, too_long."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Asked:
    """A translation that somebody was asked for, and what they made of it."""

    id: str
    of_whom: str
    asked_by: str
    asked_at: dt.datetime
    text: str
    """Empty while it is not there."""
    by: str
    done_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Foreign:
    """Words of one answer or one request in another language; or the officer's own, to be read in one."""

    mark: str
    """Keyed hash of the words."""
    who: str
    """A name, or empty for the child: whose words these are; of the officer's own, who reads them."""
    asked: str
    """The question, in English; the kind of a request."""
    words: tuple[str, ...]
    language: str
    response_id: str | None
    question_id: str
    request_id: str | None
    translation: Asked | None = None
    own: Own | None = None
    """What of the officer's this is, where it is theirs. `language` is then the reader's."""


@dataclass(frozen=True)
class Translations:
    """All words of a review that officers here don't read, or their readers don't, and their translations."""

    foreign: tuple[Foreign, ...] = ()
    own: tuple[Foreign, ...] = ()
    """The officer's own."""
    reads: str = "en"
    """The language that the child, or whoever asked for something, is written to in."""
    _by_words: dict[tuple[str, tuple[str, ...]], Foreign] = field(default_factory=dict)

    @property
    def unasked(self) -> list[Foreign]:
        """Those of which nobody was asked."""
        return [one for one in (*self.foreign, *self.own) if one.translation is None]

    @property
    def open(self) -> list[Foreign]:
        """Those that nobody has translated."""
        return [one for one in self.foreign if one.translation is None or not one.translation.text]

    def own_open(self, *where: str) -> list[Foreign]:
        """The officer's own that nobody has translated; with `where` those of such places alone."""
        return [
            one
            for one in self.own
            if not (one.translation and one.translation.text)
            and one.own
            and (not where or one.own.where in where)
        ]

    @property
    def by_reader(self) -> dict[tuple[str, str], list[Foreign]]:
        """The officer's own by who reads them, the child (with no name) first, and in which language."""
        found: dict[tuple[str, str], list[Foreign]] = {}
        for one in self.own:
            found.setdefault((one.who, one.language), []).append(one)
        return found

    @property
    def waiting(self) -> Counter[str]:
        """How many of the officer's own nobody has translated, by language."""
        return Counter(one.language for one in self.own_open())

    def of(self, item: Item) -> Foreign | None:
        """What is known of the words of this answer; None where they need no translation."""
        return self._by_words.get((item.question, typed(item)))

    def of_question(self, question_id: str) -> Foreign | None:
        """The same of the child's answer to a question: for wishes, which stand apart from their answers."""
        return next((one for one in self.foreign if one.question_id == question_id and not one.who), None)

    def of_request(self, request_id: str) -> Foreign | None:
        """The same of a request."""
        return next((one for one in self.foreign if one.request_id == request_id), None)


def typed(item: Item) -> tuple[str, ...]:
    """Every free text of an answer, in order."""
    rows = [text for row in item.answer.rows for text in (row.words, row.which_part, row.reason)]
    return tuple(text for text in (item.answer.words, *rows) if text)


def of_review(session: Session, vault: Vault, page: ReviewPage, authority: Authority) -> Translations:
    """The words of this review that wait for a translation or have one. One query, and two more where there are any in
    another language; six more for a child who reads one, and four for adults who do.
    """
    read, head = authority.officers_read, page.head
    childs = (one.language for one in page.asked if one.who == "child" and one.state != "stopped")
    reads = spoken(next(childs, head.language), "child", authority.languages)
    adults = officers_readers.asked(page, authority.languages)
    guests = officers_readers.guests_may_read(page, authority.languages)
    said = list(_answers(vault, page, read))
    wanted = select(Request).where(Request.review_id == head.id, Request.language.not_in(list(read)))
    rows = () if head.former else session.scalars(wanted.order_by(Request.made_at)).all()
    asked = [one for one in rows if asking_for.place(one.id) not in page.held]
    if not (said or asked or reads != STAFFS or adults or guests):
        return Translations()
    key = _key(session, vault, head.child_id)
    own: list[tuple[Reader, Own]] = []
    if reads != STAFFS:
        childs_own = officers_words.of_review(session, vault, key, head.id, answers=not head.former)
        own += ((Reader(reads), one) for one in childs_own)
    own += officers_readers.of_adults(session, vault, key, page, authority.languages, adults)
    return _with_known(
        session, key, head.child_id, [*said, *_requests(vault, key, asked)], _own(vault, own), reads
    )


def of_request(session: Session, vault: Vault, request_id: str, authority: Authority) -> Translations:
    """The same of one request alone, and of what was answered to it."""
    one = session.get_one(Request, request_id)
    key = _key(session, vault, one.child_id)
    foreign = one.language not in authority.officers_read
    held = foreign and asking_for.place(one.id) in held_back(session, [one.review_id]).sources
    said = list(_requests(vault, key, [one])) if foreign and not held else []
    reader = Reader(officers_words.asked_in(session, authority, one), adult=one.who != "child")
    own = officers_words.of_answer(key, one) if reader.language != STAFFS else ()
    known = _own(vault, ((reader, piece) for piece in own))
    return _with_known(session, key, one.child_id, said, known, reader.language)


def _key(session: Session, vault: Vault, child_id: str) -> Key:
    child = session.get_one(Child, child_id)
    return vault.key(child.key, f"child:{child.id}")


def _own(vault: Vault, own: Iterable[tuple[Reader, Own]]) -> Iterator[Foreign]:
    """Each of an officer's texts once, however often and by however many of one language it is read."""
    by_mark: dict[str, tuple[Own, list[Reader]]] = {}
    for reader, one in own:
        words = officers_words.mark(vault, reader.language, one.text, adult=reader.adult)
        by_mark.setdefault(words, (one, []))[1].append(reader)
    for words, (one, readers) in by_mark.items():
        who = ", ".join(dict.fromkeys(reader.name for reader in readers))
        yield Foreign(words, who, one.kind, (one.text,), readers[0].language, None, "", None, own=one)


def _with_known(
    session: Session, key: Key, child_id: str, said: Iterable[Foreign], own: Iterable[Foreign], reads: str
) -> Translations:
    said, own = list(said), list(own)
    known = _known(session, key, child_id, [one.mark for one in (*said, *own)])
    found = [replace(one, translation=known.get(one.mark)) for one in said]
    by_words = {(one.question_id, one.words): one for one in found if one.response_id}
    ours = tuple(replace(one, translation=known.get(one.mark)) for one in own)
    return Translations(tuple(found), ours, reads, by_words)


def _answers(vault: Vault, page: ReviewPage, read: Collection[str]) -> Iterable[Foreign]:
    for voice in page.voices:
        for paper in voice.papers:
            for shown in (*(one for part in paper.headings.values() for one in part), *paper.set_aside):
                item = shown.item
                words = typed(item)
                if item.language in read or not words:
                    continue
                mark = vault.lookup("translation", "\n".join([item.question, *words]))
                yield Foreign(
                    mark, "" if voice.who == "child" else voice.name, item.asked_staff, words, item.language,
                    paper.asked.response_id, item.question, None,
                )  # fmt: skip


def _requests(vault: Vault, key: Key, asked: Iterable[Request]) -> Iterable[Foreign]:
    for one in asked:
        if words := tuple(text for text in asking_for.opened(key, one).values() if text):
            mark = vault.lookup("translation", "\n".join([one.id, *words]))
            who = "" if one.who == "child" else one.who
            yield Foreign(mark, who, one.kind, words, one.language, None, "", one.id)


def _known(session: Session, key: Key, child_id: str, marks: Collection[str]) -> dict[str, Asked]:
    """The newest translation of each words; one that is there goes before one that was only asked for."""
    if not marks:
        return {}
    rows = session.execute(
        select(Translation, Staff.name)
        .join(Staff, Staff.id == Translation.asked_by)
        .where(Translation.child_id == child_id, Translation.words.in_(list(marks)))
        .order_by(Translation.done_at.is_not(None), Translation.done_at, Translation.asked_at)
    )
    return {one.words: _asked(key, one, name) for one, name in rows}


def _asked(key: Key, one: Translation, name: str) -> Asked:
    done = officers_words.done(key, one)
    return Asked(
        one.id, key.open(one.of_whom, place(one.id, "of_whom")), name, one.asked_at, done.get("text", ""),
        done.get("by", ""), one.done_at,
    )  # fmt: skip


def ask(
    session: Session, vault: Vault, review_id: str, child_id: str, foreign: Sequence[Foreign], of_whom: str,
    staff_id: str, now: dt.datetime,
) -> int:  # fmt: skip
    """Write down of whom a translation of all these was asked; gives of how many. Those that were asked before stay.

    Asking is done by whoever presses, by phone or mail: nothing goes out from here. Raises NotNow.
    """
    whom = of_whom.strip()
    if not whom or len(whom) > WHOM_AT_MOST:
        raise NotNow("too_long" if whom else "say_whom")
    key = _locked(session, vault, child_id)
    marks = [one.mark for one in foreign]
    before = set(
        session.scalars(
            select(Translation.words).where(Translation.child_id == child_id, Translation.words.in_(marks))
        )
    )
    made = 0
    for one in foreign:
        if one.mark in before:
            continue
        own = new_id()
        session.add(
            Translation(
                id=own, review_id=review_id, child_id=child_id, response_id=one.response_id,
                question_id=one.question_id, request_id=one.request_id, words=one.mark, language=one.language,
                asked_by=staff_id, asked_at=now, of_whom=key.seal(whom, place(own, "of_whom")),
            )
        )  # fmt: skip
        note(session, now, f"staff:{staff_id}", "translation_asked", f"translation:{own}", child_id)
        made += 1
    return made


def put(
    session: Session, vault: Vault, review_id: str, child_id: str, one: Foreign, text: str, by: str, staff_id: str,
    now: dt.datetime,
) -> None:  # fmt: skip
    """Keep a translation, and who made it. A second one of the same words is a row of its own, and stands instead.

    What somebody typed is read for worries again in translation: often no list could read it before.

    Raises NotNow where either is missing or too long.
    """
    said, whom = text.replace("\r\n", "\n").strip(), by.strip()
    if not said or not whom:
        raise NotNow("say_whom" if said else "say_text")
    if len(said) > TEXT_AT_MOST or len(whom) > WHOM_AT_MOST:
        raise NotNow("too_long")
    key = _locked(session, vault, child_id)
    row = session.scalars(
        select(Translation).where(Translation.child_id == child_id, Translation.words == one.mark)
        .order_by(Translation.asked_at.desc()).limit(1)
    ).first()  # fmt: skip
    if row is None or row.done is not None:
        own = new_id()
        row = Translation(
            id=own, review_id=review_id, child_id=child_id, response_id=one.response_id,
            question_id=one.question_id, request_id=one.request_id, words=one.mark, language=one.language,
            asked_by=staff_id, asked_at=now, of_whom=key.seal(whom, place(own, "of_whom")),
        )  # fmt: skip
        session.add(row)
    row.done = key.seal(json.dumps({"text": said, "by": whom}, ensure_ascii=False), place(row.id, "done"))
    row.done_by, row.done_at = staff_id, now
    if one.own is None:
        _to_be_read(session, row.done, row.id, one, review_id, now)
    note(session, now, f"staff:{staff_id}", "translated", f"translation:{row.id}", child_id)


def _locked(session: Session, vault: Vault, child_id: str) -> Key:
    """The child's key; two presses at once are one after the other."""
    child = session.scalars(select(Child).where(Child.id == child_id).with_for_update()).one()
    return vault.key(child.key, f"child:{child.id}")


def _to_be_read(
    session: Session, done: bytes, translation_id: str, one: Foreign, review_id: str, now: dt.datetime
) -> None:
    """For worries, as said by whoever typed the words."""
    of = select(Response.consultation_id).where(Response.id == one.response_id)
    if one.request_id:
        of = select(Request.consultation_id).where(Request.id == one.request_id)
    to_read.put(
        session, now, source=place(translation_id, "done"), sealed=done, language=INTO, review_id=review_id,
        consultation_id=session.scalar(of),
    )  # fmt: skip
