"""What comes back from the case system, and what a person does about deliveries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import pytest

from tests.fixtures.clocks import SettableClock
from tests.services.deliveries import drain, fill, rows
from tests.services.outgoing import VAULT
from webapp.casesystem import Away, Receipt
from webapp.casesystem.simulator import Simulator
from webapp.services import receipts
from webapp.store import Database


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


def test_a_person_can_stop_one_and_its_review_waits(db: Database, clock: SettableClock) -> None:
    fill(db, reviews=2, each=2)
    first = rows(db)[0]
    with db.writing() as session:
        assert receipts.park(session, VAULT, first.id, clock(), "system")
        assert not receipts.park(session, VAULT, "0" * 32, clock(), "system")
        assert receipts.standing_still(session, clock() + dt.timedelta(hours=5)) == {"parked": 1, "late": 3}
    assert drain(db, Simulator(), clock) == 2
    with db.writing() as session:
        assert not receipts.retry(session, rows(db)[2].id, clock(), "system"), "it is out already"


def test_a_receipt_marks_the_delivery_and_is_put_away(db: Database, clock: SettableClock) -> None:
    [[key]] = fill(db, 1)
    adapter = Simulator()
    drain(db, adapter, clock)
    adapter.give_receipt(key, clock(), "CS-7")
    assert receipts.receive_once(db, {"files": adapter}, clock) == 1
    [row] = rows(db)
    assert (row.state, row.received_at) == ("received", clock())
    assert row.receipt == f'{{"id": "CS-7", "received_at": "{clock().isoformat()}"}}'
    assert adapter.waiting == {}
    adapter.give_receipt(key, clock(), "CS-8")
    assert receipts.receive_once(db, {"files": adapter}, clock) == 0
    assert rows(db)[0].receipt == row.receipt


def test_a_receipt_proves_a_delivery_that_was_never_marked(db: Database, clock: SettableClock) -> None:
    [[first, second]] = fill(db, 1, each=2)
    adapter = Simulator()
    adapter.give_receipt(first, clock())
    receipts.receive_once(db, {"files": adapter}, clock)
    assert drain(db, adapter, clock) == 1
    assert adapter.calls == [second]


def test_an_unknown_receipt_is_put_aside(db: Database, clock: SettableClock) -> None:
    fill(db, 1)
    adapter = Simulator()
    receipt = adapter.give_receipt("f" * 64, clock())
    assert receipts.receive_once(db, {"files": adapter}, clock) == 0
    assert adapter.refused == {receipt.name: "unknown"}


def test_receipts_of_one_that_is_away_do_not_hold_up_another(db: Database, clock: SettableClock) -> None:
    class Gone(Simulator):
        def receipts(self) -> Sequence[Receipt]:
            raise Away("disk EIO")

    [[key]] = fill(db, 1)
    adapter = Simulator()
    drain(db, adapter, clock)
    adapter.give_receipt(key, clock())
    assert receipts.receive_once(db, {"gone": Gone(), "files": adapter}, clock) == 1
