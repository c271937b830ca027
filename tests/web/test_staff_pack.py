"""The pack as an officer takes it: what it holds for whom, and what never leaves the officer's own sheets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.documents.tagged import Tagged
from tests.fixtures.cases import Case, load_rows
from tests.fixtures.deciding import REASON, a_person, decide, ref
from tests.fixtures.speaking import read_for_worries, say_and_send
from tests.fixtures.staff import Signed, Worker
from tests.review.incoming_rows import row
from webapp.house import House
from webapp.store import Audit, Consultation, Review


@pytest.fixture
def sent(house: House, case: Case) -> Case:
    """A child who sent something for each reader, and a carer who did."""
    people = {
        ref(house, "parent"): a_person("no", why="CANARY-WHY"),
        ref(house, "carer_foster"): a_person("yes"),
    }
    who = case.child.consultation_id
    say_and_send(house, who, {"comfort": (["breaks"], ""), "questions": "OPEN-ASK"}, "review")
    say_and_send(house, who, {"who": ({"people": people, "added": []}, "")}, "iro_and_social_worker")
    hushed = {"family": {"choice": "not_there", "words": "CANARY-HUSH"}}
    say_and_send(house, who, {"anything": "CANARY-ALONE", "not_in_front": (hushed, "")}, "iro")
    say_and_send(house, case.carer.consultation_id, {"education": "OPEN-SCHOOL"})
    say_and_send(house, case.parent.consultation_id, {"not_in_front_of_child": "CANARY-COURT"}, "iro")
    read_for_worries(house)
    return case


def taken(house: House, case: Case, iro: Worker, signed: Signed, more: str = "") -> Tagged:
    answer = signed(iro).client.get(f"/staff/reviews/{case.review_id}/pack.pdf{more}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    return Tagged(answer.data)


def test_the_officers_pack_keeps_what_is_theirs_alone_on_sheets_of_its_own(
    house: House, sent: Case, iro: Worker, signed: Signed
) -> None:
    decide(house, iro, sent, "who:P-1", reason=REASON)
    found = taken(house, sent, iro, signed)
    first_own = next(n for n, text in enumerate(found.pages) if "For the IRO alone" in text)
    open_sheets, own = " ".join(found.pages[:first_own]), " ".join(found.pages[first_own:])
    assert "CANARY" not in open_sheets
    for word in ("CANARY-WHY", "CANARY-ALONE", "CANARY-HUSH", "CANARY-COURT"):
        assert word in own
    for word in ("OPEN-ASK", "OPEN-SCHOOL", "Breaks", "Agreed: they are not invited", "Grace Okafor, Parent"):
        assert word in " ".join((open_sheets + own).split()), word


def test_the_pack_for_everyone_has_nothing_narrower_and_no_adults_name(
    house: House, sent: Case, iro: Worker, signed: Signed
) -> None:
    found = taken(house, sent, iro, signed, "?for=review")
    assert "OPEN-ASK" in found.text
    assert "OPEN-SCHOOL" in found.text
    for word in ("CANARY", "Lin Carter", "Mum", "Okafor", "C-1", "IRO alone"):
        assert word not in found.text


def test_it_is_made_of_a_review_for_which_nothing_was_sent(
    house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    assert "Nothing yet." in taken(house, case, iro, signed).text


def test_taking_it_is_written_down_and_another_officer_gets_none(
    app: Flask, house: House, case: Case, iro: Worker, other_iro: Worker, signed: Signed
) -> None:
    theirs = signed(other_iro).client
    assert theirs.get(f"/staff/reviews/{case.review_id}/pack.pdf").status_code == 404
    mine = signed(iro).client
    assert mine.get(f"/staff/reviews/{case.review_id}/pack.pdf?for=press").status_code == 404
    mine.get(f"/staff/reviews/{case.review_id}/pack.pdf?for=review")
    with house.db.reading() as s:
        assert s.scalars(select(Audit.action).where(Audit.action.like("take_pack%"))).all() == [
            "take_pack_review"
        ]


def test_what_worried_somebody_the_last_time_is_on_no_sheet_that_is_handed_on(
    house: House, sent: Case, iro: Worker, signed: Signed, tmp_path: Path
) -> None:
    who = sent.child.consultation_id
    say_and_send(
        house, who, {"questions": "CANARY-THEN Lin hits me every night", "good_news": "OPEN-SWIM"}, "review"
    )
    read_for_worries(house)
    load_rows(house, tmp_path, [row(
        review__id="R-2", review__held_at="2027-03-22T16:00", review__window_start="2027-03-05",
        review__window_end="2027-03-25",
    )])  # fmt: skip
    with house.db.reading() as s:
        second = s.scalars(
            select(Consultation).join(Review).where(Review.external_id == "R-2", Consultation.who == "child")
        ).one()
    say_and_send(house, second.id, {"questions": "OPEN-NOW", "good_news": "OPEN-DIVE"})
    read_for_worries(house)
    then = replace(sent, review_id=second.review_id)
    room = taken(house, then, iro, signed, "?for=review").text
    assert "OPEN-SWIM" in room
    assert "OPEN-NOW" in room
    assert "CANARY-THEN" not in room
    own = taken(house, then, iro, signed).pages
    first_own = next(n for n, text in enumerate(own) if "For the IRO alone" in text)
    assert "CANARY-THEN" not in " ".join(own[:first_own])
    assert "CANARY-THEN" in " ".join(own[first_own:])
