"""Which numbers of a table may be shown, so that no small number can be worked out from what is. Pure.

A table counts children's reviews for rows (foster, residential ...) and columns (the quarters of a year), each with
a total. A number under FEW is hidden, and enough of the others with it that none comes back by subtraction: neither
from a total, nor from the year less its quarters, nor because answered can't be more than invited. What would take the
sums of two measures at once to narrow down is not looked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

FEW = 5
"""Smaller numbers are not shown, as in the official statistics of children in care."""
TOTAL = ""
"""The row and the column of totals."""
NO_END = 10**9
SWEEPS = 6
"""Bounds that are still moving after so many looks are far apart."""
Cell = tuple[str, str, str]
"""Row, column, measure."""
Place = tuple[str, str, str]
"""The sum of a row or of a column: which of both, its name, measure."""
Roads = dict[Place, list[tuple[Place, Cell]]]
Mark = Literal["few", "kept"]
"""few: 0 to FEW - 1, and it is said so. kept: any number, hidden so that no other can be worked out."""
CHAIN = (
    ("invited", "reviews"), ("opened", "invited"), ("answered", "opened"), ("in_time", "answered"),
    ("decided", "reviews"), ("agreed", "wishes"), ("recorded", "reviews"), ("attended", "recorded"),
    ("heard", "told"),
)  # fmt: skip
"""The first is never more than the second."""
ONLY_WITH = {"wishes": "decided", "agreed": "decided"}
"""Wishes are counted, not children: hidden where they are of few children."""


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of one table with their totals. What has no number counts nought."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    measures: tuple[str, ...]
    counts: Mapping[Cell, int]
    lines: Mapping[Place, tuple[Cell, ...]]
    """Every row and column, its total at the end."""

    def n(self, cell: Cell) -> int:
        """The number itself, small or not."""
        return self.counts.get(cell, 0)

    def cells(self) -> Iterator[Cell]:
        """Every number, totals included."""
        return (cell for (kind, _, _), line in self.lines.items() if kind == "row" for cell in line)


def table(body: Mapping[Cell, int], measures: Sequence[str]) -> Table:
    """The table of these numbers, with its totals added up."""
    counts: dict[Cell, int] = {}
    for (row, column, measure), n in body.items():
        for r in (row, TOTAL):
            for c in (column, TOTAL):
                counts[r, c, measure] = counts.get((r, c, measure), 0) + n
    rows = tuple(sorted({row for row, _, _ in body}))
    columns = tuple(sorted({column for _, column, _ in body}))
    lines: dict[Place, tuple[Cell, ...]] = {}
    for m in measures:
        lines |= {("row", r, m): tuple((r, c, m) for c in (*columns, TOTAL)) for r in (*rows, TOTAL)}
        lines |= {("column", c, m): tuple((r, c, m) for r in (*rows, TOTAL)) for c in (*columns, TOTAL)}
    return Table(rows, columns, tuple(measures), counts, lines)


def places(cell: Cell) -> tuple[Place, Place]:
    """The row and the column in which a number stands."""
    return ("row", cell[0], cell[2]), ("column", cell[1], cell[2])


def hide(found: Table, hidden_totals: Collection[tuple[str, str]] = ()) -> dict[Cell, Mark]:
    """What must not be shown of a table, totals included.

    `hidden_totals` are (column, measure) whose total is hidden elsewhere already: nothing under it is shown here.
    """
    marks, bounds, bridges = dict(_small(found)), _Bounds(found), dict[str, set[Cell]]()
    for column, measure in hidden_totals:
        for cell in found.lines.get(("column", column, measure), ()):
            marks.setdefault(cell, "kept")
    hidden = Counter(place for cell in marks for place in places(cell))
    stale = set(found.measures)
    while True:
        bridges |= {m: _bridges(cell for cell in marks if cell[2] == m) for m in stale}
        exposed = sorted(bounds.pinned(marks).union(*bridges.values()))
        changed: set[Place] = set()
        for cell in exposed:
            if not changed & set(places(cell)):
                changed |= {p for one in _hide_beside(found, marks, hidden, cell) for p in places(one)}
        if not changed:
            # Nothing is exposed; or nothing is left to hide beside what is, and nothing of its measures is shown.
            measures = {cell[2] for cell in exposed}
            return marks | {cell: "kept" for cell in found.cells() if cell[2] in measures}
        stale = {measure for _, _, measure in changed}


def _small(found: Table) -> Iterator[tuple[Cell, Mark]]:
    for cell in found.cells():
        row, column, measure = cell
        if found.n(cell) < FEW:
            yield cell, "few"
        elif measure in ONLY_WITH and found.n((row, column, ONLY_WITH[measure])) < FEW:
            yield cell, "kept"


def _hide_beside(found: Table, marks: dict[Cell, Mark], hidden: Counter[Place], cell: Cell) -> list[Cell]:
    """One more number beside one that could be worked out, in the sum that gives it away: the one that costs least.

    Where none is left, one that bounds it, and none around it is said to be small any more. Gives what it changed.
    """
    telling = [place for place in places(cell) if hidden[place] == 1 or _tells(found, marks, place)]
    for place in telling or places(cell):
        left = [
            one for one in found.lines[place] if one not in marks and (one[0] != TOTAL or cell[0] == TOTAL)
        ]
        if left:
            best = min(left, key=lambda one: _cost(found, hidden, one, place))
            marks[best] = "kept"
            hidden.update(places(best))
            return [best]
    beside = sorted(
        (one for one in _nested(found, cell) if one not in marks), key=lambda one: (found.n(one), one)
    )
    few = {one for place in places(cell) for one in found.lines[place] if marks.get(one) == "few"}
    for one in (changed := [*beside[:1], *few]):
        if one not in marks:
            hidden.update(places(one))
        marks[one] = "kept"
    return changed


def _cost(found: Table, hidden: Counter[Place], cell: Cell, place: Place) -> tuple[bool, bool, int, Cell]:
    """What hiding it costs: the year is asked for more often than a quarter, large numbers more than small."""
    alone = not any(hidden[other] for other in places(cell) if other != place)
    return cell[1] == TOTAL, alone, found.n(cell), cell


def _tells(found: Table, marks: Mapping[Cell, Mark], place: Place) -> bool:
    """True where a sum leaves all that is hidden in it nought, or all of it the most that few can be."""
    *parts, total = found.lines[place]
    held = [one for one in parts if one in marks]
    left = sum(found.n(one) for one in held)
    most = all(marks[one] == "few" for one in held) and left == len(held) * (FEW - 1)
    return total not in marks and (left == 0 or most)


def _nested(found: Table, cell: Cell) -> Iterator[Cell]:
    row, column, measure = cell
    for smaller, larger in CHAIN:
        if measure in (smaller, larger) and {smaller, larger} <= set(found.measures):
            yield row, column, larger if measure == smaller else smaller


def _bridges(hidden: Iterable[Cell]) -> set[Cell]:
    """Hidden numbers that the totals give away.

    Each number stands in two sums, its row's and its column's. Take the sums as places and the hidden numbers as roads
    between them: a number can differ only where its road lies on a ring, so a bridge is known exactly (D. Gusfield,
    A graph theoretic approach to statistical data security, 1988).
    """
    roads: Roads = {}
    for cell in hidden:
        a, b = places(cell)
        roads.setdefault(a, []).append((b, cell))
        roads.setdefault(b, []).append((a, cell))
    reached: dict[Place, int] = {}
    lowest: dict[Place, int] = {}
    found_bridges: set[Cell] = set()
    for start in roads:
        if start not in reached:
            found_bridges |= _walk(start, roads, reached, lowest)
    return found_bridges


def _walk(start: Place, roads: Roads, reached: dict[Place, int], lowest: dict[Place, int]) -> set[Cell]:
    """The bridges of what can be reached from here, depth first, without recursion (Tarjan 1974)."""
    bridges: set[Cell] = set()
    reached[start] = lowest[start] = len(reached)
    path: list[tuple[Place, Cell | None, Iterator[tuple[Place, Cell]]]] = [(start, None, iter(roads[start]))]
    while path:
        place, came_by, ahead = path[-1]
        for there, road in ahead:
            if road == came_by:
                continue
            if there in reached:
                lowest[place] = min(lowest[place], reached[there])
                continue
            reached[there] = lowest[there] = len(reached)
            path.append((there, road, iter(roads[there])))
            break
        else:
            path.pop()
            if path and came_by is not None:
                before = path[-1][0]
                lowest[before] = min(lowest[before], lowest[place])
                if lowest[place] > reached[before]:
                    bridges.add(came_by)
    return bridges


class _Bounds:
    """What whoever reads a table knows of each number at the least and at the most. Numbers go by their index: a large
    table is looked at a hundred times before all is hidden that must be.
    """

    def __init__(self, found: Table) -> None:
        self._cells = list(found.cells())
        at = {cell: i for i, cell in enumerate(self._cells)}
        self._low = [found.n(cell) for cell in self._cells]
        self._high = self._low[:]
        self._marks: list[Mark | None] = [None] * len(at)
        lines = [[at[cell] for cell in line] for line in found.lines.values()]
        self._totals = [line[-1] for line in lines]
        self._hidden: list[list[int]] = [[] for _ in lines]
        self._shown = [sum(self._low[i] for i in line[:-1]) for line in lines]
        self._lines_of: list[list[int]] = [[] for _ in at]
        for n, line in enumerate(lines):
            for i in line:
                self._lines_of[i].append(n)
        self._nested = [
            (at[row, column, smaller], i)
            for (row, column, measure), i in at.items()
            for smaller, larger in CHAIN
            if larger == measure and smaller in found.measures
        ]

    def pinned(self, marks: Mapping[Cell, Mark]) -> set[Cell]:
        """Hidden numbers that can be only one, because of the bounds of what stands around them."""
        held = [i for i, cell in enumerate(self._cells) if self._take_up(i, marks.get(cell))]
        low, high = self._low[:], self._high[:]
        lines = {n for i in held for n in self._lines_of[i]}
        for _ in range(SWEEPS):
            moved: set[int] = set()
            for n in sorted(lines):
                _tighten_sum(self._totals[n], self._hidden[n], self._shown[n], low, high, moved)
            for smaller, larger in self._nested:
                if high[larger] < high[smaller]:
                    high[smaller] = high[larger]
                    moved.add(smaller)
                if low[smaller] > low[larger]:
                    low[larger] = low[smaller]
                    moved.add(larger)
            if not moved:
                break
            lines = {n for i in moved for n in self._lines_of[i]}
        return {self._cells[i] for i in held if low[i] >= high[i]}

    def _take_up(self, i: int, mark: Mark | None) -> bool:
        """Whether it is hidden; its first bounds, where that is new."""
        if mark and not self._marks[i]:
            for n in self._lines_of[i]:
                if i != self._totals[n]:
                    self._hidden[n].append(i)
                    self._shown[n] -= self._low[i]
        if mark != self._marks[i]:
            self._low[i], self._high[i], self._marks[i] = 0, FEW - 1 if mark == "few" else NO_END, mark
        return mark is not None


def _tighten_sum(
    total: int, parts: Sequence[int], shown: int, low: list[int], high: list[int], moved: set[int]
) -> None:
    """Narrow the bounds of what is hidden in a sum. What is shown is its own bound."""
    least, most = shown, shown
    for i in parts:
        least += low[i]
        most += high[i]
    most = min(NO_END, most)
    if least > low[total]:
        low[total] = least
        moved.add(total)
    if most < high[total]:
        high[total] = most
        moved.add(total)
    spare = high[total] - least if high[total] < NO_END else NO_END
    lack = most - low[total] if most < NO_END else NO_END
    for i in parts:
        down, up = high[i] - lack, low[i] + spare
        if down > low[i]:
            low[i] = down
            moved.add(i)
        if up < high[i]:
            high[i] = up
            moved.add(i)
