"""flask safety read: what the reviewed phrase lists say of a text, without a database."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import yaml
from flask import Flask
from flask.cli import AppGroup

from webapp import safety
from webapp.safety.lists import phrase_list
from webapp.safety.normalising import sentences
from webapp.safety.weighing import features, learn, windows, written

WORRIES = ("d", "u", "ad")
ORDINARY = ("o", "ao")
ADULTS = ("ad", "ao")

group = AppGroup("safety", help="What the phrase lists find in a text.")


def register(app: Flask) -> None:
    """Give the application these commands."""
    app.cli.add_command(group)


@group.command("read", with_appcontext=False)
@click.argument("source", type=click.File("rb"), default="-")
def read(source: Any) -> None:
    """Read JSON lines {text, language}; for each write {flag, urgent, kind, screened}.

    `"child": true` may stand beside them: a child wrote it.
    A line that isn't such an object is answered with what an empty text is, not screened, and `problem`.
    """
    for line in source:
        if line.strip():
            click.echo(json.dumps(_answer(line)))


@group.command("weigh", with_appcontext=False)
@click.argument("tables", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--language", default="en")
def weigh(tables: tuple[Path, ...], language: str) -> None:
    """Learn the points of words from TABLES and print them as the file that webapp/safety/points holds.

    A table has a text a line, after its group: "d ", "u " and "ad " are worries ("u " can't wait), "o " and "ao "
    are ordinary; "ad " and "ao " are adults'. Others and lines with # are passed over.
    """
    rows = [row for table in tables for row in _rows(table, language)]
    worry = learn([(found, group in WORRIES) for group, found in rows])
    now = learn([(found, group == "u") for group, found in rows if group in WORRIES])
    adult = learn([(found, group in ADULTS) for group, found in rows])
    points = {"worry": written(worry), "now": written(now), "adult": written(adult)}
    click.echo(yaml.safe_dump(points, sort_keys=False, width=160), nl=False)


def _rows(table: Path, language: str) -> list[tuple[str, set[str]]]:
    phrases = phrase_list(language)
    found = []
    for line in table.read_text("utf-8").splitlines():
        group, _, text = line.partition(" ")
        if group in (*WORRIES, *ORDINARY):
            said = sentences(text.partition("|")[2] or text, phrases.lexicon)
            found.append((group, {one for words in windows(said) for one in features(words, phrases.shapes)}))
    return found


def _answer(line: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(line.decode("utf-8", "replace"))
        text, language = asked["text"], asked.get("language") or "en"
        if not isinstance(text, str) or not isinstance(language, str):
            raise TypeError
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {
            **asdict(safety.Found()),
            "problem": "not read: a JSON object with text and language is needed",
        }
    return asdict(safety.read(text, language, child=asked.get("child") is True))
