"""Loads rows and runs what is due, with messengers that keep what they are given."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from tests.messaging.doubles import KeepingMessenger
from tests.review.incoming_rows import row, write_lines
from webapp.house import House
from webapp.messaging import Messenger
from webapp.services import inviting
from webapp.services.loading import load_reviews
from webapp.services.sending import SendReport, send_due
from webapp.store import Consultation, Message

WAYS = ("email", "letter")


class Post:
    """One house and its post."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house, self.folder = house, folder
        self.email, self.letter = KeepingMessenger(), KeepingMessenger()

    def load(self, *rows: dict[str, Any], **changes: Any) -> None:
        """Load these rows, or the usual one with changes."""
        path = write_lines(self.folder / "rows.jsonl", *(rows or (row(**changes),)))
        report = load_reviews(self.house.db, self.house.vault, path, clock=self.house.clock)
        assert report.refused == []

    def plan(self) -> inviting.PlanReport:
        """Bring who is due what into step."""
        house = self.house
        return inviting.plan(house.db, house.vault, house.authority, house.booklets, WAYS, house.clock)

    def send(self, messengers: Mapping[str, Messenger] | None = None) -> SendReport:
        """Send what is due, by our own messengers unless others are given."""
        house = self.house
        own: dict[str, Messenger] = {"email": self.email, "letter": self.letter}
        return send_due(
            house.db, house.vault, house.authority, house.settings, house.booklets,
            own if messengers is None else messengers, house.clock,
        )  # fmt: skip

    @property
    def consultations(self) -> dict[str, Consultation]:
        """Every consultation, by who it is."""
        with self.house.db.reading() as session:
            return {found.who: found for found in session.scalars(select(Consultation))}

    @property
    def messages(self) -> dict[str, Message]:
        """Every message, by its purpose with the consultation's id left out."""
        with self.house.db.reading() as session:
            who = {found.id: found.who for found in session.scalars(select(Consultation))}
            return {
                message.purpose.replace(
                    message.consultation_id or "-", who.get(message.consultation_id or "", "")
                ): message
                for message in session.scalars(select(Message))
            }
