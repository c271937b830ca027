"""Signed calls to our API, as a case system makes them."""

from __future__ import annotations

import base64
import itertools
import json
from pathlib import Path
from typing import Any

import yaml
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Settings
from tests.fixtures.clocks import SettableClock
from tests.fixtures.houses import AUTHORITY
from webapp import create_app
from webapp.casesystem import signing

KEY = b"c" * 32
OTHER = b"d" * 32
_numbers = itertools.count()


def called_by(
    settings: Settings, folder: Path, clock: SettableClock, keys: dict[str, str] | None = None
) -> Flask:
    """The application, two callers: `mosaic` may bring all, `robot` receipts alone; with these keys or their own."""
    authority = yaml.safe_load(AUTHORITY.read_text("utf-8"))
    authority["callers"] = [
        {"name": "mosaic", "case_system": "files"},
        {"name": "robot", "may": ["receipts"]},
    ]
    path = folder / "authority.yaml"
    path.write_text(yaml.safe_dump(authority, allow_unicode=True))
    own = {"mosaic": base64.b64encode(KEY).decode(), "robot": base64.b64encode(OTHER).decode()}
    given = own if keys is None else keys
    return create_app(settings.model_copy(update={"authority": path, "caller": given}), clock)


class Calling:
    """One caller with its key."""

    def __init__(self, app: Flask, clock: SettableClock, name: str = "mosaic", key: bytes = KEY) -> None:
        self.client: FlaskClient = app.test_client()
        self.clock, self.name, self.key = clock, name, key

    def __call__(
        self, method: str, path: str, body: Any = None, *, key: str = "", late: int = 0, **headers: str
    ) -> TestResponse:
        """Call; `key` is the Idempotency-Key, a fresh one without it."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        stamp = int(self.clock().timestamp()) - late
        signed = signing.headers(
            self.name, self.key, stamp, key or f"call-{next(_numbers)}", method, path, content
        )
        signed |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(
            path, method=method, data=content, headers=signed, content_type="application/json"
        )
