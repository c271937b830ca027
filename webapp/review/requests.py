"""What somebody may ask for at any time, by who they are and where their review stands. Pure."""

from __future__ import annotations

from typing import Literal

Kind = Literal["contact_iro", "advocate", "sooner", "disagree", "talk"]
KINDS: tuple[Kind, ...] = ("contact_iro", "advocate", "sooner", "disagree", "talk")
WANTS = ("write", "ring", "visit")
"""How they want to hear. Nobody has to say."""
ABOUT_WHAT_WAS_DECIDED: tuple[Kind, ...] = ("disagree", "talk")
THE_UNIT_SEES: tuple[Kind, ...] = ("advocate", "sooner")
"""What the Review Unit helps to arrange; it sees the kind and never the words."""
ADULTS = ("parent", "carer", "adopter")
A_DAY = 10
"""Requests of one person in 24 hours: more than anybody needs, and few enough to be read."""
OPEN = ("new", "seen")
"""States of a request that nobody has answered or closed yet."""
WORDS_AT_MOST, REACH_AT_MOST = 5_000, 200


def offered(who: str, *, decided: bool) -> tuple[Kind, ...]:
    """What this person may ask for. `decided`: the review was held, or they were told what was decided.

    A parent and a carer may ask for a review sooner (Stoke-on-Trent's procedure for reviewing officers, 7.10); the
    rest is the child's.
    """
    if who == "child":
        return tuple(kind for kind in KINDS if decided or kind not in ABOUT_WHAT_WAS_DECIDED)
    return ("sooner",) if who in ADULTS else ()


def says_no_more(words: str, reach: str, wants: str, before: str) -> bool:
    """Whether a press with these words adds nothing to a request of its kind that is still open, in which `before` is
    how they want to hear: a page that was gone back to comes empty.
    """
    return not words and not reach and wants in ("", before)
