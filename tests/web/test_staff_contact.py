"""The page of contact details: corrected with its history; what can't be an address comes back as typed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, update

from tests.fixtures.cases import Case
from tests.fixtures.speaking import say
from tests.fixtures.staff import Signed, Worker
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.store import Audit, Consultation, ContactChange, Response


def address(case: Case) -> str:
    return f"/staff/unit/reviews/{case.review_id}/contact/{case.parent.consultation_id}"


def keep(pages: Pages, case: Case, **fields: Any) -> Page:
    return pages.press(pages.get(address(case)), "Keep these details", **fields)


def test_details_are_corrected_and_the_page_says_what_they_were_and_who_changed_them(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)
    page = keep(pages, case, way="email", email="new@example.org", phone="", address="")
    assert "Kept. What is not sent yet goes there." in page.text
    assert "changed by Una Moss: email, grace@example.org" in page.text
    assert page.root.first("input", name="email").attrs["value"] == "new@example.org"
    with house.db.reading() as s:
        assert {"look_contact", "correct_contact"} <= set(s.scalars(select(Audit.action)))


@pytest.mark.parametrize(
    "fields,words",
    [
        ({"way": "email", "email": "no-address"}, "This is no email address."),
        ({"way": "sms", "phone": "12"}, "This is no phone number"),
        ({"way": "letter", "address": ""}, "Write the address in at most 8 lines"),
        ({"way": "email", "email": ""}, "This is no email address."),
        ({"way": "letter", "address": "\n".join("abcdefghij")}, "Write the address in at most 8 lines"),
    ],
)
def test_what_can_not_be_written_to_comes_back_as_it_was_typed(
    house: House, case: Case, unit_worker: Worker, signed: Signed, fields: dict[str, str], words: str
) -> None:
    page = keep(signed(unit_worker), case, **fields)
    assert page.status == 422
    assert words in page.text
    with house.db.reading() as s:
        assert s.scalar(select(func.count()).select_from(ContactChange)) == 0


def test_a_new_link_is_sent_from_there_and_nobody_else_may(
    case: Case, unit_worker: Worker, iro: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)
    page = pages.press(pages.get(address(case)), "Send a new link (Grace Okafor)")
    assert "A new invitation goes out" in page.text
    assert signed(iro).get(address(case)).status == 404


def test_nobody_alone_both_says_where_links_go_and_clears_the_secret(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    say(house, case.parent.consultation_id, {})
    pages = signed(unit_worker)
    keep(pages, case, way="email", email="mine@example.org", phone="", address="")
    page = pages.press(
        pages.get(f"/staff/unit/reviews/{case.review_id}"), "Clear a forgotten secret (Grace Okafor)"
    )
    assert "A colleague has to clear it." in page.text
    with house.db.reading() as s:
        assert s.get_one(Consultation, case.parent.consultation_id).secret_kind


def test_where_a_link_alone_would_open_answers_it_is_not_sent_elsewhere(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    say(house, case.parent.consultation_id, {})
    with house.db.writing() as s:
        s.execute(update(Response).values(version=1))
    pages = signed(unit_worker)
    pages.press(pages.get(f"/staff/unit/reviews/{case.review_id}"), "Clear a forgotten secret (Grace Okafor)")
    page = keep(pages, case, way="email", email="mine@example.org", phone="", address="")
    assert "Have it mended in the case system." in page.text
    with house.db.reading() as s:
        assert s.scalar(select(func.count()).select_from(ContactChange)) == 0
