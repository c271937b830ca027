"""Every conversation that is told in a file goes as told, and stores the same on every channel."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.clocks import SettableClock
from tests.transcripts.playing import FILES, Played, read
from tests.web.pages import Pages
from webapp.house import House

TALES = {path.stem: read(path) for path in FILES}
CHANNELS = [(name, channel) for name, tale in TALES.items() for channel in tale.get("channels", ["sms"])]


@pytest.mark.usefixtures("compiled_catalogues")
@pytest.mark.parametrize(("name", "channel"), CHANNELS)
def test_a_conversation_by_text(
    name: str, channel: str, house: House, tmp_path: Path, clock: SettableClock, pages: Pages
) -> None:
    played = Played(TALES[name], house, tmp_path, clock)
    played.text(channel, pages)
    found = played.stored()
    assert {question: found.get(question) for question in played.expected()} == played.expected()
    if channel == "whatsapp":
        assert played.media() == TALES[name].get("media", {})


@pytest.mark.parametrize("name", [name for name, tale in TALES.items() if tale.get("web")])
def test_the_same_answers_on_the_web_are_stored_as_the_same(
    name: str, house: House, tmp_path: Path, clock: SettableClock, pages: Pages
) -> None:
    played = Played(TALES[name], house, tmp_path, clock)
    played.on_the_web(pages)
    found = played.stored()
    assert {question: found.get(question) for question in played.expected()} == played.expected()
