"""Answers as a record holds them, by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from webapp.booklet.records import Choice, Item, Row, Said


def chosen(*ids: str) -> list[Choice]:
    """These choices, with labels that say their id."""
    return [Choice(id=one, label=f"label {one}", label_staff=f"label {one}") for one in ids]


def line(name: str, *ids: str, **rest: Any) -> Row:
    """One row."""
    told = {"label": name, "label_staff": name, "relation": "", "words": "", "part_only": False, "which_part": "",
            "reason": "", "added": False}  # fmt: skip
    return Row(**{**told, "id": name, "choices": chosen(*ids), **rest})


def item(question: str, *ids: str, words: str = "", rows: Iterable[Row] = (), **rest: Any) -> Item:
    """One answer."""
    told = {
        "kind": "grid" if rows else "choose_one", "asked": f"{question}?", "asked_staff": f"{question}?",
        "audience": "review", "private": False, "channel": "web", "language": "en", "wording": "standard",
        "answered_at": dt.datetime(2027, 2, 1, 9, tzinfo=dt.UTC), "typed_by": "", "skipped": False,
    }  # fmt: skip
    said = Said(choices=chosen(*ids), rows=list(rows), words=words)
    return Item(**{**told, "question": question, "answer": said, **rest})
