"""The Review Unit and languages: a booklet on paper in another, and setting a person's back."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from tests.fixtures.cases import Case
from tests.fixtures.staff import Signed, Worker
from tests.web.inside import enter
from tests.web.pages import Pages
from webapp.documents.booklet_paper import Paper
from webapp.house import House
from webapp.store import Audit, Consultation
from webapp.web.staff import unit


@pytest.fixture(autouse=True)
def _urdu(made_up_urdu: None) -> None:
    """A second language for children."""


@pytest.fixture
def address(case: Case) -> str:
    return f"/staff/unit/reviews/{case.review_id}"


def test_a_booklet_is_printed_in_the_language_that_the_form_names(
    case: Case, address: str, unit_worker: Worker, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[str] = []

    def pdf(_booklet: object, paper: Paper) -> bytes:
        printed.append(paper.language)
        return b"%PDF"

    monkeypatch.setattr(unit, "booklet_pdf", pdf)
    pages = signed(unit_worker)
    page = pages.get(address)
    pages.press(page, "Print the booklet (Maya)")
    pages.press(page, "Print the booklet (Maya)", language="ur")
    pages.press(page, "Print the booklet (Maya)", language="zz")
    assert printed == ["en", "ur", "en"]


def test_a_language_that_somebody_pressed_is_seen_and_set_back_and_both_are_written_down(
    app: Flask, house: House, case: Case, address: str, unit_worker: Worker, signed: Signed
) -> None:
    somebody = Pages(app)
    visit = enter(somebody, house, case.child)
    somebody.press(somebody.get("/language"), "اردو")
    pages = signed(unit_worker)
    page = pages.get(address)
    assert "The case system says English; on the website Urdu was chosen for them." in page.text
    page = pages.press(page, "Set the language (Maya)", language="en")
    assert "The language is set." in page.text
    assert "was chosen for them" not in page.text
    with house.db.reading() as s:
        assert s.get_one(Consultation, case.child.consultation_id).language == "en"
        found = s.scalars(select(Audit).where(Audit.action.startswith("language_")).order_by(Audit.id)).all()
    assert [(a.actor, a.action, a.child_id) for a in found] == [
        (f"visit:{visit}", "language_ur", case.child_id),
        (f"staff:{unit_worker.id}", "language_en", case.child_id),
    ]


@pytest.mark.usefixtures("urdu_for_children")
def test_an_adult_is_set_to_no_language_that_does_not_cover_them(
    house: House, case: Case, address: str, unit_worker: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)
    page = pages.get(address)
    assert not [b for b in page.root.all("button") if b.text == "Set the language (Grace Okafor)"]
    where = f"{address}/language/{case.parent.consultation_id}"
    pages.post(
        where, {"csrf_token": page.root.first("input", name="csrf_token").attrs["value"], "language": "ur"}
    )
    with house.db.reading() as s:
        assert s.get_one(Consultation, case.parent.consultation_id).language == "en"


@pytest.mark.usefixtures("urdu_for_children")
def test_the_foot_of_a_page_for_everyone_offers_an_adult_only_what_covers_them(
    app: Flask, case: Case
) -> None:
    def foot(pages: Pages) -> str:
        return pages.get("/help").root.first("aside").text

    child, parent = Pages(app), Pages(app)
    child.press(child.get(f"/o/{case.child.token}"), "Open it")
    parent.press(parent.get(f"/o/{case.parent.token}"), "Open it")
    assert "اردو" in foot(child)
    assert "اردو" not in foot(parent)
