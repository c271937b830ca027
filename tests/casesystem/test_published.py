"""The published schemas, their examples and their page: current, served to anybody, and fair to older records."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from flask.testing import FlaskClient

from config import ROOT
from webapp.booklet import reference
from webapp.booklet.announcements import MODELS
from webapp.booklet.records import Record, ViewsRecord
from webapp.booklet.wishes import ADDED_LATER, InviteChoicesRecord, schemas

EXAMPLES = sorted((ROOT / "static/schemas/examples").glob("*.json"))
OLD = sorted((ROOT / "tests/casesystem/old").glob("*.json"))
"""Records as earlier days made them; never changed, only added to."""
SCHEMAS = schemas()
READ_BY: dict[str, type[Record]] = {"views-1": ViewsRecord, "invite-choices-1": InviteChoicesRecord, **MODELS}


def test_every_schema_has_an_example() -> None:
    assert [file.stem for file in EXAMPLES] == sorted(SCHEMAS)


@pytest.mark.parametrize("file", [*EXAMPLES, *OLD], ids=lambda file: file.name)
def test_examples_and_older_records_are_right_by_todays_schema_and_can_be_read(file: Path) -> None:
    record, name = json.loads(file.read_text("utf-8")), file.name.partition(".")[0]
    jsonschema.Draft202012Validator(SCHEMAS[name], format_checker=jsonschema.FormatChecker()).validate(record)
    assert record["schema"] == name.replace("-1", "/1")
    READ_BY[name].model_validate_json(file.read_bytes())


def test_there_is_an_older_record_without_each_field_that_was_added_later() -> None:
    old = [json.loads(file.read_text("utf-8")) for file in OLD]
    assert all(any(name not in record for record in old) for name in ADDED_LATER)


def test_the_page_about_the_fields_is_current() -> None:
    assert (ROOT / "docs/schemas.md").read_text("utf-8") == reference.reference(SCHEMAS, ADDED_LATER), (
        "write it anew: python -m webapp.booklet.wishes static/schemas docs/schemas.md"
    )


def test_every_field_says_where_it_comes_from() -> None:
    untold = [
        f"{part}.{name}"
        for schema in SCHEMAS.values()
        for part, fields in reference.parts(schema)
        for name, field in fields.items()
        if not field.get("x-comes-from")
    ]
    assert untold == []


def test_the_changelog_names_every_schema() -> None:
    changes = (ROOT / "docs/schemas-changelog.md").read_text("utf-8")
    assert [name for name in SCHEMAS if f"`{name.replace('-1', '/1')}`" not in changes] == []


def test_anybody_may_read_the_schemas_and_their_examples(client: FlaskClient) -> None:
    listed = client.get("/schemas/").get_json()["schemas"]
    assert {one["schema"] for one in listed} >= {f"/schemas/{name}.json" for name in SCHEMAS}
    for one in listed:
        assert client.get(one["schema"]).get_json()["$id"] == one["id"]
        if one["example"]:
            assert client.get(one["example"]).get_json()["schema"]
    assert client.get("/schemas/examples/none.json").status_code == 404
    assert client.get("/schemas/examples/..%2fviews-1.json").status_code == 404
