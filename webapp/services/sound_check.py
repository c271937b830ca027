"""A voice note that somebody sent: what it is, by what is in it. What the provider calls it is never believed.

Sound is kept as it came: there is nothing here that could write it anew. So only types are taken that hold sound alone,
and it is only ever served as what was found.
"""

from __future__ import annotations

import re

from webapp.services.picture_check import BYTES_AT_MOST, NotTaken

AMR = re.compile(rb"#!AMR(-WB)?\n")
PLAYED = frozenset({"audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac"})
"""What browsers play; the rest is saved and opened by something else."""


def read(raw: bytes) -> str:
    """The media type of this sound. Raises NotTaken: `too_big`, or `not_sound`."""
    if len(raw) > BYTES_AT_MOST:
        raise NotTaken("too_big")
    if raw.startswith(b"OggS") and (b"OpusHead" in raw[:64] or b"\x01vorbis" in raw[:64]):
        return "audio/ogg"
    if AMR.match(raw):
        return "audio/amr"
    if raw[4:12] in (b"ftypM4A ", b"ftypM4B ") or (raw[4:8] == b"ftyp" and _holds_sound_alone(raw)):
        return "audio/mp4"
    if raw.startswith(b"ID3") or (layer := _mpeg_layer(raw)) in (1, 2, 3):
        return "audio/mpeg"
    if layer == 0:
        return "audio/aac"
    raise NotTaken("not_sound")


def _holds_sound_alone(raw: bytes) -> bool:
    """A file of the MPEG-4 family whose tracks are sound: each names its kind after `hdlr`."""
    kinds = {raw[found.end() + 8 : found.end() + 12] for found in re.finditer(b"hdlr", raw)}
    return b"soun" in kinds and b"vide" not in kinds


def _mpeg_layer(raw: bytes) -> int | None:
    """The layer of an MPEG sound frame (ISO/IEC 11172-3): 1 to 3; 0 for AAC, which has none; None for what is none."""
    if len(raw) < 4 or raw[0] != 0xFF or raw[1] & 0xE0 != 0xE0:
        return None
    bits = raw[1] >> 1 & 3
    if bits == 0:
        return 0 if raw[1] & 0xF6 == 0xF0 else None
    usual = raw[2] >> 4 not in (0, 15) and raw[2] >> 2 & 3 != 3
    return 4 - bits if usual else None
