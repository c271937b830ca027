"""README.md names every setting: of the environment, and of the authority's file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

from pydantic import BaseModel

from config import GROUPS, PREFIX, ROOT, Authority, Settings


def readme_rows() -> dict[str, list[str]]:
    """The rows of the tables under the README's heading "Settings": first cell to the others."""
    text = (ROOT / "README.md").read_text("utf-8")
    part = re.split(r"\n## ", text.split("\n## Settings\n", 1)[1])[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in part.splitlines()
        if line.startswith("| `")
    ]
    return {row[0].strip("`"): row[1:] for row in rows}


def keys(model: type[BaseModel], within: str = "") -> Iterator[str]:
    """The dotted names of a settings model; of a nested one the names within it."""
    for name, field in model.model_fields.items():
        inner = next((m for m in models_in(field.annotation)), None)
        yield from keys(inner, f"{within}{name}.") if inner else [within + name]


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """The models that a type is, or holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


ENVIRONMENT = {PREFIX + name.upper() + ("_*" if name in GROUPS else "") for name in Settings.model_fields}
FILE = set(keys(Authority))


def test_every_setting_stands_in_the_readme_and_no_other() -> None:
    assert set(readme_rows()) == ENVIRONMENT | FILE


def test_the_readme_says_what_each_setting_is_and_what_it_is_where_it_is_not_set() -> None:
    for name, (meaning, default) in readme_rows().items():
        assert len(meaning.split()) >= 2, name
        assert default, name
