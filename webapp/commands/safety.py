"""flask safety read: what the reviewed phrase lists say of a text, without a database."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from webapp import safety

group = AppGroup("safety", help="What the phrase lists find in a text.")


def register(app: Flask) -> None:
    """Give the application these commands."""
    app.cli.add_command(group)


@group.command("read", with_appcontext=False)
@click.argument("source", type=click.File("rb"), default="-")
def read(source: Any) -> None:
    """Read JSON lines {text, language}; for each write {flag, urgent, kind, screened}.

    A line that isn't such an object is answered with what an empty text is, not screened, and `problem`.
    """
    for line in source:
        if line.strip():
            click.echo(json.dumps(_answer(line)))


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
    return asdict(safety.read(text, language))
