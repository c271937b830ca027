"""What changed between two records of the same person and booklet: what is new, said otherwise, or not said again.

By ids and typed words; a label that was reworded, another language or another way in is no change. A date that was
offered then can't be offered again, and a decision of then is not one of now: neither counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from webapp.booklet.records import Item, Row, Said
from webapp.booklet.views import BESIDE
from webapp.review.matters import DECISIONS

EACH_TIME_ANEW = frozenset(["helping", "card", *BESIDE, *(question for _, question in DECISIONS)])
"""Questions about this review alone: who helped, the card, the last decisions, words beside the questions."""
DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Changed:
    """One question, as it was answered the last time and now. Of lines that stand alike in both nothing is left."""

    question: str
    before: Item | None
    """None: it was not answered then."""
    now: Item | None
    """None: it is not answered now."""

    @property
    def how(self) -> str:
        """new, changed or gone."""
        return "changed" if self.before and self.now else "new" if self.now else "gone"

    @property
    def item(self) -> Item:
        """The newer of the two."""
        found = self.now or self.before
        assert found is not None
        return found


def since(before: Iterable[Item], now: Iterable[Item]) -> tuple[Changed, ...]:
    """What changed, in the order of the newer booklet; what is gone comes last."""
    old, new = dict(_answered(before)), dict(_answered(now))
    found = []
    for question, item in new.items():
        then = old.get(question)
        if then is None:
            found.append(Changed(question, None, item))
        elif _said(then.answer) != _said(item.answer):
            found.append(Changed(question, _less(then, item), _less(item, then)))
    return tuple(found + [Changed(name, item, None) for name, item in old.items() if name not in new])


def _answered(items: Iterable[Item]) -> Iterator[tuple[str, Item]]:
    for item in items:
        if not item.skipped and item.question not in EACH_TIME_ANEW and any(_said(item.answer)):
            yield item.question, item


def _said(said: Said) -> tuple[Any, ...]:
    rows = [_row(row) for row in said.rows]
    return _ids(said.choices), tuple(row for row in rows if any(row[1:])), said.words.strip()


def _row(row: Row) -> tuple[Any, ...]:
    return row.id or row.label, _ids(row.choices), row.words, row.part_only, row.which_part, row.reason


def _ids(choices: Iterable[Any]) -> tuple[str, ...]:
    return tuple(sorted(choice.id for choice in choices if not DATE.fullmatch(choice.id)))


def _less(item: Item, other: Item) -> Item:
    """The item without the lines that the other has too; choices and words stand whole."""
    if not item.answer.rows:
        return item
    there = {_row(row) for row in other.answer.rows}
    rows = [row for row in item.answer.rows if _row(row) not in there]
    same_words = item.answer.words.strip() == other.answer.words.strip()
    left = item.answer.model_copy(update={"rows": rows, "words": "" if same_words else item.answer.words})
    return item.model_copy(update={"answer": left})
