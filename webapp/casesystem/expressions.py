"""JMESPath over a record, with the few functions that a record needs beyond the standard's.

record()             the whole record, from inside a list
key()                the event's key
answer('QUESTION')   the question of that id with its answer; null where it was not asked
said(PART)           an answer, a question with its answer, or a wish as words to read, in English where it was chosen
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

import jmespath
from jmespath import exceptions, functions

LONGEST = 2000
"""Letters of an expression."""


class Unworkable(Exception):
    """An expression can't be worked out on this record. Says nothing of what the record holds."""


class Ours(functions.Functions):
    """The standard's functions and ours, over one record."""

    def __init__(self, record: Mapping[str, Any], key: str) -> None:
        self.record, self.key = record, key

    @functions.signature()
    def _func_record(self) -> Any:
        return self.record

    @functions.signature()
    def _func_key(self) -> str:
        return self.key

    @functions.signature({"types": ["string"]})
    def _func_answer(self, question: str) -> Any:
        found = (item for heading in self.record.get("headings", ()) for item in heading["items"])
        return next((item for item in found if item["question"] == question), None)

    @functions.signature({"types": ["object", "null"]})
    def _func_said(self, part: Mapping[str, Any] | None) -> str:
        return said(part or {})


def said(part: Mapping[str, Any]) -> str:
    """What was chosen and typed, a line each; empty where nothing was."""
    if part.get("skipped"):
        return "Chose not to say."
    found = part.get("answer", part)
    lines = [_labels(found.get("choices")), *(_row(row) for row in found.get("rows") or ())]
    for name in ("good", "bad"):
        if labels := _labels(found.get(name)):
            lines.append(f"{name.capitalize()}: {labels}")
    return "\n".join(line for line in [*lines, str(found.get("words") or "")] if line)


def _row(row: Mapping[str, Any]) -> str:
    relation = f" ({row['relation']})" if row.get("relation") else ""
    part = "for a part only" + (f": {row['which_part']}" if row.get("which_part") else "")
    more = [
        _labels(row.get("choices")),
        part if row.get("part_only") else "",
        "added, not checked yet" if row.get("added") else "",
        str(row.get("words") or ""),
        f"Reason, for the IRO alone: {row['reason']}" if row.get("reason") else "",
    ]
    return f"{row.get('label_staff') or row.get('label') or ''}{relation}: " + "; ".join(x for x in more if x)


def _labels(choices: Any) -> str:
    return "; ".join(str(one.get("label_staff") or one.get("label")) for one in choices or ())


@lru_cache(maxsize=1024)
def compiled(expression: str) -> Any:
    """The expression, ready to be worked out. Raises ValueError saying what is wrong and where in it."""
    if len(expression) > LONGEST:
        raise ValueError(f"is longer than {LONGEST:,} letters")
    try:
        return jmespath.compile(expression)
    except RecursionError:
        raise ValueError("is no JMESPath expression: too deep") from None
    except exceptions.JMESPathError as error:
        raise ValueError(f"is no JMESPath expression: {' '.join(str(error).split())}") from None


def work_out(expression: str, node: Any, ours: Ours) -> Any:
    """Its value on a part of a record, which is always something that JSON can hold. Raises Unworkable."""
    try:
        found = compiled(expression).search(node, jmespath.Options(custom_functions=ours))
        # JMESPath has values that JSON hasn't: &expression, numbers without end, half of a letter.
        json.dumps(found, allow_nan=False, ensure_ascii=False).encode()
    except (exceptions.JMESPathError, ValueError, TypeError, KeyError, AttributeError, ArithmeticError,
            RecursionError) as error:  # fmt: skip
        raise Unworkable(type(error).__name__) from None
    return found


def faults(expression: str, known: Collection[str]) -> Iterator[str]:
    """What is wrong with an expression before any record is seen: its form, its functions, its fields' names."""
    try:
        parsed = compiled(expression).parsed
    except ValueError as error:
        yield str(error)
        return
    made = {str(node["value"]) for node in _nodes(parsed) if node["type"] == "key_val_pair"}
    for node in _nodes(parsed):
        name = str(node.get("value"))
        if node["type"] == "function_expression" and name not in Ours.FUNCTION_TABLE:
            yield f"there is no function {name}()" + _meant(name, Ours.FUNCTION_TABLE)
        if node["type"] == "field" and name not in made and name not in known:
            yield f"the record has no field {name!r}" + _meant(name, known)


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for child in node.get("children", ()):
        if isinstance(child, Mapping):
            yield from _nodes(child)


def _meant(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, known, 1)
    return f"; is {close[0]!r} meant?" if close else ""
