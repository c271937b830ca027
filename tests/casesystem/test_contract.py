"""What webapp/casesystem/port.py promises, of every adapter."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.casesystem import postbox
from tests.casesystem.receiving import adapter_to, receiving
from tests.casesystem.records import a_key, an_event, every_kind, invite_choices
from tests.messaging.doubles import Mailbox
from webapp.casesystem import CaseSystem, Event, GiveUp, Receipt, TryAgain
from webapp.casesystem.email import Email
from webapp.casesystem.files import Files
from webapp.casesystem.port import ALL_KINDS
from webapp.casesystem.simulator import Failing, Simulator

MOMENT = dt.datetime(2027, 2, 1, 10, tzinfo=dt.UTC)


@dataclass
class Bench:
    """An adapter, what its other side holds by key, and how that side writes a receipt."""

    adapter: CaseSystem
    held: Callable[[], dict[str, object]]
    give_receipt: Callable[[str], None] | None = None
    give_reviews: Callable[[bytes], None] | None = None


def _files(folder: Path) -> Bench:
    def held() -> dict[str, object]:
        return {path.stem: json.loads(path.read_text()) for path in (folder / "out").glob("*.json")}

    def give_receipt(key: str) -> None:
        (folder / "receipts").mkdir(exist_ok=True, parents=True)
        receipt = {"event_key": key, "received_at": MOMENT.isoformat(), "id": "CS 1"}
        (folder / "receipts" / f"{key[:8]}.json").write_text(json.dumps(receipt))

    def give_reviews(content: bytes) -> None:
        (folder / "in").mkdir(exist_ok=True, parents=True)
        (folder / "in" / "reviews.jsonl").write_bytes(content)

    return Bench(Files(folder), held, give_receipt, give_reviews)


def _simulator(adapter: Simulator) -> Bench:
    def held() -> dict[str, object]:
        return {key: event.record for key, event in adapter.kept.items()}

    return Bench(
        adapter, held, lambda key: void(adapter.give_receipt(key, MOMENT, "CS 1")), adapter.batches.append
    )


@contextlib.contextmanager
def _email(folder: Path) -> Iterator[Bench]:
    """A mailbox that tells emails by their Message-ID, behind a server that speaks TLS."""
    box, pem = Mailbox(), postbox.certificate(folder)
    with postbox.serving(box, pem) as url:
        yield Bench(Email(url, postbox.SENDER, postbox.TEAM, pem), lambda: postbox.held(box))


@contextlib.contextmanager
def _http() -> Iterator[Bench]:
    """A real receiver on this machine; what it has to say about an event, it says at once."""
    with receiving() as server:

        def held() -> dict[str, object]:
            return {key: said["event"] for key, said in server.kept.items()}

        def give_reviews(content: bytes) -> None:
            rows = [json.loads(line) for line in content.splitlines()]
            server.pages["/api/reviews?since="] = {"reviews": rows, "cursor": "1"}

        yield Bench(adapter_to(server), held, give_reviews=give_reviews)


def void(_value: object) -> None:
    """Forget a value."""


@pytest.fixture(params=["files", "email", "http", "simulator", "failing"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    match request.param:
        case "files":
            yield _files(tmp_path / "case")
        case "email":
            with _email(tmp_path) as found:
                yield found
        case "http":
            with _http() as found:
                yield found
        case "simulator":
            yield _simulator(Simulator())
        case _:
            yield _simulator(Failing(lambda event: None))


def test_what_was_delivered_is_held_whole(bench: Bench) -> None:
    event = an_event(1)
    bench.adapter.deliver(event)
    assert bench.held() == {event.key: event.record}


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
