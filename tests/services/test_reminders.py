"""Reminders: fixed, for everybody, once each."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.fixtures.clocks import SettableClock
from tests.services.posting import Post
from webapp.house import House
from webapp.services import access, own_secret
from webapp.store import Link

CARER_BY_LETTER = {"way": "letter", "address": ["1 Gull Lane", "SX1 1AA"]}


@pytest.fixture
def post(house: House, tmp_path: Path) -> Post:
    return Post(house, tmp_path)


def token_of(link: str) -> str:
    return link.rpartition("/")[2]


def later(post: Post) -> None:
    """A review in six weeks, so that both reminders have room."""
    post.load(
        review__held_at="2027-03-15T16:00", people__1__reach=CARER_BY_LETTER, people__0__reach__way="letter",
        people__0__reach__address=["9 Far Road", "SX9 9ZZ"],
    )  # fmt: skip


def test_reminders_go_out_once_each_on_their_days(post: Post, clock: SettableClock) -> None:
    later(post)
    post.send()
    sent = []
    for _ in range(45):
        clock.move(days=1)
        post.send()
        if post.send().sent:
            pytest.fail("the second run of a day sends nothing")
        sent.append(len(post.letter.taken))
    days = [
        n for n, (before, after) in enumerate(zip([3, *sent], sent, strict=False), start=1) if after > before
    ]
    assert [dt.date(2027, 2, 1) + dt.timedelta(days=n) for n in days] == [
        dt.date(2027, 2, 15),
        dt.date(2027, 3, 1),
    ]
    assert len(post.letter.taken) == 9
    assert set(post.messages) == {
        f"{what}:{who}{number}" for who in ("child", "parent", "carer")
        for what, number in (("invite", ""), ("remind", ":2027-03-15:1"), ("remind", ":2027-03-15:2"))
    }  # fmt: skip


def test_a_late_run_sends_the_newest_reminder_only(post: Post, clock: SettableClock) -> None:
    later(post)
    post.send()
    clock.set(dt.datetime(2027, 3, 10, 9, tzinfo=dt.UTC))
    assert post.send().sent == {"letter": 3}
    assert {p for p in post.messages if p.startswith("remind")} == {
        f"remind:{w}:2027-03-15:2" for w in ("child", "parent", "carer")
    }


def test_a_reminder_says_that_everybody_gets_it(post: Post, clock: SettableClock) -> None:
    post.load(review__held_at="2027-03-15T16:00")
    post.send()
    clock.set(dt.datetime(2027, 2, 15, 9, tzinfo=dt.UTC))
    post.send()
    invitation, reminder = post.email.taken
    assert "We send this to everyone who was asked" in reminder.body
    assert reminder.subject != invitation.subject
    assert reminder.link != invitation.link
    house = post.house
    with house.db.reading() as session:  # the first link still opens
        assert access.find_link(session, house.vault, clock(), token=token_of(invitation.link))


def test_whether_somebody_answered_changes_nothing_about_their_reminders(
    post: Post, clock: SettableClock
) -> None:
    later(post)
    post.send()
    house = post.house
    consultation = post.consultations["child"]
    with house.db.writing() as session:
        link = session.scalars(select(Link).where(Link.consultation_id == consultation.id)).one()
        visit = access.begin(session, house.vault, link, clock())
        own_secret.set_secret(
            session, house.vault, house.booklets, visit.visit_id, consultation.id, "pin", "2580", clock()
        )
    clock.set(dt.datetime(2027, 2, 15, 9, tzinfo=dt.UTC))
    assert post.send().sent == {"letter": 3}


@pytest.mark.parametrize(
    ("held", "asked", "day_before", "that_day"),
    [
        (
            "2027-04-11T16:00",
            "2027-03-01T10:00",
            "2027-03-27T23:59",
            "2027-03-28T00:00",
        ),  # forward, on that day
        ("2027-11-14T16:00", "2027-10-04T10:00", "2027-10-30T22:59", "2027-10-30T23:00"),  # back, on that day
    ],
)
def test_on_a_day_of_a_clock_change_a_reminder_goes_out_once_from_midnight_in_london(
    post: Post, clock: SettableClock, held: str, asked: str, day_before: str, that_day: str
) -> None:
    def at(text: str) -> None:
        clock.set(dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC))

    at(asked)
    post.load(review__held_at=held, review__window_start=held[:10], review__window_end=held[:10])
    post.send()
    at(day_before)
    post.send()
    before = len(post.email.taken)
    at(that_day)
    assert post.send().sent == {"email": 1, "letter": 1}
    for _ in range(50):
        clock.move(minutes=30)
        assert post.send().sent == {}
    assert len(post.email.taken) == before + 1
