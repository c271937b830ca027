"""Who is in each made-up child's case: family, home, workers; what each may do, know and get."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from webapp.demo.names import HOMES as HOME_NAMES
from webapp.demo.names import MEN, SCHOOLS, SURNAMES, UNITS, WOMEN, address
from webapp.demo.population import Slot

Row = dict[str, Any]
DRAMA_NUMBERS = 1000  # 07700 900000 to 900999 (Ofcom, numbers for drama use)


@dataclass
class Contacts:
    """Hands out phone numbers and addresses. There are only a thousand drama numbers: the last people get none."""

    rng: random.Random
    given: int = 0
    emails: set[str] = field(default_factory=set)

    def phone(self) -> str | None:
        """The next number, until they run out."""
        self.given += 1
        return f"07700 900{self.given - 1:03}" if self.given <= DRAMA_NUMBERS else None

    def email(self, name: str) -> str:
        """An address of this name that nobody else has."""
        stem = name.lower().replace(" ", ".").replace("'", "")
        number, made = 1, f"{stem}@example.org"
        while made in self.emails:
            number += 1
            made = f"{stem}{number}@example.org"
        self.emails.add(made)
        return made

    def birthday(self) -> Row:
        """A day and month as the one thing that somebody knows."""
        return {"kind": "birthday", "value": f"{self.rng.randint(1, 28):02}-{self.rng.randint(1, 12):02}"}

    def reach(self, name: str, lines: list[str], way: str = "", phone: str | None = None) -> Row:
        """How to reach an adult: by email as a rule, some by letter."""
        way = way or self.rng.choices(("email", "letter", "sms"), (60, 34, 6))[0]
        phone = phone or self.phone()
        if way == "sms" and not phone:
            way = "letter"
        made: Row = {"way": way, "email": self.email(name), "address": lines}
        return made | ({"phone": phone} if phone else {})


def person(own: str, name: str, role: str, relation: str, **more: Any) -> Row:
    """One person of a row: may come and be named, isn't asked, knows neither address nor school, unless `more` says."""
    return {
        "id": own, "name": name, "role": role, "relation": relation, "consulted": False, "may_attend": True,
        "may_know_address": False, "may_know_school": False, "may_be_named": True, **more,
    }  # fmt: skip


def own_id(name: str) -> str:
    """The fixed id of one of the chosen people."""
    return "P-" + name.upper().replace(" ", "-")


@dataclass
class Home:
    """Where a child lives: its address, who looks after them there, and the carer's phone that children share."""

    lines: list[str]
    phone: str | None
    people: list[Row]
    name: str = ""


class Neighbourhood:
    """Makes families and homes, and remembers them: brothers and sisters have the same parents and the same carer."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.contacts = Contacts(rng)
        self.homes: dict[object, Home] = {}
        self.parents: dict[int, list[Row]] = {}
        self.surnames: dict[int, str] = {}
        self.shared: list[tuple[str, int]] = []

    def surname(self, slot: Slot) -> str:
        """The family's name."""
        return self.surnames.setdefault(
            slot.family, slot.chosen.family_name if slot.chosen else self.rng.choice(SURNAMES)
        )

    def adult(self, sex: str = "", surname: str = "") -> str:
        """A name for an adult."""
        first = self.rng.choice(MEN if (sex or self.rng.choice(("male", "female"))) == "male" else WOMEN)
        return f"{first} {surname or self.rng.choice(SURNAMES)}"

    def home(self, slot: Slot) -> Home:
        """The child's home: one for each family; up to four children share a residential home."""
        key: object = slot.family
        if slot.placement in ("residential", "secure", "custody"):
            key = (slot.placement, sum(1 for name, _ in self.shared if name == slot.placement) // 4)
            self.shared.append((slot.placement, slot.number))
        if key not in self.homes:
            self.homes[key] = Home(address(self.rng, slot.out_of_area), self.contacts.phone(), [])
            if isinstance(key, tuple):
                names = HOME_NAMES if slot.placement == "residential" else UNITS
                home = self.homes[key]
                home.name = names[key[1] % len(names)]
                home.lines = [home.name, *home.lines]
        home = self.homes[key]
        if slot.placement in ("residential", "secure") or not home.people:
            home.people = self.carers(slot, home)
        return home

    def carers(self, slot: Slot, home: Home) -> list[Row]:
        """Who looks after the child day by day; nobody, for those who live on their own or with their parents."""
        placement = slot.placement
        chosen = slot.chosen.carer if slot.chosen else ""
        knows: Row = {
            "may_know_address": True,
            "may_know_school": True,
            "consulted": True,
            "phone": home.phone,
        }
        if placement == "adoption":
            first = chosen or self.adult("female")
            names = [first, *([self.adult("male", first.split()[1])] if self.rng.random() < 0.8 else [])]
            return [
                self.asked(name, "adopter", "Your new family", home.lines, called=name.split()[0], **knows)
                for name in names
            ]
        if placement == "connected":
            relation = self.rng.choice(("Your grandma", "Your aunt", "Your grandad", "Your uncle"))
            name = self.adult("male" if relation in ("Your grandad", "Your uncle") else "female")
            called = {"Your grandma": "Nan", "Your grandad": "Grandad"}.get(relation, name.split()[0])
            return [self.asked(name, "carer_connected", relation, home.lines, called=called, **knows)]
        if placement in ("foster", "other"):
            name = chosen or self.adult("female" if self.rng.random() < 0.7 else "male")
            relation = "Your foster carer" if placement == "foster" else "The person you stay with"
            return [self.asked(name, "carer_foster", relation, home.lines, called=name.split()[0], **knows)]
        if placement in ("residential", "secure"):
            name = chosen or self.adult()
            return [self.asked(name, "carer_residential", "Your key worker", home.lines, **knows)]
        return []

    def asked(
        self, name: str, role: str, relation: str, lines: list[str], phone: str | None = None, **more: Any
    ) -> Row:
        """Somebody who fills in a form: with a way to reach them and one thing that they know."""
        chosen = own_id(name)
        number = len(self.contacts.emails) + 1
        own = chosen if chosen in FIXED else f"P-{number:05}"
        way = "email" if own == chosen else ""
        reach = self.contacts.reach(name, lines, way, phone)
        return person(own, name, role, relation, reach=reach, known_fact=self.contacts.birthday(), **more)

    def school(self, slot: Slot) -> str:
        """The school of this child."""
        return SCHOOLS[slot.number % 4 + (4 if slot.age >= 11 else 0)]


FIXED = frozenset(
    own_id(name)
    for name in (
        "Kelly Marsh", "Maureen Bloom", "Grace Obi", "Emeka Obi", "Lynne Hartley", "Donna Thorne", "Marcus Reid",
        "Tina Fletcher", "Gary Fletcher", "Pat Ellis", "Rukhsana Akhtar", "Nisha Malik", "Leanne Wade",
        "Rachel Penrose",
    )
)  # fmt: skip
