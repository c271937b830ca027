"""An officer opens another's review with a reason, for a while; whoever it concerns reads of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from tests.fixtures.cases import Case, load_rows
from tests.fixtures.clocks import SettableClock
from tests.fixtures.staff import Signed, Worker, make_worker
from tests.review.incoming_rows import row
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.services import auditing
from webapp.services import staff as sign_ins
from webapp.store import Audit, Child, Message, Review, StandIn

WHY = "Nadia is off sick until Monday"


def stand_in(pages: Pages, number: str, why: str = WHY) -> Page:
    return pages.press(pages.get("/staff/stand-in"), "Open it", number=number, reason=why)


def number_of(case: Case) -> str:
    found: str = case.row["child"]["id"]
    return found


def test_an_officer_opens_anothers_review_by_its_whole_number_with_a_reason(
    case: Case, iro: Worker, other_iro: Worker, signed: Signed, house: House
) -> None:
    pages = signed(other_iro)
    address = f"/staff/reviews/{case.review_id}"
    assert pages.get(address).status == 404
    page = stand_in(pages, number_of(case).lower())
    assert page.url == address
    assert "You stand in for Nadia Rahman" in page.text
    assert pages.get(f"{address}/decide").status == 200
    assert "Maya" in pages.get("/staff/stand-in").text
    with house.db.reading() as s:
        key = house.vault.key(s.get_one(Child, case.child_id).key, f"child:{case.child_id}")
        lines = s.scalars(
            select(Audit).where(Audit.actor == f"staff:{other_iro.id}", Audit.child_id == case.child_id)
        ).all()
        assert {"stand_in", "look_review"} <= {line.action for line in lines}
        assert {auditing.reason_of(line, key) for line in lines} == {WHY}, "at each look"
        assert WHY.encode() not in s.scalars(select(StandIn.reason)).one()


def test_a_childs_number_opens_the_review_that_comes_first(
    house: House, case: Case, iro: Worker, other_iro: Worker, signed: Signed, tmp_path: Path
) -> None:
    later = row(
        review__id="R-2",
        review__held_at="2027-08-02T16:00",
        review__window_start="2027-07-01",
        review__window_end="2027-08-20",
    )
    load_rows(house, tmp_path, [later])
    assert stand_in(signed(other_iro), number_of(case)).url == f"/staff/reviews/{case.review_id}"


@pytest.mark.parametrize(
    "number,why,words",
    [("Maya", WHY, "No review that is open has this number"), ("", WHY, "No review that is open has this number"),
     ("%", WHY, "No review that is open has this number"), (None, "sick", "Say why, in a few words")],
)  # fmt: skip
def test_without_a_whole_number_and_a_reason_nothing_opens(
    case: Case, iro: Worker, other_iro: Worker, signed: Signed, number: str | None, why: str, words: str
) -> None:
    pages = signed(other_iro)
    page = stand_in(pages, number_of(case) if number is None else number, why)
    assert page.status == 422
    assert words in page.errors[0]
    assert pages.get(f"/staff/reviews/{case.review_id}").status == 404


def test_numbers_are_not_tried_one_after_the_other(
    case: Case, iro: Worker, other_iro: Worker, signed: Signed, clock: SettableClock
) -> None:
    pages = signed(other_iro)
    for n in range(10):
        stand_in(pages, f"C-9{n}")
    assert "Too many wrong numbers" in stand_in(pages, number_of(case)).errors[0]
    clock.move(minutes=15)
    assert stand_in(pages, number_of(case)).status == 200


def test_it_is_over_when_it_is_given_back_and_when_its_days_are_over(
    case: Case, iro: Worker, other_iro: Worker, signed: Signed, clock: SettableClock, house: House
) -> None:
    pages = signed(other_iro)
    address = stand_in(pages, number_of(case)).url
    page = pages.press(pages.get("/staff/stand-in"), "Give it back")
    assert "Given back" in page.text
    assert pages.get(address).status == 404
    clock.move(minutes=1)
    stand_in(pages, number_of(case))
    clock.move(days=14)
    late = signed(other_iro)
    assert late.get(address).status == 404
    with house.db.reading() as s:
        until, ended = s.execute(
            select(StandIn.until_at, StandIn.ended_at).order_by(StandIn.from_at.desc())
        ).all()[0]
    assert until == ended


def test_it_ends_in_the_midst_of_a_sign_in(
    case: Case, iro: Worker, other_iro: Worker, signed: Signed, clock: SettableClock, house: House
) -> None:
    pages = signed(other_iro)
    address = stand_in(pages, number_of(case)).url
    with house.db.writing() as s:
        s.scalars(select(StandIn)).one().until_at = clock()
    assert pages.get(address).status == 404


def test_the_childs_own_officer_reads_who_when_and_why_and_the_manager_who_and_when(
    case: Case, iro: Worker, other_iro: Worker, signed: Signed, house: House
) -> None:
    stand_in(signed(other_iro), number_of(case))
    own = signed(iro).get("/staff/stand-in")
    assert "Owen Price" in own.text
    assert WHY in own.text
    assert "Maya" in own.text
    manager = signed(make_worker(house, "mara", "manager")).get("/staff/stand-ins")
    assert "Owen Price" in manager.text
    assert "Nadia Rahman" in manager.text
    assert not any(words in manager.body for words in ("Maya", WHY, number_of(case)))


def test_a_colleague_can_not_give_back_what_is_not_theirs(
    case: Case, iro: Worker, other_iro: Worker, signed: Signed, house: House
) -> None:
    stand_in(signed(other_iro), number_of(case))
    pages = signed(iro)
    token = pages.get("/staff/stand-in").root.first("input", name="csrf_token").attrs["value"]
    with house.db.reading() as s:
        held = s.scalars(select(StandIn.id)).one()
    assert pages.post(f"/staff/stand-in/{held}/back", {"csrf_token": token}).status == 404
    with house.db.reading() as s:
        assert s.scalars(select(StandIn.ended_at)).one() is None


def test_a_closed_account_stands_in_for_nobody_when_it_is_opened_again(
    case: Case, iro: Worker, other_iro: Worker, signed: Signed, clock: SettableClock, house: House
) -> None:
    stand_in(signed(other_iro), number_of(case))
    with house.db.writing() as s:
        sign_ins.disable(s, clock(), other_iro.username).active = True
    assert signed(other_iro).get(f"/staff/reviews/{case.review_id}").status == 404


def test_own_reviews_need_no_stand_in(case: Case, iro: Worker, signed: Signed) -> None:
    assert "open to you already" in stand_in(signed(iro), number_of(case)).errors[0]


def test_a_child_who_moves_to_another_officer_is_theirs_at_once(
    case: Case, iro: Worker, other_iro: Worker, signed: Signed, house: House
) -> None:
    before, after = signed(iro), signed(other_iro)
    address = f"/staff/reviews/{case.review_id}"
    assert (before.get(address).status, after.get(address).status) == (200, 404)
    with house.db.writing() as s:
        s.get_one(Review, case.review_id).iro_id = other_iro.id
    assert (before.get(address).status, after.get(address).status) == (404, 200)
    assert "Maya" not in before.get("/staff/reviews").body


def test_whoever_opens_very_many_children_in_an_hour_is_told_of_once(
    case: Case, iro: Worker, signed: Signed, house: House, clock: SettableClock
) -> None:
    make_worker(house, "mara", "manager")
    admin = make_worker(house, "ada", "administrator")
    pages = signed(iro)

    def opened(n: int) -> None:
        with house.db.writing() as s:
            for i in range(n):
                auditing.note(s, clock(), f"staff:{iro.id}", "look_review", "review:x", f"{i:032x}")

    opened(59)
    pages.get(f"/staff/reviews/{case.review_id}")
    with house.db.reading() as s:
        assert s.scalars(select(Message).where(Message.template == "many_looks")).all() == []
    opened(60)
    for _ in range(2):
        pages.get(f"/staff/reviews/{case.review_id}")
    with house.db.reading() as s:
        message = s.scalars(select(Message).where(Message.template == "many_looks")).one()
    assert message.purpose.endswith(":mara@example.org")
    page = signed(admin).get("/staff/accounts")
    assert "Very many children opened" in page.text
    clock.move(minutes=61)
    later = signed(iro)
    later.get(f"/staff/reviews/{case.review_id}")
    with house.db.reading() as s:
        assert len(s.scalars(select(Message).where(Message.template == "many_looks")).all()) == 1
