"""Before each mailing one press: these people may be asked. It holds for the set of people as it was then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.review import checking as rules
from webapp.review.checking import Change, Entry
from webapp.services.auditing import note
from webapp.services.checking import OwnReview
from webapp.services.inviting_changes import outdate
from webapp.services.whose import OVER
from webapp.store import Consultation, Involvement, Key, MailingCheck, Staff, new_id

NOT_CHECKED = "not_checked"
"""Why somebody who is due waits: the social worker has not said yet that these people may be asked."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The set of people of one case now, and how it stands to the last check."""

    entries: tuple[Entry, ...]
    version: str
    changes: tuple[Change, ...]
    """Since the last check; empty where there is none."""
    checked_by: str = ""
    checked_at: dt.datetime | None = None
    """Of the last check, whether it still holds or not."""
    outdated: bool = False
    """The set was another since, even where it is the same again."""

    @property
    def holds(self) -> bool:
        """True where the set is as it was when somebody pressed."""
        return self.checked_at is not None and not self.changes and not self.outdated


def standing(session: Session, key: Key, review_id: str, child_id: str) -> Standing:
    """The set now, beside the last check of this review. Two queries. `key` is the child's."""
    now = rules.entries(session.scalars(select(Involvement).where(Involvement.child_id == child_id)))
    row = session.execute(
        select(MailingCheck, Staff.name)
        .join(Staff, Staff.id == MailingCheck.checked_by)
        .where(MailingCheck.review_id == review_id)
        .order_by(MailingCheck.checked_at.desc(), MailingCheck.id)
        .limit(1)
    ).first()
    if row is None:
        return Standing(now, rules.version(now), ())
    last, by = row
    was = rules.from_json(key.open(last.sealed, _place(last.id)))
    return Standing(
        now, rules.version(now), rules.changes(was, now), by, last.checked_at, last.superseded_at is not None
    )


def confirm(session: Session, now: dt.datetime, worker_id: str, own: OwnReview, seen: str) -> bool:
    """These people may be asked; `seen` is the version of the set that the worker had before them.

    False, and nothing is kept, where the set is another by now or the review is over. Whoever waited for this goes
    with the next messages. `own` is locked.
    """
    here = standing(session, own.key, own.review.id, own.child.id)
    if here.version != seen or own.review.status in OVER:
        return False
    if here.holds:
        return True
    outdate(session, [own.review.id], now)
    made = new_id()
    session.add(
        MailingCheck(
            id=made, review_id=own.review.id, version=here.version, checked_by=worker_id, checked_at=now,
            sealed=own.key.seal(rules.to_json(here.entries), _place(made)),
        )
    )  # fmt: skip
    session.execute(
        update(Consultation)
        .where(
            Consultation.review_id == own.review.id, Consultation.state == "due", Consultation.reason == NOT_CHECKED
        )
        .values(reason=None)
    )  # fmt: skip
    session.flush()
    note(session, now, f"staff:{worker_id}", "these_may_be_asked", f"mailing_check:{made}", own.child.id)
    return True


def waiting(session: Session, review_ids: Collection[str]) -> frozenset[str]:
    """Which of these reviews have no check in force; one query. What came in since the last plan shows in the next."""
    return frozenset(review_ids) - versions(session, review_ids).keys()


def versions(session: Session, review_ids: Collection[str]) -> dict[str, str]:
    """By review: the version that the check in force was about. One query."""
    rows = session.execute(
        select(MailingCheck.review_id, MailingCheck.version).where(
            MailingCheck.review_id.in_(review_ids), MailingCheck.superseded_at.is_(None)
        )
    )
    return dict(rows.all())


def _place(row_id: str) -> str:
    return f"mailing_check.sealed:{row_id}"
