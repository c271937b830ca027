"""What an officer reads before a review: asked beside decided, who differs, what changed, whom to take care of."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask
from sqlalchemy import select, update

from tests.fixtures.cases import Case, load_rows
from tests.fixtures.clocks import SettableClock
from tests.fixtures.counting import statements
from tests.fixtures.deciding import REASON, ask, decide, tell
from tests.fixtures.speaking import Said, say_and_send
from tests.fixtures.staff import Signed, Worker
from tests.review.incoming_rows import row
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.store import Consultation, Review

REVIEW_QUERIES = 29


def look(case: Case, signed: Signed, iro: Worker) -> Page:
    return signed(iro).get(f"/staff/reviews/{case.review_id}")


def beside(page: Page, heading: str) -> str:
    """The words beside this row's heading."""
    for line in page.root.all("tr"):
        if any(th.text.startswith(heading) for th in line.all("th", scope="row")):
            return " | ".join(td.text for td in line.all("td"))
    raise AssertionError(f"no row {heading!r}")


def part(page: Page, name: str) -> str:
    """The words of one section."""
    return next(one.text for one in page.root.all("section") if one.attrs.get("aria-labelledby") == name)


def test_what_was_decided_stands_beside_what_was_asked(
    house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    ask(house, case)
    decide(house, iro, case, "where:", "changed", instead="The library", reason=REASON)
    decide(house, iro, case, "how:comfort:breaks")
    tell(house, iro, case)
    decide(house, iro, case, "chair:", "asked_for")
    page = look(case, signed, iro)
    assert re.search(
        r"3 of \d+ wishes are decided\. Told today", page.root.all("table", class_="wish")[0].text
    )
    where = beside(page, "Where")
    assert "At a café or youth club | Changed: The library" in where
    assert REASON in where
    assert "told today" not in where, "as the caption says"
    assert "not told yet" in beside(page, "Who runs it")
    assert "not yet" in beside(page, "Mum")
    rows = [tr.text for tr in page.root.all("tr")]
    assert any("Breaks" in text and text.endswith("Agreed") for text in rows), "our own words need no reading"
    assert any("Music" in text and "not yet" in text for text in rows), (
        "music is another wish of the same question"
    )


def test_a_wish_that_changed_since_its_decision_says_so(
    house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    ask(house, case)
    decide(house, iro, case, "chair:")
    ask(house, case, chair=("me_and_iro", ""))
    page = look(case, signed, iro)
    assert "asks for something else now" in beside(page, "Who runs it")


def test_who_says_the_same_and_who_differs_is_told_in_words(
    house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    child = {"home": ("2", ""), "plan": ("agree", ""), "home_stay": ("no", "")}
    say_and_send(house, case.child.consultation_id, child, booklet_id="my_life")
    say_and_send(house, case.carer.consultation_id, {"settled": ("5", ""), "carry_on": ("long_term", "")})
    say_and_send(house, case.parent.consultation_id, {"agree_plan": ("agree", "")})
    page = look(case, signed, iro)
    told = part(page, "same")
    assert "How it is where they live: they differ Maya: Bad Lin Carter: Really good" in told
    assert "The plan: the same" in told
    assert told.index("they differ") < told.index("The plan")
    child_cell, carer_cell = (
        beside(page, "Placement").split(" | ")[0],
        beside(page, "Placement").split(" | ")[-1],
    )
    assert "they differ" in child_cell
    assert "they differ" in carer_cell
    assert "the same" in beside(page, "Disagreements")


def test_whom_not_to_seat_together_and_what_is_not_said_in_front_of_whom_stand_on_one_spot(
    house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    ask(house, case)
    parent: dict[str, Said] = {
        "safe_together": ("no", "We shout"),
        "not_in_front_of_child": "The court dates",
    }
    say_and_send(house, case.parent.consultation_id, parent)
    asked = {"iro_alone": ("yes", "At school"), "not_in_front_little": ("no", "")}
    say_and_send(house, case.child.consultation_id, asked, booklet_id="my_life")
    page = look(case, signed, iro)
    care = part(page, "care")
    assert "Mum (Parent): The child said no to them." in care
    assert "Grace Okafor (Parent): May not feel safe with the other adults." in care
    assert "The court dates" in care
    assert "At school" in part(page, "wants")
    assert "The court dates" not in part(page, "views"), "once is enough"


def test_what_is_new_since_the_last_review_stands_beside_what_was_said_then(
    house: House, case: Case, iro: Worker, signed: Signed, tmp_path: Path
) -> None:
    say_and_send(house, case.child.consultation_id, {"chair": ("iro", ""), "questions": "When is home?"})
    later = row(
        review__id="R-2",
        review__held_at="2027-03-22T16:00",
        review__window_start="2027-03-05",
        review__window_end="2027-03-25",
    )
    load_rows(house, tmp_path, [later])
    with house.db.reading() as s:
        second = s.scalars(
            select(Consultation).join(Review).where(Review.external_id == "R-2", Consultation.who == "child")
        ).one()
    say_and_send(house, second.id, {"chair": ("me", ""), "good_news": "I can swim"})
    pages = signed(iro)
    now = pages.get(f"/staff/reviews/{second.review_id}")
    told = part(now, "since")
    assert "Last time: My IRO Now: Me" in told
    assert "Answered now, but not then: Good news" in told
    assert "I can swim" in part(now, "wants"), "what is new is read once, where it stands anyway"
    assert "I can swim" not in told
    assert "not said again" in told
    assert "When is home?" in told
    assert "Nothing to set it beside" in part(pages.get(f"/staff/reviews/{case.review_id}"), "since")
    with house.db.writing() as s:  # what was said to another officer is not shown
        s.execute(update(Review).where(Review.id == case.review_id).values(iro_id=None))
    told = part(pages.get(f"/staff/reviews/{second.review_id}"), "since")
    assert "When is home?" not in told
    assert "another officer’s" in told


def test_each_link_of_the_contents_leads_to_a_part_of_the_page(
    house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    ask(house, case)
    page = look(case, signed, iro)
    ids = {element.attrs["id"] for element in page.root.all("h2") if "id" in element.attrs}
    links = [a.attrs["href"].removeprefix("#") for a in page.root.first("nav", class_="jump").all("a")]
    assert len(links) >= 6
    assert set(links) <= ids


def counted(app: Flask, pages: Pages, case: Case) -> list[int]:
    """The statements behind the review's page, its agenda and its text for the record."""
    found = []
    for more in ("", "/agenda", "/agenda/room", "/record"):
        with statements(app.extensions["house"].db) as seen:
            pages.get(f"/staff/reviews/{case.review_id}{more}")
        found.append(len(seen))
    return found


def test_a_review_takes_the_same_queries_however_much_was_said(
    app: Flask,
    house: House,
    case: Case,
    iro: Worker,
    social_worker: Worker,
    signed: Signed,
    clock: SettableClock,
) -> None:
    pages = signed(iro)
    for booklet, who in (("parent", case.parent), ("carer", case.carer)):
        words = [q.id for q in house.booklets[booklet].questions if q.kind == "words"]
        say_and_send(house, who.consultation_id, dict.fromkeys(words[:1], "said"))
    say_and_send(house, case.child.consultation_id, {"about": ([], "one")}, helper_id=social_worker.id)
    first = counted(app, pages, case)
    say_and_send(
        house, case.child.consultation_id, {"chair": ("me", ""), "questions": "two", "good_news": "three"}
    )
    for booklet, who in (("parent", case.parent), ("carer", case.carer)):
        words = [q.id for q in house.booklets[booklet].questions if q.kind == "words"]
        say_and_send(house, who.consultation_id, dict.fromkeys(words, "said"))
    assert counted(app, pages, case) == first
    assert max(first) <= REVIEW_QUERIES, first
