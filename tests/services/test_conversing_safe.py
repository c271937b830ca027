"""HELP in any state, STOP and START, and nothing that shows what was flagged."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.fixtures.cases import load_rows
from tests.review.incoming_rows import ROW
from tests.services.talking import CARER, CHILD, Phone, by_text, to
from webapp.house import House
from webapp.services.conversing import Media
from webapp.services.conversing_reading import read_once
from webapp.services.phones import shut
from webapp.store import Consultation, Inbound, InboundMedia, Message, Screening, Worry
from webapp.store import Phone as Number

STATES: dict[str, list[str]] = {
    "new": [], "fact": ["hi"], "asking": ["hi", "4 May"], "later": ["hi", "4 May", "1", "2"],
    "check": ["hi", "4 May", "1", "check"], "sent": ["hi", "4 May", "1", "check", "1"],
    "change": ["hi", "4 May", "1", "change"], "paused": ["hi", "4 May", "save"],
    "stopped": ["hi", "4 May", "wrong number"], "opted out": ["hi", "4 May", "STOP"],
}  # fmt: skip


def worries(house: House) -> list[Worry]:
    with house.db.reading() as s:
        return list(s.scalars(select(Worry)))


@pytest.mark.parametrize("state", STATES)
def test_help_is_answered_in_every_state(house: House, tmp_path: Path, state: str) -> None:
    by_text(house, tmp_path)
    phone = Phone(house)
    for said in STATES[state]:
        phone.send(said)
    before = phone.said() if phone_known(phone) else None
    reply = phone.send("HELP")
    for number in ("999", "0800 1111", "01632 960010", "01632 960020", "01632 960030"):
        assert number in reply
    assert "Maya" not in reply
    assert "computer" in reply
    if before is not None:
        assert phone.said() == before
    found = worries(house)
    if state == "stopped":
        assert found == []
        return
    assert len(found) == 1
    assert found[0].recognised == (state not in ("new", "fact"))
    assert found[0].source == "button"


def phone_known(phone: Phone) -> bool:
    with phone.house.db.reading() as s:
        if not s.scalars(select(Inbound)).first():
            return False
    return phone.conversation.visit_id is not None


def test_a_call_for_help_from_a_stranger_gets_the_numbers_and_raises_nothing(
    house: House, tmp_path: Path
) -> None:
    by_text(house, tmp_path)
    reply = Phone(house, "+447700900999").send("help")
    assert "0800 1111" in reply
    assert worries(house) == []


@pytest.mark.parametrize("said", ["I'm not safe", "im not safe", "HELP ME", "help!!"])
def test_a_call_for_help_is_understood_in_its_own_words(house: House, tmp_path: Path, said: str) -> None:
    by_text(house, tmp_path)
    phone = Phone(house)
    phone.known()
    assert "0800 1111" in phone.send(said)
    assert len(worries(house)) == 1


def test_words_that_were_taken_for_something_else_are_kept_and_read_all_the_same(
    house: House, tmp_path: Path
) -> None:
    by_text(house, tmp_path)
    phone = Phone(house)
    phone.known()
    phone.send("my uncle keeps coming in my room")
    assert phone.said()["by_text"][1] == "my uncle keeps coming in my room"
    with house.db.reading() as s:
        assert [one.question_id for one in s.scalars(select(Screening))] == ["by_text"]
    assert phone.asked == "helping"
    phone.send("1")
    assert phone.said()["helping"][:2] == ("nobody", "")


def without_safe_words(text: str) -> str:
    """Every fifth message has them, whatever is said."""
    return "\n".join(line for line in text.split("\n") if not line.startswith("In danger?"))


def test_a_worry_before_anybody_is_recognised_is_raised_and_nothing_shows(
    house: House, tmp_path: Path
) -> None:
    by_text(house, tmp_path)
    phone, other = Phone(house), Phone(house)
    phone.send("hi")
    shown = phone.send("we had fish and chips yesterday")
    assert worries(house) == []
    assert without_safe_words(other.send("he hits me and i am scared of him")) == shown
    assert worries(house) == []
    assert read_once(house.desk, house.clock) == 3
    assert read_once(house.desk, house.clock) == 0
    assert [(one.source, one.recognised) for one in worries(house)] == [("screening", False)]


def test_help_again_adds_to_the_same_worry(house: House, tmp_path: Path) -> None:
    by_text(house, tmp_path)
    phone = Phone(house)
    phone.known()
    phone.send("help")
    phone.send("help")
    assert len(worries(house)) == 1


def test_info_says_what_this_is_and_raises_nothing(house: House, tmp_path: Path) -> None:
    by_text(house, tmp_path)
    phone = Phone(house)
    assert "This is a computer at Review Unit" in phone.send("INFO", opt_out_type="HELP")
    assert worries(house) == []


@pytest.mark.parametrize("said", ["STOP", "stop", "Stop.", "UNSUBSCRIBE", "end", "QUIT", "Cancel", "STOPALL"])
def test_stop_alone_opts_out_at_once_and_start_comes_back(house: House, tmp_path: Path, said: str) -> None:
    """M1."""
    by_text(house, tmp_path)
    phone = Phone(house)
    phone.known()
    assert "We won't text you any more" in phone.send(said)
    with house.db.reading() as s:
        assert shut(s.scalars(select(Number)).one()) == "opted_out"
    assert phone.send("1") == ""
    assert phone.said()["by_text"][1] == "1"
    back = phone.send("START")
    assert "Welcome back" in back
    assert "helping you with this?" in back
    assert "Do you want to be at your review?" in phone.send("1")


def test_staff_see_at_once_that_somebody_we_text_wants_no_more(house: House, tmp_path: Path) -> None:
    case = by_text(house, tmp_path)
    with house.db.writing() as s:
        s.get_one(Consultation, case.child.consultation_id).state = "asked"
        s.add(
            Message(
                purpose="invite:1", consultation_id=case.child.consultation_id, way="sms", template="invite",
                language="en", state="sent", made_at=house.clock(), due_at=house.clock(),
            )
        )  # fmt: skip
    phone = Phone(house)

    def state() -> tuple[str, str | None]:
        with house.db.reading() as s:
            found = s.get_one(Consultation, case.child.consultation_id)
            return found.state, found.reason

    phone.send("STOP")
    assert state() == ("unreachable", "opted_out")
    phone.send("START")
    assert state() == ("asked", None)
    phone.send("wrong number")
    assert state() == ("unreachable", "wrong_number")


def test_stop_in_a_sentence_is_an_answer(house: House, tmp_path: Path) -> None:
    by_text(house, tmp_path)
    phone = Phone(house)
    phone.known()
    to(phone, "good_news")
    phone.send("I want my brother to stop shouting")
    assert phone.said()["good_news"][1] == "I want my brother to stop shouting"
    with house.db.reading() as s:
        assert s.scalars(select(Number)).all() == []


def test_where_the_provider_has_said_it_we_say_nothing_more(house: House, tmp_path: Path) -> None:
    by_text(house, tmp_path)
    phone = Phone(house)
    phone.known()
    assert phone.send("STOP", opt_out_type="STOP") == ""
    again = phone.send("START", opt_out_type="START")
    assert "Welcome back" not in again
    assert "helping you with this?" in again


def test_yes_that_the_provider_takes_for_an_opt_in_is_an_answer_too(house: House, tmp_path: Path) -> None:
    by_text(house, tmp_path)
    phone = Phone(house)
    phone.known()
    to(phone, "good_news")
    phone.send("YES", opt_out_type="START")
    assert phone.said()["good_news"][1] == "YES"


def test_yes_of_somebody_who_had_opted_out_opts_in_and_answers_nothing(house: House, tmp_path: Path) -> None:
    by_text(house, tmp_path)
    phone = Phone(house)
    phone.known()
    to(phone, "good_news")
    phone.send("STOP", opt_out_type="STOP")
    assert "What good news" in phone.send("YES", opt_out_type="START")
    assert "good_news" not in phone.said()


def test_start_of_somebody_who_is_not_recognised_begins_anew(house: House, tmp_path: Path) -> None:
    by_text(house, tmp_path)
    phone = Phone(house)
    phone.send("hi")
    phone.send("STOP")
    assert "To go on, send 1" in phone.send("START")
    assert "send your birthday" in phone.send("1")
    assert "helping you with this?" in phone.send("4 May")


def test_start_at_the_end_asks_again_what_to_do_now(house: House, tmp_path: Path) -> None:
    by_text(house, tmp_path)
    phone = Phone(house)
    phone.known()
    phone.send("1")
    phone.send("check")
    phone.send("STOP")
    assert "Send it to your IRO" in phone.send("START")
    assert "Sent." in phone.send("1")


HARMLESS = "We had fish and chips and then we played football for a long time"
WORRYING = "He hits me when nobody is there and i am scared to go home tonight"


def shape(phone: Phone, words: str) -> list[tuple[str, tuple[str, ...]]]:
    """Everything that comes back around these words."""
    phone.known()
    to(phone, "good_news")
    replies = [phone.reply(text) for text in (words, "skip", "1", "check", words, "1", words)]
    return [(one.text, one.buttons) for reply in replies for one in reply.out]


def test_a_worry_in_an_answer_changes_nothing_that_can_be_seen(house: House, tmp_path: Path) -> None:
    """S5: the same words, the same number of messages; and nobody is told before somebody has read it."""
    other = copy.deepcopy(ROW)
    other["review"] |= {"id": "R-2"}
    other["child"] |= {"id": "C-2", "reach": {"way": "sms", "phone": CARER}}
    own = copy.deepcopy(ROW)
    own["child"] |= {"reach": {"way": "sms", "phone": CHILD}}
    load_rows(house, tmp_path, [own, other])
    assert shape(Phone(house, CARER), WORRYING) == shape(Phone(house), HARMLESS)
    assert worries(house) == []


PICTURE = Media("https://api.twilio.com/m/1", "image/jpeg")


@pytest.mark.parametrize("more", [{"media": (PICTURE,)}, {"other": 1}])
def test_what_is_no_words_is_refused_kindly_and_nothing_of_it_is_kept(
    house: House, tmp_path: Path, more: dict[str, Any]
) -> None:
    """M6."""
    by_text(house, tmp_path)
    phone = Phone(house)
    phone.known()
    reply = phone.send("", **more)
    assert "can't take pictures" in reply
    assert "helping you with this?" in reply
    with house.db.reading() as s:
        assert s.scalars(select(InboundMedia)).all() == []
        last = s.scalars(select(Inbound).order_by(Inbound.received_at, Inbound.id)).all()
    assert [one.refused for one in last].count(True) == 1
