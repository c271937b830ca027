"""The receiver in the documentation: short, and right where a receiver can go wrong."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import http.client
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from config import ROOT
from tests.casesystem.receiving import KEY, SHARED, reaching, running_reference
from tests.casesystem.records import a_key, an_event
from webapp.casesystem import Away, signing
from webapp.casesystem.http import Http, as_body


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    with running_reference(tmp_path / "events.jsonl") as (_, url):
        yield tmp_path / "events.jsonl", url


def rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_bytes().splitlines()]


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


def test_only_what_the_shared_key_signed_now_is_taken(running: tuple[Path, str]) -> None:
    file, url = running
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
    assert rows(file) == []


def test_what_is_no_event_is_refused_and_leaves_nothing(running: tuple[Path, str]) -> None:
    file, url = running
    good = json.loads(as_body(dataclasses.replace(an_event(1), paper=b"%PDF")))
    wrongs: list[dict[str, Any]] = [
        {"key": a_key(2)},
        {"sequence": "1"},
        {"schema": "views/9"},
        {"about": {}},
        {"event": {**good["event"], "attachments": [{"id": "a" * 32}]}},
        {"schema": "paper-copy/1", "paper": None},
        {"files": None},
        {"paper": {**good["paper"], "data": "eA=="}},
        {"paper": {"data": "!"}},
    ]
    for wrong in wrongs:
        assert call(url, json.dumps({**good, **wrong}).encode()) == 422
    for body in (b"", b"[]", b"\xff", b"{"):
        assert call(url, body) == 422
    assert call(url, b"{}", path="/elsewhere") == 404
    assert rows(file) == []
    assert [call(url, json.dumps(good).encode()) for _ in range(2)] == [201, 201]


def test_what_it_kept_is_there_when_it_starts_again(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    for again in (False, True):
        with running_reference(file) as (_, url):
            taken = Http(reaching(url), [KEY], "my-review").deliver(an_event(1))
            assert taken is not None
            assert (taken.id, taken.received) == ("1", True), again
    assert len(rows(file)) == 1
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_line_that_power_cut_short_is_written_over_by_the_event_that_comes_again(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    with running_reference(file) as (_, url):
        adapter = Http(reaching(url), [KEY], "my-review")
        adapter.deliver(an_event(1))
        whole = file.read_bytes()
        adapter.deliver(an_event(2))
    file.write_bytes(file.read_bytes()[: len(whole) + 9])
    with running_reference(file) as (_, url):
        taken = Http(reaching(url), [KEY], "my-review").deliver(an_event(2))
    assert taken is not None
    assert taken.id == "2"
    assert [one["key"] for one in rows(file)] == [a_key(1), a_key(2)]


def test_while_nothing_can_be_kept_everything_waits(running: tuple[Path, str]) -> None:
    file, url = running
    adapter = Http(reaching(url), [KEY], "my-review")
    file.rename(file.with_suffix(".away"))
    with pytest.raises(Away, match="http 503"):
        adapter.deliver(an_event(1))
    file.with_suffix(".away").rename(file)
    adapter.deliver(an_event(1))
    assert len(rows(file)) == 1


def test_while_the_key_changes_both_are_taken(tmp_path: Path) -> None:
    new = base64.b64encode(b"n" * 32).decode()
    with running_reference(tmp_path / "events.jsonl", f"{new}, {SHARED}") as (_, url):
        for number, key in enumerate((KEY, b"n" * 32), start=1):
            Http(reaching(url), [key], "my-review").deliver(an_event(number))
    assert len(rows(tmp_path / "events.jsonl")) == 2


@pytest.mark.parametrize("key", ["", "a2tr", f"{SHARED},", "no base64!"])
def test_without_a_whole_key_it_does_not_start(key: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError), running_reference(tmp_path / "events.jsonl", key):
        pass


def test_the_path_is_checked_as_it_was_called(running: tuple[Path, str]) -> None:
    body = as_body(an_event(1))
    assert call(running[1], body, path="//api/events") == 201
    moved = signing.headers("me", KEY, int(time.time()), a_key(1), "POST", "/events", body)
    assert call(running[1], body, path="//events", **moved) == 401


def test_twenty_at_once_are_one(running: tuple[Path, str]) -> None:
    file, url = running
    body = as_body(an_event(1))
    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(lambda _: call(url, body), range(20))) == {201}
    assert len(rows(file)) == 1
