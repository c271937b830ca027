"""Our own API: signed, told row by row, and nothing done twice (threats.md B2, B15)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from config import Settings, SettingsError
from tests.casesystem.records import a_key
from tests.fixtures.clocks import SettableClock
from tests.review.incoming_rows import row
from tests.services.outgoing import add_review, send
from tests.web.calling import OTHER, Calling, called_by
from webapp.casesystem.simulator import Simulator
from webapp.house import House
from webapp.services import api_calls, pulling, receipts
from webapp.store import ApiCall, Child, Delivery, Review

REVIEWS = "/api/v1/reviews"
RECEIPTS = "/api/v1/receipts"


@pytest.fixture
def app(settings: Settings, tmp_path: Path, clock: SettableClock) -> Iterator[Flask]:
    made = called_by(settings, tmp_path, clock)
    yield made
    made.extensions["house"].db.close()


@pytest.fixture
def home(app: Flask) -> House:
    found: House = app.extensions["house"]
    return found


@pytest.fixture
def call(app: Flask, clock: SettableClock) -> Calling:
    return Calling(app, clock)


def children(home: House) -> int:
    with home.db.reading() as s:
        return s.scalar(select(func.count()).select_from(Child)) or 0


def another(number: int, **changes: Any) -> dict[str, Any]:
    """A fair row of another review of another child."""
    made = row(**changes)
    made["review"]["id"], made["child"]["id"] = f"R-{number}", f"C-{number}"
    return made


def test_a_review_is_put_changed_and_left_as_it_is(call: Calling, home: House) -> None:
    first, again = call("PUT", f"{REVIEWS}/R-1", row()), call("PUT", f"{REVIEWS}/R-1", row())
    assert (first.status_code, first.json) == (201, {"added": 1, "updated": 0, "unchanged": 0})
    assert (again.status_code, again.json) == (200, {"added": 0, "updated": 0, "unchanged": 1})
    moved = row()
    moved["review"]["held_at"] = "2027-03-03T10:00"
    assert call("PUT", f"{REVIEWS}/R-1", moved).json == {"added": 0, "updated": 1, "unchanged": 0}
    assert children(home) == 1


def test_an_id_may_hold_a_slash_and_must_be_that_of_the_body(call: Calling) -> None:
    made = row()
    made["review"]["id"] = "R/1:a"
    assert call("PUT", f"{REVIEWS}/R/1:a", made).status_code == 201
    assert call("PUT", f"{REVIEWS}/R%2F1:a", made).status_code == 200
    refused = call("PUT", f"{REVIEWS}/R-2", made)
    assert refused.status_code == 422
    assert refused.get_json()["errors"] == [{"row": 1, "field": "review.id", "detail": "is not right"}]


def test_good_rows_go_in_and_the_others_are_told_one_by_one(call: Calling, home: House) -> None:
    wrong = another(3)
    wrong["child"]["birth_date"] = "CANARY"
    wrong["people"][0]["role"] = "CANARY"
    answer = call("POST", REVIEWS, {"reviews": [another(1), another(2), wrong, another(2)]})
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    said = answer.get_json()
    assert (said["added"], said["refused"]) == (2, 2)
    assert [(one["row"], one["field"]) for one in said["errors"]] == [
        (3, "child.birth_date"), (3, "people[0].role"), (4, "review.id")
    ]  # fmt: skip
    assert b"CANARY" not in answer.data
    assert children(home) == 2


def test_the_same_key_gets_the_same_answer_and_does_nothing(call: Calling, home: House) -> None:
    first = call("PUT", f"{REVIEWS}/R-1", row(), key="one")
    moved = row()
    moved["review"]["place"] = "Somewhere else"
    call("PUT", f"{REVIEWS}/R-1", moved, key="two")
    replayed = call("PUT", f"{REVIEWS}/R-1", row(), key="one")
    assert (replayed.status_code, replayed.data) == (201, first.data)
    assert replayed.headers["Idempotency-Replayed"] == "true"
    assert call("PUT", f"{REVIEWS}/R-1", moved).json == {"added": 0, "updated": 0, "unchanged": 1}, (
        "the replay did not turn it back"
    )
    reused = call("PUT", f"{REVIEWS}/R-1", moved, key="one")
    assert (reused.status_code, reused.get_json()["type"].split(":")[-1]) == (422, "key-reused")


def test_a_call_that_was_killed_is_done_by_whoever_asks_again_later(
    call: Calling, home: House, clock: SettableClock
) -> None:
    asked = f"PUT\n{REVIEWS}/R-1\n".encode() + json.dumps(row()).encode()
    api_calls.begin(home.db, home.vault, clock(), "mosaic", "one", asked)
    waiting = call("PUT", f"{REVIEWS}/R-1", row(), key="one")
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (409, "5")
    clock.move(minutes=3)
    assert call("PUT", f"{REVIEWS}/R-1", row(), key="one").status_code == 201


def test_keys_of_calls_are_let_go_after_a_month(call: Calling, home: House, clock: SettableClock) -> None:
    call("PUT", f"{REVIEWS}/R-1", row())
    api_calls.forget_old(home.db, clock() + dt.timedelta(days=29))
    with home.db.reading() as s:
        assert s.scalar(select(func.count()).select_from(ApiCall)) == 1
    api_calls.forget_old(home.db, clock() + dt.timedelta(days=31))
    with home.db.reading() as s:
        assert s.scalar(select(func.count()).select_from(ApiCall)) == 0


def test_who_may_not_gets_one_answer_whoever_they_are(app: Flask, clock: SettableClock, home: House) -> None:
    wrong_key, unknown = Calling(app, clock, key=OTHER), Calling(app, clock, name="nobody")
    answers = [
        wrong_key("PUT", f"{REVIEWS}/R-1", row()), unknown("PUT", f"{REVIEWS}/R-1", row()),
        app.test_client().put(f"{REVIEWS}/R-1", json=row()),
        Calling(app, clock)("PUT", f"{REVIEWS}/R-1", row(), X_Review_Signature="v1=0"),
    ]  # fmt: skip
    assert {(one.status_code, one.data, one.content_type) for one in answers} == {
        (401, answers[0].data, "application/problem+json")
    }
    assert children(home) == 0


def test_an_old_call_is_told_that_it_is_the_clock(call: Calling) -> None:
    late = call("PUT", f"{REVIEWS}/R-1", row(), late=400)
    assert (late.status_code, late.get_json()["type"].split(":")[-1]) == (401, "clock")


def test_each_caller_does_only_what_it_may(app: Flask, clock: SettableClock) -> None:
    robot = Calling(app, clock, "robot", OTHER)
    assert robot("PUT", f"{REVIEWS}/R-1", row()).status_code == 403
    assert robot("POST", RECEIPTS, {"receipts": []}).status_code == 422


def test_trying_keys_out_ends_soon_and_a_good_caller_elsewhere_goes_on(
    app: Flask, clock: SettableClock
) -> None:
    wrong = Calling(app, clock, key=OTHER)
    answers = [wrong("PUT", f"{REVIEWS}/R-1", row()).status_code for _ in range(61)]
    assert answers == [401] * 60 + [429]
    stopped = wrong("PUT", f"{REVIEWS}/R-1", row())
    assert 0 < int(stopped.headers["Retry-After"]) <= 900


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"{", 400), (b"[]", 400), (b"null", 400), (b"\xff", 400), (b"[" * 9000, 400),
        (b'{"a": 1e400}', 400),
        (b'{"reviews": [], "reviews": []}', 400), (b'{"reviews": []}', 422), (b'{"reviews": {}}', 422),
        (b'{"reviews": [1]}', 422), (b'{"reviews": [{}], "more": 1}', 422), (b'{"reviews": [null, [], "x"]}', 422),
        (b'{"reviews": [{"review": {"id": "\\u0000"}}]}', 422), (b'{"reviews": [{"review": {"id": "\\ud800"}}]}', 422),
        (b'{"a": ' + b"9" * 50 + b"}", 400),
    ],
)  # fmt: skip
def test_a_body_that_is_none_is_told_so(call: Calling, body: bytes, status: int) -> None:
    answer = call("POST", REVIEWS, body)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_too_many_rows_and_too_long_a_body_are_refused(call: Calling, app: Flask) -> None:
    assert call("POST", REVIEWS, {"reviews": [{}] * 201}).status_code == 422
    assert call("POST", REVIEWS, b" " * (2 * 1024 * 1024 + 1)).status_code == 413
    chunked = app.test_client().post(REVIEWS, headers={"Transfer-Encoding": "chunked"})
    assert (chunked.status_code, chunked.content_type) == (413, "application/problem+json")


def test_what_is_not_there_and_not_done_is_told_as_problems(app: Flask) -> None:
    client = app.test_client()
    for path, method, status in (
        ("/api/v1/nothing", "GET", 404),
        (REVIEWS, "GET", 405),
        (RECEIPTS, "DELETE", 405),
    ):
        answer = client.open(path, method=method)
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert client.get(REVIEWS).headers["Allow"] == "OPTIONS, POST"


def test_receipts_mark_what_went_to_that_case_system_and_no_other(
    call: Calling, home: House, app: Flask
) -> None:
    with home.db.writing() as s:
        add_review(s, 1, home.vault)
        key = send(s, 1, 1, vault=home.vault)
    receipt = {"event_key": key, "received_at": "2027-02-01T10:00:00Z", "id": "CS-1"}
    assert call("POST", RECEIPTS, {"receipts": [receipt]}).json == {"taken": 1}
    assert call("POST", RECEIPTS, {"receipts": [receipt]}).json == {"taken": 1}
    with home.db.reading() as s:
        [found] = s.scalars(select(Delivery))
        assert (found.state, json.loads(found.receipt or "")["id"]) == ("received", "CS-1")
    mixed = call(
        "POST", RECEIPTS,
        {"receipts": [{"event_key": a_key(9), "received_at": "2027-02-01T10:00:00Z"}, {"event_key": key}, 7, receipt]},
    )  # fmt: skip
    assert mixed.status_code == 422
    assert (mixed.get_json()["taken"], mixed.get_json()["refused"]) == (1, 3)
    robot = Calling(app, call.clock, "robot", OTHER)
    assert robot("POST", RECEIPTS, {"receipts": [receipt]}).status_code == 422


def test_a_receipt_that_is_too_long_is_told_how_long_it_may_be(call: Calling) -> None:
    """schemathesis found that this was answered with 500."""
    receipt = {"event_key": a_key(1), "received_at": "2027-02-01T10:00:00Z", "id": "x" * 201}
    answer = call("POST", RECEIPTS, {"receipts": [receipt]})
    assert answer.get_json()["errors"] == [
        {"row": 1, "field": "id", "detail": "must have at most 200 characters"}
    ]


def test_what_is_pushed_to_us_and_what_we_pull_end_alike(call: Calling, home: House) -> None:
    simulator = Simulator()
    simulator.batches.append(json.dumps(row()).encode())
    call("PUT", f"{REVIEWS}/R-1", row())
    with home.db.reading() as s:
        review_id = s.scalars(select(Review.id)).one()
    assert pulling.pull_once(home.db, home.vault, {"files": simulator}, home.clock) == 0
    with home.db.writing() as s:
        add_review(s, 1, home.vault)
        key = send(s, 1, 1, vault=home.vault)
    receipt = {"event_key": key, "received_at": "2027-02-01T10:00:00Z", "id": "CS-1"}
    assert call("POST", RECEIPTS, {"receipts": [receipt]}).json == {"taken": 1}
    simulator.give_receipt(key, home.clock(), "CS-2")
    assert receipts.receive_once(home.db, {"files": simulator}, home.clock) == 0
    with home.db.reading() as s:
        assert review_id in s.scalars(select(Review.id)).all()
        assert json.loads(s.scalars(select(Delivery.receipt)).one() or "")["id"] == "CS-1"


def test_a_review_of_one_child_stays_with_it(call: Calling, home: House) -> None:
    call("PUT", f"{REVIEWS}/R-1", row())
    other = row()
    other["child"]["id"] = "C-2"
    refused = call("PUT", f"{REVIEWS}/R-1", other)
    assert refused.get_json()["errors"][0]["field"] == "child.id"
    with home.db.reading() as s:
        assert s.scalar(select(func.count()).select_from(Review)) == 1


def test_the_document_is_served_to_anyone(app: Flask) -> None:
    served = app.test_client().get("/schemas/openapi.yaml")
    assert served.mimetype == "application/yaml"
    assert served.data.startswith(b"openapi: 3.1.0")


@pytest.mark.parametrize(
    "keys",
    [
        {"mosaic": "short"},
        {},
        {"mosaic": "x" * 44, "other": "x" * 44},
        {"mosaic": "x" * 44, "robot": f"{'y' * 44},{'x' * 44}"},
    ],
)
def test_a_caller_without_a_good_key_stops_the_start(
    settings: Settings, tmp_path: Path, clock: SettableClock, keys: dict[str, str]
) -> None:
    with pytest.raises(SettingsError, match="CALLER_"):
        called_by(settings, tmp_path, clock, keys)
