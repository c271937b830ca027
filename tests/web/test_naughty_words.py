"""What people type comes back unchanged from every box of every question: page, check, copy and frozen record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest
from sqlalchemy import update

from tests.fixtures.cases import Case, Invited
from tests.web.dom import Element
from tests.web.inside import enter, post, sent
from tests.web.naughty import BLOCK, LINES, NAMES
from tests.web.pages import Page, Pages, fields_of
from webapp.booklet.definition import Booklet, Question
from webapp.house import House
from webapp.store import Consultation

CHUNK = 4
"""Lines in one box, where a page has many: the whole page must fit into one request."""
CLICKED = ("radio", "checkbox")


def chosen(question: Question, booklet: Booklet) -> set[str]:
    """The choices that open the most follow-ups."""
    return {
        one
        for q in booklet.questions
        if q.only_if and q.only_if.question == question.id
        for one in q.only_if.holds
    }


def typed_into(page: Page, question: Question, booklet: Booklet, lines: Iterator[str]) -> dict[str, Any]:
    """Something for every field of this question's form."""
    form = page.root.first("form", id="f")
    areas = form.all("textarea")
    given: dict[str, Any] = {
        e.attrs["name"]: BLOCK if len(areas) == 1 else "\n".join(next(lines) for _ in range(CHUNK))
        for e in areas
    }
    names = cycle(NAMES)
    for e in form.all("input"):
        name, kind = e.attrs.get("name", ""), e.attrs.get("type", "text")
        if kind == "text":
            given[name] = next(names) if name.endswith(("-name", "-who")) else next(lines)
        elif kind in CLICKED and name != "see":
            values = given.setdefault(name, [])
            wanted = chosen(question, booklet)
            if not wanted or e.attrs.get("value") in wanted:
                values[:] = (
                    [*values, e.attrs.get("value", "on")]
                    if question.kind == "choose_many"
                    else [e.attrs.get("value", "on")]
                )
    if question.kind == "choose_many":
        alone = {option.id for option in getattr(question, "options", ()) if option.alone}
        given["v"] = [v for v in given["v"] if v not in alone]
    return given


def runs(booklet: Booklet) -> Iterator[str]:
    """Facts to ask with, so that in the end every question was asked."""
    for question in booklet.questions:
        wanted = [*question.only_for[:1]]
        yield " ".join(wanted)


def words_in(element: Element) -> Iterator[str]:
    """The texts of a page as they stand in it, blanks and all."""
    for e in [element, *element.walk()]:
        text = "".join(child for child in e.children if isinstance(child, str))
        if text:
            yield text


def strings_in(value: Any) -> Iterator[str]:
    """Every text inside a record."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings_in(item)


def shown_again(page: Page, given: dict[str, Any]) -> dict[str, str]:
    """What the same fields hold when the page is opened again."""
    form = page.root.first("form", id="f")
    found = {}
    for name, value in given.items():
        if isinstance(value, str):
            e = form.first("textarea", "input", name=name)
            found[name] = (
                e.attrs.get("value", "") if e.tag == "input" else "".join(str(c) for c in e.children)
            )
    return found


@pytest.mark.parametrize("who", ["child", "parent", "carer"])
def test_every_box_of_every_question_keeps_what_was_typed(
    pages: Pages, house: House, case: Case, who: str
) -> None:
    invited: Invited = getattr(case, who)
    enter(pages, house, invited)
    booklet = house.booklets["my_review_my_choice" if who == "child" else who]
    lines = cycle(LINES)
    given: dict[str, dict[str, Any]] = {}
    for facts in dict.fromkeys(runs(booklet)):
        with house.db.writing() as s:
            s.execute(
                update(Consultation).where(Consultation.id == invited.consultation_id).values(facts=facts)
            )
        for question in booklet.questions:
            page = pages.get(f"/b/{booklet.id}/q/{question.id}")
            if (
                question.kind == "information"
                or question.id in given
                or not page.url.startswith(f"/b/{booklet.id}/q/")
            ):
                continue
            form = typed_into(page, question, booklet, lines)
            saved = pages.press(page, "Save and go on", follow=False, **form)
            assert saved.status == 303, (question.id, saved.errors)
            given[question.id] = form
            again = pages.get(f"/b/{booklet.id}/q/{question.id}")
            assert shown_again(again, form) == {n: v for n, v in form.items() if isinstance(v, str)}, (
                question.id
            )
            assert set(form) <= fields_of(again.root.first("form", id="f"))
        check_pages(pages, booklet, given)
    assert set(given) == {q.id for q in booklet.questions if q.kind != "information"}
    post(pages, f"/b/{booklet.id}/send")
    (record,) = sent(house, invited)
    kept = set(strings_in(record))
    typed = {(q, n, v) for q, form in given.items() for n, v in form.items() if isinstance(v, str)}
    assert {(q, n) for q, n, v in typed if v not in kept} == set()
    assert json.loads(json.dumps(record)) == record


def check_pages(pages: Pages, booklet: Booklet, given: dict[str, dict[str, Any]]) -> None:
    """The check page and the own copy show each text whole (of the questions that stand on the path now)."""
    for address in (f"/b/{booklet.id}/check", f"/b/{booklet.id}/copy"):
        root = pages.get(address).root
        texts = set(words_in(root))
        for question in booklet.questions:
            if question.id in given and root.all("dt", id=question.id):
                for name, value in given[question.id].items():
                    assert not isinstance(value, str) or value in texts, (address, question.id, name)


def test_answers_and_added_names_are_set_apart_from_the_direction_of_the_page(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    override = "\u202eeman desrever"
    page = pages.get("/b/my_review_my_choice/q/who")
    typed: dict[str, Any] = {"words": override, "a0-name": override, "a0-who": override, "a0-why": override}
    pages.press(page, "Save and go on", **typed)
    for address in (
        "/b/my_review_my_choice/q/who",
        "/b/my_review_my_choice/check",
        "/b/my_review_my_choice/copy",
    ):
        for e in pages.get(address).root.walk():
            if any(isinstance(child, str) and override in child for child in e.children):
                around = [e, *e.up()]
                assert any(a.tag == "bdi" or a.attrs.get("dir") == "auto" for a in around), (address, e.tag)
