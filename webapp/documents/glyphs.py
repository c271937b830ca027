"""Which characters our fonts can draw: what none of them has would stop a PDF that screen readers can use.

A council adds an alphabet by putting a font file into the folder.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import lru_cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
INVISIBLE = frozenset("\n\t\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069")
"""What the typesetter draws nothing for."""


def drawable(text: str, fonts: Path = FONTS) -> bool:
    """True where each character has a shape."""
    return all(c in INVISIBLE or ord(c) in _covered(fonts) for c in text)


def printable(text: str, fonts: Path = FONTS) -> str:
    """The text with a question mark for each character that no font has (a run of them gets one)."""
    if drawable(text, fonts):
        return text
    found: list[str] = []
    for c in unicodedata.normalize("NFC", text):
        known = drawable(c, fonts)
        if known or found[-1:] != ["?"]:
            found.append(c if known else "?")
    return "".join(found)


@lru_cache(maxsize=4)
def _covered(fonts: Path) -> frozenset[int]:
    return frozenset(c for file in sorted(fonts.glob("*.[to]tf")) for c in _characters(file.read_bytes()))


def _characters(font: bytes) -> set[int]:
    """The code points in a font's `cmap` table (OpenType specification: formats 4 and 12)."""
    tables = struct.unpack(">H", font[4:6])[0]
    start = next(
        offset
        for tag, _, offset, _ in struct.iter_unpack(">4sIII", font[12 : 12 + 16 * tables])
        if tag == b"cmap"
    )
    count = struct.unpack(">H", font[start + 2 : start + 4])[0]
    found: set[int] = set()
    for _, _, offset in struct.iter_unpack(">HHI", font[start + 4 : start + 4 + 8 * count]):
        found |= _subtable(font, start + offset)
    return found


def _subtable(font: bytes, at: int) -> set[int]:
    kind = struct.unpack(">H", font[at : at + 2])[0]
    if kind == 12:
        groups = struct.unpack(">I", font[at + 12 : at + 16])[0]
        ranges = struct.iter_unpack(">III", font[at + 16 : at + 16 + 12 * groups])
        return {c for first, last, _ in ranges for c in range(first, last + 1)}
    if kind != 4:
        return set()
    double = struct.unpack(">H", font[at + 6 : at + 8])[0]
    ends = struct.unpack(f">{double // 2}H", font[at + 14 : at + 14 + double])
    starts = struct.unpack(f">{double // 2}H", font[at + 16 + double : at + 16 + 2 * double])
    return {c for first, last in zip(starts, ends, strict=True) for c in range(first, last + 1)} - {0xFFFF}
