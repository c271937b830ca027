"""After a review: who came, the letter from first draft to the child's page, and what a parent is told."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.fixtures.cases import Case, Invited
from tests.fixtures.clocks import SettableClock
from tests.fixtures.deciding import ask, decide
from tests.fixtures.staff import Signed, Worker
from tests.services.posting import Post
from tests.web.inside import enter
from tests.web.pages import Page, Pages
from webapp.booklet.wishes import schemas
from webapp.clock import LONDON
from webapp.house import House
from webapp.services import outbox
from webapp.store import (
    Announcement,
    Attendance,
    Audit,
    Child,
    Consultation,
    Involvement,
    IroLetter,
    Message,
    Review,
    new_id,
)

AFTER = dt.datetime(2027, 3, 3, 10, tzinfo=LONDON)


@pytest.fixture
def held(house: House, case: Case, iro: Worker, clock: SettableClock) -> Case:
    """Maya asked, her officer decided, and the review was held yesterday."""
    ask(house, case, good_news="CANARY-GOOD", comfort=(["breaks"], "CANARY-COMFORT"))
    decide(house, iro, case, "chair", "not_possible", reason="CANARY-REASON")
    decide(house, iro, case, rest=True)
    clock.set(AFTER)
    with house.db.writing() as s:
        s.execute(update(Review).where(Review.id == case.review_id).values(status="held"))
    return case


def at(case: Case, what: str) -> str:
    return f"/staff/reviews/{case.review_id}/{what}"


def came(desk: Pages, case: Case, child: str = "yes", **more: Any) -> Page:
    return desk.press(desk.get(at(case, "held")), "Write it down", child=child, code="PN1", **more)


def write(desk: Pages, case: Case, **typed: Any) -> Page:
    """The letter, written and looked at."""
    page = desk.get(at(case, "letter"))
    return desk.press(page, "Keep it, and look at the letter", **typed)


def rows(house: House, table: type[Any]) -> list[Any]:
    with house.db.reading() as s:
        return list(s.scalars(select(table)))


def told(house: House, kind: str) -> list[dict[str, object]]:
    """The events of this kind, each right by its schema."""
    import jsonschema

    with house.db.reading() as s:
        child = s.scalars(select(Child)).one()
        key = house.vault.key(child.key, f"child:{child.id}")
        found = s.scalars(
            select(Announcement).where(Announcement.kind == kind).order_by(Announcement.made_at)
        )
        events = [json.loads(key.open(one.sealed, outbox.place(one.id))) for one in found]
    for one in events:
        jsonschema.Draft202012Validator(
            schemas()[f"{kind}-1"], format_checker=jsonschema.FormatChecker()
        ).validate(one)
    return events


def test_before_the_review_began_there_is_nothing_to_write_and_for_no_other_officer_ever(
    house: House, case: Case, iro: Worker, other_iro: Worker, signed: Signed, clock: SettableClock
) -> None:
    desk = signed(iro)
    for what in ("held", "letter", "letter/look", "letter/paper", "outcome"):
        assert desk.get(at(case, what)).status == 404
    assert "After the review" not in desk.get(at(case, "")[:-1]).text
    clock.set(AFTER)
    assert signed(other_iro).get(at(case, "letter")).status == 404


def test_who_came_is_written_down_with_a_code_that_fits_and_told_once(
    house: House, held: Case, iro: Worker, signed: Signed, clock: SettableClock
) -> None:
    desk = signed(iro)
    page = desk.get(at(held, "held"))
    assert "Suggested if the child came: PN1" in page.text
    assert "Suggested if the child didn’t come: PN6, because the child sent a booklet" in page.text
    wrong = desk.press(page, "Write it down", child="no", code="PN1")
    assert wrong.status == 422
    assert "That code doesn’t fit who came" in wrong.text
    assert rows(house, Attendance) == []
    came(desk, held)
    came(desk, held)
    clock.move(minutes=1)
    (one,) = told(house, "attendance")
    assert (one["child_attended"], one["participation_code"], one["suggested"]) == (True, "PN1", "PN1")
    desk.press(desk.get(at(held, "held")), "Write it down", child="no", code="PN6")
    assert [event["replaces"] is None for event in told(house, "attendance")] == [True, False]


def test_the_letter_goes_from_a_draft_of_what_was_decided_to_the_childs_page(
    house: House, held: Case, iro: Worker, signed: Signed, pages: Pages
) -> None:
    desk = signed(iro)
    came(desk, held)
    page = desk.get(at(held, "letter"))
    assert "CANARY-REASON" in page.body
    look = write(
        desk,
        held,
        **{"good": "CANARY-KIND & <3", "what-0": "CANARY-NEXT", "who-0": "Lin", "by-0": "2027-04-01"},
    )
    assert "CANARY-KIND" in look.body
    enter(pages, house, held.child)
    assert "CANARY" not in pages.get("/b/letter").body, "a draft is nobody's but the officer's"
    desk.press(look, "Send it to Maya")
    mine = pages.click(pages.get("/b/my_review_my_choice/"), "A letter for you")
    for words in ("Thank you for being part of it", "CANARY-KIND & <3", "CANARY-REASON", "CANARY-NEXT",
                  "Who do you want to run your review? Me",
                  "Who does it: Lin", "By 1 April 2027", "From Nadia Rahman, your IRO"):  # fmt: skip
        assert words in mine.text, words
    packed = pages.client.get("/b/letter", headers={"Accept-Encoding": "br"})
    assert packed.headers["Content-Encoding"] == "br"
    assert len(packed.data) <= 2500
    (event,) = told(house, "letter")
    assert event["next"] == [{"what": "CANARY-NEXT", "who": "Lin", "by": "2027-04-01"}]
    (message,) = [one for one in rows(house, Message) if one.template == "letter"]
    assert message.state == "waiting"
    kept = rows(house, IroLetter)[0]
    assert b"CANARY" not in kept.sealed


def test_a_letter_saved_in_another_window_is_not_written_over_unseen(
    house: House, held: Case, iro: Worker, signed: Signed
) -> None:
    desk = signed(iro)
    old = desk.get(at(held, "letter"))
    write(desk, held, opening="MINE: three paragraphs", words="The end.")
    late = desk.press(old, "Keep the draft", opening="LATE")
    assert late.status == 422
    assert "saved in another window since" in late.text
    assert late.root.first("textarea", id="opening").text.strip() == "LATE", "nothing typed is lost either"
    assert "MINE" in desk.get(at(held, "letter")).body
    assert "The draft is kept." in desk.press(late, "Keep the draft").text, "a second press has been told"
    assert desk.press(old, "Keep the draft", opening="LATE").status == 200, "the same, sent twice"


def test_a_sent_letter_is_never_changed_and_a_second_press_sends_nothing(
    house: House, held: Case, iro: Worker, signed: Signed, pages: Pages
) -> None:
    desk = signed(iro)
    look = write(desk, held, good="CANARY-FIRST")
    desk.press(look, "Send it to Maya")
    desk.press(look, "Send it to Maya")
    look = write(desk, held, good="CANARY-SECOND")
    assert [(one.version, one.sent_at is None) for one in rows(house, IroLetter)] == [(1, False), (2, True)]
    enter(pages, house, held.child)
    assert "CANARY-FIRST" in pages.get("/b/letter").body
    with house.db.writing() as s:
        s.execute(update(Child).values(reach=None))
    assert "print the letter, and post it or hand it over" in desk.press(look, "Send it to Maya").text
    assert "CANARY-SECOND" in pages.get("/b/letter").body
    assert len([one for one in rows(house, Message) if one.template == "letter"]) == 2
    with house.db.reading() as s:
        trail = s.scalars(select(Audit.action).order_by(Audit.id)).all()
    assert trail.count("letter_sent") == 2


def test_what_a_letter_says_of_decisions_counts_as_told(
    house: House, held: Case, iro: Worker, signed: Signed, pages: Pages
) -> None:
    desk = signed(iro)
    enter(pages, house, held.child)
    assert "CANARY-REASON" not in pages.get("/b/decided").body
    desk.press(write(desk, held), "Send it to Maya")
    assert "CANARY-REASON" in pages.get("/b/decided").body


def test_a_child_who_did_not_come_reads_so_and_is_offered_a_talk(
    house: House, held: Case, iro: Worker, signed: Signed, pages: Pages
) -> None:
    desk = signed(iro)
    desk.press(desk.get(at(held, "held")), "Write it down", child="no", code="PN6")
    desk.press(write(desk, held), "Send it to Maya")
    enter(pages, house, held.child)
    page = pages.get("/b/letter")
    assert "You were not there, and that is fine." in page.text
    assert "I would like to tell you about it myself." in page.text
    assert pages.click(page, "Talk to me about it").status == 200


def test_only_the_childs_own_secret_opens_the_letter(
    house: House, held: Case, iro: Worker, signed: Signed, pages: Pages
) -> None:
    desk = signed(iro)
    desk.press(write(desk, held, good="CANARY-KIND"), "Send it to Maya")
    for stage in ("opened", "known"):
        enter(pages, house, held.child, stage)
        assert "CANARY" not in pages.get("/b/letter").body
    for who in (held.parent, held.carer):
        enter(pages, house, who)
        for address in ("/b/letter", "/b/halfway", "/b/", "/b/decided"):
            page = pages.get(address)
            assert "CANARY" not in page.body
            assert "A letter for you" not in page.text


def test_what_was_said_before_a_review_opens_with_no_secret_that_was_set_after_it(
    house: House, held: Case, iro: Worker, signed: Signed, pages: Pages
) -> None:
    desk = signed(iro)
    desk.press(write(desk, held, good="CANARY-KIND"), "Send it to Maya")
    with house.db.writing() as s:  # the very same visit, as if it had come through "How was it?"
        s.execute(
            update(Consultation).where(Consultation.id == held.child.consultation_id).values(stage="after")
        )
        before = Consultation(
            review_id=held.review_id, child_id=held.child_id, respondent=held.child_id, booklets="my_review_my_choice",
            who="child", due_on=AFTER.date(), closes_on=AFTER.date(), state="asked",
        )  # fmt: skip
        s.add(before)
    enter(pages, house, held.child)
    for address in ("/b/decided", "/b/letter"):
        assert "CANARY" not in pages.get(address).body


def test_by_post_the_officer_prints_the_letter_with_its_address(
    house: House, held: Case, iro: Worker, signed: Signed
) -> None:
    desk = signed(iro)
    look = write(desk, held, good="CANARY-KIND")
    assert "print it and post it" in look.text
    desk.press(look, "Send it to Maya")
    paper = desk.get(at(held, "letter/paper"))
    for words in ("Maya Okafor", "1 Gull Lane", "Hello Maya,", "CANARY-KIND"):
        assert words in paper.text


def outcome(desk: Pages, case: Case, **typed: Any) -> Page:
    return desk.press(desk.get(at(case, "outcome")), "Send it", **typed)


def test_a_parent_who_was_not_there_reads_what_was_ticked_and_no_word_of_the_childs(
    house: House, held: Case, iro: Worker, signed: Signed, pages: Pages
) -> None:
    desk = signed(iro)
    came(desk, held)
    write(
        desk, held, **{"what-0": "Swimming on Tuesdays", "what-1": "CANARY-LEFT-OUT", "good": "CANARY-KIND"}
    )
    page = desk.get(at(held, "outcome"))
    assert "CANARY-REASON" not in page.body
    offered = [one.attrs.get("value") for one in page.root.all("input") if one.attrs.get("name") == "decided"]
    assert offered == ["Swimming on Tuesdays", "CANARY-LEFT-OUT"]
    assert not [
        one for one in page.root.all("input") if one.attrs.get("name") == "decided" and "checked" in one.attrs
    ]
    parent = next(one.attrs.get("value") for one in page.root.all("input") if one.attrs.get("name") == "to")
    enter(pages, house, held.parent)
    assert "What came out of the review" not in pages.get("/b/").text
    desk.press(page, "Send it", to=parent, decided="Swimming on Tuesdays", words="Ring me any time.")
    shown = pages.click(pages.get("/b/"), "What came out of the review")
    for words in ("2 March 2027", "Swimming on Tuesdays", "Ring me any time."):
        assert words in shown.text
    assert "CANARY" not in shown.body
    for name in ("chair", "Uncle Phil", "youth club", "come"):
        assert name not in shown.root.first("main").text.replace("What came", ""), name
    for who in (held.carer, held.child):
        enter(pages, house, who)
        assert "Swimming" not in pages.get("/b/outcome").body


def test_each_parent_has_a_page_of_their_own_that_stands_until_it_is_taken_back(
    house: House, held: Case, iro: Worker, signed: Signed, pages: Pages, tmp_path: Path
) -> None:
    with house.db.writing() as s:  # the carer is made the second parent
        places = {one.role: one for one in s.scalars(select(Involvement))}
        mum, dad = places["parent"].id, places["carer_foster"].id
        places["carer_foster"].role, places["carer_foster"].parental_responsibility = "parent", True
        s.get_one(Consultation, held.carer.consultation_id).who = "parent"
    desk, post = signed(iro), Post(house, tmp_path)

    def reads(who: Invited) -> str:
        enter(pages, house, who)
        return pages.get("/b/outcome").text

    outcome(desk, held, to=mum, words="FOR-MUM")
    page = desk.get(at(held, "outcome"))
    assert "FOR-MUM" not in page.body, "what is written to one parent never begins what is written to another"
    outcome(desk, held, to=dad, words="FOR-LIN")
    assert ("FOR-MUM" in reads(held.parent), "FOR-LIN" in reads(held.carer)) == (True, True)
    assert "FOR-LIN" not in reads(held.parent)
    page = desk.click(desk.get(at(held, "outcome")), "See and change it (Grace Okafor)")
    assert "FOR-MUM" in page.root.first("textarea").text
    desk.press(page, "Send it", words="FOR-MUM-2")
    assert ("FOR-MUM-2" in reads(held.parent), "FOR-LIN" in reads(held.carer)) == (True, True)
    page = desk.press(desk.get(at(held, "outcome")), "Take it back (Lin Carter)")
    assert "Taken back." in page.text
    assert ("FOR-MUM-2" in reads(held.parent), "FOR-LIN" in reads(held.carer)) == (True, False)
    post.send()
    told = [(one.state, one.consultation_id) for one in rows(house, Message) if one.template == "outcome"]
    assert sorted(told) == sorted(
        [
            (how, who.consultation_id)
            for how, who in (("stopped", held.parent), ("sent", held.parent), ("stopped", held.carer))
        ]
    ), "who reads nothing any more is told of nothing"


def test_a_parent_who_was_there_or_may_not_be_told_gets_nothing(
    house: House, held: Case, iro: Worker, signed: Signed
) -> None:
    desk = signed(iro)
    page = desk.get(at(held, "held"))
    mum = next(
        one.attrs.get("value") for one in page.root.all("input")
        if one.attrs.get("name") == "people" and "Grace" in (one.parent.text if one.parent else "")
    )  # fmt: skip
    desk.press(page, "Write it down", child="yes", code="PN1", people=mum)
    page = desk.get(at(held, "outcome"))
    assert "was there" in page.text
    desk.press(page, "Send it", to=mum, words="Hello")
    assert not [one for one in rows(house, Message) if one.template == "outcome"]


def test_letter_and_outcome_each_go_out_once_hold_no_word_of_it_and_stop_at_a_hold(
    house: House, held: Case, iro: Worker, signed: Signed, clock: SettableClock, tmp_path: Path
) -> None:
    desk, post = signed(iro), Post(house, tmp_path)
    with house.db.writing() as s:
        child = s.scalars(select(Child)).one()
        key = house.vault.key(child.key, f"child:{child.id}")
        child.reach = key.seal(
            json.dumps({"way": "email", "email": "m@example.org"}), f"child.reach:{child.id}"
        )
    desk.press(write(desk, held, good="CANARY-KIND"), "Send it to Maya")
    page = desk.get(at(held, "outcome"))
    parent = next(one.attrs["value"] for one in page.root.all("input") if one.attrs.get("name") == "to")
    for _ in range(2):
        desk.press(desk.get(at(held, "outcome")), "Send it", to=parent, words="CANARY-WORDS")
    for _ in range(3):
        post.send()
        clock.move(minutes=5)
    mails = [
        one for one in post.email.taken if one.subject in ("A letter for you", "What came out of a meeting")
    ]
    assert sorted(one.to for one in mails) == ["grace@example.org", "m@example.org"]
    for one in mails:
        assert not any(
            word in one.subject + one.body for word in ("CANARY", "Maya", "Okafor", "review", "care")
        )
    desk.press(write(desk, held, good="CANARY-SECOND"), "Send it to Maya")
    with house.db.writing() as s:
        s.execute(update(Child).values(hold="missing"))
    post.send()
    assert len([one for one in post.email.taken if one.subject == "A letter for you"]) == 1
    assert [
        one.reason for one in rows(house, Message) if one.template == "letter" and one.state == "stopped"
    ] == ["hold"]


def test_once_the_next_review_was_held_what_this_one_told_has_had_its_time(
    house: House, held: Case, iro: Worker, signed: Signed, pages: Pages, clock: SettableClock
) -> None:
    desk = signed(iro)
    desk.press(write(desk, held), "Send it to Maya")
    enter(pages, house, held.child)
    assert "CANARY-REASON" in pages.get("/b/decided").body
    with house.db.writing() as s:
        s.add(
            Review(
                id=new_id(), external_id="R-2", child_id=held.child_id, kind="later", status="held",
                held_at=clock(), window_start=AFTER.date(), window_end=AFTER.date(), iro_external_id="S-1",
            )
        )  # fmt: skip
    assert "CANARY-REASON" not in pages.get("/b/decided").body
