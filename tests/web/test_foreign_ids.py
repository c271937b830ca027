"""An officer tries every address of a colleague's child: as if nothing were there, and written down (threats.md A7)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.fixtures.cases import Case
from tests.fixtures.staff import Signed, Worker, make_worker
from webapp.house import House
from webapp.services import worries
from webapp.store import Audit
from webapp.web import rights

NOBODY = "0" * 32
CANARIES = ("Maya", "HE HITS ME", "canary")


@pytest.fixture
def ids(house: House, case: Case, iro: Worker) -> dict[str, str]:
    """What there is of Nadia's child, by the names that addresses have for it; anything else is nobody's."""
    with house.db.writing() as s:
        worry = worries.raise_worry(
            s, house.vault, house.authority, consultation_id=case.child.consultation_id, now=house.clock(),
            words="HE HITS ME",
        )  # fmt: skip
        return {"review_id": case.review_id, "consultation_id": case.child.consultation_id, "child_id": case.child_id,
                "worry_id": worry.id}  # fmt: skip


def addresses(app: Flask, role: str, ids: dict[str, str]) -> list[tuple[str, str, str]]:
    """Name, method and address of every page that this role opens for its own alone and that names something."""
    found = []
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        name = str(rule.endpoint).rpartition(".")[2]
        right = (
            rights.of_page(name)
            if getattr(app.view_functions[rule.endpoint], "access", "") == "staff"
            else None
        )
        if right is None or right.whose != "own" or role not in right.roles or not rule.arguments:
            continue
        values: dict[str, Any] = {
            argument: ids.get(argument, 1 if rule._converters[argument].regex == r"\d+" else NOBODY)
            for argument in rule.arguments
        }
        found += [
            (name, method, adapter.build(rule.endpoint, values))
            for method in sorted((rule.methods or set()) & {"GET", "POST"})
        ]
    return found


@pytest.mark.parametrize("role", ["iro", "social_worker"])
def test_every_address_of_a_colleagues_child_is_as_if_it_were_not_there(
    app: Flask, house: House, ids: dict[str, str], signed: Signed, role: str
) -> None:
    pages = signed(make_worker(house, "owen", role, "Owen Price", "S-77"))
    app.config["WTF_CSRF_ENABLED"] = False
    wrong = []
    for name, method, address in addresses(app, role, ids):
        if name in ("nowhere", "change_passkey"):
            continue
        answer = pages.client.open(address, method=method)
        if answer.status_code != 404 or any(word in answer.text for word in CANARIES):
            wrong.append((name, method, address.replace(ids["review_id"], "R"), answer.status_code))
    assert wrong == []
    with house.db.reading() as s:
        turned = s.scalars(select(Audit.subject).where(Audit.action == "turned_away")).all()
    assert {subject.partition(":")[2] for subject in turned} & set(ids.values()), (
        "being turned away is written down"
    )


def test_no_list_and_no_search_of_an_officers_leads_to_a_colleagues_child(
    ids: dict[str, str], other_iro: Worker, signed: Signed
) -> None:
    pages = signed(other_iro)
    for address in (
        f"/staff/reviews?found={ids['child_id']}", "/staff/reviews", "/staff/reviews?show=past", "/staff/worries",
        "/staff/stand-in",
    ):  # fmt: skip
        assert not any(word in pages.get(address).body for word in CANARIES), address
    for sought in ("Maya", "C-1", "R-1"):
        found = pages.press(pages.get("/staff/reviews"), "Find", sought=sought)
        assert "Nobody was found" in found.text
