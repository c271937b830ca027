"""Half-way: asked once, on its day and not late, said and changed, read for worries, and shown to their officer."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.fixtures.cases import Case, make_case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.speaking import read_for_worries
from tests.fixtures.staff import Worker
from tests.services.posting import Post
from tests.web.inside import enter
from tests.web.pages import Pages
from webapp.clock import LONDON
from webapp.house import House
from webapp.review.letter import Letter, Next
from webapp.services import halfway, held, iro_letter, looking_screening
from webapp.store import Child, Halfway, Message, Review, Worry, new_id

EMAIL = {"reach": {"way": "email", "email": "maya@example.org"}}
AGREED = (Next("CANARY swimming", "Lin", "2027-04-01"), Next("See Nan more"))


@pytest.fixture
def case(house: House, tmp_path: Path, iro: Worker, clock: SettableClock) -> Case:
    """A review was held on 2 March, and the officer's letter went the day after."""
    made = make_case(house, tmp_path, {"child": EMAIL})
    clock.set(at("2027-03-03"))
    with house.db.writing() as s:
        s.execute(update(Review).where(Review.id == made.review_id).values(status="held"))
    with house.db.writing() as s:
        found = held.held(s, house.vault, iro.id, made.review_id, clock(), lock=True)
        assert found is not None
        row = iro_letter.save(s, found, Letter("middle", "2027-03-02", True, next=AGREED), iro.id, clock())
        iro_letter.send(s, house.vault, house.takers, found, row.id, iro.id, clock())
    return made


def at(day: str, hour: int = 12) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=LONDON)


def asked(house: House) -> list[Message]:
    with house.db.reading() as s:
        return list(s.scalars(select(Message).where(Message.template == "halfway")))


def another(house: House, case: Case, day: str, status: str = "planned") -> None:
    """A next review of the same child, on this day."""
    when = at(day)
    with house.db.writing() as s:
        s.add(
            Review(
                id=new_id(), external_id=f"R-{day}", child_id=case.child_id, kind="later", status=status, held_at=when,
                window_start=when.date(), window_end=when.date(), iro_external_id="S-1",
            )
        )  # fmt: skip


@pytest.fixture
def post(house: House, tmp_path: Path) -> Post:
    return Post(house, tmp_path)


def test_the_child_is_asked_once_half_way_with_nothing_of_what_was_agreed(
    post: Post, case: Case, clock: SettableClock
) -> None:
    another(post.house, case, "2027-08-31")
    days: list[str] = []
    for day in ("2027-05-30", "2027-05-31", "2027-06-01", "2027-06-02", "2027-07-20"):
        clock.set(at(day))
        post.send()
        before = len(post.email.taken)
        post.send()
        assert len(post.email.taken) == before
        days += [day] if len(asked(post.house)) > len(days) else []
    assert days == ["2027-06-01"]
    mail = next(one for one in post.email.taken if one.subject == "Has it happened?")
    assert not any(word in mail.body for word in ("CANARY", "Nan", "Maya", "swimming"))


@pytest.mark.parametrize(
    ("next_on", "day", "goes"),
    [
        ("2027-08-31", "2027-06-15", True),  # a run two weeks late
        ("2027-08-31", "2027-06-16", False),  # later than that it says nothing any more
        ("2027-06-01", "2027-04-16", False),  # a review after three months is invited to in six weeks
        (None, "2027-06-01", True),  # without a next date: half of half a year
    ],
)
def test_it_is_never_late_and_never_near_the_next_invitation(
    post: Post, case: Case, clock: SettableClock, next_on: str | None, day: str, goes: bool
) -> None:
    if next_on:
        another(post.house, case, next_on)
    clock.set(at(day))
    post.send()
    assert bool(asked(post.house)) is goes


def test_a_day_in_the_middle_of_two_reviews_is_four_weeks_from_both(house: House) -> None:
    start = dt.date(2027, 3, 2)
    for weeks in range(1, 60):
        day = halfway.day_of(start, start + dt.timedelta(weeks=weeks), house.authority)
        if day is not None:
            invited = start + dt.timedelta(weeks=weeks, days=-42)
            assert start + halfway.APART <= day <= invited - halfway.APART
    assert halfway.day_of(start, dt.date(2027, 8, 31), house.authority) == dt.date(2027, 6, 1)


@pytest.mark.parametrize("stop", ["hold", "next held"])
def test_a_hold_or_a_next_review_stops_what_waits(
    post: Post, case: Case, clock: SettableClock, stop: str
) -> None:
    clock.set(at("2027-06-01"))
    halfway.plan(post.house.db, post.house.vault, post.house.authority, clock)
    if stop == "hold":
        with post.house.db.writing() as s:
            s.execute(update(Child).values(hold="missing"))
    else:
        another(post.house, case, "2027-05-30", "held")
    post.send()
    assert [one.state for one in asked(post.house)] == ["stopped"]


def test_without_a_letter_that_says_what_happens_next_nobody_is_asked(
    house: House, tmp_path: Path, iro: Worker, clock: SettableClock
) -> None:
    made = make_case(house, tmp_path, {"child": EMAIL})
    with house.db.writing() as s:
        s.execute(update(Review).where(Review.id == made.review_id).values(status="held"))
    clock.set(at("2027-06-01"))
    halfway.plan(house.db, house.vault, house.authority, clock)
    assert asked(house) == []


def say(pages: Pages, house: House, case: Case, **said: Any) -> None:
    enter(pages, house, case.child)
    pages.press(pages.get("/b/halfway"), "Send it to my IRO", **said)


@pytest.fixture
def open_page(house: House, case: Case, clock: SettableClock) -> Case:
    clock.set(at("2027-06-01"))
    halfway.plan(house.db, house.vault, house.authority, clock)
    return case


def test_the_child_says_of_each_thing_how_it_is_and_may_change_it(
    open_page: Case, house: House, pages: Pages, iro: Worker, clock: SettableClock
) -> None:
    say(pages, house, open_page, **{"said-0": "yes", "words": "It was great"})
    page = pages.get("/b/halfway")
    assert "CANARY swimming" in page.text
    assert "Your IRO can read this now." in page.text
    clock.move(minutes=5)
    say(pages, house, open_page, **{"said-1": "not_yet"})
    with house.db.reading() as s:
        rows = s.scalars(select(Halfway).order_by(Halfway.said_at)).all()
        told = halfway.before(s, house.vault, iro.id, open_page.review_id)
    assert [row.superseded_at is None for row in rows] == [False, True]
    assert all(b"great" not in row.sealed for row in rows)
    assert told is not None
    assert [(row.what, row.said) for row in told.rows] == [
        ("CANARY swimming", "yes"),
        ("See Nan more", "not_yet"),
    ]
    assert told.words == "It was great"


def test_their_officer_reads_it_on_the_page_of_the_review_and_of_the_next(
    open_page: Case, house: House, pages: Pages, iro: Worker, other_iro: Worker
) -> None:
    say(pages, house, open_page, **{"said-0": "not_yet", "words": "Lin forgot"})
    another(house, open_page, "2027-08-31")
    with house.db.writing() as s:
        s.execute(update(Review).where(Review.external_id == "R-2027-08-31").values(iro_id=iro.id))
    with house.db.reading() as s:
        new = s.scalars(select(Review.id).where(Review.external_id == "R-2027-08-31")).one()
        for review_id in (open_page.review_id, new):
            told = halfway.before(s, house.vault, iro.id, review_id)
            assert told is not None
            assert told.words == "Lin forgot"
            assert halfway.before(s, house.vault, other_iro.id, review_id) is None


def test_the_page_is_the_childs_alone_and_opens_once_they_were_asked(
    case: Case, house: House, pages: Pages, clock: SettableClock
) -> None:
    enter(pages, house, case.child)
    assert "CANARY" not in pages.get("/b/halfway").body
    clock.set(at("2027-06-01"))
    halfway.plan(house.db, house.vault, house.authority, clock)
    enter(pages, house, case.child)
    assert "CANARY" in pages.get("/b/halfway").body
    for who in (case.parent, case.carer):
        enter(pages, house, who)
        assert "CANARY" not in pages.get("/b/halfway").body
        answer = pages.post("/b/halfway", {"said-0": "yes"})
        assert answer.status in (400, 409)
    with house.db.reading() as s:
        assert s.scalars(select(Halfway)).all() == []


def test_words_that_worry_raise_a_worry_and_the_child_sees_no_difference(
    open_page: Case, house: House, pages: Pages
) -> None:
    say(pages, house, open_page, words="He hits me every night and I want to die")
    for _ in range(2):
        read_for_worries(house)
    with house.db.reading() as s:
        (worry,) = s.scalars(select(Worry)).all()
        (said,) = looking_screening.flagged(s, house.vault, house.booklets, worry.id, "Maya")
    assert (worry.source, worry.raised_by) == ("screening", "child")
    assert said.said == ("He hits me every night and I want to die",)
    assert "half-way" in said.asked
    assert "Your IRO can read this now." in pages.get("/b/halfway").text


def test_too_many_words_come_back_and_nothing_is_kept(open_page: Case, house: House, pages: Pages) -> None:
    enter(pages, house, open_page.child)
    page = pages.press(pages.get("/b/halfway"), "Send it to my IRO", words="x" * 5001)
    assert page.status == 422
    assert "x" * 5001 in page.text
    with house.db.reading() as s:
        assert s.scalars(select(Halfway)).all() == []
