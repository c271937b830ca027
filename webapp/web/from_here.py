"""Which of our pages a request came from, as far as the browser says so."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request


def from_here() -> bool:
    """False where the browser says that another site's page sent this."""
    came = [request.headers[name] for name in ("Origin", "Referer") if name in request.headers]
    return all(urlsplit(address).netloc == request.host for address in came)


def surely_from_here() -> bool:
    """True where the browser says that a page of ours sent this; saying nothing is not enough."""
    return ("Origin" in request.headers or "Referer" in request.headers) and from_here()
