"""flask chat read: what replies mean, a line of JSON in and a line out."""

from __future__ import annotations

import json
import sys

import click
from flask import Flask
from flask.cli import AppGroup

from webapp.chat.wire import answered

chat = AppGroup("chat", help="The conversation by text message.")


def register(app: Flask) -> None:
    """Give the application these commands."""
    app.cli.add_command(chat)


@click.command("read")
def read_replies() -> None:
    """Read replies: each line of stdin is {question_kind, question, options, text, language, now, last_prompt?}.

    Writes {action, value | choice | choices | score | text | date | time, exclude} for each, at once.
    """
    for line in sys.stdin:
        if line.strip():
            click.echo(json.dumps(answered(line), ensure_ascii=False))


chat.add_command(read_replies)

if __name__ == "__main__":
    chat()
