"""An unfair answer: the summary leads to the very field, which says itself what is wrong and what helps."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.fixtures.cases import Case
from tests.web.dom import Element
from tests.web.inside import enter, post
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.store import Involvement

LONG = "x" * 5001


def concerned(page: Page) -> Element:
    """The field that the error summary leads to; it carries the message."""
    assert page.status == 422
    (link,) = [a for box in page.root.all(role="alert") for a in box.all("a")]
    (field,) = [e for e in page.root.walk() if e.attrs.get("id") == link.attrs["href"][1:]]
    assert "err" in field.attrs["aria-describedby"].split()
    assert page.root.first("p", id="err").text == link.text
    return field


@pytest.mark.parametrize("question, form, name", [
    ("attend", {"v": "all", "words": LONG}, "words"),
    ("anything", {"words": LONG}, "words"),
    ("not_in_front", {"w-school": LONG}, "w-school"),
    ("where", {"not_words": LONG}, "not_words"),
    ("who", {"a0-which": "only this"}, "a0-name"),
    ("who", {"a0-name": "Zo", "a0-why": LONG}, "a0-why"),
    ("who", {"a0-name": "Zo", "a2-name": "x" * 81}, "a1-name"),
    ("who", {"a0-name": "Zo", "a0-which": LONG}, "a0-which"),
])  # fmt: skip
def test_the_summary_leads_to_the_box_that_is_wrong(
    pages: Pages, house: House, case: Case, question: str, form: dict[str, str], name: str
) -> None:
    enter(pages, house, case.child)
    field = concerned(post(pages, f"/b/my_review_my_choice/q/{question}", form))
    assert field.attrs["name"] == name
    assert field.attrs["aria-invalid"] == "true"


def test_a_reason_that_is_too_long_is_found_beside_its_person(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)
    with house.db.reading() as s:
        mum = s.scalars(select(Involvement.id).where(Involvement.role == "parent")).one()
    for box in ("why", "which"):
        field = concerned(post(pages, "/b/my_review_my_choice/q/who", {f"p-{mum}-{box}": LONG}))
        assert (field.attrs["name"], field.attrs["aria-invalid"]) == (f"p-{mum}-{box}", "true")
    field = concerned(post(pages, "/b/my_review_my_choice/q/who", {f"p-{mum}-come": "perhaps"}))
    assert field.attrs["name"] == f"p-{mum}-come"


@pytest.mark.parametrize("question, form, name", [
    ("attend", {"v": "nonsense"}, "v"), ("my_words", {"v": "nonsense"}, "v"),
    ("not_in_front", {"g-school": "nonsense"}, "g-school"),
])  # fmt: skip
def test_of_a_group_the_summary_leads_to_its_first_choice(
    pages: Pages, house: House, case: Case, question: str, form: dict[str, str], name: str
) -> None:
    enter(pages, house, case.child)
    field = concerned(post(pages, f"/b/my_review_my_choice/q/{question}", form))
    assert field.attrs["name"] == name
    assert field is page_first(field, name)


def page_first(field: Element, name: str) -> Element:
    top = list(field.up())[-1]
    return top.all("input", name=name)[0]


def test_more_people_than_fit_are_told_of_at_the_first_of_them(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    form = {f"a{n}-name": f"Person {n}" for n in range(13)}
    assert concerned(post(pages, "/b/my_review_my_choice/q/who", form)).attrs["name"] == "a0-name"


def test_hint_and_reason_are_read_with_their_question(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)
    booklet = house.booklets["my_review_my_choice"]
    seen = set()
    for question in booklet.questions:
        page = pages.get(f"/b/my_review_my_choice/q/{question.id}")
        if not (question.hint or question.why) or not page.url.startswith(
            f"/b/my_review_my_choice/q/{question.id}"
        ):
            continue
        wanted = {name for name in ("hint", "why") if getattr(question, name)}
        told = {id_ for e in page.root.walk() for id_ in e.attrs.get("aria-describedby", "").split()}
        if question.kind != "information":
            assert wanted <= told, question.id
            seen |= wanted
    assert seen


def test_a_wrong_code_stays_in_its_box_and_a_wrong_birthday_is_marked(
    pages: Pages, house: House, case: Case
) -> None:
    page = pages.press(pages.get("/code"), "Go on", code="BCDFG-99999")
    assert page.root.first("input", name="code").attrs["value"] == "BCDFG-99999"
    enter(pages, house, case.child, "opened")
    page = pages.press(pages.get("/know"), "Go on", day="31", month="12")
    assert [page.root.first("input", name=n).attrs.get("aria-invalid") for n in ("day", "month")] == [
        "true"
    ] * 2
