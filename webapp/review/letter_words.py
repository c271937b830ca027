"""The fixed words of the officer's letter to a child after a review, by how simply it speaks.

They come in the child's language; what the officer types stands beside them as it was typed. A letter promises nothing
that somebody else has to do, and says whom to turn to.
"""

from __future__ import annotations

from typing import Literal

from webapp.booklet.wording import N_

Band = Literal["plain", "middle", "older"]
BANDS: tuple[Band, ...] = ("plain", "middle", "older")
"""plain: up to seven, and easy words for everyone; middle: eight to eleven; older: from twelve."""

CAME: dict[Band, str] = {
    "plain": N_("You had a review on %(day)s. It was a meeting about you. This letter says what happened."),
    "middle": N_("You had a review on %(day)s. Thank you for being part of it. This letter says what was decided."),
    "older": N_(
        "Your review was on %(day)s. Thank you for being part of it. This letter says what was decided, why, and what "
        "happens next."
    ),
}  # fmt: skip
NOT_THERE: dict[Band, str] = {
    "plain": N_(
        "There was a review about you on %(day)s. You were not there, and that is fine. This letter says what happened."
    ),
    "middle": N_(
        "Your review was on %(day)s. You were not there, and that is fine. This letter says what was decided."
    ),
    "older": N_(
        "Your review was on %(day)s. You were not there, and that is fine. This letter says what was decided, why, and "
        "what happens next."
    ),
}  # fmt: skip
NOT_KNOWN: dict[Band, str] = {
    "plain": N_("There was a review about you on %(day)s. This letter says what happened."),
    "middle": N_("Your review was on %(day)s. This letter says what was decided."),
    "older": N_("Your review was on %(day)s. This letter says what was decided, why, and what happens next."),
}
GOOD = N_("Good things that were said")
ASKED = N_("What you asked for")
NEXT = N_("What happens next")
WHO = N_("Who does it: %(who)s")
BY = N_("By %(day)s")
TALK = N_("Would you like to talk about it?")
TALK_TO_ME: dict[Band, str] = {
    "plain": N_("You can talk to me about this letter. Ring the Review team and ask for me: %(phone)s."),
    "middle": N_("You can talk to me about this letter. Ring the Review team and ask for me: %(phone)s."),
    "older": N_("If you want to talk any of it through, ring the Review team and ask for me: %(phone)s."),
}
TALK_NOT_THERE: dict[Band, str] = {
    "plain": N_(
        "I would like to tell you about it myself. Would you like that? Ring the Review team and ask for me: %(phone)s."
    ),
    "middle": N_(
        "I would like to tell you about it myself. Would you like that? Ring the Review team and ask for me: %(phone)s."
    ),
    "older": N_(
        "I would be glad to talk it through with you, where and when it suits you. Ring the Review team and ask for "
        "me: %(phone)s."
    ),
}  # fmt: skip
NOT_RIGHT = N_("If it doesn’t feel right")
DISAGREE: dict[Band, str] = {
    "plain": N_("Tell me if you do not agree. An advocate is someone on your side. They can help you say it."),
    "middle": N_(
        "Tell me if you don’t agree, or if something is not done. An advocate is someone on your side. They can help "
        "you say it."
    ),
    "older": N_(
        "Tell me if you don’t agree, or if something here is not done. An advocate is on your side and can help you "
        "say it, or complain."
    ),
}  # fmt: skip
FROM = N_("From %(name)s, your IRO")
YES, HOPED, OTHER, NO = N_("Yes"), N_("Asked for, not sure yet"), N_("A bit different"), N_("Not this time")
OUTCOMES = {"agreed": YES, "asked_for": HOPED, "changed": OTHER, "not_possible": NO}
COMES = {
    "no": N_("You don’t want %(name)s to come."), "yes": N_("You want %(name)s to come."),
    "": N_("You are not sure about %(name)s."), "part": N_("You want %(name)s to come for a part of it."),
}  # fmt: skip
AGREED_TOGETHER = N_("What was agreed")


def band_of(age: int, easy: bool) -> Band:
    """How simply a letter speaks to somebody of this age. `easy`: they read easy words."""
    return "plain" if easy or age < 8 else "middle" if age < 12 else "older"
