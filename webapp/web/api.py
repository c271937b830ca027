"""The API that case systems call: reviews in, receipts back. Signed by each caller, idempotent, and told row by row.

docs/openapi.yaml describes it; webapp/casesystem/signing.py says how a call is signed. A caller that isn't known, a
wrong signature and a missing one get the same answer.
"""

from __future__ import annotations

import functools
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, abort, request
from pydantic import ValidationError

from config import Caller
from webapp.casesystem import Receipt, signing
from webapp.casesystem.files import ReceiptFile
from webapp.house import House, house
from webapp.review.incoming import IncomingReview
from webapp.review.incoming_reader import LineError, Read, check_row, dotted, json_object, once_each
from webapp.review.incoming_reasons import REASONS, Problem, problem
from webapp.services import api_calls, limits, receipts
from webapp.services.loading import load_rows
from webapp.web import problems
from webapp.web.guard import door

pages = Blueprint("api", __name__, url_prefix="/api/v1")
MOST_ROWS, MOST_RECEIPTS = 200, 500
BODY_AT_MOST = 2 * 1024 * 1024
FILE = "body"
NOBODY = [secrets.token_bytes(32)]
"""What a caller that isn't known is held against, so that it takes as long as one that is."""

Done = tuple[int, dict[str, Any]]
Work = Callable[..., Done]


@dataclass(frozen=True, slots=True)
class Known:
    """A caller who signed this call."""

    caller: Caller
    idempotency: str
    body: bytes


class RefusedError(Exception):
    """The call is answered with a problem."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


def signed(may: str) -> Callable[[Work], Callable[..., Response]]:
    """A call that only a caller who may do this makes, and that does nothing twice."""

    def wrap(work: Work) -> Callable[..., Response]:
        @functools.wraps(work)
        def call(**values: Any) -> Response:
            try:
                known = _who(house(), may)
                return _once(house(), known, functools.partial(work, known, **values))
            except RefusedError as refused:
                return refused.answer

        return call

    return wrap


@pages.put("/reviews/<path:review_id>")
@door.open
@signed("reviews")
def put_review(known: Known, review_id: str) -> Done:
    """One review, as docs/reviews-in.md has a row."""
    row = check_row(_object(known.body), FILE, _locate(1))
    if isinstance(row, IncomingReview) and row.review.id != review_id:
        row = [problem(FILE, 1, "review.id", "other")]
    return _loaded([(1, row)], single=True)


@pages.post("/reviews")
@door.open
@signed("reviews")
def post_reviews(known: Known) -> Done:
    """Up to MOST_ROWS reviews; those that are right go in, whatever the others are."""
    rows = _list(known.body, "reviews", MOST_ROWS)
    checked = ((n, check_row(row, FILE, _locate(n))) for n, row in enumerate(rows, start=1))
    return _loaded(list(once_each(checked, FILE)), single=False)


@pages.post("/receipts")
@door.open
@signed("receipts")
def post_receipts(known: Known) -> Done:
    """The case system's word that it took events in."""
    home, errors, taken = house(), [], 0
    name = known.caller.case_system or known.caller.name
    for n, row in enumerate(_list(known.body, "receipts", MOST_RECEIPTS), start=1):
        try:
            said = ReceiptFile.model_validate_json(json.dumps(row))
        except ValidationError as error:
            errors += [_error(problem(FILE, n, *_place(item), item.get("ctx"))) for item in error.errors()]
            continue
        receipt = Receipt(said.event_key, said.received_at, said.id, "")
        with home.db.writing() as s:
            new = receipts.write_down(s, name, receipt, home.clock())
        if new is None:
            errors.append({"row": n, "field": "event_key", "detail": "no event with this key went to you"})
        else:
            taken += 1
    return _with_errors({"taken": taken}, errors)


def _who(home: House, may: str) -> Known:
    """Who calls, and that they may. Counted by address where they may not, and by name where they may."""
    now = home.clock()
    address = home.vault.lookup("api-address", request.remote_addr or "")
    with home.db.reading() as s:
        _not_too_often(limits.try_again_in(s, now, "api_address", address))
    if (request.content_length or 0) > BODY_AT_MOST:
        abort(413)
    request.max_content_length = BODY_AT_MOST
    body = request.get_data(cache=False)
    caller = next(
        (one for one in home.authority.callers if one.name == request.headers.get(signing.CALLER)), None
    )
    setting = home.settings.caller.get(caller.name, "") if caller else ""
    keys = signing.secret(setting) if setting else NOBODY
    try:
        idempotency = signing.check(
            keys, dict(request.headers), request.method, _path(), body, now.timestamp()
        )
    except signing.NotSignedError as error:
        with home.db.writing() as s:
            limits.failed(s, now, "api_address", address)
        code = "clock" if error.args[0] == "timestamp" else "not-signed"
        raise RefusedError(
            problems.answer(401, code, headers={"WWW-Authenticate": "Review-Signature"})
        ) from None
    if caller is None or may not in caller.may:
        raise RefusedError(problems.answer(403, "not-allowed"))
    who = home.vault.lookup("api-caller", caller.name)
    with home.db.writing() as s:
        _not_too_often(limits.try_again_in(s, now, "api", who))
        limits.failed(s, now, "api", who)
    if request.mimetype != "application/json":
        raise RefusedError(problems.answer(415, "media-type"))
    return Known(caller, idempotency, body)


def _path() -> str:
    """The path and query as they came over the line: what was signed."""
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI")
    if not raw:
        return quote(request.path) + (
            f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
        )
    if raw.startswith("/"):
        return str(raw)
    parts = urlsplit(raw)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _not_too_often(wait: int) -> None:
    if wait:
        raise RefusedError(problems.answer(429, "too-often", headers={"Retry-After": str(wait)}))


def _once(home: House, known: Known, work: Callable[[], Done]) -> Response:
    asked = f"{request.method}\n{_path()}\n".encode() + known.body
    try:
        call = api_calls.begin(home.db, home.vault, home.clock(), known.caller.name, known.idempotency, asked)
    except api_calls.StillRunningError:
        return problems.answer(409, "key-in-use", headers={"Retry-After": "5"})
    except api_calls.OtherCallError:
        return problems.answer(422, "key-reused")
    if call.status:
        return _answer(call.status, call.answer, {"Idempotency-Replayed": "true"})
    try:
        status, body = work()
    except Exception:
        api_calls.undo(home.db, call)
        raise
    text = json.dumps(body)
    api_calls.end(home.db, call, status, text)
    return _answer(status, text)


def _answer(status: int, text: str, headers: Mapping[str, str] | None = None) -> Response:
    kind = "application/json" if status < 400 else "application/problem+json"
    return Response(text, status, dict(headers or {}), content_type=kind)


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json_object(body)
    except LineError as error:
        detail = [{"row": 0, "field": error.field, "detail": REASONS[error.code]}]
        raise RefusedError(problems.answer(400, "bad-request", detail)) from None
    if found is None:
        raise RefusedError(problems.answer(400, "bad-request"))
    return found


def _list(body: bytes, name: str, at_most: int) -> list[Any]:
    """The rows of a body that is an object with nothing but them."""
    found = _object(body)
    rows = found.get(name)
    if set(found) != {name} or not isinstance(rows, list) or not 1 <= len(rows) <= at_most:
        detail = f"must be an object with {name}, a list of 1 to {at_most}, and nothing else"
        errors = [{"row": 0, "field": name, "detail": detail}]
        raise RefusedError(problems.answer(422, "rows-refused", errors))
    return rows


def _loaded(rows: Sequence[Read], *, single: bool) -> Done:
    home = house()
    report = load_rows(home.db, home.vault, iter(rows), FILE, clock=home.clock)
    counts = {"added": report.added, "updated": report.updated, "unchanged": report.unchanged}
    status, body = _with_errors(counts, [_error(one) for one in report.refused])
    return (201 if single and report.added else status), body


def _with_errors(counts: dict[str, int], errors: Sequence[Mapping[str, Any]]) -> Done:
    if not errors:
        return 200, dict(counts)
    code = "rows-refused"
    return 422, {
        "type": problems.TYPE + code, "title": problems.TITLES[code], "status": 422, **counts,
        "refused": len({one["row"] for one in errors}), "errors": list(errors),
    }  # fmt: skip


def _error(one: Problem) -> dict[str, Any]:
    return {"row": one.line, "field": one.field, "detail": one.reason}


def _place(item: Mapping[str, Any]) -> tuple[str, str]:
    known = item["loc"][:-1] if item["type"] == "extra_forbidden" else item["loc"]
    return dotted(tuple(known)), item["type"]


def _locate(row: int) -> Callable[[tuple[str | int, ...]], tuple[int, str]]:
    return lambda place: (row, dotted(place))
