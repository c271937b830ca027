"""The lines to Twilio: the library's own, which logs nothing and can be aimed at a stand-in, and one that fetches
voice notes and pictures without letting them grow.
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

from webapp.messaging.port import Fetched, GiveUp

HOPS = 4
PIECE = 64 * 1024


class NoLine(Exception):
    """Nothing left the house."""


class NotHeard(Exception):
    """The line broke or stayed silent: what we asked for may have been done."""


def refusals() -> type[Exception]:
    """What the library raises where the provider says no."""
    from twilio.base.exceptions import TwilioException

    found: type[Exception] = TwilioException
    return found


def library(account: str, token: str, stand_in: str, timeout: float) -> Any:
    """The library's client. Every host that it calls is the stand-in, where there is one."""
    import requests
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    class Line(TwilioHttpClient):  # type: ignore[misc]
        """Logs nothing, tells a closed line from one that broke, and never tries again by itself."""

        def request(self, method: str, url: str, *args: Any, **more: Any) -> Any:
            try:
                return super().request(method, _aimed(url, stand_in), *args, **more)
            except requests.RequestException as error:
                raise (NoLine if never_left(error) else NotHeard) from None

        def log_request(self, *_: Any) -> None:
            """Its lines hold numbers and words."""

        def log_response(self, *_: Any) -> None:
            """Its lines hold numbers and words."""

    client = Client(account, token, http_client=Line(timeout=timeout))
    client.http_client.session.trust_env = not stand_in
    return client


def _aimed(url: str, stand_in: str) -> str:
    if not stand_in:
        return url
    parts = urlsplit(url)
    return f"{stand_in}{parts.path}{'?' + parts.query if parts.query else ''}"


def never_left(error: Exception) -> bool:
    """True where no connection came about, so that nothing can have been done."""
    import requests
    from urllib3.exceptions import MaxRetryError, NewConnectionError

    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def fetch(address: str, stand_in: str, sign_in: tuple[str, str], at_most: int, timeout: float) -> Fetched:
    """What lies at the provider's address, which leads on to where it is kept: our sign-in stays behind. Raises GiveUp
    `too_big`, `gone`, or `elsewhere` where it leads to a line that anybody could read.
    """
    import requests

    by = time.monotonic() + 2 * timeout
    with requests.Session() as session:
        session.trust_env = not stand_in
        url = _aimed(address, stand_in)
        for hop in range(HOPS):
            try:
                with session.get(
                    url, auth=_nobody if hop else sign_in, timeout=timeout, stream=True, allow_redirects=False
                ) as found:
                    if not found.is_redirect:
                        return _read(found, at_most, by)
                    url = _next(found, stand_in)
            except requests.RequestException:
                raise NoLine from None
    raise GiveUp("elsewhere")


def _nobody(request: Any) -> Any:
    """No sign-in at all, not even one that this machine keeps for its own errands."""
    return request


def _next(found: Any, stand_in: str) -> str:
    to: str = found.headers.get("Location", "")
    if not to.startswith("https://") and not (stand_in and to.startswith(stand_in)):
        raise GiveUp("elsewhere")
    return to


def _read(found: Any, at_most: int, by: float) -> Fetched:
    if found.status_code in (404, 410):
        raise GiveUp("gone")
    if found.status_code != 200:
        raise NotHeard
    content = bytearray()
    for piece in found.iter_content(PIECE):
        content += piece
        if len(content) > at_most:
            raise GiveUp("too_big")
        if time.monotonic() > by:
            raise NotHeard
    return Fetched(bytes(content), found.headers.get("Content-Type", "").partition(";")[0].strip().lower())
