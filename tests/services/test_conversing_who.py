"""Who is writing: a number says little, the one thing they know says the rest, and a stranger learns nothing."""

from __future__ import annotations

import copy
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.fixtures.cases import load_rows, make_case
from tests.fixtures.clocks import SettableClock
from tests.review.incoming_rows import ROW
from tests.services.talking import CARER, CHILD, Phone, by_text
from webapp.house import House
from webapp.services import inviting
from webapp.store import Audit, Child, Consultation, Involvement, Review, Worry
from webapp.store import Phone as Number

BROTHER: dict[str, Any] = {
    "id": "C-2", "given_name": "Noah", "family_name": "Okafor", "birth_date": "2014-09-21",
    "known_fact": {"kind": "birthday", "value": "21-09"},
}  # fmt: skip


def texted(phone: str, row: dict[str, Any] = ROW, **child: Any) -> dict[str, Any]:
    """An import row whose child is reached at this number."""
    made = copy.deepcopy(row)
    made["child"] |= {"reach": {"way": "sms", "phone": phone}, **child}
    return made


def two_on_one_phone(house: House, folder: Path, **second: Any) -> None:
    """Maya and Noah share a phone."""
    brother = texted(CHILD, **{**BROTHER, **second})
    brother["review"] |= {"id": "R-2", "last_decisions": []}
    brother["people"] = []
    load_rows(house, folder, [texted(CHILD), brother])


def test_brothers_and_sisters_on_one_phone_are_told_apart_by_what_each_knows(
    house: House, tmp_path: Path
) -> None:
    two_on_one_phone(house, tmp_path)
    phone = Phone(house)
    hello = phone.send("hi")
    assert "Maya" not in hello
    assert "Noah" not in hello
    phone.send("21 sept")
    with house.db.reading() as s:
        asked = s.get_one(Consultation, phone.conversation.consultation_id)
        assert s.get_one(Child, asked.child_id).external_id == "C-2"


def test_twins_are_asked_for_a_first_letter_and_no_name_is_said(house: House, tmp_path: Path) -> None:
    two_on_one_phone(
        house, tmp_path, birth_date="2016-05-04", known_fact={"kind": "birthday", "value": "04-05"}
    )
    phone = Phone(house)
    phone.send("hi")
    asked = phone.send("4 May")
    assert "first letter" in asked
    assert "Maya" not in asked
    assert "Noah" not in asked
    assert "first letter" in phone.send("x")
    phone.send("n")
    with house.db.reading() as s:
        found = s.get_one(Consultation, phone.conversation.consultation_id)
        assert s.get_one(Child, found.child_id).external_id == "C-2"


def test_until_somebody_is_recognised_a_shared_phone_is_spoken_to_as_a_childs(
    house: House, tmp_path: Path
) -> None:
    """A carer who is asked first must not show in what a child reads, and no child in what a carer reads."""
    hello = {}
    for n, who in enumerate(("child", "carer", "both")):
        row = texted(f"+4477009002{n:02}") if who != "carer" else copy.deepcopy(ROW)
        if who != "child":
            row["people"][1]["reach"] = {"way": "sms", "phone": f"+4477009002{n:02}"}
            row["people"][1]["known_fact"] = {"kind": "birthday", "value": "21-09"}
        row["review"] |= {"id": f"R-{n}"}
        row["child"] |= {"id": f"C-{n}"}
        load_rows(house, tmp_path, [row])
        phone = Phone(house, f"+4477009002{n:02}")
        hello[who] = [
            phone.send(said) for said in ("hi", "who is this?", "hm", "what", "10 June", "STOP", "START")
        ]
    assert hello["child"] == hello["carer"] == hello["both"]
    assert "0800 1111" in hello["carer"][0]


def test_a_shared_phone_is_first_spoken_to_in_the_childs_language(house: House, tmp_path: Path) -> None:
    row = texted(CHILD, language="cy")
    row["people"][1]["reach"] = {"way": "sms", "phone": CHILD}
    load_rows(house, tmp_path, [row])
    phone = Phone(house)
    phone.send("hi")
    assert phone.conversation.language == "cy"


def test_who_is_this_is_answered_first_and_the_invitations_1_is_no_wrong_answer(
    house: House, tmp_path: Path
) -> None:
    by_text(house, tmp_path)
    phone = Phone(house)
    hello = phone.send("who is this?")
    assert hello.startswith("I'm a computer at Review Unit")
    assert "send your birthday" in hello
    assert phone.send("1") == "To be sure it's you: send your birthday, like 5 March."


def test_a_right_answer_is_no_wrong_try_at_the_brothers(house: House, tmp_path: Path) -> None:
    two_on_one_phone(house, tmp_path)
    phone = Phone(house)
    for _ in range(8):
        phone.send("hi")
        phone.send("21 September")
        phone.send("wrong number")
        phone.send("START")
    phone.send("hi")
    assert "helping you with this" in phone.send("4 May")


def test_guessing_is_limited_as_on_the_web(house: House, tmp_path: Path) -> None:
    by_text(house, tmp_path)
    phone = Phone(house)
    phone.send("hi")
    for day in range(10, 15):
        assert "That isn't what we have" in phone.send(f"{day} June")
    assert "I can't check that now" in phone.send("4 May")
    assert phone.conversation.consultation_id is None


def test_a_carer_writes_with_their_own_booklet_and_never_learns_the_childs_answers(
    house: House, tmp_path: Path
) -> None:
    row = texted(CHILD)
    row["people"][1]["reach"] = {"way": "sms", "phone": CARER}
    row["people"][1]["known_fact"] = {"kind": "postcode", "value": "SX1 1AA"}
    load_rows(house, tmp_path, [row])
    child, carer = Phone(house), Phone(house, CARER)
    child.known()
    child.send("1")
    assert "postcode" in carer.send("hello")
    said = carer.send("sx1 1aa")
    assert "just me" not in said
    assert carer.conversation.booklet_id != child.conversation.booklet_id


def test_a_child_and_a_carer_with_one_phone_and_one_fact_are_asked_who_is_texting(
    house: House, tmp_path: Path
) -> None:
    row = texted(CHILD)
    row["people"][1]["reach"] = {"way": "sms", "phone": CHILD}
    row["people"][1]["known_fact"] = {"kind": "birthday", "value": "04-05"}
    load_rows(house, tmp_path, [row])
    phone = Phone(house)
    phone.send("hi")
    assert "Who is texting?" in phone.send("4 may")
    assert "helping you with this" in phone.send("1")


UNKNOWN = "I can't help with this text"


def test_strangers_get_one_same_reply_a_few_times_a_day(
    house: House, tmp_path: Path, clock: SettableClock
) -> None:
    """A15."""
    by_text(house, tmp_path)
    stranger = Phone(house, "+447700900999")
    replies = [stranger.send(text) for text in ("hello", "4 May", "who is this?", "more", "and more")]
    assert len(set(replies[:3])) == 1
    assert UNKNOWN in replies[0]
    assert replies[3:] == ["", ""]
    clock.move(days=1)
    assert stranger.send("hello again") == replies[0]


def hold(house: House) -> None:
    with house.db.writing() as s:
        s.execute(update(Child).values(hold="moved"))


def stop(house: House) -> None:
    with house.db.writing() as s:
        s.execute(update(Consultation).values(state="stopped"))


def cancel(house: House) -> None:
    with house.db.writing() as s:
        s.execute(update(Review).values(status="cancelled"))


def side_by_side(house: House) -> None:
    with house.db.writing() as s:
        s.execute(update(Consultation).values(secret_kind="worker", secret_hash="staff:1"))


@pytest.mark.parametrize("end", [hold, stop, cancel, side_by_side])
def test_a_known_number_that_is_stopped_is_answered_as_a_stranger(
    house: House, tmp_path: Path, end: Any
) -> None:
    by_text(house, tmp_path)
    end(house)
    assert Phone(house).send("hello") == Phone(house, "+447700900999").send("hello")


@pytest.mark.parametrize("end", [hold, stop])
def test_a_hold_in_the_middle_says_nothing_private_and_keeps_nothing(
    house: House, tmp_path: Path, end: Any
) -> None:
    by_text(house, tmp_path)
    phone = Phone(house)
    phone.known()
    end(house)
    before = phone.said()
    reply = phone.send("1")
    assert reply == Phone(house, "+447700900999").send("hello")
    assert phone.said() == before


def test_a_review_that_is_over_is_closed_kindly(house: House, tmp_path: Path) -> None:
    by_text(house, tmp_path)
    phone = Phone(house)
    phone.known()
    with house.db.writing() as s:
        s.execute(update(Review).values(status="held"))
    assert "This is closed now" in phone.send("1")


def test_someone_whose_role_ended_is_a_stranger(house: House, tmp_path: Path, clock: SettableClock) -> None:
    row = texted(CHILD)
    row["people"][1]["reach"] = {"way": "sms", "phone": CARER}
    load_rows(house, tmp_path, [row])
    carer = Phone(house, CARER)
    carer.send("hi")
    with house.db.writing() as s:
        s.execute(update(Involvement).values(ended_at=clock()))
    assert UNKNOWN in carer.send("1 May")


def test_no_child_under_thirteen_is_asked_on_whatsapp(house: House, tmp_path: Path) -> None:
    by_text(house, tmp_path)  # Maya is ten
    assert UNKNOWN in Phone(house, channel="whatsapp").send("hello")


def test_writing_first_on_whatsapp_is_an_opt_in_that_is_recorded(house: House, tmp_path: Path) -> None:
    make_case(
        house, tmp_path, {"child": {"birth_date": "2012-05-04", "reach": {"way": "sms", "phone": CHILD}}}
    )
    phone = Phone(house, channel="whatsapp")
    assert "Texts stay on this phone" in phone.send("hello")
    with house.db.reading() as s:
        number = s.scalars(select(Number)).one()
    assert (number.whatsapp_opt_in_by, number.whatsapp_opt_in_how) == ("person", "wrote_first")
    assert number.whatsapp_opt_in_at is not None
    assert phone.conversation.window_until == house.clock() + dt.timedelta(hours=24)


@pytest.mark.parametrize(
    ("said", "how"),
    [("wrong number", "wrong_number"), ("this is his mum", "wrong_person"), ("2", "wrong_person")],
)
def test_the_wrong_phone_hears_nothing_more_and_staff_see_why(
    house: House, tmp_path: Path, said: str, how: str
) -> None:
    """M7: never a name, never a worry."""
    by_text(house, tmp_path)
    phone = Phone(house)
    reply = phone.send(said)
    assert "Maya" not in reply
    assert "Thank you" in reply or "thank you" in reply
    with house.db.reading() as s:
        assert s.scalars(select(Number)).one().wrong_number_how == how
        assert s.scalars(select(Worry)).all() == []
        assert how in s.scalars(select(Audit.action)).all()
    assert UNKNOWN in phone.send("hello?")


def test_a_person_who_is_not_asked_yet_is_a_stranger(
    house: House, tmp_path: Path, clock: SettableClock
) -> None:
    clock.move(days=-30)
    by_text_row = texted(CHILD)
    file_rows = [by_text_row]
    load_rows(house, tmp_path, file_rows)
    inviting.plan(house.db, house.vault, house.authority, house.booklets, ("sms",), house.clock)
    assert UNKNOWN in Phone(house).send("hello")
