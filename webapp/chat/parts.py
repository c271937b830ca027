"""How many parts a text message takes, and words made cheap to send.

GSM 03.38 has 160 characters in a message of one part and 153 in each of several; its extension table counts double.
One character outside it turns the whole message to UCS-2: 70, and 67.
"""

from __future__ import annotations

from webapp.booklet.rules import GSM7

EXTENSION = frozenset("^{}\\[~]|€")
GSM_ALONE, GSM_JOINED, UCS_ALONE, UCS_JOINED = 160, 153, 70, 67
AT_MOST = 1600
"""Characters that the provider takes in one message."""

PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´`ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2009\u200a\u202f\t", " "),
        **dict.fromkeys("\u200b\ufeff\u00ad", ""),
        "…": "...",
        "•": "-",
    }
)


def straighten(text: str) -> str:
    """Curly quotes, long dashes and odd spaces as a keyboard has them: the words stay, the price may halve."""
    return text.translate(PLAIN)


def is_gsm(text: str) -> bool:
    """True where the message can go in GSM 03.38."""
    return GSM7.issuperset(text)


def count(text: str) -> int:
    """How many parts this message takes; at least one. No character is ever split between two parts."""
    if is_gsm(text):
        return _parts([2 if c in EXTENSION else 1 for c in text], GSM_ALONE, GSM_JOINED)
    return _parts([2 if ord(c) > 0xFFFF else 1 for c in text], UCS_ALONE, UCS_JOINED)


def _parts(sizes: list[int], alone: int, joined: int) -> int:
    if sum(sizes) <= alone:
        return 1
    found, room = 1, joined
    for size in sizes:
        if size > room:
            found, room = found + 1, joined
        room -= size
    return found
