"""The simulator: demo mode's messenger for every way. What would go out lies in a folder for the demo page to
show.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict
from pathlib import Path

from webapp.messaging.port import GiveUp, Outgoing, Sent, TryAgain

NAME = re.compile(r"^[A-Za-z0-9_-]{1,64}$")


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
        try:
            text = json.dumps(asdict(outgoing), ensure_ascii=False, indent=1).encode()
        except UnicodeEncodeError:
            raise GiveUp("bad_message") from None
        part = self.folder / f".{outgoing.id}.{os.getpid()}.part"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.write_bytes(text)
            part.replace(self.folder / f"{outgoing.id}.json")
        except OSError:
            raise TryAgain("no_folder") from None
        return Sent(f"simulator:{outgoing.id}")


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
