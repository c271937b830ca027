"""The drawing pad in a real browser: by mouse, by keys alone, and the photo beside it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Dialog, Page
from sqlalchemy import select

from tests.browser.axe import axe, fits_across, keyboard_goes_everywhere
from tests.browser.chromium import PHONE
from tests.fixtures import images
from tests.fixtures.cases import Case
from tests.web.drawn import TAKES, take_pictures
from tests.web.inside import enter
from tests.web.pages import Pages
from tests.web.wire import served
from webapp.house import House
from webapp.services import pictures
from webapp.store import Attachment, Response

INK = (17, 17, 17)
RED = (198, 40, 40)


@pytest.fixture
def asked(
    app: Flask, pages: Pages, house: House, case: Case, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Page]:
    """A child's question that takes pictures, on a phone."""
    take_pictures(app, house, monkeypatch)
    enter(pages, house, case.child)
    cookie = pages.client.get_cookie("s")
    assert cookie
    with served(app) as url:
        width, height = PHONE
        context = browser.new_context(viewport={"width": width, "height": height}, has_touch=True)
        context.add_cookies([{"name": "s", "value": cookie.value, "url": url}])
        page = context.new_page()
        page.goto(f"{url}/b/my_review_my_choice/q/{TAKES}")
        yield page
        context.close()


def opened(page: Page) -> None:
    page.get_by_text("Draw a picture").click()
    page.locator("[data-ink][aria-pressed=true]").wait_for()


def kept(house: House) -> list[Image.Image]:
    with house.db.reading() as s:
        rows = s.execute(
            select(Attachment, Response.key).join(Response, Response.id == Attachment.response_id)
        ).all()
        keys = [house.vault.key(key, f"response:{one.response_id}") for one, key in rows]
        whole = [pictures.opened(key, one.id, one.sealed) for key, (one, _) in zip(keys, rows, strict=True)]
    return [Image.open(io.BytesIO(content)).convert("RGB") for content in whole]


def save(page: Page) -> None:
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url(lambda url: TAKES not in url)


def test_a_line_by_mouse_and_one_that_is_undone(asked: Page, house: House) -> None:
    opened(asked)
    asked.get_by_role("button", name="Red", exact=True).click()
    pad = asked.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    for down in (0.25, 0.75):
        asked.mouse.move(box["x"] + 20, box["y"] + box["height"] * down)
        asked.mouse.down()
        asked.mouse.move(box["x"] + box["width"] - 20, box["y"] + box["height"] * down, steps=5)
        asked.mouse.up()
    asked.get_by_role("button", name="Undo").click()
    save(asked)
    [drawn] = kept(house)
    assert drawn.size == (800, 600)
    assert drawn.getpixel((400, 150)) == RED
    assert drawn.getpixel((400, 450)) == (255, 255, 255)


def test_a_line_by_keys_alone_is_told_and_the_pen_s_mark_is_not_in_the_picture(
    asked: Page, house: House
) -> None:
    asked.get_by_text("Draw a picture").focus()
    asked.keyboard.press("Enter")
    asked.locator("[data-ink][aria-pressed=true]").wait_for()
    pad = asked.locator("canvas")
    pad.focus()
    for key in ("Space", *["ArrowRight"] * 10):
        asked.keyboard.press(key)
    assert asked.locator("details [role=status]").inner_text() == "The pen is down."
    asked.keyboard.press("Space")
    assert asked.locator("details [role=status]").inner_text() == "The pen is up."
    for key in ("Shift+ArrowDown", "Shift+ArrowDown"):
        asked.keyboard.press(key)
    save(asked)
    [drawn] = kept(house)
    assert drawn.getpixel((450, 300)) == INK
    assert drawn.getpixel((500, 380)) == (255, 255, 255)


def test_starting_again_asks_first_and_an_empty_pad_sends_nothing(asked: Page, house: House) -> None:
    asked_for: list[str] = []

    def agree(dialog: Dialog) -> None:
        asked_for.append(dialog.message)
        dialog.accept()

    asked.on("dialog", agree)
    opened(asked)
    asked.locator("canvas").tap()
    asked.get_by_role("button", name="Start again").click()
    asked.get_by_role("textbox").first.fill("only words")
    save(asked)
    assert asked_for == ["Start again? Your drawing will be gone."]
    assert kept(house) == []


def test_a_photo_is_made_smaller_before_it_is_sent(asked: Page, house: House, tmp_path: Path) -> None:
    big = tmp_path / "holiday.jpg"
    big.write_bytes(images.jpeg((4000, 3000)) + bytes(3_000_000))
    sizes: list[int] = []
    asked.on("request", lambda r: sizes.append(len(r.post_data_buffer or b"")))
    asked.locator("#photo").set_input_files(big)
    asked.locator("#photo[data-small]").wait_for()
    save(asked)
    assert max(sizes) < 500_000
    assert [one.size for one in kept(house)] == [(1600, 1200)]


def test_the_page_with_the_pad_open_passes_axe_and_fits_a_narrow_phone(asked: Page) -> None:
    opened(asked)
    asked.set_viewport_size({"width": 320, "height": 640})
    axe(asked)
    fits_across(asked)
    keyboard_goes_everywhere(asked)
    asked.emulate_media(color_scheme="dark")
    axe(asked)


def test_the_page_with_pictures_on_it_passes_axe(asked: Page) -> None:
    asked.locator("#photo").set_input_files(
        {"name": "x.png", "mimeType": "image/png", "buffer": images.png()}
    )
    save(asked)
    asked.go_back()
    asked.reload()
    asked.locator("input[name=drop]").wait_for()
    asked.set_viewport_size({"width": 320, "height": 640})
    axe(asked)
    fits_across(asked)
