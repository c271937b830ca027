"""A helper beside the child: asked once, and whose words these are follows them to the officer."""

from __future__ import annotations

from flask import Flask

from tests.fixtures.cases import Case
from tests.fixtures.staff import Signed, Worker
from tests.web.inside import answer, enter, post, said, sent
from tests.web.pages import Page, Pages
from webapp.house import House

WHO = "Who typed this?"


def choices(page: Page) -> list[str]:
    """What may be said of who typed; the one that is chosen has a star."""
    found = page.root.all("input", name="typed")
    return [e.attrs["value"] + ("*" if "checked" in e.attrs else "") for e in found]


def test_a_child_who_does_it_alone_is_never_asked(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)
    assert WHO not in pages.get("/b/my_review_my_choice/q/anything").text
    answer(pages, "helping", v="nobody")
    assert WHO not in pages.get("/b/my_review_my_choice/q/anything").text
    pages.press(pages.get("/b/my_review_my_choice/q/helping"), "Take my answer away")
    assert WHO not in pages.get("/b/my_review_my_choice/q/anything").text
    page = post(
        pages, "/b/my_review_my_choice/q/anything", {"words": "mine", "typed": "helper", "do": "save"}
    )
    assert page.status == 200
    assert said(house, case.child)["anything"].typed_by == ""


def test_whose_words_they_are_is_asked_where_words_are_typed_and_somebody_helps(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    answer(pages, "helping", v="carer")
    assert choices(pages.get("/b/my_review_my_choice/q/anything")) == ["me*", "said", "helper"]
    assert choices(pages.get("/b/my_review_my_choice/q/helping")) == []
    assert choices(pages.get("/b/my_review_my_choice/q/chair")) == []


def test_what_was_said_of_it_is_kept_shown_and_can_be_changed(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)
    answer(pages, "helping", v="carer")
    for typed, kept in (("said", "said_to_helper"), ("helper", "helper"), ("me", "")):
        answer(pages, "anything", words="the same words", typed=typed)
        assert said(house, case.child)["anything"].typed_by == kept
        assert f"{typed}*" in choices(pages.get("/b/my_review_my_choice/q/anything"))


def test_a_double_press_is_still_kept_once_and_an_odd_value_is_me(
    pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    answer(pages, "helping", v="carer")
    answer(pages, "anything", words="twice", typed="said")
    version = said(house, case.child)["anything"].version
    answer(pages, "anything", words="twice", typed="said")
    assert said(house, case.child)["anything"].version == version
    post(
        pages,
        "/b/my_review_my_choice/q/anything",
        {"words": "twice", "typed": "staff:somebody", "do": "save"},
    )
    assert said(house, case.child)["anything"].typed_by == "said_to_helper"


def test_it_stays_when_the_words_come_back_as_too_long(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)
    answer(pages, "helping", v="carer")
    page = answer(pages, "anything", words="x" * 5001, typed="helper")
    assert page.status == 422
    assert "helper*" in choices(page)


def test_the_officer_and_the_record_say_whose_words_they_are(
    app: Flask, pages: Pages, house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    enter(pages, house, case.child)
    answer(pages, "helping", v="carer")
    answer(pages, "anything", words="I like my room", typed="said")
    post(pages, "/b/my_review_my_choice/send")
    items = [item for part in sent(house, case.child)[0]["headings"] for item in part["items"]]
    assert {item["question"]: item["typed_by"] for item in items}["anything"] == "said_to_helper"
    assert "their words, typed by a helper" in signed(iro).get(f"/staff/reviews/{case.review_id}").text


def test_a_worker_s_side_by_side_is_still_told_by_their_sign_in(
    pages: Pages, house: House, case: Case, social_worker: Worker
) -> None:
    enter(pages, house, case.child, helper=social_worker.id)
    answer(pages, "anything", words="with my worker")
    assert said(house, case.child)["anything"].typed_by == f"staff:{social_worker.id}"
