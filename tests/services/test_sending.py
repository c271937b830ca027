"""Invitations and reminders, from what is due to what is taken."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.fixtures.clocks import SettableClock
from tests.messaging.doubles import FailingMessenger
from tests.review.incoming_rows import row
from tests.services.posting import Post
from webapp.house import House
from webapp.messaging import GiveUp, Messenger, TryAgain
from webapp.services import access, sending, sending_claims
from webapp.services.sending import send_due, try_again
from webapp.store import Child, Consultation, Link, Message

CARER_BY_LETTER = {"way": "letter", "address": ["1 Gull Lane", "SX1 1AA"]}


@pytest.fixture
def post(house: House, tmp_path: Path) -> Post:
    return Post(house, tmp_path)


def token_of(link: str) -> str:
    return link.rpartition("/")[2]


def test_everybody_who_is_due_is_sent_one_message_their_own_way(post: Post) -> None:
    post.load()
    report = post.send()
    assert report.sent == {"email": 1, "letter": 1}
    assert report.unreachable == 1  # the carer has only a phone
    assert {purpose: (m.way, m.state) for purpose, m in post.messages.items()} == {
        "invite:child": ("letter", "sent"),
        "invite:parent": ("email", "sent"),
    }
    found = post.consultations
    assert {who: c.state for who, c in found.items()} == {
        "child": "asked",
        "parent": "asked",
        "carer": "unreachable",
    }
    assert found["parent"].asked_at == post.house.clock()


def test_running_again_sends_nothing_more(post: Post) -> None:
    post.load()
    post.send()
    assert post.send().sent == {}
    assert len(post.email.taken) == len(post.letter.taken) == 1


def test_link_and_code_open_the_booklet_of_the_one_they_were_sent_to(
    post: Post, clock: SettableClock
) -> None:
    post.load()
    post.send()
    house, (email,), (letter,) = post.house, post.email.taken, post.letter.taken
    with house.db.reading() as session:
        by_link = access.find_link(session, house.vault, clock(), token=token_of(email.link))
        by_code = access.find_link(session, house.vault, clock(), code=access.read_code(letter.code))
    assert by_link.consultation_id == post.consultations["parent"].id
    assert by_code.consultation_id == post.consultations["child"].id
    assert by_link.expires_at == dt.datetime(2027, 3, 3, tzinfo=dt.UTC)  # when the day of the review ends


def test_an_email_names_nobody_and_carries_no_code(post: Post) -> None:
    post.load()
    post.send()
    (email,) = post.email.taken
    told = f"{email.subject}\n{email.body}"
    for private in (
        "Maya",
        "Okafor",
        "Grace",
        "Mum",
        "Lin",
        "Carter",
        "Femi",
        "child",
        "care",
        "foster",
        "Gull",
        "SX",
    ):
        assert private not in told
    assert email.code == ""
    assert email.to == "grace@example.org"
    assert "http://localhost/o/" in email.body
    assert "01632 960001" in email.body
    assert "0800 1111" in email.body
    assert email.reply_to == "reviews@harbourside.example"


def test_a_letter_names_the_one_it_is_for_and_a_parents_letter_names_no_child(post: Post) -> None:
    post.load(people__0__reach=CARER_BY_LETTER | {"address": ["9 Far Road", "SX9 9ZZ"]})
    post.send()
    to_child, to_parent = sorted(post.letter.taken, key=lambda m: m.to, reverse=True)
    assert to_child.to.splitlines() == ["Maya Okafor", "1 Gull Lane", "SX1 1AA"]
    assert "Maya" in to_child.page
    for private in ("Maya", "Gull", "SX1", "Lin", "Carter"):
        assert private not in to_parent.page + to_parent.to
    assert to_child.code.replace("-", "</span><i>-</i><span>") in to_child.page


def test_what_is_stored_holds_neither_link_nor_code_nor_address(post: Post, tmp_path: Path) -> None:
    post.load()
    post.send()
    (email,), (letter,) = post.email.taken, post.letter.taken
    house = post.house
    with house.db.reading() as session:
        dump = "\n".join(
            repr(tuple(found)) for table in (Message, Link, Consultation, Child)
            for found in session.execute(select(*table.__table__.columns))
        )  # fmt: skip
    for secret in (
        token_of(email.link),
        token_of(letter.link),
        letter.code,
        letter.code.replace("-", ""),
        email.to,
    ):
        assert secret not in dump


def test_a_line_that_is_down_is_tried_again_later_under_the_same_id_and_then_no_more(
    post: Post, clock: SettableClock
) -> None:
    post.load()
    flaky = FailingMessenger(lambda: TryAgain("no_line"))
    messengers: dict[str, Messenger] = {"email": flaky, "letter": post.letter}
    assert post.send(messengers).put_off == 1
    assert (post.messages["invite:parent"].state, post.messages["invite:parent"].reason) == (
        "waiting",
        "no_line",
    )
    assert post.consultations["parent"].asked_at is None
    post.send(messengers)
    assert len(flaky.tried) == 1
    flaky.error = None
    clock.move(minutes=1)
    assert post.send(messengers).sent == {"email": 1}
    clock.move(hours=1)
    post.send(messengers)
    assert len(flaky.tried) == 2
    assert len({m.id for m in flaky.tried}) == 1
    assert post.messages["invite:parent"].state == "sent"
    assert post.consultations["parent"].asked_at is not None


def test_waiting_grows_to_half_an_hour_and_no_longer(post: Post, clock: SettableClock) -> None:
    post.load()
    down = FailingMessenger(lambda: TryAgain("no_line"))
    waits = []
    for _ in range(6):
        post.send({"email": down, "letter": post.letter})
        due = post.messages["invite:parent"].due_at
        waits.append((due - clock()).total_seconds() / 60)
        clock.set(due)
    assert waits == [1, 5, 15, 30, 30, 30]


def test_after_three_failures_in_a_row_a_way_rests_for_the_run(post: Post) -> None:
    rows = [
        row(review__id=f"R-{n}", child__id=f"C-{n}", people__0__id=f"M-{n}", people__1__reach__way="none")
        for n in range(8)
    ]
    post.load(*rows)
    down = FailingMessenger(lambda: TryAgain("no_line"))
    report = post.send({"email": down, "letter": post.letter})
    assert len(down.tried) == sending.RESTS_AFTER
    assert report.put_off == 8
    assert report.sent == {"letter": 8}


def test_a_refused_mailbox_is_given_up_shown_and_may_be_tried_once_more_by_staff(
    post: Post, clock: SettableClock
) -> None:
    post.load()
    gone = FailingMessenger(lambda: GiveUp("no_mailbox"))
    messengers: dict[str, Messenger] = {"email": gone, "letter": post.letter}
    assert post.send(messengers).gave_up == 1
    found = post.consultations["parent"]
    assert (found.state, found.reason) == ("unreachable", "no_mailbox")
    clock.move(days=1)
    post.send(messengers)
    assert len(gone.tried) == 1
    gone.error = None
    with post.house.db.writing() as session:
        assert try_again(session, post.messages["invite:parent"].id, clock(), "staff:x")
    assert post.send(messengers).sent == {"email": 1}
    assert post.consultations["parent"].state == "asked"


def test_a_crash_before_the_outcome_is_written_is_tried_again_after_ten_minutes_under_the_same_id(
    post: Post, clock: SettableClock
) -> None:
    post.load()
    dying = FailingMessenger(KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        post.send({"email": dying, "letter": post.letter})
    assert post.messages["invite:parent"].state == "sending"
    clock.move(minutes=9)
    post.send()
    assert post.email.taken == []
    clock.move(minutes=1)
    post.send()
    assert [m.id for m in post.email.taken] == [m.id for m in dying.tried]
    assert post.messages["invite:parent"].state == "sent"
    clock.move(days=1)
    post.send()
    assert len(post.email.taken) == 1


@pytest.mark.parametrize(
    ("table", "change"),
    [(Child, {"hold": "missing"}), (Child, {"hold": "died"})],
)
def test_a_hold_that_comes_between_planning_and_sending_stops_the_message(
    post: Post, clock: SettableClock, table: Any, change: dict[str, str]
) -> None:
    post.load()
    post.plan()
    house = post.house
    with house.db.writing() as session:
        session.execute(update(table).values(**change))
        desk = sending_claims.Desk(
            house.vault, house.authority, house.settings, {"email": post.email}, clock()
        )
        claims = sending_claims.invitations(session, desk)
    assert (claims.going, claims.stopped) == ([], 3)
    assert {c.state for c in post.consultations.values()} == {"stopped"}
    assert post.messages == {}


def test_a_hold_stops_a_message_that_waits_to_be_tried_again(post: Post, clock: SettableClock) -> None:
    post.load()
    post.send({"email": FailingMessenger(lambda: TryAgain("no_line")), "letter": post.letter})
    house = post.house
    with house.db.writing() as session:
        session.execute(update(Child).values(hold="bereaved"))
    clock.move(hours=1)
    with house.db.writing() as session:
        desk = sending_claims.Desk(
            house.vault, house.authority, house.settings, {"email": post.email}, clock()
        )
        assert sending_claims.again(session, desk).stopped == 1
    assert (post.messages["invite:parent"].state, post.messages["invite:parent"].reason) == (
        "stopped",
        "hold",
    )


def test_nothing_is_sent_past_the_close(post: Post, clock: SettableClock) -> None:
    post.load()
    post.send({"email": FailingMessenger(lambda: TryAgain("no_line")), "letter": post.letter})
    clock.set(dt.datetime(2027, 3, 3, 9, tzinfo=dt.UTC))
    post.send()
    assert post.email.taken == []
    assert post.messages["invite:parent"].reason == "closed"


def test_two_runs_at_once_send_each_message_once(post: Post) -> None:
    post.load(*(row(review__id=f"R-{n}", child__id=f"C-{n}", people__0__id=f"M-{n}") for n in range(30)))
    post.plan()
    errors: list[BaseException] = []

    def run() -> None:
        try:
            post.send()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(post.email.taken) == len({m.id for m in post.email.taken}) == 30
    assert len(post.letter.taken) == len({m.id for m in post.letter.taken}) == 30


def test_progress_is_told_and_counts_up(post: Post) -> None:
    post.load()
    seen: list[int] = []
    house = post.house
    send_due(
        house.db, house.vault, house.authority, house.settings, house.booklets,
        {"email": post.email, "letter": post.letter}, house.clock,
        lambda report: seen.append(sum(report.sent.values())),
    )  # fmt: skip
    assert seen == sorted(seen)
    assert seen[-1] == 2


def test_a_fault_of_our_own_in_one_message_keeps_none_of_the_others_back(
    post: Post, clock: SettableClock
) -> None:
    post.load()
    faulty = FailingMessenger(lambda: KeyError("a fault"))
    report = post.send({"email": faulty, "letter": post.letter})
    assert (report.sent, report.put_off) == ({"letter": 1}, 1)
    assert post.messages["invite:parent"].reason == "our_fault"


@pytest.mark.parametrize("planned", [True, False])
def test_somebody_whom_no_key_opens_is_set_aside_and_the_others_go_on(post: Post, planned: bool) -> None:
    post.load(row(), row(review__id="R-2", child__id="C-2", people__0__id="M-2"))
    if planned:
        post.plan()
    house = post.house
    with house.db.writing() as session:
        session.execute(update(Child).where(Child.external_id == "C-2").values(key=b"broken" * 10))
    report = post.send()
    assert report.sent == {"email": 1, "letter": 1}
    with house.db.reading() as session:
        aside = (
            select(Consultation.reason)
            .join(Child, Child.id == Consultation.child_id)
            .where(Child.external_id == "C-2")
        )
        assert set(session.scalars(aside)) == ({"unreadable"} if planned else set())
