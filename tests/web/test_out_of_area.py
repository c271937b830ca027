"""A child who lives elsewhere: who to turn to there stands beside ours, for that child alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.fixtures.cases import Case, make_case
from tests.web import people
from tests.web.pages import Pages
from webapp.house import House

ADVOCATE, DUTY = "01632 960771", "01632 960772"
PLACES = {
    "/help": {ADVOCATE, DUTY},
    "/not-safe": {DUTY},
    "/good-to-know/advocate": {ADVOCATE},
    "/good-to-know/if-not-safe": {DUTY},
}


@pytest.fixture
def away(house: House, tmp_path: Path) -> Case:
    """Maya lives away from here."""
    near = {
        "near_advocate": {"name": "Your Voice Northmoor", "phone": ADVOCATE, "when": "10 to 6"},
        "near_duty": {"name": "Northmoor Children's Services", "phone": DUTY},
    }
    return make_case(house, tmp_path, {"child": {"out_of_area": True, **near}})


def near(pages: Pages) -> dict[str, set[str]]:
    return {address: {n for n in (ADVOCATE, DUTY) if n in pages.get(address).text} for address in PLACES}


def test_the_child_sees_who_is_near_once_they_said_what_they_know(app: Flask, away: Case) -> None:
    pages = Pages(app)
    page = people.open_link(pages, away.child)
    assert not any(near(pages).values()), (
        "whoever only holds the link learns nothing of where the child lives"
    )
    pages.press(page, "Go on", day="4", month="5")
    assert near(pages) == PLACES
    assert "Near where you live: Your Voice Northmoor, 01632 960771, 10 to 6" in pages.get("/help").text
    pages.get("/exit")
    assert not any(near(pages).values())


def test_nobody_else_does(app: Flask, away: Case) -> None:
    pages = Pages(app)
    pages.press(people.open_link(pages, away.parent), "Go on", fact="SX2 3BB")
    assert not any(near(pages).values())
