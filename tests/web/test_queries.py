"""A booklet page and its POST ask the database a small number of things, whatever is already in it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from tests.fixtures.cases import Case, load_rows
from tests.fixtures.clocks import SettableClock
from tests.fixtures.counting import statements
from tests.review.incoming_rows import ROW
from tests.web.inside import answer, enter, token
from tests.web.pages import Pages
from webapp.house import House
from webapp.store import AnswerHistory, Response, Review

MOST_TO_SHOW, MOST_TO_SAVE = 6, 9
QUESTIONS = ["anything", "attend", "my_words", "who", "where", "when", "not_in_front"]


def counted(
    app: Flask, pages: Pages, method: str, address: str, form: dict[str, str] | None = None
) -> list[str]:
    """The statements behind one request, redirects not followed."""
    house: House = app.extensions["house"]
    with statements(house.db) as found:
        answered = pages.client.open(address, method=method, data=form)
    assert answered.status_code in (200, 303), address
    return found


def figures(app: Flask, pages: Pages) -> dict[str, int]:
    """How many statements each page and each save takes. A first save and a second of other words are alike."""
    good = token(pages)
    found = {}
    for question in QUESTIONS:
        found[f"GET {question}"] = len(counted(app, pages, "GET", f"/b/my_review_my_choice/q/{question}"))
        for words in ("one", "two"):
            form = {
                "csrf_token": good,
                "words": words,
                "a0-name": words,
                "not_words": words,
                "w-family": words,
            }
            found[f"POST {question} {words}"] = len(
                counted(app, pages, "POST", f"/b/my_review_my_choice/q/{question}", form)
            )
    for address in ("/b/my_review_my_choice/", "/b/my_review_my_choice/check", "/b/my_review_my_choice/copy"):
        found[f"GET {address}"] = len(counted(app, pages, "GET", address))
    return found


def grow(house: House, case: Case, folder: Path) -> None:
    """300 answers in the history and 300 other reviews, each with three people asked."""
    with house.db.writing() as s:
        response = s.scalars(select(Response).where(Response.booklet_id == "my_review_my_choice")).one()
        rows = [
            {"response_id": response.id, "question_id": "anything", "version": 1000 + n, "sealed": b"x",
             "audience": "iro", "channel": "web", "answered_at": house.clock(), "visit_id": None}
            for n in range(300)
        ]  # fmt: skip
        s.execute(insert(AnswerHistory), rows)
    others = []
    for n in range(300):
        row = copy.deepcopy(ROW)
        row["review"]["id"], row["child"]["id"] = f"R-{n + 10}", f"C-{n + 10}"
        for person in row["people"]:
            person["id"] += f"-{n}"
        others.append(row)
    load_rows(house, folder, others)
    with house.db.reading() as s:
        assert s.scalar(select(func.count()).select_from(Review)) == 301


def test_a_page_and_its_post_take_few_statements_and_no_more_when_there_is_much(
    app: Flask, pages: Pages, house: House, case: Case, tmp_path: Path
) -> None:
    enter(pages, house, case.child)
    figures(app, pages)  # fills what is kept in memory
    before = figures(app, pages)
    assert {
        what: n for what, n in before.items() if n > (MOST_TO_SAVE if "POST" in what else MOST_TO_SHOW)
    } == {}
    grow(house, case, tmp_path)
    enter(pages, house, case.child)
    after = figures(app, pages)
    assert after == before
    print("\n".join(f"{what}: {n}" for what, n in after.items()))


def test_a_page_takes_no_more_statements_when_everything_is_answered(
    app: Flask, pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    empty = {
        address: len(counted(app, pages, "GET", address))
        for address in (
            "/b/my_review_my_choice/",
            "/b/my_review_my_choice/q/who",
            "/b/my_review_my_choice/check",
        )
    }
    for question in house.booklets["my_review_my_choice"].questions:
        page = pages.get(f"/b/my_review_my_choice/q/{question.id}")
        if question.kind != "information" and page.url.startswith("/b/my_review_my_choice/q/"):
            typed: dict[str, Any] = {e.attrs["name"]: "words" for e in page.root.all("textarea")}
            pages.press(page, "Save and go on", **typed)
    assert {address: len(counted(app, pages, "GET", address)) for address in empty} == empty


def test_a_double_press_writes_nothing(app: Flask, pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)
    answer(pages, "anything", words="the same")
    form = {"csrf_token": token(pages), "words": "the same"}
    found = counted(app, pages, "POST", "/b/my_review_my_choice/q/anything", form)
    assert [s for s in found if not s.lstrip().upper().startswith("SELECT")] == []


def test_a_press_within_five_minutes_does_not_write_a_sign_of_life(
    app: Flask, pages: Pages, house: House, case: Case, clock: SettableClock
) -> None:
    enter(pages, house, case.child)
    clock.move(minutes=4)
    assert not any("UPDATE" in s for s in counted(app, pages, "GET", "/b/my_review_my_choice/q/anything"))
    clock.move(minutes=2)
    assert any("UPDATE" in s for s in counted(app, pages, "GET", "/b/my_review_my_choice/q/anything"))


@pytest.mark.parametrize("address", ["/", "/help", "/who-sees", "/lost-link", "/code", "/language"])
def test_pages_for_everyone_ask_nothing(app: Flask, pages: Pages, address: str) -> None:
    assert counted(app, pages, "GET", address) == []


def test_the_front_of_a_link_asks_once_for_its_language(app: Flask, pages: Pages) -> None:
    assert len(counted(app, pages, "GET", "/o/anything")) == 1
