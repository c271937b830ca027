"""The made-up authority is loaded through the real doors, and only where made-up people may be."""

from __future__ import annotations

import datetime as dt
import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from config import Settings
from tests.fixtures.clocks import SettableClock
from tests.fixtures.databases import Databases
from tests.fixtures.houses import KEYS
from tests.web.pages import Pages
from webapp import create_app
from webapp.booklet.answers import Answer
from webapp.demo.chosen import FIRST_IRO, SECOND_IRO
from webapp.demo.load import DemoOnlyError, load_demo
from webapp.demo.people import make_rows
from webapp.house import House, build
from webapp.i18n import translate
from webapp.review.counting import TOTAL
from webapp.services import participation, visits
from webapp.store import (
    AnswerRow,
    Base,
    Delivery,
    Guest,
    IroLetter,
    Record,
    Response,
    Review,
    Settled,
    Staff,
)

Row = dict[str, Any]


def some_rows(today: dt.date) -> Iterator[Row]:
    """What two of the eight IROs have: the chosen children and about a hundred others."""
    return (row for row in make_rows(today) if row["review"]["iro"] in (FIRST_IRO, SECOND_IRO))


@pytest.fixture(scope="module")
def loaded(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[House, list[str]]]:
    """A demo house that has been filled, and what was said meanwhile."""
    folder = tmp_path_factory.mktemp("demo")
    url = databases.migrated(folder)
    settings = Settings(
        mode="demo", instance=folder, database=url, public_url="http://127.0.0.1:5000", **KEYS
    )
    house, said = build(settings, SettableClock()), list[str]()
    load_demo(house, said.append, some_rows)
    yield house, said
    house.db.close()
    databases.drop(url)


def offers(house: House) -> list[Row]:
    found: list[Row] = json.loads((house.settings.instance / "demo.json").read_text("utf-8"))
    return found


@pytest.fixture
def app(loaded: tuple[House, list[str]]) -> Iterator[Flask]:
    house, _ = loaded
    made = create_app(house.settings, house.clock)
    yield made
    made.extensions["house"].db.close()


def test_the_file_offers_each_kind_of_person_and_nobody_else_may_read_it(
    loaded: tuple[House, list[str]],
) -> None:
    house, _ = loaded
    found = offers(house)
    roles = [one["role"] for one in found]
    assert roles.count("child") == 6
    assert {"parent", "carer", "iro", "duty", "unit", "social_worker"} <= set(roles)
    assert roles.count("iro") == 2
    for one in found:
        staff = "username" in one
        wanted = (
            {"username", "password", "totp_secret"} if staff else {"code", "known_fact", "about", "phone"}
        )
        assert set(one) == {"role", "name", "url"} | wanted
    assert stat.S_IMODE((house.settings.instance / "demo.json").stat().st_mode) == 0o600


def test_every_offered_person_comes_in_by_link_and_fact_to_an_empty_booklet(
    loaded: tuple[House, list[str]], app: Flask
) -> None:
    house, _ = loaded
    for one in offers(house):
        if "code" in one:
            pages = Pages(app)
            assert one["url"].startswith("http://127.0.0.1:5000/o/")
            page = pages.get(one["url"].removeprefix("http://127.0.0.1:5000"))
            language = page.root.first("html").attrs["lang"]
            page = pages.press(page, translate("Open it", language))
            page = pages.press(page, translate("Go on", language), **one["known_fact"])
            assert page.url == "/secret", "they choose one: nobody was in before them"


def test_every_offered_member_of_staff_can_sign_in(loaded: tuple[House, list[str]], app: Flask) -> None:
    house, _ = loaded
    app.config["WTF_CSRF_ENABLED"] = False
    for one in (one for one in offers(house) if "username" in one):
        code = pyotp.TOTP(one["totp_secret"]).at(house.clock())
        form = {"username": one["username"], "password": one["password"], "code": code}
        answer = app.test_client().post("/staff/sign-in", data=form)
        assert (answer.status_code, answer.headers.get("Location", "")) != (303, "/staff/sign-in")
        assert answer.status_code == 303


def test_the_demo_page_says_in_words_who_somebody_is(loaded: tuple[House, list[str]], app: Flask) -> None:
    text = Pages(app).get("/demo/").text
    for words in ("Reviewing officer", "Duty worker", "Review Unit", "Social worker"):
        assert words in text
    assert "social_worker" not in text
    assert "carer_foster" not in text


def test_reviews_belong_to_iros_with_accounts_who_have_something_to_read(
    loaded: tuple[House, list[str]],
) -> None:
    house, _ = loaded
    with house.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Review).where(Review.iro_id.is_(None))) == 0
        for username in ("iro1", "iro2"):
            sent = session.scalar(
                select(func.count())
                .select_from(Record)
                .join(Review, Review.id == Record.review_id)
                .join(Staff, Staff.id == Review.iro_id)
                .where(Staff.username == username)
            )
            assert sent
            assert sent >= 5
        deliveries = session.scalar(select(func.count()).select_from(Delivery))
        today = Record.made_at >= house.clock() - dt.timedelta(days=1)
        assert deliveries == session.scalar(select(func.count()).select_from(Record).where(today))


def test_some_have_begun_and_not_sent(loaded: tuple[House, list[str]]) -> None:
    house, _ = loaded
    with house.db.reading() as session:
        states = session.execute(select(Response.version, Response.sent_version)).all()
    assert any(version > sent for version, sent in states)
    assert any(version == sent for version, sent in states)


def test_a_child_has_refused_dad_with_a_reason(loaded: tuple[House, list[str]]) -> None:
    house, _ = loaded
    refusals = []
    with house.db.reading() as session:
        rows = session.execute(
            select(Response.id, Response.key, AnswerRow.sealed)
            .join(AnswerRow, AnswerRow.response_id == Response.id)
            .where(AnswerRow.question_id == "who")
        ).all()
    for own, wrapped, sealed in rows:
        key = house.vault.key(wrapped, f"response:{own}")
        answer: Answer = visits.read(key.open(sealed, visits.place(own, "who")))
        people = (answer.value or {}).get("people", {}).values()
        refusals += [person["why"] for person in people if person["come"] == "no" and person["why"]]
    assert refusals


def test_progress_is_told(loaded: tuple[House, list[str]]) -> None:
    _, said = loaded
    assert any("reviews are in" in line for line in said)
    assert any("people were asked" in line for line in said)
    assert any("people have answered" in line for line in said)


def test_a_second_load_says_so_and_changes_nothing(loaded: tuple[House, list[str]], app: Flask) -> None:
    house, _ = loaded
    before = offers(house)
    result = FlaskCliRunner(app).invoke(args=["demo", "load"])
    assert result.exit_code == 0
    assert "here already" in result.output
    assert offers(house) == before


@pytest.mark.parametrize("change", ["mode", "authority"])
def test_outside_demo_mode_nothing_is_touched(house: House, tmp_path: Path, change: str) -> None:
    if change == "authority":
        settings = house.settings.model_copy(update={"mode": "demo"})
        house = replace(
            house, settings=settings, authority=house.authority.model_copy(update={"made_up": False})
        )
    with pytest.raises(DemoOnlyError):
        load_demo(house, print, some_rows)
    with house.db.reading() as session:
        for table in Base.metadata.sorted_tables:
            assert session.scalar(select(func.count()).select_from(table)) == 0
    assert not (house.settings.instance / "demo.json").exists()


def test_the_past_half_year_gives_a_manager_figures_to_look_at(loaded: tuple[House, list[str]]) -> None:
    house, _ = loaded
    with house.db.reading() as session:
        now = house.clock()
        years = [participation.of_year(session, year) for year in participation.years(session, now)]
    shown = [one.total(TOTAL) for one in years if not one.empty]
    assert any((numbers["answered"].share or 0) > 50 and numbers["told"].n > 20 for numbers in shown)


def test_one_coming_review_has_guests_who_answered_and_one_past_review_a_letter(
    loaded: tuple[House, list[str]],
) -> None:
    house, _ = loaded
    with house.db.reading() as session:
        said = set(session.scalars(select(Guest.state)))
        told = session.scalars(select(Settled.told_at)).all()
        letters = session.scalars(select(IroLetter.sent_at)).all()
    assert {"invited", "coming"} <= said
    assert told
    assert None not in told
    assert letters
    assert None not in letters
