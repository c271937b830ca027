"""The Unit's page of one review: every day of its timetable, every message, and each way to send again."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update

from tests.fixtures.cases import Case
from tests.fixtures.speaking import say_and_send
from tests.fixtures.staff import Signed, Worker
from tests.web.pages import Page
from webapp.house import House
from webapp.store import Consultation, ContactChange, Involvement, Link, Review


def days(page: Page) -> dict[str, str]:
    """What the timetable says of each day."""
    table = next(t for t in page.root.all("table") if "days" in t.attrs.get("class", ""))
    return {
        row.all("th")[0].text: " | ".join(cell.text for cell in row.all("td"))
        for row in table.all("tr")
        if row.all("td")
    }


def test_the_timetable_has_every_date_and_what_became_of_it(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    say_and_send(house, case.child.consultation_id, {"questions": "CANARY"})
    with house.db.writing() as s:
        s.execute(update(Consultation).values(state="asked", asked_at=house.clock(), reminders=1))
    page = signed(unit_worker).get(f"/staff/unit/reviews/{case.review_id}")
    assert days(page) == {
        "Invitations go out": "19 January 2027 | 3 of 3 people asked",
        "First day that the law allows": "today | to come",
        "Reminder": "16 February 2027 | to come",
        "Who comes and where is settled by": "2 February 2027 | to come",
        "Booklets and forms back by": "2 March 2027 | 1 of 3 have sent something",
        "The review": "Tuesday 2 March 2027, 16:00 | to come",
        "How was it? goes out": "3 March 2027 | to come",
        "Last day that the law allows": "20 March 2027 | to come",
        "How was it? closes": "30 March 2027 | to come",
        "Record with everyone by": "1 April 2027 | to come",
    }
    assert "CANARY" not in page.body


def test_what_was_not_settled_in_time_stands_out_and_a_review_without_a_date_counts_from_its_last_day(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)
    with house.db.writing() as s:
        s.execute(update(Review).values(held_at=dt.datetime(2027, 2, 8, 9, tzinfo=dt.UTC)))
    page = pages.get(f"/staff/unit/reviews/{case.review_id}")
    assert days(page)["Who comes and where is settled by"].endswith("not settled yet")
    with house.db.writing() as s:
        s.execute(update(Review).values(held_at=None))
    page = pages.get(f"/staff/unit/reviews/{case.review_id}")
    assert "Counted from the last day that the law allows." in page.text
    assert days(page)["The review"].startswith("20 March 2027")


def test_somebody_is_asked_again_another_way_that_is_known_and_it_is_kept_with_its_history(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    with house.db.writing() as s:
        s.execute(update(Consultation).values(state="asked", asked_at=house.clock()))
    pages = signed(unit_worker)
    page = pages.get(f"/staff/unit/reviews/{case.review_id}/contact/{case.parent.consultation_id}")
    assert "No other way to reach them is known." in page.text
    pages.press(page, "Keep these details", address="2 Quay\nSX1 1AA")
    contact = pages.click(
        pages.get(f"/staff/unit/reviews/{case.review_id}"), "Send another way (Grace Okafor)"
    )
    forbid(house, True)
    assert "No link was made" in pages.press(contact, "By letter to 2 Quay, SX1 1AA").text
    forbid(house, False)
    page = pages.press(contact, "By letter to 2 Quay, SX1 1AA")
    assert "A new invitation goes out with the next messages." in page.text
    with house.db.reading() as s:
        asked = s.get_one(Consultation, case.parent.consultation_id)
        assert asked.state == "due"
        live = select(Link.id).where(Link.consultation_id == asked.id, Link.revoked_at.is_(None))
        assert s.scalars(live).all() == []
        assert len(s.scalars(select(ContactChange.id)).all()) == 2
    assert "A new invitation goes out" in pages.press(page, "Send again (Maya)").text


def forbid(house: House, no_contact: bool) -> None:
    with house.db.writing() as s:
        s.execute(update(Involvement).values(no_contact=no_contact))
