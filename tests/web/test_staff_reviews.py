"""The officer's own reviews: the list, and one review whole."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.fixtures.caseloads import many_reviews
from tests.fixtures.cases import Case, load_rows, make_case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.counting import statements
from tests.fixtures.speaking import say, say_and_send
from tests.fixtures.staff import Signed, Worker
from tests.review.incoming_rows import row
from tests.web.pages import Page, Pages
from webapp.booklet.answers import SKIPPED
from webapp.house import House
from webapp.store import Audit, Delivery, Involvement, Review

LIST_QUERIES = 9
FIRST = "I want to see Yusuf more than just Sundays\nI <3 him & that's that"
EDUCATION = ("words", "education", ())


def ref(house: House, role: str) -> str:
    with house.db.reading() as s:
        return s.scalars(select(Involvement.id).where(Involvement.role == role)).one()


def audit(house: House) -> list[tuple[str, str, str, str | None]]:
    with house.db.reading() as s:
        rows = s.execute(select(Audit.actor, Audit.action, Audit.subject, Audit.child_id).order_by(Audit.id))
        return [(r.actor, r.action, r.subject, r.child_id) for r in rows]


def cell(page: Page, heading: str) -> str:
    """The words beside this row's heading."""
    for table_row in page.root.all("tr"):
        if any(th.text.startswith(heading) for th in table_row.all("th", scope="row")):
            return " | ".join(td.text for td in table_row.all("td"))
    raise AssertionError(f"no row {heading!r}")


def test_the_list_says_who_has_answered_and_who_has_not(
    house: House, case: Case, iro: Worker, signed: Signed, clock: SettableClock
) -> None:
    say_and_send(house, case.child.consultation_id, {"chair": ("me", "")})
    say(house, case.parent.consultation_id, {})
    page = signed(iro).get("/staff/reviews")
    answered = cell(page, "Maya")
    assert "Tue 2 March 2027 16:00 in 29 days" in answered
    assert "Child, My Review, My Choice: sent today, 10:00" in answered
    assert "Parent: opened, not sent" in answered
    assert "Foster carer: not asked yet" in answered
    assert "1 delivery waiting" in answered
    assert "age 10" in page.text


def test_the_tabs_hold_what_comes_what_has_no_date_and_what_is_past(
    house: House, case: Case, iro: Worker, signed: Signed, clock: SettableClock, tmp_path: Path
) -> None:
    undated = row(review__id="R-2", review__held_at=None, child__id="C-2", child__given_name="Ola")
    held = row(
        review__id="R-3", review__held_at="2027-01-31T16:00", review__window_start="2027-01-01", review__status="held",
        child__id="C-3", child__given_name="Ben",
    )  # fmt: skip
    load_rows(house, tmp_path, [undated, held])
    pages = signed(iro)

    def names(show: str) -> list[str]:
        page = pages.get(f"/staff/reviews?show={show}")
        return [th.all("a")[0].text for th in page.root.all("th", scope="row")]

    assert (names("coming"), names("undated"), names("past")) == (
        ["Maya Okafor"],
        ["Ola Okafor"],
        ["Ben Okafor"],
    )
    assert names("<script>") == ["Maya Okafor"], "an odd tab is the first"


def test_this_mornings_review_still_stands_among_todays(
    house: House, case: Case, iro: Worker, signed: Signed, clock: SettableClock
) -> None:
    clock.set(dt.datetime(2027, 3, 2, 22, 30, tzinfo=dt.UTC))
    assert "today" in cell(signed(iro).get("/staff/reviews"), "Maya")


def test_the_title_and_the_address_give_no_childs_name(
    house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    page = signed(iro).get(f"/staff/reviews/{case.review_id}")
    assert page.h1 == "Maya’s review"
    assert "Maya" not in page.title
    assert "Maya" not in page.url


def test_the_list_takes_the_same_queries_for_ten_reviews_and_for_ten_thousand(
    app: Flask, house: House, iro: Worker, signed: Signed, clock: SettableClock
) -> None:
    pages, counts = signed(iro), []
    for n, step in ((10, dt.timedelta(hours=7)), (9_990, dt.timedelta(minutes=20))):
        many_reviews(house, iro.id, n, clock() + dt.timedelta(days=1), step)
        with statements(app.extensions["house"].db) as seen:
            page = pages.get("/staff/reviews")
        counts.append(len(seen))
        assert len(page.root.all("th", scope="row")) == min(n, 50)
    assert counts[0] == counts[1] <= LIST_QUERIES, seen
    assert "Page 1 of 200" in page.text
    assert "Page 2 of 200" in pages.click(page, "Further in the list").text
    assert "Page 200 of 200" in pages.get("/staff/reviews?page=99999").text


def the_menu(house: House) -> dict[str, object]:
    return {
        "attend": ("part", ""),
        "my_words": (["say", "iro_first"], ""),
        "who": (
            {
                "people": {
                    ref(house, "parent"): {"come": "not_sure", "part": True, "which": "the end", "why": "CANARY-WHY"},
                    ref(house, "social_worker"): {"come": "yes", "part": False, "which": "", "why": ""},
                },
                "added": [
                    {"name": "Uncle Phil", "who": "my uncle", "come": "no", "part": False, "which": "", "why": ""}
                ],
            },
            "",
        ),
        "where": ({"where": ["home"], "not_where": ["school"], "not_words": "everyone sees you go in"}, ""),
        "when": ({"good": ["after_school"], "bad": ["tuesday"]}, "Tuesday is swimming"),
        "about": (["family"], FIRST),
        "not_in_front": (
            {"family": {"choice": "not_some", "words": "my teacher"}, "school": {"choice": "fine", "words": ""}},
            "",
        ),
        "anything": "and one more thing",
        "card": SKIPPED,
    }  # fmt: skip


@pytest.fixture
def whole(house: House, case: Case, iro: Worker, signed: Signed) -> Page:
    """The page of a child who filled in the menu."""
    say_and_send(house, case.child.consultation_id, the_menu(house))  # type: ignore[arg-type]
    return signed(iro).get(f"/staff/reviews/{case.review_id}")


def test_the_childs_words_come_first_whole_and_as_typed(whole: Page) -> None:
    quotes = [q.all("p")[0] for q in whole.root.all("blockquote")]
    assert (
        "".join(str(c) for c in quotes[0].children)
        == "I want to see Yusuf more than just Sundays\nI <3 him & that's that"
    )
    assert "and one more thing" in [q.text for q in quotes]
    first = whole.root.first("main").text
    assert (
        first.index("I want to see Yusuf")
        < first.index("Asked for. None of it is decided")
        < first.index("Views, under the headings")
    )


def test_what_may_not_be_said_in_front_of_whom_stands_apart(whole: Page) -> None:
    mind = whole.root.first("div", class_="mind").text
    assert "Not in front of everyone" in mind
    assert "My family: Not in front of some people “my teacher”".replace("“", "").replace("”", "") in mind
    assert "Wants to talk to you alone first." in mind
    assert "School" not in mind, "what is fine to say needs no warning"


def test_every_wish_stands_in_the_table_and_none_is_decided(whole: Page) -> None:
    assert "None of it is decided yet." in whole.root.first("table", class_="wish").text
    mum = cell(whole, "Mum")
    assert "not sure" in mum
    assert "part only" in mum
    assert "Reason, for the IRO alone: CANARY-WHY" in mum
    assert "no" in cell(whole, "Uncle Phil").split()
    assert "who doesn’t want them there. Nobody is invited." in cell(whole, "Uncle Phil")
    assert "checks" not in cell(whole, "Uncle Phil"), "somebody who is not invited"
    assert "Has to be there as a rule" in cell(whole, "Femi Adeyemi")
    assert cell(whole, "Where").startswith("Where I live")
    assert "At school or college everyone sees you go in" in cell(whole, "Where it must not be")
    assert "Good: After school" in cell(whole, "When")
    assert "Bad: Tuesday" in cell(whole, "When")


def test_free_text_that_nobody_screened_is_marked_so_and_choices_are_not(
    house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    say_and_send(house, case.child.consultation_id, the_menu(house))  # type: ignore[arg-type]
    pages = signed(iro)
    page = pages.get(f"/staff/reviews/{case.review_id}")
    assert not page.root.all("dl", class_="whole"), "every answer, once more, is a press away"
    page = pages.click(page, "Open every answer")
    said = {dt_.text: dd.text for dt_, dd in zip(page.root.all("dt"), page.root.all("dd"), strict=True)}
    assert "being screened" in said["Do you want to tell your IRO something else?"]
    assert "being screened" not in said["Do you want to be at your review?"]
    assert "chose not to say" in said["What do you want on your card?"]


def test_drafts_are_never_shown_only_that_it_was_opened(
    house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    say(house, case.child.consultation_id, {"about": ([], "CANARY-DRAFT"), "anything": "CANARY-DRAFT"})
    page = signed(iro).get(f"/staff/reviews/{case.review_id}?all")
    assert "CANARY-DRAFT" not in page.body
    assert "Maya, My Review, My Choice: opened, not sent" in page.text
    assert "Not sent yet." in page.text


def test_what_changed_after_sending_shows_only_once_it_is_sent_again(
    house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    pages, who = signed(iro), case.child.consultation_id
    say_and_send(house, who, {"chair": ("iro", ""), "questions": "first words"})
    say(house, who, {"questions": "CANARY-LATER"})
    page = pages.get(f"/staff/reviews/{case.review_id}")
    assert "CANARY-LATER" not in page.body
    assert "changing it, not sent again yet" in page.text
    assert "changed" not in cell(page, "Who runs it")
    say_and_send(house, who, {"chair": ("me", "")})
    page = pages.get(f"/staff/reviews/{case.review_id}")
    assert "CANARY-LATER" in page.text
    assert "changed" in cell(page, "Who runs it")
    assert "sent 2 times" in page.text


def test_who_helped_and_how_it_came_stand_beside_the_name(
    house: House, case: Case, iro: Worker, social_worker: Worker, signed: Signed
) -> None:
    say_and_send(house, case.child.consultation_id, {"chair": ("me", "")}, helper_id=social_worker.id)
    page = signed(iro).get(f"/staff/reviews/{case.review_id}")
    chips = page.root.first("ul", class_="big-state").text
    assert (
        "Maya, My Review, My Choice: sent today, 10:00, on the web, side by side with Femi Adeyemi" in chips
    )
    assert "side by side with Femi Adeyemi" in page.text


def test_child_parent_and_carer_stand_side_by_side_under_the_headings(
    house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    words = {
        name: next(
            q
            for q in house.booklets[name].questions
            if q.kind == "words" and q.heading == "education" and not q.only_for
        )
        for name in ("parent", "carer")
    }
    say_and_send(house, case.carer.consultation_id, {words["carer"].id: "CARER-SCHOOL"})
    say_and_send(house, case.parent.consultation_id, {words["parent"].id: "PARENT-SCHOOL"})
    page = signed(iro).get(f"/staff/reviews/{case.review_id}")
    heads = [th.text for th in page.root.all("table", class_="views")[0].all("th", scope="col")]
    assert heads == ["Heading", "Grace Okafor Parent", "Lin Carter Foster carer"], (
        "a child who sent nothing has no column"
    )
    parent, carer = cell(page, "Education").split(" | ")
    assert "PARENT-SCHOOL" in parent
    assert "CARER-SCHOOL" in carer
    asked = next(td for td in page.root.all("td") if "CARER-SCHOOL" in td.text).first("small")
    assert [(one.text, one.attrs["class"]) for one in asked.all("span")] == [
        ("Learning", "noprint"), (words["carer"].text.replace("{child}", "Maya"), "paper"),
    ], "in a few words on the page, whole on paper"  # fmt: skip


def test_people_stand_by_their_full_name_and_their_role_in_staffs_words(whole: Page) -> None:
    rows = [th.text for th in whole.root.first("table", class_="wish").all("th", scope="row")]
    assert "Mum Grace Okafor, Parent" in rows
    assert "Femi Adeyemi Social worker" in rows
    assert "Your mum" not in whole.text


def test_the_child_is_told_apart_by_family_name_and_case_number(whole: Page) -> None:
    assert "Maya Okafor · case number C-1 · age 10" in whole.text


def test_what_stands_at_the_top_does_not_stand_again_under_a_heading(whole: Page) -> None:
    table = [t.text for t in whole.root.all("table", class_="views")]
    assert "and one more thing" in whole.root.first("section", class_="want").text
    assert not any("and one more thing" in text for text in table)


@pytest.mark.parametrize(
    "state,words",
    [("waiting", "On its way to the case system"), ("sent", "Handed to the case system, no receipt yet"),
     ("received", "Case system has it, today, 10:00"), ("parked", "Did not reach the case system")],
)  # fmt: skip
def test_the_delivery_is_told_in_words(
    house: House, case: Case, iro: Worker, signed: Signed, clock: SettableClock, state: str, words: str
) -> None:
    say_and_send(house, case.child.consultation_id, {"chair": ("me", "")})
    with house.db.writing() as s:
        s.execute(update(Delivery).values(state=state, received_at=clock() if state == "received" else None))
    assert words in signed(iro).get(f"/staff/reviews/{case.review_id}").text


def test_a_child_who_shares_the_meeting_is_named(
    house: House, iro: Worker, signed: Signed, tmp_path: Path
) -> None:
    case = make_case(house, tmp_path, {"review": {"meeting_id": "M-1"}})
    load_rows(
        house,
        tmp_path,
        [row(review__id="R-2", review__meeting_id="M-1", child__id="C-2", child__given_name="Yusuf")],
    )
    page = signed(iro).get(f"/staff/reviews/{case.review_id}")
    assert "Yusuf has the same meeting" in page.text


def test_another_officer_finds_nothing_and_it_is_written_down(
    house: House, case: Case, iro: Worker, other_iro: Worker, signed: Signed
) -> None:
    pages = signed(other_iro)
    page, none = pages.get(f"/staff/reviews/{case.review_id}"), pages.get("/staff/reviews/" + "0" * 32)
    assert page.status == none.status == 404
    assert "Maya" not in page.body
    assert page.text == none.text
    assert (f"staff:{other_iro.id}", "turned_away", f"review:{case.review_id}", None) in audit(house)
    assert "Maya" not in pages.get("/staff/reviews").body


def test_a_review_that_moves_to_a_colleague_moves_at_once(
    house: House, case: Case, iro: Worker, other_iro: Worker, signed: Signed
) -> None:
    old, new = signed(iro), signed(other_iro)
    assert old.get(f"/staff/reviews/{case.review_id}").status == 200
    with house.db.writing() as s:
        s.execute(update(Review).values(iro_id=other_iro.id))
    assert old.get(f"/staff/reviews/{case.review_id}").status == 404
    assert new.get(f"/staff/reviews/{case.review_id}").status == 200


@pytest.mark.parametrize("other", ["duty_worker", "unit_worker", "social_worker"])
def test_only_officers_open_reviews(
    house: House, case: Case, signed: Signed, request: pytest.FixtureRequest, other: str
) -> None:
    assert signed(request.getfixturevalue(other)).get(f"/staff/reviews/{case.review_id}").status == 404


def test_every_look_is_one_line_in_the_audit_trail(
    house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    pages = signed(iro)
    before = len(audit(house))
    pages.get("/staff/reviews?show=past")
    pages.get(f"/staff/reviews/{case.review_id}")
    actor = f"staff:{iro.id}"
    assert audit(house)[before:] == [
        (actor, "list_reviews_past", actor, None),
        (actor, "look_review", f"review:{case.review_id}", case.child_id),
    ]


@pytest.mark.parametrize("path", ["x", "..", "'; drop table review", "0" * 31, "\u202e", "%00"])
def test_odd_addresses_are_not_found(iro: Worker, signed: Signed, path: str) -> None:
    assert signed(iro).get(f"/staff/reviews/{path}", follow=False).status in (308, 404)


def test_names_and_words_that_look_like_code_stay_words(
    house: House, iro: Worker, signed: Signed, tmp_path: Path
) -> None:
    name = "<script>alert(1)</script>{{7*7}}"
    case = make_case(house, tmp_path, {"child": {"given_name": name}})
    say_and_send(
        house, case.child.consultation_id, {"questions": "</blockquote><img src=x>{% x %}%s\u202eabc"}
    )
    pages: Pages = signed(iro)
    page = pages.get(f"/staff/reviews/{case.review_id}")
    assert page.h1 == f"{name}’s review"
    assert page.root.all("blockquote")[0].all("p")[0].text == "</blockquote><img src=x>{% x %}%s\u202eabc"
    assert name in pages.get("/staff/reviews").text
