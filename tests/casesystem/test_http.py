"""The `http` adapter with a real receiver on this machine."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from config import Settings
from tests.casesystem.receiving import KEY, Receiver, adapter_to, reaching, receiving
from tests.casesystem.records import PDF, a_key, a_views_record, an_announcement, an_event, an_item
from tests.fixtures.houses import AUTHORITY, KEYS
from webapp.casesystem import Away, Event, Given, GiveUp, TryAgain, http, signing
from webapp.casesystem.http import Http
from webapp.casesystem.tokens import ClientCredentials


@pytest.fixture
def server() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def headers_of(server: Receiver) -> list[dict[str, str]]:
    return [headers for _, _, headers, _ in server.log]


def test_an_event_arrives_whole_signed_and_with_its_files(server: Receiver) -> None:
    picture = b"\x89PNG made up"
    listed = {
        "id": "a" * 32, "question": "where_i_live", "kind": "drawing", "media_type": "image/png",
        "sha256": hashlib.sha256(picture).hexdigest(), "bytes": len(picture),
    }  # fmt: skip
    record = a_views_record(an_item("It is fine. ‮é😀"), attachments=[listed])
    word = adapter_to(server).deliver(Event(a_key(1), record, {"a" * 32: picture}, sequence=7))
    held = server.kept[a_key(1)]
    assert (held["event"], held["sequence"], held["schema"]) == (record, 7, "views/1")
    assert base64.b64decode(held["files"][0]["data"]) == picture
    assert word is not None
    assert (word.id, word.received) == (f"CS-{a_key(1)[:8]}", True)
    assert server.bad == []


def test_a_paper_copy_carries_its_pdf(server: Receiver) -> None:
    adapter_to(server).deliver(Event(a_key(1), an_announcement("paper_copy"), paper=PDF))
    assert base64.b64decode(server.kept[a_key(1)]["paper"]["data"]) == PDF


def test_a_repeat_is_told_by_its_key_and_is_a_success(server: Receiver) -> None:
    adapter = adapter_to(server)
    first, again = adapter.deliver(an_event(1)), adapter.deliver(an_event(1))
    assert first == again
    assert len(server.kept) == 1


def test_a_conflict_over_another_key_is_none_of_ours(server: Receiver) -> None:
    server.instead = lambda path, body: (409, {}, json.dumps({"key": a_key(2)}).encode())
    with pytest.raises(GiveUp):
        adapter_to(server).deliver(an_event(1))


def test_kept_for_later_is_not_yet_a_receipt(server: Receiver) -> None:
    server.instead = lambda path, body: (202, {}, b'{"id": "T-1"}')
    word = adapter_to(server).deliver(an_event(1))
    assert word is not None
    assert (word.id, word.received) == ("T-1", False)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"[" * 9000, b'{"id": {"a": 1}}', b'{"id": null}', b"\xff"]
)
def test_an_answer_that_says_nothing_readable_is_still_a_yes(server: Receiver, body: bytes) -> None:
    server.instead = lambda path, _: (201, {}, body)
    word = adapter_to(server).deliver(an_event(1))
    assert word is not None
    assert word.received
    assert not word.id


@pytest.mark.parametrize(
    ("status", "kind"), [(422, GiveUp), (500, TryAgain), (503, Away), (429, Away), (307, Away)]
)
def test_what_is_refused_carries_a_code_and_no_word_of_anybody(
    server: Receiver, status: int, kind: type[Exception]
) -> None:
    server.instead = lambda path, body: (status, {"Retry-After": "9"}, b"CANARY " + body[:50])
    with pytest.raises(kind) as caught:
        adapter_to(server).deliver(an_event(1))
    assert str(caught.value) == f"http {status}"


def test_a_wrong_key_holds_everything_up_and_parks_nothing(server: Receiver) -> None:
    adapter = Http(reaching(server.url), [b"x" * 32], "my-review")
    with pytest.raises(Away, match="http 401"):
        adapter.deliver(an_event(1))
    assert server.bad == [a_key(1)]


def test_what_was_signed_cannot_be_changed_moved_or_sent_later() -> None:
    given = signing.headers("me", KEY, 1000, a_key(1), "POST", "/api/events", b"body")
    assert signing.check([b"y" * 32, KEY], given, "POST", "/api/events", b"body", 1299) == a_key(1)
    for method, path, body, change in (
        ("PUT", "/api/events", b"body", {}), ("POST", "/api/events?x=1", b"body", {}),
        ("POST", "/api/events", b"bodx", {}), ("POST", "/api/events", b"body", {signing.KEY: a_key(2)}),
        *(("POST", "/api/events", b"body", change) for change in (
            {signing.STAMP: "1001"}, {signing.STAMP: "٣"}, {signing.SIGNATURE: "v1="}, {signing.SIGNATURE: "é"},
            {signing.KEY: "a\nb"}, {signing.KEY: ""},
        )),
    ):  # fmt: skip
        with pytest.raises(signing.NotSignedError, match="signature"):
            signing.check([KEY], {**given, **change}, method, path, body, 1000)
    for now in (1301, 699):
        with pytest.raises(signing.NotSignedError, match="timestamp"):
            signing.check([KEY], given, "POST", "/api/events", b"body", now)


def test_a_token_is_fetched_once_and_again_when_it_is_refused(server: Receiver) -> None:
    fetched: list[bytes] = []

    def tokens(path: str, body: bytes) -> tuple[int, dict[str, str], bytes] | None:
        if path == "/api/token":
            fetched.append(body)
            return 200, {}, json.dumps({"access_token": f"T{len(fetched)}", "expires_in": 3600}).encode()
        return (
            (401, {}, b"")
            if headers_of(server)[-1].get("Authorization") != f"Bearer T{good}"
            else (201, {}, b"")
        )

    good, server.instead = 1, tokens
    outside = reaching(server.url)
    adapter = Http(
        outside, [], "me", ClientCredentials(outside, f"{server.url}/token", "us", "s3cret&", "write")
    )
    adapter.deliver(an_event(1))
    adapter.deliver(an_event(2))
    assert fetched == [b"grant_type=client_credentials&client_id=us&client_secret=s3cret%26&scope=write"]
    good = 2
    adapter.deliver(an_event(3))
    assert len(fetched) == 2
    good = 9
    with pytest.raises(Away, match="http 401"):
        adapter.deliver(an_event(4))


@pytest.mark.parametrize(
    "answer", [(400, b""), (200, b"{}"), (200, b"no"), (200, b'{"access_token": "a\\nb"}'), (200, b"[1]")]
)
def test_without_a_token_nothing_is_sent(server: Receiver, answer: tuple[int, bytes]) -> None:
    server.instead = lambda path, body: (answer[0], {}, answer[1])
    outside = reaching(server.url)
    with pytest.raises(Away):
        Http(outside, [], "me", ClientCredentials(outside, f"{server.url}/token", "us", "s")).deliver(
            an_event(1)
        )
    assert [path for _, path, _, _ in server.log] == ["/api/token"]


def test_reviews_are_pulled_from_where_we_were(server: Receiver) -> None:
    server.pages["/api/reviews?since="] = {"reviews": [{"a": 1}, {"b": "é"}], "cursor": "7/x&"}
    adapter = adapter_to(server)
    batch = adapter.incoming("")
    assert batch is not None
    assert (batch.content, batch.cursor) == ('{"a": 1}\n{"b": "é"}\n'.encode(), "7/x&")
    assert adapter.incoming(batch.cursor) is None
    assert server.log[-1][1] == "/api/reviews?since=7%2Fx%26"


@pytest.mark.parametrize(
    "page",
    [{}, {"reviews": {}, "cursor": ""}, {"reviews": [], "cursor": 1}, {"reviews": [1] * 1001, "cursor": "a"}],
)
def test_a_page_of_reviews_that_is_none_is_for_a_person(server: Receiver, page: dict[str, Any]) -> None:
    server.pages["/api/reviews?since="] = page
    with pytest.raises(GiveUp):
        adapter_to(server).incoming("")


def test_silence_ends_and_nobody_knows_whether_it_arrived(server: Receiver) -> None:
    def slow(path: str, body: bytes) -> None:
        time.sleep(0.6)

    server.instead = slow
    with pytest.raises(TryAgain, match="no_answer"):
        adapter_to(server, total=0.2).deliver(an_event(1))


def given(options: dict[str, Any], mode: str = "test", **secrets: str) -> Given:
    settings = Settings(mode="test", **KEYS).model_copy(update={"mode": mode})
    return Given("mosaic", options, secrets, settings, AUTHORITY.parent)


GOOD = base64.b64encode(b"k" * 32).decode()


@pytest.mark.parametrize(
    ("options", "secrets", "said"),
    [
        ({}, {"key": GOOD}, "url"),
        ({"url": "https://93.184.216.34"}, {}, "secret key is needed"),
        ({"url": "https://93.184.216.34"}, {"key": "short"}, "."),
        ({"url": "https://93.184.216.34"}, {"kee": GOOD}, "unknown secret kee"),
        ({"url": "https://93.184.216.34", "tokens": 1}, {"key": GOOD}, "tokens"),
        ({"url": "https://93.184.216.34", "token_url": "https://93.184.216.34/t"}, {}, "client_id"),
        ({"url": "https://127.0.0.1"}, {"key": GOOD}, "inside"),
        ({"url": "https://93.184.216.34", "ca": "nowhere.pem"}, {"key": GOOD}, "certificates"),
    ],
)
def test_a_wrong_setting_stops_the_start(options: dict[str, Any], secrets: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        http.make(given(options, **secrets))


def test_nothing_goes_without_tls_in_live_mode() -> None:
    options = {"url": "http://localhost:1", "plain": ["localhost"], "inside": ["localhost"]}
    assert http.make(given(options, key=GOOD)).time_limit == 25
    with pytest.raises(ValueError, match="without TLS"):
        http.make(given(options, mode="live", key=GOOD))
