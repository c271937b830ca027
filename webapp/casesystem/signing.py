"""How a call says who makes it, the same both ways: ours to a case system, and a case system's to us.

    X-Review-Caller     the caller's name, as both sides know it
    X-Review-Timestamp  seconds since 1970
    Idempotency-Key     1 to 128 printable letters; of an event, its key
    X-Review-Signature  v1= and, in hex, HMAC-SHA256 with the shared key over six lines:
                        v1, timestamp, Idempotency-Key, method, path with its query, SHA-256 of the body in hex

The lines are joined by a line feed, without one at the end. A call is good for five minutes each way of its timestamp;
within them a repeat has the same Idempotency-Key, by which it does nothing twice.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence

GOOD_FOR = 300
"""Seconds that a call may be early or late."""
CALLER, STAMP, KEY, SIGNATURE = (
    "X-Review-Caller",
    "X-Review-Timestamp",
    "Idempotency-Key",
    "X-Review-Signature",
)
_KEY = re.compile(r"[\x21-\x7e]{1,128}")
_STAMP = re.compile(r"[0-9]{1,12}")


class NotSignedError(Exception):
    """The call isn't what the caller signed; `args[0]` is `signature` or, where only the clock is off, `timestamp`."""


def secret(text: str) -> list[bytes]:
    """The keys of a setting: base64, the one in use first and after a comma the one before it. Raises ValueError."""
    keys = [base64.b64decode(part.strip(), validate=True) for part in text.split(",")]
    if any(len(key) < 32 for key in keys):
        raise ValueError("a key must hold at least 32 random bytes, base64")
    return keys


def headers(
    caller: str, key: bytes, stamp: int, idempotency: str, method: str, path: str, body: bytes
) -> dict[str, str]:
    """What to add to a call; `path` is as it goes over the line, with its query."""
    mark = _mark(key, str(stamp), idempotency, method, path, body)
    return {CALLER: caller, STAMP: str(stamp), KEY: idempotency, SIGNATURE: f"v1={mark}"}


def check(
    keys: Sequence[bytes], given: Mapping[str, str], method: str, path: str, body: bytes, now: float
) -> str:
    """The Idempotency-Key of a call that one of these keys signed. Raises NotSignedError."""
    stamp, idempotency, said = (given.get(name, "") for name in (STAMP, KEY, SIGNATURE))
    if not _KEY.fullmatch(idempotency) or not _STAMP.fullmatch(stamp) or not said.isascii():
        raise NotSignedError("signature")
    good = [
        hmac.compare_digest(f"v1={_mark(key, stamp, idempotency, method, path, body)}", said) for key in keys
    ]
    if not any(good):
        raise NotSignedError("signature")
    if abs(now - int(stamp)) > GOOD_FOR:
        raise NotSignedError("timestamp")
    return idempotency


def _mark(key: bytes, stamp: str, idempotency: str, method: str, path: str, body: bytes) -> str:
    lines = ("v1", stamp, idempotency, method, path, hashlib.sha256(body).hexdigest())
    return hmac.new(key, "\n".join(lines).encode(), hashlib.sha256).hexdigest()
