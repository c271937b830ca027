"""No small number of a table comes back from what is shown of it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.review.counting import FEW, TOTAL, Cell, Mark, Table, hide, places, table

QUARTERS = ("1", "2", "3", "4")


def of(numbers: Mapping[str, tuple[int, ...]], measure: str = "reviews") -> Table:
    """A table of one measure, its rows by quarter."""
    return table(
        {(row, q, measure): n for row, line in numbers.items() for q, n in zip(QUARTERS, line, strict=False)},
        (measure,),
    )


def shown(found: Table, row: str, column: str = TOTAL, measure: str = "reviews") -> int | str:
    marks = hide(found)
    cell = (row, column, measure)
    return marks.get(cell, found.n(cell))


def test_a_number_under_five_is_hidden_and_five_is_shown() -> None:
    found = of({"foster": (9, 5), "residential": (7, 8), "secure": (2, 6)})
    assert shown(found, "secure", "1") == "few"
    assert shown(found, "foster", "2") == 5


def test_one_hidden_number_takes_a_second_with_it_so_that_the_total_tells_neither() -> None:
    found = of({"foster": (90,), "residential": (20,), "secure": (2,)})
    assert shown(found, "secure", "1") == "few"
    assert shown(found, "residential", "1") == "kept"
    assert shown(found, "foster", "1") == 90
    assert shown(found, TOTAL, "1") == 112


def test_the_year_less_its_quarters_gives_nothing_away() -> None:
    found = of({"foster": (50, 50, 50, 50), "residential": (9, 9, 2, 9), "connected": (8, 8, 8, 8)})
    marks = hide(found)
    row = [cell for cell in marks if cell[0] == "residential"]
    assert len(row) >= 2
    assert shown(found, TOTAL) == 261


def test_two_small_numbers_whose_total_is_the_most_they_can_be_are_not_left_alone() -> None:
    found = of({"secure": (4,), "custody": (4,), "foster": (30,), "other": (9,)})
    assert {shown(found, "secure", "1"), shown(found, "custody", "1")} == {"few"}
    assert shown(found, "other", "1") == "kept"


def test_a_number_between_two_equal_ones_is_not_known_by_them() -> None:
    body = {
        ("a", "1", "opened"): 7, ("a", "1", "answered"): 7, ("a", "1", "in_time"): 7,
        ("b", "1", "opened"): 9, ("b", "1", "answered"): 2, ("b", "1", "in_time"): 1,
        ("c", "1", "opened"): 30, ("c", "1", "answered"): 20, ("c", "1", "in_time"): 15,
    }  # fmt: skip
    found = table(body, ("opened", "answered", "in_time"))
    assert_safe(found, hide(found))


def test_what_began_in_one_quarter_is_shown_for_the_year() -> None:
    found = of({"all": (40, 0, 0)})
    assert shown(found, TOTAL, "2") == "few"
    assert shown(found, TOTAL, "1") == "kept"
    assert shown(found, TOTAL) == 40


def test_wishes_of_few_children_are_hidden_however_many_they_are() -> None:
    body = {("a", "1", "decided"): 1, ("a", "1", "wishes"): 14, ("b", "1", "decided"): 20, ("b", "1", "wishes"): 90,
            ("c", "1", "decided"): 20, ("c", "1", "wishes"): 80}  # fmt: skip
    marks = hide(table(body, ("decided", "wishes")))
    assert ("a", "1", "wishes") in marks
    assert ("a", TOTAL, "wishes") in marks


numbers = st.dictionaries(
    st.sampled_from("abcdef"), st.lists(st.integers(0, 14), min_size=4, max_size=4).map(tuple), min_size=1
)


def solutions_of_equations(found: Table, marks: Mapping[Cell, Mark]) -> set[Cell]:
    """The hidden numbers that the sums alone determine: by elimination over a field of primes."""
    prime = 1_000_003
    names = sorted(marks)
    place = {cell: i for i, cell in enumerate(names)}
    rows = []
    for line in {found.lines[place] for cell in names for place in places(cell)}:
        row = {place[c]: (prime - 1 if c == line[-1] else 1) for c in line if c in place}
        rows.append(row)
    pivots: dict[int, dict[int, int]] = {}
    for row in rows:
        for at, pivot in pivots.items():
            if at in row:
                row = added(row, pivot, prime - row[at], prime)
        if row:
            at = min(row)
            row = {i: n * pow(row[at], -1, prime) % prime for i, n in row.items()}
            pivots = {k: added(v, row, prime - v[at], prime) if at in v else v for k, v in pivots.items()}
            pivots[at] = row
    return {names[at] for at, row in pivots.items() if len(row) == 1}


def added(row: Mapping[int, int], other: Mapping[int, int], times: int, prime: int) -> dict[int, int]:
    out = dict(row)
    for i, n in other.items():
        out[i] = (out.get(i, 0) + times * n) % prime
    return {i: n for i, n in out.items() if n}


def assert_safe(found: Table, marks: Mapping[Cell, Mark]) -> None:
    for cell, mark in marks.items():
        assert mark == "kept" or found.n(cell) < FEW
    every = itertools.product((*found.rows, TOTAL), (*found.columns, TOTAL), found.measures)
    assert all(cell in marks for cell in every if found.n(cell) < FEW)
    assert solutions_of_equations(found, marks) == set()


@settings(max_examples=60)
@given(numbers)
def test_no_hidden_number_follows_from_any_sums_of_what_is_shown(lines: dict[str, tuple[int, ...]]) -> None:
    found = of(lines)
    assert_safe(found, hide(found))


@settings(max_examples=40)
@given(numbers, numbers, st.sets(st.sampled_from(QUARTERS)))
def test_the_same_holds_where_totals_are_hidden_elsewhere_and_measures_stand_in_a_row(
    lines: dict[str, tuple[int, ...]], more: dict[str, tuple[int, ...]], hidden: set[str]
) -> None:
    body = {("a", "1", "reviews"): 0}
    for row, line in lines.items():
        for i, q in enumerate(QUARTERS):
            body[row, q, "invited"] = line[i]
            body[row, q, "reviews"] = line[i] + more.get(row, (0, 0, 0, 0))[i]
    found = table(body, ("reviews", "invited"))
    assert_safe(found, hide(found, {(q, "invited") for q in hidden}))


def columns(found: Table, marks: Mapping[Cell, Mark], measure: str) -> Iterator[dict[Cell, int]]:
    """Every column of one measure that has the total that is shown."""
    cells = [(r, "1", measure) for r in found.rows]
    total, mark = found.n((TOTAL, "1", measure)), marks.get((TOTAL, "1", measure))
    most = FEW - 1 if mark == "few" else total
    tops = [range(min(most, FEW - 1) + 1) if marks.get(c) == "few" else range(most + 1) if c in marks
            else range(found.n(c), found.n(c) + 1) for c in cells]  # fmt: skip
    for tried in itertools.product(*tops):
        if sum(tried) == total if mark is None else sum(tried) <= most:
            yield dict(zip(cells, tried, strict=True))


@settings(max_examples=40)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=4))
def test_whoever_knows_how_much_few_is_at_most_still_knows_no_hidden_number(numbers: list[int]) -> None:
    found = of({"abcd"[i]: (n,) for i, n in enumerate(numbers)})
    marks = hide(found)
    possible: dict[Cell, set[int]] = {}
    for column in columns(found, marks, "reviews"):
        for cell, n in column.items():
            possible.setdefault(cell, set()).add(n)
    assert {c for c in marks if c in possible and len(possible[c]) == 1} == set()
