"""Pressing "I'm not safe" in every state a browser can be in."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from tests.fixtures.cases import Case, Invited
from tests.fixtures.clocks import SettableClock
from tests.fixtures.staff import Worker
from tests.web import people
from tests.web.inside import answer, enter, post, said, token
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.services import access, worries
from webapp.store import Audit, Child, Consultation, Involvement, Message, Screening, Worry

PRESS = "I’m not safe"
TOLD = "We are telling people whose job is to keep children safe."


def raised(house: House) -> list[Worry]:
    with house.db.reading() as s:
        return list(s.scalars(select(Worry).order_by(Worry.raised_at)))


def words_of(house: House, case: Case, worry: Worry) -> str:
    with house.db.reading() as s:
        child = s.get_one(Child, case.child_id)
    return house.vault.key(child.key, f"child:{child.id}").open_some(worry.words, f"worry.words:{worry.id}")


@pytest.mark.parametrize("stage, recognised", [("opened", False), ("known", True), ("own", True)])
def test_a_press_at_each_stage_raises_a_worry_and_says_so(
    pages: Pages, house: House, case: Case, stage: str, recognised: bool
) -> None:
    enter(pages, house, case.child, stage)
    page = pages.press(pages.get("/help"), PRESS)
    assert TOLD in page.text
    (worry,) = raised(house)
    assert (worry.recognised, worry.raised_by, worry.child_id) == (recognised, "child", case.child_id)
    with house.db.reading() as s:
        sent = s.scalars(select(Message).where(Message.template == "worry")).all()
    assert len(sent) == 2


@pytest.mark.parametrize("minutes", [31, 24 * 60 + 1])
def test_a_press_on_a_page_that_rested_raises_a_worry(
    pages: Pages, house: House, case: Case, clock: SettableClock, minutes: int
) -> None:
    people.child_comes_in(pages, case.child)
    page = pages.get("/b/my_review_my_choice/q/attend")
    clock.move(minutes=minutes)
    told = pages.press(page, PRESS, v="all", words="typed before I pressed")
    assert TOLD in told.text
    (worry,) = raised(house)
    kept = said(house, case.child)
    if minutes == 31:
        assert kept["attend"].answer.words == "typed before I pressed"
    else:
        assert "typed before I pressed" in words_of(house, case, worry)
    assert pages.get("/b/").url in ("/rest", "/")


@pytest.mark.parametrize("what", ["missing child", "stopped", "role ended"])
def test_a_hold_does_not_stop_a_call_for_help(pages: Pages, house: House, case: Case, what: str) -> None:
    who = case.parent if what == "role ended" else case.child
    enter(pages, house, who)
    question = "how_child" if who is case.parent else "anything"
    booklet = "parent" if who is case.parent else "my_review_my_choice"
    page = pages.get(f"/b/{booklet}/q/{question}")
    with house.db.writing() as s:
        if what == "missing child":
            s.execute(update(Child).values(hold="missing"))
        elif what == "stopped":
            s.execute(update(Consultation).values(state="stopped"))
        else:
            s.execute(update(Involvement).values(ended_at=house.clock()))
    told = pages.press(page, PRESS, words="please come and find me")
    assert TOLD in told.text
    (worry,) = raised(house)
    assert "please come and find me" in words_of(house, case, worry)
    assert said(house, who) == {}


def test_a_stranger_s_press_is_told_the_truth_and_numbers_to_ring(
    pages: Pages, house: House, case: Case
) -> None:
    page = pages.press(pages.get("/"), PRESS)
    assert "we don’t know who you are" in page.text
    assert "0800 1111" in page.text
    assert raised(house) == []


def test_after_leaving_quickly_an_old_page_s_press_shows_the_numbers(
    pages: Pages, house: House, case: Case
) -> None:
    people.child_comes_in(pages, case.child)
    page = pages.get("/b/my_review_my_choice/q/attend")
    pages.get("/exit", follow=False)
    told = pages.press(page, PRESS, words="typed before I left")
    assert (told.status, "we don’t know who you are" in told.text) == (200, True)
    assert said(house, case.child) == {}


def test_a_forged_press_raises_nothing_and_the_person_can_go_on(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    page = pages.post("/not-safe")
    assert (page.status, page.url) == (200, "/not-safe")
    assert raised(house) == []
    assert TOLD in pages.press(page, PRESS).text
    assert len(raised(house)) == 1


def test_side_by_side_the_press_raises_the_child_s_worry(
    pages: Pages, house: House, case: Case, social_worker: Worker
) -> None:
    enter(pages, house, case.child, "own", social_worker.id)
    assert (
        TOLD in pages.press(pages.get("/b/my_review_my_choice/q/attend"), PRESS, words="typed together").text
    )
    assert [w.raised_by for w in raised(house)] == ["child"]
    assert said(house, case.child)["attend"].answer.words == "typed together"


def test_what_stood_in_the_form_is_saved_like_any_answer_and_screened(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    pages.press(
        pages.get("/b/my_review_my_choice/q/attend"),
        PRESS,
        v="not_this_time",
        words="because he will be there",
    )
    kept = said(house, case.child)["attend"].answer
    assert (kept.value, kept.words) == ("not_this_time", "because he will be there")
    with house.db.reading() as s:
        assert s.scalars(select(Screening.question_id)).all() == ["attend"]
    assert raised(house)[0].question_id == "attend"


def test_an_empty_form_does_not_take_back_what_was_said(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)
    answer(pages, "attend", v="all", words="said before")
    page = pages.get("/b/my_review_my_choice/q/attend")
    post(pages, "/not-safe?of=my_review_my_choice&at=attend", {"words": "", "see": "iro", "back": "check"})
    assert page.status == 200
    assert said(house, case.child)["attend"].answer.words == "said before"


def test_words_too_long_for_an_answer_go_to_the_worry_whole(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)
    long = "help me " * 900
    assert TOLD in pages.press(pages.get("/b/my_review_my_choice/q/anything"), PRESS, words=long).text
    assert said(house, case.child) == {}
    assert long in words_of(house, case, raised(house)[0])


@pytest.mark.parametrize("at", ["", "nothing", "\0", "x" * 5000, "../..", "1", "who'--", "attend\0"])
def test_a_strange_address_does_not_stop_the_worry(pages: Pages, house: House, case: Case, at: str) -> None:
    enter(pages, house, case.child)
    data = {"csrf_token": token(pages), "words": "typed"}
    answered = pages.client.post("/not-safe", query_string={"at": at}, data=data)
    assert answered.status_code == 303
    assert len(raised(house)) == 1


def test_more_words_are_kept_whole_and_a_mistake_leaves_the_worry_standing(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    page = pages.press(pages.get("/help"), PRESS)
    long = "and then " * 700
    page = pages.press(page, "Save my words", words=f" {long} ")
    assert "That is saved" in page.text
    pages.press(page, "I pressed it by mistake")
    (worry,) = raised(house)
    assert words_of(house, case, worry) == long.strip()
    assert worry.mistake_at is not None
    assert worry.closed_at is None


@pytest.mark.parametrize("stage", ["opened", "known"])
def test_whoever_has_only_the_link_is_not_told_of_the_child_s_call_and_cannot_undo_it(
    app: Flask, pages: Pages, house: House, case: Case, stage: str
) -> None:
    enter(pages, house, case.child)
    stranger = Pages(app)
    enter(stranger, house, case.child, stage)
    before = stranger.get("/not-safe").text
    pages.press(pages.get("/b/my_review_my_choice/q/anything"), PRESS, words="canary-words")
    after = stranger.get("/not-safe")
    assert after.text == before
    assert "canary" not in after.body
    pressed = stranger.press(stranger.get("/help"), PRESS)
    assert TOLD in pressed.text
    stranger.press(pressed, "I pressed it by mistake")
    assert all(worry.mistake_at is None for worry in raised(house))


@pytest.mark.parametrize(
    "who, fact, question", [("parent", "SX2 3BB", "how_child"), ("carer", "harbour", "day")]
)
def test_a_child_s_call_changes_nothing_in_what_a_parent_or_carer_sees(
    app: Flask, pages: Pages, house: House, case: Case, who: str, fact: str, question: str
) -> None:
    adult: Invited = getattr(case, who)
    theirs = Pages(app)
    people.adult_comes_in(theirs, adult, fact)
    addresses = [
        "/b/",
        "/b/my_review_my_choice/check",
        "/b/my_review_my_choice/copy",
        "/not-safe",
        "/help",
        "/who-sees",
        "/b/my_review_my_choice/q/" + question,
        "/rest",
    ]

    def looks() -> list[tuple[int, str]]:
        found = [theirs.get(address) for address in addresses]
        return [(page.status, page.body.replace(_token_in(page), "")) for page in found]

    before = looks()
    enter(pages, house, case.child)
    pages.press(pages.get("/b/my_review_my_choice/q/anything"), PRESS, words="it is about my carer")
    assert looks() == before


def _token_in(page: Page) -> str:
    return page.root.first("input", name="csrf_token").attrs["value"]


@pytest.mark.parametrize("who", ["parent", "carer"])
def test_an_adult_s_call_is_raised_the_same_way_and_not_shown_to_the_child(
    app: Flask, pages: Pages, house: House, case: Case, who: str
) -> None:
    enter(pages, house, getattr(case, who))
    assert TOLD in pages.press(pages.get("/help"), PRESS).text
    assert [w.raised_by for w in raised(house)] == [who]
    child = Pages(app)
    enter(child, house, case.child)
    assert TOLD not in child.get("/not-safe").text


def test_where_the_database_fails_the_page_shows_numbers_and_a_press_to_try_again(
    pages: Pages, house: House, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(pages, house, case.child)
    form = {"csrf_token": token(pages), "words": "typed & kept"}
    with monkeypatch.context() as patch:

        def broken(*_: object, **__: object) -> None:
            raise OperationalError("insert", {}, Exception("database is locked"))

        patch.setattr(worries, "raise_worry", broken)
        page = pages.post("/not-safe?of=my_review_my_choice&at=attend", form, may_fail=True)
    assert page.status == 503
    assert "Please ring one of these" in page.h1
    assert "0800 1111" in page.text
    assert TOLD in pages.press(page, "Try again").text
    assert said(house, case.child)["attend"].answer.words == "typed & kept"
    assert len(raised(house)) == 1


def test_pressing_twice_is_one_worry_and_both_presses_are_in_the_audit_trail(
    pages: Pages, house: House, case: Case
) -> None:
    visit = enter(pages, house, case.child)
    for _ in range(2):
        pages.press(pages.get("/help"), PRESS)
    assert len(raised(house)) == 1
    with house.db.reading() as s:
        noted = s.scalars(select(Audit.action).where(Audit.actor == f"visit:{visit}")).all()
    assert [a for a in noted if a.startswith("worry")] == ["worry_raised", "worry_again"]


def test_a_press_is_heard_on_a_visit_that_somebody_else_ended(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)
    page = pages.get("/b/my_review_my_choice/q/anything")
    with house.db.writing() as s:
        access.revoke_links(s, case.child.consultation_id, house.clock())
    assert TOLD in pages.press(page, PRESS, words="typed before it ended").text
    assert "typed before it ended" in words_of(house, case, raised(house)[0])
    assert said(house, case.child) == {}
