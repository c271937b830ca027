"""What a decision passes on: the Review Unit and the social worker arrange it, the officer sees how it went."""

from __future__ import annotations

from sqlalchemy import select

from tests.fixtures.cases import Case
from tests.fixtures.deciding import REASON, ask, decide
from tests.fixtures.staff import Signed, Worker
from tests.web.pages import Page
from tests.web.test_staff_child import address
from webapp.house import House
from webapp.store import Announcement, Audit, PassedWork


def says_at_the_field(page: Page, words: str) -> None:
    """The page says at its top, where the focus goes, and at the field itself what is wrong there."""
    assert (page.status, page.errors) == (422, [words])
    assert page.title.startswith("Problem: ")
    (box,) = page.root.all(role="alert")
    assert "data-focus" in box.attrs
    (field,) = [e for e in page.root.all() if "#" + e.attrs.get("id", "") == box.first("a").attrs["href"]]
    told = page.root.first(id=field.attrs["aria-describedby"])
    assert (told.text, field.attrs["aria-invalid"]) == (words, "true")


def test_what_is_passed_to_the_worker_is_done_or_cannot_be_and_the_officer_sees_which(
    house: House, case: Case, iro: Worker, social_worker: Worker, signed: Signed
) -> None:
    ask(house, case)
    decide(house, iro, case, "where", "changed", instead="The youth club", reason=REASON,
           note="Ring Sam there", passed_to="social_worker")  # fmt: skip
    pages = signed(social_worker)
    work = pages.get(address(case)).root.first("section", **{"aria-labelledby": "to-arrange"}).text
    for words in ("At a café or youth club", "Changed: The youth club", "Ring Sam there", "to arrange by"):
        assert words in work
    assert REASON not in work
    page = pages.press(pages.get(address(case)), "It can’t be done")
    says_at_the_field(page, "Say why it can’t be done: the reviewing officer reads it.")
    page = pages.press(page, "It can’t be done", note="Shut in March")
    assert "can’t be done" in page.text
    officers = signed(iro).get(f"/staff/reviews/{case.review_id}/decide").text
    assert "can’t be done today" in officers
    assert "Femi Adeyemi Shut in March" in officers
    page = pages.press(page, "It is open after all")
    pages.press(page, "It is done")
    with house.db.reading() as s:
        assert [one.state for one in s.scalars(select(PassedWork).order_by(PassedWork.at))] == [
            "cannot", "open", "done",
        ]  # fmt: skip
        acts = s.scalars(select(Audit.action).where(Audit.action.like("arranged_%")).order_by(Audit.id)).all()
    assert acts == ["arranged_cannot", "arranged_open", "arranged_done"]
    with house.db.reading() as s:
        events = s.scalars(select(Announcement).where(Announcement.kind == "decisions")).all()
    assert len(events) == 4, "the case system hears how it stands"


def test_what_is_passed_to_the_unit_stands_on_its_day_and_on_the_review_until_it_is_done(
    house: House, case: Case, iro: Worker, social_worker: Worker, unit_worker: Worker, signed: Signed
) -> None:
    ask(house, case, where=({"where": ["cafe"], "not_where": [], "not_words": ""}, "CANARY-TYPED"))
    decide(house, iro, case, "where", passed_to="unit")
    pages = signed(unit_worker)
    today = pages.get("/staff/unit/today")
    assert "1 Passed on by the IRO" in today.text
    assert "At a café or youth club: Agreed" in today.text
    page = pages.click(today, "Arrange it")
    work = page.root.first("section", **{"aria-labelledby": "to-arrange"}).text
    assert "Agreed" in work
    assert "CANARY" not in page.body + today.body, "what the child typed is none of it"
    page = pages.press(page, "It can’t be done", note=" ")
    says_at_the_field(page, "Say why it can’t be done: the reviewing officer reads it.")
    page = pages.press(page, "It is done", note="Booked")
    assert "Una Moss: Booked" in page.text
    assert "0 Passed on by the IRO" in pages.get("/staff/unit/today").text
    assert "Una Moss" in signed(iro).get(f"/staff/reviews/{case.review_id}/decide").text
    assert "At a café" not in signed(social_worker).get(address(case)).root.first(
        "section", **{"aria-labelledby": "to-arrange"}
    ).text, "it was passed to others"  # fmt: skip


def test_work_whose_wish_the_child_changed_waits_for_the_officer(
    house: House, case: Case, iro: Worker, social_worker: Worker, signed: Signed
) -> None:
    ask(house, case)
    decide(house, iro, case, "where:", passed_to="social_worker")
    ask(house, case, where=({"where": ["school"], "not_where": [], "not_words": ""}, ""))
    page = signed(social_worker).get(address(case))
    assert "wait for the reviewing officer" in page.text
    assert "It is done" not in page.text
