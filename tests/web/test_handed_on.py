"""A child who moved to another officer: the former one sees the old review as it was, and nothing of today (A7)."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.fixtures.cases import Case, load_rows
from tests.fixtures.staff import Signed, Worker
from tests.review.incoming_rows import row
from tests.web import people
from tests.web.pages import Pages
from webapp.house import House
from webapp.services import worries
from webapp.store import Child, Consultation, Review


def raised(house: House, consultation_id: str) -> str:
    with house.db.writing() as s:
        return worries.raise_worry(
            s,
            house.vault,
            house.authority,
            consultation_id=consultation_id,
            now=house.clock(),
            words="HE HITS ME",
        ).id


@pytest.fixture
def next_review(house: House, case: Case, iro: Worker, other_iro: Worker, tmp_path: Path) -> str:
    """The first review was held; the next is Owen's. Gives the child's consultation for it."""
    later = row(
        review__id="R-2", review__iro="S-2", review__held_at="2027-08-02T16:00", review__window_start="2027-07-01",
        review__window_end="2027-08-20",
    )  # fmt: skip
    load_rows(house, tmp_path, [row(review__status="held"), later])
    with house.db.writing() as s:
        review = s.scalars(select(Review).where(Review.external_id == "R-2")).one()
        old = s.get_one(Consultation, case.child.consultation_id)
        new = Consultation(
            review_id=review.id, child_id=old.child_id, respondent=old.respondent, booklets=old.booklets,
            who="child", due_on=old.due_on, closes_on=old.closes_on, state="asked",
        )  # fmt: skip
        s.add(new)
        s.flush()
        assert (review.iro_id, s.get_one(Review, case.review_id).iro_id) == (other_iro.id, iro.id)
        return new.id


def test_a_worry_from_the_new_review_is_the_new_officers_alone(
    house: House, next_review: str, iro: Worker, other_iro: Worker, signed: Signed
) -> None:
    worry = raised(house, next_review)
    former = signed(iro)
    assert former.get(f"/staff/worries/{worry}").status == 404
    assert "C-1" not in former.get("/staff/worries").text
    assert "open worry" not in former.get("/staff/reviews?show=past").text
    assert signed(other_iro).get(f"/staff/worries/{worry}").status == 200


def test_a_worry_from_the_old_review_goes_over_with_the_child(
    house: House, case: Case, next_review: str, iro: Worker, other_iro: Worker, signed: Signed
) -> None:
    worry = raised(house, case.child.consultation_id)
    assert signed(iro).get(f"/staff/worries/{worry}").status == 404
    assert signed(other_iro).get(f"/staff/worries/{worry}").status == 200


def test_where_no_new_review_is_known_the_last_officer_still_sees_the_worry(
    house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    with house.db.writing() as s:
        s.execute(update(Review).values(status="held"))
    assert signed(iro).get(f"/staff/worries/{raised(house, case.child.consultation_id)}").status == 200


def test_the_old_reviews_page_tells_its_former_officer_nothing_of_today(
    house: House, case: Case, next_review: str, iro: Worker, signed: Signed
) -> None:
    raised(house, next_review)
    with house.db.writing() as s:
        s.execute(update(Child).values(hold="missing", placement="secure", out_of_area=True))
    pages = signed(iro)
    page = pages.get(f"/staff/reviews/{case.review_id}")
    assert "another reviewing officer now" in page.text
    for words in ("missing", "secure", "out of area", "Open worry", "care order"):
        assert words not in page.text
    assert "missing" not in pages.get("/staff/reviews?show=past").text


def test_the_officers_page_says_how_often_a_booklet_was_opened_tried_and_cleared(
    house: House, case: Case, iro: Worker, unit_worker: Worker, signed: Signed, pages: Pages
) -> None:
    people.child_comes_in(pages, case.child)
    again = people.say_birthday(pages, people.open_link(pages, case.child))
    pages.press(again, "Go on", picture=["moon", "key", "cup"])
    unit = signed(unit_worker)
    officer = signed(iro)
    before = officer.get(f"/staff/reviews/{case.review_id}").text
    assert "opened 2 times, last today" in before
    assert "1 wrong try" in before
    unit.press(unit.get(f"/staff/unit/reviews/{case.review_id}"), "Clear a forgotten secret")
    after = officer.get(f"/staff/reviews/{case.review_id}").text
    assert "secret cleared today" in after
    assert "by Una Moss" in after
