"""Tokens that are fetched once, kept while they are good, and renewed on a 401; those of OAuth 2 client credentials
(RFC 6749, 4.4).
"""

from __future__ import annotations

import json
import threading
import time
from urllib.parse import urlencode

from webapp.casesystem.outside import Answer, Outside, base, taken
from webapp.casesystem.port import Away

EARLY = 30.0
"""Seconds before its end from which a token isn't used any more."""
SHORTEST, USUAL = 60.0, 300.0


class Bearer:
    """A token that is kept while it is good. Whoever has a way to get one gives `renewed`."""

    def __init__(self) -> None:
        self._token, self._until, self._lock = "", 0.0, threading.Lock()

    def headers(self) -> dict[str, str]:
        """What to add to a call. Raises Away or TryAgain where no token can be had."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._token, lasts = self.renewed()
                self._until = time.monotonic() + max(lasts - EARLY, SHORTEST - EARLY)
            return {"Authorization": f"Bearer {self._token}"}

    def refused(self, sent: str) -> None:
        """The other side refused this `Authorization`: another is fetched next time."""
        with self._lock:
            if sent == f"Bearer {self._token}":
                self._until = 0.0

    def renewed(self) -> tuple[str, float]:
        """A token, and for how many seconds it is good. Raises Away or TryAgain."""
        raise NotImplementedError


class ClientCredentials(Bearer):
    """The token of one client. Raises ValueError where its address may not be called."""

    def __init__(self, outside: Outside, url: str, client_id: str, secret: str, scope: str = "") -> None:
        super().__init__()
        self.outside, self.where = outside, base(url, outside.allowed)
        self.form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        if scope:
            self.form["scope"] = scope

    def renewed(self) -> tuple[str, float]:
        """A token, and for how many seconds it is good."""
        given = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        answer = self.outside.call("POST", "", given, urlencode(self.form).encode(), to=self.where)
        if 400 <= answer.status < 500 and answer.status not in (408, 425, 429):
            raise Away(f"token http {answer.status}")
        taken(answer)
        return _read(answer)


def _read(answer: Answer) -> tuple[str, float]:
    try:
        said = json.loads(answer.body)
        token, lasts = said["access_token"], said.get("expires_in", USUAL)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Away("token unreadable") from None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
        raise Away("token unreadable")
    return token, float(lasts) if isinstance(lasts, int | float) and 0 < lasts < 1e6 else USUAL
