"""YAML in, booklet out: every scalar is text, and every mistake is named with file, line, question and key.

A bare `yes` or `no` stays the word it is: nothing is guessed from how a scalar looks. `dump` and `restore`
keep a definition as it was when somebody answered it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from webapp.booklet.definition import Base, Booklet, Fault, Question, faults
from webapp.booklet.rules import broken

HERE = Path(__file__).resolve().parent
DEFINITIONS = HERE / "definitions"
PICTURES = HERE.parents[1] / "static" / "pictures"
PLAIN = {
    "missing": "is missing",
    "union_tag_not_found": "is missing",
    "extra_forbidden": "is no key of this",
}
"""What pydantic says in its own terms, said plainly."""
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same reader in C where PyYAML was built with it: eight times as fast, and it is part of every start."""
QUESTION: TypeAdapter[Question] = TypeAdapter(Question)

Spot = tuple[str | int, ...]
"""Where something stands in a file: keys and places in lists, from the top."""


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One thing wrong in a booklet's file."""

    file: str
    line: int
    question: str
    key: str
    message: str

    def __str__(self) -> str:
        about = f" question {self.question!r}:" if self.question else ""
        key = f" {self.key}:" if self.key else ""
        return f"{self.file}:{self.line}:{about}{key} {self.message}"


class BookletError(Exception):
    """A booklet can't be used; `mistakes` holds every one that was found."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = sorted(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


@dataclass
class Source:
    """A file as plain data: mappings, lists and text, the line of each, and what went wrong in reading it."""

    file: str
    data: Any = None
    lines: dict[Spot, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    met: set[int] = field(default_factory=set)
    aliases: list[Spot] = field(default_factory=list)

    def mistake(self, spot: Spot, message: str, key: str | None = None) -> Mistake:
        """A mistake at this spot, told by its question and its key; the line is the nearest that is known."""
        known = spot
        while known and known not in self.lines:
            known = known[:-1]
        at = self.question_at(spot)
        inside = spot[4:] if at else spot
        name = key if key is not None else ".".join(str(part) for part in inside)
        return Mistake(self.file, self.lines.get(known, 1), at, name, message)

    def question_at(self, spot: Spot) -> str:
        """The id of the question that this spot is in; empty outside the questions."""
        if len(spot) < 4 or spot[0] != "sections" or spot[2] != "questions":
            return ""
        found = self.data
        for part in spot[:4]:
            found = found[part]
        return str(found.get("id", "?")) if isinstance(found, dict) else "?"

    def questions(self) -> Iterator[tuple[Spot, Any]]:
        """Every question as plain data, with its spot, whatever shape the file is in."""
        sections = self.data.get("sections") if isinstance(self.data, dict) else None
        for s, section in enumerate(sections if isinstance(sections, list) else ()):
            questions = section.get("questions") if isinstance(section, dict) else None
            for q, question in enumerate(questions if isinstance(questions, list) else ()):
                yield ("sections", s, "questions", q), question


def read(path: Path) -> Source:
    """The file as plain data; what YAML itself refuses becomes a mistake."""
    source = Source(path.name)
    try:
        text = path.read_text("utf-8-sig")
        root = yaml.compose(text, LOADER)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        message = getattr(error, "problem", None) or str(error)
        source.mistakes.append(Mistake(source.file, line, "", "", f"is no YAML: {message}"))
        return source
    source.data = _plain(root, (), source) if root else {}
    source.mistakes += [source.mistake(spot, "is an alias (*name): write it out") for spot in source.aliases]
    return source


def _plain(node: yaml.Node, spot: Spot, source: Source) -> Any:
    """The node without YAML's types. A node that is met again is an alias, which could swell or go round."""
    source.lines[spot] = node.start_mark.line + 1
    if id(node) in source.met:
        source.aliases.append(spot)
        return ""
    source.met.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*spot, n), source) for n, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for name, value in node.value:
            key = str(name.value)
            if key in found:
                line = name.start_mark.line + 1
                source.mistakes.append(
                    Mistake(source.file, line, str(found.get("id", "")), key, "stands twice")
                )
            found[key] = _plain(value, (*spot, key), source)
            source.lines[(*spot, key)] = name.start_mark.line + 1
        return found
    return str(node.value)


def load(path: str | Path) -> Booklet:
    """The booklet in this file. Raises BookletError with every mistake in it."""
    booklet, mistakes = _examine(Path(path))
    if mistakes or booklet is None:
        raise BookletError(mistakes)
    return booklet


def load_all(folder: str | Path | None = None) -> dict[str, Booklet]:
    """Every booklet of a folder (or our own) by id. Raises BookletError with every mistake in any of them."""
    found: dict[str, Booklet] = {}
    mistakes: list[Mistake] = []
    for path in sorted(Path(folder or DEFINITIONS).glob("*.yaml")):
        booklet, wrong = _examine(path)
        mistakes += wrong
        if booklet:
            found[booklet.id] = booklet
    if mistakes:
        raise BookletError(mistakes)
    return found


def check(paths: Iterable[str | Path]) -> list[Mistake]:
    """Every mistake in these files; of a folder, in all its booklets."""
    files: list[Path] = []
    for path in map(Path, paths):
        files += sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    return [mistake for file in files for mistake in _examine(file)[1]]


def _examine(path: Path) -> tuple[Booklet | None, list[Mistake]]:
    source = read(path)
    if source.mistakes and source.data is None:
        return None, source.mistakes
    mistakes = list(source.mistakes)
    booklet = None
    try:
        booklet = Booklet.model_validate(source.data)
    except ValidationError as error:
        mistakes += [_told(source, problem) for problem in _plainly(error.errors())]
        mistakes += [_placed(source, fault) for fault in _between(source)]
    if booklet:
        mistakes += [_placed(source, fault) for fault in broken(booklet, _pictures())]
        if booklet.id != path.stem:
            mistakes.append(
                source.mistake(("id",), f"is {booklet.id!r}, so the file must be {booklet.id}.yaml")
            )
    return booklet, sorted(set(mistakes))


def _plainly(problems: list[Any]) -> list[Any]:
    """Without what is told elsewhere, and without "too short" where an item that could not be read made it so."""
    spots = [problem["loc"] for problem in problems]
    return [
        problem
        for problem in problems
        if problem["type"] != "references"
        and not (problem["type"] == "too_short" and any(_inside(spot, problem["loc"]) for spot in spots))
    ]


def _inside(spot: Spot, around: Spot) -> bool:
    return len(spot) > len(around) and spot[: len(around)] == around


def _told(source: Source, problem: Any) -> Mistake:
    """What pydantic found, at its spot in the file; it also names the kind of a question, which is no key."""
    found: str = problem["type"]
    spot: Spot = ()
    for n, part in enumerate(problem["loc"]):
        last = n == len(problem["loc"]) - 1
        if (*spot, part) in source.lines or (last and found == "missing"):
            spot = (*spot, part)
    if found.startswith("union_tag"):
        spot = (*spot, "kind")
    return source.mistake(spot, PLAIN.get(found) or problem["msg"][0].lower() + problem["msg"][1:])


def _between(source: Source) -> Iterator[Fault]:
    """Faults between the questions that can be read, told together with the faults of the ones that can't."""
    good: list[Base] = []
    other: set[str] = set()
    for _, data in source.questions():
        try:
            good.append(QUESTION.validate_python(data))
        except ValidationError:
            other.add(str(data.get("id")) if isinstance(data, dict) else "")
    return faults(good, frozenset(other))


def _placed(source: Source, fault: Fault) -> Mistake:
    """A fault at the last question of that name that has the key: of two that are the same, the second."""
    keys: Spot = tuple(int(part) if part.isdigit() else part for part in fault.key.split("."))
    found: Spot = keys if not fault.question else ()
    for spot, data in source.questions():
        if isinstance(data, dict) and data.get("id") == fault.question and keys[0] in data:
            found = (*spot, *keys)
    return source.mistake(found, fault.message, fault.key)


def _pictures() -> set[str] | None:
    names = {path.stem for path in PICTURES.iterdir()} if PICTURES.is_dir() else set()
    return names or None


def dump(booklet: Booklet) -> str:
    """The definition as canonical JSON: equal booklets give equal text, on every machine."""
    return _canonical(booklet)


def _canonical(booklet: Booklet, without: Any = None) -> str:
    plain = booklet.model_dump(mode="json", exclude_none=True, exclude=without)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def restore(text: str) -> Booklet:
    """The definition that `dump` kept. Raises pydantic's ValidationError where this version can't hold it."""
    return Booklet.model_validate_json(text)


_marks: dict[int, tuple[Booklet, str]] = {}


def fingerprint(booklet: Booklet) -> str:
    """What pins an answer to its definition: SHA-256 of the canonical JSON, in hex. Worked out once per booklet.

    What staff call a question is no part of it: renaming it asks nobody anything else.
    """
    if id(booklet) not in _marks:
        asked = _canonical(booklet, {"sections": {"__all__": {"questions": {"__all__": {"short"}}}}})
        _marks[id(booklet)] = (booklet, hashlib.sha256(asked.encode()).hexdigest())
    return _marks[id(booklet)][1]
