"""A voice note is what is in it, whatever it is called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fixtures import images, sounds
from webapp.services import sound_check
from webapp.services.picture_check import BYTES_AT_MOST, NotTaken


@pytest.mark.parametrize(("media_type", "raw"), sounds.FAIR.items())
def test_each_kind_of_voice_note_is_known_by_its_bytes(media_type: str, raw: bytes) -> None:
    assert sound_check.read(raw) == media_type.partition(";")[0]


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"OggS", b"OggS" + b"\x80theora" * 9, b"<html><script>alert(1)</script>", b"%PDF-1.7", b"MZ\x90\x00",
        b"#!/bin/sh\n", images.jpeg(), images.png(), sounds.FILM, b"\xff\xff\xff\xff", b"RIFF....WAVEfmt ",
    ],
)  # fmt: skip
def test_what_is_no_sound_is_refused(raw: bytes) -> None:
    with pytest.raises(NotTaken, match="not_sound"):
        sound_check.read(raw)


def test_one_byte_too_many_is_refused() -> None:
    whole = sounds.FAIR["audio/ogg"].ljust(BYTES_AT_MOST, b"\0")
    assert sound_check.read(whole) == "audio/ogg"
    with pytest.raises(NotTaken, match="too_big"):
        sound_check.read(whole + b"\0")


@given(st.binary(max_size=200))
def test_whatever_comes_is_taken_as_sound_or_refused(raw: bytes) -> None:
    try:
        told = sound_check.read(raw)
    except NotTaken as error:
        told = error.args[0]
    assert told == "not_sound" or told.startswith("audio/")
