"""Logs: one JSON object a line, with ids, codes and counts, and nothing that anybody said (threats.md 11,
P1).

What may be in a line is listed; everything else is dropped. Words of a child, names, addresses, telephone
numbers, links and codes don't fit through: a text value has to look like an id or a code of ours. An error is
logged as its type and the places it came through, never as its message: messages quote values.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog

FIELDS = frozenset(
    ["action", "adapter", "attempts", "code", "count", "delivery", "error", "event", "lane", "left_out", "level",
     "logger", "message", "mode", "places", "review", "room", "seconds", "status", "template", "timestamp", "way",
     "worker", "worry"]
)  # fmt: skip
"""What a line may hold."""
DETAIL = r"[a-z0-9_.]*[.:][a-z0-9_.:]+|E[A-Z0-9]{2,20}|[A-Z][A-Za-z]{0,60}(Error|Exception)|[1-5]\d\d"
"""What may follow a code: a place in a schema, an errno, an error's type, a status. Not a word."""
CODE = re.compile(rf"[a-z][a-z0-9_.:-]{{0,39}}( ({DETAIL})){{0,6}}")
TYPE = re.compile(r"[A-Z][A-Za-z]{1,60}")
ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}")
STAMP = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
PLACE = re.compile(r"[A-Za-z0-9_./<>-]{1,120}:\d{1,6} [A-Za-z0-9_<>]{1,80}")
LONG_NUMBER = re.compile(r"\d{5,}")
TEMPLATES = ("gunicorn", "alembic")
"""Libraries whose log texts are constants with the values beside them: the text may stay, the values may
not.
"""
LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def get(name: str) -> Any:
    """A logger that takes an event's code and fields: `log.info("delivered", delivery=id)`."""
    return structlog.get_logger(room=name)


def setup(level: str = "info", stream: TextIO | None = None, *, hooks: bool = True) -> None:
    """Send every log of this process, ours and the libraries', through the rules above, to stderr.

    With `hooks`, an error that ends the process or a thread is told the same way, instead of Python's own
    words.
    """
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[_foreign],
        pass_foreign_args=True,
        processors=[_unwrapped, harmless, structlog.processors.JSONRenderer(sort_keys=True)],
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(LEVELS[level])
    for name in ("gunicorn.error", "gunicorn.access", "werkzeug", "flask.app"):
        theirs = logging.getLogger(name)
        theirs.handlers[:] = []
        theirs.propagate = True
    if hooks:
        sys.excepthook = _ended
        threading.excepthook = _thread_ended


def trouble(error: BaseException) -> dict[str, Any]:
    """An error as fields of a line: `log.error("adapter_broke", **trouble(error))`."""
    steps = traceback.extract_tb(error.__traceback__)[-6:]
    return {
        "error": type(error).__name__,
        "places": [f"{_short(s.filename)}:{s.lineno} {s.name}" for s in steps],
    }


def harmless(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The processor: keeps what is listed and looks as it should, counts what it left out."""
    kept = {key: value for key, value in event.items() if key in FIELDS and _fits(key, value)}
    if left_out := len(event) - len(kept):
        kept["left_out"] = left_out
    return kept


def _fits(key: str, value: Any) -> bool:
    if isinstance(value, bool) or value is None:
        return True
    if isinstance(value, int | float):
        return abs(value) < 10**6  # a telephone number is longer
    if isinstance(value, list):
        return all(isinstance(item, str) and PLACE.fullmatch(item) is not None for item in value)
    if not isinstance(value, str):
        return False
    if ID.fullmatch(value) or STAMP.fullmatch(value) or (key == "error" and TYPE.fullmatch(value)):
        return True
    return CODE.fullmatch(value) is not None and LONG_NUMBER.search(value) is None


def _foreign(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A line of a library: where it comes from, and its text only where that is known to be a constant."""
    record: logging.LogRecord = event["_record"]
    line: MutableMapping[str, Any] = {
        "event": "library", "logger": record.name.lower(), "level": record.levelname.lower(),
        "places": [f"{_short(record.pathname)}:{record.lineno} {record.funcName}"], "_record": record,
        "_from_structlog": False,
    }  # fmt: skip
    if event.get("positional_args") and record.name.split(".")[0] in TEMPLATES:
        line["template"] = re.sub(r"[^a-z0-9]+", "_", str(record.msg).lower()).strip("_")[:39]
    if record.exc_info and record.exc_info[1]:
        line.update(trouble(record.exc_info[1]))
    return line


def _unwrapped(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: value for key, value in event.items() if not key.startswith("_")}


def _short(filename: str) -> str:
    """The last parts of a file's path: enough to find it, and no folder of this machine."""
    return "/".join(Path(filename).parts[-3:])


def _ended(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    get("process").error("ended_by_error", **trouble(error))


def _thread_ended(given: threading.ExceptHookArgs) -> None:
    if given.exc_value is not None:
        get("thread").error("thread_ended_by_error", **trouble(given.exc_value))


# From the start, whether `setup` is called or not: what is of no harm goes to the standard library's loggers.
structlog.configure(
    processors=[
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        harmless,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
)
