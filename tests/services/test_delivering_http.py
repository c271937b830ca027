"""Deliveries over a real line to a receiver that honours the key (threats.md F2, F3, F4, F5, F6)."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import update

from tests.casesystem.receiving import Receiver, adapter_to, receiving
from tests.fixtures.clocks import SettableClock
from tests.services.deliveries import drain, failing, fill, rows, run
from webapp.casesystem.simulator import Simulator
from webapp.store import Database, Delivery

Reply = tuple[int, dict[str, str], bytes]


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def server() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def came(server: Receiver) -> Counter[str]:
    """How often each key came."""
    return Counter(json.loads(body)["key"] for method, _, _, body in server.log if method == "POST")


def test_what_was_kept_after_we_stopped_waiting_goes_again_and_is_one_copy(
    db: Database, clock: SettableClock, server: Receiver
) -> None:
    """F4: our time-out ends it, and nobody knows whether it arrived."""
    [[key]] = fill(db, 1)
    over = threading.Event()

    def slow(_path: str, body: bytes) -> Reply | None:
        if server.kept:
            return None
        server.kept[key] = json.loads(body)
        over.wait(5)
        return 201, {}, b"{}"

    server.instead = slow
    assert run(db, adapter_to(server, total=0.3, read=0.3), clock) == 0
    over.set()
    [row] = rows(db)
    assert (row.state, row.reason) == ("waiting", "no_answer")
    clock.move(minutes=1)
    assert run(db, adapter_to(server), clock) == 1
    assert (list(server.kept), came(server)) == ([key], Counter({key: 2}))
    assert rows(db)[0].state == "received", "409 is its word that it has it"


def test_a_batch_that_breaks_off_after_seven_goes_on_with_the_thirteen(
    db: Database, clock: SettableClock, server: Receiver
) -> None:
    """F5: progress is kept for each."""
    fill(db, reviews=20)

    def breaks(_path: str, _body: bytes) -> Reply | None:
        if len(server.kept) >= 7:
            raise ConnectionResetError
        return None

    server.instead = breaks
    assert run(db, adapter_to(server), clock) == 7
    server.instead = lambda _path, _body: None
    clock.move(minutes=1)
    assert drain(db, adapter_to(server), clock) == 13
    assert len(server.kept) == 20
    taken = [key for key in server.kept if came(server)[key] == 1]
    assert len(taken) == 7, "what was taken was not sent again"


def test_a_worker_that_dies_after_the_answer_leaves_one_copy(
    db: Database, clock: SettableClock, server: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F2: killed between sending and marking."""
    [[key]] = fill(db, 1)

    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("webapp.services.delivering._taken", die)
        with pytest.raises(Killed):
            run(db, adapter_to(server), clock)
    clock.move(minutes=3)
    assert run(db, adapter_to(server), clock, "w2") == 1
    assert (list(server.kept), came(server)) == ([key], Counter({key: 2}))


def test_one_that_is_always_refused_waits_for_a_person_while_others_go_on(
    db: Database, clock: SettableClock, server: Receiver
) -> None:
    """F6: later ones of that review wait, and no other."""
    keys = fill(db, reviews=3, each=2)
    poison = keys[1][0].encode()
    server.instead = lambda _path, body: (422, {}, b"") if poison in body else None
    assert drain(db, adapter_to(server), clock) == 4
    assert [(row.state, row.reason) for row in rows(db)[2:4]] == [("parked", "http 422"), ("waiting", None)]


def test_after_two_weeks_of_failing_it_is_still_tried_every_half_hour(
    db: Database, clock: SettableClock
) -> None:
    """F3: it never gives up by itself, and comes in order."""
    [keys] = fill(db, 1, each=2)
    clock.move(days=15)
    with db.writing() as session:
        session.execute(update(Delivery).values(attempts=900, due_at=clock()))
    for _ in range(3):
        assert run(db, failing("no_answer"), clock) == 0
        [first, second] = rows(db)
        assert (first.state, second.state) == ("waiting", "waiting")
        assert dt.timedelta(minutes=15) <= first.due_at - clock() <= dt.timedelta(minutes=30)
        clock.set(first.due_at)
    adapter = Simulator()
    drain(db, adapter, clock)
    assert adapter.calls == keys
