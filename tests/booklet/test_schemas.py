"""The published schemas are current, and say of every field what it means and who may see it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from webapp.booklet.wishes import ADDED_LATER, schemas

PUBLISHED = Path("static/schemas")
OURS = schemas()


@pytest.mark.parametrize("name", OURS)
def test_the_published_schema_is_the_one_in_force(name: str) -> None:
    assert json.loads((PUBLISHED / f"{name}.json").read_text("utf-8")) == OURS[name], (
        "write it anew: python -m webapp.booklet.wishes static/schemas docs/schemas.md"
    )


@pytest.mark.parametrize("name", OURS)
def test_the_schema_is_one(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(OURS[name])


def fields(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of every object of a schema."""
    for title, part in [("record", schema), *schema.get("$defs", {}).items()]:
        for name, field in part.get("properties", {}).items():
            yield f"{title}.{name}", field


@pytest.mark.parametrize(
    ("schema", "name"), [(schema, name) for schema in OURS for name, _ in fields(OURS[schema])]
)
def test_every_field_says_what_it_means_and_who_may_see_it(schema: str, name: str) -> None:
    field = dict(fields(OURS[schema]))[name]
    assert " Seen by " in field.get("description", "")


@pytest.mark.parametrize("name", OURS)
def test_nothing_beyond_the_schema_may_be_delivered_and_nothing_left_out(name: str) -> None:
    for part in (OURS[name], *OURS[name].get("$defs", {}).values()):
        assert part["additionalProperties"] is False
        assert set(part["required"]) == set(part["properties"]) - set(ADDED_LATER)


def test_every_private_reason_is_the_iros() -> None:
    found = [
        field["description"]
        for name in OURS
        for path, field in fields(OURS[name])
        if path.endswith(".reason")
    ]
    assert len(found) == 3
    assert all("Seen by the IRO alone" in text for text in found)
