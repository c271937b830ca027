"""What webapp/casesystem/port.py promises, of every adapter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.casesystem.benches import BENCHES, MOMENT, Bench
from tests.casesystem.records import a_key, an_event, every_kind, invite_choices
from webapp.casesystem import Event, GiveUp, Receipt, TryAgain
from webapp.casesystem.port import ALL_KINDS
from webapp.casesystem.simulator import Failing


@pytest.fixture(params=BENCHES)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """Each adapter, one after the other."""
    with BENCHES[request.param](tmp_path) as found:
        yield found


def test_what_was_delivered_is_held_whole(bench: Bench) -> None:
    event = an_event(1)
    bench.adapter.deliver(event)
    assert bench.held() == {event.key: bench.as_held(event.record)}


def test_the_same_key_twice_leaves_one_copy(bench: Bench) -> None:
    bench.adapter.deliver(an_event(1))
    bench.adapter.deliver(an_event(2, invite_choices()))
    bench.adapter.deliver(an_event(1))
    assert sorted(bench.held()) == sorted([a_key(1), a_key(2)])


def test_a_receipt_is_given_until_it_is_put_away(bench: Bench) -> None:
    if bench.give_receipt is None:
        return
    event = an_event(1)
    bench.adapter.deliver(event)
    assert list(bench.adapter.receipts()) == []
    bench.give_receipt(event.key)
    first, again = bench.adapter.receipts(), bench.adapter.receipts()
    assert [(r.event_key, r.received_at, r.id) for r in first] == [(event.key, MOMENT, "CS 1")]
    assert list(first) == list(again)
    bench.adapter.settle(first[0])
    bench.adapter.settle(first[0])
    assert list(bench.adapter.receipts()) == []


def test_a_refused_receipt_is_not_given_again(bench: Bench) -> None:
    if bench.give_receipt is None:
        return
    bench.give_receipt(a_key(9))
    receipt = bench.adapter.receipts()[0]
    bench.adapter.refuse(receipt, "unknown")
    bench.adapter.refuse(receipt, "unknown")
    assert list(bench.adapter.receipts()) == []


def test_every_adapter_says_how_long_it_may_take_and_what_it_takes(bench: Bench) -> None:
    assert 0 < bench.adapter.time_limit <= 60
    assert {"views", "invite_choices"} <= bench.adapter.takes <= ALL_KINDS


def test_every_kind_that_an_adapter_takes_it_can_deliver(bench: Bench) -> None:
    for event in every_kind():
        if event.kind in bench.adapter.takes:
            bench.adapter.deliver(event)
            assert event.key in bench.held()


def test_without_anything_new_nothing_comes_in(bench: Bench) -> None:
    assert bench.adapter.incoming("") is None


def test_what_comes_in_is_given_until_it_is_said_to_be_taken_in(bench: Bench) -> None:
    if bench.give_reviews is None:
        return
    bench.give_reviews(b'{"one": 1}\n')
    first, again = bench.adapter.incoming(""), bench.adapter.incoming("")
    assert first is not None
    assert first == again
    assert first.content == b'{"one": 1}\n'
    bench.adapter.took_in(first, ["line 1: no"])
    assert bench.adapter.incoming(first.cursor) is None


def test_the_failing_adapter_can_fail_before_and_after_it_kept_the_event() -> None:
    def fail(event: Event) -> None:
        raise TryAgain("no_answer")

    before, after = Failing(fail), Failing(lambda event: None, fail)
    for adapter in (before, after):
        with pytest.raises(TryAgain):
            adapter.deliver(an_event(1))
    assert (len(before.kept), len(after.kept)) == (0, 1)


def test_a_receipt_of_nothing_is_put_away_without_harm(bench: Bench) -> None:
    gone = Receipt(a_key(5), MOMENT, "", "gone.json")
    bench.adapter.settle(gone)
    bench.adapter.refuse(gone, "unknown")


def test_giving_up_and_trying_again_are_told_apart() -> None:
    assert not issubclass(GiveUp, TryAgain)
    assert not issubclass(TryAgain, GiveUp)
