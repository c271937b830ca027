"""What belongs to a number, whoever holds it: whether anything may go there."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from sqlalchemy.orm import Session

from webapp.store import Phone

BY_PROVIDER = "provider"
"""How we know of an opt-out: a send was refused for it."""


def shut(phone: Phone | None) -> Literal["", "opted_out", "wrong_number"]:
    """Why nothing may go to this number; "" where it may. A START after the last STOP opens it again."""
    if phone is None:
        return ""
    if phone.wrong_number_at is not None:
        return "wrong_number"
    out, back = phone.opted_out_at, phone.opted_in_at
    return "opted_out" if out is not None and (back is None or back < out) else ""


def refused(session: Session, number_hash: str, now: dt.datetime) -> None:
    """The provider won't send there: they told it STOP. From now on we don't try."""
    phone = session.get(Phone, number_hash, with_for_update=True)
    if phone is None:
        phone = Phone(number_hash=number_hash)
        session.add(phone)
    if not shut(phone):
        phone.opted_out_at, phone.opted_out_word = now, BY_PROVIDER
