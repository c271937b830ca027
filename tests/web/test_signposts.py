"""The numbers that children are given: a press away on every page, in every language, and looked at each month."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask

from tests.fixtures.clocks import SettableClock
from tests.fixtures.staff import Signed, Worker
from tests.web.pages import Pages
from webapp.clock import london

OLD = "numbers and links that children are given"


@pytest.mark.parametrize("language", ["en", "ur"])
def test_999_and_childline_are_a_press_away_at_the_foot_of_every_page(pages: Pages, language: str) -> None:
    pages.press(pages.get("/"), {"en": "English", "ur": "اردو"}[language])
    for address in ("/", "/help", "/not-safe", "/lost-link", "/good-to-know", "/who-sees"):
        page = pages.get(address)
        assert page.root.first("html").attrs["lang"] == language
        links = {one.attrs.get("href") for one in page.root.first("aside", class_="end").walk()}
        assert {"tel:999", "tel:08001111"} <= links


@pytest.mark.parametrize("days, asked", [(None, True), (31, False), (32, True)])
def test_the_unit_is_asked_each_month_to_ring_every_number(
    app: Flask, unit_worker: Worker, signed: Signed, clock: SettableClock, days: int | None, asked: bool
) -> None:
    last = None if days is None else london(clock()).date() - dt.timedelta(days=days)
    house = app.extensions["house"]
    own = house.authority.model_copy(update={"made_up": False, "signposts_checked_on": last})
    app.jinja_env.globals["authority"] = own
    app.extensions["house"] = replace(house, authority=own)
    assert (OLD in signed(unit_worker).get("/staff/unit/today").text) is asked
