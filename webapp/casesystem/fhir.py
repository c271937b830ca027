"""The `fhir` adapter: FHIR R4 by transactions. What stands in the resources is in fhir_forms.py.

A record is one transaction: the booklet's Questionnaire, the QuestionnaireResponse and, of the review menu, one
Appointment for the review. A worry is a Flag, a paper copy a DocumentReference. Each is put where its own identifier
stands, so that the same event again leaves one copy.
Options: `url`, `hosts`, `inside`, `plain`, `ca`; `token_url` and `client_id` with the secret `client_secret` (OAuth 2),
or the secret `token`; `child_system`, `person_system`, `review_system`, the case system's own identifier systems.

An Appointment is the newest wishes only: one that comes late, or again, never stands over a newer one.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict

from webapp.booklet.definition import Booklet
from webapp.booklet.loader import fingerprint, load_all
from webapp.casesystem import Given, fhir_forms
from webapp.casesystem.fhir_forms import PAPER, RECORD, REVIEW_WISHES, WORRY, Json, Systems
from webapp.casesystem.files import checked, named
from webapp.casesystem.outside import CONNECT, READ, Answer, Outside, taken
from webapp.casesystem.port import Event, GiveUp, Outward, Taken, TryAgain
from webapp.casesystem.tokens import ClientCredentials

TYPE = "application/fhir+json"
MADE = frozenset(["QuestionnaireResponse", "Flag", "DocumentReference"])
"""What a case system's own id of an event may be of."""
CALL = 10.0
"""Seconds for one call; an event is at most three, and a token may be fetched before each."""


class Options(BaseModel):
    """The adapter's settings."""

    model_config = ConfigDict(extra="forbid")
    url: str
    hosts: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    ca: str = ""
    token_url: str = ""
    client_id: str = ""
    scope: str = ""
    child_system: str = Systems.child
    person_system: str = Systems.person
    review_system: str = Systems.review


class Fhir(Outward):
    """Speaks to one FHIR server."""

    time_limit = 6 * CALL
    takes = frozenset(["views", "invite_choices", "withdrawal", "worry", "paper_copy"])

    def __init__(
        self,
        outside: Outside,
        token: str = "",
        tokens: ClientCredentials | None = None,
        systems: Systems | None = None,
    ) -> None:
        self.outside, self.token, self.tokens, self.systems = outside, token, tokens, systems or Systems()

    def deliver(self, event: Event) -> Taken:
        """Put what the event tells. Everything of it, or nothing, is taken."""
        record = checked(event, json.dumps(event.record, ensure_ascii=False).encode())
        entries = self._entries(event, record)
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        said = self._call("POST", "", json.dumps(bundle, ensure_ascii=False).encode())
        answers = said.get("entry") or []
        statuses = [str(one.get("response", {}).get("status", "")) for one in answers]
        if len(answers) != len(entries) or not all(status.startswith("2") for status in statuses):
            raise TryAgain("no_transaction")
        places = [str(one["response"].get("location", "")) for one in answers]
        return Taken(next((one for one in places if one.partition("/")[0] in MADE), ""), received=True)

    def _entries(self, event: Event, record: Any) -> list[Json]:
        match event.kind:
            case "withdrawal":
                return self._withdrawn(event)
            case "worry":
                # Only where it isn't there: a flag that somebody has closed is never opened again.
                made = fhir_forms.worry(event.key, event.record, self.systems)
                return [_put(made, WORRY, event.record["id"], only_once=True)]
            case "paper_copy":
                made = fhir_forms.paper_copy(event.key, event.record, event.paper, self.systems)
                return [_put(made, PAPER, event.record["id"])]
        return self._sent(event, record)

    def _sent(self, event: Event, record: Any) -> list[Json]:
        named(event, record)  # each picture is the one that the record names
        body = event.record
        entries = [
            _questionnaire(event),
            _put(fhir_forms.response(event.key, body, event.pictures, self.systems), RECORD, body["id"]),
        ]
        if event.kind == "invite_choices" and not self._newer(body):
            made = fhir_forms.appointment(body, self.systems)
            entries.append(_put(made, REVIEW_WISHES, body["review_id"]))
        return entries

    def _withdrawn(self, event: Event) -> list[Json]:
        """Each record is marked as taken back; the proposed meeting goes where its wishes were among them."""
        gone = list(event.record["withdraws"])
        entries = [_put(fhir_forms.taken_back(event.key, one), RECORD, one) for one in gone]
        identifiers = ",".join(f"{RECORD}|{one}" for one in gone)
        for kind, state, change in (
            ("Appointment", "cancelled", fhir_forms.cancelled),
            ("DocumentReference", "entered-in-error", fhir_forms.without_content),
        ):
            for old in self._found(kind, identifiers):
                if old.get("status") != state:
                    request = {"method": "PUT", "url": f"{kind}/{old['id']}"}
                    entries.append({"resource": change(old), "request": request})
        return entries

    def _newer(self, record: Mapping[str, Any]) -> bool:
        """Whether the server has newer wishes for this review."""
        there = self._found("Appointment", f"{REVIEW_WISHES}|{record['review_id']}")
        revisions = [
            one.get("valueInteger", 0)
            for old in there
            for one in old.get("extension", ())
            if one.get("url") == f"{fhir_forms.URN}fhir:revision"
        ]
        return any(isinstance(one, int) and one > record["revision"] for one in revisions)

    def _found(self, kind: str, identifiers: str) -> list[Json]:
        try:
            said = self._call("GET", f"/{kind}?identifier={quote(identifiers, safe=':,')}")
        except GiveUp as error:
            if str(error) == "http 404":  # a server that holds no such resources at all
                return []
            raise
        resources = [one.get("resource") for one in said.get("entry") or [] if isinstance(one, dict)]
        return [one for one in resources if isinstance(one, dict) and one.get("resourceType") == kind]

    def _call(self, method: str, path: str, body: bytes = b"") -> Json:
        for last_try in (False, True):
            given = {"Accept": TYPE, **({"Content-Type": f"{TYPE}; charset=utf-8"} if body else {})}
            token = self.tokens.headers() if self.tokens else {"Authorization": f"Bearer {self.token}"}
            answer = self.outside.call(method, path, given | token, body)
            if answer.status != 401 or self.tokens is None or last_try:
                break
            self.tokens.refused(token["Authorization"])
        return _read(answer)


def _read(answer: Answer) -> Json:
    """What came back. In FHIR 409 is two at once, not a repeat, and 412 more than one where one should be."""
    if answer.status == 409:
        raise TryAgain("http 409")
    taken(answer)
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or said.get("resourceType") != "Bundle":
        raise TryAgain("no_bundle")
    return said


def _put(resource: Json, system: str, value: str, only_once: bool = False) -> Json:
    """An entry that updates what has this identifier, or makes it; `only_once`: leaves alone what is there."""
    kind, where = resource["resourceType"], quote(f"{system}|{value}", safe=":")
    once = {"method": "POST", "url": kind, "ifNoneExist": f"identifier={where}"}
    return {
        "fullUrl": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{kind} {system} {value}')}",
        "resource": resource,
        "request": once if only_once else {"method": "PUT", "url": f"{kind}?identifier={where}"},
    }


def _questionnaire(event: Event) -> Json:
    """The booklet whole where it is at hand; else what the record shows of it, only if the server has none."""
    pin = event.record["booklet"]
    whole = _booklets().get(pin["definition"])
    made = fhir_forms.questionnaire(whole) if whole else fhir_forms.asked_only(event.record)
    where = f"url={quote(made['url'], safe=':')}&version={quote(made['version'], safe='')}"
    return {
        "fullUrl": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, made['url'] + made['version'])}",
        "resource": made,
        "request": {"method": "PUT", "url": f"Questionnaire?{where}"} if whole
        else {"method": "POST", "url": "Questionnaire", "ifNoneExist": where},
    }  # fmt: skip


@lru_cache(maxsize=1)
def _booklets() -> dict[str, Booklet]:
    """The booklets as they are now, by the fingerprint of their questions."""
    return {fingerprint(booklet): booklet for booklet in load_all().values()}


def make(given: Given) -> Fhir:
    """The adapter as settings have it. Raises ValueError."""
    options = given.read(Options)
    if options.plain and given.settings.mode == "live":
        raise ValueError("options.plain: nothing goes without TLS in live mode")
    if unknown := set(given.secrets) - {"token", "client_secret"}:
        raise ValueError(f"unknown secret {sorted(unknown)[0]}")
    outside = Outside(
        options.url, hosts=options.hosts, inside=options.inside, plain=options.plain,
        ca=str(given.folder / options.ca) if options.ca else None, total=CALL, read=min(READ, CALL), connect=CONNECT,
    )  # fmt: skip
    outside.check()
    systems = Systems(options.child_system, options.person_system, options.review_system)
    if options.token_url:
        if not options.client_id or "client_secret" not in given.secrets:
            raise ValueError("token_url needs options.client_id and the secret client_secret")
        client = ClientCredentials(
            outside, options.token_url, options.client_id, given.secrets["client_secret"], options.scope
        )
        return Fhir(outside, tokens=client, systems=systems)
    if not given.secrets.get("token"):
        raise ValueError("the secret token is needed, or token_url with its client")
    return Fhir(outside, given.secrets["token"], systems=systems)
