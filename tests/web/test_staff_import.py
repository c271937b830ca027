"""The Review Unit uploads reviews, sees in words what would change, and takes them in."""

from __future__ import annotations

import io
import json
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.fixtures.cases import Case
from tests.fixtures.staff import Signed, Worker
from tests.review.incoming_rows import row
from tests.web.pages import Page, Pages, filled
from webapp.house import House
from webapp.services import importing


def send(pages: Pages, content: bytes, name: str = "reviews.jsonl") -> Page:
    page = pages.get("/staff/unit/import")
    form = next(f for f in page.root.all("form") if "enctype" in f.attrs)
    boundary, body = encode_multipart({**filled(form), "file": FileStorage(io.BytesIO(content), name)})
    kind = f'multipart/form-data; boundary="{boundary}"'
    return pages.post("/staff/unit/import", body, content_type=kind)  # type: ignore[arg-type]


def work(house: House) -> int:
    return importing.work_once(house.db, house.vault, house.clock, "worker")


def text(*rows: dict[str, Any]) -> bytes:
    return "".join(json.dumps(one) + "\n" for one in rows).encode()


def test_the_preview_says_before_and_after_in_words_and_the_press_takes_it_in(
    house: House, case: Case, unit_worker: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)
    changed = row(
        review__held_at="2027-03-04T10:00", child__placement="residential", people__1__no_contact=True
    )
    changed["child"]["known_fact"] = {"kind": "word", "value": "kite"}
    page = send(pages, text(changed, row(review__id="R-2", child__id="C-2", child__known_as="<b>Bo</b>"), {}))
    assert "Looking through it" in page.text
    work(house)
    page = pages.get(page.url)
    assert "Day and time: Tuesday 2 March 2027, 16:00 becomes Thursday 4 March 2027, 10:00" in page.text
    assert "Where the child lives: with foster carers becomes in a residential home" in page.text
    assert "Lin Carter: No contact allowed: no becomes yes" in page.text
    assert "kite" not in page.body
    assert "<b>Bo</b>" in pages.click(page, "New 1").text
    assert "line 3, review: is missing" in pages.click(page, "Refused 1").text
    page = pages.press(page, "Take in 2 reviews")
    assert "Taking it in: 0 of 3." in page.text
    again = pages.post(f"{page.url}/take-in", filled(page.root.first("form", action=f"{page.url}/stop")))
    assert "Nothing was changed" in again.text
    work(house)
    page = pages.get(page.url)
    assert "2 reviews taken in." in page.text
    assert "line 3, review: is missing" in page.text, "what was refused comes first"
    assert "2 reviews taken in." in pages.get("/staff/unit/import").text


def test_a_big_file_a_wrong_one_and_none_are_answered_in_words(
    house: House, unit_worker: Worker, signed: Signed
) -> None:
    pages = signed(unit_worker)
    assert "more than 10 MB" in send(pages, b"x" * (importing.BYTES_AT_MOST + 1)).errors[0]
    assert "Save it as “CSV UTF-8”" in send(pages, b"PK\x03\x04", "reviews.xlsx").errors[0]
    assert "Choose a file first." in send(pages, b"", "").errors[0]
    page = send(pages, b'{"review": 1}\n' * 400)
    work(house)
    page = pages.get(page.url)
    assert "Nothing in this file would change anything." in page.text
    assert "Page 1 of 16" in page.text
    assert "Page 16 of 16" in pages.get(f"{page.url}?page=99").text
    page = pages.press(page, "Throw the file away")
    assert "Thrown away: nothing was taken in." in page.text
    assert [b.text for b in page.root.all("button")] == ["Sign out"]


def test_nobody_else_sees_a_file(case: Case, unit_worker: Worker, iro: Worker, signed: Signed) -> None:
    page = send(signed(unit_worker), text(row()))
    assert signed(iro).get(page.url).status == 404
    assert signed(unit_worker).get("/staff/unit/import/" + "0" * 32).status == 404
