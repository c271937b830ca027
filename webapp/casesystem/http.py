"""The `http` adapter: JSON over HTTPS to a receiver that keeps docs/openapi.yaml.

Each event is one POST to /events under the base address, signed (signing.py) or with an OAuth 2 token, or both. What
the answer means: 200, 201: taken in, that is the receipt; 202, 204: kept, a receipt may follow; 409: this key was
taken before. Whatever else comes is read by `outside.taken`. Reviews are pulled from /reviews where settings say so.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from webapp.casesystem import Given, signing
from webapp.casesystem.mapping import Mapped, Translation, option
from webapp.casesystem.outside import CONNECT, READ, TOTAL, Answer, Outside, taken
from webapp.casesystem.port import Event, GiveUp, Incoming, Outward, Taken, TryAgain
from webapp.casesystem.tokens import ClientCredentials

JSON = "application/json"
ABOUT = ("review_id", "child_id", "id", "revision", "supersedes", "withdraws", "record")
"""What the envelope says of the record, whatever form stands in its place: by it order and withdrawal can be kept."""
MOST_ROWS = 1000


class Options(BaseModel):
    """The adapter's settings."""

    model_config = ConfigDict(extra="forbid")
    url: str
    caller: str = Field("my-review", max_length=60, pattern=r"^[A-Za-z0-9._-]+$")
    hosts: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    ca: str = ""
    token_url: str = ""
    client_id: str = ""
    scope: str = ""
    pull_reviews: bool = False
    mapping: str = ""
    total_seconds: float = Field(TOTAL, gt=0, le=60)


class Http(Outward):
    """Speaks to one receiver."""

    def __init__(
        self, outside: Outside, keys: list[bytes], caller: str, tokens: ClientCredentials | None = None,
        pull_reviews: bool = False, mapping: Translation | None = None,
    ) -> None:  # fmt: skip
        self.outside, self.keys, self.caller, self.tokens = outside, keys, caller, tokens
        self.pull_reviews, self.mapping = pull_reviews, mapping
        # A token may have to be fetched before, and it and the call once again after a 401.
        self.time_limit = outside.total * (4 if tokens else 1)

    def deliver(self, event: Event) -> Taken | None:
        """Hand over one event under its key."""
        form = self.mapping.of(event) if self.mapping else None
        answer = self._call("POST", "/events", event.key, as_body(event, form))
        taken(answer)
        said = _object(answer.body)
        if answer.status == 409 and said.get("key", event.key) != event.key:
            raise GiveUp("http 409")
        name = said.get("id", "")
        return Taken(str(name)[:200] if isinstance(name, str | int) else "", answer.status in (200, 201, 409))

    def incoming(self, cursor: str) -> Incoming | None:
        """The next reviews since the cursor."""
        if not self.pull_reviews:
            return None
        path = f"/reviews?since={quote(cursor, safe='')}"
        answer = self._call("GET", path, secrets.token_hex(16), b"")
        taken(answer)
        if answer.status == 204:
            return None
        said = _object(answer.body)
        rows, after = said.get("reviews"), said.get("cursor")
        if (
            not isinstance(rows, list)
            or not isinstance(after, str)
            or len(rows) > MOST_ROWS
            or len(after) > 500
        ):
            raise GiveUp("reviews_unreadable")
        if not rows and after == cursor:
            return None
        content = b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
        return Incoming("reviews", content, after)

    def _call(self, method: str, path: str, key: str, body: bytes) -> Answer:
        for last_try in (False, True):
            headers = {"Accept": JSON, **({"Content-Type": JSON} if body else {}), signing.KEY: key}
            if self.keys:
                whole = self.outside.base.path + path
                headers |= signing.headers(
                    self.caller, self.keys[0], int(time.time()), key, method, whole, body
                )
            token = self.tokens.headers() if self.tokens else {}
            answer = self.outside.call(method, path, headers | token, body)
            if answer.status != 401 or self.tokens is None or last_try:
                return answer
            self.tokens.refused(token["Authorization"])
        raise TryAgain("http 401")  # not reached: the second try returns


def as_body(event: Event, form: Mapped | None = None) -> bytes:
    """The event as it goes over the line, the same bytes each time but for a PDF made anew. A vendor's form stands in
    the record's place: as JSON, or as a text with its rows.
    """
    files = [
        {"id": one["id"], "media_type": one["media_type"], **_file(event.pictures.get(one["id"], b""))}
        for one in event.record.get("attachments", ())
    ]
    whole: dict[str, Any] = {
        "key": event.key, "sequence": event.sequence, "schema": event.schema,
        "about": {name: event.record[name] for name in ABOUT if name in event.record},
        "event": event.record, "files": files,
    }  # fmt: skip
    if form:
        rows = form.content.decode()
        whole |= {"form": form.media_type, "event": json.loads(rows) if form.ending == "json" else rows}
    if event.paper:
        whole["paper"] = {"media_type": "application/pdf", **_file(event.paper)}
    try:
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        raise GiveUp("not_valid text") from None


def make(given: Given) -> Http:
    """The adapter as settings have it. Raises ValueError."""
    options = given.read(Options)
    if options.plain and given.settings.mode == "live":
        raise ValueError("options.plain: nothing goes without TLS in live mode")
    if unknown := set(given.secrets) - {"key", "client_secret"}:
        raise ValueError(f"unknown secret {sorted(unknown)[0]}")
    total = min(options.total_seconds, 15) if options.token_url else options.total_seconds
    outside = Outside(
        options.url, hosts=options.hosts, inside=options.inside, plain=options.plain,
        ca=str(given.folder / options.ca) if options.ca else None, total=total,
        read=min(READ, total), connect=min(CONNECT, total),
    )  # fmt: skip
    outside.check()
    keys = signing.secret(given.secrets["key"]) if "key" in given.secrets else []
    tokens = None
    if options.token_url:
        if not options.client_id or "client_secret" not in given.secrets:
            raise ValueError("token_url needs options.client_id and the secret client_secret")
        tokens = ClientCredentials(
            outside, options.token_url, options.client_id, given.secrets["client_secret"], options.scope
        )
    if not keys and tokens is None:
        raise ValueError("the secret key is needed, or token_url with its client")
    mapping = option(given.folder, options.mapping)
    return Http(outside, keys, options.caller, tokens, options.pull_reviews, mapping)


def _file(content: bytes) -> dict[str, Any]:
    return {
        "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content),
        "data": base64.b64encode(content).decode(),
    }  # fmt: skip


def _object(body: bytes) -> Mapping[str, Any]:
    """The answer's JSON object; empty where it is none: what it says beyond its status is a help, no more."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
