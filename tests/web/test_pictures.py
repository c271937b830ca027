"""A drawing or a photo as an answer: taken in kindly, kept sealed, shown to whom it belongs and to nobody else."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from tests.fixtures import images
from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.counting import statements
from tests.web.drawn import TAKES, addresses, send, take_pictures
from tests.web.inside import enter, everything, post, said, sent, token
from tests.web.pages import Pages
from tests.web.test_bytes import LATER
from tests.web.wire import Wire, served
from webapp.house import House
from webapp.services import limits
from webapp.store import Attachment

DRAWING, PHOTO = images.png(), images.from_a_phone()


@pytest.fixture
def kinds() -> tuple[str, ...]:
    """What the question takes."""
    return ("drawing", "photo")


@pytest.fixture(autouse=True)
def _takes(
    app: Flask,
    pages: Pages,
    house: House,
    case: Case,
    monkeypatch: pytest.MonkeyPatch,
    kinds: tuple[str, ...],
) -> None:
    take_pictures(app, house, monkeypatch, *kinds)
    enter(pages, house, case.child)


def kept(house: House) -> list[Attachment]:
    with house.db.reading() as s:
        return list(s.scalars(select(Attachment).order_by(Attachment.made_at, Attachment.kind)))


def test_a_drawing_and_a_photo_are_kept_and_shown_where_the_answer_is(pages: Pages, house: House) -> None:
    page = send(pages, drawing=DRAWING, photo=PHOTO, words="me and my dog")
    assert page.status == 200
    for address in (
        f"/b/my_review_my_choice/q/{TAKES}",
        "/b/my_review_my_choice/check",
        "/b/my_review_my_choice/copy",
    ):
        shown = pages.get(address)
        assert [i.attrs["alt"] for i in shown.root.all("img") if "/picture/" in i.attrs["src"]] in (
            ["Your drawing 1", "Your photo 2"], ["Your photo 1", "Your drawing 2"],
        )  # fmt: skip
        assert "me and my dog" in shown.body
    assert [(one.kind, one.media_type) for one in kept(house)] == [
        ("drawing", "image/png"),
        ("photo", "image/jpeg"),
    ]


def test_a_picture_alone_is_taken_away_by_a_button_that_says_so(pages: Pages) -> None:
    before = pages.get(f"/b/my_review_my_choice/q/{TAKES}").text
    send(pages, drawing=DRAWING)
    after = pages.get(f"/b/my_review_my_choice/q/{TAKES}").text
    assert ("Take my answer away" in before, "skip this" in before) == (False, True)
    assert ("Take my answer away" in after, "skip this" in after) == (True, False)


def test_a_picture_alone_is_an_answer(pages: Pages, house: House, case: Case) -> None:
    send(pages, photo=PHOTO)
    answer = said(house, case.child)[TAKES].answer
    assert answer.empty
    assert not answer.skipped
    line = pages.get("/b/my_review_my_choice/check").root.first("dt", id=TAKES)
    after = [e for e in line.parent.all("dt", "dd") if e.parent is line.parent] if line.parent else []
    assert after[after.index(line) + 1].all("img")


def test_a_picture_is_sent_as_what_it_is_and_can_run_nothing(pages: Pages) -> None:
    send(pages, photo=PHOTO)
    answer = pages.client.get(addresses(pages.get(f"/b/my_review_my_choice/q/{TAKES}"))[0])
    assert answer.status_code == 200
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers.getlist("Content-Security-Policy")[0]
    assert answer.headers["Content-Disposition"] == 'inline; filename="picture.jpg"'
    assert Image.open(io.BytesIO(answer.data)).format == "JPEG"
    assert images.PLACE not in answer.data


def test_another_person_s_visit_and_no_visit_get_nothing(
    app: Flask, pages: Pages, house: House, case: Case
) -> None:
    send(pages, photo=PHOTO)
    address = addresses(pages.get(f"/b/my_review_my_choice/q/{TAKES}"))[0]
    other, nobody = Pages(app), Pages(app)
    enter(other, house, case.parent)
    assert other.get(address).status == nobody.get(address).status == 404
    for odd in ("0" * 32, "x", "%00" * 4, "A" * 32):
        assert pages.get(f"/b/my_review_my_choice/picture/{odd}").status == 404


@pytest.mark.parametrize("stage", ["opened", "known"])
def test_the_link_alone_shows_no_picture(
    app: Flask, pages: Pages, house: House, case: Case, stage: str
) -> None:
    send(pages, photo=PHOTO)
    address = addresses(pages.get(f"/b/my_review_my_choice/q/{TAKES}"))[0]
    other = Pages(app)
    enter(other, house, case.child, stage)
    assert other.get(address).status == 404


def test_a_visit_that_rests_shows_no_picture(pages: Pages, clock: SettableClock) -> None:
    send(pages, photo=PHOTO)
    address = addresses(pages.get(f"/b/my_review_my_choice/q/{TAKES}"))[0]
    clock.move(minutes=40)
    assert pages.get(address).status == 404


def test_taking_one_away_leaves_the_other_and_the_words(pages: Pages, house: House, case: Case) -> None:
    send(pages, drawing=DRAWING, photo=PHOTO, words="both")
    page = pages.get(f"/b/my_review_my_choice/q/{TAKES}")
    gone, stays = addresses(page)
    pages.press(page, "Save and go on", drop=[gone.rsplit("/", 1)[1]])
    assert addresses(pages.get(f"/b/my_review_my_choice/q/{TAKES}")) == [stays]
    assert pages.get(gone).status == 404
    assert said(house, case.child)[TAKES].answer.words == "both"
    assert len(kept(house)) == 2  # history keeps what was accepted


def test_who_would_rather_not_say_takes_the_pictures_back_too(pages: Pages, house: House, case: Case) -> None:
    send(pages, photo=PHOTO)
    pages.press(pages.get(f"/b/my_review_my_choice/q/{TAKES}"), "Take my answer away")
    assert addresses(pages.get("/b/my_review_my_choice/check")) == []
    assert said(house, case.child)[TAKES].answer.skipped


def test_nobody_takes_away_another_question_s_or_another_person_s_picture(
    app: Flask, pages: Pages, house: House, case: Case
) -> None:
    send(pages, photo=PHOTO)
    name = kept(house)[0].id
    other = Pages(app)
    enter(other, house, case.parent)
    question = next(q.id for q in house.booklets["parent"].questions if q.kind == "words")
    send(other, question, drop=name, words="x")
    send(pages, "attend", drop=name, v="all")
    assert kept(house)[0].removed_at is None


def test_a_fourth_picture_is_refused_and_the_page_says_how_to_add_it(pages: Pages, house: House) -> None:
    for colour in ("red", "green", "blue"):
        send(pages, photo=images.jpeg(colour=colour))
    assert "You have added 3" in pages.get(f"/b/my_review_my_choice/q/{TAKES}").text
    page = send(pages, photo=images.jpeg(colour="pink"), words="four")
    assert page.status == 422
    assert "up to 3 pictures" in page.text
    assert len(kept(house)) == 3
    assert "four" in page.body


def test_one_taken_away_makes_room_for_another_in_the_same_press(pages: Pages, house: House) -> None:
    for colour in ("red", "green", "blue"):
        send(pages, photo=images.jpeg(colour=colour))
    send(pages, photo=images.jpeg(colour="pink"), drop=kept(house)[0].id)
    assert len(addresses(pages.get(f"/b/my_review_my_choice/q/{TAKES}"))) == 3


def test_a_double_press_keeps_a_picture_once(pages: Pages, house: House) -> None:
    send(pages, photo=PHOTO)
    send(pages, photo=PHOTO)
    assert len(kept(house)) == 1


@pytest.mark.parametrize("what", ["svg", "moving gif", "pdf", "a jpeg's first half"])
def test_what_is_no_picture_is_refused_kindly_and_the_words_stay(
    pages: Pages, house: House, case: Case, what: str
) -> None:
    page = send(pages, photo=images.not_taken()[what], words="my words stay")
    assert page.status == 422
    assert page.errors == [
        "We couldn’t read that as a photo. Please choose another photo, or take a new one."
    ]
    assert "my words stay" in page.root.first("textarea", id="words").text
    assert kept(house) == []
    assert said(house, case.child)[TAKES].answer.words == "my words stay"


def test_a_bad_photo_alone_is_not_taken_for_silence(pages: Pages, house: House, case: Case) -> None:
    assert send(pages, photo=b"hello").status == 422
    assert TAKES not in said(house, case.child)


def test_a_photo_of_ten_megabytes_is_refused_kindly_and_the_words_stay(pages: Pages) -> None:
    page = send(pages, photo=images.too_big()["10 MB"], words="my words stay")
    assert page.status == 422
    assert "too big" in page.errors[0]
    assert "my words stay" in page.root.first("textarea", id="words").text


def test_far_too_much_is_turned_away_with_words_about_photos(pages: Pages) -> None:
    page = send(pages, photo=bytes(17 * 1024 * 1024))
    assert page.status == 413
    assert page.h1 == "That photo is too big for us"


def test_a_good_drawing_is_kept_though_the_photo_beside_it_is_not(pages: Pages, house: House) -> None:
    page = send(pages, drawing=DRAWING, photo=b"hello")
    assert page.status == 422
    assert len(addresses(page)) == 1
    assert [one.kind for one in kept(house)] == ["drawing"]


def test_a_drawing_is_kept_though_the_words_beside_it_are_too_many(
    pages: Pages, house: House, case: Case
) -> None:
    page = send(pages, drawing=DRAWING, words="x" * 5001)
    assert page.status == 422
    assert len(addresses(page)) == 1
    assert not said(house, case.child)[TAKES].answer.words


@pytest.mark.parametrize(
    "address",
    [f"/b/my_review_my_choice/q/{TAKES}", "/not-safe", "/know", "/code", "/b/my_review_my_choice/send"],
)
def test_nobody_without_a_visit_can_send_much_and_no_other_page_takes_more(
    app: Flask, pages: Pages, address: str
) -> None:
    for who in (Pages(app), pages):
        data: dict[str, Any] = {"csrf_token": token(who), "photo": (io.BytesIO(bytes(200_000)), "x.jpg")}
        if who is pages and address == f"/b/my_review_my_choice/q/{TAKES}":
            continue
        answered = who.client.post(address, data=data, content_type="multipart/form-data")
        assert answered.status_code == 413


def test_a_question_that_takes_no_pictures_keeps_none(pages: Pages, house: House) -> None:
    send(pages, "attend", photo=PHOTO, v="all")
    assert kept(house) == []


@pytest.mark.parametrize("kinds", [("drawing",)])
def test_a_kind_that_is_not_asked_for_is_not_kept(pages: Pages, house: House) -> None:
    send(pages, drawing=DRAWING, photo=PHOTO)
    assert [one.kind for one in kept(house)] == ["drawing"]
    assert not pages.get(f"/b/my_review_my_choice/q/{TAKES}").root.all("input", name="photo")


def test_many_pictures_in_a_short_time_are_asked_to_wait(
    pages: Pages, house: House, clock: SettableClock
) -> None:
    most = limits.DOORS["picture"][0][0]
    for _ in range(most):
        send(pages, photo=b"hello")
    page = send(pages, photo=PHOTO, words="later")
    assert page.status == 422
    assert "wait 15 minutes" in page.errors[0]
    clock.move(minutes=16)
    assert send(pages, photo=PHOTO).status == 200


def test_a_forged_form_keeps_no_picture(pages: Pages, house: House) -> None:
    data = {"photo": (io.BytesIO(PHOTO), "a.jpg")}
    assert (
        pages.post(f"/b/my_review_my_choice/q/{TAKES}", data, content_type="multipart/form-data").status
        == 400
    )
    assert kept(house) == []


def test_nothing_of_a_picture_stands_in_clear(pages: Pages, house: House) -> None:
    send(pages, drawing=DRAWING, photo=PHOTO)
    for rows in everything(house).values():
        for value in (value for row in rows for value in row if isinstance(value, bytes)):
            assert b"\xff\xd8\xff" not in value[:64]
            assert b"\x89PNG" not in value


def test_the_file_never_touches_the_temporary_folder(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    def refuse(*_args: Any, **_more: Any) -> None:
        raise AssertionError("a file in the temporary folder")

    for name in ("TemporaryFile", "SpooledTemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    monkeypatch.setattr("werkzeug.formparser.TemporaryFile", refuse, raising=False)
    assert send(pages, photo=images.jpeg() + bytes(2 * 1024 * 1024)).status == 200


def test_the_press_for_help_carries_no_photo_and_raises_the_worry(
    pages: Pages, house: House, case: Case
) -> None:
    page = pages.get(f"/b/my_review_my_choice/q/{TAKES}")
    assert page.button("I’m not safe").attrs["formenctype"] == "application/x-www-form-urlencoded"
    form = {"csrf_token": token(pages), "photo": "IMG_1.jpg", "drawing": "drawing.png", "words": ""}
    assert post(pages, f"/not-safe?at={TAKES}", form).status == 200
    assert TAKES not in said(house, case.child)


def test_what_is_sent_lists_the_pictures_in_force_and_a_change_is_a_new_record(
    pages: Pages, house: House, case: Case
) -> None:
    send(pages, photo=PHOTO)
    post(pages, "/b/my_review_my_choice/send")
    photo = kept(house)[0].id
    page = pages.get(f"/b/my_review_my_choice/q/{TAKES}")
    assert "doesn’t take it out of the file" in page.text
    pages.press(page, "Save and go on", drop=[photo])
    send(pages, drawing=DRAWING)
    post(pages, "/b/my_review_my_choice/send")
    first, second = sent(house, case.child)
    assert [(a["id"], a["question"], a["kind"], a["media_type"]) for a in first["attachments"]] == [
        (photo, TAKES, "photo", "image/jpeg")
    ]
    assert [a["kind"] for a in second["attachments"]] == ["drawing"]
    assert second["supersedes"] == first["id"]


def test_a_page_with_pictures_takes_few_statements(app: Flask, pages: Pages) -> None:
    send(pages, drawing=DRAWING, photo=PHOTO)
    with statements(app.extensions["house"].db) as found:
        assert pages.client.get(f"/b/my_review_my_choice/q/{TAKES}").status_code == 200
    assert len(found) <= 4


def test_the_page_is_light_and_fetches_no_pad_until_it_is_opened(
    app: Flask, pages: Pages, house: House
) -> None:
    with served(app) as url:
        wire = Wire(url)
        wire.visit("GET", "/")  # what every page loads
        cookie = pages.client.get_cookie("s")
        assert cookie
        wire.cookies["s"] = cookie.value
        total, page = wire.visit("GET", f"/b/my_review_my_choice/q/{TAKES}")
        pad = sum(wire.send("GET", f"/static/{name}").size for name in ("draw.js", "draw.css"))
    print(total, pad)
    assert page.status == 200
    assert total <= LATER
    assert pad <= LATER


@pytest.mark.parametrize("kinds", [("drawing", "photo")])
@pytest.mark.parametrize(("field", "said"), [("photo", True), ("drawing", True), ("words", False)])
def test_a_call_for_help_that_leaves_a_picture_behind_says_so(pages: Pages, field: str, said: bool) -> None:
    form = {field: "what.png"}  # what a browser sends of a file in a form of this type
    page = post(pages, f"/not-safe?of=my_review_my_choice&at={TAKES}", form)
    assert "We are telling people whose job is to keep children safe." in page.text
    assert ("Your drawing or photo is not saved. You can add it again later." in page.text) == said
