"""What the officer's page says of the child beyond the wishes: who helped, what is private, how they say yes and no."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from tests.fixtures.cases import Case, make_case
from tests.fixtures.speaking import say_and_send
from tests.fixtures.staff import Signed, Worker
from webapp.booklet.answers import SKIPPED
from webapp.booklet.definition import Booklet
from webapp.house import House
from webapp.store import Child, Consultation


@pytest.mark.parametrize(
    "said,words",
    [
        (
            ("carer", "She wrote it down"),
            "asked who helped, says: Someone who looks after me She wrote it down",
        ),
        (("nobody", ""), "asked who helped, says: No, I’m doing it on my own"),
        (SKIPPED, "doesn’t say whether anyone helped"),
        (None, "doesn’t say whether anyone helped"),
    ],
)
def test_who_helped_is_what_the_child_says_and_never_nobody_by_guess(
    house: House, case: Case, iro: Worker, signed: Signed, said: Any, words: str
) -> None:
    answers = {"chair": ("me", "")} | ({"helping": said} if said else {})
    say_and_send(house, case.child.consultation_id, answers)
    page = signed(iro).get(f"/staff/reviews/{case.review_id}")
    assert words in page.root.first("ul", class_="big-state").text.replace("“", "").replace("”", "")
    paper = page.root.first("div", class_="paper-of").first("p").text
    assert words in paper.replace("“", "").replace("”", "")


def test_where_the_child_was_not_asked_nothing_is_known_of_who_helped(
    house: House, iro: Worker, signed: Signed, tmp_path: Path
) -> None:
    case = make_case(house, tmp_path, {"child": {"birth_date": "2021-05-04"}})
    say_and_send(house, case.child.consultation_id, {"chair": ("me", "")})
    page = signed(iro).get(f"/staff/reviews/{case.review_id}")
    assert "not asked whether anyone helped" in page.root.first("div", class_="paper-of").text


@pytest.mark.parametrize(
    "said,words",
    [
        (("yes", "my bed. not to Dad"), "my bed. not to Dad"),
        (("yes", ""), "There is something, and they don’t say what. Ask them alone."),
        (("not_sure", ""), "Not sure whether there is something. Ask them alone."),
    ],
)
def test_a_small_childs_yes_to_something_private_is_told_in_words(
    house: House, iro: Worker, signed: Signed, tmp_path: Path, said: tuple[str, str], words: str
) -> None:
    case = make_case(house, tmp_path, {"child": {"birth_date": "2021-05-04"}})
    say_and_send(house, case.child.consultation_id, {"not_in_front_little": said})
    mind = signed(iro).get(f"/staff/reviews/{case.review_id}").root.first("div", class_="mind")
    assert [li.text for li in mind.all("li")] == [words]


def test_how_the_child_says_yes_and_no_stands_at_the_top(
    app: Flask, house: House, case: Case, iro: Worker, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    menu = house.booklets["my_review_my_choice"]
    told = [
        part.model_copy(update={"questions": tuple(
            q.model_copy(update={"communication": q.id == "anything"}) for q in part.questions
        )})
        for part in menu.sections
    ]  # fmt: skip
    changed = Booklet.model_validate({**menu.model_dump(), "sections": [part.model_dump() for part in told]})
    say_and_send(
        house, case.child.consultation_id, {"anything": "I blink for yes", "about": ([], "swimming")}
    )
    monkeypatch.setitem(app.extensions["house"].booklets, "my_review_my_choice", changed)
    page = signed(iro).get(f"/staff/reviews/{case.review_id}")
    top = page.root.first("section", class_="mind")
    assert top.text.startswith("How Maya says yes and no")
    assert "I blink for yes" in top.text
    text = page.root.first("main").text
    assert text.index("says yes and no") < text.index("What Maya wants")
    assert "I blink for yes" not in page.root.first("section", class_="want").text


def test_a_child_on_hold_is_marked(house: House, case: Case, iro: Worker, signed: Signed) -> None:
    with house.db.writing() as s:
        s.execute(update(Child).values(hold="missing"))
        s.execute(update(Consultation).values(state="stopped", reason="hold"))
    pages = signed(iro)
    assert "On hold: missing" in pages.get("/staff/reviews").text
    page = pages.get(f"/staff/reviews/{case.review_id}")
    assert "On hold: missing. No message goes out." in page.text
    assert "stopped (the child is on hold)" in page.text
