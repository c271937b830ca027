"""What docs/openapi.yaml says that we send is what the `http` adapter sends."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource

from config import ROOT
from tests.casesystem.receiving import KEY, Receiver, reaching, receiving
from tests.casesystem.records import a_key, a_views_record, an_item, every_kind
from webapp.casesystem import Event, mapping, signing
from webapp.casesystem.http import Http, as_body
from webapp.casesystem.tokens import ClientCredentials

API = yaml.safe_load((ROOT / "docs/openapi.yaml").read_text("utf-8"))
SCHEMAS = {
    file.name: json.loads(file.read_text("utf-8")) for file in (ROOT / "static/schemas").glob("*-1.json")
}


@pytest.fixture
def server() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def validator(pointer: str) -> Draft202012Validator:
    """Of one schema in the published description."""
    whole = Resource.from_contents({**API, "$schema": "https://json-schema.org/draft/2020-12/schema"})
    files = [(f"https://api.example/{name}", Resource.from_contents(one)) for name, one in SCHEMAS.items()]
    registry: Registry[Any] = Registry().with_resources([("https://api.example/openapi.yaml", whole), *files])
    return Draft202012Validator(
        {"$ref": f"https://api.example/openapi.yaml#{pointer}"},
        registry=registry,
        format_checker=FormatChecker(),
    )


EVENT = validator("/webhooks/event/post/requestBody/content/application~1json/schema")


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """A parameter that stands elsewhere."""
    found: dict[str, Any] = API["components"]["parameters"][part["$ref"].rpartition("/")[2]]
    return found


def with_a_picture() -> Event:
    listed = {"id": "a" * 32, "question": "where_i_live", "kind": "drawing", "media_type": "image/png",
              "sha256": hashlib.sha256(b"png").hexdigest(), "bytes": 3}  # fmt: skip
    return Event(a_key(1), a_views_record(an_item("Fine. é😀"), attachments=[listed]), {"a" * 32: b"png"})


def test_every_event_that_is_sent_is_as_it_is_published(server: Receiver) -> None:
    adapter = Http(reaching(server.url), [KEY], "my-review")
    for event in [*every_kind()[1:], with_a_picture()]:
        adapter.deliver(event)
    schemas = {json.loads(body)["schema"] for *_, body in server.log}
    assert schemas == set(API["components"]["schemas"]["Event"]["properties"]["schema"]["enum"])
    for method, path, _, body in server.log:
        EVENT.validate(json.loads(body))
        assert (method, path.removeprefix("/api/")) == ("POST", "events")


def test_what_is_published_is_not_so_wide_that_anything_passes() -> None:
    about = {"review_id": "R-1", "child_id": "C-1", "id": a_views_record()["id"]}
    good = {
        "key": a_key(1),
        "sequence": 1,
        "schema": "views/1",
        "about": about,
        "event": a_views_record(),
        "files": [],
    }
    EVENT.validate(good)
    wrongs: list[dict[str, Any]] = [
        {"key": "x"}, {"schema": "views/9"}, {"event": {}}, {"files": [{}]}, {"paper": {}}, {"form": "text/plain"},
        {"form": "application/json", "event": 7}, {"about": {}}, {"about": {**about, "supersedes": 1}},
    ]  # fmt: skip
    for wrong in wrongs:
        with pytest.raises(ValidationError):
            EVENT.validate({**good, **wrong})


def test_the_headers_are_those_that_are_published(server: Receiver) -> None:
    outside = reaching(server.url)
    server.instead = lambda path, body: (
        (200, {}, b'{"access_token": "T"}') if path == "/api/token" else (201, {}, b"{}")
    )
    tokens = ClientCredentials(outside, f"{server.url}/token", "us", "s")
    schemes = API["components"]["securitySchemes"]
    signed = {one["name"] for one in schemes.values() if one["type"] == "apiKey"}
    (key,) = map(resolved, API["webhooks"]["event"]["post"]["parameters"])
    for adapter, wanted in (
        (Http(outside, [KEY], "my-review"), signed),
        (Http(outside, [], "my-review", tokens), {"Authorization"}),
        (Http(outside, [KEY], "my-review", tokens), signed | {"Authorization"}),
    ):
        server.log.clear()
        adapter.deliver(with_a_picture())
        sent = server.log[-1][2]
        ours = {name for name in sent if name.startswith("X-") or name == "Authorization"}
        assert ours == wanted
        assert (sent["Accept"], sent["Accept-Encoding"]) == ("application/json", "identity")
        assert sent["Content-Type"] == "application/json"
        assert "User-Agent" not in sent
        Draft202012Validator(key["schema"]).validate(sent[key["name"]])
    used = {frozenset(one) for one in API["webhooks"]["event"]["post"]["security"]}
    assert used == {
        frozenset(("Caller", "Timestamp", "Signature")), frozenset(("Token",)),
        frozenset(("Caller", "Timestamp", "Signature", "Token")),
    }  # fmt: skip


def test_reviews_are_asked_for_as_it_is_published(server: Receiver) -> None:
    Http(reaching(server.url), [KEY], "my-review", pull_reviews=True).incoming("7/x&")
    (method, path, headers, _) = server.log[-1]
    assert (method, path) == ("GET", "/api/reviews?since=7%2Fx%26")
    key, since = API["webhooks"]["reviews"]["get"]["parameters"]
    assert since["name"] == "since"
    Draft202012Validator(resolved(key)["schema"]).validate(headers[resolved(key)["name"]])


@pytest.mark.parametrize("name", ["form", "note", "row"])
def test_a_vendors_form_stands_in_the_records_place(server: Receiver, name: str, tmp_path: Path) -> None:
    translation = mapping.load(ROOT / f"docs/mapping/{name}.yaml")
    adapter = Http(reaching(server.url), [KEY], "my-review", mapping=translation)
    event = Event(a_key(1), a_views_record(an_item("CANARYWORDS")), sequence=4)
    adapter.deliver(event)
    adapter.deliver(every_kind()[2])
    mapped, as_it_is = (json.loads(body) for *_, body in server.log)
    made = translation.of(event)
    assert made is not None
    assert mapped["event"] == (json.loads(made.content) if made.ending == "json" else made.content.decode())
    assert (mapped["form"], mapped["key"], mapped["sequence"]) == (made.media_type, a_key(1), 4)
    assert "CANARYWORDS" in json.dumps(mapped["event"])
    assert as_it_is["event"] == every_kind()[2].record
    assert "form" not in as_it_is
    for body in (mapped, as_it_is):
        EVENT.validate(body)


@pytest.mark.parametrize("name", ["form", "note", "row"])
def test_whatever_form_goes_out_a_receiver_can_keep_the_order_and_honour_a_withdrawal(
    server: Receiver, name: str
) -> None:
    translation = mapping.load(ROOT / f"docs/mapping/{name}.yaml")
    adapter = Http(reaching(server.url), [KEY], "my-review", mapping=translation)
    first = a_views_record(an_item("A"), number=1)
    then = a_views_record(an_item("B"), number=2, revision=2, supersedes=first["id"], review_id="R-1")
    back = {**every_kind()[2].record, "withdraws": [first["id"], then["id"]]}
    for sequence, record in enumerate((first, then, back), start=1):
        adapter.deliver(Event(a_key(sequence), record, sequence=sequence))
    one, two, last = (json.loads(body)["about"] for *_, body in server.log)
    assert one == {
        "review_id": "R-1",
        "child_id": "C-1",
        "id": first["id"],
        "revision": 1,
        "supersedes": None,
    }
    assert (two["supersedes"], two["revision"], two["review_id"]) == (one["id"], 2, "R-1")
    assert (last["withdraws"], last["review_id"]) == ([one["id"], two["id"]], "R-1")


EXAMPLES = API["webhooks"]["event"]["post"]["requestBody"]["content"]["application/json"]["examples"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_example_of_an_envelope_is_one(name: str) -> None:
    EVENT.validate(EXAMPLES[name]["value"])


def test_the_call_to_check_a_vendors_code_against_is_what_we_would_send() -> None:
    said = dict(
        re.findall(r"^    ([A-Za-z][A-Za-z0-9 -]*?)  +(\S.*)$", API["info"]["description"], re.MULTILINE)
    )
    (key,), (method, url) = signing.secret(said["key"]), said["called"].split()
    example = EXAMPLES["worry"]["value"]
    body = as_body(Event(example["key"], example["event"], sequence=example["sequence"]))
    assert json.loads(body) == example
    assert f"in one line of {len(body)} bytes" in API["info"]["description"]
    assert said["SHA-256 of body"] == hashlib.sha256(body).hexdigest()
    stamp, path = int(said[signing.STAMP]), urlsplit(url).path
    made = signing.headers(said[signing.CALLER], key, stamp, said[signing.KEY], method, path, body)
    assert made == {name: said[name] for name in made}
    assert said[signing.KEY] == example["key"]
    asked = signing.headers("", key, stamp, "0123456789abcdef", "GET", "/api/reviews?since=7%2Fx%26", b"")
    assert f"`{asked[signing.SIGNATURE]}`" in API["info"]["description"]


def test_the_worked_call_is_right_by_the_six_lines_alone() -> None:
    """By hand, from what the description says, without a line of ours."""
    body = json.dumps(EXAMPLES["worry"]["value"], separators=(",", ":")).encode()
    key = "9f2c" * 16
    lines = ["v1", "1800000000", key, "POST", "/api/events", hashlib.sha256(body).hexdigest()]
    mark = hmac.new(bytes(range(32)), "\n".join(lines).encode(), hashlib.sha256).hexdigest()
    assert f"v1={mark}" in API["info"]["description"]
