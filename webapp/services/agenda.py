"""The agenda of a review: what the answers suggest, as its officer keeps it. Every save is a version of its own."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.booklet.definition import Booklet
from webapp.review import agenda as rules
from webapp.review.agenda import OWN, Act, Heard, Kept, Point, Suggested
from webapp.services.auditing import note
from webapp.services.looking import child_key
from webapp.services.looking_prepared import Prepared, prepared
from webapp.services.whose import OVER, open_to
from webapp.store import Agenda, Child, Key, Review, Vault, new_id


@dataclass(frozen=True, slots=True)
class AgendaPage:
    """The agenda of one review on the desk of its own officer."""

    prep: Prepared
    points: tuple[Point, ...]
    suggested: Suggested
    gone: tuple[Kept, ...]
    """What stood on it and nobody asks for any more."""
    hushed_in_words: bool
    version: int
    """0: nothing was saved yet."""
    key: Key
    """The child's."""

    @property
    def open(self) -> bool:
        """It may still be changed."""
        return self.prep.page.head.status not in OVER

    @property
    def on(self) -> list[Kept]:
        """What lies on the table, in order."""
        return [one.kept for one in self.points if not one.kept.out]

    @property
    def out(self) -> list[Kept]:
        """What the officer took out."""
        return [one.kept for one in self.points if one.kept.out]


def page(
    session: Session, vault: Vault, booklets: Mapping[str, Booklet], now: dt.datetime, iro_id: str, review_id: str
) -> AgendaPage | None:  # fmt: skip
    """The agenda of a review, where it is this officer's; None for anybody else's and for none."""
    prep = prepared(session, vault, booklets, now, iro_id, review_id)
    if prep is None:
        return None
    child = session.get_one(Child, prep.page.head.child_id)
    key = child_key(vault, child.id, child.key)
    version, kept = _newest(session, key, review_id)
    heard = list(_heard(prep))
    suggested = rules.suggest(
        heard,
        decisions=bool(prep.page.decisions),
        not_possible=_not_possible(prep),
        refused={wish.role for line in prep.people for wish in line.wishes if wish.refused},
    )
    return AgendaPage(
        prep=prep, points=rules.points(kept, suggested.keys), suggested=suggested,
        gone=rules.gone(kept, suggested.keys), hushed_in_words=rules.hushed_in_words(heard), version=version, key=key,
    )  # fmt: skip


def _newest(session: Session, key: Key, review_id: str) -> tuple[int, tuple[Kept, ...]]:
    row = session.scalar(
        select(Agenda).where(Agenda.review_id == review_id).order_by(Agenda.version.desc()).limit(1)
    )
    if row is None:
        return 0, ()
    body = json.loads(key.open(row.sealed, _place(row.id)))
    return row.version, tuple(Kept(**one) for one in body)


def _place(row_id: str) -> str:
    return f"agenda.sealed:{row_id}"


def _heard(prep: Prepared) -> list[Heard]:
    return [
        Heard(paper.record.respondent.who, paper.asked.booklet_id, heading, shown.item, shown.look_first)
        for voice in prep.page.voices
        for paper in voice.papers
        for heading, part in paper.headings.items()
        for shown in part
    ]


def _not_possible(prep: Prepared) -> set[str]:
    """Comforts that the officer decided against."""
    return {
        choice
        for line in prep.asked
        if line.decided and line.decided.outcome in ("not_possible", "changed")
        for wish in line.wishes
        if wish.question == "comfort"
        for choice in wish.ids
    }


def change(
    session: Session,
    vault: Vault,
    found: AgendaPage,
    what: Act,
    key: str,
    words: str,
    seen: int,
    staff_id: str,
    now: dt.datetime,
) -> bool:
    """Keep the agenda after one press as a new version; False where nothing changed.

    False too where the review is over, or somebody saved another version than the one that was `seen`.
    """
    head = found.prep.page.head
    locked = session.scalar(
        select(Review.id).where(Review.id == head.id, open_to(staff_id)).with_for_update()
    )
    newest, _ = _newest(session, found.key, head.id)
    if locked is None or not found.open or newest != seen or found.version != seen:
        return False
    before = tuple(one.kept for one in found.points)
    after = rules.act(before, what, f"{OWN}{new_id()}" if what == "add" else key, words)
    if after == before:
        return False
    made = new_id()
    body = json.dumps([asdict(one) for one in after], ensure_ascii=False)
    session.add(
        Agenda(
            id=made, review_id=head.id, version=seen + 1, sealed=found.key.seal(body, _place(made)),
            made_by=staff_id, made_at=now,
        )
    )  # fmt: skip
    note(session, now, f"staff:{staff_id}", "agenda_changed", f"agenda:{made}", head.child_id)
    return True
