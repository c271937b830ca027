"""The officer decides: wish by wish, one press for the rest, and nobody else's review."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.fixtures.cases import Case
from tests.fixtures.counting import statements
from tests.fixtures.deciding import REASON, ask, decide, desk_of
from tests.fixtures.guests import says_no_in_a_talk
from tests.fixtures.speaking import say_and_send
from tests.fixtures.staff import Signed, Worker
from tests.web.dom import Element
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.store import Audit, Consultation, Decision, Message, Review

SAVE, REST = "Save what I chose", "Save, and agree the rest"
PAGE_QUERIES = 25


def address(case: Case, more: str = "") -> str:
    """The page of decisions."""
    return f"/staff/reviews/{case.review_id}/decide{more}"


@pytest.fixture
def desk(house: House, case: Case, iro: Worker, signed: Signed) -> Pages:
    """The officer's browser, once the child has sent the menu."""
    ask(house, case)
    return signed(iro)


def number(page: Page, name: str) -> str:
    """The number of the wish of that name on the page."""
    for field in page.root.all("fieldset"):
        if field.first("legend").text == name:
            return field.attrs["id"].removeprefix("f")
    raise AssertionError(f"no wish {name!r}")


def part(page: Page, name: str) -> Element:
    """The part of the page about the wish of that name."""
    return page.root.first("fieldset", id=f"f{number(page, name)}")


def choose(pages: Pages, case: Case, name: str, outcome: str, press: str = SAVE, **said: str) -> Page:
    """Choose for the wish of that name, and press."""
    page = pages.get(address(case))
    n = number(page, name)
    fields: dict[str, Any] = {f"{field}-{n}": value for field, value in {"outcome": outcome, **said}.items()}
    return pages.press(page, press, **fields)


def test_the_review_leads_to_the_page_with_the_childs_words_first(
    house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    ask(house, case, good_news="I can swim now")
    pages = signed(iro)
    page = pages.click(pages.get(f"/staff/reviews/{case.review_id}"), "Decide about the wishes")
    main = page.root.first("main").text
    assert main.index("I can swim now") < main.index("Wish by wish")
    assert "Maya" not in page.title
    assert "Maya" not in page.url


def test_each_wish_says_what_was_asked_by_whom_and_why_it_is_not_one_of_the_rest(
    desk: Pages, case: Case
) -> None:
    page = desk.get(address(case))
    assert (
        "At a café or youth club Asked by Maya: Where do you want your review to be?"
        in part(page, "Where").text
    )
    mum = part(page, "Mum").text
    assert "no Parent" in mum
    assert "CANARY-WHY" in mum
    assert "The child said no to this person: yours alone to decide." in mum
    assert "the social worker checks before" in part(page, "Uncle Phil").text
    assert "It will be run the way that you chose." in part(page, "Who runs it").text


def test_one_press_agrees_the_rest_beside_what_was_chosen(
    desk: Pages, house: House, case: Case, iro: Worker
) -> None:
    page = choose(desk, case, "Where", "changed", REST, instead="The youth club", reason=REASON)
    assert "Saved. The child reads nothing of it before you tell them." in page.text
    assert "6 of 8 wishes are decided." in page.text
    found = {one.key.partition(":")[0]: one.outcome for one in desk_of(house, iro, case).decided.values()}
    assert found == {
        "who": "agreed", "where": "changed", "not_where": "agreed", "how": "agreed", "chair": "agreed",
    }  # fmt: skip
    assert "6 of 8 wishes are decided." in desk.get(f"/staff/reviews/{case.review_id}").text


def test_what_is_not_possible_needs_a_reason_and_gets_a_draft_to_finish(
    desk: Pages, house: House, case: Case, iro: Worker
) -> None:
    page = choose(desk, case, "Mum", "not_possible", note="Court order of May")
    assert page.status == 422
    assert page.errors == [
        "Mum: The child needs a reason. A draft stands in the box: finish it where it has dots."
    ]
    n = number(page, "Mum")
    box = page.root.first("textarea", name=f"reason-{n}").text
    assert box.startswith("You said no to this person. They have to come, because …")
    assert page.root.first("textarea", name=f"note-{n}").text == "Court order of May"
    assert desk.press(page, SAVE).status == 422, "a draft with dots is no reason"
    assert desk_of(house, iro, case).decided == {}
    fields: dict[str, Any] = {f"reason-{n}": REASON}
    page = desk.press(page, SAVE, **fields)
    assert page.status == 200
    assert REASON in part(page, "Mum").text


@pytest.mark.parametrize(
    ("name", "said", "words"),
    [
        ("Uncle Phil", {"outcome": "agreed"}, "Nobody has checked this person yet."),
        ("Where", {"outcome": "changed", "reason": REASON}, "Say what happens in its place."),
        ("Where", {"outcome": "", "reason": REASON}, "Choose what becomes of this wish."),
    ],
)
def test_what_cannot_be_is_refused_kindly_and_nothing_is_lost(
    desk: Pages, house: House, case: Case, iro: Worker, name: str, said: dict[str, str], words: str
) -> None:
    page = desk.get(address(case))
    fields: dict[str, Any] = {
        f"{field}-{number(page, name)}": value for field, value in said.items() if value
    }
    page = desk.press(page, REST, **fields)
    assert page.status == 422
    assert words in page.errors[0]
    assert "Nothing was saved yet." in page.text
    assert page.title.startswith("Problem: ")
    if "reason" in said:
        assert page.root.first("textarea", name=f"reason-{number(page, name)}").text == REASON
    assert desk_of(house, iro, case).decided == {}


def test_what_the_child_changed_while_the_page_was_open_is_not_decided_by_it(
    desk: Pages, house: House, case: Case, iro: Worker
) -> None:
    page = desk.get(address(case))
    n = number(page, "Who runs it")
    ask(house, case, chair=("iro", ""))
    fields: dict[str, Any] = {f"outcome-{n}": "agreed"}
    page = desk.press(page, SAVE, **fields)
    assert "The child changed this while you were reading." in page.errors[0]
    assert desk_of(house, iro, case).decided == {}


def test_what_a_colleague_decided_meanwhile_is_read_before_it_is_changed(desk: Pages, case: Case) -> None:
    """Two at once: the officer, and whoever stands in for them. A second press of the same changes nothing."""
    old = desk.get(address(case))
    n = number(old, "Who runs it")
    choose(desk, case, "Who runs it", "changed", instead="We take turns.", reason="You asked for a rest too.")
    fields: dict[str, Any] = {f"outcome-{n}": "agreed"}
    page = desk.press(old, SAVE, **fields)
    assert "Somebody decided this while you were reading." in page.errors[0]
    assert "We take turns." in part(page, "Who runs it").text
    assert "Saved." in desk.press(page, SAVE, **fields).text, "the second press has read it"
    assert "Nothing new was chosen." in desk.press(page, SAVE, **fields).text, "sent twice"
    settled: dict[str, Any] = {"day": "2027-03-04", "time": "16:00"}
    old = desk.get(address(case))
    desk.press(old, "Settle when and where", **settled, place="The youth club")
    page = desk.press(old, "Settle when and where", **settled, place="School")
    assert "Somebody settled this while you were reading." in page.errors[0]
    assert "The youth club" in page.text
    assert "Thursday 4 March 2027, 16:00, School" in desk.press(page, "Settle when and where").text


def test_a_decided_wish_that_changed_says_so_and_one_can_be_taken_back(
    desk: Pages, house: House, case: Case, iro: Worker
) -> None:
    decide(house, iro, case, rest=True)
    ask(house, case, chair=("iro", ""))
    page = desk.get(address(case))
    assert "The child asks for something else now: decide it again" in part(page, "Who runs it").text
    page = desk.press(page, "Take the decision back: Where")
    assert "It is open again." in page.text
    assert "where:where" not in desk_of(house, iro, case).decided


def test_when_and_where_are_settled_and_the_child_is_told_by_a_press(desk: Pages, case: Case) -> None:
    page = desk.get(address(case))
    page = desk.press(page, "Settle when and where", day="2029-03-01", time="16:00", place="The youth club")
    assert "outside the time that the law gives" in page.errors[0]
    assert page.root.first("input", name="place").attrs["value"] == "The youth club"
    page = desk.press(page, "Settle when and where", day="2027-03-04")
    assert "Thursday 4 March 2027, 16:00, The youth club" in page.text
    assert "The record of the review is due on 5 April 2027" in page.text
    page = desk.press(page, "Tell Maya")
    assert "It stands on the child’s own page now." in page.text
    assert "There is nothing new to tell." in page.text


def test_a_child_who_is_asked_nothing_is_told_by_the_officer_who_writes_that_down(
    house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    says_no_in_a_talk(house, iro, case)
    with house.db.writing() as s:
        s.get_one(Consultation, case.child.consultation_id).state = "stopped"
    decide(house, iro, case, "who:talk", "not_possible", reason=REASON)
    pages = signed(iro)
    page = pages.get(address(case))
    assert "It then stands on their own page" not in page.text
    page = pages.press(page, "I have told Maya")
    assert "It is written down that you told the child." in page.text
    with house.db.reading() as s:
        assert s.scalars(select(Decision.told_at)).one() is not None
        assert s.scalars(select(Audit.id).where(Audit.action == "told_child_in_person")).one()
        assert s.scalars(select(Message.id).where(Message.template == "told")).all() == []


def test_whichever_button_is_pressed_keeps_what_was_typed_anywhere_on_the_page(
    desk: Pages, house: House, case: Case, iro: Worker
) -> None:
    page = desk.get(address(case))
    n = number(page, "Where")
    typed: dict[str, Any] = {
        f"outcome-{n}": "not_possible",
        "day": "2027-03-04",
        "time": "16:00",
        "place": "The club",
    }
    page = desk.press(page, "Settle when and where", **typed)
    assert "The child needs a reason." in page.errors[0]
    assert page.root.first("input", name="place").attrs["value"] == "The club"
    why: dict[str, Any] = {f"reason-{n}": REASON}
    page = desk.press(page, "Settle when and where", **why)
    assert "Thursday 4 March 2027, 16:00, The club" in page.text
    assert REASON in part(page, "Where").text
    runs: dict[str, Any] = {f"outcome-{number(page, 'Who runs it')}": "agreed", "place": "The hall"}
    page = desk.press(page, "Tell Maya", **runs)
    assert "It stands on the child’s own page now." in page.text
    assert "The day and place that you typed are not settled yet." in page.text
    assert page.root.first("input", name="place").attrs["value"] == "The hall"
    told = desk_of(house, iro, case).decided
    assert told["chair:chair"].told_at is not None
    being: dict[str, Any] = {f"outcome-{number(page, 'Where it must not be')}": "agreed", "place": "The club"}
    page = desk.press(page, "Invite people to the meeting", **being)
    assert page.url.endswith("/guests")
    assert desk_of(house, iro, case).decided["not_where:where"].outcome == "agreed"


def test_only_its_own_officer_decides(
    house: House, case: Case, iro: Worker, other_iro: Worker, social_worker: Worker, unit_worker: Worker,
    duty_worker: Worker, signed: Signed,
) -> None:  # fmt: skip
    ask(house, case)
    for worker in (other_iro, social_worker, unit_worker, duty_worker):
        pages = signed(worker)
        token = pages.get("/staff/").root.first("input", name="csrf_token").attrs["value"]
        assert pages.get(address(case)).status == 404
        for more in ("", "/reopen", "/settle", "/tell"):
            form = {"csrf_token": token, "key-0": "chair:chair", "outcome-0": "agreed", "do": "rest"}
            form |= {"day": "2027-03-04", "time": "16:00", "place": "x"}
            assert pages.post(address(case, more), form).status == 404, (worker.username, more)
    with house.db.reading() as s:
        assert s.scalars(select(Decision)).all() == []
        turned = s.scalars(select(Audit.actor).where(Audit.action == "turned_away")).all()
    assert turned.count(f"staff:{other_iro.id}") == 5


def test_a_review_that_is_over_is_only_read(desk: Pages, house: House, case: Case) -> None:
    with house.db.writing() as s:
        s.get_one(Review, case.review_id).status = "held"
    page = desk.get(address(case))
    assert page.url == f"/staff/reviews/{case.review_id}"
    assert "Decide about the wishes" not in page.text


def test_the_look_is_written_down(desk: Pages, house: House, case: Case, iro: Worker) -> None:
    desk.get(address(case))
    with house.db.reading() as s:
        line = s.scalars(select(Audit).where(Audit.action == "look_decide")).one()
    assert (line.actor, line.child_id) == (f"staff:{iro.id}", case.child_id)


def test_the_page_takes_the_same_queries_however_much_was_asked_and_decided(
    app: Flask, house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    say_and_send(house, case.child.consultation_id, {"chair": ("me", "")})
    pages, counts = signed(iro), []
    for _ in range(2):
        with statements(app.extensions["house"].db) as seen:
            pages.get(address(case))
        counts.append(len(seen))
        ask(house, case, questions="one", room=(["circle", "soft"], ""))
        decide(house, iro, case, rest=True)
    assert counts[0] == counts[1] <= PAGE_QUERIES, seen
