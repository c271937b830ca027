"""For tests of pictures: the review menu with a question that takes them, and forms that carry them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.web.inside import token
from tests.web.pages import Page, Pages
from webapp.booklet.definition import Booklet
from webapp.house import House

MENU, TAKES = "my_review_my_choice", "anything"


def take_pictures(app: Flask, house: House, monkeypatch: pytest.MonkeyPatch, *kinds: str) -> None:
    """One question of the menu may also be answered by a drawing and a photo, or by these alone."""
    raw = house.booklets[MENU].model_dump()
    for section in raw["sections"]:
        for question in section["questions"]:
            if question["id"] == TAKES:
                question["may_add"] = kinds or ("drawing", "photo")
    changed = Booklet.model_validate(raw)
    for one in (house, app.extensions["house"]):
        monkeypatch.setitem(one.booklets, MENU, changed)


def send(pages: Pages, question: str = TAKES, /, follow: bool = True, **fields: Any) -> Page:
    """The question's form with files in it: bytes are sent as a file, all else as it is typed."""
    data: dict[str, Any] = {"csrf_token": token(pages), "do": "save"}
    for name, value in fields.items():
        file = FileStorage(io.BytesIO(value), f"../{name}.svg") if isinstance(value, bytes) else None
        data[name] = file or value
    boundary, body = encode_multipart(data)  # in memory: the client's own way leaves a temporary file open
    kind = f"multipart/form-data; boundary={boundary}"
    return pages.post(f"/b/my_review_my_choice/q/{question}", body, content_type=kind, follow=follow)  # type: ignore[arg-type]


def addresses(page: Page) -> list[str]:
    """Where the pictures of this page are."""
    return [
        e.attrs["src"] for e in page.root.all("img") if "/b/my_review_my_choice/picture/" in e.attrs["src"]
    ]
