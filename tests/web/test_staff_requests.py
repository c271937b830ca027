"""What was asked for, as staff meet it: the officer answers, the Unit sees the kind alone, nobody else anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.staff import Signed, Worker
from tests.web.inside import enter
from tests.web.pages import Pages
from webapp.documents.notices import notice, request_notice
from webapp.house import House
from webapp.services import asking_for, looking_screening, outbox, screening, visits
from webapp.services.asking_for import Wish
from webapp.services.sending_texts import text
from webapp.store import Announcement, Audit, Child, Message, Request, Review, Worry

ADVOCATES = "advocates@example.org"
WORDS = "CANARY-WORDS I want to see Mum more"


def asked(
    pages: Pages, house: House, case: Case, kind: str = "contact_iro", words: str = WORDS, who: str = "child",
    **more: Any,
) -> str:  # fmt: skip
    """Somebody asks; gives the request's id."""
    visit_id = enter(pages, house, getattr(case, who))
    with house.db.writing() as s:
        found = visits.by_text(s, visit_id, "")
        assert found is not None
        wish = Wish(kind, words, **more)  # type: ignore[arg-type]
        authority = house.authority.model_copy(update={"advocate_email": ADVOCATES})
        made = asking_for.make(s, house.vault, authority, house.takers, found, wish, house.clock())
    assert made is not None
    return made


def rows(house: House, table: Any) -> Sequence[Any]:
    """Every row of a table."""
    with house.db.reading() as s:
        return s.scalars(select(table)).all()


def test_the_officer_answers_in_words_and_the_child_reads_when_and_what(
    pages: Pages, house: House, case: Case, iro: Worker, signed: Signed, clock: SettableClock
) -> None:
    request_id = asked(pages, house, case, wants="ring", reach="after school")
    desk = signed(iro)
    page = desk.get("/staff/")
    assert "Asked for 1 open" in page.text
    assert "CANARY" not in desk.get("/staff/requests").body
    clock.move(days=3)
    desk = signed(iro)
    assert "3 days" in desk.get("/staff/requests").text
    page = desk.click(desk.get("/staff/requests"), "Maya Okafor")
    for words in (WORDS, "please ring", "after school"):
        assert words in page.text
    enter(pages, house, case.child)
    assert "Your IRO has not read it yet." in pages.get("/b/asked").text, "opening it is no reading"
    page = desk.press(page, "I have read this")
    assert "Written down." in page.text
    assert "I have read this" not in page.text
    assert "Your IRO read this on" in pages.get("/b/asked").text
    page = desk.press(page, "Answer", answer="I will ring you on Friday after school.")
    assert "Kept. They can read it" in page.text
    assert "Asked for 1 open" not in page.text
    assert "There is an answer for you." in pages.get("/b/").text
    assert "Your IRO said: I will ring you on Friday after school." in pages.get("/b/asked").text
    page = desk.press(page, "Close it, nothing more to say")
    assert page.url == "/staff/requests"
    (one,) = rows(house, Request)
    assert (one.id, one.state, one.answered_by, one.closed_by) == (request_id, "closed", iro.id, iro.id)
    for who in (case.parent, case.carer):
        enter(pages, house, who)
        assert "Friday" not in pages.get("/b/asked").text + pages.get("/b/").text


def test_another_officer_finds_nothing_of_it_and_the_try_is_written_down(
    pages: Pages, house: House, case: Case, iro: Worker, other_iro: Worker, signed: Signed
) -> None:
    request_id = asked(pages, house, case)
    desk = signed(other_iro)
    assert "Maya" not in desk.get("/staff/requests").text
    address = f"/staff/requests/{request_id}"
    given = desk.get("/staff/requests").root.first("input", name="csrf_token").attrs["value"]
    assert desk.get(address).status == 404
    for act in ("answer", "close"):
        assert desk.post(f"{address}/{act}", {"csrf_token": given, "answer": "x"}).status == 404
    (one,) = rows(house, Request)
    assert (one.state, one.seen_at) == ("new", None)
    tries = [
        a for a in rows(house, Audit) if a.action == "turned_away" and a.subject == f"request:{request_id}"
    ]
    assert [a.actor for a in tries] == [f"staff:{other_iro.id}"] * 3


def test_a_child_who_was_handed_on_is_answered_by_the_officer_they_have_now(
    pages: Pages, house: House, case: Case, iro: Worker, other_iro: Worker, signed: Signed
) -> None:
    request_id = asked(pages, house, case)
    with house.db.writing() as s:
        s.execute(update(Review).where(Review.id == case.review_id).values(iro_id=other_iro.id))
    assert signed(iro).get(f"/staff/requests/{request_id}").status == 404
    assert WORDS in signed(other_iro).get(f"/staff/requests/{request_id}").text


def test_the_unit_sees_that_an_advocate_or_a_review_sooner_was_asked_for_and_never_a_word(
    pages: Pages, house: House, case: Case, iro: Worker, unit_worker: Worker, signed: Signed
) -> None:
    asked(pages, house, case)
    advocate = asked(pages, house, case, "advocate", reach="CANARY-REACH")
    asked(pages, house, case, "sooner", who="parent")
    desk = signed(unit_worker)
    page = desk.get("/staff/unit/requests")
    assert "2 requests, the oldest first" in page.text
    assert "Child: wants an advocate" in page.text
    assert "Parent: wants a review sooner" in page.text
    assert advocate[:8].upper() in page.text
    assert "CANARY" not in page.body
    page = desk.press(page, "I have seen to it")
    assert "Written down." in page.text
    assert "1 request, the oldest first" in page.text
    assert desk.get(f"/staff/requests/{advocate}").status == 404
    arranged = [one for one in rows(house, Request) if one.arranged_at]
    assert [one.arranged_by for one in arranged] == [unit_worker.id]


def test_a_child_without_an_officer_is_not_left_alone(
    pages: Pages, house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    asked(pages, house, case)
    page = signed(unit_worker).get("/staff/unit/requests")
    assert "wants to reach a reviewing officer, and there is none" in page.text
    assert "CANARY" not in page.body


def test_who_disagrees_is_answered_before_it_is_closed(
    pages: Pages, house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    with house.db.writing() as s:
        s.execute(update(Review).where(Review.id == case.review_id).values(status="held"))
    request_id = asked(pages, house, case, "disagree")
    desk = signed(iro)
    page = desk.get(f"/staff/requests/{request_id}")
    assert "Close it" not in page.text
    given = page.root.first("input", name="csrf_token").attrs["value"]
    page = desk.post(f"/staff/requests/{request_id}/close", {"csrf_token": given})
    assert page.status == 422
    assert page.errors == ["Somebody disagrees here. Please answer before you close it."]
    assert desk.press(page, "Answer", answer=" ").errors == ["Say something to whoever asked."]
    desk.press(
        desk.get(f"/staff/requests/{request_id}"), "Answer and close", answer="You are right. I ask again."
    )
    assert [one.state for one in rows(house, Request)] == ["closed"]


def test_the_message_that_there_is_something_new_goes_once_and_says_nothing_private(
    pages: Pages, house: House, case: Case, iro: Worker, signed: Signed, clock: SettableClock
) -> None:
    request_id = asked(pages, house, case)
    desk = signed(iro)
    page = desk.get(f"/staff/requests/{request_id}")
    for words in ("Yes.", "Yes.", "And on Friday I come."):
        page = desk.press(page, "Answer", answer=words)
    (message,) = [one for one in rows(house, Message) if one.template == "answered"]
    assert (message.purpose, message.state) == (f"answered:{request_id}", "waiting")
    assert "Yes. And on Friday I come." in page.text
    told = notice(
        "answered", house.authority, language="en", who="child", link="https://x/o/1", until=clock().date()
    )
    by_text = text("answered", house.authority, language="en", who="child", link="https://x/o/1")
    assert "something new for you to read" in told.body
    assert "something new for you to read" in by_text
    for private in ("And on", "IRO", "CANARY", "Maya", "asked"):
        assert private not in told.subject + told.body + by_text


def test_whoever_is_to_look_gets_an_email_without_anything_private(
    pages: Pages, house: House, case: Case, iro: Worker
) -> None:
    request_id = asked(pages, house, case, "advocate")
    found = {one.purpose.rpartition(":")[2]: one for one in rows(house, Message) if one.template == "request"}
    with house.db.reading() as s:
        child = s.get_one(Child, case.child_id)
    key = house.vault.key(child.key, f"child:{child.id}")
    to = {name: key.open_some(one.to_sealed, f"message.to_sealed:{one.id}") for name, one in found.items()}
    assert to == {"officer": "nadia@example.org", "advocate": ADVOCATES}
    for one in found.values():
        words = request_notice("https://review.example.org", house.authority, one.purpose)
        for private in ("Maya", "Okafor", "CANARY", child.external_id, case.review_id, request_id):
            assert private not in words.subject + words.body
    assert (
        request_id[:8].upper() in request_notice("https://x", house.authority, found["advocate"].purpose).body
    )


def test_the_case_system_hears_how_it_stands_and_no_word(
    pages: Pages, house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    request_id = asked(pages, house, case, "sooner", who="carer")
    desk = signed(iro)
    desk.press(desk.get(f"/staff/requests/{request_id}"), "Answer", answer="CANARY-ANSWER")
    with house.db.reading() as s:
        child = s.get_one(Child, case.child_id)
        key = house.vault.key(child.key, f"child:{child.id}")
        told = [
            key.open(one.sealed, outbox.place(one.id))
            for one in s.scalars(select(Announcement).order_by(Announcement.made_at))
            if one.kind == "request"
        ]
    assert len(told) == 2
    assert '"state": "new"' in told[0]
    assert '"state": "answered"' in told[1]
    assert '"who": "carer"' in told[0]
    assert "CANARY" not in "".join(told)


def test_words_of_a_request_are_read_for_worries_like_any_others(
    pages: Pages, house: House, case: Case, iro: Worker, duty_worker: Worker, signed: Signed
) -> None:
    asked(pages, house, case, words="my dad hits me")
    asked(pages, house, case, kind="sooner", words="I like football")
    assert screening.screen_once(house.db, house.vault, house.authority, house.clock) == 2
    (worry,) = rows(house, Worry)
    assert worry.source == "screening"
    with house.db.reading() as s:
        (found,) = looking_screening.flagged(s, house.vault, house.booklets, worry.id, "Maya")
    assert (found.asked, found.said) == ("Contact my IRO", ("my dad hits me",))
    desk = signed(duty_worker)
    page = desk.get(f"/staff/worries/{worry.id}")
    assert "hits" not in page.text
    page = desk.press(page, "Open it and write down my reason", reason="I am on duty today")
    assert "my dad hits me" in page.text
    assert screening.screen_once(house.db, house.vault, house.authority, house.clock) == 0


def test_words_that_no_list_reads_are_named_to_duty_and_marked_for_the_officer(
    pages: Pages, house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    request_id = asked(pages, house, case, words="أريد أن أرى أمي", language="ar")
    screening.screen_once(house.db, house.vault, house.authority, house.clock)
    with house.db.reading() as s:
        (unread,) = looking_screening.unread(s, house.clock())
    assert (unread.language, unread.count, unread.iro) == ("ar", 1, "Nadia Rahman")
    assert "not screened: please read today" in signed(iro).get(f"/staff/requests/{request_id}").text


@pytest.mark.parametrize("about_the_officer", [True, False])
def test_a_worry_about_the_officer_is_not_told_on_the_officers_page(
    pages: Pages, house: House, case: Case, iro: Worker, signed: Signed, about_the_officer: bool
) -> None:
    words = "Nadia Rahman hits me" if about_the_officer else "my dad hits me"
    request_id = asked(pages, house, case, words=words)
    screening.screen_once(house.db, house.vault, house.authority, house.clock)
    (worry,) = rows(house, Worry)
    assert ("iro" in worry.about.split()) == about_the_officer
    desk = signed(iro)
    page = desk.get(f"/staff/requests/{request_id}")
    assert (words in page.text) != about_the_officer
    assert ("being hurt?" in page.text) != about_the_officer
    with house.db.writing() as s:
        s.execute(update(Worry).values(closed_at=house.clock()))
    page = desk.get(f"/staff/requests/{request_id}")
    assert words in page.text, "somebody else has looked"
    assert ("being hurt?" in page.text) != about_the_officer


def test_a_stand_ins_look_is_written_down_and_tells_the_child_of_no_reading(
    pages: Pages, house: House, case: Case, iro: Worker, other_iro: Worker, signed: Signed
) -> None:
    request_id = asked(pages, house, case)
    desk = signed(other_iro)
    page = desk.press(
        desk.get("/staff/stand-in"), "Open it",
        number=case.row["child"]["id"], reason="Nadia is ill this week",
    )  # fmt: skip
    page = desk.get(f"/staff/requests/{request_id}")
    assert WORDS in page.text
    assert [one.seen_at for one in rows(house, Request)] == [None]
    assert f"staff:{other_iro.id}" in [a.actor for a in rows(house, Audit) if a.action == "look_request"]
    desk.press(page, "I have read this")
    (one,) = rows(house, Request)
    assert (one.state, one.seen_at) == ("seen", house.clock())


def test_who_closes_it_unanswered_has_read_it(
    pages: Pages, house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    request_id = asked(pages, house, case)
    desk = signed(iro)
    desk.press(desk.get(f"/staff/requests/{request_id}"), "Close it, nothing more to say")
    enter(pages, house, case.child)
    assert "Your IRO read this on" in pages.get("/b/asked").text
