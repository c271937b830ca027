"""How many bytes a page costs over the wire: headers and bodies as they are sent, HTTP/1.1, nothing kept from before.

weight = first_visit(site.url + "/open/abc")
assert weight.total <= 14_000, weight.told()
"""

from __future__ import annotations

import gzip
import re
import socket
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import brotli

from tests.web.dom import read

STANDING = {"link": "href", "script": "src", "img": "src"}
LOADED_LINKS = frozenset(["stylesheet", "icon", "manifest", "preload", "apple-touch-icon"])


@dataclass(frozen=True)
class Sent:
    """One answer as it came over the wire."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    size: int


@dataclass(frozen=True)
class Weight:
    """A page and what it loads at once."""

    parts: tuple[Sent, ...]

    @property
    def total(self) -> int:
        """Bytes in all."""
        return sum(part.size for part in self.parts)

    def told(self) -> str:
        """The list for a failing test."""
        return "\n".join(f"{part.size:7} {part.url}" for part in self.parts) + f"\n{self.total:7} in all"


def fetch(url: str, cookie: str = "") -> Sent:
    """One GET as a browser sends it. Raises OSError where nobody answers."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Accept-Encoding: gzip, br",
        "Connection: close",
    ]
    lines += [f"Cookie: {cookie}"] if cookie else []
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=30) as wire:
        wire.sendall("\r\n".join([*lines, "", ""]).encode())
        raw = b"".join(iter(lambda: wire.recv(65536), b""))
    head, _, body = raw.partition(b"\r\n\r\n")
    status, *rest = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    return Sent(url, int(status.split()[1]), headers, _decoded(headers, body), len(raw))


def _decoded(headers: dict[str, str], body: bytes) -> bytes:
    if headers.get("transfer-encoding") == "chunked":
        body = _joined(body)
    packed = headers.get("content-encoding", "")
    if packed == "br":
        return bytes(brotli.decompress(body))
    return gzip.decompress(body) if packed == "gzip" else body


def _joined(body: bytes) -> bytes:
    whole = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        whole, body = whole + rest[:length], rest[length + 2 :] if length else b""
    return whole


def first_visit(url: str, cookie: str = "") -> Weight:
    """A page with its redirects and all that it loads: styles, scripts, pictures that don't wait, the icon."""
    parts = [fetch(url, cookie)]
    while parts[-1].status in (301, 302, 303, 307, 308):
        parts.append(fetch(urljoin(parts[-1].url, parts[-1].headers["location"]), cookie))
    page = parts[-1]
    return Weight((*parts, *(fetch(address) for address in loaded_by(page))))


def loaded_by(page: Sent) -> list[str]:
    """What a browser fetches for this page by itself, each once."""
    root, _ = read(page.body.decode("utf-8"))
    found = {}
    has_icon = False
    for e in root.all("link", "script", "img"):
        kinds = set(e.attrs.get("rel", "").split())
        has_icon = has_icon or "icon" in kinds
        address = e.attrs.get(STANDING[e.tag], "")
        waits = e.tag == "img" and e.attrs.get("loading") == "lazy"
        if (
            address
            and not address.startswith("data:")
            and not waits
            and (e.tag != "link" or kinds & LOADED_LINKS)
        ):
            found[urljoin(page.url, address)] = e.attrs.get("rel", "")
    if not has_icon:
        found[urljoin(page.url, "/favicon.ico")] = "icon"
    for sheet in [url for url, rel in found.items() if "stylesheet" in rel]:
        for inner in re.findall(rb"url\(['\"]?([^'\")]+)", fetch(sheet).body):
            found.setdefault(urljoin(sheet, inner.decode()), "")
    return [url for url in found if not url.startswith("data:")]
