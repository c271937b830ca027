"""What is handed to a case system: an event opened, cut down to who reads it there, with its files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import case, exists, func, or_, select
from sqlalchemy.orm import Session

from webapp.casesystem import audience
from webapp.casesystem.port import Event, GiveUp, Route
from webapp.review.holding import copy_without
from webapp.services import outbox, papers, pictures
from webapp.store import (
    Announcement,
    Child,
    Database,
    Delivery,
    Involvement,
    Record,
    Response,
    Review,
    SealBroken,
    Vault,
)

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Claimed:
    """One delivery that is ours until the lease ends, and what is needed to open it."""

    id: str
    event_key: str
    attempts: int
    sequence: int
    record_id: str | None
    sealed: bytes | None
    response_id: str | None
    response_key: bytes | None
    announcement_id: str | None
    told: bytes | None
    child_id: str
    child_key: bytes
    adopters: bool
    """An adopter is in the child's case, or was."""
    iro: str
    social_worker: str | None


def claimed(session: Session, ids: Sequence[str]) -> list[Claimed]:
    """These deliveries with what is needed to open them, in the order in which they were due."""
    adopted = exists().where(Involvement.child_id == Child.id, Involvement.role == "adopter")
    copied = case((Announcement.kind == "paper_copy", Announcement.record_id))
    rows = session.execute(
        select(Delivery.id, Delivery.event_key, Delivery.attempts, Delivery.sequence, Record.id, Record.sealed,
               Record.response_id, Response.key, Announcement.id, Announcement.sealed, Child.id, Child.key,
               or_(adopted, Child.placement == "adoption"), Review.iro_external_id, Review.social_worker_external_id)
        .join(Review, Review.id == Delivery.review_id)
        .join(Child, Child.id == Review.child_id)
        .outerjoin(Announcement, Announcement.id == Delivery.announcement_id)
        .outerjoin(Record, Record.id == func.coalesce(Delivery.record_id, copied))
        .outerjoin(Response, Response.id == Record.response_id)
        .where(Delivery.id.in_(ids))
        .order_by(Delivery.due_at, Delivery.id)
    )  # fmt: skip
    return [Claimed(*tuple(row)) for row in rows]


def event(
    db: Database, vault: Vault, one: Claimed, route: Route, wants_paper: bool, left_out: Collection[str]
) -> Event | None:
    """The event as this case system may have it; None where it may not have it at all. Of a record, `left_out` names
    the questions without whose words it goes (`services/left_out.py`).

    Raises GiveUp where anything was erased or can't be opened.
    """
    try:
        found = _event(db, vault, one, route, wants_paper, left_out)
    except SealBroken:
        raise GiveUp("seal_broken") from None
    return found and replace(found, iro=one.iro, social_worker=one.social_worker or "")


def _event(
    db: Database, vault: Vault, one: Claimed, route: Route, wants_paper: bool, left_out: Collection[str]
) -> Event | None:
    if one.announcement_id is None:
        return _record(db, vault, one, route, wants_paper, left_out)
    key = vault.key(one.child_key, f"child:{one.child_id}")
    told: Body = json.loads(key.open(one.told or b"", outbox.place(one.announcement_id)))
    if told["kind"] == "paper_copy":
        return _paper_copy(db, vault, one, route, told, left_out)
    if audience.withheld(told, route, one.adopters):
        return None
    return Event(one.event_key, audience.cut(told, route), sequence=one.sequence)


def _record(
    db: Database, vault: Vault, one: Claimed, route: Route, wants_paper: bool, left_out: Collection[str]
) -> Event | None:
    found, files = _opened(db, vault, one, route, left_out)
    if found is None:
        return None
    paper = papers.of_record(found) if wants_paper else b""
    return Event(one.event_key, found, files, paper, one.sequence)


def _paper_copy(
    db: Database, vault: Vault, one: Claimed, route: Route, told: Body, left_out: Collection[str]
) -> Event | None:
    found, _ = _opened(db, vault, one, route, left_out)
    if found is None:
        return None
    paper = papers.of_record(found)
    document = {
        "media_type": "application/pdf", "sha256": hashlib.sha256(paper).hexdigest(), "bytes": len(paper),
    }  # fmt: skip
    return Event(one.event_key, {**told, "document": document}, paper=paper, sequence=one.sequence)


def _opened(
    db: Database, vault: Vault, one: Claimed, route: Route, left_out: Collection[str]
) -> tuple[Body | None, dict[str, bytes]]:
    """The record as the route lets it through, and the pictures that it still lists."""
    if one.sealed is None or one.response_key is None:
        raise GiveUp("erased")
    key = vault.key(one.response_key, f"response:{one.response_id}")
    whole: Body = json.loads(key.open(one.sealed, f"record.sealed:{one.record_id}"))
    if audience.withheld(whole, route, one.adopters):
        return None, {}
    found = audience.cut(copy_without(whole, left_out), route)
    listed = [picture["id"] for picture in found.get("attachments", ())]
    return found, pictures.of_record(db, key, str(one.response_id), listed)
