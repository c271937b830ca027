"""A made-up phone: what its holder wrote, and all that came to it, as the phone would show it.

What the webhook answers at once is kept in a file of the phone's own; what the worker sent lies where the simulator
puts it (`webapp.messaging.simulator`). Both hold words in the clear: made-up people only.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from webapp.chat.parts import count
from webapp.house import House
from webapp.messaging import SIMULATOR_FOLDER, simulator

WAYS = ("sms", "whatsapp")
OFFERS = "demo.json"


@dataclass(frozen=True, slots=True)
class Holder:
    """A phone and those made-up people who may have it in their hands."""

    number: str
    people: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One bubble on the screen."""

    id: str
    ours: bool
    text: str
    at: float
    buttons: tuple[str, ...] = ()
    items: tuple[tuple[str, str], ...] = ()
    link: str = ""
    delivered: bool = True
    """False while the worker still has it."""

    @property
    def parts(self) -> int:
        """The parts of a text message that this is."""
        return count(self.text)


def holders(home: House) -> list[Holder]:
    """The phones of the demo page's people, in its order; brothers and sisters share one."""
    file = home.settings.instance / OFFERS
    found: dict[str, list[dict[str, Any]]] = {}
    for one in json.loads(file.read_text("utf-8")) if file.is_file() else []:
        if number := one.get("phone"):
            found.setdefault(number, []).append(one)
    return [Holder(number, tuple(people)) for number, people in found.items()]


def arriving(number: str, way: str, text: str, pressed: str = "") -> dict[str, str]:
    """The fields with which the provider tells us of a message; `pressed`: the number of a button or an item."""
    before = "whatsapp:" if way == "whatsapp" else ""
    fields = {
        "MessageSid": f"SM{secrets.token_hex(16)}",
        "From": f"{before}{number}",
        "Body": text,
        "NumMedia": "0",
    }
    return {**fields, "ButtonPayload": pressed, "ButtonText": text} if pressed else fields


def keep(home: House, number: str, way: str, lines: Iterable[Line]) -> None:
    """Put these on the screen."""
    file = _file(home, number, way)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        out.writelines(json.dumps(asdict(line), ensure_ascii=False) + "\n" for line in lines)


def screen(home: House, number: str, way: str) -> list[Line]:
    """Everything on this phone by this way, the oldest first."""
    sent = {one["id"]: one for one in simulator.texts(_folder(home), number) if one.get("way") == way}
    file, shown = _file(home, number, way), list[Line]()
    for row in file.read_text("utf-8").splitlines() if file.is_file() else []:
        line = _line(json.loads(row))
        shown.append(replace(line, delivered=line.delivered or line.id in sent))
    known = {line.id for line in shown}
    new = [_sent(one) for one in sent.values() if one["id"] not in known]
    return sorted([*shown, *new], key=lambda line: line.at)


def _line(row: dict[str, Any]) -> Line:
    items = tuple((title, more) for title, more in row["items"])
    return Line(**{**row, "buttons": tuple(row["buttons"]), "items": items})


def _sent(one: dict[str, Any]) -> Line:
    items = tuple((title, more) for title, more in one.get("items", ()))
    return Line(
        one["id"], True, one["body"], one["at"], tuple(one.get("buttons", ())), items, one.get("link", "")
    )


def _folder(home: House) -> Path:
    return home.settings.instance / SIMULATOR_FOLDER


def _file(home: House, number: str, way: str) -> Path:
    return _folder(home) / "phones" / number.removeprefix("+") / f"{way}.jsonl"
