"""Records ready to be delivered, without the booklets around them."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from typing import Any

from sqlalchemy.orm import Session

from tests.casesystem.records import a_views_record, an_item
from webapp.services import outbox
from webapp.store import Child, Consultation, Definition, Record, Response, Review, Vault

MOMENT = dt.datetime(2027, 2, 1, 10, tzinfo=dt.UTC)
DAY = MOMENT.date()
VAULT = Vault(b"m" * 32, b"l" * 32)


def hex_id(kind: int, number: int) -> str:
    """An id that a test can foresee."""
    return f"{kind:08x}{number:024x}"


def add_review(session: Session, number: int, vault: Vault = VAULT) -> str:
    """A child with a review, somebody asked, and their response; gives the review's id."""
    child, review, asked, response = (hex_id(kind, number) for kind in (1, 2, 3, 4))
    _, key = vault.new_key(f"child:{child}")
    if session.get(Definition, "0" * 64) is None:
        session.add(Definition(fingerprint="0" * 64, booklet_id="parent_form", body="{}", kept_at=MOMENT))
    session.add(
        Child(id=child, external_id=f"C{number}", key=key, given_name=b"", family_name=b"", known_as=b"",
              birth_year=2016, sex="female", legal_status="care_order", placement="foster")
    )  # fmt: skip
    session.flush()
    session.add(
        Review(id=review, external_id=f"R{number}", child_id=child, kind="later", window_start=DAY,
               window_end=DAY, iro_external_id="I1")
    )  # fmt: skip
    session.flush()
    session.add(
        Consultation(id=asked, review_id=review, child_id=child, respondent=child, booklets="parent_form",
                     who="parent", due_on=DAY, closes_on=DAY)
    )  # fmt: skip
    session.flush()
    _, key = vault.new_key(f"response:{response}")
    session.add(
        Response(id=response, consultation_id=asked, booklet_id="parent_form", key=key, definition="0" * 64,
                 started_at=MOMENT)
    )  # fmt: skip
    session.flush()
    return review


def send(
    session: Session, number: int, revision: int, now: dt.datetime = MOMENT, record: dict[str, Any] | None = None,
    adapters: tuple[str, ...] = ("files",), vault: Vault = VAULT,
) -> str:  # fmt: skip
    """A record of that review on its way, as submitting does it; gives the event's key."""
    response = session.get_one(Response, hex_id(4, number))
    record_id = secrets.token_hex(16)
    body = record or a_views_record(an_item(f"words {number} {revision}"), number=number, revision=revision)
    key = vault.key(response.key, f"response:{response.id}")
    session.add(
        Record(id=record_id, response_id=response.id, review_id=hex_id(2, number), kind="views/1",
               revision=revision, sealed=key.seal(json.dumps(body), f"record.sealed:{record_id}"), made_at=now)
    )  # fmt: skip
    session.flush()
    outbox.put(session, vault, hex_id(2, number), record_id, now, adapters)
    return outbox.event_key(vault, record_id)
