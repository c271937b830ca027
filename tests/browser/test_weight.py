"""The scales count what goes over the wire; a small server stands in for the site."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.browser.weight import fetch, first_visit

PAGE = b"""<!doctype html><link rel="stylesheet" href="/a.css"><link rel="canonical" href="/elsewhere">
<script src="/a.js"></script><img src="/now.svg"><img src="/later.svg" loading="lazy"><img src="data:,x">"""
FILES = {
    "/page": PAGE,
    "/a.css": b"body { background: url('/back.svg') }",
    "/a.js": b"1",
    "/now.svg": b"<svg/>",
    "/back.svg": b"<svg/>",
    "/favicon.ico": b"i",
}


class Server(BaseHTTPRequestHandler):
    """Serves FILES packed, and /start as a redirect."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = gzip.compress(FILES.get(self.path, b""))
        self.send_response(302 if self.path == "/start" else 200)
        self.send_header("Location", "/page")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a running server."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def test_a_page_weighs_what_it_loads_at_once_and_its_redirects(server: str) -> None:
    weight = first_visit(server + "/start")
    paths = [part.url.removeprefix(server) for part in weight.parts]
    assert paths == ["/start", "/page", "/a.css", "/a.js", "/now.svg", "/favicon.ico", "/back.svg"]
    assert weight.total == sum(part.size for part in weight.parts)


def test_headers_count_and_bodies_count_packed(server: str) -> None:
    sent = fetch(server + "/page")
    assert sent.body == PAGE
    assert sent.size == len(gzip.compress(PAGE)) + len("HTTP/1.1 200 OK\r\n\r\n") + sum(
        len(f"{name}: {value}\r\n") for name, value in sent.headers.items()
    )
