"""A record as a vendor's own form has it, from a YAML file: no code (docs/mapping.md).

A file is checked whole when it is read; each mistake is told with file, line and key. What comes out when it is used is
either the whole form or GiveUp with the field's name and a code: nothing is cut off in silence, and no word of the
record stands in a reason.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from config import ROOT
from webapp.booklet.loader import PLAIN, Spot, read
from webapp.booklet.wishes import schemas
from webapp.casesystem.expressions import Ours, Unworkable, faults, work_out
from webapp.casesystem.port import Event, GiveUp
from webapp.clock import london

EXAMPLES = ROOT / "static/schemas/examples"
WAYS = ("value", "from", "fields", "lines")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Part(BaseModel):
    """Base of everything in a mapping: frozen, no unknown keys, names as in the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Filled(Part):
    """How one field of the vendor's is filled. A text alone is an expression: `field: respondent.role`."""

    value: str | None = Field(None, description="Always this text.")
    from_: str | None = Field(None, alias="from", description="A JMESPath expression.")
    fields: dict[str, Filled] | None = Field(None, description="Fields inside this one.")
    lines: list[Filled] | None = Field(
        None, description="Text: these one below the other, empty ones left out."
    )
    each: str | None = Field(None, description="An expression that gives a list: once for each of its parts.")
    codes: str | None = Field(None, description="The name of a code list that the value is looked up in.")
    otherwise: str | None = Field(None, description="What stands where the code list has nothing.")
    join: str | None = Field(None, description="What stands between the parts of a list.")
    split: str | None = Field(None, min_length=1, description="Where a text is split.")
    part: Literal["first", "rest", "last"] = Field("first", description="Which part of a split text.")
    date: str | None = Field(None, description="How a moment is written (strftime), in London's time.")
    letters: int | None = Field(None, gt=0, description="How many letters the field holds.")
    piece: int = Field(1, gt=0, description="Which piece of a long text, from 1.")
    pieces: int = Field(1, gt=0, description="How many fields a long text may run over.")
    required: bool = Field(False, description="The record is not sent without it.")

    @model_validator(mode="before")
    @classmethod
    def _text_is_an_expression(cls, value: Any) -> Any:
        return {"from": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _is_filled_in_one_way(self) -> Self:
        ways = [name for name in WAYS if getattr(self, "from_" if name == "from" else name) is not None]
        if len(ways) != 1:
            raise ValueError("needs one of value, from, fields, lines")
        if self.each is not None and ways[0] not in ("fields", "lines"):
            raise ValueError("each goes with fields or lines")
        if self.otherwise is not None and self.codes is None:
            raise ValueError("otherwise goes with codes")
        if self.piece > self.pieces:
            raise ValueError("piece is more than pieces")
        return self


class Form(Part):
    """What is made of one kind of record."""

    as_: Literal["json", "csv"] = Field("json", alias="as")
    rows: str | None = Field(None, description="Of a CSV file: a list; once for each of its parts.")
    fields: dict[str, Filled] = Field(min_length=1)

    @model_validator(mode="after")
    def _a_row_is_flat(self) -> Self:
        if self.as_ == "csv" and any(one.fields is not None for one in self.fields.values()):
            raise ValueError("a CSV file has no fields inside fields")
        if self.rows is not None and self.as_ != "csv":
            raise ValueError("rows goes with as: csv")
        return self


class MappingFile(Part):
    """The file."""

    title: str = Field(min_length=1)
    records: dict[str, Form] = Field(min_length=1)
    codes: dict[str, dict[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Mapped:
    """A record in the vendor's own form."""

    content: bytes
    media_type: str
    ending: str


@dataclass(frozen=True, slots=True)
class Translation:
    """A mapping that is right."""

    file: MappingFile

    def of(self, event: Event) -> Mapped | None:
        """The event in the vendor's form; None where the mapping says nothing of its schema. Raises GiveUp."""
        form = self.file.records.get(event.schema)
        return _Run(event, self.file.codes).form(form) if form else None


def option(folder: Path, name: str) -> Translation | None:
    """The mapping that an adapter's `mapping` option names, from the folder of the authority's file; None without one.
    Raises ValueError.
    """
    return load(folder / name) if name else None


def examples() -> list[Event]:
    """The published example of each record that can be mapped, as events."""
    return [Event("0" * 64, json.loads(file.read_text("utf-8"))) for file in sorted(EXAMPLES.glob("*.json"))]


def load(path: Path) -> Translation:
    """The mapping in this file. Raises ValueError with every mistake: file, line, key."""
    try:
        source = read(path)
    except OSError:
        raise ValueError(f"mapping: {path} can't be read") from None
    wrong = [str(one) for one in source.mistakes]
    found = None
    try:
        found = None if source.data is None else MappingFile.model_validate(source.data)
    except ValidationError as error:
        wrong += [str(source.mistake(*_told(problem))) for problem in error.errors(include_url=False)]
    if found:
        wrong += [str(source.mistake(spot, message)) for spot, message in _examined(found)]
        wrong = wrong or [str(source.mistake(spot, message)) for spot, message in _tried(found)]
    if found is None or wrong:
        raise ValueError("\n".join(dict.fromkeys(wrong)))
    return Translation(found)


def _told(problem: Any) -> tuple[Spot, str]:
    message = PLAIN.get(problem["type"], problem["msg"].removeprefix("Value error, "))
    return tuple(problem["loc"]), message


def _examined(found: MappingFile) -> Iterator[tuple[Spot, str]]:
    """What is wrong with expressions, code lists and names, before any record is seen."""
    known_schemas = _names()
    for schema, form in found.records.items():
        spot: Spot = ("records", schema)
        if schema not in known_schemas:
            yield spot, f"is none of {', '.join(known_schemas)}"
            continue
        known = known_schemas[schema]
        yield from (((*spot, "rows"), fault) for fault in faults(form.rows, known)) if form.rows else ()
        for name, filled in form.fields.items():
            yield from _wrong(filled, (*spot, "fields", name), known, found.codes)


def _wrong(
    filled: Filled, spot: Spot, known: frozenset[str], codes: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[Spot, str]]:
    for key, expression in (("from", filled.from_), ("each", filled.each)):
        if expression is not None:
            yield from (((*spot, key), fault) for fault in faults(expression, known))
    if filled.codes is not None and filled.codes not in codes:
        yield (*spot, "codes"), f"there is no code list {filled.codes!r}"
    for name, inner in (filled.fields or {}).items():
        yield from _wrong(inner, (*spot, "fields", name), known, codes)
    for n, inner in enumerate(filled.lines or ()):
        yield from _wrong(inner, (*spot, "lines", n), known, codes)


def _tried(found: MappingFile) -> Iterator[tuple[Spot, str]]:
    """What can't be worked out on the published examples: a wrong number of arguments, a list where text must be."""
    for schema, form in found.records.items():
        example = next(one for one in examples() if one.schema == schema)
        run = _Run(example, found.codes)
        try:
            run.form(form)
        except GiveUp as error:
            name, _, code = str(error).removeprefix("mapping ").rpartition(" ")
            if code in ("expression", "not_text"):
                yield (
                    ("records", schema, "fields", *name.split(".")),
                    f"{code} fails on the published example",
                )


@lru_cache(maxsize=1)
def _names() -> dict[str, frozenset[str]]:
    """By schema, every field's name that a record of it can have anywhere."""
    return {
        "/".join(file.rsplit("-", 1)): frozenset(
            name
            for part in (schema, *schema.get("$defs", {}).values())
            for name in part.get("properties", ())
        )
        for file, schema in schemas().items()
    }


class _Run:
    """One record on its way into a form."""

    def __init__(self, event: Event, codes: Mapping[str, Mapping[str, str]]) -> None:
        self.record, self.codes = event.record, codes
        self.ours = Ours(event.record, event.key)

    def form(self, form: Form) -> Mapped:
        if form.as_ == "json":
            content = json.dumps(self._fields(form.fields, self.record, ""), ensure_ascii=False, indent=2)
            return Mapped(content.encode() + b"\n", "application/json", "json")
        rows: Sequence[Any] = self._list(form.rows, self.record, "rows") if form.rows else [self.record]
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow([_inert(name) for name in form.fields])
        for row in rows:
            cells = self._fields(form.fields, row, "")
            writer.writerow([_inert(_text(value, name)) for name, value in cells.items()])
        return Mapped(out.getvalue().encode(), "text/csv; charset=utf-8", "csv")

    def _fields(self, fields: Mapping[str, Filled], node: Any, above: str) -> dict[str, Any]:
        return {name: self._field(filled, node, f"{above}{name}") for name, filled in fields.items()}

    def _field(self, filled: Filled, node: Any, name: str) -> Any:
        value = self._raw(filled, node, name)
        if filled.join is not None and isinstance(value, list):
            value = filled.join.join(_text(one, name) for one in value if one not in (None, ""))
        if filled.codes is not None:
            value = self._code(filled, value, name)
        if filled.date is not None and value is not None:
            value = _date(value, filled.date, name)
        if filled.split is not None and value is not None:
            value = _split(_text(value, name), filled.split, filled.part)
        if filled.letters is not None and value is not None:
            value = _piece(_text(value, name), filled, name)
        if filled.required and value in (None, "", [], {}):
            raise GiveUp(f"mapping {name} missing")
        return value

    def _raw(self, filled: Filled, node: Any, name: str) -> Any:
        if filled.value is not None:
            return filled.value
        if filled.from_ is not None:
            return self._work_out(filled.from_, node, name)
        nodes = [node] if filled.each is None else self._list(filled.each, node, name)
        if filled.fields is not None:
            made = [self._fields(filled.fields, one, f"{name}.") for one in nodes]
            return made if filled.each is not None else made[0]
        lines = [_text(self._field(line, one, name), name) for one in nodes for line in filled.lines or ()]
        return "\n".join(line for line in lines if line)

    def _list(self, expression: str, node: Any, name: str) -> Sequence[Any]:
        found = self._work_out(expression, node, name)
        if found is None:
            return []
        return found if isinstance(found, list) else [found]

    def _work_out(self, expression: str, node: Any, name: str) -> Any:
        try:
            return work_out(expression, node, self.ours)
        except Unworkable:
            raise GiveUp(f"mapping {name} expression") from None

    def _code(self, filled: Filled, value: Any, name: str) -> Any:
        if isinstance(value, list):
            return [self._code(filled, one, name) for one in value]
        found = self.codes[filled.codes or ""].get(
            "" if value is None else _text(value, name), filled.otherwise
        )
        if found is None and value is not None:
            raise GiveUp(f"mapping {name} no_code")
        return found


def _text(value: Any, name: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        raise GiveUp(f"mapping {name} not_text")
    return str(value)


def _date(value: Any, shape: str, name: str) -> str:
    try:
        return london(dt.datetime.fromisoformat(_text(value, name))).strftime(shape)
    except (ValueError, OverflowError):
        raise GiveUp(f"mapping {name} no_date") from None


def _split(text: str, at: str, part: str) -> str:
    if part == "last":
        return text.rpartition(at)[2]
    first, _, rest = text.partition(at)
    return first if part == "first" else rest


def _piece(text: str, filled: Filled, name: str) -> str:
    """A piece of a text. The pieces together are the text; what doesn't fit into all of them is never cut off."""
    most = filled.letters or 0
    if len(text) > most * filled.pieces:
        raise GiveUp(f"mapping {name} too_long")
    return text[most * (filled.piece - 1) : most * filled.piece]


def _inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (threats.md B7); the mark goes away with one apostrophe."""
    bare = cell.lstrip(" '\"")
    return f"'{cell}" if bare.startswith(FORMULA) else cell
