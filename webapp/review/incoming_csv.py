"""Reads incoming reviews from CSV: one line per review and person, columns named by dotted paths.

Consecutive lines with the same review.id are one review; its own columns and the child's stand on its first
line and may be left empty on the others. Empty cells are left out of the row. Lists are separated by " | ".
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, BinaryIO, Literal, get_args, get_origin

from pydantic import BaseModel

from webapp.review.incoming import Child, Person, Review
from webapp.review.incoming_reader import LINE_LIMIT, Place, Read, check_row, dotted, physical_lines
from webapp.review.incoming_reasons import Problem, problem

SEPARATOR = " | "
LISTS = {"review.last_decisions", "child.reach.address", "person.reach.address"}
_DECISION = re.compile(r"([A-Za-z0-9][A-Za-z0-9._:/@-]*)=(.+)", re.DOTALL)
_YES_NO = {"yes": True, "no": False, "true": True, "false": False}

Cells = dict[str, str]


class _TooLongError(Exception):
    pass


class _Lines:
    """The text lines of a stream for csv.reader, which goes on after a line that had to be refused."""

    def __init__(self, file: BinaryIO) -> None:
        self._lines = physical_lines(file)
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        self.number, line = next(self._lines)
        if line is None:
            raise _TooLongError
        return line.decode("utf-8", "surrogateescape")  # a broken byte is then refused with its field's name


def columns() -> dict[str, type | None]:
    """Every column of the format in order, with `bool` or `int` where the cell isn't text."""
    found: dict[str, type | None] = {}
    for prefix, model in (("review", Review), ("child", Child), ("person", Person)):
        found.update(_columns(prefix, model))
    return found


def _columns(prefix: str, model: type[BaseModel]) -> Iterator[tuple[str, type | None]]:
    for name, field in model.model_fields.items():
        path = f"{prefix}.{name}"
        types = list(_types(field.annotation))
        inner = next((kind for kind in types if issubclass(kind, BaseModel)), None)
        if inner is not None and path not in LISTS:
            yield from _columns(path, inner)
        else:
            yield path, next((kind for kind in types if kind in (bool, int)), None)


def _types(annotation: Any) -> Iterator[type]:
    if get_origin(annotation) is Annotated:
        annotation = annotation.__origin__
    if isinstance(annotation, type) and get_origin(annotation) is None:
        yield annotation
    elif get_origin(annotation) is not Literal:
        for part in get_args(annotation):
            yield from _types(part)


COLUMNS = columns()
REQUIRED = ("review.id", "child.id", "person.id")


def read_csv(file: BinaryIO, name: str) -> Iterator[Read]:
    """Each review of a CSV stream with the number of its first line, or its problems.

    A header that is not the format's refuses the whole file with problems on line 1: a misspelt column would
    drop a field from every row without a word.
    """
    csv.field_size_limit(LINE_LIMIT)
    lines = _Lines(file)
    reader = csv.reader(lines, strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
    except (csv.Error, _TooLongError):
        yield 1, [problem(name, 1, "line", "not_csv")]
        return
    problems = [problem(name, 1, field, code) for field, code in _header_faults(header)]
    if problems:
        yield 1, problems
        return
    group = _Group(name)
    for number, cells in _records(reader, lines, header, name):
        if isinstance(cells, Problem):
            group.unsure.append(cells)
        elif group.takes(cells):
            group.add(number, cells)
        else:
            yield group.row()
            group = _Group(name, group.unsure)
            group.add(number, cells)
    if group.lines or group.unsure:
        yield group.row()


def _header_faults(header: list[str]) -> Iterator[tuple[str, str]]:
    for index, column in enumerate(header):
        if column not in COLUMNS:
            yield dotted((column,)) if column else f"column {index + 1}", "unknown_column"
        elif header.index(column) < index:
            yield column, "column_twice"
    for column in REQUIRED:
        if column not in header:
            yield column, "column_missing"


def _records(
    reader: Any, lines: _Lines, header: list[str], name: str
) -> Iterator[tuple[int, Cells | Problem]]:
    """Each record under its first line's number; one that is no record is a problem instead."""
    while True:
        start = lines.number + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except _TooLongError:
            yield start, problem(name, start, "line", "too_long_line")
            continue
        except csv.Error:
            yield start, problem(name, start, "line", "not_csv")
            continue
        if len(record) > len(header):
            yield start, problem(name, start, "line", "row_too_long")
        elif any(cell.strip() for cell in record):
            yield (
                start,
                {column: cell.strip() for column, cell in zip(header, record, strict=False) if cell.strip()},
            )


class _Group:
    """The lines of one review. A broken line between two reviews may be a person of either, so both go."""

    def __init__(self, name: str, unsure: Iterable[Problem] = ()) -> None:
        self.name = name
        self.lines: list[tuple[int, Cells]] = []
        self.problems: list[Problem] = []
        self.unsure: list[Problem] = list(unsure)

    def takes(self, cells: Cells) -> bool:
        return not self.lines or cells.get("review.id") == self.lines[0][1].get("review.id")

    def add(self, number: int, cells: Cells) -> None:
        self.problems += self.unsure
        self.unsure = []
        self.lines.append((number, cells))

    def row(self) -> Read:
        problems = self.problems + self.unsure
        first_line = self.lines[0][0] if self.lines else problems[0].line
        own: dict[str, Any] = {"review": {}, "child": {"birth_date": None}}
        people: list[dict[str, Any]] = []
        people_lines: list[int] = []
        for number, cells in self.lines:
            person: dict[str, Any] = {}
            problems += self._sort(number, cells, own, person)
            if person:
                people.append(person)
                people_lines.append(number)
        if problems:
            return first_line, problems

        def locate(place: Place) -> tuple[int, str]:
            if len(place) > 1 and place[0] == "people" and isinstance(place[1], int):
                return people_lines[place[1]], dotted(("person", *place[2:]))
            return first_line, dotted(place)

        return first_line, check_row({**own, "people": people}, self.name, locate)

    def _sort(
        self, number: int, cells: Cells, own: dict[str, Any], person: dict[str, Any]
    ) -> Iterator[Problem]:
        first_line, first = self.lines[0]
        for column, cell in cells.items():
            section, _, path = column.partition(".")
            if section != "person" and number != first_line:
                if first.get(column) != cell:
                    yield problem(self.name, number, column, "rows_disagree")
                continue
            try:
                _put(person if section == "person" else own[section], path, _value(column, cell))
            except ValueError:
                yield problem(self.name, number, column, "not_yes_no")


def _put(target: dict[str, Any], path: str, value: Any) -> None:
    *outer, last = path.split(".")
    for name in outer:
        target = target.setdefault(name, {})
    target[last] = value


def _value(column: str, cell: str) -> Any:
    """A cell as the format's JSON has it; raises ValueError where a yes or no is neither."""
    if column == "review.last_decisions":
        return [_decision(index, part) for index, part in enumerate(_parts(cell), 1)]
    if column in LISTS:
        return _parts(cell)
    if COLUMNS[column] is bool:
        try:
            return _YES_NO[cell.lower()]
        except KeyError:
            raise ValueError(column) from None
    if COLUMNS[column] is int and cell.isascii() and cell.isdigit() and len(cell) < 9:
        return int(cell)
    return cell


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(SEPARATOR) if part.strip()]


def _decision(index: int, part: str) -> dict[str, str]:
    match = _DECISION.fullmatch(part)
    return {"id": match[1], "text": match[2]} if match else {"id": str(index), "text": part}
