"""Babel's way into the booklets: every sentence of a definition, with its line and a note for the translator.

Named in translations/babel.cfg as the extractor `booklet`. A file that is no YAML raises: no sentence goes
missing unseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import yaml

WORDS = ("title", "summary", "text", "easy", "sms", "hint", "why", "more", "row_more")
"""The keys whose scalars people read."""

NOTES = {
    "easy": "easy read: short words, one idea",
    "sms": "text message: at most 160 characters",
    "hint": "a line of help",
    "why": "why we ask",
    "more": "label of a box for words",
    "row_more": "label of a box for words beside each row",
}

Message = tuple[int, None, str, list[str]]


def extract(fileobj: BinaryIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Message]:
    """Yield (line, no function, sentence, notes) as Babel asks; see Babel's "Writing extraction methods"."""
    root = yaml.compose(fileobj.read().decode("utf-8-sig"), yaml.SafeLoader)
    if root is not None:
        yield from _walk(root, [])


def _walk(node: yaml.Node, around: list[str]) -> Iterator[Message]:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _walk(item, around)
    if isinstance(node, yaml.MappingNode):
        inside = [*around, *_about(node)]
        for name, value in node.value:
            if isinstance(value, yaml.ScalarNode) and name.value in WORDS and value.value:
                notes = [*inside, *([NOTES[name.value]] if name.value in NOTES else [])]
                yield value.start_mark.line + 1, None, value.value, [", ".join(notes)] if notes else []
            else:
                yield from _walk(value, inside)


def _about(node: yaml.MappingNode) -> list[str]:
    """What a part of a booklet is, in a few words: its id, and a question's kind."""
    said = {name.value: value.value for name, value in node.value if isinstance(value, yaml.ScalarNode)}
    if "id" not in said:
        return []
    return [f"{said['id']} ({said['kind']})" if "kind" in said else str(said["id"])]
