"""The figures of a reviewing service's annual report: what we count, and what a manager adds from the case system."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.services import auditing
from webapp.store import Staff, YearFigure, new_id

FIGURES = (
    "in_timescale", "consulted", "mother", "father", "permanence", "care_plan", "pep", "health_plan", "pathway_plan",
    "ratified", "leisure", "disputes_informal", "disputes_formal",
)  # fmt: skip
"""What an annual report has and only the case system knows (Blackpool's report of 2014, section 8)."""
PLAIN = frozenset(["disputes_informal", "disputes_formal"])
"""Counted, and out of nothing."""
MOST = 1_000_000
SOURCE_AT_LEAST, SOURCE_AT_MOST = 3, 200


class Refused(Exception):
    """It can't be kept so; `code` says which field is wrong: measure, count, out_of or source."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it was typed, by whom and when."""

    measure: str
    count: int
    out_of: int | None
    source: str
    by: str
    at: dt.datetime

    @property
    def share(self) -> int | None:
        """Per cent."""
        return round(100 * self.count / self.out_of) if self.out_of else None


def figures(session: Session, year: int) -> Mapping[str, Figure]:
    """The figures in force of a year, by measure; what nobody typed is missing."""
    rows = session.execute(
        select(YearFigure, Staff.name)
        .join(Staff, Staff.id == YearFigure.noted_by)
        .where(YearFigure.year == year, YearFigure.superseded_at.is_(None))
    )
    return {
        f.measure: Figure(f.measure, f.count, f.out_of, f.source, name, f.noted_at) for f, name in rows
    }  # fmt: skip


def keep(
    session: Session, now: dt.datetime, staff_id: str, year: int, measure: str, count: str, out_of: str, source: str
) -> None:  # fmt: skip
    """Keep a figure as it was typed; the one before stays in the history. Raises Refused."""
    source = " ".join(source.split())
    if measure not in FIGURES:
        raise Refused("measure")
    n = _whole(count)
    if n is None:
        raise Refused("count")
    of = _whole(out_of) if out_of.strip() else None
    if (measure in PLAIN and out_of.strip()) or (measure not in PLAIN and (of is None or of < max(n, 1))):
        raise Refused("out_of")
    if not SOURCE_AT_LEAST <= len(source) <= SOURCE_AT_MOST or not source.isprintable():
        raise Refused("source")
    session.execute(
        update(YearFigure)
        .where(YearFigure.year == year, YearFigure.measure == measure, YearFigure.superseded_at.is_(None))
        .values(superseded_at=now)
    )
    kept = YearFigure(
        id=new_id(),
        year=year,
        measure=measure,
        count=n,
        out_of=of,
        source=source,
        noted_by=staff_id,
        noted_at=now,
    )
    session.add(kept)
    auditing.note(session, now, f"staff:{staff_id}", "year_figure", f"year_figure:{kept.id}")


def _whole(text: str) -> int | None:
    text = text.strip().replace(",", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 and int(text) <= MOST else None
