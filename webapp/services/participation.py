"""A service manager's figures: what was counted, with what is small hidden. No child, no name of a family, ever.

Every number of a year is protected together, the quarters with their year, whichever of them a page shows: so no two
pages give away between them what one of them hides.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from webapp.clock import london
from webapp.review.counting import FEW, TOTAL, Cell, Mark, Table, hide, table
from webapp.services import auditing
from webapp.services.counting import MEASURES, NOTE, PARTS, months_before
from webapp.store import Audit, HeardCount, Note, ReviewCount, Staff

ALL = "all"
QUARTERS = ("1", "2", "3", "4")
"""April to June, July to September, October to December, January to March."""
SHOWN = (*MEASURES, "told", "heard")
OF = {
    "invited": "reviews", "opened": "invited", "answered": "invited", "in_time": "invited", "agreed": "wishes",
    "attended": "recorded", "heard": "told",
}  # fmt: skip
"""What each is a share of."""
FOR_ITSELF = {
    "channel": ("answered", "in_time"), "code": ("recorded",), "came": ("recorded",), "under_4": ("reviews",),
}  # fmt: skip
"""The small tables, each of measures of its own."""
ROWS_AT_MOST = 60
"""Of more rows the smallest are one: nobody reads further, and the page stays quick."""
OTHERS = "others"
EXPORTED = "participation_exported"


@dataclass(frozen=True, slots=True)
class Number:
    """One number, or why it isn't shown."""

    n: int = 0
    mark: Mark | None = None
    share: int | None = None
    """Per cent of what it is a part of, where both are shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: a value of a part, and its numbers by measure."""

    value: str
    numbers: Mapping[str, Number]


@dataclass(frozen=True, slots=True)
class Part:
    """One table. The last line is the total."""

    name: str
    lines: tuple[Line, ...]
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """A year's numbers, April to March, and what of them is hidden."""

    year: int
    tables: Mapping[str, Table]
    marks: Mapping[str, Mapping[Cell, Mark]]
    officers: Mapping[str, str] = field(default_factory=dict)
    """The names of reviewing officers by id."""
    counted_at: dt.datetime | None = None

    @property
    def empty(self) -> bool:
        """True where no review was counted."""
        return not self.tables[ALL].rows

    def number(self, part: str, value: str, quarter: str, measure: str) -> Number:
        """One number. The total of any part is the total of all."""
        if value == TOTAL:
            part = ALL
        cell = (value, quarter, measure)
        n, mark = self.tables[part].n(cell), self.marks[part].get(cell)
        if mark:
            return Number(mark=mark)
        base = OF.get(measure, "")
        whole = (value, quarter, base)
        of = self.tables[part].n(whole) if base and whole not in self.marks[part] else 0
        return Number(n, None, round(100 * n / of) if of else None)

    def part(self, name: str, quarter: str) -> Part:
        """The table of one part in one quarter, or in the year where `quarter` is empty."""
        found = self.tables[name]
        rows = [
            row for row in found.rows if any(found.n((row, quarter, measure)) for measure in found.measures)
        ]
        return Part(
            name,
            tuple(
                Line(value, {m: self.number(name, value, quarter, m) for m in found.measures})
                for value in (*rows, TOTAL)
            ),
            found.measures,
        )

    def total(self, quarter: str) -> Mapping[str, Number]:
        """The authority's own line."""
        return {measure: self.number(ALL, TOTAL, quarter, measure) for measure in SHOWN}

    def came(self, role: str) -> Number:
        """Of the year's reviews where it is written down who came: how many this one came to."""
        n, of = self.tables["came"].n((role, TOTAL, "recorded")), self.number(ALL, TOTAL, TOTAL, "recorded")
        return Number(mark="few") if n < FEW else Number(n, None, round(100 * n / of.n) if of.n else None)

    def under_4(self) -> Number:
        """Reviews of children whom nobody asks in words."""
        n = self.tables["under_4"].n(("under_4", TOTAL, "reviews"))
        return Number(mark="few") if n < FEW else Number(n)

    def took_part(self) -> Number:
        """PN1 to PN6: all but PN7, so only where that is shown."""
        recorded, absent = (
            self.number(ALL, TOTAL, TOTAL, "recorded"), self.number("code", "PN7", TOTAL, "recorded")
        )  # fmt: skip
        if recorded.mark or absent.mark:
            return Number(mark=recorded.mark or "kept")
        n = recorded.n - absent.n
        return Number(n, None, round(100 * n / recorded.n) if recorded.n else None)


def year_of(day: dt.date) -> int:
    """The year, April to March, in which this day lies: that of its April."""
    return day.year if day.month >= 4 else day.year - 1


def quarter_of(day: dt.date) -> str:
    """1 to 4, from April on."""
    return QUARTERS[(day.month - 4) % 12 // 3]


def years(session: Session, now: dt.datetime) -> tuple[int, ...]:
    """The years that have figures, the newest first; this one always."""
    first = session.scalar(select(func.min(ReviewCount.month)))
    this = year_of(london(now).date())
    return tuple(range(this, min(this, year_of(first) if first else this) - 1, -1))


def of_year(session: Session, year: int, parts: Sequence[str] = PARTS) -> Year:
    """A year's figures, hidden where they are small. Four queries, however many children.

    `parts` are those of the large tables that are wanted: each is hidden for itself, below the totals of all.
    """
    bodies = _bodies(session, year, (ALL, *parts, *FOR_ITSELF))
    tables = {ALL: table(bodies[ALL], SHOWN)}
    marks: dict[str, Mapping[Cell, Mark]] = {ALL: hide(tables[ALL])}
    gone = {(column, measure) for row, column, measure in marks[ALL] if row == TOTAL}
    for part in parts:
        tables[part] = table(_pooled(bodies[part]), SHOWN)
    for part, measures in FOR_ITSELF.items():
        tables[part] = table(_only(bodies[part], measures), measures)
    for part in (*parts, "channel", "code"):
        marks[part] = hide(tables[part], gone)
    officers = dict(session.execute(select(Staff.id, Staff.name)).all()) if "iro" in parts else {}
    counted = session.scalar(select(Note.at).where(Note.name == NOTE))
    return Year(year, tables, marks, officers, counted)


def totals_of_year(session: Session, year: int) -> Year:
    """The authority's own line of a year, without its parts."""
    whole = table(_bodies(session, year, (ALL,))[ALL], SHOWN)
    return Year(year, {ALL: whole}, {ALL: hide(whole)})


def _bodies(session: Session, year: int, parts: Collection[str]) -> Mapping[str, dict[Cell, int]]:
    """The counts of a year by part: by value, quarter and measure. The database adds up the months."""
    found: defaultdict[str, dict[Cell, int]] = defaultdict(dict)
    months = [months_before(dt.date(year + 1, 4, 1), n) for n in range(12, 0, -1)]
    for model, measures in ((ReviewCount, MEASURES), (HeardCount, ("told", "heard"))):
        of = model.__table__.c
        quarter = case({month: quarter_of(month) for month in months}, value=of.month).label("quarter")
        rows = session.execute(
            select(quarter, of.part, of.value, *(func.sum(of[measure]) for measure in measures))
            .where(of.month.between(months[0], months[-1]), of.part.in_(parts))
            .group_by("quarter", of.part, of.value)
        )
        for column, part, value, *counts in rows:
            for measure, n in zip(measures, counts, strict=True):
                found[part][value, column, measure] = n
    return found


def _only(body: Mapping[Cell, int], measures: Iterable[str]) -> dict[Cell, int]:
    return {cell: n for cell, n in body.items() if cell[2] in measures}


def _pooled(body: Mapping[Cell, int]) -> dict[Cell, int]:
    """The largest rows, the rest of them as one."""
    size: dict[str, int] = {}
    for (value, _, measure), n in body.items():
        size[value] = size.get(value, 0) + (n if measure == "reviews" else 0)
    kept = set(sorted(size, key=lambda value: (-size[value], value))[:ROWS_AT_MOST])
    pooled: dict[Cell, int] = {}
    for (value, quarter, measure), n in body.items():
        cell = (value if value in kept else OTHERS, quarter, measure)
        pooled[cell] = pooled.get(cell, 0) + n
    return pooled


def exports_left(session: Session, now: dt.datetime, staff_id: str, at_most: int) -> int:
    """How often this member of staff may still take figures away today."""
    midnight = london(now).replace(hour=0, minute=0, second=0, microsecond=0)
    done = session.scalar(
        select(func.count()).where(
            Audit.actor == f"staff:{staff_id}", Audit.at >= midnight, Audit.action == EXPORTED
        )
    )
    return max(0, at_most - (done or 0))


def export(
    session: Session, now: dt.datetime, staff_id: str, at_most: int, found: Year, quarter: str
) -> str | None:
    """The figures of a year or a quarter as CSV, written down with who took them; None where it was too often today."""
    if not exports_left(session, now, staff_id, at_most):
        auditing.note(session, now, f"staff:{staff_id}", "participation_export_refused", f"year:{found.year}")
        return None
    auditing.note(session, now, f"staff:{staff_id}", EXPORTED, f"year:{found.year}:{quarter or 'all'}")
    external = dict(session.execute(select(Staff.id, Staff.external_id)).all())
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("year", "quarter", "part", "value", "measure", "number", "per cent", "of"))
    for row in _lines(found, quarter, external):
        writer.writerow([inert(cell) for cell in row])
    return out.getvalue()


def _lines(found: Year, quarter: str, external: Mapping[str, str | None]) -> Iterator[tuple[str, ...]]:
    """Officers by their number in the case system, since a file goes further than a page."""
    for name in (*PARTS, "channel", "code"):
        part = found.part(name, quarter)
        for line in part.lines:
            value = line.value or "total"
            if name == "iro":
                value = external.get(value) or value
            for measure, number in line.numbers.items():
                shown = {"few": "fewer than 5", "kept": "not shown"}.get(number.mark or "", str(number.n))
                share = "" if number.share is None else str(number.share)
                yield (f"{found.year}-{(found.year + 1) % 100:02}", quarter or "all", name, value, measure, shown,
                       share, OF.get(measure, "") if share else "")  # fmt: skip


def inert(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; what was there follows an apostrophe."""
    return f"'{text}" if text.lstrip()[:1] in ("=", "+", "-", "@") or text[:1] in ("\t", "\r") else text
