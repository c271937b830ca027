"""What staff see of a talk by text: the Unit what became of each message, the IRO every word and the channel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.fixtures.cases import Case
from tests.fixtures.counting import statements
from tests.fixtures.staff import Signed, Worker
from tests.services.talking import CHILD, Phone, by_text, to
from tests.web.inside import sent
from webapp.house import House
from webapp.services import statuses
from webapp.store import Message

SAID = {"attend": "purple CANARY dishwasher", "good_news": "i got my CANARY badge"}


@pytest.fixture
def texted(house: House, tmp_path: Path) -> Case:
    """A child who said some of it by text, and sent it."""
    case = by_text(house, tmp_path, child={"reach": {"way": "sms", "phone": CHILD}})
    phone = Phone(house)
    phone.known()
    to(phone, "attend")
    for words in (SAID["attend"], "flibble", "wibble"):
        phone.send(words)
    to(phone, "good_news")
    phone.send(SAID["good_news"])
    phone.send("", other=1)
    for words in ("check", "1"):
        phone.send(words)
    return case


def test_the_unit_sees_what_became_of_each_text_and_none_of_its_words(
    house: House, texted: Case, unit_worker: Worker, signed: Signed
) -> None:
    with house.db.writing() as s:
        told = select(Message.id).where(
            Message.template == "reply", Message.parts > 0, Message.purpose.like("prompt:%")
        )
        ids = s.scalars(told).all()
        for message_id, status, code in zip(
            ids, ("delivered", "undelivered", "sent"), ("", "30006", ""), strict=False
        ):
            statuses.told(s, message_id, f"SM-{message_id}", status, code, house.clock())
    pages = signed(unit_worker)
    with statements(pages.client.application.extensions["house"].db) as seen:
        page = pages.get(f"/staff/unit/reviews/{texted.review_id}")
    assert len(seen) <= 19, seen
    table = next(one for one in page.root.all("table") if "Texts to and from" in one.text)
    rows = [[cell.text for cell in row.all("td")] for row in table.all("tr")[1:]]
    assert rows[0] == ["them", "text message", "came in", ""]
    assert {row[2] for row in rows} >= {"came in", "sent"}
    assert any("failed" in row[2] and "30006" in row[2] for row in rows)
    assert any(row[0] == "us" and row[2:] == ["delivered", "2"] for row in rows)
    assert any("with something that was not taken" in row[2] for row in rows)
    assert "1 message came with a picture, a sound or a place" in page.text
    assert "CANARY" not in page.body
    parts = sum(int(row[3]) for row in rows if row[0] == "us")
    ours = sum(row[0] == "us" for row in rows)
    assert f"{len(rows) - ours} from them, {ours} from us, {parts} parts" in page.text


def test_the_officer_sees_every_word_and_that_it_came_by_text(
    house: House, texted: Case, iro: Worker, signed: Signed
) -> None:
    page = signed(iro).get(f"/staff/reviews/{texted.review_id}")
    for words in SAID.values():
        assert words in page.text
    assert "by text" in page.text
    assert "on the web ·" not in page.text


def test_the_record_says_the_channel_and_holds_the_words_as_they_were_typed(
    house: House, texted: Case
) -> None:
    (record,) = sent(house, texted.child)
    assert record["channels"] == ["sms"]
    items = {one["question"]: one for one in held(record) if "question" in one and "answer" in one}
    assert {name: items[name]["answer"]["words"].splitlines()[0] for name in SAID} == SAID
    assert {one["channel"] for one in items.values()} == {"sms"}


def held(part: Any) -> Iterator[dict[str, Any]]:
    """Every part of a record, however deep."""
    if isinstance(part, dict):
        yield part
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from held(each)
