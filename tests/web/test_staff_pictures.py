"""A picture that was sent: its officer sees it, each look is written down, and the case system gets the file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.fixtures import images
from tests.fixtures.cases import Case
from tests.fixtures.staff import Signed, Worker
from tests.web.drawn import TAKES, send, take_pictures
from tests.web.inside import enter, post
from tests.web.pages import Page, Pages
from webapp.casesystem.files import Files
from webapp.casesystem.port import Route
from webapp.house import House
from webapp.services import delivering
from webapp.store import Attachment, Audit, Delivery

ALL = {"files": Route(audience="iro")}
"""The case system may have what is for the IRO: such a question's pictures too."""


@pytest.fixture(autouse=True)
def _sent(app: Flask, pages: Pages, house: House, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    take_pictures(app, house, monkeypatch)
    enter(pages, house, case.child)
    send(pages, drawing=images.png(), photo=images.from_a_phone())
    post(pages, "/b/my_review_my_choice/send")


def kept(house: House) -> dict[str, str]:
    with house.db.reading() as s:
        return {kind: one for one, kind in s.execute(select(Attachment.id, Attachment.kind))}


def looks(house: House) -> list[str]:
    with house.db.reading() as s:
        return list(s.scalars(select(Audit.subject).where(Audit.action == "look_picture")))


def linked(page: Page) -> set[str]:
    return {e.attrs["href"] for e in page.root.all("a") if "/pictures/" in e.attrs.get("href", "")}


def test_the_officer_sees_a_picture_beside_the_answer_and_each_look_is_written_down(
    house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    officer, here = signed(iro), kept(house)
    page = officer.get(f"/staff/reviews/{case.review_id}")
    assert linked(page) == {f"/staff/reviews/{case.review_id}/pictures/{one}" for one in here.values()}
    for kind, media_type in (("drawing", "image/png"), ("photo", "image/jpeg")):
        address = f"/staff/reviews/{case.review_id}/pictures/{here[kind]}"
        answer = officer.client.get(address)
        assert (answer.status_code, answer.mimetype) == (200, media_type)
        assert "sandbox" in answer.headers.getlist("Content-Security-Policy")[0]
        assert answer.headers["Cache-Control"] == "no-store"
        assert len(officer.client.get(f"{address}?small").data) < len(answer.data) + 20_000
    assert looks(house) == [f"attachment:{here[kind]}" for kind in ("drawing", "drawing", "photo", "photo")]


def test_nobody_else_sees_it_and_their_try_is_written_down(
    app: Flask, house: House, case: Case, iro: Worker, other_iro: Worker, duty_worker: Worker, unit_worker: Worker,
    social_worker: Worker, signed: Signed,
) -> None:  # fmt: skip
    address = f"/staff/reviews/{case.review_id}/pictures/{kept(house)['photo']}"
    for worker in (other_iro, duty_worker, unit_worker, social_worker):
        assert signed(worker).get(address).status == 404
    assert signed(iro).get(address.replace(case.review_id, "0" * 32)).status == 404
    assert Pages(app).get(address).url.endswith("/staff/sign-in")
    assert looks(house) == []
    with house.db.reading() as s:
        assert s.scalars(select(Audit.actor).where(Audit.action == "turned_away")).all()


def test_a_picture_that_is_not_sent_and_one_that_was_taken_back_are_not_seen(
    pages: Pages, house: House, case: Case, iro: Worker, signed: Signed
) -> None:
    officer, before = signed(iro), kept(house)
    send(pages, photo=images.jpeg(colour="pink"), drop=before["drawing"])
    [new] = set(all_of(house)) - set(before.values())
    address = f"/staff/reviews/{case.review_id}/pictures/"
    assert officer.get(address + new).status == 404
    assert officer.client.get(address + before["drawing"]).status_code == 200  # what is sent stays sent
    post(pages, "/b/my_review_my_choice/send")
    assert officer.get(address + before["drawing"]).status == 404
    assert "changed" in officer.get(f"/staff/reviews/{case.review_id}").text


def all_of(house: House) -> list[str]:
    with house.db.reading() as s:
        return list(s.scalars(select(Attachment.id)))


def test_the_case_system_gets_each_file_that_the_record_lists(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    assert (
        delivering.deliver_once(house.db, house.vault, {"files": Files(folder)}, house.clock, "w", ALL) == 1
    )
    [name] = (folder / "out").glob("*.json")
    record = json.loads(name.read_text("utf-8"))
    assert len(record["attachments"]) == 2
    for one in record["attachments"]:
        ending = {"image/png": "png", "image/jpeg": "jpg"}[one["media_type"]]
        content = (folder / "out" / f"{name.stem}-{one['id']}.{ending}").read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (one["sha256"], one["bytes"])
        assert images.PLACE not in content
        assert one["question"] == TAKES
        assert f"{name.stem}-{one['id']}.{ending}" in name.with_suffix(".html").read_text("utf-8")


def test_a_record_whose_picture_is_gone_waits_for_a_person(house: House, tmp_path: Path) -> None:
    with house.db.writing() as s:
        for one in s.scalars(select(Attachment).where(Attachment.kind == "photo")):
            s.delete(one)
    adapter = Files(tmp_path / "case")
    assert delivering.deliver_once(house.db, house.vault, {"files": adapter}, house.clock, "w", ALL) == 0
    with house.db.reading() as s:
        assert s.execute(select(Delivery.state, Delivery.reason)).all() == [("parked", "picture")]
    assert not list((tmp_path / "case").rglob("*.json"))
