"""The handful of people whom the demo page offers, with ids that never change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from webapp.booklet.wording import N_


@dataclass(frozen=True)
class Chosen:
    """A child who is always there: what the figures need, what the row says, and when the next review is."""

    id: str
    age: int
    sex: str
    legal: str
    placement: str
    given_name: str
    family_name: str
    next_review: int
    """Days from today; close enough for the invitation to be due."""
    iro: str
    family: int = 0
    out_of_area: bool = False
    mother: str = ""
    father: str = ""
    carer: str = ""
    says: dict[str, Any] = field(default_factory=dict)
    """Fields of the child's part of the row."""


FIRST_IRO, SECOND_IRO = "S-101", "S-102"

CHOSEN = (
    Chosen(
        "C-TEDDY", 6, "male", "care_order", "foster", "Theodore", "Marsh", 24, FIRST_IRO,
        mother="Kelly Marsh", carer="Maureen Bloom", says={"known_as": "Teddy", "plan": "Long-term fostering"},
    ),
    Chosen(
        "C-AMARA", 10, "female", "care_order", "foster", "Amara", "Obi", 31, FIRST_IRO,
        out_of_area=True, mother="Grace Obi", father="Emeka Obi", carer="Lynne Hartley",
        says={
            "plan": "Long-term fostering",
            "near_advocate": {"name": "Your Voice Northmoor", "phone": "01632 960771", "when": "10 to 6"},
            "near_duty": {"name": "Northmoor Children's Services", "phone": "01632 960772"},
        },
    ),
    Chosen(
        "C-KAI", 15, "male", "care_order", "residential", "Kai", "Thorne", 28, SECOND_IRO,
        mother="Donna Thorne", carer="Marcus Reid", says={"plan": "Residential care, then a move to independence"},
    ),
    Chosen(
        "C-ROSIE", 12, "female", "accommodated", "foster", "Rosie", "Fletcher", 35, FIRST_IRO,
        family=1, mother="Tina Fletcher", father="Gary Fletcher", carer="Pat Ellis", says={"plan": "Return home"},
    ),
    Chosen(
        "C-ALFIE", 8, "male", "accommodated", "foster", "Alfie", "Fletcher", 35, FIRST_IRO,
        family=1, mother="Tina Fletcher", father="Gary Fletcher", carer="Pat Ellis",
        says={"plan": "Return home", "format": "easy_read"},
    ),
    Chosen(
        "C-ZAINAB", 13, "female", "interim_care_order", "foster", "Zainab", "Akhtar", 38, SECOND_IRO,
        mother="Rukhsana Akhtar", carer="Nisha Malik",
        says={"language": "ur", "speaks": "Urdu, and some English", "needs_interpreter": True},
    ),
    Chosen(
        "C-IVY", 5, "female", "placement_order", "adoption", "Ivy", "Wade", 33, SECOND_IRO,
        out_of_area=True, mother="Leanne Wade", carer="Rachel Penrose", says={"plan": "Adoption", "no_words": True},
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """One line of the demo page. `person` is an id of the row's people; empty for the child."""

    role: str
    child: str
    about: str
    person: str = ""


OFFERS = (
    Offer("child", "C-TEDDY", N_("A child of 6, with a foster carer")),
    Offer("child", "C-AMARA", N_("A child of 10, whose mum may not know the address")),
    Offer("child", "C-KAI", N_("A young person of 15 in a children’s home")),
    Offer("child", "C-ROSIE", N_("A sister of 12: one home and one meeting with Alfie")),
    Offer("child", "C-ALFIE", N_("A brother of 8, who reads easy read: one home and one meeting with Rosie")),
    Offer("child", "C-ZAINAB", N_("A young person of 13 who speaks Urdu and needs an interpreter")),
    Offer("parent", "C-AMARA", N_("A mum who may not know where %(child)s lives"), "P-GRACE-OBI"),
    Offer("parent", "C-ROSIE", N_("%(child)s’s mum, who shares the care"), "P-TINA-FLETCHER"),
    Offer(
        "parent",
        "C-IVY",
        N_("A birth mum; %(child)s is to be adopted, and she doesn’t come"),
        "P-LEANNE-WADE",
    ),
    Offer("carer", "C-TEDDY", N_("%(child)s’s foster carer"), "P-MAUREEN-BLOOM"),
    Offer("carer", "C-KAI", N_("%(child)s’s key worker in a children’s home"), "P-MARCUS-REID"),
    Offer("adopter", "C-IVY", N_("A prospective adopter, %(child)s’s new mum"), "P-RACHEL-PENROSE"),
)
