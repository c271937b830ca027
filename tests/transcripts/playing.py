"""Plays a conversation that a file tells: on SMS, on WhatsApp, and as the same answers on the web's forms.

A file holds: `about`; `row` (changes to the usual case's child), `people` (more of them), `sibling` (changes for a
second child on the same phone), `languages` (which are on); `who` (child, parent or carer); `booklet` (for the web);
`channels`; `talk`, and `stored` by question. Each entry of `talk` does one thing and may check what comes back:

    say: words to send             press: the number of a button       skip_to: skip until this question is asked
    send: [audio/ogg, ...] without words, or with `say`                 wait: {days: 3}
    late: {minutes: 2}, with `say`: how long ago it was sent            under: question, with `press`: an older button
    web: {question: answer}: said on the web's own forms meanwhile
    hear, never: a piece of text, or several, in what comes back       asked: the question that stands then

`stored`: by question the value, or {value, words}. For people: {yes: [names], no: [names], added: [names]}.
`media`: what was taken, by question.
"""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select, update

from tests.fixtures.cases import Invited, invite, load_rows
from tests.fixtures.clocks import SettableClock
from tests.review.incoming_rows import ROW
from tests.services.talking import CHILD, Phone, kept, to
from tests.web.inside import enter, post
from tests.web.pages import Pages
from webapp.house import House
from webapp.services.conversing import Media
from webapp.store import Child, Consultation, InboundMedia, Involvement, Message, Person, Prompt

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
        if "languages" in tale:
            authority = house.authority.model_copy(update={"languages": tuple(tale["languages"])})
            house = replace(house, authority=authority)
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

    def text(self, channel: str, pages: Pages) -> None:
        """Play it by text."""
        self.phone = Phone(self.house, CHILD, channel)
        self.channel, self.pages = channel, pages
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
        if "web" in entry:
            enter(self.pages, self.house, self.invited)
            for name, answer in entry["web"].items():
                self._on_a_form(self.pages, name, _plain(answer))
        said = entry.get("say", entry.get("press", "" if "send" in entry else None))
        if said is None:
            return ""
        reply = self.phone.reply(said, **self._more(entry))
        if "press" in entry and self.channel == "whatsapp":
            assert reply.posted or not any(one.buttons for one in reply.out)
        return "\n".join(one.text for one in reply.out)

    def _more(self, entry: dict[str, Any]) -> dict[str, Any]:
        """What belongs to a message beside its words."""
        more: dict[str, Any] = {}
        if "send" in entry:
            more["media"] = tuple(
                Media(f"https://api.example.org/media/ME{n}", kind) for n, kind in enumerate(entry["send"])
            )
        if "late" in entry:
            ago = dt.timedelta(**{unit: float(number) for unit, number in entry["late"].items()})
            more["sent_at"] = self.clock() - ago
        if "under" in entry:
            more["replied_to"] = f"SM-{entry['under']}"
            with self.house.db.writing() as s:
                asked = s.scalars(select(Prompt.id).where(Prompt.question_id == entry["under"])).first()
                s.execute(
                    update(Message)
                    .where(Message.purpose == f"prompt:{asked}")
                    .values(provider_id=more["replied_to"])
                )
        return more

    def media(self) -> dict[str, list[str]]:
        """The voice notes and photos that were taken, by question."""
        with self.house.db.reading() as s:
            rows = s.execute(select(InboundMedia.question_id, InboundMedia.media_type)).all()
        return {name: [kind for of, kind in rows if of == name] for name, _ in rows}

    def stored(self) -> dict[str, Any]:
        """What is kept of them, people by name."""
        found = kept(self.house, self.invited.consultation_id)
        return {name: self.told(value, words) for name, (value, words, _) in found.items()}

    def told(self, value: Any, words: str) -> Any:
        """An answer as the file says it."""
        if isinstance(value, dict) and ("people" in value or "added" in value):
            value = self._people(value)
        elif isinstance(value, dict):
            by_ref = {ref: name for name, ref in self.refs().items()}
            value = {by_ref.get(row, row): cell for row, cell in value.items()}
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
        for name, answer in self.expected().items():
            self._on_a_form(pages, name, answer)

    def _on_a_form(self, pages: Pages, name: str, answer: Any) -> None:
        value, words = (answer["value"], answer["words"]) if _with_words(answer) else (answer, "")
        fields = self._fields(value) | ({"words": words} if words else {})
        booklet = self.tale.get("booklet", "my_review_my_choice")
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
        refs = self.refs()
        return {f"g-{refs.get(row, row)}": cell["choice"] for row, cell in value.items()}


def _several(pieces: str | list[str] | None) -> list[str]:
    return [pieces] if isinstance(pieces, str) else pieces or []


def _with_words(answer: Any) -> bool:
    return isinstance(answer, dict) and set(answer) == {"value", "words"}


def _plain(answer: Any) -> Any:
    """Text back to what is stored: an empty value is None."""
    if _with_words(answer):
        return {"value": answer["value"] or None, "words": answer["words"]}
    return answer or None
