"""Whatever leads away from a question saves what was typed on it; an old tab's buttons still do their work."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from tests.fixtures.cases import Case
from tests.web import people
from tests.web.inside import MENU, answer, said
from tests.web.pages import Page, Pages
from tests.web.test_unsaved import about
from tests.web.test_worry_press import PRESS, TOLD, raised, words_of
from webapp.house import House
from webapp.store import Involvement, Worry

SITE = "http://localhost"


def from_our_pages(pages: Pages, origin: str = SITE) -> Pages:
    """As a browser sends a form: with the address of the site whose page it stood on."""
    pages.environ = {**pages.environ, "HTTP_ORIGIN": origin}
    return pages


def fields(**said_of_them: str) -> dict[str, Any]:
    """Fields of the people page: their names have a dash."""
    return {name.replace("_", "-"): value for name, value in said_of_them.items()}


def visible(page: Page) -> list[str]:
    return [b.text for b in page.root.all("button")]


@pytest.mark.parametrize(
    "button, lands",
    [("Back one question", f"{MENU}/q/"), ("Check and send", f"{MENU}/check"), ("My booklet", f"{MENU}/"),
     ("More help", "/help"), ("How it looks", "/look")],
)  # fmt: skip
def test_whatever_leads_away_from_a_question_saves_what_was_typed(
    pages: Pages, house: House, case: Case, button: str, lands: str
) -> None:
    people.child_comes_in(pages, case.child)
    page = pages.press(
        pages.get("/b/my_review_my_choice/q/attend"), button, words="typed and not saved by me"
    )
    assert page.url.startswith(lands)
    assert said(house, case.child)["attend"].answer.words == "typed and not saved by me"


@pytest.mark.parametrize("button", ["Back one question", "Check and send", "My booklet"])
def test_leading_away_from_a_question_that_nobody_touched_answers_nothing(
    pages: Pages, house: House, case: Case, button: str
) -> None:
    people.child_comes_in(pages, case.child)
    pages.press(pages.get("/b/my_review_my_choice/q/attend"), button)
    assert said(house, case.child) == {}


def test_what_is_no_fair_answer_stays_on_its_page(pages: Pages, house: House, case: Case) -> None:
    people.child_comes_in(pages, case.child)
    page = pages.press(pages.get("/b/my_review_my_choice/q/attend"), "Check and send", words="y" * 5001)
    assert (page.status, page.url) == (422, "/b/my_review_my_choice/q/attend")


def test_a_page_to_read_leads_on_by_links(pages: Pages, house: House, case: Case) -> None:
    people.child_comes_in(pages, case.child)
    page = pages.get("/b/my_review_my_choice/q/welcome")
    assert "My booklet" not in visible(page)
    assert pages.click(page, "My booklet").url == "/b/my_review_my_choice/"


def test_an_answer_that_stands_is_taken_away_by_a_button_that_says_so(
    pages: Pages, house: House, case: Case
) -> None:
    people.child_comes_in(pages, case.child)
    assert "I don’t want to say, skip this" in visible(pages.get("/b/my_review_my_choice/q/attend"))
    answer(pages, "attend", v="all")
    page = pages.get("/b/my_review_my_choice/q/attend")
    assert "I don’t want to say, skip this" not in visible(page)
    pages.press(page, "Take my answer away")
    assert said(house, case.child)["attend"].answer.skipped


def test_taking_the_answer_away_keeps_a_no_to_somebody_who_is_off_the_list(
    pages: Pages, house: House, case: Case
) -> None:
    people.child_comes_in(pages, case.child)
    with house.db.reading() as s:
        mum = s.scalars(select(Involvement.id).where(Involvement.role == "parent")).one()
    answer(pages, "who", **about(mum, "come", "no"))
    with house.db.writing() as s:
        s.execute(update(Involvement).where(Involvement.id == mum).values(may_be_named=False))
    pages.press(pages.get("/b/my_review_my_choice/q/who"), "Take my answer away")
    assert said(house, case.child)["who"].answer.value["people"][mum]["come"] == "no"


def test_somebody_whom_the_child_added_is_taken_off_again(pages: Pages, house: House, case: Case) -> None:
    people.child_comes_in(pages, case.child)
    answer(pages, "who", **fields(a0_name="Nan", a0_come="yes"))
    answer(pages, "who", **fields(a1_name="Uncle Phil", a1_come="no"))
    pages.press(pages.get("/b/my_review_my_choice/q/who"), "Save and go on", **fields(a0_off="on"))
    assert [one["name"] for one in said(house, case.child)["who"].answer.value["added"]] == ["Uncle Phil"]


def test_none_of_these_beside_something_else_is_said_in_the_words_that_were_chosen(
    pages: Pages, case: Case
) -> None:
    people.child_comes_in(pages, case.child)
    page = answer(pages, "comfort", v=["none", "music"])
    assert page.status == 422
    assert "You chose “None of these” and something else too." in page.text


def test_every_page_of_a_booklet_says_whose_it_is(pages: Pages, case: Case) -> None:
    people.child_comes_in(pages, case.child)
    answer(pages, "attend", v="all")
    for address in (
        "/b/",
        "/b/my_review_my_choice/q/attend",
        "/b/my_review_my_choice/check",
        "/b/my_review_my_choice/copy",
    ):
        page = pages.get(address)
        assert "Maya" in page.root.first("p", **{"class": "where"}).text, address
        assert "Maya" not in page.title


def test_a_call_for_help_from_a_page_whose_visit_was_left_reaches_us(
    pages: Pages, house: House, case: Case
) -> None:
    people.child_comes_in(pages, case.child)
    page = pages.get("/b/my_review_my_choice/q/anything")
    pages.get("/exit", follow=False)
    told = from_our_pages(pages).press(page, PRESS, words="he is here")
    assert TOLD in told.text
    (worry,) = raised(house)
    assert worry.child_id == case.child_id
    assert "he is here" in words_of(house, case, worry)
    assert said(house, case.child) == {}
    again = pages.get("/not-safe")
    assert TOLD not in again.text
    assert "so nobody was told" in again.text


def test_another_site_raises_no_worry_with_a_page_s_mark(pages: Pages, house: House, case: Case) -> None:
    people.child_comes_in(pages, case.child)
    page = pages.get("/b/my_review_my_choice/q/anything")
    pages.get("/exit", follow=False)
    from_our_pages(pages, "https://elsewhere.example").press(page, PRESS)
    assert raised(house) == []


def test_a_call_from_an_old_tab_is_for_the_child_whose_page_it_was(
    pages: Pages, house: House, case: Case
) -> None:
    people.child_comes_in(pages, case.child)
    page = pages.get("/b/my_review_my_choice/q/anything")
    people.adult_comes_in(pages, case.parent, "SX2 3BB")
    told = from_our_pages(pages).press(page, PRESS)
    assert TOLD in told.text
    assert [worry.raised_by for worry in raised(house)] == ["child"]
    assert "words" not in {e.attrs.get("name") for e in told.root.all("textarea")}


def test_an_old_tab_saves_at_the_first_press_once_the_same_child_is_in_again(
    pages: Pages, house: House, case: Case
) -> None:
    people.child_comes_in(pages, case.child)
    page = pages.get("/b/my_review_my_choice/q/anything")
    pages.get("/exit", follow=False)
    from_our_pages(pages)
    people.child_comes_back(pages, case.child)
    saved = pages.press(page, "Save and go on", words="typed before I left")
    assert saved.status == 200
    assert said(house, case.child)["anything"].answer.words == "typed before I left"


def test_after_a_mistake_the_page_no_longer_says_that_people_are_being_told(
    pages: Pages, house: House, case: Case
) -> None:
    people.child_comes_in(pages, case.child)
    told = pages.press(pages.get("/b/my_review_my_choice/q/attend"), PRESS)
    after = pages.press(told, "I pressed it by mistake")
    assert TOLD not in after.text
    assert "You told us that you pressed it by mistake." in after.text
    with house.db.reading() as s:
        assert s.scalars(select(Worry.mistake_at)).one() is not None
    assert pages.click(after, "Back to my booklet").url == "/b/my_review_my_choice/q/attend"


@pytest.mark.parametrize("question_id, told", [("how_child", True), ("safe_together", False)])
def test_who_else_may_see_an_answer_stands_on_its_page_before_anything_is_opened(
    pages: Pages, case: Case, question_id: str, told: bool
) -> None:
    people.adult_comes_in(pages, case.parent, "SX2 3BB")
    box = pages.get(f"/b/parent/q/{question_id}").root.first("details", **{"class": "see"})
    assert box.first("summary").text.endswith("Who else? The people at the review") == told
