"""One person's browser on a real wire: HTTP/1.1, packed as a browser asks, every byte of an answer counted."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.browser.weight import Sent, _decoded
from tests.web.dom import Element, read
from tests.web.pages import filled

Form = list[tuple[str, str]]
ACCEPTS = "gzip, deflate, br, zstd"
"""What today's browsers ask for over https."""


class _LikeGunicorn(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def version_string(self) -> str:
        """As long as what is served with."""
        return "gunicorn"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


@contextlib.contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a free port of this machine; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_LikeGunicorn)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Wire:
    """Keeps cookies and what was fetched before with leave to keep it, as a browser does."""

    def __init__(self, url: str, accepts: str = ACCEPTS) -> None:
        self.url, self.accepts = url, accepts
        self.cookies: dict[str, str] = {}
        self.kept: set[str] = set()

    def send(self, method: str, path: str, form: Form | None = None) -> Sent:
        """One request and its answer."""
        parts = urlsplit(urljoin(self.url, path))
        body = urlencode(form or []).encode() if method == "POST" else b""
        lines = [
            f"{method} {parts.path}{'?' + parts.query if parts.query else ''} HTTP/1.1", f"Host: {parts.netloc}",
            f"Accept-Encoding: {self.accepts}", "Connection: close",
        ]  # fmt: skip
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if method == "POST":
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        with socket.create_connection((str(parts.hostname), int(parts.port or 80)), timeout=30) as wire:
            wire.sendall("\r\n".join([*lines, "", ""]).encode() + body)
            raw = b"".join(iter(lambda: wire.recv(65536), b""))
        return self._answer(path, raw)

    def _answer(self, path: str, raw: bytes) -> Sent:
        head, _, body = raw.partition(b"\r\n\r\n")
        status, *rest = head.decode("latin-1").split("\r\n")
        pairs = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in rest)]
        for name, value in pairs:
            if name == "set-cookie":
                self.cookies |= {key: morsel.value for key, morsel in SimpleCookie(value).items()}
        headers = dict(pairs)
        return Sent(path, int(status.split()[1]), headers, _decoded(headers, body), len(raw))

    def press(self, page: Sent, words: str, /, **answers: Any) -> tuple[int, Sent]:
        """Sends the form around the first button that has these words; what `visit` gives."""
        button = next(b for b in tree(page).all("button") if words.lower() in b.text.lower())
        form = next(above for above in button.up() if above.tag == "form")
        given = filled(form)
        for name, value in answers.items():
            given.setlist(name, value if isinstance(value, list) else [value])
        if "name" in button.attrs:
            given.add(button.attrs["name"], button.attrs.get("value", ""))
        return self.visit(
            "POST", urljoin(page.url, form.attrs.get("action") or page.url), list(given.items(multi=True))
        )

    def visit(self, method: str, path: str, form: Form | None = None) -> tuple[int, Sent]:
        """A request, the page that it ends in and all that this loads and isn't kept already; bytes in all."""
        answer = self.send(method, path, form)
        total = answer.size
        while answer.status in (301, 302, 303, 307, 308):
            answer = self.send("GET", answer.headers["location"])
            total += answer.size
        for address in loads(answer):
            if address not in self.kept:
                part = self.send("GET", address)
                assert part.status == 200, address
                total += part.size
                if "max-age" in part.headers.get("cache-control", ""):
                    self.kept.add(address)
        return total, answer


def tree(page: Sent) -> Element:
    """The page's elements."""
    return read(page.body.decode())[0]


def loads(page: Sent) -> list[str]:
    """What a browser fetches for this page, each once, waiting pictures too."""
    found = {}
    for e in tree(page).all("link", "script", "img", "use"):
        address = e.attrs.get("href") or e.attrs.get("src") or ""
        if address and not address.startswith("data:"):
            found[address.partition("#")[0]] = True
    return [address for address in found if address]
