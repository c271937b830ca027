"""Calls to Primero's API v2, and what its answers mean (its public documentation: doc/api in primeroIMS/primero).

A token is had for a user's name and password, comes in the answer's Authorization header (or the cookie
`primero_token`) and is good for about 60 minutes. It is renewed before, and after a 401.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from webapp.casesystem.outside import Answer, Outside, taken
from webapp.casesystem.port import Away, GiveUp, TryAgain
from webapp.casesystem.tokens import Bearer

Json = dict[str, Any]
BEARER = re.compile(r"Bearer ([\x21-\x7e]+)")
COOKIE = re.compile(r"(?:^|[\s,;])primero_token=([\x21-\x2b\x2d-\x3a\x3c-\x7e]+)")
GOOD_FOR = 50 * 60.0
"""Seconds that a token is used; Primero's own limit is 60 minutes."""
MOST = 100
"""Hits that are looked through for a case's number."""


class SignedIn(Bearer):
    """The token of one user."""

    def __init__(self, outside: Outside, user: str, password: str) -> None:
        super().__init__()
        self.outside = outside
        self.body = json.dumps({"user": {"user_name": user, "password": password}}).encode()

    def renewed(self) -> tuple[str, float]:
        """A token, and for how many seconds it is good."""
        given = {"Content-Type": "application/json", "Accept": "application/json"}
        answer = self.outside.call("POST", "/api/v2/tokens", given, self.body)
        if answer.status in (400, 401, 403, 404, 422):
            raise Away(f"our_sign_in http {answer.status}")
        taken(answer)
        found = BEARER.fullmatch(answer.headers.get("authorization", ""))
        found = found or COOKIE.search(answer.headers.get("set-cookie", ""))
        if found is None:
            raise Away("token unreadable")
        return found[1], GOOD_FOR


class Calls:
    """The calls for one event. No new one begins after `until` (time.monotonic)."""

    def __init__(self, outside: Outside, tokens: SignedIn, until: float) -> None:
        self.outside, self.tokens, self.until = outside, tokens, until

    def case_of(self, field: str, value: str) -> str:
        """The id of the one case whose field has exactly this value; empty where none has it. Raises GiveUp where
        several have it, or where the field isn't shown to our user.
        """
        query = urlencode({"query": value, "fields": f"id,{field}", "per": MOST}, quote_via=quote)
        hits = self._call("GET", f"?{query}").get("data")
        if not isinstance(hits, list):
            raise TryAgain("not_readable")
        rows = [one for one in hits if isinstance(one, dict) and isinstance(one.get("id"), str)]
        if rows and not any(field in one for one in rows):
            raise GiveUp(f"case_field {field} not_shown")
        found = {one["id"] for one in rows if str(one.get(field)) == value}
        if len(found) > 1:
            raise GiveUp("case_not_unique")
        return found.pop() if found else ""

    def create(self, data: Mapping[str, Any]) -> None:
        """Make the case with our own id: 204 says that it is made, 409 that it was there already."""
        self._call("POST", "", {"data": data}, fine=(409,))

    def read(self, case: str, fields: Collection[str]) -> Json:
        """These fields of a case, as far as our user may see them."""
        wanted = quote(",".join(sorted(set(fields))), safe=",")
        return self._data(self._call("GET", f"{_at(case)}?fields={wanted}"))

    def change(self, case: str, data: Mapping[str, Any]) -> None:
        """Merge these fields into the case; rows of a subform are told by their unique_id."""
        self._call("PATCH", _at(case), {"data": data})

    def attach(self, case: str, data: Mapping[str, Any]) -> None:
        """One more file. Each call makes another."""
        self._call("POST", f"{_at(case)}/attachments", {"data": data})

    def detach(self, case: str, name: object) -> None:
        """Take a file away for good; one that is gone is gone."""
        self._call("DELETE", f"{_at(case)}/attachments/{quote(str(name), safe='')}", fine=(404,))

    def flags(self, case: str) -> list[str]:
        """The words of every flag of the case, of resolved ones too."""
        found = self._call("GET", f"{_at(case)}/flags").get("data")
        if not isinstance(found, list):
            raise TryAgain("not_readable")
        return [str(one.get("message", "")) for one in found if isinstance(one, dict)]

    def flag(self, case: str, day: str, message: str) -> None:
        """One more flag. Each call makes another."""
        self._call("POST", f"{_at(case)}/flags", {"data": {"date": day, "message": message}})

    def _data(self, said: Json) -> Json:
        data = said.get("data")
        if not isinstance(data, dict):
            raise TryAgain("not_readable")
        return data

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, fine: Collection[int] = ()
    ) -> Json:
        content = b"" if body is None else _bytes(body)
        given = {"Accept": "application/json", **({"Content-Type": "application/json"} if content else {})}
        for last_try in (False, True):
            if time.monotonic() > self.until:
                raise TryAgain("slow")
            token = self.tokens.headers()
            answer = self.outside.call(method, f"/api/v2/cases{path}", given | token, content)
            if answer.status != 401 or last_try:
                break
            self.tokens.refused(token["Authorization"])
        return {} if answer.status in fine else _read(answer, one_case=bool(path) and path[0] == "/")


def _read(answer: Answer, one_case: bool) -> Json:
    """What came back. 403 about one case is that case's (out of our user's reach); about all of them it is ours."""
    if answer.status == 403 and one_case:
        raise GiveUp("http 403")
    if answer.status == 409:
        raise TryAgain("http 409")
    taken(answer)
    if answer.status == 204 or not answer.body.strip():
        return {}
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise TryAgain("not_readable")
    return said


def _at(case: str) -> str:
    return f"/{quote(case, safe='')}"


def _bytes(body: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise GiveUp("not_valid text") from None
