"""Contact details, corrected by the Review Unit: the old are kept sealed, and what is not sent yet goes to the new."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.clock import london
from webapp.review.incoming import Reach
from webapp.services import auditing, own_secret
from webapp.services.inviting_changes import ask_again
from webapp.services.loading import gone_astray
from webapp.services.loading_plan import SENT_BY
from webapp.services.recipients import Recipient, recipients
from webapp.services.staff import SignedIn
from webapp.store import Consultation, ContactChange, Staff, Vault, new_id


class OthersMustError(Exception):
    """Nobody alone may both say where a link goes and take away what else keeps the answers shut."""


@dataclass(frozen=True, slots=True)
class Before:
    """What stood there until somebody corrected it."""

    at: dt.datetime
    by: str
    reach: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Contact:
    """How somebody is reached about one child, and what was corrected, the latest first."""

    reach: Mapping[str, Any]
    before: tuple[Before, ...]


def contact(session: Session, vault: Vault, now: dt.datetime, consultation_id: str) -> Contact | None:
    """The details of one person who is asked; None where there is no such person. Two queries."""
    found = _recipient(session, vault, now, consultation_id)
    if found is None:
        return None
    rows = session.execute(
        select(ContactChange, Staff.name)
        .join(Staff, Staff.id == ContactChange.staff_id)
        .where(ContactChange.owner == _owner(found))
        .order_by(ContactChange.at.desc(), ContactChange.id)
    )
    before = tuple(
        Before(one.at, name, json.loads(found.key.open(one.before, _place(one.id)))) for one, name in rows
    )
    return Contact(found.reach, before)


def correct(
    session: Session, vault: Vault, now: dt.datetime, signed: SignedIn, consultation_id: str, reach: Reach
) -> bool:
    """Put new details in the place of the old, which are kept with who did it and when. False where nothing changes.

    Whoever was written to at an old address, or couldn't be reached, is asked again: the old links end, and what
    waits goes the new way. Raises OthersMustError where answers wait that a link alone would open: whoever says where
    it goes could send it to themselves. The case system can still correct those.
    """
    found = _recipient(session, vault, now, consultation_id)
    new = reach.model_dump(mode="json", exclude_none=True)
    if found is None or _told(found.reach) == _told(new):
        return False
    if _opened_by_a_link(session, _owner(found)):
        raise OthersMustError
    owner, change = _owner(found), new_id()
    session.add(
        ContactChange(
            id=change, child_id=found.child.id, owner=owner, at=now, staff_id=signed.id,
            before=found.key.seal(json.dumps(found.reach), _place(change)),
        )
    )  # fmt: skip
    row, table = (found.involvement, "involvement") if found.involvement else (found.child, "child")
    row.reach = found.key.seal(json.dumps(new), f"{table}.reach:{owner}")
    row.phone_hash = vault.lookup("phone", reach.phone) if reach.phone else None
    session.flush()
    auditing.note(
        session, now, f"staff:{signed.id}", "correct_contact", f"contact_change:{change}", found.child.id
    )
    changed = frozenset(name for name in SENT_BY if found.reach.get(name) != new.get(name))
    again = gone_astray(session, {owner: changed}) + _unreachable(session, owner)
    ask_again(session, sorted(set(again)), now, london(now).date())
    return True


def other_ways(reach: Mapping[str, Any], ways: Collection[str]) -> dict[str, str]:
    """The ways besides the one in use by which this person could be written to here, and where that would go.

    WhatsApp is not among them: it needs a yes of the person's own.
    """
    known = {
        "email": reach.get("email"), "sms": reach.get("phone"), "letter": ", ".join(reach.get("address") or ()),
    }  # fmt: skip
    return {way: str(to) for way, to in known.items() if to and way in ways and way != reach.get("way")}


def another_way(
    session: Session, vault: Vault, now: dt.datetime, signed: SignedIn, consultation_id: str, way: str,
    ways: Collection[str],
) -> bool:  # fmt: skip
    """From now on this person is written to by another way that is known, and is asked again by it.

    False where it is none of theirs, or nothing may go out to them. Raises OthersMustError as `correct` does.
    """
    found = _recipient(session, vault, now, consultation_id)
    if found is None or found.refused(london(now).date()) or way not in other_ways(found.reach, ways):
        return False
    reach = Reach.model_validate({**found.reach, "way": way})
    if not correct(session, vault, now, signed, consultation_id, reach):
        return False
    session.expire_all()
    return send_again(session, now, signed, consultation_id)


def may_clear_secret(session: Session, asked: Consultation, signed: SignedIn) -> bool:
    """False where this member of staff has said where this person's links go: somebody else clears the secret."""
    own = ContactChange.owner == asked.respondent, ContactChange.staff_id == signed.id
    return session.scalar(select(ContactChange.id).where(*own).limit(1)) is None


def _opened_by_a_link(session: Session, owner: str) -> bool:
    asked = session.scalars(select(Consultation).where(Consultation.respondent == owner))
    return any(own_secret.sealed_off(session, one) for one in asked)


def send_again(session: Session, now: dt.datetime, signed: SignedIn, consultation_id: str) -> bool:
    """A new invitation with a new link goes to the person, as they are reached now; every earlier link ends.

    False where they are not asked at the moment, or their time is over.
    """
    asked = session.get_one(Consultation, consultation_id, with_for_update=True, populate_existing=True)
    today = london(now).date()
    if asked.state == "stopped" or asked.closes_on < today:
        return False
    ask_again(session, [consultation_id], now, today)
    auditing.note(
        session, now, f"staff:{signed.id}", "send_again", f"consultation:{consultation_id}", asked.child_id
    )
    return True


def _recipient(session: Session, vault: Vault, now: dt.datetime, consultation_id: str) -> Recipient | None:
    return recipients(session, vault, [consultation_id], london(now).date()).get(consultation_id)


def _owner(found: Recipient) -> str:
    return found.involvement.id if found.involvement else found.child.id


def _told(reach: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name in SENT_BY if (value := reach.get(name)) and value != "none"}


def _unreachable(session: Session, owner: str) -> list[str]:
    return list(
        session.scalars(
            select(Consultation.id).where(
                Consultation.respondent == owner, Consultation.state == "unreachable"
            )
        )
    )


def _place(change: str) -> str:
    return f"contact_change.before:{change}"
