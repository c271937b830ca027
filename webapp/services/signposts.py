"""Whether the numbers and links that children are given were looked at lately."""

from __future__ import annotations

import datetime as dt

from config import Authority

GOOD_FOR = dt.timedelta(days=31)


def are_old(authority: Authority, today: dt.date) -> bool:
    """True where nobody has rung them for a month, or said so. A made-up authority's ring nobody."""
    if authority.made_up:
        return False
    last = authority.signposts_checked_on
    return last is None or today - last > GOOD_FOR
