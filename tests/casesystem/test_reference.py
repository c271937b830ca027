"""The receiver in the documentation: short, and right where a receiver can go wrong."""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config import ROOT
from tests.casesystem.receiving import KEY, reaching, running_reference
from tests.casesystem.records import a_key, an_event
from webapp.casesystem import Away, signing
from webapp.casesystem.http import Http, as_body


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[Any, str]]:
    with running_reference(tmp_path / "events.sqlite") as found:
        yield found


def call(url: str, body: bytes, path: str = "/events", key: str = "", **change: str) -> int:
    """One call by hand; gives its status."""
    given = signing.headers("me", KEY, int(time.time()), key or a_key(1), "POST", path, body)
    with contextlib.closing(http.client.HTTPConnection(url.removeprefix("http://"), timeout=5)) as line:
        line.request("POST", path, body, {**given, **change})
        with line.getresponse() as answer:
            return answer.status


def test_it_has_less_than_a_hundred_lines_and_needs_nothing() -> None:
    lines = (ROOT / "docs/receiver.py").read_text("utf-8").splitlines()
    assert len(lines) < 100
    assert not [line for line in lines if line.startswith(("import ", "from ")) and "webapp" in line]


def test_only_what_the_shared_key_signed_now_is_taken(running: tuple[Any, str]) -> None:
    server, url = running
    with pytest.raises(Away, match="http 401"):
        Http(reaching(url), [b"x" * 32], "my-review").deliver(an_event(1))
    body = as_body(an_event(1))
    late = signing.headers("me", KEY, int(time.time()) - 400, a_key(1), "POST", "/events", body)
    assert call(url, body, **late) == 401
    assert (
        call(
            url,
            body + b" ",
            **signing.headers("me", KEY, int(time.time()), a_key(1), "POST", "/events", body),
        )
        == 401
    )
    assert call(url, body, **{signing.SIGNATURE: "é".encode().decode("latin-1")}) == 401
    assert list(server.open().execute("SELECT * FROM event")) == []


def test_what_is_no_event_is_refused_and_leaves_nothing(running: tuple[Any, str]) -> None:
    server, url = running
    good = json.loads(as_body(dataclasses.replace(an_event(1), paper=b"%PDF")))
    for wrong in (
        {"key": a_key(2)},
        {"files": None},
        {"paper": {**good["paper"], "data": "eA=="}},
        {"paper": {"data": "!"}},
    ):
        assert call(url, json.dumps({**good, **wrong}).encode()) == 422
    for body in (b"", b"[]", b"\xff", b"{"):
        assert call(url, body) == 422
    assert call(url, b"{}", path="/elsewhere") == 404
    assert list(server.open().execute("SELECT * FROM event")) == []
    assert [call(url, json.dumps(good).encode()) for _ in range(2)] == [201, 409]


def test_what_it_kept_is_there_when_it_starts_again(tmp_path: Path) -> None:
    for again in (False, True):
        with running_reference(tmp_path / "events.sqlite") as (_, url):
            taken = Http(reaching(url), [KEY], "my-review").deliver(an_event(1))
            assert taken is not None
            assert (taken.id, taken.received) == ("1", True), again
