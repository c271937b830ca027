"""What is open at any time, by text: asked back first, made once, and never taken from an answer."""

from __future__ import annotations

import copy
import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.fixtures.clocks import SettableClock
from tests.review.incoming_rows import ROW
from tests.services.talking import CARER, MUM, Phone, by_text, to
from webapp.chat import replies
from webapp.chat.reading import Asked, Choice
from webapp.house import House
from webapp.services import access, asking_for, conversing_reading
from webapp.services.conversing import Incoming, Outgoing, turn
from webapp.store import AnswerHistory, Child, Request, Review, Screening, Worry

NOW = dt.datetime(2027, 2, 1, 12, tzinfo=dt.UTC)
WORDS = Asked("free_text", "What do you want to say?")
HELP = Asked(
    "pick_many", "What would help?", (Choice("An advocate"), Choice("An interpreter"), Choice("Nothing"))
)
WHO = Asked("pick_many", "Who do you want there?", (Choice("Mum"), Choice("My IRO"), Choice("Lin Carter")))
WHERE = Asked("pick_one", "Where?", (Choice("Home"), Choice("School")))
YES = Asked("yes_no", "Do you feel safe at home?")


@pytest.mark.parametrize(
    ("text", "about"),
    [("I want an advocate", "advocate"), ("can I have an advocate please", "advocate"),
     ("Can my IRO ring me?", "contact_iro"), ("i want to talk to my iro", "contact_iro"),
     ("I want my review sooner", "sooner"), ("can i have my review earlier", "sooner"),
     ("i don't agree with what was decided", "disagree")],
)  # fmt: skip
def test_it_is_heard_where_nothing_else_can_be_meant(text: str, about: str) -> None:
    for asked in (YES, WHERE):
        reading = replies.read(asked, text, "en", NOW)
        assert (reading.action, reading.about) == ("request", about), asked.text


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "What was decided?"), ("cy", "Beth gafodd ei benderfynu?"), ("cy", "beth yw'r penderfyniad?"),
     ("ar", "ماذا تقرر؟"), ("ur", "کیا فیصلہ ہوا؟"), ("ur", "kya faisla hua")],
)  # fmt: skip
def test_what_was_decided_may_be_asked_in_each_language(language: str, text: str) -> None:
    reading = replies.read(WHERE, text, language, NOW)
    assert (reading.action, reading.about) == ("ask", "decided")


@pytest.mark.parametrize(
    ("asked", "text"),
    [(HELP, "an advocate"), (HELP, "I want an advocate"), (HELP, "advocate"), (WHO, "my iro"), (WHO, "My IRO and mum"),
     (WHO, "i want my iro"), (YES, "yes"), (WORDS, "my iro"), (WORDS, "I want to talk about my nan")],
)  # fmt: skip
def test_an_answer_is_never_taken_for_it(asked: Asked, text: str) -> None:
    assert replies.read(asked, text, "en", NOW).action == "answer"


def made(house: House) -> list[tuple[str, str, str, str]]:
    """Every request: its kind, who, the channel and the words."""
    with house.db.reading() as s:
        found = []
        for one in s.scalars(select(Request)):
            child = s.get_one(Child, one.child_id)
            words = asking_for.opened(house.vault.key(child.key, f"child:{child.id}"), one)["words"]
            found.append((one.kind, one.who, one.channel, words))
        return found


def test_a_yes_makes_one_request_with_their_words_and_a_no_makes_none(house: House, tmp_path: Path) -> None:
    by_text(house, tmp_path)
    phone = Phone(house)
    phone.known()
    asked = phone.asked
    assert "Shall we tell your IRO" in phone.send("Can my IRO ring me?")
    assert made(house) == []
    phone.send("no")
    assert made(house) == []
    phone.send("Can my IRO ring me?")
    said = phone.incoming("1")
    for _ in range(2):  # the provider delivers it twice
        assert "Your IRO gets it." in "".join(one.text for one in phone_turn(phone, said))
    assert made(house) == [("contact_iro", "child", "sms", "Can my IRO ring me?")]
    assert phone.asked == asked
    with house.db.reading() as s:
        waiting = s.scalars(select(Screening).where(Screening.source.startswith("request.")))
        assert [one.state for one in waiting] == ["waiting"]


def phone_turn(phone: Phone, said: Incoming) -> tuple[Outgoing, ...]:
    """This very message, as the webhook hands it over."""
    return turn(phone.desk, said, phone.house.clock()).out


def test_words_typed_to_a_question_for_words_stay_its_answer(house: House, tmp_path: Path) -> None:
    by_text(house, tmp_path)
    phone = Phone(house)
    phone.known()
    to(phone, "anything")
    phone.send("I want an advocate")
    assert phone.said()["anything"][1] == "I want an advocate"
    assert made(house) == []


def test_a_parent_may_ask_for_a_review_sooner_and_for_no_advocate(house: House, tmp_path: Path) -> None:
    people = copy.deepcopy(ROW["people"])
    next(one for one in people if one["role"] == "parent")["reach"] = {"way": "sms", "phone": MUM}
    by_text(house, tmp_path, people=people)
    phone = Phone(house, MUM)
    phone.known("SX2 3BB")
    assert "Shall we" not in phone.send("I want an advocate")
    assert "Shall we tell the IRO" in phone.send("I want the review sooner")
    assert "The IRO gets it." in phone.send("yes")
    assert made(house) == [("sooner", "parent", "sms", "I want the review sooner")]


@pytest.mark.usefixtures("compiled_catalogues")
def test_a_carer_is_asked_in_urdu_and_a_line_that_begins_with_an_english_name_runs_from_the_right(
    house: House, tmp_path: Path
) -> None:
    people = copy.deepcopy(ROW["people"])
    next(one for one in people if one["role"] == "carer_foster")["reach"] = {"way": "sms", "phone": CARER}
    by_text(house, tmp_path, people=people)
    phone = Phone(house, CARER)
    phone.known("harbour")
    assert "\n\u200fMaya کو " in "\n" + phone.send("urdu")


def over(house: House, folder: Path) -> Phone:
    """A phone on which a child began their booklet, and the review has been held since."""
    by_text(house, folder)
    phone = Phone(house)
    phone.known()
    with house.db.writing() as s:
        s.execute(update(Review).values(status="held"))
    return phone


@pytest.mark.parametrize(
    ("text", "kind"),
    [("I want an advocate", "advocate"), ("Can my IRO ring me?", "contact_iro"),
     ("I want my review sooner", "sooner"), ("i don't agree with what was decided", "disagree")],
)  # fmt: skip
@pytest.mark.parametrize("stood", ["anything", "check"])
def test_after_the_review_it_is_open_by_text_as_on_the_page(
    house: House, tmp_path: Path, text: str, kind: str, stood: str
) -> None:
    by_text(house, tmp_path)
    phone = Phone(house)
    phone.known()
    to(phone, "anything") if stood == "anything" else phone.send("check")
    with house.db.writing() as s:
        s.execute(update(Review).values(status="held"))
    assert "Shall we" in phone.send(text)
    assert "Come back to it any time" in phone.send("no")
    phone.send(text)
    assert "Your IRO gets it." in phone.send("1")
    assert made(house) == [(kind, "child", "sms", text)]
    with house.db.reading() as s:
        assert s.scalars(select(AnswerHistory).where(AnswerHistory.question_id == "anything")).all() == []
    assert "This is closed now" in phone.send("1")


def test_after_the_review_nothing_else_is_heard_and_the_answer_can_be_read(
    house: House, tmp_path: Path, clock: SettableClock
) -> None:
    phone = over(house, tmp_path)
    clock.set(dt.datetime(2027, 3, 2, 18, tzinfo=dt.UTC))
    before = phone.said()
    told = phone.send("I want Nan to come to it")
    assert "This is closed now" in told
    assert "I want an advocate" in told
    assert phone.said() == before
    assert made(house) == []
    (word,) = [one for one in phone.send("LINK").split() if "/o/" in one]
    clock.move(days=7)
    with house.db.reading() as s:
        found = access.find_link(s, house.vault, house.clock(), token=word.rpartition("/")[2].rstrip("."))
    assert found is not None
    assert "closed" not in phone.send("START")
    assert "Childline" in phone.send("help")


def test_what_a_child_writes_after_the_review_is_read_for_worries(house: House, tmp_path: Path) -> None:
    phone = over(house, tmp_path)
    phone.send("my dad hits me")
    assert conversing_reading.read_once(phone.desk, house.clock) == 3, "what came before, too"
    with house.db.reading() as s:
        (worry,) = s.scalars(select(Worry)).all()
    assert worry.source == "screening"
