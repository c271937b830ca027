"""As much of Primero as the adapter needs, made from the public documentation of its API v2 and from what its program
does with what it is given: fields that aren't permitted are dropped, rows of a subform are merged by unique_id, texts
that look like numbers become numbers, attachments and flags are made anew by each call.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import threading
from typing import Any
from urllib.parse import parse_qs, urlsplit

from config import ROOT
from tests.casesystem.listening import Asked, Says
from webapp.casesystem.mapping import Translation, load
from webapp.casesystem.outside import Outside
from webapp.casesystem.primero import Places, Primero
from webapp.casesystem.primero_calls import SignedIn

USER, PASSWORD = "my_review", "p" * 24
CASE = "b3222e84-a5d7-4692-a643-1ab3d41f17d6"
SUBFORM, DOCUMENTS, IMAGES, AUDIO = (
    "my_review_records",
    "other_documents",
    "my_review_pictures",
    "recorded_audio",
)
TYPES = {"image": {"png", "jpg"}, "audio": {"mp3", "m4a"}, "document": {"pdf", "txt"}}
LARGEST = 4 * 1024 * 1024
PLACES = Places("national_id_no", SUBFORM, DOCUMENTS, IMAGES, AUDIO)


class PrimeroServer:
    """One Primero with one user. `fields` is what that user's role permits; `rows`, of each row."""

    def __init__(self) -> None:
        self.cases: dict[str, dict[str, Any]] = {CASE: {"national_id_no": "C-1", "age": 12}}
        self.fields = {"national_id_no", SUBFORM, DOCUMENTS, IMAGES, AUDIO}
        self.hidden_in_rows: set[str] = set()
        self.out_of_reach: set[str] = set()
        self.files: list[dict[str, Any]] = []
        self.flags: list[dict[str, Any]] = []
        self.log: list[Asked] = []
        self.tokens: list[str] = []
        self.by_cookie = False
        self.instead: dict[tuple[str, str], Says] = {}
        """By method and the end of a path: what to answer in its place, after it is done."""
        self.before: dict[tuple[str, str], Says] = {}
        """The same, without doing it."""
        self._lock = threading.Lock()

    def __call__(self, asked: Asked) -> Says:
        """Answer one request."""
        with self._lock:
            self.log.append(asked)
            parts = urlsplit(asked.path)
            last = (asked.method, parts.path.rpartition("/")[2])
            if last in self.before:
                return self.before[last]
            said = self._answer(asked, parts.path, parse_qs(parts.query))
            return self.instead.get(last, said)

    def expire(self) -> None:
        """Every token that was given is good no more."""
        self.tokens.clear()

    def _answer(self, asked: Asked, path: str, query: dict[str, list[str]]) -> Says:
        body = json.loads(asked.body) if asked.body else {}
        if path == "/api/v2/tokens":
            return self._sign_in(body)
        if asked.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return Says(401, b'{"error": "You need to sign in."}')
        found = re.fullmatch(r"/api/v2/cases(?:/([^/]+)(?:/(attachments|flags)(?:/(\d+))?)?)?", path)
        if not found:
            return _error(404)
        case, part, number = found.groups()
        if case is None:
            return self._search(query) if asked.method == "GET" else self._create(body["data"])
        if case not in self.cases:
            return _error(404)
        if case in self.out_of_reach:
            return _error(403)
        if part == "flags":
            return self._flags(asked.method, case, body)
        if part:
            return self._attachments(asked.method, case, number, body)
        return self._show(case, query) if asked.method == "GET" else self._change(case, body["data"])

    def _sign_in(self, body: dict[str, Any]) -> Says:
        if body.get("user") != {"user_name": USER, "password": PASSWORD}:
            return Says(401, b'{"error": "Invalid User name or password."}')
        token = f"header.payload{len(self.log)}.signature"
        self.tokens.append(token)
        cookie = f"primero_token={token}; path=/; HttpOnly; SameSite=Strict"
        given = {"Set-Cookie": cookie} if self.by_cookie else {"Authorization": f"Bearer {token}"}
        return Says(200, json.dumps({"user_name": USER}).encode(), given)

    def _search(self, query: dict[str, list[str]]) -> Says:
        """A text query over names and identifiers: it finds more than what is asked for exactly."""
        word, fields = query["query"][0].lower(), set(query["fields"][0].split(","))
        hits = [
            _only({"id": name, **data}, fields & (self.fields | {"id"}))
            for name, data in self.cases.items()
            if word in str(data.get("national_id_no", "")).lower()
        ]
        return _json({"data": hits, "metadata": {"total": len(hits), "per": 100, "page": 1}})

    def _create(self, data: dict[str, Any]) -> Says:
        if data.get("id") in self.cases:
            return _error(409)
        name = data["id"]
        self.cases[name] = _destringified(_only(data, self.fields))
        return Says(204)

    def _show(self, case: str, query: dict[str, list[str]]) -> Says:
        fields = set(query["fields"][0].split(",")) & self.fields
        shown = _only(self.cases[case], fields)
        for field in fields & {DOCUMENTS, IMAGES, AUDIO}:
            shown[field] = [
                {name: value for name, value in one.items() if name not in ("attachment", "case")}
                for one in self.files
                if one["field_name"] == field and one["case"] == case
            ]
        return _json({"data": {"id": case, **shown}})

    def _change(self, case: str, data: dict[str, Any]) -> Says:
        kept = _destringified(_only(data, self.fields))
        for row in kept.get(SUBFORM) or ():
            for name in self.hidden_in_rows:
                row.pop(name, None)
        self.cases[case] = _merged(self.cases[case], kept)
        return _json({"data": _only(self.cases[case], kept.keys())})

    def _attachments(self, method: str, case: str, number: str | None, body: dict[str, Any]) -> Says:
        if method == "DELETE":
            there = [one for one in self.files if str(one["id"]) == number]
            self.files = [one for one in self.files if one not in there]
            return Says(204) if there else _error(404)
        data = body["data"]
        if data["field_name"] not in self.fields:
            return _error(403)
        content = base64.b64decode(data["attachment"], validate=True)
        ending = data["file_name"].rpartition(".")[2]
        if ending not in TYPES[data["attachment_type"]] or len(content) > LARGEST:
            return _error(422, "file")
        kept = {"id": len(self.log), "case": case, "attachment_url": "/rails/blobs/x", **data}
        self.files.append(kept)
        return _json({"data": {**_only(kept, {"id", "field_name", "comments"}), "record": {"id": case}}})

    def _flags(self, method: str, case: str, body: dict[str, Any]) -> Says:
        if method == "GET":
            return _json({"data": [one for one in self.flags if one["record_id"] == case]})
        data = body["data"]
        if not data["message"] or not dt.date.fromisoformat(data["date"]):
            return _error(422, "message")
        flag = {"id": len(self.log), "record_id": case, "record_type": "cases", "removed": False, **data}
        self.flags.append(flag)
        return _json({"data": flag})

    def rows(self, case: str = CASE) -> dict[str, dict[str, Any]]:
        """The subform's rows by their unique_id."""
        return {row["unique_id"]: row for row in self.cases[case].get(SUBFORM) or ()}

    def seen(self) -> bytes:
        """Everything that came, files as they were."""
        contents = (base64.b64decode(one["attachment"]) for one in self.files)
        return b"".join([asked.path.encode() + asked.body for asked in self.log]) + b"".join(contents)


def mapping() -> Translation:
    """The one that the documentation has."""
    return load(ROOT / "docs/mapping/primero.yaml")


def adapter_to(outside: Outside, places: Places = PLACES, password: str = PASSWORD) -> Primero:
    """The adapter with that user."""
    return Primero(outside, SignedIn(outside, USER, password), places, mapping())


def _merged(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        both = {name: _merged(old[name], value) if name in old else value for name, value in new.items()}
        return {**old, **both}
    if _rows(old) and _rows(new):
        return [row for row in _merged_rows(old, new) if not row.get("_destroy")]
    return new


def _merged_rows(old: list[Any], new: list[Any]) -> list[Any]:
    fresh = {row["unique_id"]: row for row in new}
    kept = [_merged(row, fresh.get(row["unique_id"], row)) for row in old]
    return kept + [row for row in new if row["unique_id"] not in {one["unique_id"] for one in old}]


def _rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _destringified(value: Any) -> Any:
    """What becomes of texts: ^ and $ stand for the ends of any line, as in the program's own language."""
    match value:
        case dict():
            return {name: _destringified(one) for name, one in value.items()}
        case list():
            return [_destringified(one) for one in value]
        case "":
            return None
        case str() if re.search(r"^(true|false)$", value, re.MULTILINE):
            return value not in ("false", "f", "0")
        case str() if re.search(r"^\d+$", value, re.MULTILINE):
            leading = re.match(r"\d+", value)
            return int(leading[0]) if leading else 0
        case _:
            return value


def _only(data: dict[str, Any], fields: Any) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name in fields}


def _error(status: int, detail: str = "") -> Says:
    said = {"errors": [{"status": status, "resource": "/api/v2/cases", "message": "No", "detail": detail}]}
    return Says(status, json.dumps(said).encode())


def _json(body: object) -> Says:
    return Says(200, json.dumps(body).encode(), {"Content-Type": "application/json"})
