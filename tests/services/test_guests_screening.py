"""What guests write to the officer is read for worries, and what they see is the same whatever was found."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.fixtures.cases import Case
from tests.fixtures.guests import Post, answer, guest, invite, ready, withdraw
from tests.fixtures.staff import Worker
from webapp.house import House
from webapp.services import guests, looking_screening, screening
from webapp.store import Guest, Message, Screening, Worry

LIN, FEMI = "Lin Carter", "Femi Adeyemi"
WORRYING = "He hits her every night and she is scared to go home"


@pytest.fixture
def invited(house: House, case: Case, iro: Worker) -> Case:
    """Lin, who was asked herself, is invited."""
    ready(house, iro, case)
    screen(house)
    invite(house, iro, case, LIN)
    assert Post(house).send() == 1
    return case


def screen(house: House) -> int:
    return screening.screen_once(house.db, house.vault, house.authority, house.clock)


def said_behind(house: House, worry: Worry) -> list[tuple[str, tuple[str, ...]]]:
    with house.db.reading() as s:
        found = looking_screening.flagged(s, house.vault, house.booklets, worry.id, "Maya")
    return [(one.asked, one.said) for one in found]


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
    assert said_behind(house, worry) == [(f"Written by somebody who is invited: {LIN}", (WORRYING,))]
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
    assert (worry.raised_by, worry.consultation_id, worry.review_id) == ("guest", None, invited.review_id)


@pytest.mark.parametrize("then", ["replaced", "withdrawn", "invited again", "answered by hand"])
def test_words_that_went_before_they_were_read_are_read_all_the_same(
    house: House, invited: Case, iro: Worker, then: str
) -> None:
    answer(house, invited, LIN, "coming", words=WORRYING)
    if then == "replaced":
        answer(house, invited, LIN, "coming", words="See you there")
    elif then == "answered by hand":
        with house.db.writing() as s:
            s.scalars(select(Guest)).one().answer = None
    else:
        assert withdraw(house, iro, invited, LIN)
        if then == "invited again":
            invite(house, iro, invited, LIN)
    screen(house)
    (worry,) = worries(house)
    assert [said for _, said in said_behind(house, worry)] == [(WORRYING,)]


def test_ordinary_words_raise_nothing_and_no_copy_of_them_stays(house: House, invited: Case) -> None:
    answer(house, invited, LIN, "coming", words="I may be ten minutes late")
    assert screen(house) == 1
    assert worries(house) == []
    with house.db.reading() as s:
        (row,) = s.scalars(
            select(Screening).where(Screening.source == guests.answer_place(guest(house, invited, LIN).id))
        )
        assert (row.state, row.sealed) == ("clear", None)
