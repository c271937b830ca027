"""Errors of the API as problem+json (RFC 9457). Nothing of what came in is said again but the names of fields."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

TYPE = "urn:my-review-my-choice:problem:"
TITLES = {
    "bad-request": "This can't be read", "not-signed": "The call isn't signed as it has to be",
    "clock": "The call's timestamp is too far from our clock", "not-allowed": "This caller may not do this",
    "missing": "There is nothing here", "method": "That isn't done here", "too-big": "This is too long",
    "key-in-use": "This call is being done right now", "key-reused": "This Idempotency-Key stands for another call",
    "media-type": "Only application/json is read here", "rows-refused": "Some rows are not right; the others are in",
    "too-often": "Too many calls", "ours": "A mistake on our side: try again later",
}  # fmt: skip
OF_STATUS = {
    400: "bad-request",
    404: "missing",
    405: "method",
    413: "too-big",
    415: "media-type",
    429: "too-often",
}


def concerns() -> bool:
    """Whether this request is to the API."""
    return request.path.startswith("/api/")


def answer(
    status: int, code: str, errors: Sequence[Mapping[str, Any]] = (), headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:  # fmt: skip
    """One problem."""
    body = {"type": TYPE + code, "title": TITLES[code], "status": status, **more}
    if errors:
        body["errors"] = list(errors)
    return Response(json.dumps(body), status, dict(headers or {}), content_type="application/problem+json")


def of(error: HTTPException) -> Response:
    """What Flask or the rules of every page refuse."""
    status = error.code or 500
    allowed = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    headers = {"Allow": ", ".join(sorted(allowed))} if allowed else {}
    return answer(status, OF_STATUS.get(status, "bad-request" if status < 500 else "ours"), headers=headers)
