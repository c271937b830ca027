"""Fair rows in the import format for tests; every person and place is made up."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

ROW: dict[str, Any] = {
    "review": {
        "id": "R-1",
        "kind": "later",
        "held_at": "2027-03-02T16:00",
        "window_start": "2027-02-01",
        "window_end": "2027-03-20",
        "status": "planned",
        "place": "At home",
        "iro": "S-1",
        "social_worker": {"id": "S-9", "name": "Femi Adeyemi"},
        "last_decisions": [
            {"id": "D-1", "text": "Swimming on Tuesdays"},
            {"id": "D-2", "text": "See Nan more"},
        ],
    },
    "child": {
        "id": "C-1",
        "given_name": "Maya",
        "family_name": "Okafor",
        "birth_date": "2016-05-04",
        "sex": "female",
        "legal_status": "care_order",
        "placement": "foster",
        "out_of_area": False,
        "came_into_care": "2024-01-09",
        "reach": {"way": "letter", "address": ["1 Gull Lane", "SX1 1AA"]},
        "known_fact": {"kind": "birthday", "value": "04-05"},
    },
    "people": [
        {
            "id": "P-1",
            "name": "Grace Okafor",
            "called": "Mum",
            "relation": "Your mum",
            "role": "parent",
            "parental_responsibility": True,
            "consulted": True,
            "may_attend": True,
            "may_know_address": False,
            "may_know_school": False,
            "may_be_named": True,
            "reach": {"way": "email", "email": "grace@example.org"},
            "known_fact": {"kind": "postcode", "value": "SX2 3BB"},
        },
        {
            "id": "P-2",
            "name": "Lin Carter",
            "relation": "Your foster carer",
            "role": "carer_foster",
            "consulted": True,
            "may_attend": True,
            "may_know_address": True,
            "may_know_school": True,
            "may_be_named": True,
            "reach": {"way": "sms", "phone": "07700 900123"},
            "known_fact": {"kind": "word", "value": "harbour"},
        },
        {
            "id": "S-9",
            "name": "Femi Adeyemi",
            "relation": "Your social worker",
            "role": "social_worker",
            "consulted": False,
            "may_attend": True,
            "must_attend": True,
            "may_know_address": True,
            "may_know_school": True,
            "may_be_named": True,
        },
    ],
}


def row(**changes: Any) -> dict[str, Any]:
    """A fair row; each change is a dotted path with `__` for the dots, as review__status, people__0__name."""
    made = copy.deepcopy(ROW)
    for path, value in changes.items():
        *outer, last = path.split("__")
        target: Any = made
        for name in outer:
            target = target[int(name)] if name.isdigit() else target[name]
        if value is ...:
            del target[last]
        else:
            target[last] = value
    return made


def write_lines(path: Path, *rows: dict[str, Any]) -> Path:
    """The rows as a JSON Lines file."""
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows), "utf-8")
    return path
