"""A house whose text messages go to the stand-in for the provider."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config import TextMessages
from tests.fixtures.clocks import SettableClock
from tests.fixtures.provider import Provider, account
from tests.services.posting import Post
from webapp.house import House
from webapp.messaging import Messenger
from webapp.messaging.twilio import Twilio
from webapp.services.sending import SendReport
from webapp.store import Phone

NUMBER = "+447700900123"
SIDS = {name: {"en": f"HX{n:032x}"} for n, name in enumerate(("invite", "remind", "after", "reset"))}
BY_WHATSAPP = {"way": "whatsapp", "phone": NUMBER}


class Texts(Post):
    """One house, its post and its texts. `rules` are the authority's, where a test changes them."""

    def __init__(self, house: House, folder: Path, provider: Provider, **rules: Any) -> None:
        usual = {"sms": True, "whatsapp": True, "sms_per_second": 1e6, "whatsapp_per_second": 1e6}
        texts = TextMessages.model_validate(usual | rules)
        authority = house.authority.model_copy(update={"text_messages": texts})
        settings = house.settings.model_copy(update=account(provider))
        house = House(**{**vars(house), "authority": authority, "settings": settings})
        super().__init__(house, folder)
        provider.clock = house.clock
        self.provider = provider
        self.line = Twilio(settings, texts, timeout=5)

    @property
    def ways(self) -> dict[str, Messenger]:
        """Every way, those to a phone among them."""
        return {"email": self.email, "letter": self.letter, "sms": self.line, "whatsapp": self.line}

    def send(self, messengers: Mapping[str, Messenger] | None = None) -> SendReport:
        """Send what is due, texts too."""
        return super().send(self.ways if messengers is None else messengers)

    def again(self, clock: SettableClock, minutes: float = 40) -> SendReport:
        """Send what is due some time later."""
        clock.move(minutes=minutes)
        return self.send()

    def phone(self, number: str = NUMBER, **values: Any) -> None:
        """Write down what is known of a number."""
        with self.house.db.writing() as session:
            session.merge(Phone(number_hash=self.house.vault.lookup("phone", number), **values))

    def opted_out(self, number: str = NUMBER) -> str:
        """How we know that nothing may go there; "" where it may."""
        with self.house.db.reading() as session:
            found = session.get(Phone, self.house.vault.lookup("phone", number))
            return (found.opted_out_word or "") if found and found.opted_out_at else ""
