"""You asked, this happened: what the child reads of what was decided, and nobody else."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import update

from tests.fixtures.cases import Case
from tests.fixtures.deciding import REASON, ask, decide, desk_of, settle_on, tell
from tests.fixtures.guests import says_no_in_a_talk
from tests.fixtures.staff import Signed, Worker
from tests.web.inside import MENU, enter
from tests.web.pages import Pages
from webapp.clock import LONDON
from webapp.house import House
from webapp.i18n import COVERS, translate
from webapp.review.deciding_words import OURS
from webapp.services import deciding, deciding_desk
from webapp.store import PaperBooklet, Review, Visit

ADDRESS = "/b/decided"
LINK = "You asked, this happened"


def test_nothing_that_is_decided_shows_before_the_child_is_told(
    pages: Pages, house: House, case: Case, iro: Worker
) -> None:
    ask(house, case)
    decide(house, iro, case, "chair", "not_possible", reason="CANARY-REASON")
    enter(pages, house, case.child)
    page = pages.get(ADDRESS)
    assert "CANARY-REASON" not in page.body
    assert "Your IRO has not told you anything here yet." in page.text
    assert LINK not in pages.get("/b/").text


def test_the_child_reads_what_they_asked_and_what_happens_with_the_reason(
    pages: Pages, house: House, case: Case, iro: Worker
) -> None:
    ask(house, case)
    decide(
        house, iro, case, "where", "changed", instead="At the youth club", reason=REASON, note="CANARY-NOTE"
    )
    decide(house, iro, case, rest=True)
    tell(house, iro, case)
    enter(pages, house, case.child)
    page = pages.click(pages.get(f"{MENU}/"), LINK)
    assert page.h1 == LINK
    assert "Where do you want your review to be? You said" in page.text
    for words in ("At a café or youth club", "A bit different", "At the youth club", REASON):
        assert words in page.text
    assert "Yes It will be run the way that you chose." in page.text
    assert "You want Lin Carter to come. What happens Yes We will ask them to come." in page.text
    assert "Some things are not decided yet." in page.text
    assert "CANARY" not in page.body


def test_a_time_that_holds_no_more_does_not_stand_on_the_childs_page(
    pages: Pages, house: House, case: Case, iro: Worker
) -> None:
    settle_on(house, iro, case, "2027-03-04")
    enter(pages, house, case.child)
    assert "Your review is on Thursday 4 March at 16:00." in pages.get(ADDRESS).text
    changed = "The time or the place has changed. Your IRO will tell you the new one."
    later = dt.datetime(2027, 3, 9, 16, tzinfo=LONDON)
    for values in ({"held_at": later}, {"held_at": later, "status": "postponed"}, {"held_at": None}):
        with house.db.writing() as s:
            s.execute(update(Review).values(**values))
        page = pages.click(pages.get(f"{MENU}/"), LINK)
        assert changed in page.text
        assert "CANARY-PLACE" not in page.body
    settle_on(house, iro, case, "2027-03-11")
    page = pages.get(ADDRESS)
    assert "Your review is on Thursday 11 March at 16:00." in page.text
    assert changed not in page.text


def test_a_no_in_a_talk_is_decided_on_the_officers_page_and_told_as_what_it_was(
    pages: Pages, house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    ask(house, case)
    says_no_in_a_talk(house, iro, case)
    desk = signed(iro)
    page = desk.get(f"/staff/reviews/{case.review_id}/decide")
    assert "Said to the social worker in a talk, not in the booklet." in page.text
    assert "Said to the social worker in a talk" in desk.get(f"/staff/reviews/{case.review_id}").text
    decide(house, iro, case, "who:talk:", "not_possible", reason=REASON)
    tell(house, iro, case)
    enter(pages, house, case.child)
    page = pages.get(ADDRESS)
    assert "You don’t want Lin Carter to come. You told your social worker this." in page.text
    assert f"Not this time {REASON}" in page.text
    assert "Your IRO read what you sent" not in page.text


def test_the_page_opens_with_link_and_secret_alone(
    pages: Pages, house: House, case: Case, iro: Worker
) -> None:
    ask(house, case)
    decide(house, iro, case, rest=True)
    tell(house, iro, case)
    for stage in ("opened", "known"):
        enter(pages, house, case.child, stage)
        page = pages.get(ADDRESS)
        assert page.url != ADDRESS
        assert "run the way that you chose" not in page.text


def test_nobody_else_who_is_asked_finds_it(pages: Pages, house: House, case: Case, iro: Worker) -> None:
    ask(house, case)
    decide(house, iro, case, "chair", "not_possible", reason="CANARY-REASON")
    tell(house, iro, case)
    for who in (case.parent, case.carer):
        enter(pages, house, who)
        assert LINK not in pages.get("/b/").text
        page = pages.get(ADDRESS)
        assert page.url != ADDRESS
        assert "CANARY-REASON" not in page.body


def test_whoever_types_the_childs_paper_does_not_find_it(
    pages: Pages, house: House, case: Case, iro: Worker
) -> None:
    ask(house, case)
    decide(house, iro, case, "chair", "not_possible", reason="CANARY-REASON")
    tell(house, iro, case)
    visit_id = enter(pages, house, case.child)
    assert "CANARY-REASON" in pages.get(ADDRESS).body
    with house.db.writing() as s:
        paper = PaperBooklet(
            consultation_id=case.child.consultation_id, booklet_id="my_life", arrived_at=house.clock(),
            arrived_by=iro.id, state="to_key", sealed_pages="none", open=True,
        )  # fmt: skip
        s.add(paper)
        s.flush()
        s.get_one(Visit, visit_id).paper_id = paper.id
    assert LINK not in pages.get("/b/").text
    page = pages.get(ADDRESS)
    assert page.url != ADDRESS
    assert "CANARY-REASON" not in page.body


def test_a_wish_that_changed_since_is_looked_at_again(
    pages: Pages, house: House, case: Case, iro: Worker
) -> None:
    ask(house, case)
    decide(house, iro, case, "chair", "not_possible", reason="CANARY-OLD")
    tell(house, iro, case)
    ask(house, case, chair=("iro", ""))
    enter(pages, house, case.child)
    page = pages.get(ADDRESS)
    assert "You changed this later. Your IRO will look at it again." in page.text
    assert "CANARY-OLD" not in page.body


def test_when_and_where_stand_first_in_london_time(
    pages: Pages, house: House, case: Case, iro: Worker
) -> None:
    ask(house, case)
    at = deciding.moment("2027-03-02", "16:30")
    with house.db.writing() as s:
        desk = deciding_desk.desk(s, house.vault, iro.id, case.review_id, lock=True)
        assert desk is not None
        deciding.settle(
            s, house.vault, house.takers, house.authority.timetable, desk, at, "The youth club", "", iro.id,
            house.clock(),
        )  # fmt: skip
    tell(house, iro, case)
    settled = desk_of(house, iro, case).settled
    assert settled is not None
    assert settled.record_due_on == dt.date(2027, 4, 1)
    enter(pages, house, case.child)
    page = pages.click(pages.get("/b/"), LINK)
    assert "Your review is on Tuesday 2 March at 16:30. The youth club" in page.text


def test_a_reason_of_ours_is_in_every_language_that_children_read() -> None:
    for language in COVERS:
        for words in OURS:
            assert translate(words, language) != words, f"{language}: {words}"
