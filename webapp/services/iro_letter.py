"""The officer's letter to the child after a review: begun from what was decided, kept as a draft, sent, read.

A letter that was sent stays as it is; a change is a new version. What it tells of decisions the child was not told of
before counts as told from then on.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from config import Authority
from webapp.clock import london
from webapp.documents.letter import Addressee
from webapp.documents.words import day_in_words
from webapp.i18n import isolated, spoken, translations
from webapp.review import deciding_words
from webapp.review import letter as letters
from webapp.review.deciding import Wish
from webapp.review.letter import Answered, Letter, Part, Sheet, Translate
from webapp.review.letter_words import band_of
from webapp.services import deciding_desk as desks
from webapp.services import outbox, telling
from webapp.services.auditing import note
from webapp.services.deciding_desk import Decided
from webapp.services.held import Held, Takers
from webapp.services.recipients import recipients
from webapp.services.whose import handed_on
from webapp.store import Decision, IroLetter, Key, Message, Staff, Vault, new_id


class NotSent(Exception):
    """There is no such draft to send."""


def newest(session: Session, review_id: str, *, sent: bool = False) -> IroLetter | None:
    """The newest version of a review's letter; with `sent`, the newest that the child may read."""
    wanted = select(IroLetter).where(IroLetter.review_id == review_id)
    if sent:
        wanted = wanted.where(IroLetter.sent_at.is_not(None))
    return session.scalars(wanted.order_by(IroLetter.version.desc()).limit(1)).first()


def first_sent(session: Session, review_ids: Collection[str]) -> dict[str, dt.datetime]:
    """When the first letter about each of these reviews went, as far as one did. One query."""
    rows = session.execute(
        select(IroLetter.review_id, func.min(IroLetter.sent_at))
        .where(IroLetter.review_id.in_(review_ids), IroLetter.sent_at.is_not(None))
        .group_by(IroLetter.review_id)
    )
    return {review_id: sent for review_id, sent in rows if sent}


def opened(key: Key, row: IroLetter) -> Letter:
    """What a version holds. `key` is the child's."""
    return letters.read(key.open(row.sealed, place(row.id)))


def place(letter_id: str) -> str:
    """Where a letter is sealed for."""
    return f"iro_letter.sealed:{letter_id}"


def draft(session: Session, vault: Vault, found: Held) -> Letter:
    """The letter as it stands, else a first draft from what was decided; decisions made since are added to either."""
    row = newest(session, found.review.id)
    fresh = answers(session, vault, found)
    came = found.attendance.child_attended if found.attendance else None
    day = found.held_on.isoformat()
    if row is None:
        band = band_of(found.age, found.child.format == "easy_read")
        return Letter(band, day, came, answers=fresh)
    kept = opened(found.key, row)
    known = {one.key for one in kept.answers}
    more = tuple(one for one in fresh if one.key not in known)
    return replace(kept, answers=(*kept.answers, *more), came=came, held_on=day)


def answers(session: Session, vault: Vault, found: Held) -> tuple[Answered, ...]:
    """Every wish of the child's that a decision in force answers."""
    review_id = found.review.id
    decided = {one.key: one for one in desks.decisions(session, found.key, review_id)}
    wishes = desks.wishes_of(session, vault, found.key, review_id)
    return tuple(
        _answered(wish, decided[wish.key])
        for wish in wishes
        if wish.key in decided and decided[wish.key].digest == wish.digest
    )


def _answered(wish: Wish, one: Decided) -> Answered:
    rows = [row for row in wish.said.rows if row.choices and wish.kind != "who"]
    chosen = [c.label for c in wish.said.choices]
    chosen += [f"{row.label}: {', '.join(c.label for c in row.choices)}" for row in rows]
    asked = f"{wish.asked} {', '.join(chosen)}".strip()
    part = wish.kind == "who" and bool(wish.said.rows) and bool(wish.said.rows[0].part_only)
    ours = deciding_words.draft(wish.kind, "agreed", refused=wish.refused, added=wish.added)
    return Answered(
        wish.key, wish.kind, wish.name, wish.come or "", part, asked, wish.language, one.outcome,
        one.instead, one.reason, wish.audience,
        keep=(one.outcome, one.reason) != ("agreed", ours),  # "We will ...", read after the meeting, tells nothing
    )  # fmt: skip


def save(session: Session, found: Held, letter: Letter, staff_id: str, now: dt.datetime) -> IroLetter:
    """Keep a draft: the one that there is, or a new version after one that was sent. `found` is locked."""
    row = newest(session, found.review.id)
    if row is not None and row.sent_at and opened(found.key, row) == letter:
        return row
    if row is None or row.sent_at:
        before = session.scalar(
            select(func.max(IroLetter.version)).where(IroLetter.review_id == found.review.id)
        )
        row = IroLetter(
            id=new_id(), review_id=found.review.id, version=(before or 0) + 1, language=_language(session, found),
            wording="", sealed=b"", made_by=staff_id, made_at=now,
        )  # fmt: skip
        session.add(row)
    row.wording = "easy" if letter.band == "plain" else "standard"
    row.sealed, row.made_by, row.made_at = (
        found.key.seal(letters.written(letter), place(row.id)), staff_id, now,
    )  # fmt: skip
    session.flush()
    note(session, now, f"staff:{staff_id}", "letter_saved", f"iro_letter:{row.id}", found.review.child_id)
    return row


def _language(session: Session, found: Held) -> str:
    """The language that this child is asked in."""
    asked = telling.childs(session, found.review.id)
    return asked.language if asked else found.child.language


def send(
    session: Session,
    vault: Vault,
    takers: Takers,
    found: Held,
    letter_id: str,
    staff_id: str,
    now: dt.datetime,
) -> None:
    """Let the child read a draft, tell them that it is there, and tell the case system. `found` is locked.

    Raises NotSent where it is no draft of this review's, or went already: a second press does nothing.
    """
    row = session.get(IroLetter, letter_id)
    if row is None or row.review_id != found.review.id or row.sent_at:
        raise NotSent
    row.sent_at = now
    letter = opened(found.key, row)
    _count_as_told(session, found, letter, now)
    note(session, now, f"staff:{staff_id}", "letter_sent", f"iro_letter:{row.id}", found.review.child_id)
    asked = telling.childs(session, found.review.id) or telling.childs(session, found.review.id, "after")
    if asked is not None:
        telling.put(session, asked, telling.LETTER, f"{telling.LETTER}:{row.id}", now)
    outbox.announce(
        session, vault, found.key, "letter", row.id, found.review.id, found.review.child_id,
        _event(found, row, letter), now, takers.get("letter", ()),
    )  # fmt: skip


def _count_as_told(session: Session, found: Held, letter: Letter, now: dt.datetime) -> None:
    keys = {one.key for one in letter.kept}
    new = [
        one.id
        for one in desks.decisions(session, found.key, found.review.id)
        if one.key in keys and not one.told_at
    ]
    if new:
        session.execute(update(Decision).where(Decision.id.in_(new)).values(told_at=now))


def _event(found: Held, row: IroLetter, letter: Letter) -> Mapping[str, object]:
    assert row.sent_at is not None
    return {
        "schema": "letter/1", "kind": "letter", "review_id": found.review.external_id,
        "child_id": found.child.external_id, "version": row.version, "sent_at": row.sent_at.isoformat(),
        "signed_by": found.review.iro_external_id, "held_on": letter.held_on, "language": row.language,
        "wording": row.wording, "opening": letter.opening, "good": letter.good,
        "decisions": letters.told_of(letter),
        "next": [{"what": one.what, "who": one.who, "by": one.by or None} for one in letter.next],
        "words": letter.words, "held_back": 0,
    }  # fmt: skip


def sheet(
    session: Session, authority: Authority, row_language: str, iro_id: str | None, theirs: Translate
) -> Sheet:
    """What the fixed words of a letter need: the officer's name and the numbers, in the child's language."""
    language = spoken(row_language, "child", authority.languages)
    officer = session.get(Staff, iro_id) if iro_id else None
    named = authority.words.get(language, {}).get(authority.advocate.name, authority.advocate.name)

    def blank(value: str) -> str:
        return str(isolated({"value": value}, language)["value"])

    advocate = f"{named}: {blank(authority.advocate.phone)}"
    return Sheet(
        language, translations(language).gettext, lambda day: day_in_words(day, language),
        officer.name if officer else "", authority.unit_phone, advocate, theirs, blank,
    )  # fmt: skip


def parts(
    session: Session, authority: Authority, letter: Letter, language: str, iro_id: str | None,
    theirs: Translate = letters.as_typed,
) -> Sequence[Part]:  # fmt: skip
    """A letter as it reads for the child; `theirs` has the officer's own words in their language, where it can."""
    return letters.parts(letter, sheet(session, authority, language, iro_id, theirs))


def went(session: Session, row: IroLetter) -> Message | None:
    """The message that told the child of it; None where nobody could be told."""
    return session.scalar(select(Message).where(Message.purpose == f"{telling.LETTER}:{row.id}"))


def by_post(session: Session, vault: Vault, found: Held, ways: Collection[str], now: dt.datetime) -> bool:
    """True where a message can't tell this child of it: the officer prints it, and posts it or hands it over."""
    today = london(now).date()
    asked = telling.childs(session, found.review.id) or telling.childs(session, found.review.id, "after")
    person = recipients(session, vault, [asked.id], today).get(asked.id) if asked else None
    return person is None or person.way(ways)[0] in ("", "letter")


def addressee(session: Session, found: Held) -> Addressee:
    """Whom the printed letter goes to. Without an address once the child is another officer's."""
    where = f"child.reach:{found.child.id}"
    former = handed_on(session, found.review)
    reach = "" if former else found.key.open_some(found.child.reach, where)
    family = found.key.open(found.child.family_name, f"child.family_name:{found.child.id}")
    lines = json.loads(reach).get("address") or () if reach else ()
    return Addressee(f"{found.known_as} {family}", tuple(lines), found.known_as, "child")
