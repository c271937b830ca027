"""A social worker's page of a child: what they check and bring, what the child shares, nothing of anybody else's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.fixtures.cases import Case, load_rows
from tests.fixtures.counting import statements
from tests.fixtures.deciding import REASON, a_person, ask, decide, desk_of, ref
from tests.fixtures.speaking import say, say_and_send, send
from tests.fixtures.staff import Signed, Worker
from tests.web.pages import Page, Pages
from webapp.booklet.answers import Answer
from webapp.house import House
from webapp.services import answering, screening, visits, worries
from webapp.store import Audit, Decision, PassedWork, PersonCheck, Review, StatutoryTalk

PAGE_QUERIES = 22


def address(case: Case, more: str = "") -> str:
    """The social worker's page of the child."""
    return f"/staff/children/{case.child_id}{more}"


def screen(house: House) -> None:
    """Screening reads all that waits."""
    while screening.screen_once(house.db, house.vault, house.authority, house.clock):
        pass


def shares(page: Page) -> str:
    """The part of the page with what the child shares."""
    return page.root.first("section", **{"aria-labelledby": "shares"}).text


def say_to(house: House, case: Case, said: dict[str, tuple[str, str]]) -> None:
    """The child answers each question in words for its own audience, and sends."""
    standing = say(house, case.child.consultation_id, {})
    key = visits.response_key(house.vault, standing)
    with house.db.writing() as s:
        for question, (words, audience) in said.items():
            value = None if question != "where" else {"where": ["cafe"], "not_where": [], "not_words": ""}
            saying = answering.saying(key, standing.row.response_id, question, Answer(value, words), audience)
            answering.record(s, standing, saying, now=house.clock())
    send(house, standing)


def test_it_shows_answer_by_answer_what_the_child_shares_and_nothing_of_another_audience(
    house: House, case: Case, social_worker: Worker, signed: Signed
) -> None:
    said = {
        "questions": ("CANARY-IRO", "iro"), "anything": ("SHARED-WORKER", "iro_and_social_worker"),
        "good_news": ("SHARED-ALL", "review"),
    }  # fmt: skip
    say_to(house, case, said)
    say_and_send(house, case.parent.consultation_id, {"anything": "CANARY-PARENT"})
    say_and_send(house, case.carer.consultation_id, {"anything": "CANARY-CARER"})
    say(house, case.child.consultation_id, {"about": "CANARY-NOT-SENT"})
    screen(house)
    page = signed(social_worker).get(address(case))
    assert "SHARED-WORKER" in shares(page)
    assert "SHARED-ALL" in shares(page)
    assert "CANARY" not in page.body


def test_a_private_reason_is_never_shared_with_the_answer_that_it_stands_in(
    house: House, case: Case, social_worker: Worker, signed: Signed
) -> None:
    ask(house, case)
    screen(house)
    page = signed(social_worker).get(address(case))
    assert "Mum: No" in shares(page), "who comes is for them too"
    assert "CANARY-WHY" not in page.body


def test_an_answer_that_is_not_read_yet_or_worries_is_not_on_their_page(
    house: House, case: Case, social_worker: Worker, signed: Signed
) -> None:
    said = {"anything": "CANARY my social worker hits me", "good_news": "I can swim"}
    say_and_send(house, case.child.consultation_id, said, "iro_and_social_worker")
    pages = signed(social_worker)
    assert "I can swim" not in pages.get(address(case)).text, "nothing has read it yet"
    screen(house)
    page = pages.get(address(case))
    assert "I can swim" in shares(page)
    assert "CANARY" not in page.body


@pytest.mark.parametrize("about", ["social_worker", "carer"])
def test_a_child_who_calls_for_help_changes_nothing_that_the_worker_sees(
    house: House, case: Case, social_worker: Worker, signed: Signed, about: str
) -> None:
    say_and_send(house, case.child.consultation_id, {"good_news": "I can swim"})
    screen(house)
    pages = signed(social_worker)

    def seen() -> list[str]:
        return [pages.get(one).root.first("main").text for one in walk(case)]

    before = seen()
    with house.db.writing() as s:
        worries.raise_worry(
            s, house.vault, house.authority, consultation_id=case.child.consultation_id, now=house.clock(),
            words=f"my {about} hits me",
        )  # fmt: skip
    assert seen() == before


def walk(case: Case) -> Iterator[str]:
    """Every page that a social worker has."""
    yield from ("/staff/", "/staff/children", "/staff/children?show=past", "/staff/children?show=undated")
    yield from (address(case), address(case, "/talk"), f"/staff/together/{case.child.consultation_id}")


def test_no_page_of_theirs_tells_what_was_said_to_others(
    app: Flask, house: House, case: Case, iro: Worker, social_worker: Worker, signed: Signed
) -> None:
    ask(house, case, who=people_for_the_iro(house))
    decide(house, iro, case, "chair", note="CANARY-NOTE")
    decide(house, iro, case, "where", "changed", instead="CANARY-INSTEAD", reason=REASON, passed_to="unit")
    with house.db.writing() as s:
        s.execute(update(Decision).values(told_at=house.clock()))
    say_and_send(house, case.parent.consultation_id, {"anything": "CANARY-PARENT"})
    say_to(house, case, {"anything": ("CANARY-ALONE", "iro")})
    screen(house)
    pages = signed(social_worker)
    for one in walk(case):
        page = pages.get(one)
        assert page.status == 200, one
        assert "CANARY" not in page.body, one
        assert REASON not in page.body, one


def people_for_the_iro(house: House) -> Answer:
    """The question who comes, with a private reason."""
    people = {ref(house, "parent"): a_person("no", why="CANARY-WHY")}
    return Answer({"people": people, "added": []}, "")


def test_whom_the_child_added_for_the_officer_alone_the_worker_does_not_see(
    house: House, case: Case, social_worker: Worker, signed: Signed
) -> None:
    ask(house, case)
    assert "Uncle Phil" in signed(social_worker).get(address(case)).text
    from tests.fixtures.deciding import the_menu

    say_and_send(house, case.child.consultation_id, {"who": the_menu(house)["who"]}, "iro")
    assert "Phil" not in signed(social_worker).get(address(case)).body


def check(pages: Pages, case: Case, **said: Any) -> Page:
    """Fill in what was found about whom the child added."""
    return pages.press(pages.get(address(case)), "Keep what you found", **said)


def test_somebody_whom_the_child_added_is_checked_with_how_they_are_reached(
    house: House, case: Case, iro: Worker, social_worker: Worker, signed: Signed
) -> None:
    ask(house, case)
    pages = signed(social_worker)
    page = check(pages, case, outcome="may_be_asked", way="sms", phone="07700 900456", note="Rang him.")
    assert "Kept, with your name and the time." in page.text
    assert "may be asked" in page.root.first("section", **{"aria-labelledby": "added"}).text
    assert "900456" in page.text
    officers = signed(iro).get(f"/staff/reviews/{case.review_id}/decide")
    assert "The social worker checked: may be asked" in officers.text
    assert "Rang him." in officers.text
    assert "900456" not in officers.body


@pytest.mark.parametrize(
    ("said", "words"),
    [({"note": "x"}, "Choose what you found."), ({"outcome": "may_not"}, "Say why they may not be asked"),
     ({"outcome": "same_as"}, "Choose who in the case it is."),
     ({"outcome": "may_be_asked", "way": "email"}, "Write down the address or number"),
     ({"outcome": "may_be_asked", "way": "sms", "phone": "nonsense"}, "This can’t reach them")],
)  # fmt: skip
def test_a_check_that_is_not_whole_comes_back_as_it_was_typed(
    house: House, case: Case, social_worker: Worker, signed: Signed, said: dict[str, str], words: str
) -> None:
    ask(house, case)
    page = check(signed(social_worker), case, **said)
    assert page.status == 422
    assert any(words in error for error in page.errors)
    (told,) = page.root.all(id="e-0")
    assert words in told.text
    assert [e.attrs.get("id", "") for e in page.root.all() if e.attrs.get("aria-describedby") == "e-0"] == (
        ["f-0"] if said.get("outcome") else [""]
    )
    if "phone" in said:
        assert page.root.first("input", name="phone").attrs["value"] == "nonsense"
    with house.db.reading() as s:
        assert s.scalars(select(PersonCheck)).all() == []


def test_one_press_says_that_these_people_may_be_asked_and_the_unit_counts_who_waits(
    house: House, case: Case, social_worker: Worker, unit_worker: Worker, signed: Signed
) -> None:
    units, pages = signed(unit_worker), signed(social_worker)
    assert "1 Not yet checked by the social worker" in units.get("/staff/unit/today").text
    assert "Femi Adeyemi" in units.get("/staff/unit/today/unchecked").text
    page = pages.press(pages.get(address(case)), "These people may be asked")
    assert "Written down: these people may be asked." in page.text
    assert "0 Not yet checked by the social worker" in units.get("/staff/unit/today").text
    assert "Yes, the social worker said so" in units.get(f"/staff/unit/reviews/{case.review_id}").text


def test_what_changed_since_the_press_is_told_person_by_person(
    house: House, case: Case, social_worker: Worker, signed: Signed, tmp_path: Path
) -> None:
    pages = signed(social_worker)
    pages.press(pages.get(address(case)), "These people may be asked")
    people = [{**case.row["people"][0], "may_attend": False}, *case.row["people"][1:],
              {**case.row["people"][1], "id": "P-77", "name": "Ada New", "role": "grandparent"}]  # fmt: skip
    load_rows(house, tmp_path, [{**case.row, "people": people}])
    page = pages.get(address(case))
    assert "Something changed since" in page.text
    rows = {row.first("th").first("bdi").text: row.text for row in page.root.first("tbody").all("tr")}
    assert "changed: whether they may come" in rows["Grace Okafor"]
    assert "new" in rows["Ada New"]
    assert "as before" in rows["Lin Carter"]


def test_somebody_in_the_case_is_stopped_with_a_reason_and_let_go_again(
    house: House, case: Case, social_worker: Worker, unit_worker: Worker, signed: Signed
) -> None:
    pages = signed(social_worker)
    page = pages.press(pages.get(address(case)), "They may not be asked (Grace Okafor)", note=" ")
    assert page.errors == ["Say why they may not be asked: the reviewing officer reads it."]
    assert page.root.first("textarea", id="f-0").attrs["aria-describedby"] == "e-0"
    assert page.root.first(id="e-0").text == page.errors[0]
    page = pages.press(pages.get(address(case)), "They may not be asked (Grace Okafor)", note="Not safe now")
    assert "Nothing more is sent to them about this review" in page.text
    unit = signed(unit_worker).get(f"/staff/unit/reviews/{case.review_id}").text
    assert "the social worker says that they may not be asked" in unit
    assert "Not safe now" not in unit
    page = pages.press(page, "They may be asked after all (Grace Okafor)")
    assert "Not safe now" not in page.text


def test_what_was_said_in_a_talk_stands_beside_the_childs_own_words_with_who_typed_it(
    house: House, case: Case, iro: Worker, social_worker: Worker, signed: Signed
) -> None:
    say_and_send(house, case.child.consultation_id, {"chair": ("me", "")})
    pages, mum = signed(social_worker), ref(house, "parent")
    page = pages.click(pages.get(address(case)), "Type what was said in our talk")
    assert pages.press(page, "Keep what was said").errors == [
        "Write down at least one thing that the child said."
    ]
    form: dict[str, Any] = {
        f"come-{mum}": "not_sure",
        "where": "At Nan’s, not the office",
        "day": "2027-01-14",
    }
    page = pages.press(page, "Keep what was said", **form)
    assert "Said to the social worker in the talk on 14 January 2027" in page.text
    for more in ("", "/decide"):
        officers = signed(iro).get(f"/staff/reviews/{case.review_id}{more}").text
        assert "Said to the social worker in the talk on 14 January 2027" in officers
        assert "Typed by Femi Adeyemi" in officers
        assert "At Nan’s, not the office" in officers
        assert "Mum: not sure" in officers
    assert [wish.kind for wish in desk_of(house, iro, case).wishes] == ["chair"], "no wish was made of it"
    page = pages.press(page, "Typed wrongly: take it back")
    assert "At Nan’s" not in page.text
    with house.db.reading() as s:
        kept = s.scalars(select(StatutoryTalk)).one()
    assert b"Nan" not in kept.sealed


@pytest.mark.parametrize("day", ["", "2027-06-01", "2026-01-01", "nonsense"])
def test_a_talk_has_a_day_that_was(case: Case, social_worker: Worker, signed: Signed, day: str) -> None:
    pages = signed(social_worker)
    page = pages.press(pages.get(address(case, "/talk")), "Keep what was said", day=day, where="The park")
    assert page.status == 422
    assert page.errors == ["Give the day of the talk: not after today, and within the last six months."]
    assert page.root.first("textarea", id="where").text == "The park"


def posts(case: Case) -> Iterator[tuple[str, dict[str, str]]]:
    """Everything that a social worker can press about this child."""
    yield address(case, "/may-be-asked"), {"version": "x"}
    yield address(case, "/added"), {"key": "x", "outcome": "may_be_asked"}
    yield address(case, "/person"), {"involvement": "x", "outcome": "may_not", "note": "x"}
    yield address(case, "/talk"), {"day": "2027-01-14", "where": "x"}
    yield address(case, f"/talk/{'0' * 32}/take-back"), {}


def test_another_worker_is_turned_away_everywhere_and_a_moved_case_changes_at_once(
    house: House, case: Case, iro: Worker, social_worker: Worker, other_iro: Worker, unit_worker: Worker,
    signed: Signed, tmp_path: Path,
) -> None:  # fmt: skip
    ask(house, case)
    decide(house, iro, case, "where:", passed_to="social_worker")
    with house.db.reading() as s:
        decision = s.scalars(select(Decision.id)).one()
    pages = signed(social_worker)
    assert pages.get(address(case)).status == 200
    review = {**case.row["review"], "social_worker": {"id": "S-99", "name": "Pat Low"}}
    load_rows(house, tmp_path, [{**case.row, "review": review}])
    for worker, browser in (
        (social_worker, pages),
        (other_iro, signed(other_iro)),
        (unit_worker, signed(unit_worker)),
    ):
        token = browser.get("/staff/").root.first("input", name="csrf_token").attrs["value"]
        for one in (address(case), address(case, "/talk")):
            assert browser.get(one).status == 404, (worker.username, one)
        arrange = f"/staff/arranged/{decision}", {"state": "done"}
        for one, form in (*posts(case), arrange):
            assert browser.post(one, {"csrf_token": token, **form}).status == 404, (worker.username, one)
    assert "Maya" not in pages.get("/staff/children").text
    with house.db.reading() as s:
        turned = s.scalars(select(Audit.actor).where(Audit.action == "turned_away")).all()
        assert s.scalars(select(PassedWork)).all() == []
    assert turned.count(f"staff:{social_worker.id}") == 2 + 5 + 1


def test_a_review_that_is_over_is_read_and_nothing_in_it_is_pressed(
    house: House, case: Case, social_worker: Worker, signed: Signed
) -> None:
    ask(house, case)
    with house.db.writing() as s:
        s.get_one(Review, case.review_id).status = "held"
    page = signed(social_worker).get(address(case))
    for words in (
        "These people may be asked (",
        "Keep what you found",
        "No, stop this person",
        "in our talk",
    ):
        assert words not in page.text


def test_the_page_takes_the_same_queries_however_much_there_is_and_the_look_is_written_down(
    app: Flask, house: House, case: Case, iro: Worker, social_worker: Worker, signed: Signed
) -> None:
    ask(house, case)
    decide(house, iro, case, "where:", passed_to="social_worker")
    pages, counts = signed(social_worker), []
    for _ in range(2):
        with statements(app.extensions["house"].db) as seen:
            pages.get(address(case))
        counts.append(len(seen))
        ask(house, case, questions="one", room=(["circle", "soft"], ""))
        decide(house, iro, case, "chair:", passed_to="social_worker")
    assert counts[0] == counts[1] <= PAGE_QUERIES, seen
    with house.db.reading() as s:
        lines = s.scalars(select(Audit).where(Audit.action == "look_child")).all()
    assert {(one.actor, one.child_id) for one in lines} == {(f"staff:{social_worker.id}", case.child_id)}


def test_the_list_tells_which_child_waits_for_what(
    house: House, case: Case, iro: Worker, social_worker: Worker, signed: Signed
) -> None:
    ask(house, case)
    decide(house, iro, case, "where:", passed_to="social_worker")
    pages = signed(social_worker)
    listed = pages.get("/staff/children").text
    for words in ("may they be asked?", "1 person to check", "1 thing to arrange"):
        assert words in listed
    check(pages, case, outcome="may_not", note="Not known to us")
    page = pages.press(pages.get(address(case)), "These people may be asked")
    pages.press(page, "It is done")
    listed = pages.get("/staff/children").text
    for words in ("may they be asked?", "to check", "to arrange"):
        assert words not in listed
