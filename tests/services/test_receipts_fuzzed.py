"""Whatever a case system leaves as a receipt, the worker goes on and the good ones count."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fixtures.clocks import SettableClock
from tests.services.deliveries import drain, fill, rows
from webapp.casesystem.files import Files
from webapp.services import receipts
from webapp.store import Database

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


def garbled(key: str) -> st.SearchStrategy[bytes]:
    """Bytes; JSON of any shape; and what is nearly a receipt."""
    near = st.fixed_dictionaries(
        {},
        optional={
            "event_key": st.just(key) | st.just(key.upper()) | st.just("f" * 64) | JSON,
            "received_at": st.sampled_from(
                ["2027-02-01T10:00:00Z", "2027-02-01T10:00:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14"]
            )
            | JSON,
            "id": st.text(max_size=300) | JSON,
            "more": JSON,
        },
    )  # fmt: skip
    as_text = (JSON | near).map(lambda one: json.dumps(one).encode())
    return st.binary(max_size=200) | as_text | as_text.map(lambda one: one[: len(one) // 2])


def test_no_receipt_crashes_the_worker(db: Database, clock: SettableClock, tmp_path: Path) -> None:
    [[key, good]] = fill(db, 1, each=2)
    adapter = Files(tmp_path)
    drain(db, adapter, clock)
    waiting = tmp_path / "receipts"
    name = st.text("abc.-_ é\n'\u202e", min_size=1, max_size=20).filter(lambda one: one.strip(".") != "")

    @settings(max_examples=40, database=None, suppress_health_check=list(HealthCheck))
    @given(left=st.lists(st.tuples(name, garbled(key)), max_size=4))
    def each(left: list[tuple[str, bytes]]) -> None:
        for file_name, content in left:
            (waiting / f"{file_name}.json").write_bytes(content)
        receipts.receive_once(db, {"files": adapter}, clock)
        assert [path.name for path in waiting.glob("*.json")] == [], "each was put away or put aside"
        assert {row.state for row in rows(db)} <= {"sent", "received"}

    each()
    (waiting / "good.json").write_text(json.dumps({"event_key": good, "received_at": "2027-02-01T10:00:00Z"}))
    assert receipts.receive_once(db, {"files": adapter}, clock) == 1
