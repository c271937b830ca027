"""Every adapter with an other side to it, for what all of them promise."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.casesystem import fhir_server, listening, postbox, primero_server
from tests.casesystem.receiving import KEY, adapter_to, reaching, receiving, running_reference
from tests.casesystem.records import a_key
from tests.messaging.doubles import Mailbox
from webapp.casesystem import CaseSystem, Event
from webapp.casesystem.email import Email
from webapp.casesystem.fhir import Fhir
from webapp.casesystem.files import Files
from webapp.casesystem.http import Http
from webapp.casesystem.simulator import Failing, Simulator

MOMENT = dt.datetime(2027, 2, 1, 10, tzinfo=dt.UTC)


def _itself(record: Mapping[str, Any]) -> object:
    return record


@dataclass
class Bench:
    """An adapter, what its other side holds by key, and what that side can do."""

    adapter: CaseSystem
    held: Callable[[], dict[str, object]]
    seen: Callable[[], bytes]
    """Everything that reached the other side."""
    give_receipt: Callable[[str], None] | None = None
    give_reviews: Callable[[bytes], None] | None = None
    as_held: Callable[[Mapping[str, Any]], object] = _itself
    """What the other side makes of a record."""


@contextlib.contextmanager
def _files(folder: Path) -> Iterator[Bench]:
    folder = folder / "case"

    def held() -> dict[str, object]:
        return {path.stem: json.loads(path.read_text()) for path in (folder / "out").glob("*.json")}

    def seen() -> bytes:
        return b"".join(path.name.encode() + path.read_bytes() for path in (folder / "out").iterdir())

    def give_receipt(key: str) -> None:
        (folder / "receipts").mkdir(exist_ok=True, parents=True)
        receipt = {"event_key": key, "received_at": MOMENT.isoformat(), "id": "CS 1"}
        (folder / "receipts" / f"{key[:8]}.json").write_text(json.dumps(receipt))

    def give_reviews(content: bytes) -> None:
        (folder / "in").mkdir(exist_ok=True, parents=True)
        (folder / "in" / "reviews.jsonl").write_bytes(content)

    yield Bench(Files(folder), held, seen, give_receipt, give_reviews)


@contextlib.contextmanager
def _email(folder: Path) -> Iterator[Bench]:
    """A mailbox that tells emails by their Message-ID, behind a server that speaks TLS."""
    box, pem = Mailbox(), postbox.certificate(folder)

    def seen() -> bytes:
        return b"".join(
            mail.as_bytes() + b"".join(part for parts in postbox.attached(mail).values() for part in parts)
            for _, mail in box.mail
        )

    with postbox.serving(box, pem) as url:
        yield Bench(Email(url, postbox.SENDER, postbox.TEAM, pem), lambda: postbox.held(box), seen)


@contextlib.contextmanager
def _http(_folder: Path) -> Iterator[Bench]:
    """A real receiver on this machine; what it has to say about an event, it says at once."""
    with receiving() as server:

        def held() -> dict[str, object]:
            return {key: said["event"] for key, said in server.kept.items()}

        def give_reviews(content: bytes) -> None:
            rows = [json.loads(line) for line in content.splitlines()]
            server.pages["/api/reviews?since="] = {"reviews": rows, "cursor": "1"}

        def seen() -> bytes:
            return b"".join(body for *_, body in server.log)

        yield Bench(adapter_to(server), held, seen, give_reviews=give_reviews)


@contextlib.contextmanager
def _reference(folder: Path) -> Iterator[Bench]:
    """The receiver that the documentation gives vendors to begin from, at the other side of the `http` adapter."""
    file = folder / "events.jsonl"
    with running_reference(file) as (_, url):

        def kept() -> list[dict[str, Any]]:
            return [json.loads(line) for line in file.read_bytes().splitlines()]

        def held() -> dict[str, object]:
            return {one["key"]: one["event"] for one in kept()}

        def seen() -> bytes:
            files = (file for one in kept() for file in [*one["files"], *filter(None, [one.get("paper")])])
            return b"".join(base64.b64decode(one["data"]) for one in files) + str(kept()).encode()

        yield Bench(Http(reaching(url), [KEY], "my-review"), held, seen)


@contextlib.contextmanager
def _fhir(_folder: Path) -> Iterator[Bench]:
    """A FHIR server: of a record it holds the words under their questions."""
    server = fhir_server.FhirServer()

    def as_held(record: Mapping[str, Any]) -> object:
        return {
            item["question"]: item["answer"]["words"] for one in record["headings"] for item in one["items"]
        }

    def held() -> dict[str, object]:
        others = [*server.told("Flag"), *server.told("DocumentReference")]
        return dict.fromkeys(map(fhir_server.event_key, others)) | {
            fhir_server.event_key(one): {
                item["linkId"]: item["answer"][0]["valueString"]
                for item in one.get("item", ())
                if "answer" in item
            }
            for one in server.responses()
        }

    def seen() -> bytes:
        return json.dumps(server.bundles, ensure_ascii=False).encode()

    with listening.listening(server) as url:
        adapter = Fhir(listening.outside(f"{url}/fhir"), fhir_server.TOKEN)
        yield Bench(adapter, held, seen, as_held=as_held)


@contextlib.contextmanager
def _primero(_folder: Path) -> Iterator[Bench]:
    """A Primero: of a record it holds a row, of a worry a flag, of a paper copy a file."""
    server, mapping = primero_server.PrimeroServer(), primero_server.mapping()

    def as_held(record: Mapping[str, Any]) -> object:
        form = mapping.of(Event(a_key(uuid.UUID(record["id"]).int), record))
        found = json.loads(form.content)["myreview_words"] if form else None
        return found or None

    def held() -> dict[str, object]:
        rows = {row["myreview_reference"]: row["myreview_words"] for row in server.rows().values()}
        keys = {a_key(number)[:16]: a_key(number) for number in range(100)}
        flags = {keys[one["message"][-16:]]: one["message"] for one in server.flags}
        copies = (uuid.UUID(one["comments"].split()[1]).int for one in server.files)
        return {**{a_key(one): None for one in copies}, **rows, **flags}

    with listening.listening(server) as url:
        adapter = primero_server.adapter_to(listening.outside(url))
        yield Bench(adapter, held, server.seen, as_held=as_held)


@contextlib.contextmanager
def _simulator(adapter: Simulator) -> Iterator[Bench]:
    def held() -> dict[str, object]:
        return {key: event.record for key, event in adapter.kept.items()}

    def give_receipt(key: str) -> None:
        adapter.give_receipt(key, MOMENT, "CS 1")

    yield Bench(adapter, held, lambda: str(adapter.kept).encode(), give_receipt, adapter.batches.append)


BENCHES: dict[str, Callable[[Path], AbstractContextManager[Bench]]] = {
    "files": _files,
    "email": _email,
    "http": _http,
    "reference": _reference,
    "fhir": _fhir,
    "primero": _primero,
    "simulator": lambda _folder: _simulator(Simulator()),
    "failing": lambda _folder: _simulator(Failing(lambda event: None)),
}
