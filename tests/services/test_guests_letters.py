"""Letters to guests, and what officers are told once somebody is invited already."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.documents.tagged import Tagged
from tests.fixtures.cases import Case, make_case
from tests.fixtures.deciding import a_person, ask, ref
from tests.fixtures.guests import AT, Post, guest, invite, ready, settle, states
from tests.fixtures.staff import Worker, make_worker
from tests.messaging.doubles import KeepingMessenger
from tests.review.incoming_rows import row
from webapp.clock import today
from webapp.documents.notices import officer_notice
from webapp.house import House
from webapp.messaging.letter import PrintQueue
from webapp.services import (
    alerting,
    guests,
    guests_alerting,
    guests_facts,
    guests_letters,
    jobs,
    printing_bulk,
)
from webapp.services.guests_letters import Ready
from webapp.services.loading import link_staff
from webapp.services.printing_bulk import Wanted
from webapp.services.sending import NotPrinted
from webapp.services.staff import SignedIn
from webapp.store import Audit, Message, Person, Review, Staff

FEMI, LIN = "Femi Adeyemi", "Lin Carter"
BY_LETTER = {"way": "letter", "address": ["1 Gull Lane", "SX1 1AA"]}


@pytest.fixture
def by_letter(house: House, iro: Worker, tmp_path: Path) -> Case:
    """The carer is written to on paper."""
    case = make_case(house, tmp_path, {"people": row(people__1__reach=BY_LETTER)["people"]})
    with house.db.writing() as s:
        link_staff(s)
    ready(house, iro, case, card=(["star"], "CARD-WORDS"))
    invite(house, iro, case, LIN)
    assert Post(house).send(letter=PrintQueue()) == 1
    return case


def waiting(house: House) -> list[str]:
    with house.db.reading() as s:
        return [one.message_id for one in guests_letters.to_print(s)]


def print_it(house: House, message_id: str) -> Ready:
    with house.db.writing() as s:
        return guests_letters.print_letter(
            s, house.vault, house.authority, house.settings.public_url, house.takers, message_id, house.clock(),
            "staff:unit",
        )  # fmt: skip


def test_a_letter_invites_once_it_is_printed_and_again_is_no_second_one(
    house: House, by_letter: Case
) -> None:
    (own,) = waiting(house)
    assert states(house, by_letter)[LIN] == "to_invite"
    made = print_it(house, own)
    assert (made.to.name, list(made.to.lines)) == (LIN, BY_LETTER["address"])
    assert made.card is not None
    assert made.card.words == "CARD-WORDS"
    assert states(house, by_letter)[LIN] == "invited"
    assert waiting(house) == []
    assert print_it(house, own).told.link == made.told.link
    assert Post(house).send(letter=PrintQueue()) == 0


def test_a_letter_that_says_what_is_not_so_any_more_is_not_printed(
    house: House, by_letter: Case, iro: Worker
) -> None:
    (own,) = waiting(house)
    ask(house, by_letter, who=({"people": {ref(house, "carer_foster"): a_person("no")}, "added": []}, ""))
    with pytest.raises(NotPrinted, match="refused"):
        print_it(house, own)
    assert Post(house).send(letter=PrintQueue()) == 0
    assert waiting(house) == [], "it is stopped"


def test_a_new_day_before_the_printing_makes_one_letter_of_the_new_day(
    house: House, by_letter: Case, iro: Worker
) -> None:
    settle(house, iro, by_letter, AT + dt.timedelta(days=1))
    assert Post(house).send(letter=PrintQueue()) == 1
    (own,) = waiting(house)
    assert print_it(house, own).told.at == AT + dt.timedelta(days=1)


def told_officers(house: House) -> list[str]:
    """Look, and send; gives the bodies."""
    guests_alerting.look_once(house.db, house.vault, house.clock)
    kept = KeepingMessenger()
    alerting.alert_once(
        house.db, house.vault, {"email": kept}, house.settings, house.clock, guests_alerting.TEMPLATE,
        lambda _: officer_notice("http://localhost"),
    )  # fmt: skip
    return [f"{one.to} {one.subject} {one.body}" for one in kept.taken]


def test_a_yes_that_becomes_a_no_after_the_invitation_alerts_the_officer_once(
    house: House, case: Case, iro: Worker
) -> None:
    ready(house, iro, case)
    invite(house, iro, case, LIN)
    post = Post(house)
    post.send()
    assert told_officers(house) == []
    house.clock.move(minutes=5)  # type: ignore[attr-defined]
    ask(house, case, who=({"people": {ref(house, "carer_foster"): a_person("no")}, "added": []}, ""))
    house.clock.move(minutes=5)  # type: ignore[attr-defined]
    (told,) = told_officers(house)
    assert told.startswith("nadia@example.org")
    assert not [word for word in ("Lin", "Maya", "CANARY") if word in told]
    assert told_officers(house) == []
    settle(house, iro, case, AT + dt.timedelta(days=1))
    assert post.send() == 0, "they hear nothing more until the officer sees to it"
    assert guest(house, case, LIN).state == "invited"


def test_another_day_in_the_case_system_alerts_the_officer_once(
    house: House, case: Case, iro: Worker
) -> None:
    ready(house, iro, case)
    invite(house, iro, case, LIN)
    Post(house).send()
    with house.db.writing() as s:
        s.execute(update(Review).values(held_at=AT + dt.timedelta(days=3)))
    assert len(told_officers(house)) == 1
    assert told_officers(house) == []
    with house.db.reading() as s:
        assert len(s.scalars(select(Message.id).where(Message.template == "officer")).all()) == 1


def test_who_was_told_by_hand_is_not_written_to_and_stands_with_their_answer(
    house: House, case: Case, iro: Worker
) -> None:
    ready(house, iro, case)
    invite(house, iro, case, FEMI, LIN)
    post = Post(house)
    assert post.send() == 1, "no way to reach the social worker is known"
    with house.db.writing() as s:
        facts = guests_facts.facts(
            s, house.vault, case.review_id, today(house.clock), iro_id=iro.id, lock=True
        )
        assert facts is not None
        own = guest(house, case, FEMI).id
        assert guests.by_hand(s, house.vault, house.takers, facts, own, "coming", iro.id, house.clock())
        assert not guests.by_hand(
            s, house.vault, house.takers, facts, own, "withdrawn", iro.id, house.clock()
        )
    assert states(house, case)[FEMI] == "coming"
    with house.db.writing() as s:
        s.execute(update(Staff).values(email=None))
    settle(house, iro, case, AT + dt.timedelta(days=1))
    assert post.send() == 1, "the carer alone"
    assert guest(house, case, FEMI).reason == "by_hand"


def test_it_is_printed_with_the_others_as_a_tagged_pdf_with_the_childs_card_and_invites_once(
    house: House, by_letter: Case
) -> None:
    made = make_worker(house, "una", "unit", "Una Moss")
    una = SignedIn(made.id, made.username, made.name, "unit", "", house.clock(), house.clock())
    with house.db.writing() as s:
        s.execute(update(Person).where(Person.external_id == "P-2").values(format="large_print"))
        job_id, twice = (
            printing_bulk.start(s, house.vault, house.clock() + dt.timedelta(seconds=n), una, Wanted(what))
            for n, what in enumerate(("letters", "both"))
        )
    for _ in range(2):
        printing_bulk.work_once(
            house.db, house.vault, house.authority, house.settings, house.booklets, house.takers, house.clock, "one"
        )  # fmt: skip
    assert states(house, by_letter)[LIN] == "invited"
    assert waiting(house) == []
    with house.db.writing() as s:
        job = jobs.seen(s, house.vault, job_id, "print")
        assert job is not None
        assert job.counts == {"printed": 1}
        pdf = printing_bulk.take(s, house.vault, house.clock(), una, job, 1)
        second = printing_bulk.failed_of(s, house.vault, twice)
        actions = list(s.scalars(select(Audit.action)))
    assert [(one.who, one.reason, one.child_external_id) for one in second] == [
        (printing_bulk.INVITED, "printed_since", "C-1")
    ]
    assert actions.count("print_guest_letter") == 1
    assert pdf is not None
    made_of = Tagged(pdf)
    assert made_of.headings() == [(1, "You are invited to a meeting"), (2, "Say whether you can come")]
    assert [one.alt for one in made_of.of("Figure")] == ["A square code for the camera of a phone"]
    assert "/g/" in made_of.page(0)
    assert "1 Gull Lane" in made_of.page(0)
    assert "CARD-WORDS" in made_of.page(2), "on a sheet of its own"
    assert "/g/" not in made_of.page(2)
    assert Post(house).send(letter=PrintQueue()) == 0
