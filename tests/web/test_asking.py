"""Always open: what somebody asks for at any time, what they read of it, and what nobody else does."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.speaking import say_and_send
from tests.web.inside import enter, everything
from tests.web.pages import Page, Pages
from tests.web.wire import Wire, served
from webapp.house import House
from webapp.review.requests import A_DAY, KINDS
from webapp.services import asking_for
from webapp.store import Child, PaperBooklet, Request, Review, Visit, Worry

CONTACT = "Contact my IRO"


def kept(house: House) -> list[Request]:
    """Every request, the oldest first."""
    with house.db.reading() as s:
        return list(s.scalars(select(Request).order_by(Request.made_at, Request.id)))


def words_of(house: House, one: Request) -> dict[str, str]:
    """What was typed."""
    with house.db.reading() as s:
        child = s.get_one(Child, one.child_id)
        return asking_for.opened(house.vault.key(child.key, f"child:{child.id}"), one)


def ask(pages: Pages, kind: str, button: str, **typed: Any) -> Page:
    """Opens the page of one kind and presses its button."""
    return pages.press(pages.get(f"/b/ask/{kind}"), button, **typed)


def typed(wants: str, words: str, reach: str) -> dict[str, Any]:
    """The fields of a page of this kind."""
    return {"wants": wants, "words": words, "w-reach": reach}


def held(house: House, case: Case) -> None:
    """The review was held."""
    with house.db.writing() as s:
        s.execute(update(Review).where(Review.id == case.review_id).values(status="held"))


def test_a_child_asks_for_a_talk_from_the_front_page_and_reads_how_far_it_is(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    page = pages.click(pages.get("/b/my_review_my_choice/"), CONTACT)
    page = pages.press(page, "Send it to my IRO", **typed("ring", "CANARY about contact", "after school"))
    assert page.h1 == "What I asked for"
    for words in ("Sent. Thank you", "Please ring me", "CANARY about contact", "after school",
                  "Your IRO has not read it yet."):  # fmt: skip
        assert words in page.text
    assert "Sent. Thank you" not in pages.get("/b/asked").text
    (one,) = kept(house)
    assert (one.kind, one.who, one.wants, one.state) == ("contact_iro", "child", "ring", "new")
    assert words_of(house, one) == {"words": "CANARY about contact", "reach": "after school"}
    assert b"CANARY" not in repr(everything(house)).encode()


@pytest.mark.parametrize(
    ("kind", "button"),
    [
        ("contact_iro", "Send it to my IRO"),
        ("advocate", "Ask for an advocate"),
        ("sooner", "Ask for a review sooner"),
    ],
)
def test_a_press_is_enough_and_nothing_has_to_be_typed(
    pages: Pages, house: House, case: Case, kind: str, button: str
) -> None:
    enter(pages, house, case.child)
    assert ask(pages, kind, button).url == "/b/asked"
    (one,) = kept(house)
    assert (one.kind, words_of(house, one)) == (kind, {"words": "", "reach": ""})


def test_it_is_open_after_sending_and_after_the_review_and_then_one_can_disagree(
    pages: Pages, house: House, case: Case
) -> None:
    say_and_send(house, case.child.consultation_id, {"anything": (None, "hello")})
    enter(pages, house, case.child)
    sent = pages.get("/b/my_review_my_choice/sent")
    assert pages.click(sent, CONTACT).h1 == CONTACT
    assert "I disagree" not in sent.text
    assert pages.get("/b/ask/disagree").url != "/b/ask/disagree"
    held(house, case)
    page = pages.click(pages.get("/b/"), "I disagree with something")
    page = pages.press(page, "Send it to my IRO", words="I want to see Mum on Fridays")
    assert "I want to see Mum on Fridays" in page.text
    assert ask(pages, "talk", "Send it to my IRO", wants="visit").url == "/b/asked"
    assert sorted(one.kind for one in kept(house)) == ["disagree", "talk"]


def test_a_parent_and_a_carer_may_ask_for_a_review_sooner_and_for_nothing_else(
    pages: Pages, house: House, case: Case
) -> None:
    for who in (case.parent, case.carer):
        enter(pages, house, who)
        page = pages.get("/b/")
        assert CONTACT not in page.text
        assert pages.press(
            pages.click(page, "Ask for a review sooner"), "Ask for a review sooner", words="Please"
        ).h1
        assert "The IRO has not read it yet." in pages.get("/b/asked").text
        for kind in ("contact_iro", "advocate", "disagree", "talk"):
            assert pages.get(f"/b/ask/{kind}").url != f"/b/ask/{kind}"
            given = pages.get("/b/ask/sooner").root.first("input", name="csrf_token").attrs["value"]
            assert pages.post(f"/b/ask/{kind}", {"csrf_token": given, "words": "x"}).status == 409
    assert [one.kind for one in kept(house)] == ["sooner", "sooner"]


def test_nobody_else_reads_what_somebody_asked_for(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)
    ask(pages, "contact_iro", "Send it to my IRO", words="CANARY-CHILD")
    enter(pages, house, case.parent)
    ask(pages, "sooner", "Ask for a review sooner", words="CANARY-PARENT")
    for who, own, others in (
        (case.parent, "CANARY-PARENT", "CANARY-CHILD"), (case.carer, "", "CANARY"),
        (case.child, "CANARY-CHILD", "CANARY-PARENT"),
    ):  # fmt: skip
        enter(pages, house, who)
        body = "".join(pages.get(address).body for address in ("/b/asked", "/b/", "/b/ask/sooner"))
        assert own in body
        assert others not in body
        assert "There is an answer for you." not in body


@pytest.mark.parametrize("stage", ["opened", "known"])
def test_link_and_birthday_alone_open_nothing(pages: Pages, house: House, case: Case, stage: str) -> None:
    enter(pages, house, case.child)
    ask(pages, "contact_iro", "Send it to my IRO", words="CANARY")
    enter(pages, house, case.child, stage)
    for address in ("/b/asked", "/b/ask/contact_iro"):
        page = pages.get(address)
        assert page.url != address
        assert "CANARY" not in page.body


def test_whoever_types_a_childs_paper_asks_for_nothing_and_reads_nothing(
    pages: Pages, house: House, case: Case, unit_worker: Any
) -> None:
    visit_id = enter(pages, house, case.child)
    ask(pages, "contact_iro", "Send it to my IRO", words="CANARY")
    with house.db.writing() as s:
        paper = PaperBooklet(
            consultation_id=case.child.consultation_id, booklet_id="my_life", arrived_at=house.clock(),
            arrived_by=unit_worker.id,
        )  # fmt: skip
        s.add(paper)
        s.flush()
        s.get_one(Visit, visit_id).paper_id = paper.id
    for address in ("/b/asked", "/b/ask/contact_iro", "/b/"):
        page = pages.get(address)
        assert "CANARY" not in page.body
        assert CONTACT not in page.text


def test_a_press_that_comes_twice_is_one_request(
    pages: Pages, house: House, case: Case, clock: SettableClock
) -> None:
    enter(pages, house, case.child)
    page = pages.get("/b/ask/contact_iro")
    for again in (page, page, pages.get("/b/ask/contact_iro")):
        pages.press(again, "Send it to my IRO", words="Ring me")
        clock.move(minutes=5)
    (one,) = kept(house)
    with house.db.writing() as s:
        s.execute(update(Request).values(state="answered"))
    pages.press(page, "Send it to my IRO", words="Ring me")
    assert [each.id for each in kept(house)] == [one.id], "the same page, however late"
    ask(pages, "contact_iro", "Send it to my IRO", words="Ring me")
    assert len(kept(house)) == 2, "it was answered, and they ask again"
    with house.db.writing() as s:
        s.execute(update(Request).values(arranged_at=clock()))
    ask(pages, "contact_iro", "Send it to my IRO")
    assert len(kept(house)) == 3, "it was seen to, and they ask again"


def test_going_back_and_sending_again_loses_no_words_and_makes_no_empty_request(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    page = pages.get("/b/ask/contact_iro")
    pages.press(page, "Send it to my IRO", **typed("ring", "The first", "after school"))
    pages.press(page, "Send it to my IRO")
    ask(pages, "contact_iro", "Send it to my IRO", words=" ")
    ask(pages, "contact_iro", "Send it to my IRO", wants="ring")
    assert [words_of(house, one)["words"] for one in kept(house)] == ["The first"]
    pages.press(page, "Send it to my IRO", words="And one thing more")
    ask(pages, "contact_iro", "Send it to my IRO", wants="visit")
    ask(pages, "advocate", "Ask for an advocate")
    found = sorted((one.kind, one.wants, words_of(house, one)["words"]) for one in kept(house))
    assert found == [
        ("advocate", "", ""), ("contact_iro", "", "And one thing more"), ("contact_iro", "ring", "The first"),
        ("contact_iro", "visit", ""),
    ]  # fmt: skip


def test_more_than_a_day_holds_is_said_kindly_and_the_words_stay(
    pages: Pages, house: House, case: Case, clock: SettableClock
) -> None:
    enter(pages, house, case.child)
    for n in range(A_DAY):
        ask(pages, "contact_iro", "Send it to my IRO", words=f"Number {n}")
    page = ask(pages, "contact_iro", "Send it to my IRO", words="One more")
    assert page.status == 422
    assert page.errors[0].startswith("You asked 10 times today. All of it is kept.")
    assert "One more" in page.text
    assert len(kept(house)) == A_DAY
    clock.move(hours=25)
    enter(pages, house, case.child)
    assert ask(pages, "contact_iro", "Send it to my IRO", words="One more").url == "/b/asked"


def test_words_that_are_too_long_come_back(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)
    page = ask(pages, "contact_iro", "Send it to my IRO", words="x" * 5_001)
    assert page.status == 422
    assert "longer than 5,000 letters" in page.errors[0]
    assert kept(house) == []


def test_a_visit_that_rests_keeps_what_was_asked_and_shows_nothing(
    pages: Pages, house: House, case: Case, clock: SettableClock
) -> None:
    enter(pages, house, case.child)
    page = pages.get("/b/ask/contact_iro")
    clock.move(hours=2)
    page = pages.press(page, "Send it to my IRO", words="CANARY")
    assert page.url == "/rest"
    assert "CANARY" not in page.body
    assert len(kept(house)) == 1


def test_words_typed_for_one_child_never_land_with_another(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)
    page = pages.get("/b/ask/contact_iro")
    enter(pages, house, case.parent)
    answer = pages.press(page, "Send it to my IRO", words="CANARY")
    assert answer.status in (400, 409)
    assert kept(house) == []


def test_i_am_not_safe_on_such_a_page_raises_the_worry_with_the_words(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    page = pages.press(pages.get("/b/ask/contact_iro"), "I’m not safe", words="CANARY he hits me")
    assert page.url.startswith("/not-safe")
    with house.db.reading() as s:
        worry = s.scalars(select(Worry)).one()
        child = s.get_one(Child, worry.child_id)
        key = house.vault.key(child.key, f"child:{child.id}")
        assert key.open_some(worry.words, f"worry.words:{worry.id}") == "CANARY he hits me"


def test_every_page_of_it_is_light(app: Flask, pages: Pages, house: House, case: Case) -> None:
    held(house, case)
    enter(pages, house, case.child)
    for kind in ("contact_iro", "disagree", "advocate"):
        pages.press(pages.get(f"/b/ask/{kind}"), "Ask for an advocate" if kind == "advocate" else "Send it to my IRO",
                    words="I would like to come in by myself and sit near the door.")  # fmt: skip
    cookie = pages.client.get_cookie("s")
    assert cookie is not None
    with served(app) as url:
        wire = Wire(url)
        wire.cookies["s"] = cookie.value
        wire.visit("GET", "/help")
        asked = {
            one: wire.visit("GET", f"/b/{one}")[0]
            for one in ("", "asked", *(f"ask/{kind}" for kind in KINDS))
        }  # fmt: skip
    print(asked)
    assert {what: n for what, n in asked.items() if n > 4_000} == {}
