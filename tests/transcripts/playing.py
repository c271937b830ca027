"""Plays a conversation that a file tells: on SMS, on WhatsApp, and as the same answers on the web's forms.

A file holds: `about`; `row` (changes to the usual case's child), `people` (more of them), `sibling` (changes for a
second child on the same phone); `who` (child, parent or carer); `booklet` (for the web); `channels`; `talk`, and
`stored` by question. Each entry of `talk` does one thing and may check what comes back:

    say: words to send             press: the number of a button       skip_to: skip until this question is asked
    wait: {days: 3}
    hear, never: a piece of text, or several, in what comes back       asked: the question that stands then

`stored`: by question the value, or {value, words}. For people: {yes: [names], no: [names], added: [names]}.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from tests.fixtures.cases import Invited, invite, load_rows
from tests.fixtures.clocks import SettableClock
from tests.review.incoming_rows import ROW
from tests.services.talking import CHILD, Phone, kept, to
from tests.web.inside import enter, post
from tests.web.pages import Pages
from webapp.house import House
from webapp.store import Child, Consultation, Involvement, Person

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.yaml"))
USUAL = {"birth_date": "2012-05-04"}
"""Fourteen, unless the file says otherwise: old enough for WhatsApp."""


def read(path: Path) -> dict[str, Any]:
    """A conversation. Every scalar is text, as in a booklet."""
    found: dict[str, Any] = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
    return found


class Played:
    """One conversation on one channel, from an empty database."""

    def __init__(self, tale: dict[str, Any], house: House, folder: Path, clock: SettableClock) -> None:
        self.tale, self.house, self.clock = tale, house, clock
        who = tale.get("who", "child")
        row = self._row()
        load_rows(house, folder, [row, *self._sibling(row)])
        with house.db.reading() as s:
            asked = s.execute(
                select(Consultation.who, Consultation.id).join(Child, Child.id == Consultation.child_id)
                .where(Child.external_id == "C-1")
            )  # fmt: skip
            own = {row.who: row.id for row in asked}
        self.invited: Invited = invite(house, own.get(who, own["child"]))
        self.names = {one.get("called", one["name"]): one["id"] for one in row["people"]}

    def _row(self) -> dict[str, Any]:
        row = copy.deepcopy(ROW)
        reach = {"way": "sms", "phone": CHILD, "address": ["1 Gull Lane"]}
        who = self.tale.get("who", "child")
        if who == "child":
            row["child"] |= {"reach": reach}
        for one in row["people"]:
            if one["role"] == {"parent": "parent", "carer": "carer_foster"}.get(who):
                one["reach"] = reach
        row["child"] |= USUAL | self.tale.get("row", {})
        plain = {"consulted": False, "may_attend": True, "may_know_address": False, "may_know_school": False,
                 "may_be_named": True}  # fmt: skip
        row["people"] += [plain | one for one in self.tale.get("people", [])]
        return row

    def _sibling(self, row: dict[str, Any]) -> list[dict[str, Any]]:
        change = self.tale.get("sibling")
        if not change:
            return []
        other = copy.deepcopy(row)
        other["review"]["id"] = "R-2"
        other["review"]["last_decisions"] = []
        fact = {"kind": "birthday", "value": change["birthday"]}
        other["child"] |= {"id": "C-2", "given_name": change["given_name"], "known_fact": fact}
        return [other]

    def text(self, channel: str) -> None:
        """Play it by text."""
        self.phone = Phone(self.house, CHILD, channel)
        self.channel = channel
        for entry in self.tale["talk"]:
            heard = self._do(entry)
            for piece in _several(entry.get("hear")):
                assert piece in heard, f"{entry}: {piece!r} is not in {heard!r}"
            for piece in _several(entry.get("never")):
                assert piece not in heard, f"{entry}: {piece!r} is in {heard!r}"
            if "asked" in entry:
                assert self.phone.asked == entry["asked"], entry

    def _do(self, entry: dict[str, Any]) -> str:
        if "wait" in entry:
            self.clock.move(**{unit: float(number) for unit, number in entry["wait"].items()})
        if "skip_to" in entry:
            to(self.phone, entry["skip_to"])
        said = entry.get("say", entry.get("press"))
        if said is None:
            return ""
        reply = self.phone.reply(said)
        if "press" in entry and self.channel == "whatsapp":
            assert reply.posted or not any(one.buttons for one in reply.out)
        return "\n".join(one.text for one in reply.out)

    def stored(self) -> dict[str, Any]:
        """What is kept of them, people by name."""
        found = kept(self.house, self.invited.consultation_id)
        return {name: self.told(value, words) for name, (value, words, _) in found.items()}

    def told(self, value: Any, words: str) -> Any:
        """An answer as the file says it."""
        if isinstance(value, dict) and ("people" in value or "added" in value):
            value = self._people(value)
        return {"value": value, "words": words} if words else value

    def _people(self, value: dict[str, Any]) -> dict[str, list[str]]:
        by_ref = {ref: name for name, ref in self.refs().items()}
        found: dict[str, list[str]] = {}
        for ref, row in value["people"].items():
            found.setdefault(row["come"], []).append(by_ref[ref])
        added = [row["name"] for row in value["added"]]
        return {come: sorted(names) for come, names in found.items()} | ({"added": added} if added else {})

    def refs(self) -> dict[str, str]:
        """The ref by which an answer knows somebody, by their name."""
        with self.house.db.reading() as s:
            rows = s.execute(
                select(Person.external_id, Involvement.id).join(Person, Person.id == Involvement.person_id)
            )
            refs = {row[0]: row[1] for row in rows}
        return {name: refs[own] for name, own in self.names.items() if own in refs}

    def expected(self) -> dict[str, Any]:
        """What the file says is stored."""
        return {name: _plain(answer) for name, answer in self.tale.get("stored", {}).items()}

    def on_the_web(self, pages: Pages) -> None:
        """Give the stored answers on the web's own forms."""
        enter(pages, self.house, self.invited)
        booklet = self.tale.get("booklet", "my_review_my_choice")
        for name, answer in self.expected().items():
            value, words = (answer["value"], answer["words"]) if _with_words(answer) else (answer, "")
            fields = self._fields(value) | ({"words": words} if words else {})
            page = post(pages, f"/b/{booklet}/q/{name}", fields | {"do": "save"})
            assert page.status in (200, 302, 303), (name, page.status)

    def _fields(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            return {"v": value} if value is not None else {}
        if {"yes", "no", "added"} & set(value):
            refs = self.refs()
            fields = {f"p-{refs[name]}-come": come for come in ("yes", "no") for name in value.get(come, [])}
            return fields | {f"a{n}-name": name for n, name in enumerate(value.get("added", []))}
        sides = {"where": "good", "good": "good", "not_where": "bad", "bad": "bad"}
        if set(value) & set(sides):
            words = {"not_words": value["not_words"]} if value.get("not_words") else {}
            return {
                f"o-{one}": sides[side] for side, ids in value.items() if side in sides for one in ids
            } | words
        return {f"g-{row}": cell["choice"] for row, cell in value.items()}


def _several(pieces: str | list[str] | None) -> list[str]:
    return [pieces] if isinstance(pieces, str) else pieces or []


def _with_words(answer: Any) -> bool:
    return isinstance(answer, dict) and set(answer) == {"value", "words"}


def _plain(answer: Any) -> Any:
    """Text back to what is stored: an empty value is None."""
    if _with_words(answer):
        return {"value": answer["value"] or None, "words": answer["words"]}
    return answer or None
