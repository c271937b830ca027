"""The simulator: demo mode's messenger for every way. What would go out lies in a folder for the demo page to show.

Emails and letters lie in the folder itself (`messages`). A text or WhatsApp message lies in `phones/` and the number's
digits, and `texts(folder, number)` gives what the worker sent that phone by either way, the oldest first: each as the
fields of Outgoing (way, body, buttons, items, link, ...) with `at`, the second when it was sent. A WhatsApp template
shows the words that it stands for. What the webhook answers at once is not here: who plays the phone has it.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from webapp.messaging.port import GiveUp, Outgoing, Sent, TryAgain

NAME = re.compile(r"^[A-Za-z0-9_-]{1,64}$")
NUMBER = re.compile(r"^\+[1-9][0-9]{6,14}$", re.ASCII)
PHONES = ("sms", "whatsapp")


class Simulator:
    """Writes each message as one JSON file, named after its id and replaced whole; a repeat replaces the
    first.

    The files hold live links and codes: made-up people only.
    """

    carries_link = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, outgoing: Outgoing) -> Sent:
        """Keep one message. Raises GiveUp for an id that is no file name, TryAgain where the folder can't be
        written.
        """
        if not NAME.match(outgoing.id):
            raise GiveUp("bad_message")
        folder = self._folder(outgoing)
        try:
            text = json.dumps(asdict(outgoing), ensure_ascii=False, indent=1).encode()
        except UnicodeEncodeError:
            raise GiveUp("bad_message") from None
        part = folder / f".{outgoing.id}.{os.getpid()}.part"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.write_bytes(text)
            part.replace(folder / f"{outgoing.id}.json")
        except OSError:
            raise TryAgain("no_folder") from None
        return Sent(f"simulator:{outgoing.id}")

    def _folder(self, outgoing: Outgoing) -> Path:
        if outgoing.way not in PHONES:
            return self.folder
        if not NUMBER.match(outgoing.to):
            raise GiveUp("not_a_number")
        return self.folder / "phones" / outgoing.to.removeprefix("+")


def texts(folder: Path, number: str) -> list[dict[str, Any]]:
    """What went to one phone (`+44...`) by text and WhatsApp, the oldest first; nothing for what is no number."""
    if not NUMBER.match(number):
        return []
    found = []
    for path in sorted((folder / "phones" / number.removeprefix("+")).glob("*.json"), key=_age, reverse=True):
        try:
            found.append(json.loads(path.read_text("utf-8")) | {"at": int(path.stat().st_mtime)})
        except (OSError, ValueError):
            continue
    return found


def messages(folder: Path, at_most: int = 200) -> list[dict[str, str]]:
    """What the simulator holds, the newest first. A file that goes away meanwhile is left out."""
    found = []
    for path in sorted(folder.glob("*.json"), key=_age)[:at_most]:
        try:
            found.append(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError):
            continue
    return found


def _age(path: Path) -> float:
    try:
        return -path.stat().st_mtime
    except OSError:
        return 0.0
