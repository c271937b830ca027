"""Whether a request was signed by the provider with our token (threats.md A14).

Twilio signs its requests so: https://www.twilio.com/docs/usage/security (HMAC-SHA1 over the address and the sorted
parameters, base64).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

PORTS = {"https": 443, "http": 80}


def sign(url: str, pairs: Iterable[tuple[str, str]], token: str) -> str:
    """The signature of a form that is posted to this address.

    `pairs` are the form's fields untouched: nothing trimmed, empty ones too.
    """
    text = url + "".join(name + value for name, value in sorted(set(pairs)))
    made = hmac.new(token.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha1).digest()
    return base64.b64encode(made).decode()


def genuine(url: str, pairs: Iterable[tuple[str, str]], signature: str, token: str) -> bool:
    """True where the provider signed exactly this, in constant time. `url` is the address as the provider was given it:
    the public one, with its query; a `#rc=...` behind it is not part of what is signed.

    Without a token nothing is genuine. The provider signs with or without the usual port, so both are right.
    """
    if not token:
        return False
    known = list(pairs)
    bare = url.partition("#")[0]
    right = [
        hmac.compare_digest(sign(one, known, token).encode(), signature.encode("utf-8", "replace"))
        for one in (bare, _with_port(bare))
    ]
    return any(right)


def _with_port(url: str) -> str:
    """The same address with its port named, or without it where it was."""
    parts = urlsplit(url)
    port = PORTS.get(parts.scheme, 0)
    ending = f":{parts.port}" if parts.port else ""
    host = parts.netloc.removesuffix(ending)
    return urlunsplit(parts._replace(netloc=host if ending else f"{host}:{port}"))
