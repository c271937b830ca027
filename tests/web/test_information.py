"""Good to know: pages that anyone may read, in usual and in easy words, and the authority's own."""

from __future__ import annotations

import pytest
from flask import Flask

from config import Authority, ExtraPage, SettingsError
from tests.web.pages import Pages
from tests.web.wire import Wire, served
from webapp.house import House
from webapp.services.cleaning import clean
from webapp.web import information
from webapp.web.pictures import FOLDER

CHILDRENS, ADULTS = information.ours("children"), information.ours("adults")
EVERY = {**CHILDRENS, **ADULTS}
LATER = 4_000


def test_all_that_a_child_and_an_adult_should_know_has_a_page(pages: Pages) -> None:
    index = pages.get("/good-to-know")
    for page in EVERY.values():
        assert pages.click(index, page.title).h1 == page.title
    wanted = {"review", "my-iro", "ten-things", "my-rights", "advocate", "who-sees", "if-not-safe", "private"}
    assert wanted == set(CHILDRENS)
    assert set(ADULTS) == {"for-parents", "for-carers"}


def test_there_are_ten_things() -> None:
    assert len(CHILDRENS["ten-things"].parts) == 10


@pytest.mark.parametrize("name", EVERY)
def test_easy_words_come_by_a_link_without_a_cookie(pages: Pages, name: str) -> None:
    usual = pages.get(f"/good-to-know/{name}")
    easy = pages.click(usual, "Read this in easy words")
    assert pages.client.get_cookie("look") is None
    for part in EVERY[name].parts:
        assert part.text in usual.text
        assert part.easy in easy.text
    assert pages.click(easy, "Read this in usual words").text == usual.text


def test_whoever_chose_easy_words_for_all_pages_gets_them_here(pages: Pages) -> None:
    pages.client.set_cookie("look", "easy")
    assert CHILDRENS["review"].parts[1].easy in pages.get("/good-to-know/review").text
    assert CHILDRENS["review"].parts[1].text in pages.get("/good-to-know/review?easy=0").text


@pytest.mark.parametrize("name", EVERY)
def test_every_idea_has_a_picture_that_is_there(name: str) -> None:
    page = EVERY[name]
    for drawn in (page.picture, *(part.picture for part in (*page.parts, *page.after))):
        assert (FOLDER / f"{drawn}.svg").is_file(), drawn


def test_numbers_stand_where_they_are_spoken_of(pages: Pages, house: House) -> None:
    assert house.authority.advocate.phone in pages.get("/good-to-know/advocate").text
    assert house.authority.unit_phone in pages.get("/good-to-know/my-iro").text
    unsafe = pages.get("/good-to-know/if-not-safe").text
    assert house.authority.duty.day.phone in unsafe
    assert house.authority.duty.night.phone in unsafe


def test_the_iro_is_never_called_independent_of_the_council() -> None:
    said = " ".join(f"{p.text} {p.easy}" for page in EVERY.values() for p in (*page.parts, *page.after))
    assert "independent of" not in said.lower()
    assert "not part of the team that makes the decisions about you" in said


def test_who_sees_it_has_one_address(pages: Pages) -> None:
    assert pages.get("/good-to-know/who-sees").url == "/who-sees"


def test_every_page_to_read_is_light_in_both_wordings(app: Flask, house: House) -> None:
    with served(app) as url:
        wire = Wire(url)
        wire.visit("GET", "/help")
        own = [page.id for page in house.authority.pages]
        addresses = [
            "/good-to-know",
            *(f"/good-to-know/{name}?easy={n}" for name in (*EVERY, *own) for n in "01"),
        ]
        weighed = {address: wire.visit("GET", address)[0] for address in addresses}
    print(sorted(((n, a) for a, n in weighed.items()), reverse=True)[:4])
    assert {address: n for address, n in weighed.items() if n > LATER} == {}


def test_the_authoritys_own_page_stands_among_ours(pages: Pages) -> None:
    page = pages.click(pages.get("/good-to-know"), "Where we meet")
    assert page.h1 == "Where we meet"
    assert page.root.first("h2").text == "How to get there"
    assert [p.text for p in page.root.first("main").all("p")][-3:-1] == [
        "The Harbour Room has soft chairs.",
        "Take bus 4, or ring us.",
    ]


def test_a_page_that_the_authority_has_in_english_alone_says_so_in_other_languages(pages: Pages) -> None:
    pages.client.set_cookie("language", "ur")
    heading = pages.get("/good-to-know/where-we-meet").root.first("h1")
    assert (heading.attrs["lang"], heading.attrs["dir"]) == ("en", "ltr")


def test_there_is_no_other_page(pages: Pages) -> None:
    assert pages.get("/good-to-know/nothing").status == 404


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ('<p onclick="x()">Hello</p>', "onclick"),
        ('<a href="javascript:x()">Hello</a>', "javascript"),
        ('<img src="https://elsewhere.example/x.png">', "<img>"),
        ('<p style="color:red">Hello</p>', "style"),
    ],
)
def test_what_could_not_be_shown_stops_the_start_and_is_named(house: House, text: str, named: str) -> None:
    wrong = with_page(house.authority, ExtraPage(id="extra", title={"en": "T"}, text={"en": text}))
    with pytest.raises(SettingsError, match=r"pages: extra: text\.en") as told:
        information.check(wrong)
    assert named in str(told.value)
    assert named not in str(clean(text))


def test_a_page_may_not_take_the_place_of_another(house: House) -> None:
    words = {"en": "Hello & welcome, 1 < 2"}
    for name in ("who-sees", "where-we-meet"):
        with pytest.raises(SettingsError, match=name):
            information.check(with_page(house.authority, ExtraPage(id=name, title=words, text=words)))
    information.check(with_page(house.authority, ExtraPage(id="new", title=words, text=words)))


def test_a_page_without_english_is_refused() -> None:
    with pytest.raises(ValueError, match="English"):
        ExtraPage(id="new", title={"cy": "Helo"}, text={"en": "Hello"})


def test_a_page_in_a_language_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="no catalogue for xx"):
        ExtraPage(id="new", title={"en": "Hello"}, text={"en": "Hello", "xx": "Hello"})


def with_page(authority: Authority, page: ExtraPage) -> Authority:
    return authority.model_copy(update={"pages": (*authority.pages, page)})
