"""A language is offered by its own name, chosen once, and followed by pages, messages and the next device."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config import SettingsError, load_authority
from tests.fixtures.cases import Case, Invited, make_case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.houses import AUTHORITY
from tests.fixtures.languages import made_up
from tests.web.inside import enter, post, token
from tests.web.pages import Page, Pages
from webapp import i18n
from webapp.house import House
from webapp.store import Consultation

ENGLISH, URDU = "English", "اردو"


def spoken(page: Page) -> tuple[str, str]:
    html = page.root.first("html").attrs
    return html["lang"], html["dir"]


def kept(house: House, who: Invited) -> str:
    with house.db.reading() as s:
        return s.get_one(Consultation, who.consultation_id).language


def names(page: Page) -> list[str]:
    return [b.text for b in page.root.all("button", name="language")]


@pytest.fixture(autouse=True)
def _catalogue(made_up_urdu: None) -> None:
    """Urdu has all its words."""


def test_the_first_page_offers_each_language_by_its_own_name_and_remembers_it(
    pages: Pages, case: Case
) -> None:
    page = pages.get("/")
    assert names(page) == [ENGLISH, URDU]
    assert [b.attrs["lang"] for b in page.root.all("button", name="language")] == ["en", "ur"]
    page = pages.press(page, URDU)
    assert (page.url, spoken(page)) == ("/", ("ur", "rtl"))
    assert spoken(pages.get("/help")) == ("ur", "rtl")


def test_what_was_chosen_on_the_first_page_holds_in_the_booklet_and_in_messages(
    pages: Pages, house: House, case: Case
) -> None:
    pages.press(pages.get("/"), URDU)
    page = pages.press(pages.get("/code"), made_up("Go on"), code=case.child.code)
    assert (page.url, spoken(page)) == ("/know", ("ur", "rtl"))
    assert kept(house, case.child) == "ur"


def test_what_was_chosen_a_while_ago_is_not_kept_for_whoever_comes_in_now(
    pages: Pages, house: House, case: Case, clock: SettableClock
) -> None:
    pages.press(pages.get("/"), URDU)
    clock.move(minutes=20)
    page = pages.press(pages.get(f"/o/{case.child.token}"), made_up("Open it"))
    assert spoken(page) == ("ur", "rtl"), "the browser still shows what was chosen in it"
    assert kept(house, case.child) == "en"


def test_the_language_of_the_case_system_is_that_of_the_links_first_page(
    app: Any, pages: Pages, house: House, tmp_path: Path
) -> None:
    case = make_case(house, tmp_path, {"child": {"language": "ur"}})
    page = pages.get(f"/o/{case.child.token}")
    assert spoken(page) == ("ur", "rtl")
    page = pages.press(page, ENGLISH)
    assert (page.url, spoken(page)) == (f"/o/{case.child.token}", ("en", "ltr"))
    pages.press(page, "Open it")
    assert kept(house, case.child) == "en"
    assert spoken(Pages(app).get(f"/o/{case.child.token}")) == ("en", "ltr"), "another device follows"


def test_a_language_chosen_in_the_booklet_brings_back_to_the_same_page_and_is_kept(
    app: Any, pages: Pages, house: House, case: Case
) -> None:
    enter(pages, house, case.child)
    page = pages.get("/language", headers={"Referer": "http://localhost/b/my_review_my_choice/check"})
    page = pages.press(page, URDU)
    assert (page.url, spoken(page)) == ("/b/my_review_my_choice/check", ("ur", "rtl"))
    assert kept(house, case.child) == "ur"
    assert spoken(Pages(app).get(f"/o/{case.child.token}")) == ("ur", "rtl")


def test_every_page_has_a_way_to_the_languages(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)
    for url in ("/", "/help", "/b/", "/b/my_review_my_choice/check", "/code", "/nowhere"):
        links = [a for a in pages.get(url).root.all("a", href="/language") if URDU in a.text]
        assert links, url
    asks = pages.get("/b/my_review_my_choice/q/anything")
    assert [b for b in asks.root.all("button", name="do", value="language") if URDU in b.text]


@pytest.mark.usefixtures("urdu_for_children")
def test_an_adult_whose_form_is_in_english_alone_is_offered_no_other(
    pages: Pages, house: House, tmp_path: Path
) -> None:
    case = make_case(house, tmp_path)
    with house.db.writing() as s:
        s.get_one(Consultation, case.parent.consultation_id).language = "ur"
    page = pages.get(f"/o/{case.parent.token}")
    assert (spoken(page), names(page)) == (("en", "ltr"), [])
    enter(pages, house, case.parent)
    assert names(pages.get("/language")) == [ENGLISH]
    post(pages, "/language", {"language": "ur", "to": "/b/"})
    enter(pages, house, case.child)
    pages.client.set_cookie("language", "ur")
    page = pages.press(pages.get(f"/o/{case.parent.token}"), "Open it")
    assert spoken(page) == ("en", "ltr"), "the browser's choice doesn't mix languages either"


def test_a_person_with_a_language_of_their_own_keeps_it_in_a_browser_that_chose_another(
    pages: Pages, house: House, tmp_path: Path
) -> None:
    case = make_case(house, tmp_path, {"child": {"language": "ur"}})
    pages.client.set_cookie("language", "en")
    page = pages.press(pages.get(f"/o/{case.child.token}"), made_up("Open it"))
    assert spoken(page) == ("ur", "rtl")


def test_looking_changes_no_language(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)
    pages.get("/language?language=ur")
    assert spoken(pages.get("/b/")) == ("en", "ltr")
    assert kept(house, case.child) == "en"


@pytest.mark.parametrize("code", ["xx", "", "../ur", "cy"])
def test_a_language_that_is_not_switched_on_is_not_chosen(
    pages: Pages, house: House, case: Case, code: str
) -> None:
    enter(pages, house, case.child)
    page = post(pages, "/language", {"language": code})
    assert page.status == 422
    assert kept(house, case.child) == "en"


def test_leaving_says_so_in_the_persons_language(pages: Pages, house: House, case: Case) -> None:
    enter(pages, house, case.child)
    post(pages, "/language", {"language": "ur", "to": "/b/"})
    page = pages.press(pages.get("/b/"), made_up("Stop for now"))
    assert spoken(page) == ("ur", "rtl")


def test_staff_pages_are_in_english_whatever_the_browser_chose(pages: Pages) -> None:
    pages.client.set_cookie("language", "ur")
    assert spoken(pages.get("/staff/sign-in")) == ("en", "ltr")


def test_who_has_not_chosen_gets_the_first_language_of_the_authority(app: Any) -> None:
    app.config["LANGUAGES"] = ("ur", "en")
    pages = Pages(app)
    assert spoken(pages.get("/")) == ("ur", "rtl")
    assert names(pages.get("/")) == [URDU, ENGLISH]


@pytest.mark.parametrize("who, offered", [("child", ["en", "cy", "ur"]), ("parent", ["en", "cy"])])
@pytest.mark.usefixtures("urdu_for_children")
def test_the_foot_offers_whoever_is_in_the_languages_that_they_can_have(
    app: Any, house: House, case: Case, who: str, offered: list[str]
) -> None:
    app.config["LANGUAGES"] = ("en", "cy", "ur")
    pages = Pages(app)
    enter(pages, house, getattr(case, who))
    foot = pages.get("/b/").root.first("aside", **{"class": "end wrap"})
    assert [name.attrs["lang"] for name in foot.all("bdi") if "lang" in name.attrs] == offered


def test_the_token_against_forgery_is_asked_for(pages: Pages) -> None:
    assert pages.post("/language", {"language": "ur"}).status == 400
    assert token(pages)


def test_a_name_in_other_letters_keeps_its_own_direction_in_a_text_from_the_right() -> None:
    assert i18n.isolated({"name": "Maya <3", "num": 3}, "ur") == {"name": "\u2068Maya <3\u2069", "num": 3}
    assert i18n.isolated({"name": "Maya"}, "cy") == {"name": "Maya"}
    lines = "Maya کہاں ہیں؟\nوہ Maya ہیں\nhttps://x.example/اردو\n1 Yes\n2 Kim (امی)"
    told = lines.replace("Maya ک", "\u200fMaya ک").replace("2 Kim", "\u200f2 Kim")
    assert i18n.begun_from_the_right(lines, "ur") == told
    assert i18n.begun_from_the_right(lines, "cy") == lines


def test_the_authoritys_words_are_said_in_the_language_or_marked_as_english() -> None:
    authority = load_authority(AUTHORITY).model_copy(update={"words": {"cy": {"any time": "unrhyw bryd"}}})
    assert i18n.ours("any time", "en", authority) == "<bdi>any time</bdi>"
    assert i18n.ours("any time", "cy", authority) == "<bdi>unrhyw bryd</bdi>"
    assert i18n.ours("<any> time", "cy", authority) == '<bdi lang="en">&lt;any&gt; time</bdi>'


@pytest.mark.parametrize("languages", ["[en, xx]", "[cy]"])
def test_an_authority_cannot_offer_what_has_no_catalogue_nor_leave_out_english(
    tmp_path: Path, languages: str
) -> None:
    file = tmp_path / "authority.yaml"
    file.write_text(AUTHORITY.read_text("utf-8").replace("[en, ur]", languages), "utf-8")
    with pytest.raises(SettingsError, match="languages"):
        load_authority(file)


@pytest.mark.usefixtures("urdu_for_children")
def test_only_english_and_what_covers_everyone_is_spoken_to_everyone() -> None:
    offered = ("en", "cy", "ur")
    assert [i18n.spoken(code, "parent", offered) for code in ("en", "cy", "ur", "ar", "pl")] == [
        "en", "cy", "en", "en", "en",
    ]  # fmt: skip
    assert i18n.spoken("ur", "child", offered) == "ur"
