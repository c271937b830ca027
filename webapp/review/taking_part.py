"""How a child took part in a review, as the yearly return (SSDA903) codes it: what may be chosen, what is likely."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.review.asking import YOUNGEST

CODES = ("PN0", "PN1", "PN2", "PN3", "PN4", "PN5", "PN6", "PN7")
THERE = frozenset(["PN1", "PN2", "PN3", "PN4"])
AWAY = frozenset(["PN5", "PN6", "PN7"])


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a child and a review."""

    age: int
    came: bool
    advocate_came: bool = False
    no_words: bool = False
    sent: bool = False
    """The child sent a booklet before it."""


def suggested(known: Known) -> tuple[str, str]:
    """The code that fits what is known, and why as a code; the officer alone decides (SSDA903 return)."""
    if known.age < YOUNGEST:
        return "PN0", "under_four"
    if known.came:
        if known.advocate_came:
            return "PN2", "came_with_advocate"
        return ("PN3", "came_no_words") if known.no_words else ("PN1", "came")
    if known.advocate_came:
        return "PN5", "advocate_alone"
    return ("PN6", "sent") if known.sent else ("PN7", "nothing")


def fits(code: str, known: Known) -> bool:
    """True where a code may be chosen: PN0 for children under four alone, PN1 to PN4 for those who came."""
    if code == "PN0" or known.age < YOUNGEST:
        return code == "PN0" and known.age < YOUNGEST
    return code in (THERE if known.came else AWAY)
