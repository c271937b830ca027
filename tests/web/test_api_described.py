"""Our API and docs/openapi.yaml agree, whatever is sent: schemathesis makes the calls, good ones and bad ones."""

from __future__ import annotations

import copy
import io
import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
import yaml
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from config import ROOT, Settings
from tests.fixtures.clocks import SettableClock
from tests.web.calling import KEY, called_by
from webapp.casesystem import signing

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance, negative_data_rejection, unsupported_method,
]  # fmt: skip
"""Not positive_data_acceptance: what must agree between fields (docs/reviews-in.md) no schema can say."""
ROW = "review-import-1.json"


def described() -> dict[str, Any]:
    """What we take, with the schema of a row in one document with it."""
    api: dict[str, Any] = yaml.safe_load((ROOT / "docs/openapi.yaml").read_text("utf-8"))
    del (
        api["webhooks"],
        api["security"],
    )  # whoever calls here is signed already, with a key of its own each time
    for one in (one for path in api["paths"].values() for one in path.values()):
        one["parameters"] = [
            part for part in one["parameters"] if part.get("$ref") != "#/components/parameters/CallKey"
        ]
    schemas = api["components"]["schemas"]
    row = json.loads((ROOT / "static/schemas" / ROW).read_text("utf-8"))
    for gone in ("$id", "$schema"):
        row.pop(gone, None)
    api["components"]["schemas"] = {
        **{name: one for name, one in schemas.items() if name not in ("Event", "File")},
        "Row": _moved(row, "#/", "#/components/schemas/Row/"),
    }
    found: dict[str, Any] = _moved(api, ROW, "#/components/schemas/Row")
    return found


def _moved(part: Any, before: str, after: str) -> Any:
    if isinstance(part, list):
        return [_moved(one, before, after) for one in part]
    if not isinstance(part, dict):
        return part
    found = {name: _moved(one, before, after) for name, one in part.items()}
    if isinstance(found.get("$ref"), str) and found["$ref"].startswith(before):
        found["$ref"] = after + found["$ref"].removeprefix(before)
    return found


class Signed:
    """The application behind a caller who signs whatever is sent, a minute after the last call."""

    def __init__(self, app: Flask, clock: SettableClock) -> None:
        self.app, self.clock, self.numbers = app, clock, itertools.count()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.clock.move(minutes=1)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
        path = raw or quote(environ["PATH_INFO"].encode("latin-1"))
        stamp = int(self.clock().timestamp())
        headers = signing.headers(
            "mosaic", KEY, stamp, f"c{next(self.numbers)}", environ["REQUEST_METHOD"], path, body
        )
        environ.update({f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()})
        return self.app(environ, start)


@pytest.fixture
def api(settings: Settings, tmp_path: Path, clock: SettableClock) -> Iterator[Any]:
    app = called_by(settings, tmp_path, clock)
    schema = schemathesis.openapi.from_dict(copy.deepcopy(described()))
    schema.app = Signed(app, clock)
    yield schema
    app.extensions["house"].db.close()


OPERATIONS = ("putReview", "postReviews", "postReceipts")
QUIETLY: dict[str, Any] = {"database": None, "suppress_health_check": list(HealthCheck)}


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("name", OPERATIONS)
def test_whatever_is_sent_is_answered_as_described(api: Any, name: str, mode: GenerationMode) -> None:
    ask(api, name, mode, examples(max_examples=5, derandomize=True, **QUIETLY))


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("name", OPERATIONS)
def test_whatever_is_sent_is_answered_as_described_at_length(
    api: Any, name: str, mode: GenerationMode
) -> None:
    ask(api, name, mode, examples(max_examples=100, **QUIETLY))


def ask(api: Any, name: str, mode: GenerationMode, how: examples) -> None:
    """Make calls of one kind, right ones or wrong ones, and look at the answers."""
    operation = api.find_operation_by_id(name)

    @how
    @given(case=operation.as_strategy(generation_mode=mode))
    def each(case: schemathesis.Case[Any]) -> None:
        answer = case.call_and_validate(checks=CHECKS)
        assert answer.status_code not in (401, 403, 429), "the caller is known, and not too often"

    each()


def test_no_operation_is_left_out(api: Any) -> None:
    known = {found.ok().definition.raw["operationId"] for found in api.get_all_operations()}
    assert known == set(OPERATIONS)
