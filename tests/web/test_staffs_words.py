"""Words that staff typed, on a page in another language: said in it where they are usual, else marked as English."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import get_args

import pytest

from tests.fixtures.cases import make_case
from tests.fixtures.languages import made_up
from tests.review.incoming_rows import ROW
from tests.web.dom import Element
from tests.web.inside import MENU, enter, post
from tests.web.pages import Page, Pages
from webapp.booklet.wording import RELATIONS, related
from webapp.house import House
from webapp.review.incoming import Role
from webapp.store import Consultation


@pytest.mark.parametrize(
    ("typed", "role", "shown"),
    [
        ("", "social_worker", "Your social worker"),
        ("  ", "sibling", "Your brother or sister"),
        ("Grandmother", "grandparent", "Your grandma"),
        ("your Nan.", "relative", "Your grandma"),
        ("Your nan, who lives in Fleetwood", "grandparent", "Your nan, who lives in Fleetwood"),
        ("", "other", ""),
    ],
)
def test_a_relation_comes_from_our_words_where_it_can(typed: str, role: str, shown: str) -> None:
    assert related(typed, role) == shown


def test_every_role_but_other_has_words_of_ours() -> None:
    assert {role for role in get_args(Role) if related("", role) not in RELATIONS} == {"other"}


def people(page: Page) -> dict[str, Element]:
    """Who somebody is, by name, on the page of the people."""
    cards = [card.first("legend") for card in page.root.all("fieldset") if card.first("legend").all("bdi")]
    return {one.first("bdi").text: one.first("small") for one in cards if one.all("small")}


def test_words_of_staffs_own_are_marked_as_english_on_every_page_that_shows_them(
    pages: Pages, house: House, tmp_path: Path, made_up_urdu: None
) -> None:
    given = copy.deepcopy(ROW["people"])
    names = [one.get("called") or one["name"] for one in given[:2]]
    given[0]["relation"], given[1]["relation"] = "Your mum's old friend", None
    case = make_case(house, tmp_path, {"child": {"language": "ur"}, "people": given})
    with house.db.writing() as s:
        s.get_one(Consultation, case.child.consultation_id).booklets = "my_review_my_choice my_life"
    enter(pages, house, case.child)
    pages.press(pages.get("/language"), "اردو")
    shown = people(pages.get(f"{MENU}/q/who"))
    assert (shown[names[0]].attrs.get("lang"), shown[names[0]].attrs.get("dir")) == ("en", "ltr")
    assert shown[names[1]].text in {made_up(words) for words in RELATIONS}
    page = pages.get("/b/my_life/q/decisions")
    row = page.root.first("fieldset").first("bdi")
    assert (row.attrs.get("lang"), row.attrs.get("dir")) == ("en", "ltr")
    field = page.root.first("input", type="radio").attrs
    post(pages, "/b/my_life/q/decisions", {field["name"]: field["value"], "do": "save"})
    for address in ("/b/my_life/check", "/b/my_life/copy"):
        row = next(b for b in pages.get(address).root.all("bdi") if b.text == row.text)
        assert (row.attrs.get("lang"), row.attrs.get("dir")) == ("en", "ltr")


def test_an_english_page_marks_nothing_and_keeps_their_words(
    pages: Pages, house: House, tmp_path: Path
) -> None:
    given = copy.deepcopy(ROW["people"])
    given[0]["relation"] = "Your nan"
    case = make_case(house, tmp_path, {"people": given})
    enter(pages, house, case.child)
    shown = people(pages.get(f"{MENU}/q/who"))[given[0].get("called") or given[0]["name"]]
    assert (shown.text, "lang" in shown.attrs) == ("Your nan", False)
