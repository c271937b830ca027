"""Voice notes and photos by WhatsApp: fetched, checked, kept sealed, deleted there; heard by whom they are for."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.fixtures import images, sounds
from tests.fixtures.cases import Case
from tests.fixtures.clocks import SettableClock
from tests.fixtures.provider import Provider
from tests.fixtures.speaking import read_for_worries
from tests.fixtures.staff import Signed, Worker
from tests.services.test_statuses import Talking
from tests.services.texting import NUMBER, Texts
from tests.web.inside import answer as answer_page
from tests.web.inside import enter, post
from tests.web.pages import Pages
from webapp.casesystem.files import Files
from webapp.casesystem.port import Route
from webapp.house import House
from webapp.services import delivering
from webapp.services.fetching import TRIES, fetch_media
from webapp.store import Attachment, Inbound, InboundMedia, Response, new_id

QUESTION = "anything"
VOICE = sounds.FAIR["audio/ogg"]


class Notes:
    """A conversation on WhatsApp whose voice notes and photos answer one question."""

    def __init__(self, house: House, folder: Path, provider: Provider) -> None:
        self.texts, self.provider, self.house = Texts(house, folder, provider), provider, house
        self.talk = Talking(self.texts, "whatsapp")

    def come(self, *media: tuple[bytes, str]) -> None:
        """These came with one message; the webhook wrote down where they are."""
        house, now = self.house, self.house.clock()
        told = dict(self.provider.receive(f"whatsapp:{NUMBER}", "", "https://x.example", media).pairs)
        with house.db.writing() as session:
            response = session.scalars(
                select(Response.id).where(Response.booklet_id == "my_review_my_choice")
            ).one()
            inbound = Inbound(
                id=new_id(), provider_id=told["MessageSid"], channel="whatsapp", number_hash="0" * 64,
                received_at=now, handled_at=now,
            )  # fmt: skip
            session.add(inbound)
            session.flush()
            for position in range(len(media)):
                own = new_id()
                address = self.talk.key.seal(told[f"MediaUrl{position}"], f"inbound_media.sealed:{own}")
                session.add(
                    InboundMedia(
                        id=own, inbound_id=inbound.id, conversation_id=self.talk.id, response_id=response,
                        question_id=QUESTION, position=position, sealed=address, made_at=now, due_at=now,
                        media_type=told[f"MediaContentType{position}"],
                    )
                )  # fmt: skip

    def fetch(self) -> int:
        """The worker's turn."""
        return fetch_media(self.house.db, self.house.vault, self.texts.ways, self.house.clock)

    @property
    def rows(self) -> list[InboundMedia]:
        """What is known of each."""
        with self.house.db.reading() as session:
            return list(session.scalars(select(InboundMedia).order_by(InboundMedia.position)))

    @property
    def kept(self) -> list[Attachment]:
        """What was kept."""
        with self.house.db.reading() as session:
            return list(session.scalars(select(Attachment).order_by(Attachment.kind)))


@pytest.fixture
def notes(pages: Pages, house: House, case: Case, tmp_path: Path, provider: Provider) -> Notes:
    enter(pages, house, case.child)
    return Notes(house, tmp_path, provider)


def test_a_voice_note_and_a_photo_are_kept_sealed_and_deleted_at_the_provider(notes: Notes) -> None:
    photo = images.from_a_phone()
    notes.come((VOICE, "audio/ogg"), (photo, "image/jpeg"))
    assert (notes.fetch(), notes.fetch()) == (2, 0)
    assert [(one.state, one.deleted_at is not None) for one in notes.rows] == [("kept", True)] * 2
    assert notes.provider.media == {}
    found = notes.kept
    assert [(one.kind, one.media_type, one.question_id) for one in found] == [
        ("photo", "image/jpeg", QUESTION),
        ("voice", "audio/ogg", QUESTION),
    ]
    assert not any(b"OggS" in one.sealed or b"JFIF" in one.sealed for one in found)


@pytest.mark.parametrize(
    ("raw", "said", "reason"),
    [
        (b"<html><script>alert(1)</script>", "audio/ogg", "not_picture"),
        (sounds.FILM, "video/mp4", "not_picture"),
        (VOICE.ljust(9_000_000, b"\0"), "audio/ogg", "too_big"),
        (b"%PDF-1.7", "image/jpeg", "not_picture"),
    ],
)
def test_what_is_too_big_or_not_what_it_says_is_not_kept_and_the_person_is_told_once(
    notes: Notes, raw: bytes, said: str, reason: str
) -> None:
    notes.come((raw, said))
    notes.fetch()
    notes.fetch()
    assert [(one.state, one.reason) for one in notes.rows] == [("refused", reason)]
    assert notes.kept == []
    assert notes.provider.media == {}
    notes.talk.send()
    assert [one["to"] for one in notes.provider.sent] == [f"whatsapp:{NUMBER}"]


def test_a_provider_that_is_away_is_asked_again_and_in_the_end_the_person_is_told(
    notes: Notes, clock: SettableClock
) -> None:
    notes.come((VOICE, "audio/ogg"))
    notes.texts.line.stand_in = "http://127.0.0.1:9"
    for _ in range(TRIES):
        notes.fetch()
        clock.move(minutes=31)
    assert notes.fetch() == 0
    assert [(one.state, one.reason, one.attempts) for one in notes.rows] == [("failed", "no_line", TRIES)]
    assert len(notes.talk.rows) == 1


def test_what_could_not_be_deleted_there_is_deleted_later_and_kept_once(
    notes: Notes, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes.come((VOICE, "audio/ogg"))
    whole = notes.texts.line.forget
    monkeypatch.setattr(notes.texts.line, "forget", lambda _: 1 / 0)
    notes.fetch()
    assert len(notes.provider.media) == 1
    monkeypatch.setattr(notes.texts.line, "forget", whole)
    clock.move(minutes=31)
    notes.fetch()
    assert (notes.provider.media, len(notes.kept)) == ({}, 1)


def test_the_officer_hears_it_the_child_too_and_the_case_system_gets_the_file(
    notes: Notes, pages: Pages, house: House, case: Case, iro: Worker, signed: Signed, tmp_path: Path
) -> None:
    answer_page(pages, QUESTION, words="Listen to this")
    notes.come((VOICE, "audio/ogg"))
    notes.fetch()
    check = pages.get("/b/my_review_my_choice/check")
    (heard,) = [e.attrs["src"] for e in check.root.all("audio")]
    answer = pages.client.get(heard)
    assert (answer.data, answer.mimetype) == (VOICE, "audio/ogg")
    part = pages.client.get(heard, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"OggS")
    post(pages, "/b/my_review_my_choice/send")
    officer = signed(iro)
    page = officer.get(f"/staff/reviews/{case.review_id}")
    address = f"/staff/reviews/{case.review_id}/pictures/{notes.kept[0].id}"
    assert [e.attrs["src"] for e in page.root.all("audio")] == [address]
    answer = officer.client.get(address)
    assert (answer.data, answer.mimetype) == (VOICE, "audio/ogg")
    assert answer.headers["Cache-Control"] == "no-store"
    read_for_worries(house)
    out = tmp_path / "out-there"
    routes = {"files": Route(audience="iro")}
    while delivering.deliver_once(house.db, house.vault, {"files": Files(out)}, house.clock, "w", routes):
        pass
    told = [json.loads(file.read_text("utf-8")) for file in out.glob("out/*.json")]
    (record,) = [found for found in told if found.get("attachments")]
    (listed,) = record["attachments"]
    assert (listed["kind"], listed["sha256"]) == ("voice", hashlib.sha256(VOICE).hexdigest())
    assert [file.read_bytes() for file in out.glob("out/*.ogg")] == [VOICE]
