"""The messenger: the port, and one file per adapter."""

from __future__ import annotations

from collections.abc import Mapping

from config import PREFIX, Settings, SettingsError, TextMessages
from webapp.messaging.letter import PrintQueue
from webapp.messaging.port import GiveUp, Messenger, Outgoing, Provider, Sent, TryAgain
from webapp.messaging.simulator import Simulator
from webapp.messaging.smtp import SmtpMessenger
from webapp.messaging.twilio import Twilio

__all__ = ["GiveUp", "Messenger", "Outgoing", "Provider", "Sent", "TryAgain", "messengers"]

SIMULATOR_FOLDER = "simulator"
OFF = TextMessages()


def messengers(
    settings: Settings, sender_name: str = "", texts: TextMessages = OFF
) -> Mapping[str, Messenger]:
    """The sender of each way. A way that isn't here has none: nothing is sent by it, and staff see
    `no_sender`.

    Demo mode sends nothing out of the house. Text messages and WhatsApp are there where the authority switched
    them on. Raises SettingsError.
    """
    if settings.demo:
        simulator = Simulator(settings.instance / SIMULATOR_FOLDER)
        return dict.fromkeys(("email", "letter", *switched_on(texts)), simulator)
    found: dict[str, Messenger] = {"letter": PrintQueue(), **_by_phone(settings, texts)}
    if settings.smtp_url:
        try:
            found["email"] = SmtpMessenger(settings.smtp_url, settings.smtp_from, sender_name)
        except ValueError as error:
            raise SettingsError(str(error)) from None
    return found


def switched_on(texts: TextMessages) -> list[str]:
    """The ways to a phone that the authority switched on."""
    return [way for way in ("sms", "whatsapp") if getattr(texts, way)]


def _by_phone(settings: Settings, texts: TextMessages) -> dict[str, Messenger]:
    """The provider's line, one for both ways. Live mode wants every setting that what is switched on needs."""
    senders = {"sms": "twilio_sender", "whatsapp": "twilio_whatsapp_sender"}
    ways = switched_on(texts)
    missing = [
        name
        for name in ("twilio_account_sid", *(senders[way] for way in ways))
        if ways and not getattr(settings, name)
    ]
    if settings.mode == "live" and missing:
        names = ", ".join(PREFIX + name.upper() for name in missing)
        raise SettingsError(f"{settings.authority}: text_messages: {names} needed for what is switched on")
    if not settings.twilio_account_sid:
        return {}
    line = Twilio(settings, texts)
    return {way: line for way in ways if line.senders[way]}
