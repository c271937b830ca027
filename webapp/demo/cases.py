"""The rest of a made-up child's case: parents, brothers and sisters, relatives, workers, school, health."""

from __future__ import annotations

from webapp.demo.families import Home, Neighbourhood, Row, person
from webapp.demo.names import BOYS, GIRLS, address
from webapp.demo.population import Slot

ALL_KNOWN = {"may_know_address": True, "may_know_school": True}
NO_ADDRESS: Row = {"may_know_address": False}
WHO_DECIDED = "Head of Children's Social Care"


def parents(hood: Neighbourhood, slot: Slot, home: Home) -> list[Row]:
    """Mother and father as the family has them; what they may know depends on where this child lives."""
    if slot.family not in hood.parents:
        hood.parents[slot.family] = _make_parents(hood, slot)
    made = []
    for one in hood.parents[slot.family]:
        parent = dict(one)
        if slot.placement == "parents" and parent["called"] == "Mum":
            parent |= ALL_KNOWN | {
                "reach": {**parent["reach"], "address": home.lines},
                "hold": "none",
                "no_contact": False,
            }
            parent |= {"consulted": True}
        elif slot.placement == "adoption":
            parent |= {"may_attend": False, "may_know_address": False, "may_know_school": False}
        elif slot.legal == "accommodated":
            parent |= ALL_KNOWN
        made.append(parent)
    return made


def _make_parents(hood: Neighbourhood, slot: Slot) -> list[Row]:
    rng, surname = hood.rng, hood.surname(slot)
    chosen = slot.chosen
    mother = chosen.mother if chosen else hood.adult("female", surname) if rng.random() < 0.94 else ""
    father = (
        chosen.father
        if chosen
        else hood.adult("male", surname if rng.random() < 0.5 else "")
        if rng.random() < 0.6
        else ""
    )
    made = []
    for name, called, relation in ((mother, "Mum", "Your mum"), (father, "Dad", "Your dad")):
        if not name:
            continue
        responsible = called == "Mum" or chosen is not None or rng.random() < 0.7
        more: Row = {"called": called, "parental_responsibility": responsible, "consulted": responsible}
        school = not chosen and rng.random() < 0.4
        made.append(
            hood.asked(name, "parent", relation, address(rng), may_know_school=school, **more)
            | ({} if chosen else _troubles(hood, called))
        )
    return made


def _troubles(hood: Neighbourhood, called: str) -> Row:
    """What real cases have too: parents who may not be asked, who are not to be written to, who died."""
    luck = hood.rng.random()
    if luck < 0.03:
        return {"consulted": False, "consult_authorised_by": WHO_DECIDED}
    if luck < 0.06:
        return {"no_contact": True, "may_attend": False}
    if luck < 0.07 and called == "Dad":
        return {"hold": "died", "may_attend": False, "reach": {"way": "none"}}
    if luck < 0.08:
        return {"hold": "missing", "reach": {"way": "none"}}
    if luck < 0.11:
        return {"needs_interpreter": True, "language": hood.rng.choice(("pl", "ur", "ro", "ar"))}
    return {"format": "easy_read"} if luck < 0.16 else {}


def relatives(hood: Neighbourhood, slot: Slot, family: list[tuple[Slot, str]]) -> list[Row]:
    """Brothers and sisters in care under their own ids, perhaps a brother who was adopted, perhaps a grandparent."""
    rng = hood.rng
    made = []
    for other, name in family:
        if other is not slot:
            relation = "Your brother" if other.sex == "male" else "Your sister"
            made.append(person(other.id, name, "sibling", relation, called=name.split()[0], **ALL_KNOWN))
    if slot.chosen is None and rng.random() < 0.05:
        name = f"{rng.choice(BOYS)} {hood.adult().split()[1]}"
        made.append(
            person(
                f"P-S{slot.number:04}", name, "sibling", "Your brother", may_be_named=False, may_attend=False
            )
        )
    if slot.placement not in ("connected", "adoption") and rng.random() < 0.35:
        called = rng.choice(("Nan", "Nanny", "Grandma", "Nani"))
        name = hood.adult("female", hood.surname(slot))
        made.append(person(f"P-G{slot.number:04}", name, "grandparent", "Your grandma", called=called))
    return made


def workers(hood: Neighbourhood, slot: Slot, worker: Row, needs_interpreter: bool) -> list[Row]:
    """The social worker, who has to be there, and the workers that a child of this age and placement has."""
    made = [
        person(
            worker["id"],
            worker["name"],
            "social_worker",
            "Your social worker",
            must_attend=True,
            reach=_at_work(worker["id"]),
            **ALL_KNOWN,
        )
    ]
    at_school = 5 <= slot.age < 16 and slot.placement != "custody"
    fostered = slot.placement in ("foster", "connected")
    school = f"Looks out for you at {hood.school(slot)}"
    may_have: list[tuple[bool, float, str, str, str, Row]] = [
        (fostered, 0.8, "SS", "supervising_social_worker", "Your carer's own social worker", {}),
        (slot.age < 5, 1, "HV", "health_visitor", "Your health visitor", {}),
        (at_school, 1, "T", "designated_teacher", school, {}),
        (at_school, 0.4, "N", "school_nurse", "Your school nurse", {}),
        (slot.age >= 16, 1, "PA", "personal_adviser", "Your personal adviser", {}),
        (slot.legal == "interim_care_order", 1, "CG", "childrens_guardian", "Speaks up for you in court", {}),
        (slot.legal == "remand", 1, "YO", "youth_offending_worker", "Your youth justice worker", {}),
        (slot.age >= 7, 0.15, "AD", "advocate", "Your advocate from Speak Up Sandhaven", NO_ADDRESS),
        (slot.age >= 7, 0.08, "IV", "independent_visitor", "Your independent visitor", {}),
        (slot.age >= 7, 0.14, "CA", "camhs", "Helps you with feelings", {}),
        (
            needs_interpreter,
            1,
            "IN",
            "interpreter",
            "Your interpreter",
            NO_ADDRESS | {"may_know_school": False, "reach": {"way": "none"}},
        ),
    ]
    for fits, chance, letter, role, relation, more in may_have:
        if fits and hood.rng.random() < chance:
            own = f"P-{letter}{slot.number:04}"
            made.append(
                person(own, hood.adult(), role, relation, **{"reach": _at_work(own), **ALL_KNOWN, **more})
            )
    return made


def _at_work(own: str) -> Row:
    return {"way": "email", "email": f"{own.lower()}@example.org"}


def given_name(hood: Neighbourhood, slot: Slot, taken: set[str]) -> str:
    """A first name that no brother or sister has."""
    if slot.chosen:
        return slot.chosen.given_name
    names = BOYS if slot.sex == "male" else GIRLS
    name = hood.rng.choice(names)
    while name in taken:
        name = hood.rng.choice(names)
    taken.add(name)
    return name
