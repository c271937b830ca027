"""The agenda's page: put in order without a script, kept sealed, printed for the room with nothing private on it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from tests.fixtures.cases import Case
from tests.fixtures.deciding import a_person, ref
from tests.fixtures.speaking import Said, say_and_send
from tests.fixtures.staff import Signed, Worker
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.store import Agenda, Audit, Review

CANARY = "CANARY"


def everything(house: House) -> dict[str, Said]:
    """The menu, with a word that must not come into the room in each field that a child can fill."""
    people = {
        ref(house, "parent"): a_person("no", why="CANARY-WHY"),
        ref(house, "carer_foster"): a_person("yes", part=True, which="CANARY-PART"),
    }
    added = [{"name": "CANARY-NAME", "who": "CANARY-RELATION", **a_person("yes")}]
    return {
        "who": ({"people": people, "added": added}, "CANARY-WHO"),
        "where": ({"where": ["cafe"], "not_where": ["school"], "not_words": "CANARY-NOT"}, "CANARY-WHERE"),
        "when": ({"good": ["monday"], "bad": []}, "CANARY-WHEN"),
        "comfort": (["breaks", "game"], "CANARY-COMFORT"),
        "about": (["school", "family", "other"], "CANARY-ABOUT"),
        "good_news": "CANARY-NEWS", "questions": "CANARY-ASK", "anything": "CANARY-ANYTHING",
        "not_in_front": (
            {"family": {"choice": "not_there", "words": "CANARY-HUSH"}, "trouble": {"choice": "not_some", "words": ""}},
            "CANARY-INFRONT",
        ),
    }  # fmt: skip


@pytest.fixture
def desk(house: House, case: Case, iro: Worker, signed: Signed) -> Pages:
    """The officer, once child, parent and carer have sent words that may not come into the room."""
    say_and_send(house, case.child.consultation_id, everything(house))
    words: dict[str, Said] = {
        q.id: f"CANARY-{q.id}"
        for q in house.booklets["parent"].questions
        if q.kind == "words" and not q.only_for
    }
    say_and_send(house, case.parent.consultation_id, words)
    carer: dict[str, Said] = {
        q.id: f"CANARY-{q.id}"
        for q in house.booklets["carer"].questions
        if q.kind == "words" and not q.only_for
    }
    say_and_send(house, case.carer.consultation_id, carer)
    return signed(iro)


def address(case: Case, more: str = "") -> str:
    return f"/staff/reviews/{case.review_id}/agenda{more}"


def order(page: Page) -> list[str]:
    return [b.text for li in page.root.all("ol")[0].all("li") for b in li.all("b")]


def test_nothing_that_anybody_typed_lies_on_the_table(desk: Pages, case: Case) -> None:
    for page in (desk.get(address(case, "/room")), desk.get(address(case))):
        assert page.status == 200
        assert CANARY not in page.body
    room = desk.get(address(case, "/room"))
    told = [li.text for li in room.root.first("ol").all("li")]
    assert told[:4] == ["Hello, and who is here", "A game to start", "Good news", "School or college"]
    assert "Family" not in told
    assert "Things that went wrong" not in told
    assert "What parents want to talk about" not in told, "the child said no to one"
    assert "What carers want to talk about" in told
    off = desk.get(address(case)).root.all("section")[-1].text
    assert "Family The child doesn’t want it talked about in front of everyone." in off


def test_the_room_has_the_childs_first_name_or_none(desk: Pages, case: Case) -> None:
    assert desk.get(address(case, "/room")).h1 == "Maya’s review"
    bare = desk.get(address(case, "/room?noname"))
    assert bare.h1 == "My review"
    assert "Maya" not in bare.body
    assert "Okafor" not in desk.get(address(case, "/room")).body


def test_an_officer_puts_it_in_order_renames_adds_takes_out_and_puts_back(
    desk: Pages, house: House, case: Case
) -> None:
    page = desk.get(address(case))
    first = order(page)
    page = desk.press(page, "Down: Hello, and who is here")
    assert order(page)[:2] == [first[1], first[0]]
    page = desk.press(page, "Take out: Good news")
    assert "Good news" not in order(page)
    page = desk.press(page, "Put back: Good news")
    assert sorted(order(page)) == sorted(first)
    page = desk.press(page, "Keep: School or college", words="Your new school")
    assert "Your new school" in order(page)
    page = desk.press(page, "Add", words="Thank you, <b>Lin</b>")
    room = [li.text for li in desk.get(address(case, "/room")).root.first("ol").all("li")]
    assert "Thank you, <b>Lin</b>" in room
    assert "Your new school" in room
    with house.db.reading() as s:
        assert s.scalars(select(Agenda.version).order_by(Agenda.version)).all() == [1, 2, 3, 4, 5]
        assert not any(b"new school" in sealed for sealed in s.scalars(select(Agenda.sealed)))
        assert s.scalar(select(func.count()).select_from(Audit).where(Audit.action == "agenda_changed")) == 5


def test_what_was_changed_elsewhere_meanwhile_is_not_overwritten(desk: Pages, case: Case) -> None:
    old = desk.get(address(case))
    desk.press(old, "Take out: Good news")
    page = desk.press(old, "Take out: School or college")
    assert "it looks otherwise since" in page.text
    assert "School or college" in order(page)
    assert "Good news" not in order(page)


def test_what_comes_in_later_is_marked_and_what_is_taken_back_leaves(
    desk: Pages, house: House, case: Case
) -> None:
    desk.press(desk.get(address(case)), "Down: Hello, and who is here")
    say_and_send(house, case.child.consultation_id, {"about": (["school", "fun"], ""), "good_news": ""})
    page = desk.get(address(case))
    assert "Clubs and fun" in order(page)
    assert "new: it was sent since you last changed this" in page.text
    assert "Good news" not in order(page)
    assert "Good news Nobody asks for it any more." in page.text


def test_once_the_review_is_over_it_stands_and_cannot_be_changed(
    desk: Pages, house: House, case: Case
) -> None:
    page = desk.get(address(case))
    with house.db.writing() as s:
        s.execute(update(Review).values(status="held"))
    assert desk.get(address(case)).root.all("form", action=address(case)) == []
    desk.press(page, "Take out: Good news")
    assert "Good news" in order(desk.get(address(case)))


def test_another_officer_finds_no_agenda_and_no_room(
    house: House, case: Case, iro: Worker, other_iro: Worker, signed: Signed
) -> None:
    pages = signed(other_iro)
    for more in ("", "/room"):
        page, none = pages.get(address(case, more)), pages.get(f"/staff/reviews/{'0' * 32}/agenda{more}")
        assert page.status == none.status == 404
        assert page.text == none.text
    with house.db.reading() as s:
        told = s.scalars(select(Audit.action).where(Audit.actor == f"staff:{other_iro.id}")).all()
        assert told.count("turned_away") == 4
