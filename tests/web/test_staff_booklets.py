"""The Review Unit prints a booklet for one person: as they need it, with a code of its own, and ends nothing by it."""

from __future__ import annotations

import dataclasses
import re

from sqlalchemy import select, update
from werkzeug.test import TestResponse

from tests.documents.tagged import Tagged
from tests.fixtures.cases import Case, Invited
from tests.fixtures.speaking import say_and_send
from tests.fixtures.staff import Signed, Worker
from tests.web.pages import Pages
from webapp.house import House
from webapp.services import access
from webapp.store import Audit, Child, Consultation, Link


def press(pages: Pages, case: Case, whose: Invited, **fields: str) -> TestResponse:
    """The button on the Unit's page; gives the answer as it comes."""
    where = f"/staff/unit/reviews/{case.review_id}"
    token = re.search(r'name="csrf_token" value="([^"]+)"', pages.get("/staff/unit").body)
    assert token is not None
    data = {"csrf_token": token[1], **fields}
    return pages.client.post(f"{where}/booklet/{whose.consultation_id}", data=data)


def code_in(text: str) -> str:
    found = re.search(r"\b[A-Z0-9]{5}-[A-Z0-9]{5}\b", text)
    assert found is not None
    return found[0]


def test_a_childs_booklet_is_printed_with_their_people_and_a_code_that_opens_it(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    answer = press(signed(unit_worker), case, case.child)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Maya" not in answer.headers["Content-Disposition"]
    printed = Tagged(answer.data)
    assert "This is for Maya" in printed.page(0)
    assert "Okafor" not in printed.page(0)
    assert "R-1" in printed.text
    with house.db.reading() as s:
        opened = access.find_link(s, house.vault, house.clock(), code=access.read_code(code_in(printed.text)))
        assert opened.consultation_id == case.child.consultation_id
        assert "print_booklet" in s.scalars(select(Audit.action).where(Audit.child_id == case.child_id)).all()


def test_printing_again_ends_no_code_from_before(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)
    first, second = (code_in(Tagged(press(pages, case, case.carer).data).text) for _ in range(2))
    assert first != second
    with house.db.reading() as s:
        for code in (first, second):
            access.find_link(s, house.vault, house.clock(), code=access.read_code(code))
        assert all(
            link.revoked_at is None
            for link in s.scalars(select(Link).where(Link.consultation_id == case.carer.consultation_id))
        )


def test_it_is_printed_as_the_person_needs_it_unless_another_way_is_chosen(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    with house.db.writing() as s:
        s.execute(update(Child).values(format="easy_read"))
    pages = signed(unit_worker)
    assert "Do you want to be there?" in Tagged(press(pages, case, case.child).data).text
    chosen = Tagged(press(pages, case, case.child, style="standard").data).text
    assert "Do you want to be at your review?" in chosen


def test_each_of_a_childs_booklets_is_printed_and_no_other_persons(
    case: Case, unit_worker: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)
    titles = [
        Tagged(press(pages, case, case.child, booklet=name).data).title
        for name in ("my_review_my_choice", "my_life", "parent")
    ]
    assert titles == ["My Review, My Choice", "My Life, My Review and My Voice", "My Review, My Choice"]


def test_nothing_is_printed_for_a_child_on_hold(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    with house.db.writing() as s:
        s.execute(update(Child).values(hold="missing"))
    pages = signed(unit_worker)
    answer = press(pages, case, case.child)
    assert answer.status_code == 303
    assert "Nothing was printed" in pages.get(f"/staff/unit/reviews/{case.review_id}").text


def test_no_code_is_printed_where_it_would_open_what_was_said(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    say_and_send(house, case.child.consultation_id, {"questions": "Why?"})
    with house.db.writing() as s:
        s.execute(
            update(Consultation).values(secret_kind=None, secret_hash=None, secret_reset_at=house.clock())
        )
    text = Tagged(press(signed(unit_worker), case, case.child).data).text
    assert "You need the code from your letter" in text


def test_only_the_unit_prints_and_only_who_is_asked_about_this_review(
    case: Case, iro: Worker, unit_worker: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)
    assert pages.get(f"/staff/unit/reviews/{case.review_id}").text.count("Print the booklet") == 3
    stranger = dataclasses.replace(case.child, consultation_id=case.review_id)
    assert press(pages, case, stranger).status_code == 404
    assert press(signed(iro), case, case.child).status_code == 404
