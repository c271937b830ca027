"""Out to the case system: in order, each once as the receiver sees it, whatever fails (threats.md F2-F8)."""

from __future__ import annotations

import datetime as dt
import itertools
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tests.casesystem.records import a_views_record
from tests.fixtures.clocks import SettableClock
from tests.fixtures.databases import ON_POSTGRESQL
from tests.services.deliveries import drain, failing, fill, rows, run
from tests.services.outgoing import VAULT, add_review, hex_id, send
from webapp.casesystem import Away, Event, GiveUp, TryAgain
from webapp.casesystem.files import Files
from webapp.casesystem.simulator import Failing, Simulator
from webapp.services import delivering, outbox, receipts
from webapp.store import Audit, Database, Delivery, Note, Record, Review


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


def test_each_event_is_delivered_once_and_in_the_order_of_its_review(
    db: Database, clock: SettableClock
) -> None:
    keys = fill(db, reviews=3, each=4)
    adapter = Simulator()
    assert drain(db, adapter, clock) == 12
    assert [sorted(adapter.calls)] == [sorted(key for review in keys for key in review)]
    for review in keys:
        assert [key for key in adapter.calls if key in review] == review
    assert {row.state for row in rows(db)} == {"sent"}
    assert drain(db, adapter, clock) == 0


def test_an_adapter_is_told_whose_review_it_is_when_it_is_sent(db: Database, clock: SettableClock) -> None:
    ((key,),) = fill(db, reviews=1)
    with db.writing() as session:
        session.get_one(Review, hex_id(2, 0)).social_worker_external_id = "W1"
    drain(db, adapter := Simulator(), clock)
    assert (adapter.kept[key].iro, adapter.kept[key].social_worker) == ("I1", "W1")


def test_numbers_of_a_review_start_at_one_and_leave_none_out(db: Database) -> None:
    fill(db, reviews=2, each=3)
    assert [(row.review_id, row.sequence) for row in rows(db)] == [
        (hex_id(2, review), n) for review in range(2) for n in (1, 2, 3)
    ]


def test_one_record_goes_to_every_adapter_once_under_one_key_and_number(
    db: Database, clock: SettableClock
) -> None:
    with db.writing() as session:
        add_review(session, 1)
        key = send(session, 1, 1, adapters=("files", "second"))
    assert {(row.adapter, row.event_key, row.sequence) for row in rows(db)} == {
        ("files", key, 1), ("second", key, 1)
    }  # fmt: skip
    two = {"files": Simulator(), "second": failing("no_answer")}
    assert delivering.deliver_once(db, VAULT, two, clock, "w1") == 1
    assert {row.adapter: row.state for row in rows(db)} == {"files": "sent", "second": "waiting"}


def test_putting_a_record_out_twice_is_refused(db: Database) -> None:
    fill(db, reviews=1)
    with db.reading() as session:
        record_id = session.scalars(select(Record.id)).one()

    def again() -> None:
        with db.writing() as session:
            outbox.put(
                session, VAULT, hex_id(2, 0), record_id, dt.datetime(2027, 2, 2, tzinfo=dt.UTC), ("files",)
            )

    with pytest.raises(IntegrityError):
        again()
    with db.reading() as session:
        assert session.get_one(Review, hex_id(2, 0)).sequence == 1


def test_what_is_rolled_back_leaves_neither_row_nor_number(db: Database) -> None:
    with db.writing() as session:
        add_review(session, 1)

    def fail() -> None:
        with db.writing() as session:
            send(session, 1, 1)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert rows(db) == []
    with db.writing() as session:
        send(session, 1, 1)
    assert [row.sequence for row in rows(db)] == [1]


def test_a_crash_after_it_was_taken_sends_the_same_key_again_and_leaves_one_copy(
    db: Database, clock: SettableClock, tmp_path: Path
) -> None:
    [[key]] = fill(db, 1)

    class Crash(BaseException):
        pass

    class CrashesAfter(Files):
        def deliver(self, event: Event) -> None:
            super().deliver(event)
            raise Crash

    with pytest.raises(Crash):
        run(db, CrashesAfter(tmp_path), clock)
    assert [row.state for row in rows(db)] == ["waiting"]
    assert run(db, Files(tmp_path), clock, "w2") == 0, "the lease still holds"
    clock.move(minutes=3)
    assert run(db, Files(tmp_path), clock, "w2") == 1
    assert [path.name for path in (tmp_path / "out").glob("*.json")] == [f"{key}.json"]


def test_an_answer_that_nobody_heard_is_tried_again_with_the_same_key(
    db: Database, clock: SettableClock
) -> None:
    [[key]] = fill(db, 1)
    adapter = Failing(lambda event: None, lambda event: (_ for _ in ()).throw(TryAgain("timed_out")))
    assert run(db, adapter, clock) == 0
    adapter.after = lambda event: None
    clock.move(minutes=1)
    assert run(db, adapter, clock) == 1
    assert adapter.calls == [key, key]
    assert list(adapter.kept) == [key]


def test_what_gives_up_waits_for_a_person_and_stops_only_its_own_review(
    db: Database, clock: SettableClock
) -> None:
    keys = fill(db, reviews=3, each=2)
    adapter = failing("refused 422", GiveUp, {keys[1][0]})
    assert drain(db, adapter, clock) == 4
    clock.move(days=2)
    assert drain(db, adapter, clock) == 0
    poison = rows(db)[2]
    assert (poison.state, poison.reason) == ("parked", "refused 422")
    assert rows(db)[3].state == "waiting"

    with db.writing() as session:
        assert receipts.retry(session, poison.id, clock(), "staff:x")
        assert session.scalars(select(Audit.action)).all() == ["delivery_retried"]
    adapter.before = lambda event: None
    assert drain(db, adapter, clock) == 2
    assert adapter.calls[-2:] == keys[1]


def test_a_record_that_the_schema_refuses_is_parked_without_its_words(
    db: Database, clock: SettableClock, tmp_path: Path
) -> None:
    with db.writing() as session:
        add_review(session, 1)
        send(session, 1, 1, record={**a_views_record(), "audience": "CANARY"})
    assert run(db, Files(tmp_path), clock) == 0
    [row] = rows(db)
    assert (row.state, row.reason) == ("parked", "not_valid audience:literal_error")


def test_a_record_that_cannot_be_opened_or_was_erased_is_parked(db: Database, clock: SettableClock) -> None:
    fill(db, reviews=2)
    with db.writing() as session:
        broken, gone = session.scalars(select(Delivery).order_by(Delivery.review_id))
        session.execute(update(Record).where(Record.id == broken.record_id).values(sealed=b"x" * 40))
        gone.record_id = None
    assert run(db, Simulator(), clock) == 0
    assert {row.reason for row in rows(db)} == {"seal_broken", "erased"}


def test_a_mistake_of_ours_in_an_adapter_stops_nobody_else(db: Database, clock: SettableClock) -> None:
    keys = fill(db, reviews=3)
    adapter = failing("CANARY", ZeroDivisionError, {keys[1][0]})
    assert run(db, adapter, clock) == 2
    assert [row.reason for row in rows(db)] == [None, "error ZeroDivisionError", None]


def test_the_wait_doubles_is_shaken_and_ends_at_half_an_hour() -> None:
    seconds = [[delivering.wait_after(n).total_seconds() for _ in range(50)] for n in range(1, 40)]
    assert all(7.5 <= one <= 15 for one in seconds[0])
    assert all(15 <= one <= 30 for one in seconds[1])
    assert max(map(max, seconds)) <= 1800
    assert min(seconds[-1]) >= 900
    assert len(set(seconds[0])) > 40


def test_while_it_waits_it_is_not_tried(db: Database, clock: SettableClock) -> None:
    fill(db, 1)
    adapter = failing("no_answer")
    run(db, adapter, clock)
    first = rows(db)[0]
    assert (first.attempts, first.reason, first.lease_by) == (1, "no_answer", None)
    clock.move(seconds=5)
    run(db, adapter, clock)
    assert rows(db)[0].attempts == 1
    clock.move(seconds=15)
    run(db, adapter, clock)
    assert rows(db)[0].attempts == 2


def test_a_case_system_that_is_away_for_a_day_is_asked_once_a_minute_and_gets_all_when_it_is_back(
    db: Database, clock: SettableClock
) -> None:
    fill(db, reviews=60)
    asked: list[dt.datetime] = []

    def away(event: Event) -> None:
        asked.append(clock())
        raise Away("refused")

    adapter = Failing(away)
    for step in [20] * 30 + [600] * 143:
        assert run(db, adapter, clock) == 0
        clock.move(seconds=step)
    assert len(asked) == 10 + 143
    assert all(second - first >= dt.timedelta(seconds=60) for first, second in itertools.pairwise(asked))
    with db.reading() as session:
        assert receipts.standing_still(session, clock())["late"] == 60
    adapter.before = lambda event: None
    clock.move(seconds=60)
    assert drain(db, adapter, clock) == 60, "at once: none waits out a half hour of its own"
    with db.reading() as session:
        assert session.scalars(select(Note)).all() == []


def test_what_was_claimed_and_not_tried_is_given_back_at_once(db: Database, clock: SettableClock) -> None:
    fill(db, reviews=5)
    run(db, failing("refused", Away), clock)
    assert [row.lease_by for row in rows(db)] == [None] * 5
    assert sorted(row.attempts for row in rows(db)) == [0, 0, 0, 0, 1]


def test_half_a_batch_keeps_what_was_taken(db: Database, clock: SettableClock) -> None:
    fill(db, reviews=20)
    count = 0

    def after_seven(event: Event) -> None:
        nonlocal count
        count += 1
        if count > 7:
            raise Away("reset")

    adapter = Failing(after_seven)
    assert run(db, adapter, clock) == 7
    adapter.before = lambda event: None
    clock.move(minutes=2)
    assert drain(db, adapter, clock) == 13
    assert len(adapter.calls) == len(set(adapter.calls)) == 20


def test_a_slow_batch_stops_before_its_lease_is_over(db: Database, clock: SettableClock) -> None:
    fill(db, reviews=10)
    adapter = Failing(lambda event: clock.move(seconds=30))
    assert run(db, adapter, clock) == 4
    assert len(adapter.calls) == 4


def test_two_workers_never_have_the_same_event_at_the_same_time(db: Database, clock: SettableClock) -> None:
    keys = fill(db, reviews=30, each=3)
    lock, held, doubled = threading.Lock(), set[str](), list[str]()

    class Watching(Simulator):
        def deliver(self, event: Event) -> None:
            with lock:
                if event.key in held:
                    doubled.append(event.key)
                held.add(event.key)
                super().deliver(event)
            with lock:
                held.discard(event.key)

    adapter = Watching()
    workers = [threading.Thread(target=drain, args=(db, adapter, clock, f"w{n}")) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    drain(db, adapter, clock)
    assert doubled == []
    assert len(adapter.calls) == len(set(adapter.calls)) == 90
    for review in keys:
        assert [key for key in adapter.calls if key in review] == review


def test_whoever_lost_the_lease_still_says_that_it_was_taken_and_nothing_else(
    db: Database, clock: SettableClock
) -> None:
    [[key]] = fill(db, 1)

    def overtaken(event: Event) -> None:
        clock.move(minutes=10)
        assert run(db, failing("refused", GiveUp), clock, "w2") == 0

    slow = Failing(lambda event: None, overtaken)
    assert run(db, slow, clock, "w1") == 1
    assert [row.state for row in rows(db)] == ["sent"]

    with db.writing() as session:
        send(session, 0, 2)

    def overtaken_again(event: Event) -> None:
        clock.move(minutes=10)
        assert run(db, Simulator(), clock, "w2") == 1
        raise GiveUp("refused")

    assert run(db, Failing(overtaken_again), clock, "w1") == 0
    assert [row.state for row in rows(db)] == ["sent", "sent"]
    assert key in slow.kept


@pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite has one writer at a time")
def test_what_commits_late_is_not_passed_over(db: Database, clock: SettableClock) -> None:
    with db.writing() as session:
        add_review(session, 1)
        add_review(session, 2)
    adapter = Simulator()
    with db.writing() as early:
        first = send(early, 1, 1)
        with db.writing() as late:
            second = send(late, 2, 1)
        assert drain(db, adapter, clock) == 1
    assert drain(db, adapter, clock) == 1
    assert adapter.calls == [second, first]


@pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite has one writer at a time")
def test_two_records_of_one_review_are_numbered_in_the_order_of_their_commits(
    db: Database, clock: SettableClock
) -> None:
    with db.writing() as session:
        add_review(session, 1)
    keys: list[str] = []
    started = threading.Event()

    def second() -> None:
        with db.writing() as session:
            started.set()
            keys.append(send(session, 1, 2))

    thread = threading.Thread(target=second)
    with db.writing() as session:
        keys.append(send(session, 1, 1))
        thread.start()
        started.wait()
        assert drain(db, Simulator(), clock) == 0
    thread.join()
    adapter = Simulator()
    assert drain(db, adapter, clock) == 2
    assert adapter.calls == keys


def test_an_event_made_by_a_clock_that_runs_ahead_waits_for_no_other(
    db: Database, clock: SettableClock
) -> None:
    ahead = clock() + dt.timedelta(minutes=10)
    with db.writing() as session:
        add_review(session, 1)
        keys = [send(session, 1, 1, now=ahead), send(session, 1, 2, now=clock())]
    adapter = Simulator()
    assert drain(db, adapter, clock) == 0
    clock.move(minutes=11)
    drain(db, adapter, clock)
    assert adapter.calls == keys, "the number decides, not the time"


def test_an_idle_worker_takes_no_lock(
    db: Database, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise AssertionError("took the lock")

    monkeypatch.setattr(db, "writing", refuse)
    assert run(db, Simulator(), clock) == 0
