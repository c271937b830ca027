"""The turn: a message in, an answer kept once, a reply out."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.fixtures.clocks import SettableClock
from tests.services.talking import CHILD, Phone, by_text, kept, to
from webapp.house import House
from webapp.services.conversing import Reply, turn
from webapp.store import AnswerHistory, Inbound, Message, Prompt, Record, Screening


@pytest.fixture
def phone(house: House, tmp_path: Path) -> Phone:
    """Maya's phone, before her first message."""
    by_text(house, tmp_path)
    return Phone(house)


def count(house: House, table: type) -> int:
    with house.db.reading() as s:
        return s.scalar(select(func.count()).select_from(table)) or 0


def test_a_child_is_told_what_texts_are_then_asked_the_one_thing_then_the_first_question(
    phone: Phone,
) -> None:
    hello = phone.send("hi")
    assert "Texts stay on this phone" in hello
    assert "send your birthday" in hello
    assert "Maya" not in hello
    assert "helping you with this?" in phone.send("4 May")
    assert phone.asked == "helping"


def test_an_answer_is_kept_and_the_next_question_comes_in_the_same_reply(phone: Phone) -> None:
    phone.known()
    reply = phone.send("1")
    assert phone.said() == {"helping": ("nobody", "", "sms")}
    assert "Do you want to be at your review?" in reply


def test_the_same_delivery_ten_times_at_once_gives_one_answer_and_one_reply(phone: Phone) -> None:
    phone.known()
    before = count(phone.house, AnswerHistory), count(phone.house, Message), count(phone.house, Prompt)
    said = phone.incoming("1")
    replies, failed = list[Reply](), list[BaseException]()

    def deliver() -> None:
        try:
            replies.append(turn(phone.desk, said, phone.house.clock()))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=deliver) for _ in range(10)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    assert len({reply.out for reply in replies}) == 1
    assert sum(not reply.repeated for reply in replies) == 1
    after = count(phone.house, AnswerHistory), count(phone.house, Message), count(phone.house, Prompt)
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1, 1]


def test_a_first_message_delivered_ten_times_at_once_begins_one_conversation(phone: Phone) -> None:
    said = phone.incoming("hello")
    replies = list[Reply]()
    threads = [
        threading.Thread(target=lambda: replies.append(turn(phone.desk, said, phone.house.clock())))
        for _ in range(10)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(replies) == 10
    assert len({reply.out for reply in replies}) == 1
    assert count(phone.house, Inbound) == 1


def test_different_messages_at_once_are_handled_one_after_the_other(phone: Phone) -> None:
    phone.known()
    said = [phone.incoming("skip") for _ in range(6)]
    replies = list[Reply]()
    threads = [
        threading.Thread(target=lambda one=one: replies.append(turn(phone.desk, one, phone.house.clock())))
        for one in said
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len({reply.out for reply in replies}) == 6
    assert len(phone.said()) == 6
    assert phone.conversation.turns == 2 + 6


def test_a_long_text_is_kept_whole_with_its_emoji(phone: Phone) -> None:
    """M5, B4: nothing is cut."""
    phone.known()
    story = ("My nan is the best 👩‍👩‍👧‍👦 🏴󠁧󠁢󠁷󠁬󠁳󠁿 and I want her there. " * 40)[:1600].strip()
    to(phone, "good_news")
    phone.send(story)
    assert phone.said()["good_news"][:2] == (None, story)


def test_what_is_not_understood_three_times_is_kept_for_the_officer_and_left(phone: Phone) -> None:
    phone.known()
    to(phone, "meetings")
    first, second = phone.send("purple"), phone.send("purple monkey dishwasher")
    assert "I didn't get that" in first
    assert "still don't get it" in second
    assert "I keep your words for your IRO" in phone.send("wibble")
    value, words, _ = phone.said()["meetings"]
    assert value is None
    assert words == "purple\npurple monkey dishwasher\nwibble"
    assert phone.asked != "meetings"


def test_words_beside_a_choice_are_kept_and_read_for_safety(phone: Phone) -> None:
    phone.known()
    to(phone, "good_news")
    before = count(phone.house, Screening)
    phone.send("I got a gold star")
    assert count(phone.house, Screening) == before + 1


def test_back_goes_to_the_question_before_and_a_new_answer_counts(phone: Phone) -> None:
    phone.known()
    phone.send("1")
    assert "helping you with this?" in phone.send("back")
    phone.send("2")
    assert phone.said()["helping"][0] == "carer"
    assert "This is the first question" in (phone.send("back") and phone.send("back"))


def test_the_safe_words_stand_in_the_first_every_fifth_and_the_last_message(phone: Phone) -> None:
    texts = [one.text for body in ("hi", "4 May", *["skip"] * 12, "save") for one in phone.reply(body).out]
    carry = [n for n, text in enumerate(texts, start=1) if "0800 1111" in text]
    assert carry == [1, *range(5, len(texts), 5), len(texts)]


def test_the_end_is_a_short_list_then_sent_then_what_happens_next(phone: Phone) -> None:
    phone.known()
    phone.send("1")
    said = finish(phone)
    assert "No, just me" in said
    sent = phone.send("1")
    assert "Sent. Thank you" in sent
    assert count(phone.house, Record) == 1


def finish(phone: Phone) -> str:
    """Skip to the check; what it says."""
    for _ in range(60):
        said = phone.send("skip")
        if phone.conversation.stage == "check":
            return said
    raise AssertionError("the check never came")


def test_nothing_is_not_said_to_be_sent(phone: Phone) -> None:
    phone.known()
    phone.send("check")
    reply = phone.send("1")
    assert reply.startswith("You have said nothing yet.")
    assert "Sent." not in reply
    assert phone.asked == "helping"


def test_after_sending_an_answer_can_be_changed_and_sent_again(phone: Phone) -> None:
    phone.known()
    phone.send("1")
    finish(phone)
    phone.send("1")
    while phone.conversation.stage != "done":
        phone.send("2")
    assert "Which" in phone.send("change")
    assert "helping you with this?" in phone.send("1")
    assert "Someone who looks after me" in phone.send("2")
    phone.send("1")
    assert count(phone.house, Record) == 2


def test_words_after_the_end_are_kept_and_can_be_sent(phone: Phone) -> None:
    phone.known()
    phone.send("1")
    finish(phone)
    phone.send("1")
    while phone.conversation.stage != "done":
        phone.send("2")
    assert "It has not gone to your IRO yet" in phone.send("I also want my dog to come")
    assert phone.said()["by_text"][:2] == (None, "I also want my dog to come")
    phone.send("1")
    assert count(phone.house, Record) == 2


def test_three_days_later_there_is_a_gentle_recap(phone: Phone, clock: SettableClock) -> None:
    phone.known()
    phone.send("1")
    clock.move(days=3, hours=1)
    reply = phone.send("yes for all of it")
    assert "Hello again" in reply


def test_hello_after_a_while_brings_the_question_again_and_thanks_at_once_bring_nothing(
    phone: Phone, clock: SettableClock
) -> None:
    phone.known()
    assert phone.send("ok thanks") == ""
    clock.move(minutes=20)
    assert phone.send("hiya").startswith("Your review is a meeting about you")
    clock.move(days=4)
    assert phone.send("hello?").startswith("Hello again")
    assert phone.said() == {}


def test_one_after_a_reminder_goes_on_and_answers_nothing(phone: Phone, clock: SettableClock) -> None:
    phone.known()
    clock.move(hours=1)
    with phone.house.db.writing() as s:
        of = phone.conversation.consultation_id
        s.add(Message(purpose="remind:1", consultation_id=of, way="sms", template="remind", language="en", state="sent",
                      made_at=clock(), due_at=clock(), sent_at=clock()))  # fmt: skip
    clock.move(hours=1)
    assert "helping you with this?" in phone.send("1")
    assert phone.said() == {}
    phone.send("1")
    assert phone.said()["helping"][0] == "nobody"


def test_a_bare_number_days_later_is_asked_about_and_never_guessed(
    phone: Phone, clock: SettableClock
) -> None:
    """M4: the question was answered on the page meanwhile."""
    phone.known()
    phone.send("1")
    before = phone.said()
    clock.move(days=3, hours=1)
    phone.send("2")
    assert phone.said() == before


def test_a_reply_that_comes_late_lands_on_the_question_it_was_written_to(
    phone: Phone, clock: SettableClock
) -> None:
    """M3: after an outage the provider's list gives an older message last."""
    phone.known()
    clock.move(minutes=1)
    written = clock()
    clock.move(minutes=1)
    phone.send("skip")
    phone.send("1", sent_at=written)
    assert phone.said()["helping"][0] == "nobody"
    assert phone.asked == "attend"
    assert "attend" not in phone.said()


def test_a_stranger_of_whom_nothing_is_known_leaves_no_words(house: House, phone: Phone) -> None:
    stranger = Phone(house, "+447700900999")
    stranger.send("hello, I am nobody")
    with house.db.reading() as s:
        found = s.scalars(select(Inbound)).one()
    assert found.sealed is None
    assert found.conversation_id is None


def test_the_number_of_the_child_stands_nowhere_in_clear(house: House, phone: Phone) -> None:
    phone.known()
    with house.db.reading() as s:
        for table in (Inbound, Message, Prompt):
            for row in s.scalars(select(table)):
                assert CHILD not in repr(vars(row))


def test_answers_are_the_same_as_on_the_web(house: House, tmp_path: Path) -> None:
    case = by_text(house, tmp_path)
    phone = Phone(house)
    phone.known()
    phone.send("1")
    assert kept(house, case.child.consultation_id) == phone.said()
