"""What guests write to the officer is read for worries, and what they see is the same whatever was found."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.fixtures.cases import Case
from tests.fixtures.guests import Post, answer, guest, invite, ready
from tests.fixtures.staff import Worker
from webapp.house import House
from webapp.services import guests_screening
from webapp.store import Child, Guest, Message, Worry

LIN, FEMI = "Lin Carter", "Femi Adeyemi"
WORRYING = "He hits her every night and she is scared to go home"


@pytest.fixture
def invited(house: House, case: Case, iro: Worker) -> Case:
    """Lin, who was asked herself, is invited."""
    ready(house, iro, case)
    invite(house, iro, case, LIN)
    assert Post(house).send() == 1
    return case


def screen(house: House) -> int:
    return guests_screening.screen_once(house.db, house.vault, house.authority, house.clock)


def words_of(house: House, worry: Worry) -> str:
    with house.db.reading() as s:
        child = s.scalars(select(Child)).one()
    key = house.vault.key(child.key, f"child:{child.id}")
    return key.open_some(worry.words, f"worry.words:{worry.id}")


def worries(house: House) -> list[Worry]:
    with house.db.reading() as s:
        return list(s.scalars(select(Worry).order_by(Worry.raised_at)))


def test_a_guests_words_raise_one_worry_that_goes_to_the_designated_officers_too(
    house: House, invited: Case
) -> None:
    assert answer(house, invited, LIN, "coming", words=WORRYING)
    assert (screen(house), screen(house)) == (1, 0)
    (worry,) = worries(house)
    assert (worry.source, worry.raised_by) == ("screening", "carer")
    assert words_of(house, worry) == f"{LIN}: {WORRYING}"
    assert guest(house, invited, LIN).worry_id == worry.id
    with house.db.reading() as s:
        told = s.scalars(select(Message.id).where(Message.purpose.startswith("worry:"))).all()
    assert len(told) >= len(house.authority.duty.emails) + len(
        house.authority.duty.designated_officer_emails
    ), "an adult's words may be about another adult"
    assert answer(house, invited, LIN, "not_coming", words=WORRYING)
    assert screen(house) == 0, "the same words again are not read again"


def test_a_guest_who_was_asked_nothing_is_not_taken_for_the_child(house: House, invited: Case) -> None:
    with house.db.writing() as s:
        s.scalars(select(Guest)).one().involvement_id = None
    answer(house, invited, LIN, "part", part=WORRYING)
    screen(house)
    (worry,) = worries(house)
    assert (worry.raised_by, worry.consultation_id) == ("guest", invited.child.consultation_id)


def test_words_that_were_replaced_before_they_were_read_are_read_all_the_same(
    house: House, invited: Case
) -> None:
    answer(house, invited, LIN, "coming", words=WORRYING)
    answer(house, invited, LIN, "coming", words="See you there")
    screen(house)
    assert WORRYING in words_of(house, worries(house)[0])


def test_ordinary_words_raise_nothing(house: House, invited: Case) -> None:
    answer(house, invited, LIN, "coming", words="I may be ten minutes late")
    assert screen(house) == 1
    assert worries(house) == []
    assert guest(house, invited, LIN).screened == "clear"
