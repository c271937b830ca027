"""You asked, this happened: what a child reads of the decisions, once they were told and as long as they hold."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.review import deciding as rules
from webapp.review.deciding import Wish
from webapp.services import deciding_desk as desks
from webapp.services.deciding_desk import WhenAndWhere
from webapp.services.visits import Standing
from webapp.store import Vault


@dataclass(frozen=True, slots=True)
class Line:
    """One wish of the child's own, and what became of it."""

    wish: Wish
    outcome: str
    instead: str
    reason: str
    again: bool
    """They asked for something else since: it is looked at again."""


@dataclass(frozen=True, slots=True)
class Happened:
    """Everything that the child was told."""

    lines: tuple[Line, ...]
    settled: WhenAndWhere | None
    told_on: dt.datetime | None
    """When they were last told something of these lines."""
    open: bool
    """Something that they asked for was not told yet."""


def happened(session: Session, vault: Vault, standing: Standing) -> Happened | None:
    """What the child of this visit was told; None for everybody else. Their own wishes, and nobody else's words.

    Whoever types a child's paper has a visit like the child's own, and learns nothing here either.
    """
    row = standing.row
    if row.who != "child" or row.involvement_id is not None or row.paper_id is not None or not standing.own:
        return None
    key = vault.key(row.child_key, f"child:{row.child_id}")
    told = {one.key: one for one in desks.decisions(session, key, row.review_id, told=True)}
    menus = desks.menus_of(session, vault, [row.review_id])
    wishes = [wish for _, record in menus for wish in rules.wishes(record)]
    lines, told_on = [], None
    for wish in wishes:
        if one := told.get(wish.key):
            again = one.digest != wish.digest
            lines.append(Line(wish, one.outcome, one.instead, one.reason, again))
            told_on = max(one.told_at, told_on) if told_on and one.told_at else one.told_at
    when = desks.settled(session, key, row.review_id, told=True)
    return Happened(tuple(lines), when, told_on, len(lines) < len(wishes))
