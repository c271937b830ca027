"""Letters for real: the Review Unit prints them, each with a link and a code made at that moment."""

from __future__ import annotations

from webapp.messaging.port import Outgoing, Sent

TO_PRINT = "to-print"
"""The provider's id of a letter that nobody has printed yet."""


class PrintQueue:
    """Takes every letter: being recorded as sent puts it in the Review Unit's list. Nothing is kept here."""

    carries_link = False

    def send(self, outgoing: Outgoing) -> Sent:
        """Put it in the list."""
        return Sent(TO_PRINT)
