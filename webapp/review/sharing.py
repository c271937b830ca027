"""Who may read an answer on a paper that leaves the officer's desk: everyone at the review, the social worker, nobody.

Stricter than the audience that somebody chose, never wider: what is flagged, unread or hushed waits for the officer;
who is wanted and who isn't is never for everyone; adopters and birth parents are kept apart.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from webapp.booklet.definition import Audience
from webapp.booklet.records import Item
from webapp.review.deciding import Wish
from webapp.review.matters import HUSHED

Share = Literal["everyone", "social_worker", "alone"]
SHARES: tuple[Share, ...] = ("everyone", "social_worker", "alone")
AS_ASKED: dict[Audience, Share] = {
    "review": "everyone", "iro_and_social_worker": "social_worker", "iro": "alone",
}  # fmt: skip
ALONE = frozenset(["not_in_front", "not_in_front_little", *(question for _, question in HUSHED)])
APART = frozenset(["adopter", "parent"])


def share(item: Item, who: str, everybody: Collection[str], *, flagged: bool = False) -> Share:
    """How widely this person's answer may go. `everybody`: as whom people answered: child, parent, adopter."""
    asked = AS_ASKED[item.audience]
    if asked == "alone" or flagged or item.question in ALONE:
        return "alone"
    kept_apart = "adopter" in everybody and who in APART
    narrow = item.private or item.kind in ("people", "") or kept_apart
    return "social_worker" if narrow else asked


def share_of_wish(wish: Wish) -> Share:
    """How widely what was decided about a wish may go."""
    asked = AS_ASKED.get(wish.audience, "alone")  # type: ignore[call-overload]
    if asked == "alone" or wish.kind == "not_in_front":
        return "alone"
    return "social_worker" if wish.kind in ("who", "people_words") else asked
