"""Asked again: where the review moved past what people were sent, or what they were sent went astray."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.fixtures.clocks import SettableClock
from tests.messaging.doubles import FailingMessenger
from tests.services.posting import Post
from webapp.house import House
from webapp.messaging import GiveUp
from webapp.messaging.letter import PrintQueue
from webapp.services import access
from webapp.services.looking_unit import stuck
from webapp.services.sending import print_letter
from webapp.store import Link, Message

CARER_BY_LETTER = {"way": "letter", "address": ["5 Oak Way", "SX1 9AA"]}


@pytest.fixture
def post(house: House, tmp_path: Path) -> Post:
    return Post(house, tmp_path)


def day_by_day(post: Post, clock: SettableClock, days: int) -> None:
    for _ in range(days):
        clock.move(days=1)
        post.send()


def opens(post: Post, link: str) -> bool:
    house = post.house
    with house.db.reading() as session:
        try:
            access.find_link(session, house.vault, house.clock(), token=link.rpartition("/")[2])
        except access.Closed:
            return False
    return True


def made_on(post: Post, who: str) -> dict[str, dt.date]:
    return {p: m.made_at.date() for p, m in post.messages.items() if f":{who}" in p}


def test_a_review_that_is_postponed_after_its_close_asks_everybody_again_with_reminders_of_its_own(
    post: Post, clock: SettableClock
) -> None:
    post.load(review__held_at="2027-03-15T16:00")
    post.send()
    day_by_day(post, clock, 44)
    assert clock().date() == dt.date(2027, 3, 17)
    first = post.email.taken[0].link
    post.load(review__status="postponed", review__held_at="2027-04-20T16:00", review__window_end="2027-05-01")
    day_by_day(post, clock, 34)
    assert made_on(post, "parent") == {
        "invite:parent": dt.date(2027, 2, 1),
        "remind:parent:2027-03-15:1": dt.date(2027, 2, 15),
        "remind:parent:2027-03-15:2": dt.date(2027, 3, 1),
        "invite:parent:2": dt.date(2027, 3, 18),
        "remind:parent:2027-04-20:1": dt.date(2027, 3, 23),
        "remind:parent:2027-04-20:2": dt.date(2027, 4, 6),
    }
    assert opens(post, post.email.taken[-1].link)
    assert not opens(post, first)
    assert post.consultations["parent"].state == "asked"


def test_a_review_that_moves_far_ahead_asks_again_six_weeks_before_once_the_old_links_have_ended(
    post: Post, clock: SettableClock
) -> None:
    post.load()
    post.send()
    post.load(review__held_at="2027-07-01T16:00", review__window_end="2027-07-10")
    day_by_day(post, clock, 120)
    assert made_on(post, "parent")["invite:parent:2"] == dt.date(2027, 5, 20)
    assert opens(post, post.email.taken[-1].link)


def test_a_review_that_moves_back_and_forth_repeats_no_message_for_the_same_dates(
    post: Post, clock: SettableClock
) -> None:
    post.load(review__held_at="2027-03-15T16:00")
    post.send()
    day_by_day(post, clock, 15)
    for held in ("2027-03-18T16:00", "2027-03-15T16:00", "2027-03-18T16:00", "2027-03-15T16:00"):
        post.load(review__held_at=held)
        day_by_day(post, clock, 1)
    reminders = [p for p in made_on(post, "parent") if p.startswith("remind")]
    assert reminders == ["remind:parent:2027-03-15:1"]


def test_links_that_are_merely_old_ask_nobody_twice(post: Post, clock: SettableClock) -> None:
    short = post.house.authority.model_copy(update={"link_days": 5})
    object.__setattr__(post.house, "authority", short)
    post.load(review__held_at="2027-03-15T16:00")
    post.send()
    day_by_day(post, clock, 12)
    assert list(made_on(post, "parent")) == ["invite:parent"]


def test_a_review_that_was_held_asks_nobody_again(post: Post, clock: SettableClock) -> None:
    post.load()
    post.send()
    clock.move(days=40)
    post.load(review__status="held", review__held_at="2027-04-01T16:00", review__window_end="2027-04-10")
    post.send()
    assert list(made_on(post, "parent")) == ["invite:parent"]


def test_a_corrected_email_ends_the_link_that_went_to_the_old_mailbox_and_invites_at_the_new_one(
    post: Post,
) -> None:
    post.load()
    post.send()
    post.load(people__0__reach__email="grace.okafor@example.org")
    (old,) = post.email.taken
    assert not opens(post, old.link), "the import alone ends it"
    assert post.consultations["parent"].state == "due"
    assert post.send().sent == {"email": 1}
    assert [m.to for m in post.email.taken] == ["grace@example.org", "grace.okafor@example.org"]
    assert opens(post, post.email.taken[-1].link)
    assert post.messages["invite:parent:2"].state == "sent"
    assert post.send().sent == {}


def test_a_child_who_moves_house_gets_a_letter_there_and_the_old_letter_opens_nothing(post: Post) -> None:
    post.load()
    post.send()
    post.load(child__reach__address=["2 Hill Road", "SX3 3CC"])
    (old,) = post.letter.taken
    assert not opens(post, old.link)
    assert post.send().sent == {"letter": 1}
    assert "2 Hill Road" in post.letter.taken[-1].to


@pytest.mark.parametrize(
    "change",
    [
        {"people__0__reach__address": ["9 Far Road", "SX9 9ZZ"]},
        {"people__0__reach__phone": "07700 900555"},
        {"people__1__reach__phone": "07700 900555"},
        {"review__place": "School"},
    ],
)
def test_whoever_was_asked_by_email_keeps_their_link_where_only_something_else_changes(
    post: Post, change: dict[str, Any]
) -> None:
    post.load()
    post.send()
    post.load(**change)
    assert opens(post, post.email.taken[0].link)
    assert post.send().sent == {}


def test_a_mailbox_that_refused_us_is_tried_no_more_once_there_is_another(
    post: Post,
) -> None:
    post.load()
    post.send({"email": FailingMessenger(lambda: GiveUp("no_mailbox")), "letter": post.letter})
    assert post.consultations["parent"].state == "unreachable"
    post.load(people__0__reach__email="grace.okafor@example.org")
    assert post.send().sent == {"email": 1}
    assert post.consultations["parent"].state == "asked"


def by_letter(post: Post, **changes: Any) -> None:
    """The carer too is written to; nothing is printed yet."""
    post.load(people__1__reach=CARER_BY_LETTER, **changes)
    post.send({"email": post.email, "letter": PrintQueue()})


def print_all(post: Post) -> int:
    house = post.house
    with house.db.writing() as session:
        waiting = stuck(session, house.vault, house.clock(), "letters")
        for one in waiting:
            print_letter(
                session, house.vault, house.authority, house.settings, one.id, house.clock(), "staff:s1"
            )
    return len(waiting)


def test_whoever_is_written_to_is_asked_once_the_letter_is_printed_and_reminded_from_then_on(
    post: Post, clock: SettableClock
) -> None:
    by_letter(post, review__held_at="2027-03-15T16:00")
    found = post.consultations["child"]
    assert (found.state, found.reason, found.asked_at) == ("due", "letter_to_print", None)
    clock.move(days=12)
    post.send({"email": post.email, "letter": PrintQueue()})
    assert list(made_on(post, "child")) == ["invite:child"], "one letter, however often it runs"
    assert print_all(post) == 2
    found = post.consultations["child"]
    assert (found.state, found.reason, found.asked_at) == ("asked", None, clock())
    clock.move(days=2)  # the day of the first reminder, two days after the letter
    post.send({"email": post.email, "letter": PrintQueue()})
    assert list(made_on(post, "child")) == ["invite:child"]
    clock.move(days=14)
    post.send({"email": post.email, "letter": PrintQueue()})
    assert list(made_on(post, "child")) == ["invite:child", "remind:child:2027-03-15:2"]


def test_a_letter_that_was_never_printed_is_not_printed_beside_a_newer_one(
    post: Post, clock: SettableClock
) -> None:
    by_letter(post)
    by_letter(post, child__hold="missing")
    assert print_all(post) == 0
    by_letter(post)
    assert print_all(post) == 2
    assert {p: m.state for p, m in post.messages.items() if "child" in p} == {
        "invite:child": "stopped",
        "invite:child:2": "sent",
    }


def test_in_demo_mode_a_letter_counts_as_printed_at_once(post: Post) -> None:
    post.load()
    post.send()
    assert post.consultations["child"].asked_at == post.house.clock()
    with post.house.db.reading() as session:
        assert session.scalars(select(Link)).first()
        assert session.scalars(select(Message).where(Message.way == "letter")).one().state == "sent"
