"""The made-up authority: 443 children, their people and about three reviews each, as rows of the import format.

A fixed seed: the same day gives the same rows. All dates are relative to that day.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from webapp.demo.cases import given_name, parents, relatives, workers
from webapp.demo.chosen import FIRST_IRO, SECOND_IRO
from webapp.demo.diary import Diary, diaries, kind_of, working_day
from webapp.demo.families import Home, Neighbourhood, Row
from webapp.demo.names import MEN, SURNAMES, WOMEN
from webapp.demo.population import Slot, population

SEED = 443_1362
IROS = 8
SOCIAL_WORKERS = 26
LANGUAGES = (
    ("pl", "Polish"), ("ur", "Urdu"), ("ar", "Arabic"), ("ti", "Tigrinya"), ("ps", "Pashto"), ("prs", "Dari"),
    ("ckb", "Kurdish Sorani"), ("vi", "Vietnamese"), ("sq", "Albanian"), ("ro", "Romanian"),
)  # fmt: skip
COMMUNICATION = (
    "I look at the thing I want and smile for yes. I turn my head away for no. Show me two things at a time.",
    "I sign Makaton for yes, no, more and stop. Please wait: I need time to answer.",
    "I point at pictures in my blue book. A tap on the table means no.",
    "I use a switch with my left hand. One press is yes, two presses are no.",
)
PLANS = (
    "Long-term fostering",
    "Return home",
    "Long-term fostering",
    "Living with family",
    "Independence with support",
)
DECISIONS = (
    "Swimming lessons on Tuesdays after school", "See Nan every other Saturday", "A new coat and school shoes",
    "Your social worker finds out about a football club", "Glasses: an appointment at the optician",
    "Life story work with your social worker, every second week", "A phone of your own, with rules that you agree",
    "Ring Mum on Wednesdays at five", "Extra help with reading at school", "A lock for your drawer",
    "A trip to see your old street", "A bigger desk for your room", "Your dentist looks at the sore tooth",
    "Stay over at your friend's house: your carer may say yes", "A school trip: who signs is written down",
    "An independent visitor is asked for", "Photos of when you were a baby, from your mum", "Drum lessons at school",
)  # fmt: skip

FOR_THE_SMALL = (
    "Photos of your family in a book by your bed", "The health visitor looks at your ears",
    "See Nan at the family centre every week", "A place at playgroup two mornings a week",
    "Your carer writes down your first words", "Your blanket goes with you wherever you sleep",
)  # fmt: skip


def iros() -> list[tuple[str, str]]:
    """The eight reviewing officers: staff id and name. The first two are on the demo page."""
    names = ("Ruth Abara", "Owen Pritchard", "Shabnam Iqbal", "Gill Hargreaves", "Desmond Clarke", "Anna Kowalska",
             "Jo Whitworth", "Farid Rahimi")  # fmt: skip
    return [(f"S-{101 + index}", name) for index, name in enumerate(names[:IROS])]


@cache
def social_workers() -> list[tuple[str, str]]:
    """The social workers: staff id and name."""
    rng = random.Random(SEED)
    return [
        (f"S-{201 + index}", f"{rng.choice((WOMEN, WOMEN, MEN)[index % 3])} {rng.choice(SURNAMES)}")
        for index in range(SOCIAL_WORKERS)
    ]


def make_rows(today: dt.date) -> Iterator[Row]:
    """Every review of the year around this day, half of them held, as rows of docs/reviews-in.md."""
    rng = random.Random(SEED)
    slots = population(rng, today)
    made = diaries(rng, slots, today)
    hood = Neighbourhood(rng)
    families = _name_everybody(hood, slots)
    officers = _share_out(slots, made)
    for slot in slots:
        child, people, worker = _case(rng, hood, slot, families[slot.family], made[slot.id], today)
        for number, offset in enumerate(sorted(made[slot.id].offsets), 1):
            review = _review(slot, made[slot.id], number, offset, today, len(families[slot.family]) > 1)
            review |= {"iro": officers[slot.family], "social_worker": worker}
            yield {"review": review, "child": child, "people": people}


def _name_everybody(hood: Neighbourhood, slots: list[Slot]) -> dict[int, list[tuple[Slot, str]]]:
    families: dict[int, list[tuple[Slot, str]]] = defaultdict(list)
    taken: dict[int, set[str]] = defaultdict(set)
    for slot in slots:
        name = given_name(hood, slot, taken[slot.family])
        families[slot.family].append((slot, f"{name} {hood.surname(slot)}"))
    return families


def _share_out(slots: list[Slot], made: dict[str, Diary]) -> dict[int, str]:
    """An IRO for each family, always the one with the fewest reviews so far; the largest families first."""
    load = {own: 0 for own, _ in iros()}
    reviews: dict[int, int] = defaultdict(int)
    officers: dict[int, str] = {}
    for slot in slots:
        reviews[slot.family] += len(made[slot.id].offsets)
        if slot.chosen:
            officers[slot.family] = slot.chosen.iro
    for family in sorted(reviews, key=lambda family: (family not in officers, -reviews[family], family)):
        own = officers.setdefault(family, min(load, key=lambda officer: (load[officer], officer)))
        load[own] += reviews[family]
    return officers


def _case(
    rng: random.Random,
    hood: Neighbourhood,
    slot: Slot,
    family: list[tuple[Slot, str]],
    diary: Diary,
    today: dt.date,
) -> tuple[Row, list[Row], Row]:
    own, name = social_workers_of(slot)
    worker = {"id": own, "name": name}
    home = hood.home(slot)
    alone = (
        slot.chosen is None and slot.legal == "accommodated" and slot.placement in ("foster", "independent")
    )
    unaccompanied = alone and slot.age >= 14 and len(family) == 1 and rng.random() < 0.6
    full_name = next(full for other, full in family if other is slot)
    child = _child(rng, slot, full_name, home, diary, unaccompanied)
    if slot.chosen:
        child |= slot.chosen.says
    family_people = [] if unaccompanied else [*parents(hood, slot, home), *relatives(hood, slot, family)]
    if slot.placement == "parents":
        mum = [one for one in family_people if one["role"] == "parent"]
        child["reach"] = {
            **child["reach"],
            "address": (mum or [{"reach": {"address": home.lines}}])[0]["reach"]["address"],
        }
    people = [*family_people, *(home.people if slot.placement != "parents" else [])]
    return child, [*people, *workers(hood, slot, worker, child.get("needs_interpreter", False))], worker


def social_workers_of(slot: Slot) -> tuple[str, str]:
    """The social worker of a family."""
    everybody = social_workers()
    return everybody[slot.family % len(everybody)]


def _child(
    rng: random.Random, slot: Slot, full_name: str, home: Home, diary: Diary, unaccompanied: bool
) -> Row:
    given, family_name = full_name.split(" ", 1)
    row: Row = {
        "id": slot.id, "given_name": given, "family_name": family_name, "birth_date": slot.born.isoformat(),
        "sex": slot.sex, "legal_status": slot.legal, "placement": slot.placement, "out_of_area": slot.out_of_area,
        "came_into_care": diary.came.isoformat(),
        "plan": "Adoption" if slot.legal == "placement_order" else rng.choice(PLANS),
        "reach": _childs_reach(rng, slot, home),
        "known_fact": {"kind": "birthday", "value": slot.born.strftime("%d-%m")},
    }  # fmt: skip
    luck = 0.5 if slot.chosen else rng.random()
    if unaccompanied or (luck < 0.06):
        code, words = rng.choice(LANGUAGES[2:] if unaccompanied else LANGUAGES)
        row |= {"language": code, "speaks": words, "needs_interpreter": True}
    elif luck < 0.12:
        row |= {"format": "easy_read"}
    elif luck < 0.135:
        row |= {"format": rng.choice(("large_print", "audio"))}
    elif luck < 0.155 and slot.age >= 4:
        row |= {"communication": rng.choice(COMMUNICATION), "format": "easy_read", "no_words": luck < 0.145}
    if unaccompanied:
        row |= {"unaccompanied": True, "birth_date_assigned": True}
    if unaccompanied and luck < 0.25:
        row |= {
            "birth_date": None,
            "birth_year": slot.born.year,
            "known_fact": {"kind": "word", "value": "lighthouse"},
        }
        row |= {"birth_date_assigned": False}
    if luck > 0.97 and slot.age >= 15:
        row |= {"hold": "missing"}
    return row


def _childs_reach(rng: random.Random, slot: Slot, home: Home) -> Row:
    """Brothers and sisters share the carer's phone; older children have an email address or a letter."""
    row: Row = {"way": "letter", "address": home.lines}
    if home.phone and slot.placement not in ("secure", "custody"):
        row |= {"phone": home.phone}
    if slot.age >= 12 and slot.placement not in ("secure", "custody") and (slot.chosen or rng.random() < 0.6):
        row |= {"way": "email", "email": f"{slot.id.lower()}@example.org"}
    return row


def _review(
    slot: Slot, diary: Diary, number: int, offset: int, today: dt.date, brothers_and_sisters: bool
) -> Row:
    day = working_day(today, offset)
    chance = random.Random(f"{SEED}/{slot.family}/{offset}")
    clock = chance.choice(
        ("15:45", "16:00", "16:15", "16:30")
        if slot.age >= 5 or brothers_and_sisters
        else ("10:00", "11:00", "13:30")
    )
    row: Row = {
        "id": f"R-{slot.id.removeprefix('C-')}-{number}",
        "kind": kind_of(diary, offset, today, slot.placement == "adoption"),
        "window_start": (day - dt.timedelta(days=chance.randint(21, 40))).isoformat(),
        "window_end": (day + dt.timedelta(days=chance.randint(3, 25))).isoformat(),
        "status": "held" if day < today else "planned",
    }  # fmt: skip
    settled = offset < 70 or chance.random() < 0.5
    if settled or slot.chosen:
        row |= {
            "held_at": f"{day.isoformat()}T{clock}",
            "place": chance.choice(("At home", "School", "Lantern House")),
        }
    if brothers_and_sisters and (slot.chosen or chance.random() < 0.6):
        row |= {"meeting_id": f"M-{slot.family:04}-{offset + 500}"}
    if row["kind"] != "first":
        fitting = DECISIONS if slot.age >= 4 else FOR_THE_SMALL
        picked = random.Random(f"{row['id']}/{SEED}").sample(fitting, 1 + slot.number % 4)
        row |= {
            "last_decisions": [{"id": f"{row['id']}-D{i}", "text": text} for i, text in enumerate(picked, 1)]
        }
    return row


__all__ = ["FIRST_IRO", "SECOND_IRO", "iros", "make_rows", "social_workers"]
