"""Reads incoming reviews from JSON Lines; whatever a line holds, the next one is still read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import ValidationError

from webapp.review.incoming import IncomingReview
from webapp.review.incoming_checks import faults
from webapp.review.incoming_reasons import Problem, problem

LINE_LIMIT = 1_000_000  # bytes; an honest row has a few thousand
BOM = b"\xef\xbb\xbf"

Place = tuple[str | int, ...]
Locate = Callable[[Place], tuple[int, str]]
Read = tuple[int, IncomingReview | list[Problem]]


class LineError(Exception):
    """A line that is no row at all: the reason's code, and the field where one can be named."""

    def __init__(self, code: str, field: str = "line") -> None:
        super().__init__(code)
        self.code = code
        self.field = field


def read_reviews(path: Path) -> Iterator[Read]:
    """Each row of a file with its line number, or the problems that refuse it.

    `.csv` is CSV, all else JSON Lines. Raises OSError where the file can't be read. A review that comes twice
    in one file is refused the second time: half of its people in each row would end the other half's part.
    """
    with path.open("rb") as file:
        yield from read_stream(file, path.name)


def read_stream(file: BinaryIO, name: str) -> Iterator[Read]:
    """The same of an open file of that name."""
    from webapp.review.incoming_csv import read_csv

    return once_each(
        read_csv(file, name) if name.lower().endswith(".csv") else read_json_lines(file, name), name
    )


def once_each(rows: Iterable[Read], name: str) -> Iterator[Read]:
    """The rows, where a review that comes again is refused."""
    seen: set[str] = set()
    for line, row in rows:
        if isinstance(row, IncomingReview):
            if row.review.id in seen:
                yield line, [problem(name, line, "review.id", "review_twice")]
                continue
            seen.add(row.review.id)
        yield line, row


def read_json_lines(file: BinaryIO, name: str) -> Iterator[Read]:
    """Each row of a JSON Lines stream, or its problems. Empty lines and a byte-order mark are passed over."""
    for number, line in physical_lines(file):
        try:
            data = json_object(line)
        except LineError as error:
            yield number, [problem(name, number, error.field, error.code)]
            continue
        if data is not None:
            yield number, check_row(data, name, lambda place, at=number: (at, dotted(place)))  # type: ignore[misc]


def physical_lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Lines with their numbers from 1; None stands for one beyond LINE_LIMIT, never held in memory."""
    number = 0
    while line := file.readline(LINE_LIMIT + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(BOM)
        if len(line) > LINE_LIMIT and not line.endswith(b"\n"):
            while (rest := file.readline(LINE_LIMIT)) and not rest.endswith(b"\n"):
                pass
            yield number, None
        else:
            yield number, line


def check_row(data: Any, name: str, locate: Locate) -> IncomingReview | list[Problem]:
    """A row as read, checked field by field and then between fields; `locate` gives a field's line."""
    try:
        row = IncomingReview.model_validate(data)
    except ValidationError as error:
        return [
            problem(name, *locate(item["loc"]), item["type"], item.get("ctx"))
            for item in error.errors(include_url=False, include_input=False)
        ]
    return [problem(name, *locate(place), code) for place, code in faults(row)] or row


def dotted(place: Place) -> str:
    """A field's path as people read it: people[2].reach.email. Unknown keys become printable."""
    path = ""
    for part in place:
        path += f"[{part}]" if isinstance(part, int) else f".{_printable(part)}"
    return path.lstrip(".") or "line"


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text[:60])


def json_object(line: bytes | None) -> dict[str, Any] | None:
    """A JSON object, or None for nothing but space. Raises LineError: also for keys that stand twice and for numbers
    that no field holds (threats.md B15).
    """
    if line is None:
        raise LineError("too_long_line")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise LineError("not_utf8") from None
    if not text.strip():
        return None
    try:
        data = json.loads(
            text,
            object_pairs_hook=_no_key_twice,
            parse_float=_no_number,
            parse_constant=_no_number,
            parse_int=_small,
        )
    except RecursionError:
        raise LineError("too_deep") from None
    except ValueError:
        raise LineError("not_json") from None
    if not isinstance(data, dict):
        raise LineError("not_an_object")
    return data


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        keys = [key for key, _ in pairs]
        raise LineError("key_twice", _printable(next(key for key in keys if keys.count(key) > 1)))
    return data


def _no_number(_: str) -> Any:
    raise LineError("number_too_big")


def _small(text: str) -> int:
    if len(text) > 18:
        raise LineError("number_too_big")
    return int(text)
