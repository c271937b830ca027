"""The made-up phone: what is written on it goes the webhook's way, and what comes back stands on its screen."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.services.talking import CHILD, by_text, kept
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.messaging import SIMULATOR_FOLDER
from webapp.messaging.simulator import Simulator
from webapp.store import Message

PHONE = "/demo/phone/1"


@pytest.fixture
def demo(app: Flask, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Demo mode with Maya's phone; gives her consultation."""
    home: House = app.extensions["house"]
    simulator = Simulator(tmp_path / SIMULATOR_FOLDER)
    monkeypatch.setitem(
        app.extensions, "house",
        replace(home, settings=home.settings.model_copy(update={"mode": "demo"}),
                messengers={**home.messengers, "sms": simulator, "whatsapp": simulator}),
    )  # fmt: skip
    case = by_text(
        house, tmp_path, child={"birth_date": "2012-05-04", "reach": {"way": "sms", "phone": CHILD}}
    )
    maya = {"name": "Maya", "about": "A child", "known_fact": {"day": "4", "month": "5"}, "phone": CHILD}
    (tmp_path / "demo.json").write_text(json.dumps([maya]), "utf-8")
    return case.child.consultation_id


def write(pages: Pages, way: str, text: str) -> Page:
    """Send this from the phone, and look at its screen."""
    return pages.press(pages.get(f"{PHONE}/{way}"), "Send", text=text)


def test_a_phone_is_chosen_by_whose_it_is(pages: Pages, demo: str) -> None:
    page = pages.click(pages.get("/demo/phone/"), "Text messages (Maya)")
    assert page.url == f"{PHONE}/sms"
    assert "Nothing has come yet" in page.text


def test_a_conversation_is_shown_with_its_parts_and_what_was_said_is_kept(
    pages: Pages, demo: str, house: House
) -> None:
    assert "To be sure it's you" in write(pages, "sms", "hi").text
    assert "Is someone helping you with this?" in write(pages, "sms", "4 may").text
    page = write(pages, "sms", "1")
    assert "Do you want to be at your review?" in page.text
    assert "parts" in page.text
    assert kept(house, demo)["helping"] == ("nobody", "", "sms")
    with house.db.reading() as s:
        assert s.scalars(
            select(Message.provider_id).where(Message.way == "sms", Message.template == "reply")
        ).all()


def test_on_whatsapp_a_choice_is_pressed(pages: Pages, demo: str, house: House) -> None:
    for text in ("hi", "4 may"):
        page = write(pages, "whatsapp", text)
    pages.press(page, "1 No, just me")
    assert kept(house, demo)["helping"] == ("nobody", "", "whatsapp")


def test_outside_the_demonstration_there_is_no_such_phone(pages: Pages) -> None:
    assert pages.get("/demo/phone/").status == 404
    assert pages.get(f"{PHONE}/sms").status == 404
