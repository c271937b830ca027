"""Sending once more, and what became of everything: the night shift's tools."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from tests.fixtures.clocks import SettableClock
from tests.services.deliveries import drain, failing, fill, rows, run
from tests.services.outgoing import VAULT, add_review, hex_id, send
from webapp.casesystem import Away, GiveUp
from webapp.casesystem.simulator import Simulator
from webapp.services import delivering, delivering_again, looking_deliveries, outbox, receipts
from webapp.services.looking_deliveries import Day
from webapp.store import Audit, Child, Database, Delivery


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


def replay(db: Database, since: dt.datetime, clock: SettableClock, adapter: str = "") -> list[int]:
    return list(delivering_again.replay(db, since, clock, "system", adapter))


def test_a_replay_sends_what_went_out_again_in_order_under_the_same_keys(
    db: Database, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering_again, "AT_ONCE", 2)
    keys, first, start = fill(db, reviews=5, each=3), Simulator(), clock()
    drain(db, first, clock)
    first.give_receipt(keys[0][0], clock(), "CS-1")
    receipts.receive_once(db, {"files": first}, clock)
    clock.move(days=1)
    assert delivering_again.count(db, start) == 15
    assert replay(db, start, clock) == [6, 12, 15]
    assert {(row.state, row.receipt, row.sent_at) for row in rows(db)} == {("waiting", None, None)}
    restored = Simulator()
    assert drain(db, restored, clock) == 15
    for review in keys:
        assert [key for key in restored.calls if key in review] == review
    with db.reading() as session:
        assert session.scalars(select(Audit.subject)).all() == [f"deliveries:all:{start.isoformat()}"]


def test_a_replay_leaves_out_what_is_older_what_stands_still_and_other_case_systems(
    db: Database, clock: SettableClock
) -> None:
    fill(db, reviews=3)
    drain(db, Simulator(), clock)
    with db.writing() as session:
        old, parked, other = session.scalars(select(Delivery).order_by(Delivery.review_id))
        old.made_at = clock() - dt.timedelta(days=3)
        parked.state = "parked"
        other.adapter = "second"
    assert replay(db, clock() - dt.timedelta(days=1), clock, "files") == []
    assert replay(db, clock() - dt.timedelta(days=1), clock) == [1]
    assert [row.state for row in rows(db)] == ["sent", "parked", "waiting"]


def test_a_replay_that_is_stopped_leaves_whole_reviews_and_can_be_started_again(
    db: Database, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering_again, "AT_ONCE", 1)
    keys, start = fill(db, reviews=3, each=2), clock()
    drain(db, Simulator(), clock)
    batches = delivering_again.replay(db, start, clock, "system")
    next(batches)
    batches.close()
    assert [row.state for row in rows(db)] == ["waiting"] * 2 + ["sent"] * 4
    replay(db, start, clock)
    restored = Simulator()
    drain(db, restored, clock)
    assert sorted(restored.calls) == sorted(key for review in keys for key in review)


def test_all_of_one_case_system_is_tried_again_at_once_also_while_it_is_away(
    db: Database, clock: SettableClock
) -> None:
    keys = fill(db, reviews=4)
    run(db, failing("refused", GiveUp, {keys[0][0]}), clock)
    with db.writing() as session:
        session.execute(update(Delivery).where(Delivery.state == "sent").values(state="waiting", attempts=0))
    run(db, failing("gone", Away), clock)
    adapter = Simulator()
    assert run(db, adapter, clock) == 0
    with db.writing() as session:
        assert delivering_again.retry_all(session, "other", clock(), "system") == 0
        assert delivering_again.retry_all(session, "files", clock(), "system") == 4
    assert drain(db, adapter, clock) == 4


def test_a_reason_is_kept_sealed_and_shown_beside_what_was_stopped(
    db: Database, clock: SettableClock
) -> None:
    fill(db, reviews=2, each=2)
    first = rows(db)[0]
    with db.writing() as session:
        assert receipts.park(session, VAULT, first.id, clock(), "system", "CANARY moved away")
    with db.reading() as session:
        [line] = session.scalars(select(Audit))
        assert (line.child_id, b"CANARY" in (line.reason or b"")) == (hex_id(1, 0), False)
        page = looking_deliveries.waiting(session, VAULT, "all", 1)
        assert [(one.state, one.why, one.behind) for one in page.lines if one.review_id == first.review_id] == [
            ("parked", "CANARY moved away", False), ("waiting", "", True)
        ]  # fmt: skip
        assert looking_deliveries.waiting(session, VAULT, "parked", 1).count == 1


def test_worries_are_counted_and_not_listed(db: Database, clock: SettableClock) -> None:
    with db.writing() as session:
        add_review(session, 1)
        child = session.get_one(Child, hex_id(1, 1))
        key = VAULT.key(child.key, f"child:{child.id}")
        outbox.announce(
            session, VAULT, key, "worry", "s" * 32, hex_id(2, 1), child.id, {"kind": "worry"}, clock(), ("files",)
        )  # fmt: skip
    with db.reading() as session:
        assert looking_deliveries.waiting(session, VAULT, "all", 1).lines == ()
        [system] = looking_deliveries.systems(session, ["files"], clock())
    assert (system.waiting, system.worries) == (1, 1)


def test_the_report_says_by_day_what_was_sent_receipted_and_is_missing(
    db: Database, clock: SettableClock
) -> None:
    def made(number: int, hours_ago: float, adapters: tuple[str, ...] = ("files",)) -> str:
        with db.writing() as session:
            add_review(session, number)
            return send(
                session, number, 1, now=clock() - dt.timedelta(hours=hours_ago), adapters=adapters
            )  # fmt: skip

    clock.set(dt.datetime.fromisoformat("2027-03-29T00:30:00+01:00"))  # the day after the clocks went forward
    today, yesterday = dt.date(2027, 3, 29), dt.date(2027, 3, 28)
    receipted, poison = made(1, 0.2), made(2, 0.6)
    made(3, 0.1)
    made(4, 23)
    made(5, 24)  # 23:30 two days before: that day had 23 hours
    made(6, 0.3, ())
    clock.move(minutes=1)
    adapter = failing("refused", GiveUp, {poison})
    drain(db, adapter, clock)
    adapter.give_receipt(receipted, clock(), "CS 1")
    receipts.receive_once(db, {"files": adapter}, clock)
    with db.reading() as session:
        found = looking_deliveries.days(session, {"views": ("files",)}, clock(), 14)
    assert found == [
        Day(today, "files", made=2, out=2, received=1, never=1),
        Day(yesterday, "files", made=2, out=1, parked=1),
        Day(dt.date(2027, 3, 27), "files", made=1, out=1),
    ]
    assert [day.missing for day in found] == [1, 1, 0]
    with db.reading() as session:
        assert len(looking_deliveries.days(session, {}, clock(), 1)) == 1


def test_how_a_case_system_is_says_what_waits_since_when_and_whether_it_is_away(
    db: Database, clock: SettableClock
) -> None:
    start = clock()
    fill(db, reviews=2)
    run(db, failing("gone", Away), clock)
    clock.move(hours=5)
    with db.reading() as session:
        [files, other] = looking_deliveries.systems(session, ["files", "other"], clock())
    assert (files.waiting, files.late, files.last) == (2, True, None)
    assert files.away is not None
    assert files.since is not None
    assert files.since <= start
    assert (other.waiting, other.away, other.late) == (0, None, False)
    drain(db, Simulator(), clock)
    with db.reading() as session:
        [files] = looking_deliveries.systems(session, ["files"], clock())
    assert (files.waiting, files.away, files.last) == (0, None, clock())


def test_one_delivery_is_shown_whole_but_for_its_words(db: Database, clock: SettableClock) -> None:
    [[key]] = fill(db, 1)
    drain(db, Simulator(), clock)
    with db.reading() as session:
        found = looking_deliveries.one(session, VAULT, rows(db)[0].id)
        assert looking_deliveries.one(session, VAULT, "0" * 32) is None
    assert found is not None
    assert (found[0].kind, found[1].event_key) == ("views/1", key)
    assert "words 0 1" not in json.dumps(str(found))
    assert delivering.UNDELIVERED == looking_deliveries.UNDELIVERED
