"""How was it: everybody who may be asked is asked the day after a review, once, and never about one not held."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.fixtures.clocks import SettableClock
from tests.review.incoming_rows import row
from tests.services.posting import Post
from webapp.house import House
from webapp.store import Consultation, IroLetter, Message, Staff

HELD = {"review__status": "held", "review__held_at": "2027-03-02T16:00"}


@pytest.fixture
def post(house: House, tmp_path: Path) -> Post:
    """A post office of our own."""
    return Post(house, tmp_path)


def asked_after(post: Post) -> dict[str, Consultation]:
    """Who is asked after the review, by who they are."""
    with post.house.db.reading() as s:
        return {c.who: c for c in s.scalars(select(Consultation).where(Consultation.stage == "after"))}


def test_the_day_after_a_review_each_is_asked_how_it_was_and_the_child_a_week_later_without_a_letter(
    post: Post, clock: SettableClock
) -> None:
    post.load()
    post.send()
    clock.set(dt.datetime(2027, 3, 2, 18, tzinfo=dt.UTC))
    post.load(**HELD)
    assert post.send().sent == {}, "not on the day itself"
    clock.set(dt.datetime(2027, 3, 3, 9, tzinfo=dt.UTC))
    assert post.send().sent == {"email": 1}
    clock.set(dt.datetime(2027, 3, 9, 9, tzinfo=dt.UTC))
    assert post.send().sent == {}
    clock.set(dt.datetime(2027, 3, 10, 9, tzinfo=dt.UTC))
    assert post.send().sent == {"letter": 1}
    found = asked_after(post)
    assert {who: c.booklets for who, c in found.items()} == {
        "child": "how_was_it", "parent": "how_was_it_parent", "carer": "how_was_it_carer",
    }  # fmt: skip
    assert {who: c.due_on.day for who, c in found.items()} == {"child": 10, "parent": 3, "carer": 3}
    assert {c.closes_on for c in found.values()} == {dt.date(2027, 3, 30)}
    post.send()
    clock.set(dt.datetime(2027, 3, 20, 9, tzinfo=dt.UTC))
    post.send()
    with post.house.db.reading() as s:
        purposes = s.scalars(
            select(Message.purpose).where(Message.consultation_id.in_([c.id for c in found.values()]))
        ).all()
    wanted = [f"invite:{c.id}" for c in found.values() if c.state != "unreachable"]
    assert sorted(purposes) == sorted(wanted), "once, and no reminder"


@pytest.mark.parametrize(
    ("letter", "asked"), [("2027-03-02T18:00", 3), ("2027-03-05T09:00", 6), ("2027-03-20T09:00", 10)]
)
def test_the_child_is_asked_the_day_after_the_officers_letter(
    post: Post, clock: SettableClock, letter: str, asked: int
) -> None:
    post.load(review__held_at="2027-03-02T16:00")
    post.send()
    clock.set(dt.datetime(2027, 3, 3, 0, 30, tzinfo=dt.UTC))
    post.load(**HELD)
    post.plan()
    review_id = asked_after(post)["child"].review_id
    sent = dt.datetime.fromisoformat(letter).replace(tzinfo=dt.UTC)
    for day in range(3, 25):
        clock.set(dt.datetime(2027, 3, day, 12, tzinfo=dt.UTC))
        if clock() >= sent:
            with post.house.db.writing() as s:
                if not s.scalars(select(IroLetter)).first():
                    staff = Staff(username="n", name="N", roles="iro", key=b"")
                    s.add(staff)
                    s.flush()
                    s.add(IroLetter(review_id=review_id, version=1, language="en", wording="easy", sealed=b"",
                                    made_by=staff.id, made_at=sent, sent_at=sent))  # fmt: skip
        post.plan()
        if asked_after(post)["child"].due_on <= clock().date():
            assert day == asked
            break


def test_nobody_is_asked_how_it_was_long_after(post: Post, clock: SettableClock) -> None:
    clock.set(dt.datetime(2027, 4, 1, 9, tzinfo=dt.UTC))
    post.load(**HELD)
    post.plan()
    assert asked_after(post) == {}


def test_a_review_that_was_not_held_after_all_stops_the_question(post: Post, clock: SettableClock) -> None:
    clock.set(dt.datetime(2027, 3, 3, 9, tzinfo=dt.UTC))
    post.load(**HELD)
    post.plan()
    post.load(review__status="postponed", review__held_at="2027-03-16T16:00", review__window_end="2027-03-20")
    post.plan()
    assert {(c.state, c.reason) for c in asked_after(post).values()} == {("stopped", "review_not_held")}


def test_a_hold_stops_how_it_was_as_it_stops_everything(post: Post, clock: SettableClock) -> None:
    clock.set(dt.datetime(2027, 3, 3, 9, tzinfo=dt.UTC))
    post.load(**HELD, child__hold="bereaved")
    post.plan()
    assert asked_after(post) == {}


def test_carers_of_a_child_who_uses_no_words_are_asked_what_they_saw_too(post: Post) -> None:
    post.load(row(child__no_words=True))
    post.plan()
    assert post.consultations["carer"].booklets == "carer observer"
    assert post.consultations["parent"].booklets == "parent"
    assert "no_words" in post.consultations["child"].facts.split()


def test_the_invitation_afterwards_does_not_speak_of_a_meeting_to_come(
    post: Post, clock: SettableClock
) -> None:
    clock.set(dt.datetime(2027, 3, 3, 9, tzinfo=dt.UTC))
    email = {"way": "email", "email": "maya@example.org"}
    post.load(row(**HELD, child__reach=email))
    post.send()
    clock.move(days=7)
    post.send()
    mail = next(one for one in post.email.taken if one.to == "maya@example.org")
    assert mail.subject == "How was the meeting?"
    assert "coming up" not in mail.body
    assert "Maya" not in mail.subject + mail.body
