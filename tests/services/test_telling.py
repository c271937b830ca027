"""The child is told that there is something to read, and on the day before when the review is: once, and never late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.fixtures.cases import Case, make_case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.deciding import REASON, ask, decide, settle_on, tell
from tests.fixtures.provider import Provider
from tests.fixtures.staff import Worker
from tests.services.posting import Post
from tests.services.texting import Texts
from webapp.clock import LONDON
from webapp.house import House
from webapp.services import access
from webapp.services.sending import NotPrinted, print_letter, send_due
from webapp.store import Child, Message, Phone, Review

EMAIL = {"reach": {"way": "email", "email": "maya@example.org"}}
SMS = {"reach": {"way": "sms", "phone": "07700 900111"}}


class Told:
    """A child's case, its officer, and what goes out."""

    def __init__(self, house: House, folder: Path, iro: Worker, child: Mapping[str, object]) -> None:
        self.house, self.iro = house, iro
        self.case: Case = make_case(house, folder, {"child": child})
        self.post = Post(house, folder)

    def send(self) -> list[str]:
        """Send what is due, twice; what went to the child that tells, by template."""
        before = len(self.out)
        ways = {"email": self.post.email, "letter": self.post.letter, "sms": self.post.email}
        for _ in range(2):
            send_due(self.house.db, self.house.vault, self.house.authority, self.house.settings, self.house.booklets,
                     ways, self.house.clock)  # fmt: skip
        return self.out[before:]

    @property
    def out(self) -> list[str]:
        """Everything that went out to the child and tells, in order, by template."""
        with self.house.db.reading() as s:
            rows = s.execute(
                select(Message.template).where(
                    Message.consultation_id == self.case.child.consultation_id, Message.state == "sent",
                    Message.template.in_(("told", "tomorrow", "cancelled")),
                ).order_by(Message.sent_at)
            )  # fmt: skip
            return list(rows.scalars())

    def message(self, template: str) -> Message:
        """The newest message of this kind."""
        with self.house.db.reading() as s:
            wanted = select(Message).where(Message.template == template).order_by(Message.made_at.desc())
            found = s.scalars(wanted).first()
        assert found is not None
        return found


@pytest.fixture
def told(house: House, tmp_path: Path, iro: Worker) -> Told:
    return Told(house, tmp_path, iro, EMAIL)


def set_row(house: House, table: type, row_id: str, **values: object) -> None:
    with house.db.writing() as s:
        s.execute(update(table).where(table.id == row_id).values(**values))  # type: ignore[attr-defined]


def test_each_telling_is_one_message_with_nothing_private_and_a_link_that_opens(told: Told) -> None:
    house, case = told.house, told.case
    ask(house, case)
    decide(house, told.iro, case, "chair", "not_possible", reason=f"CANARY {REASON}")
    assert told.send() == [], "nothing before the officer tells"
    tell(house, told.iro, case)
    tell(house, told.iro, case)
    assert told.send() == ["told"]
    mail = told.post.email.taken[-1]
    assert mail.subject == "An answer about the meeting"
    assert not any(
        w in mail.subject + mail.body for w in ("CANARY", "Maya", "Okafor", "chair", "care", "IRO")
    )
    with house.db.reading() as s:
        link = access.find_link(s, house.vault, house.clock(), token=mail.link.rpartition("/")[2])
    assert link.consultation_id == case.child.consultation_id
    decide(house, told.iro, case, "chair", "changed", instead="Both of you", reason=REASON)
    tell(house, told.iro, case)
    assert told.send() == ["told"], "a later change is a new message"


def test_what_is_told_twice_in_one_night_is_one_text_in_the_morning(
    house: House, tmp_path: Path, iro: Worker, clock: SettableClock
) -> None:
    told = Told(house, tmp_path, iro, SMS)
    ask(house, told.case)
    clock.set(dt.datetime(2027, 2, 2, 21, tzinfo=LONDON))
    for wish in ("chair", "where"):
        decide(house, iro, told.case, wish, "not_possible", reason=REASON)
        tell(house, iro, told.case)
        assert told.send() == []
    clock.set(dt.datetime(2027, 2, 3, 8, tzinfo=LONDON))
    assert told.send() == ["told"]
    said = [
        one.body
        for one in told.post.email.taken
        if "There is an answer for you about the meeting." in one.body
    ]
    assert len(said) == 1


def test_the_reminder_goes_on_the_day_before_with_the_time_and_never_the_place(
    told: Told, clock: SettableClock
) -> None:
    settle_on(told.house, told.iro, told.case, "2027-03-04", "16:30")
    told.send()
    sent = []
    clock.set(dt.datetime(2027, 3, 1, 12, tzinfo=LONDON))
    for _ in range(8):
        clock.move(hours=12)
        sent += [(clock.moment.astimezone(LONDON).date(), what) for what in told.send()]
    assert sent == [(dt.date(2027, 3, 3), "tomorrow")]
    mail = next(one for one in told.post.email.taken if one.subject == "The meeting is tomorrow")
    assert "The meeting is tomorrow at 16:30. Your page says where it is." in mail.body
    assert not any(word in mail.body for word in ("CANARY", "Maya", "review"))


@pytest.mark.parametrize(("day", "before"), [("2027-03-28", "2027-03-27"), ("2027-10-31", "2027-10-30"),
                                             ("2027-03-29", "2027-03-28"), ("2027-11-01", "2027-10-31")])  # fmt: skip
def test_across_a_clock_change_it_goes_once_and_four_o_clock_stays_four_o_clock(
    told: Told, clock: SettableClock, day: str, before: str
) -> None:
    settle_on(told.house, told.iro, told.case, day)
    clock.set(dt.datetime.fromisoformat(f"{before}T00:00").replace(tzinfo=LONDON) - dt.timedelta(minutes=30))
    told.send()
    assert "tomorrow" not in told.out
    for _ in range(9):
        clock.move(minutes=30 if told.out.count("tomorrow") == 0 else 180)
        told.send()
    assert told.out.count("tomorrow") == 1
    assert told.message("tomorrow").sent_at == dt.datetime.fromisoformat(f"{before}T00:00").replace(
        tzinfo=LONDON
    )
    mail = next(one for one in told.post.email.taken if one.subject == "The meeting is tomorrow")
    assert "tomorrow at 16:00." in mail.body


def test_after_three_days_without_a_run_nothing_that_is_over_goes_out(
    told: Told, clock: SettableClock
) -> None:
    settle_on(told.house, told.iro, told.case, "2027-03-04")
    told.send()
    ask(told.house, told.case)
    decide(told.house, told.iro, told.case, rest=True)
    clock.set(dt.datetime(2027, 3, 2, 12, tzinfo=LONDON))
    tell(told.house, told.iro, told.case)
    clock.set(dt.datetime(2027, 3, 5, 12, tzinfo=LONDON))
    assert told.send() == []
    assert (told.message("told").state, told.message("told").reason) == ("stopped", "review_held")


def test_a_text_for_tomorrow_that_waits_for_the_morning_of_the_day_does_not_go(
    house: House, tmp_path: Path, iro: Worker, clock: SettableClock
) -> None:
    told = Told(house, tmp_path, iro, SMS)
    settle_on(house, iro, told.case, "2027-03-04")
    told.send()
    clock.set(dt.datetime(2027, 3, 3, 20, 30, tzinfo=LONDON))
    assert told.send() == []
    clock.set(dt.datetime(2027, 3, 4, 8, 30, tzinfo=LONDON))
    assert told.send() == []
    assert told.message("tomorrow").reason == "stale"


def test_a_review_that_moved_is_reminded_of_on_its_new_day_alone(told: Told, clock: SettableClock) -> None:
    settle_on(told.house, told.iro, told.case, "2027-03-04")
    settle_on(told.house, told.iro, told.case, "2027-03-11")
    told.send()
    clock.set(dt.datetime(2027, 3, 3, 12, tzinfo=LONDON))
    assert told.send() == []
    clock.set(dt.datetime(2027, 3, 10, 12, tzinfo=LONDON))
    assert told.send() == ["tomorrow"]


def test_a_review_that_is_postponed_and_brought_back_tells_the_child_each_once(
    told: Told, clock: SettableClock
) -> None:
    settle_on(told.house, told.iro, told.case, "2027-03-11")
    assert told.send() == ["told"]
    at = dt.datetime(2027, 3, 11, 16, tzinfo=LONDON)
    for _ in range(2):
        set_row(told.house, Review, told.case.review_id, status="postponed", held_at=None)
        first = told.send()
        set_row(told.house, Review, told.case.review_id, status="planned", held_at=at)
        back = told.send()
        assert (first, back) in ((["told"], ["told"]), ([], [])), "and not again, the second time round"
    assert told.out == ["told", "told", "told"]
    set_row(told.house, Review, told.case.review_id, status="postponed", held_at=at + dt.timedelta(days=7))
    settle_on(told.house, told.iro, told.case, "2027-03-18")
    assert told.send() == ["told"], "the new day, by the officer's press"


def test_without_a_settled_time_or_once_the_case_system_moved_it_nobody_is_reminded(
    told: Told, clock: SettableClock
) -> None:
    clock.set(dt.datetime(2027, 3, 1, 12, tzinfo=LONDON))
    assert told.send() == [], "its date came with the import and nobody settled it"
    settle_on(told.house, told.iro, told.case, "2027-03-04")
    told.send()
    moved = dt.datetime(2027, 3, 18, 12, tzinfo=LONDON)
    set_row(told.house, Review, told.case.review_id, held_at=moved)
    for day in (3, 17):
        clock.set(dt.datetime(2027, 3, day, 12, tzinfo=LONDON))
        assert told.send() == []


@pytest.mark.parametrize("child", [EMAIL, SMS])
def test_a_meeting_that_they_were_told_of_is_cancelled_and_they_hear_so_once_with_no_link(
    house: House, tmp_path: Path, iro: Worker, clock: SettableClock, child: Mapping[str, object]
) -> None:
    told = Told(house, tmp_path, iro, child)
    settle_on(house, iro, told.case, "2027-03-04", "16:30")
    told.send()
    set_row(house, Review, told.case.review_id, status="cancelled")
    assert told.send() == ["cancelled"]
    said = told.post.email.taken[-1]
    assert "The meeting that we told you about is not happening." in said.body
    assert ("/o/" in said.body, said.link) == (False, "")
    assert not any(word in said.body for word in ("CANARY", "Maya", "review"))
    clock.move(days=1)
    assert told.send() == []
    set_row(house, Review, told.case.review_id, status="planned")
    assert told.send() == ["told"], "it is on again, as it was"


def test_a_line_that_breaks_after_it_was_taken_sends_no_second_one_though_no_link_tells_it(
    house: House, tmp_path: Path, iro: Worker, clock: SettableClock, provider: Provider
) -> None:
    told, texts = Told(house, tmp_path, iro, SMS), Texts(house, tmp_path, provider)
    settle_on(house, iro, told.case, "2027-03-04", "16:30")
    texts.send()
    set_row(house, Review, told.case.review_id, status="cancelled")
    provider.trouble.append("taken")
    texts.send()
    assert told.message("cancelled").state == "waiting"
    texts.again(clock)
    assert told.message("cancelled").state == "sent"
    assert sum("is not happening" in one["body"] for one in provider.sent) == 1


@pytest.mark.parametrize("why", ["never told", "held back", "taken back in the night", "by post"])
def test_nobody_hears_that_a_meeting_is_cancelled_which_they_do_not_expect_or_must_not_hear_of(
    house: House, tmp_path: Path, iro: Worker, clock: SettableClock, why: str
) -> None:
    way = {"reach": {"way": "letter", "address": ["1 High Street"]}} if why == "by post" else SMS
    told = Told(house, tmp_path, iro, way)
    if why == "never told":
        ask(house, told.case)
    else:
        settle_on(house, iro, told.case, "2027-03-04", "16:30")
    told.send()
    clock.set(dt.datetime(2027, 2, 2, 22, tzinfo=LONDON))
    set_row(house, Review, told.case.review_id, status="cancelled")
    assert "cancelled" not in told.send()
    if why == "held back":
        set_row(house, Child, told.case.child_id, hold="missing")
    if why == "taken back in the night":
        set_row(house, Review, told.case.review_id, status="planned")
    clock.move(hours=12)
    assert told.send() == []
    if why != "never told":
        said = told.message("cancelled")
        assert (said.state, said.reason) == (
            "stopped",
            {"by post": "no_post", "held back": "hold"}.get(why, "stale"),
        )


@pytest.mark.parametrize("stop", ["hold", "cancelled", "held"])
def test_a_hold_or_the_end_stops_both(told: Told, clock: SettableClock, stop: str) -> None:
    house, case = told.house, told.case
    settle_on(house, told.iro, case, "2027-03-04")
    clock.set(dt.datetime(2027, 3, 3, 12, tzinfo=LONDON))
    if stop == "hold":
        set_row(house, Child, case.child_id, hold="missing")
    else:
        set_row(house, Review, case.review_id, status=stop)
    assert told.send() == []
    assert told.message("told").state == "stopped"


def test_whoever_wrote_stop_gets_neither_and_staff_see_why(
    house: House, tmp_path: Path, iro: Worker, clock: SettableClock
) -> None:
    told = Told(house, tmp_path, iro, SMS)
    with house.db.writing() as s:
        s.add(Phone(number_hash=house.vault.lookup("phone", "+447700900111"), opted_out_at=clock()))
    settle_on(house, iro, told.case, "2027-03-04")
    assert told.send() == []
    assert (told.message("told").state, told.message("told").reason) == ("failed", "opted_out")


def test_by_post_the_answer_is_a_letter_to_print_and_the_reminder_does_not_go(
    house: House, tmp_path: Path, iro: Worker, clock: SettableClock
) -> None:
    told = Told(house, tmp_path, iro, {})
    settle_on(house, iro, told.case, "2027-03-04")
    told.send()
    message = told.message("told")
    with house.db.writing() as s:
        page = print_letter(
            s, house.vault, house.authority, house.settings, message.id, clock(), "staff:x"
        ).page()
    assert "There is an answer for you" in page
    assert "CANARY" not in page
    clock.set(dt.datetime(2027, 3, 3, 12, tzinfo=LONDON))
    told.send()
    assert (told.message("tomorrow").state, told.message("tomorrow").reason) == ("stopped", "no_post")
    set_row(house, Child, told.case.child_id, hold="missing")
    with house.db.writing() as s, pytest.raises(NotPrinted, match="hold"):
        print_letter(s, house.vault, house.authority, house.settings, message.id, clock(), "staff:x")
