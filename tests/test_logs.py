"""Logs hold ids, codes and counts: no word, name, number, link or code of anybody gets through (threats.md P1)."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp import logs

ID = "0123456789abcdef0123456789abcdef"
SECRETS = [
    "My foster dad hits me", "my foster dad hits me", "i hate Maya", "Maya",
    "maya", "07700 900123", "07700900123", "+447700900123", "maya@example.org",
    "https://review.example.org/open/9fN-xxYz", "9fN_xxYzQQ", "BCDFG23467", "1 Harbour Walk", "SX1 1AA", "ٹھیک",
    "2016-05-04", "\u202e", "x\ny",
]  # fmt: skip


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook)
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.setup("debug", stream, hooks=False)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_an_event_of_ours_keeps_its_code_ids_and_counts(out: io.StringIO) -> None:
    logs.get("delivering").info("delivered", delivery=ID, adapter="files", attempts=2, seconds=0.25)
    [line] = lines(out)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "delivered", "room": "delivering", "level": "info", "delivery": ID, "adapter": "files",
        "attempts": 2, "seconds": 0.25,
    }  # fmt: skip


@pytest.mark.parametrize("secret", SECRETS)
def test_what_is_not_listed_is_dropped_whatever_it_looks_like(out: io.StringIO, secret: str) -> None:
    logs.get("x").info("delivered", words=secret, name=secret, token=secret, delivery=ID)
    assert secret not in out.getvalue()
    assert lines(out)[0]["left_out"] == 3


@pytest.mark.parametrize("secret", [secret for secret in SECRETS if secret != "maya"])
@pytest.mark.parametrize("field", ["event", "code", "delivery", "worker", "reason"])
def test_words_and_numbers_do_not_get_through_in_a_listed_field_either(
    out: io.StringIO, secret: str, field: str
) -> None:
    event = secret if field == "event" else "delivered"
    logs.get("x").warning(event, **({} if field == "event" else {field: secret}))
    assert secret not in json.dumps(lines(out), ensure_ascii=False)


@given(st.integers(10**6, 10**15) | st.integers(-(10**15), -(10**6)))
def test_a_long_number_is_nobodys_count(number: int) -> None:
    assert logs.harmless(None, "", {"event": "x", "count": number}) == {"event": "x", "left_out": 1}


@pytest.mark.parametrize("secret", SECRETS)
def test_a_librarys_line_says_where_it_comes_from_and_not_what_it_was_given(
    out: io.StringIO, secret: str
) -> None:
    for name in ("werkzeug", "sqlalchemy.engine", "gunicorn.error", "gunicorn.access", "flask.app", "twilio"):
        logging.getLogger(name).error("GET %s 200", secret)
        logging.getLogger(name).error(f"GET {secret}")
    text = out.getvalue()
    assert secret not in text
    assert len(lines(out)) == 12
    assert {line["event"] for line in lines(out)} == {"library"}
    assert "test_logs.py" in text


def test_a_template_of_a_trusted_library_stays_without_its_values(out: io.StringIO) -> None:
    logging.getLogger("gunicorn.error").info("Listening at: %s (%s)", "http://127.0.0.1", 12345)
    [line] = lines(out)
    assert line["template"] == "listening_at_s_s"
    assert "127" not in out.getvalue()


@pytest.mark.parametrize("secret", SECRETS)
def test_an_error_is_its_type_and_its_places_and_never_its_message(out: io.StringIO, secret: str) -> None:
    def fail() -> None:
        raise ValueError(f"can't read {secret}") from KeyError(secret)

    try:
        fail()
    except ValueError as error:
        logs.get("x").error("adapter_broke", **logs.trouble(error))
        logging.getLogger("flask.app").exception("Exception on %s", secret)
    ours, theirs = lines(out)
    assert secret not in json.dumps([ours, theirs], ensure_ascii=False)
    assert (ours["error"], theirs["error"]) == ("ValueError", "ValueError")
    assert "tests/test_logs.py:" in ours["places"][-1]
    assert ours["places"][-1].endswith(" fail")


def test_an_error_that_ends_the_process_or_a_thread_is_told_the_same_way(out: io.StringIO) -> None:
    try:
        raise RuntimeError("CANARY")
    except RuntimeError as error:
        logs._ended(RuntimeError, error, None)
        logs._thread_ended(threading.ExceptHookArgs((RuntimeError, error, None, None)))
    assert "CANARY" not in out.getvalue()
    assert [line["error"] for line in lines(out)] == ["RuntimeError", "RuntimeError"]


def test_a_line_is_one_line(out: io.StringIO) -> None:
    logs.get("x").info("delivered", code="a\nb", places=["x\ny:1 z"])
    assert len(out.getvalue().splitlines()) == 1
