"""What guests are told: by their own way, once, what is true now, and when it changes."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, update

from tests.fixtures.cases import Case
from tests.fixtures.deciding import a_person, ask, ref
from tests.fixtures.guests import (
    AT,
    Post,
    answer,
    day_later,
    guest,
    invite,
    ready,
    settle,
    states,
    status,
    told_first,
    withdraw,
)  # fmt: skip
from tests.fixtures.staff import Worker
from tests.messaging.doubles import FailingMessenger
from webapp.clock import LONDON, today
from webapp.house import House
from webapp.messaging import GiveUp, TryAgain
from webapp.messaging.port import UNKNOWN
from webapp.services import guests
from webapp.store import (
    Message,
    Review,
)

MUM, LIN, FEMI, PHIL = "Mum", "Lin Carter", "Femi Adeyemi", "Uncle Phil"


@pytest.fixture
def post(house: House) -> Post:
    return Post(house)


@pytest.fixture
def told(house: House, case: Case, iro: Worker) -> Case:
    """The child said who comes, the officer settled it and told the child: nothing holds an invitation up."""
    ready(house, iro, case)
    told_first(house, iro, case)
    return case


def messages(house: House) -> list[tuple[str, str]]:
    """Every message to guests: which, and how far."""
    with house.db.reading() as s:
        rows = s.scalars(
            select(Message).where(Message.purpose.startswith("guest:")).order_by(Message.made_at, Message.id)
        )
        return [(one.template, one.state) for one in rows]


def test_a_change_tells_everyone_who_was_told_and_asks_anew(
    house: House, told: Case, iro: Worker, post: Post
) -> None:
    invite(house, iro, told, MUM, LIN)
    post.send()
    answer(house, told, LIN, "coming")
    settle(house, iro, told, AT + dt.timedelta(days=1))
    assert post.send() == 2
    assert post.send() == 0
    assert states(house, told)[LIN] == "invited", "what they answered was for another day"
    first, second = post.email.taken
    assert (first.method, second.method) == ("REQUEST", "REQUEST")
    assert "SEQUENCE:1" in first.calendar
    assert "SEQUENCE:2" in second.calendar
    assert uid_of(first.calendar) == uid_of(second.calendar)


def test_a_place_that_is_another_for_some_readers_only_is_told_to_those(
    house: House, told: Case, iro: Worker, post: Post
) -> None:
    invite(house, iro, told, MUM, LIN)
    post.send()
    settle(house, iro, told, others="The town hall")
    assert post.send() == 1
    assert "The town hall" in post.email.taken[-1].body


def test_a_cancelled_review_is_told_to_everyone_who_was_told_and_to_nobody_else(
    house: House, told: Case, iro: Worker, post: Post
) -> None:
    invite(house, iro, told, MUM)
    post.send()
    invite(house, iro, told, LIN)
    status(house, "cancelled")
    assert post.send() == 1
    assert post.send() == 0
    off = post.email.taken[-1]
    assert off.method == "CANCEL"
    assert "STATUS:CANCELLED" in off.calendar
    assert "METHOD:CANCEL" in off.calendar
    assert not post.sms.taken


def test_a_postponed_review_is_taken_back_and_the_new_day_invites_anew(
    house: House, told: Case, iro: Worker, post: Post
) -> None:
    invite(house, iro, told, MUM)
    post.send()
    with house.db.writing() as s:
        s.execute(update(Review).values(status="postponed", held_at=None))
    assert post.send() == 1
    settle(house, iro, told, AT + dt.timedelta(days=7))
    assert listed(house, told) == [("Mum", "not_asked")], "what she was asked was another day"
    assert post.send() == 1
    assert listed(house, told) == [("Mum", "asked")]
    assert [one.method for one in post.email.taken] == ["REQUEST", "CANCEL", "REQUEST"]
    assert "SEQUENCE:3" in post.email.taken[-1].calendar


def test_who_was_refused_meanwhile_is_not_asked_for_the_new_day_and_the_child_reads_so(
    house: House, told: Case, iro: Worker, post: Post
) -> None:
    invite(house, iro, told, LIN)
    post.send()
    ask(house, told, who=({"people": {ref(house, "carer_foster"): a_person("no")}, "added": []}, ""))
    status(house, "postponed")
    with house.db.writing() as s:
        s.execute(update(Review).values(held_at=None))
    assert post.send() == 1, "whoever was told hears that it is off"
    settle(house, iro, told, AT + dt.timedelta(days=7))
    assert post.send() == 0
    assert listed(house, told) == []


def listed(house: House, case: Case) -> list[tuple[str, str]]:
    """Who is coming, as the child reads it."""
    with house.db.reading() as s:
        found = guests.coming(s, house.vault, case.review_id, today(house.clock))
    return [(one.name, one.state) for one in found]


def test_taking_an_invitation_back_tells_only_who_was_told(
    house: House, told: Case, iro: Worker, post: Post
) -> None:
    invite(house, iro, told, MUM, LIN)
    withdraw(house, iro, told, LIN)
    assert post.send() == 1
    withdraw(house, iro, told, MUM)
    assert post.send() == 1
    assert post.email.taken[-1].method == "CANCEL"
    assert not post.sms.taken


def test_what_was_lost_on_the_way_is_tried_again_as_the_same_message(
    house: House, told: Case, iro: Worker, post: Post
) -> None:
    invite(house, iro, told, MUM)
    lost = FailingMessenger(lambda: TryAgain(UNKNOWN))
    assert post.send(email=lost) == 0
    assert post.send() == 0, "it rests"
    day_later(house)
    assert post.send() == 1
    assert lost.tried[0] == post.email.taken[0], "the same Message-ID, link and entry in the calendar"
    assert messages(house) == [("guest_invitation", "sent")]


def test_a_worker_that_was_killed_in_between_leaves_one_message(
    house: House, told: Case, iro: Worker, post: Post
) -> None:
    invite(house, iro, told, MUM)

    class Killed(BaseException):
        pass

    def killed() -> BaseException:
        return Killed()

    with pytest.raises(Killed):
        post.send(email=FailingMessenger(killed))
    assert post.send() == 0, "somebody may be at it still"
    day_later(house)
    assert post.send() == 1
    assert messages(house) == [("guest_invitation", "sent")]


def test_a_message_that_became_stale_while_it_waited_never_goes(
    house: House, told: Case, iro: Worker, post: Post
) -> None:
    invite(house, iro, told, MUM)
    post.send(email=FailingMessenger(lambda: TryAgain("not_now")))
    settle(house, iro, told, AT + dt.timedelta(days=1))
    day_later(house)
    assert post.send() == 1
    assert post.send() == 0
    assert messages(house) == [("guest_invitation", "stopped"), ("guest_invitation", "sent")]
    assert "3 March 2027" in post.email.taken[0].body


def test_what_a_mailbox_refuses_for_good_is_not_tried_again(
    house: House, told: Case, iro: Worker, post: Post
) -> None:
    invite(house, iro, told, MUM)
    refusing = FailingMessenger(lambda: GiveUp("no_mailbox"))
    assert post.send(email=refusing) == 0
    day_later(house)
    assert post.send(email=refusing) == 0
    assert len(refusing.tried) == 1
    assert (guest(house, told, MUM).state, guest(house, told, MUM).reason) == ("to_invite", "no_mailbox")


def test_phones_are_left_alone_by_night(house: House, case: Case, iro: Worker, post: Post) -> None:
    ready(house, iro, case)
    house.clock.set(dt.datetime(2027, 2, 2, 22, tzinfo=LONDON))  # type: ignore[attr-defined]
    invite(house, iro, case, LIN)
    assert post.send() == 0
    assert guest(house, case, LIN).reason == "quiet_hours"
    house.clock.set(dt.datetime(2027, 2, 3, 9, tzinfo=LONDON))  # type: ignore[attr-defined]
    assert post.send() == 1
    assert post.send() == 0


def test_nothing_goes_out_for_a_time_that_is_past(house: House, case: Case, iro: Worker, post: Post) -> None:
    ready(house, iro, case)
    invite(house, iro, case, LIN)
    house.clock.set(AT + dt.timedelta(minutes=1))  # type: ignore[attr-defined]
    assert post.send() == 0


def test_where_it_is_goes_only_to_who_may_know_it(house: House, told: Case, iro: Worker, post: Post) -> None:
    invite(house, iro, told, MUM, LIN, FEMI)
    post.send()
    to_mum = next(one for one in post.email.taken if one.to == "grace@example.org")
    assert "CANARY" not in to_mum.body + to_mum.calendar + to_mum.subject
    assert "Harbour Café" in to_mum.body
    assert "Harbour Café" in to_mum.calendar
    assert "CANARY" not in post.sms.taken[0].body
    assert "Harbour" not in post.sms.taken[0].body


def test_nothing_that_goes_out_names_the_child_or_what_they_said(
    house: House, case: Case, iro: Worker, post: Post
) -> None:
    ready(house, iro, case, card=(["star"], "CANARY-CARD"), anything="CANARY-ANSWER")
    told_first(house, iro, case)
    invite(house, iro, case, MUM, LIN, FEMI)
    post.send()
    settle(house, iro, case, AT + dt.timedelta(days=1))
    post.send()
    status(house, "cancelled")
    post.send()
    assert len(post.email.taken) >= 3
    for one in (*post.email.taken, *post.sms.taken):
        sent = one.subject + one.body + one.calendar.replace("\r\n ", "")
        assert not [word for word in ("CANARY", "Maya", "Okafor", "refus") if word in sent]


def uid_of(calendar: str) -> str:
    """The entry's own name."""
    return next(line for line in calendar.splitlines() if line.startswith("UID:"))
