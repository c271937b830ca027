"""Easy words and pictures, two choices at a time, recorded voices and films: on the pages of a booklet."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.fixtures.cases import Case
from tests.web.inside import answer, enter, post, said
from tests.web.pages import Page, Pages
from webapp.house import House
from webapp.store import AnswerRow


@pytest.fixture
def inside(app: Flask, pages: Pages, house: House, case: Case) -> Pages:
    """A child in their booklet."""
    enter(pages, house, case.child)
    return pages


def chosen(page: Page) -> list[str]:
    """What the page shows as chosen."""
    pressed = [
        b.attrs["value"]
        for b in page.root.all("button", "aria-pressed")
        if b.attrs.get("aria-pressed") == "true"
    ]
    return pressed + [i.attrs["value"] for i in page.root.all("input", name="v") if "checked" in i.attrs]


def offered(page: Page) -> list[str]:
    """The choices that the page offers."""
    return [
        e.attrs["value"]
        for e in page.root.all("button", "input")
        if e.attrs.get("name") == "v" and e.attrs.get("type") != "hidden"
    ]


def test_easy_words_and_big_pictures_stand_in_place_of_words_and_hints(inside: Pages) -> None:
    usual = inside.get("/b/my_review_my_choice/q/my_words")
    assert "My IRO reads it out" in usual.text
    post(inside, "/look", {"words": "easy"})
    easy = inside.get("/b/my_review_my_choice/q/my_words")
    assert easy.h1 == "How will you tell us what you think?"
    assert "My IRO says it" in easy.text
    assert "My IRO reads it out" not in easy.text
    assert easy.root.all(**{"class": "ask"})[0].all("svg", "img")


def test_in_easy_words_each_choice_of_a_grid_has_its_picture_too(inside: Pages) -> None:
    usual = inside.get("/b/my_review_my_choice/q/not_in_front")
    assert not [label for label in usual.root.all("label") if label.all("svg", "img")]
    post(inside, "/look", {"words": "easy"})
    easy = inside.get("/b/my_review_my_choice/q/not_in_front")
    choices = [label for label in easy.root.all("label") if label.all("input", type="radio", name="g-family")]
    assert len(choices) == 3
    assert all(label.all("svg", "img") for label in choices)


def test_what_was_answered_in_easy_words_is_recorded_and_read_back_so(
    inside: Pages, house: House, case: Case
) -> None:
    post(inside, "/look", {"words": "easy"})
    answer(inside, "my_words", v=["iro_reads"])
    with house.db.reading() as s:
        assert [row.wording for row in s.scalars(select(AnswerRow))] == ["easy"]
    for address in ("/b/my_review_my_choice/check", "/b/my_review_my_choice/copy"):
        page = inside.get(address)
        assert "How will you tell us what you think?" in page.text
        assert "My IRO says it" in page.text
    post(inside, "/look", {"words": "standard"})
    assert "My IRO reads it out" in inside.get("/b/my_review_my_choice/copy").text


def test_two_choices_at_a_time_come_in_turn_and_around_again(inside: Pages, house: House, case: Case) -> None:
    everything = offered(inside.get("/b/my_review_my_choice/q/attend"))
    post(inside, "/look", {"choices": "two"})
    page = inside.get("/b/my_review_my_choice/q/attend")
    seen: list[str] = []
    while not seen or page.url.partition("?")[2] != "step=0":
        assert len(offered(page)) <= 2
        seen += offered(page)
        page = inside.press(
            page, "Show the first two again" if len(seen) == len(everything) else "Show more choices"
        )
    assert sorted(seen) == sorted(everything)
    assert said(house, case.child) == {}


def test_a_press_on_a_choice_saves_it_and_it_is_shown_the_next_time(
    inside: Pages, house: House, case: Case
) -> None:
    post(inside, "/look", {"choices": "two"})
    page = inside.get("/b/my_review_my_choice/q/attend?step=1")
    pressed = offered(page)[0]
    inside.post("/b/my_review_my_choice/q/attend", {**hidden(page), "v": pressed})
    assert said(house, case.child)["attend"].answer.value == pressed
    assert chosen(inside.get("/b/my_review_my_choice/q/attend")) == [pressed]
    inside.press(inside.get("/b/my_review_my_choice/q/attend?step=0"), "Show more choices")
    assert said(house, case.child)["attend"].answer.value == pressed


def hidden(page: Page) -> dict[str, str]:
    """What the page's form carries by itself."""
    return {
        i.attrs["name"]: i.attrs.get("value", "")
        for i in page.root.first("form", id="f").all("input")
        if i.attrs.get("type") == "hidden" and i.attrs["name"] != "v"
    }


def test_boxes_ticked_in_one_step_stay_ticked_in_the_next(inside: Pages, house: House, case: Case) -> None:
    post(inside, "/look", {"choices": "two"})
    page = inside.press(inside.get("/b/my_review_my_choice/q/my_words"), "Show more choices", v=["say"])
    page = inside.press(page, "Show more choices", v=["say", offered(page)[1]])
    assert said(house, case.child)["my_words"].answer.value == ["say", "written"]
    inside.press(page, "Save and go on", v=["say", "written", offered(page)[0]])
    assert said(house, case.child)["my_words"].answer.value == ["say", "written", "drawn"]


def test_words_typed_beside_a_choice_are_asked_for_after_the_press(inside: Pages, house: House) -> None:
    post(inside, "/look", {"choices": "two"})
    with_words = next(
        q.id for q in house.booklets["my_review_my_choice"].questions if q.kind == "choose_one" and q.more
    )
    page = inside.get(f"/b/my_review_my_choice/q/{with_words}")
    page = inside.post(f"/b/my_review_my_choice/q/{with_words}", {**hidden(page), "v": offered(page)[0]})
    assert page.url.startswith(f"/b/my_review_my_choice/q/{with_words}")
    assert chosen(page)


@pytest.fixture
def media(house: House, app: Flask, tmp_path: Path) -> Path:
    """A council's folder."""
    folder = tmp_path / "media"
    for name, held in {
        "voices/en/my_review_my_choice/attend.mp3": b"voice" * 100,
        "signing/my_review_my_choice/attend.mp4": b"film" * 100,
        "pictures/talk.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        "notes.txt": b"not for anybody",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(held)
    settings = house.settings.model_copy(update={"media": str(folder)})
    object.__setattr__(app.extensions["house"], "settings", settings)
    return folder


def test_nothing_is_offered_that_a_council_has_not_recorded(inside: Pages) -> None:
    page = inside.get("/b/my_review_my_choice/q/attend")
    assert not page.root.all("audio", "video")
    assert inside.get("/media/voices/en/my_review_my_choice/attend.mp3").status == 404


def test_a_recorded_voice_a_film_and_a_picture_are_used_where_they_are(inside: Pages, media: Path) -> None:
    page = inside.get("/b/my_review_my_choice/q/attend")
    voice, film = page.root.first("audio").attrs["src"], page.root.first("video").attrs["src"]
    with inside.client.get(voice) as heard:
        assert heard.data.startswith(b"voice")
    with inside.client.get(film, headers={"Range": "bytes=0-3"}) as part:
        assert (part.status_code, part.data) == (206, b"film")
    assert not inside.get("/b/my_review_my_choice/q/where").root.all("audio", "video")
    pictures = [i.attrs["src"] for i in inside.get("/b/my_review_my_choice/q/my_words").root.all("img")]
    assert [p for p in pictures if p.startswith("/media/pictures/talk.svg?v=")]


@pytest.mark.parametrize(
    "name", ["notes.txt", "../../etc/passwd", "voices", "pictures/none.svg", "..%2fnotes.txt"]
)
def test_the_folder_gives_out_nothing_else(inside: Pages, media: Path, name: str) -> None:
    assert inside.get(f"/media/{name}").status == 404
