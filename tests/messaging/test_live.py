"""The whole way over real HTTP: the provider's stand-in calls our webhook, and our worker calls the stand-in."""

from __future__ import annotations

import copy
import itertools
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from config import Settings
from tests.fixtures.cases import load_rows
from tests.fixtures.clocks import SettableClock
from tests.fixtures.provider import Provider, Told, account
from tests.review.incoming_rows import ROW
from tests.services.talking import BIRTHDAY, CHILD
from webapp import create_app
from webapp.commands.delivery import lanes
from webapp.house import House
from webapp.store import AnswerRow, Conversation, Inbound, Message


class Live:
    """A site on this machine, its worker, and the provider that it talks with."""

    def __init__(self, home: House, provider: Provider) -> None:
        self.home, self.provider = home, provider
        self.hook = f"{home.settings.public_url}/hooks/twilio/message"

    def written(self, body: str, number: str = CHILD) -> Told:
        """Somebody writes to us: the provider has it, and has told us nothing yet."""
        told = self.provider.receive(number, body, self.hook)
        self.provider.told.remove(told)
        return told

    def says(self, body: str, number: str = CHILD) -> str:
        """Somebody writes to us, and the provider tells us: what goes back."""
        (answer,) = self.provider.let_out(self.written(body, number))
        assert answer.status_code == 200
        return answer.text

    def work(self, lane: str) -> int:
        """One run of this lane of the worker."""
        return next(one for one in lanes(self.home, "w1") if one.name == lane).work()

    def rows(self, table: type[Any]) -> list[Any]:
        """Every row of this table."""
        with self.home.db.reading() as s:
            return list(s.scalars(select(table)))


@pytest.fixture
def live(settings: Settings, clock: SettableClock, provider: Provider, house: House) -> Iterator[Live]:
    """A site with an account at the stand-in."""
    provider.clock = clock
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    own = settings.model_copy(
        update=account(provider) | {"public_url": f"http://127.0.0.1:{server.server_port}"}
    )
    server.app = app = create_app(own, clock)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield Live(app.extensions["house"], provider)
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["house"].db.close()


def children(live: Live, folder: Path, count: int) -> list[str]:
    """So many children, each with a phone of their own."""
    numbers = [CHILD, *(f"+44770090{1000 + n}" for n in range(1, count))]
    rows = []
    for n, number in enumerate(numbers):
        row = copy.deepcopy(ROW)
        row["review"] |= {"id": f"R-{n}", "last_decisions": []}
        row["people"] = []
        row["child"] |= {"id": f"C-{n}", "birth_date": "2012-05-04", "reach": {"way": "sms", "phone": number}}
        rows.append(row)
    load_rows(live.home, folder, rows)
    return numbers


def test_ten_deliveries_of_one_message_at_once_give_one_answer_and_one_reply(
    live: Live, tmp_path: Path
) -> None:
    """F9, from the first hello to an answer."""
    children(live, tmp_path, 1)
    for n, body in enumerate(("hi", BIRTHDAY, "1"), start=1):
        answers = live.provider.let_out(live.written(body), times=10)
        assert {one.status_code for one in answers} == {200}
        assert len({one.text for one in answers}) == 1
        assert len(live.rows(Inbound)) == n
    assert len(live.rows(Conversation)) == 1
    assert [row.question_id for row in live.rows(AnswerRow)] == ["helping"]
    assert len(live.rows(Message)) == 3


def test_what_became_of_a_message_is_heard_in_any_order_twice_or_in_part_and_never_goes_back(
    live: Live, tmp_path: Path
) -> None:
    """The status callback, as the provider calls it for what the worker sent."""
    children(live, tmp_path, 1)
    whatsapp = f"whatsapp:{CHILD}"
    live.says("hi", whatsapp)
    live.says(BIRTHDAY, whatsapp)
    assert live.work("replies") == 1
    (sent,) = live.provider.sent
    statuses = {dict(told.pairs)["MessageStatus"]: told for told in live.provider.told}
    assert set(statuses) == {"queued", "sent", "delivered"}
    asked = next(one for one in live.rows(Message) if one.provider_id == sent["sid"])
    seen = []
    for name in ("sent", "delivered", "queued", "delivered", "sent"):
        (answer,) = live.provider.let_out(statuses[name])
        assert answer.status_code == 204
        seen.append(next(one.status for one in live.rows(Message) if one.id == asked.id))
    assert seen == ["sent", "delivered", "delivered", "delivered", "delivered"]
    nobodys = Told(statuses["sent"].url.replace(asked.id, "0" * 32), statuses["sent"].pairs)
    assert live.provider.let_out(nobodys)[0].status_code == 204


def test_a_status_that_the_provider_did_not_sign_is_refused(live: Live, tmp_path: Path) -> None:
    children(live, tmp_path, 1)
    live.says("hi")
    (message,) = live.rows(Message)
    url = f"{live.home.settings.public_url}/hooks/twilio/status?m={message.id}"
    told = live.provider.tell_status("SM" + "1" * 32, "failed", url, "30005")
    for changed in (
        Told(url + "1", told.pairs, told.signature), Told(url, [*told.pairs, ("Extra", "1")], told.signature),
    ):  # fmt: skip
        assert live.provider.let_out(changed)[0].status_code == 403
    assert live.rows(Message)[0].status is None


def test_twenty_texts_that_came_while_we_were_down_are_found_and_handled_once(
    live: Live, tmp_path: Path, clock: SettableClock
) -> None:
    """F16: the provider's calls went nowhere; the worker finds the texts in its list, and their replies go out."""
    numbers = children(live, tmp_path, 20)
    assert live.work("missed messages") == 0
    lost = []
    for number in numbers:
        clock.move(minutes=6)
        lost.append(live.written("hi", number))
    clock.move(minutes=4)
    assert live.work("missed messages") == 20
    assert len(live.rows(Inbound)) == 20
    while live.work("replies"):
        pass
    assert sorted(one["to"] for one in live.provider.sent) == sorted(numbers)
    assert all("Texts stay on this phone" in one["body"] for one in live.provider.sent)
    assert live.work("missed messages") == 0
    late = live.provider.let_out(*itertools.islice(lost, 3))
    assert all("<Message" not in one.text for one in late)  # the worker has said it
    assert (len(live.rows(Inbound)), len(live.rows(Message))) == (20, 20)


def test_what_is_found_late_is_an_answer_to_the_question_that_they_had_before_them(
    live: Live, tmp_path: Path, clock: SettableClock
) -> None:
    children(live, tmp_path, 1)
    live.says("hi")
    live.says(BIRTHDAY)
    clock.move(minutes=1)
    live.written("2")
    clock.move(minutes=1)
    assert "Do you want to be at your review?" in live.says("1")
    clock.move(minutes=5)
    assert live.work("missed messages") == 1
    with live.home.db.reading() as s:
        assert s.scalars(select(AnswerRow.question_id)).all() == ["helping"]
    live.work("replies")
    assert "Do you want to be at your review?" in live.provider.sent[-1]["body"]


def test_a_list_that_can_not_be_had_is_asked_for_again(
    live: Live, tmp_path: Path, clock: SettableClock
) -> None:
    children(live, tmp_path, 1)
    assert live.work("missed messages") == 0
    live.written("hi")
    clock.move(minutes=5)
    live.provider.listing = (503, 20500)
    assert live.work("missed messages") == 0
    clock.move(hours=3)
    live.provider.listing = None
    assert live.work("missed messages") == 1
    assert len(live.rows(Inbound)) == 1


@pytest.mark.slow
def test_three_hundred_invitations_in_a_minute_are_all_answered_within_two(
    live: Live, tmp_path: Path
) -> None:
    """L2: nothing is lost, and no webhook takes five seconds. `bin/test --all` runs it."""
    numbers = children(live, tmp_path, 300)
    started = time.perf_counter()
    live.work("invitations")
    went = {one["to"] for one in live.provider.sent}
    assert went >= set(numbers)
    assert time.perf_counter() - started < 60

    def reply(number: str) -> float:
        begun = time.perf_counter()
        assert "send your birthday" in live.says("1", number)
        return time.perf_counter() - begun

    with ThreadPoolExecutor(8) as pool:
        took = list(pool.map(reply, numbers))
    assert time.perf_counter() - started < 120
    assert max(took) < 5
    assert len(live.rows(Inbound)) == 300
