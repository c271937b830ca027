"""As much of a FHIR R4 server as the adapter needs, keeping to the specification: transactions with conditional create
and update, search by identifier, and every resource held against its definition.
"""

from __future__ import annotations

import json
import threading
import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fhir.resources.R4B.appointment import Appointment
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.documentreference import DocumentReference
from fhir.resources.R4B.flag import Flag
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from pydantic import ValidationError

from tests.casesystem.listening import Asked, Says

MODELS: dict[str, Any] = {
    "Appointment": Appointment, "Bundle": Bundle, "DocumentReference": DocumentReference, "Flag": Flag,
    "Questionnaire": Questionnaire, "QuestionnaireResponse": QuestionnaireResponse,
}  # fmt: skip
TOKEN = "t" * 24


class FhirServer:
    """Keeps resources by type and id."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in MODELS}
        self.bundles: list[dict[str, Any]] = []
        self.says: Says | None = None
        """What to answer a transaction with, instead of taking it."""
        self._lock = threading.Lock()

    def __call__(self, asked: Asked) -> Says:
        """Answer one request."""
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return Says(401)
        with self._lock:
            if asked.method == "GET":
                parts = urlsplit(asked.path)
                if parts.path.rpartition("/")[2] not in self.kept:
                    return Says(404)
                return _json(self._search(parts.path.rpartition("/")[2], parts.query))
            if (
                asked.method != "POST"
                or asked.headers["content-type"].partition(";")[0] != "application/fhir+json"
            ):
                return Says(405)
            return self.says or self._transaction(json.loads(asked.body))

    def _transaction(self, bundle: dict[str, Any]) -> Says:
        try:
            Bundle.model_validate(bundle)
            for entry in bundle["entry"]:
                MODELS[entry["resource"]["resourceType"]].model_validate(entry["resource"])
        except ValidationError as error:
            raise AssertionError(str(error)) from None
        self.bundles.append(bundle)
        return _json({"resourceType": "Bundle", "type": "transaction-response",
                      "entry": [self._entry(one) for one in bundle["entry"]]})  # fmt: skip

    def _entry(self, entry: dict[str, Any]) -> dict[str, Any]:
        resource, request = entry["resource"], entry["request"]
        kind = resource["resourceType"]
        query = request.get("ifNoneExist") or urlsplit(request["url"]).query
        found = [one["resource"]["id"] for one in self._search(kind, query)["entry"]] if query else []
        if not query:
            found = [request["url"].rpartition("/")[2]]
        assert len(found) < 2, "412"
        name = found[0] if found else uuid.uuid4().hex
        if request["method"] == "PUT" or not found:
            self.kept[kind][name] = {**resource, "id": name}
        return {
            "response": {
                "status": "200 OK" if found else "201 Created",
                "location": f"{kind}/{name}/_history/1",
            }
        }

    def _search(self, kind: str, query: str) -> dict[str, Any]:
        wanted = {name: values[0].split(",") for name, values in parse_qs(query, strict_parsing=True).items()}
        hits = [one for one in self.kept[kind].values() if all(_has(one, n, v) for n, v in wanted.items())]
        return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in hits]}

    def told(self, kind: str) -> list[dict[str, Any]]:
        """Every Flag, or whatever."""
        return list(self.kept[kind].values())

    def responses(self) -> list[dict[str, Any]]:
        """Every QuestionnaireResponse."""
        return list(self.kept["QuestionnaireResponse"].values())

    def appointments(self) -> list[dict[str, Any]]:
        """Every Appointment."""
        return list(self.kept["Appointment"].values())


def event_key(resource: dict[str, Any]) -> str:
    """The key of the event that a resource came with."""
    found = [
        one["valueIdentifier"]["value"] for one in resource["extension"] if one["url"].endswith(":event")
    ]
    return str(found[0])


def _has(resource: dict[str, Any], name: str, values: list[str]) -> bool:
    if name != "identifier":
        return resource.get(name) in values
    own = resource.get("identifier") or []
    return any(
        f"{one['system']}|{one['value']}" in values for one in (own if isinstance(own, list) else [own])
    )


def _json(body: object) -> Says:
    return Says(200, json.dumps(body).encode(), {"Content-Type": "application/fhir+json"})
