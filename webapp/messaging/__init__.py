"""The messenger: the port, and one file per adapter."""

from __future__ import annotations

from collections.abc import Mapping

from config import Settings, SettingsError
from webapp.messaging.letter import PrintQueue
from webapp.messaging.port import GiveUp, Messenger, Outgoing, Sent, TryAgain
from webapp.messaging.simulator import Simulator
from webapp.messaging.smtp import SmtpMessenger

__all__ = ["GiveUp", "Messenger", "Outgoing", "Sent", "TryAgain", "messengers"]

SIMULATOR_FOLDER = "simulator"


def messengers(settings: Settings, sender_name: str = "") -> Mapping[str, Messenger]:
    """The sender of each way. A way that isn't here has none: nothing is sent by it, and staff see
    `no_sender`.

    Demo mode sends nothing out of the house. Text messages and WhatsApp get their place here. Raises
    SettingsError.
    """
    if settings.demo:
        simulator = Simulator(settings.instance / SIMULATOR_FOLDER)
        return {"email": simulator, "letter": simulator}
    found: dict[str, Messenger] = {"letter": PrintQueue()}
    if settings.smtp_url:
        try:
            found["email"] = SmtpMessenger(settings.smtp_url, settings.smtp_from, sender_name)
        except ValueError as error:
            raise SettingsError(str(error)) from None
    return found
