"""Booklets on paper: that they came, sealed pages handed on unopened, and what is keyed in on a person's behalf."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.fixtures.cases import Case
from tests.fixtures.speaking import say_and_send
from tests.fixtures.staff import Signed, Worker
from tests.web import inside, people
from tests.web.pages import Page, Pages, filled
from webapp.documents.booklet_paper import sealed
from webapp.house import House
from webapp.store import AnswerRow, Audit, Child, Consultation, PaperBooklet, Response, Visit


def arrive(pages: Pages, case: Case, sealed: str = "") -> Page:
    return pages.press(pages.get(f"/staff/unit/reviews/{case.review_id}"), "It arrived (Maya)", sealed=sealed)


def key_in(pages: Pages, case: Case) -> Page:
    return pages.press(arrive(pages, case), "Key it in (Maya)")


def papers(house: House) -> list[tuple[str, str, bool]]:
    with house.db.reading() as s:
        rows = s.execute(select(PaperBooklet.state, PaperBooklet.sealed_pages, PaperBooklet.open))
        return [(r.state, r.sealed_pages, r.open) for r in rows]


def actions(house: House, worker: Worker) -> list[str]:
    with house.db.reading() as s:
        return list(
            s.scalars(select(Audit.action).where(Audit.actor == f"staff:{worker.id}").order_by(Audit.id))
        )


def test_sealed_pages_are_written_down_and_handed_on_with_no_word_of_what_is_inside(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)
    page = arrive(pages, case, sealed="yes")
    assert "sealed pages inside: hand them to the IRO unopened" in page.text
    assert "Maya" in pages.get("/staff/unit/today/paper").text
    page = pages.press(page, "The sealed pages are handed over (Maya)")
    assert "sealed pages handed to the IRO unopened" in page.text
    assert papers(house) == [("to_key", "handed", True)], "the rest is still to be keyed in"
    page = pages.press(page, "The whole booklet went to the IRO (Maya)")
    assert papers(house) == [("handed", "handed", False)]
    done = actions(house, unit_worker)
    assert [one for one in done if "paper" in one or "sealed" in one] == [
        "paper_arrived", "list_unit_paper", "sealed_pages_handed", "paper_handed",
    ]  # fmt: skip
    with house.db.reading() as s:
        assert s.scalar(select(func.count()).select_from(Response)) == 0, "nothing was opened for it"


def test_what_is_keyed_in_is_marked_with_who_typed_it_and_goes_to_the_officer(
    house: House, case: Case, unit_worker: Worker, iro: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)
    page = key_in(pages, case)
    assert "You are keying in a booklet on paper." in page.text
    inside.answer(pages, "questions", words="CANARY-PAPER")
    with house.db.reading() as s:
        kept = s.scalars(select(AnswerRow)).one()
        assert (kept.typed_by, kept.channel) == (f"staff:{unit_worker.id}", "paper")
    back = pages.press(pages.get("/b/my_review_my_choice/check"), "Send")
    back = pages.get(back.url) if back.status != 200 else back
    assert back.url == f"/staff/unit/reviews/{case.review_id}", "still signed in, back at the review"
    assert "Keyed in and sent." in back.text
    assert "CANARY" not in back.body
    assert papers(house) == [("keyed", "none", False)]
    assert pages.get("/b/my_review_my_choice/copy").url != "/b/my_review_my_choice/copy", "closed for good"
    done = actions(house, unit_worker)
    assert {"key_in_paper", "paper_keyed"} <= set(done)
    officer = signed(iro).get(f"/staff/reviews/{case.review_id}")
    assert "CANARY-PAPER" in officer.text
    assert "on paper" in officer.text
    assert "typed from paper by" in officer.text


def test_the_questions_of_the_sealed_pages_are_not_among_those_keyed_in(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)
    key_in(pages, case)
    hidden = [q.id for q in house.booklets["my_review_my_choice"].questions if sealed(q)]
    assert hidden
    for name in hidden:
        assert pages.get(f"/b/my_review_my_choice/q/{name}").url == "/b/my_review_my_choice/"


def test_what_a_person_said_themselves_stays_closed_to_staff(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    say_and_send(house, case.child.consultation_id, {"questions": "CANARY-OWN"})
    page = key_in(signed(unit_worker), case)
    assert "what they said is closed to you" in page.text
    assert "CANARY" not in page.body
    with house.db.reading() as s:
        assert s.scalars(select(Visit.id).where(Visit.paper_id.is_not(None))).all() == []


def test_stopped_half_way_it_goes_on_where_it_was_and_the_worker_is_still_signed_in(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)
    key_in(pages, case)
    inside.answer(pages, "questions", words="half of it")
    page = pages.press(pages.get("/b/my_review_my_choice/"), "Stop for now, back to the review")
    page = pages.get(f"/staff/unit/reviews/{case.review_id}") if page.status != 200 else page
    assert "Sign out" in page.text
    page = pages.press(page, "Key it in (Maya)")
    assert "half of it" in pages.get("/b/my_review_my_choice/q/questions").body


def test_links_from_before_open_nothing_that_was_keyed_in(
    app: Flask, house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)
    key_in(pages, case)
    inside.answer(pages, "questions", words="CANARY-KEYED")
    child = Pages(app)
    people.child_comes_in(child, case.child)
    assert child.get("/b/").url != "/b/"
    assert "CANARY" not in child.get("/b/my_review_my_choice/q/questions").body


def test_typing_ends_when_the_person_comes_in_themselves(
    app: Flask, house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)
    key_in(pages, case)
    people.child_comes_in(Pages(app), case.child)
    assert not pages.get("/b/my_review_my_choice/q/questions").url.endswith("/q/questions")
    assert "closed to you" in pages.press(
        pages.get(f"/staff/unit/reviews/{case.review_id}"), "Key it in (Maya)"
    ).text  # fmt: skip


@pytest.mark.parametrize("values", [{"hold": "missing"}, {"hold": "died"}])
def test_nothing_is_keyed_in_for_a_child_on_hold(
    house: House, case: Case, unit_worker: Worker, signed: Signed, values: dict[str, str]
) -> None:
    pages = signed(unit_worker)
    page = arrive(pages, case)
    with house.db.writing() as s:
        s.execute(update(Child).values(**values))
    assert "this person is not asked at the moment" in pages.press(page, "Key it in (Maya)").text


def test_another_booklets_name_or_another_role_writes_nothing(
    house: House, case: Case, unit_worker: Worker, iro: Worker, signed: Signed
) -> None:
    address = f"/staff/unit/reviews/{case.review_id}/paper/{case.child.consultation_id}"
    inside.post(signed(unit_worker), address, {"booklet": "carer"})
    assert inside.post(signed(iro), address).status == 404
    assert papers(house) == []


def test_whoever_types_may_read_the_questions_in_the_papers_language_and_the_person_keeps_theirs(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    """The paper may be in another language than the one the person is written to in."""
    pages = signed(unit_worker)
    page = key_in(pages, case)
    sent = {
        **filled(page.root.first("form", class_="note")),
        "language": "ur",
        "to": "/b/my_review_my_choice/",
    }
    assert 'lang="ur"' in pages.post("/language", sent).body
    with house.db.reading() as s:
        assert s.get_one(Consultation, case.child.consultation_id).language == "en"
    pages.press(pages.get("/b/my_review_my_choice/q/questions"), "Stop for now")
    assert 'lang="en"' in pages.get("/language").body, "and this browser keeps nothing of it"
