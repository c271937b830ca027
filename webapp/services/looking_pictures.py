"""One drawing or photo, for the officer who reads the answer that it stands beside."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.services import looking_screening, pictures
from webapp.services.access import open_response_key
from webapp.services.looking_records import read_record
from webapp.services.whose import open_to
from webapp.store import Attachment, Consultation, Record, Response, Review, Vault


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture as it was sent."""

    child_id: str
    media_type: str
    content: bytes


def picture(
    session: Session, vault: Vault, iro_id: str, review_id: str, picture_id: str, *, small: bool
) -> Seen | None:
    """A picture that the newest record of this officer's own review lists; None for any other, drafts too."""
    row = session.execute(
        select(Attachment, Response.key, Consultation.child_id, Record.id, Record.sealed)
        .join(Response, Response.id == Attachment.response_id)
        .join(Consultation, Consultation.id == Response.consultation_id)
        .join(Review, Review.id == Consultation.review_id)
        .join(Record, (Record.response_id == Response.id) & (Record.revision == Response.revision))
        .where(Attachment.id == picture_id, Review.id == review_id, open_to(iro_id))
    ).first()
    if row is None:
        return None
    held, wrapped, child_id, record_id, sealed = row
    key = open_response_key(vault, held.response_id, wrapped)
    seen = looking_screening.seen(session, [held.response_id]).get(held.response_id, {})
    back = [question for question, one in seen.items() if one.held]
    record = read_record(key.open(sealed, f"record.sealed:{record_id}"), back)
    if picture_id not in {one.id for one in record.attachments}:
        return None
    if small:
        return Seen(child_id, "image/jpeg", pictures.opened(key, picture_id, held.small, "small"))
    return Seen(child_id, held.media_type, pictures.opened(key, picture_id, held.sealed))
