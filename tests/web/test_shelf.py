"""Several booklets behind one link: each has its own address, is sent by itself, and none mixes with another."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from tests.fixtures.cases import Case
from tests.fixtures.staff import Signed, Worker
from tests.web import people
from tests.web.inside import MENU, answer, enter, post, said, sent, token
from tests.web.pages import Pages
from tests.web.test_queries import counted
from webapp.house import House
from webapp.store import Delivery, Record, Response

LIFE = "/b/my_life"
MOST_TO_SHOW, MOST_TO_SAVE = 4, 8


def a_box(house: House) -> str:
    """A question of the second booklet that has a box, and that every child is asked."""
    return next(
        q.id
        for q in house.booklets["my_life"].questions
        if q.kind == "words" and not (q.only_for or q.not_for or q.only_if)
    )


def test_a_child_meets_both_booklets_behind_one_link_and_one_secret(
    pages: Pages, house: House, case: Case
) -> None:
    page = people.say_birthday(pages, people.open_link(pages, case.child))
    page = pages.press(page, "OK, go on")
    page = pages.press(page, "These three", picture=people.PICTURES)
    assert page.url == "/b/my_review_my_choice/q/welcome"
    page = pages.get("/b/")
    assert page.h1 == "Your booklets"
    titles = [h.text for h in page.root.all("h2")]
    assert titles[:2] == ["My Review, My Choice", "My Life, My Review and My Voice"]
    assert pages.click(page, "Start: My Life").url.startswith(f"{LIFE}/q/")


def test_whoever_has_one_booklet_never_sees_a_shelf(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.parent)
    assert pages.get("/b/").url == "/b/parent/"
    assert "All my booklets" not in pages.get("/b/parent/").text


def test_what_is_said_in_one_booklet_is_not_in_the_other(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)
    box = a_box(house)
    menu, life = pages.get(f"{MENU}/q/anything"), pages.get(f"{LIFE}/q/{box}")
    pages.press(life, "Save and go on", words="about my life")
    pages.press(menu, "Save and go on", words="about my review")
    assert {q: s.answer.words for q, s in said(house, case.child).items()} == {"anything": "about my review"}
    assert {q: s.answer.words for q, s in said(house, case.child, "my_life").items()} == {
        box: "about my life"
    }


def test_each_is_sent_by_itself_and_offers_the_other(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)
    answer(pages, "anything", words="about my review")
    page = pages.press(pages.get(f"{MENU}/check"), "Send it")
    assert pages.click(page, "My Life, My Review and My Voice").url == f"{LIFE}/"
    assert sent(house, case.child, "my_life") == []
    pages.press(pages.get(f"{LIFE}/q/{a_box(house)}"), "Save and go on", words="about my life")
    shelf = pages.get("/b/")
    assert "You sent this on" in shelf.text
    assert "It is not sent yet" in shelf.text
    page = pages.press(pages.get(f"{LIFE}/check"), "Send it")
    assert "There is also this one" not in page.text
    kinds = [record["booklet"]["id"] for name in ("", "my_life") for record in sent(house, case.child, name)]
    assert kinds == ["my_review_my_choice", "my_life"]
    with house.db.reading() as s:
        assert s.scalar(select(func.count()).select_from(Record)) == 2
        assert sorted(s.scalars(select(Delivery.sequence))) == [1, 2]


def test_nobody_gets_into_a_booklet_that_was_not_given_to_them(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    for name in ("parent", "nothing", "%00", "MY_LIFE"):
        assert pages.get(f"/b/{name}/check").url == "/b/"
    page = post(pages, "/b/parent/q/how_child", {"words": "not mine to say"})
    assert page.h1 == "We could not save this"
    assert "not mine to say" in page.text
    with house.db.reading() as s:
        assert set(s.scalars(select(Response.booklet_id))) == {"my_review_my_choice", "my_life"}


def test_a_call_for_help_keeps_the_words_of_the_booklet_it_came_from(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    box = a_box(house)
    page = pages.press(pages.get(f"{LIFE}/q/{box}"), "I’m not safe", words="please help")
    assert said(house, case.child, "my_life")[box].answer.words == "please help"
    assert pages.click(page, "Back to my booklet").url == f"{LIFE}/q/{box}"


def test_a_second_booklet_costs_no_more_statements(
    app: Flask, pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    address = f"{LIFE}/q/{a_box(house)}"
    assert len(counted(app, pages, "GET", address)) <= MOST_TO_SHOW
    form = {"csrf_token": token(pages), "words": "one"}
    assert len(counted(app, pages, "POST", address, form)) <= MOST_TO_SAVE
    assert len(counted(app, pages, "GET", "/b/")) <= MOST_TO_SHOW


def test_the_officer_reads_both_side_by_side_under_the_same_headings(
    pages: Pages, house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    enter(pages, house, case.child)
    answer(pages, "anything", words="canary-menu")
    post(pages, f"{MENU}/send")
    officer = signed(iro)
    page = officer.get(f"/staff/reviews/{case.review_id}?all=1")
    assert "My Review, My Choice: sent" in page.text
    assert (
        "My Life, My Review and My Voice: asked" in page.text
        or "My Life, My Review and My Voice: not" in page.text
    )
    pages.press(pages.get(f"{LIFE}/q/{a_box(house)}"), "Save and go on", words="canary-life")
    post(pages, f"{LIFE}/send")
    page = officer.get(f"/staff/reviews/{case.review_id}?all=1")
    assert "canary-menu" in page.text
    assert "canary-life" in page.text
